"""What readers ask of the table: which steps, which moves. Pure, and asked each time, never kept.

Here: queries over the traits that steps and moves declare (`table`), so that no reader lists steps
or moves. Not here: the table itself, who may do what (`cases.access`), what a query is used for.
"""

from datetime import date
from typing import Any

from cases.journey.codes import RECORDED_ABOUT_MONEY
from cases.journey.table import ENDED, MOVES, STEPS, Move


def steps_where(**traits: Any) -> tuple[str, ...]:
    """The codes of the steps whose traits all have these values, in the order of the journey."""
    return tuple(
        code
        for code, step in STEPS.items()
        if all(getattr(step, name) == value for name, value in traits.items())
    )


def moves_where(**traits: Any) -> tuple[str, ...]:
    """The names of the moves whose traits all have these values, in the order of the page."""
    return tuple(
        name
        for name, move in MOVES.items()
        if all(getattr(move, trait) == value for trait, value in traits.items())
    )


def open_steps() -> tuple[str, ...]:
    """Every step of an open case."""
    return tuple(code for code, step in STEPS.items() if step.phase != ENDED)


def spine() -> tuple[str, ...]:
    """The stepper's spine: the steps that most cases go through."""
    return steps_where(beside=None)


def answering_steps() -> tuple[str, ...]:
    """Steps in which the self-assessment may be written."""
    return tuple(code for code, step in STEPS.items() if step.answers != "no")


def idle_steps() -> tuple[str, ...]:
    """Open steps in which nothing is waited for: the budget runs."""
    return tuple(code for code in open_steps() if not STEPS[code].waits)


def steps_beside() -> dict[str, str]:
    """Steps beside the spine, each with the step that it branches from."""
    return {code: step.beside for code, step in STEPS.items() if step.beside}


def waiting_steps() -> tuple[str, ...]:
    """Open steps in which something is waited for, so that they count as a wait."""
    return tuple(code for code in open_steps() if STEPS[code].waits)


def moves_from(step: str) -> list[Move]:
    """The moves that leave from a step or happen in it, in the order of the page."""
    return [m for m in MOVES.values() if step in m.routes]


def closing_moves() -> tuple[str, ...]:
    """The moves that can close an open case: what has to follow every end is registered for these,
    so for a new one too.
    """
    return tuple(name for name, move in MOVES.items() if move.ends_support)


def ending_moves() -> tuple[str, ...]:
    """The moves that say when the support ends: those that close a case, and those that plan it."""
    return (*closing_moves(), *moves_where(end_ahead="planned"))


def end_planned(before: date | None, verb: str, codes: dict[str, Any]) -> date | None:
    """The last day with support that is planned after an event of a case; `before`: the one before
    it. A closing leaves it where it was, so that one recorded by mistake can be undone; a case that
    is opened again has none.
    """
    move = MOVES.get(verb)
    if move is None:
        return before
    if move.end_ahead:
        return date.fromisoformat(codes["end_date"]) if move.end_ahead == "planned" else None
    again = move.clock == "again" and codes.get("from") == "closed"
    return None if again else before


def moves_asking(fact: str) -> tuple[str, ...]:
    """The moves that ask for a fact."""
    return tuple(name for name, m in MOVES.items() if any(ask.name == fact for ask in m.asks))


def moves_deciding(decision: str) -> tuple[str, ...]:
    """The moves that make a decision, one of `DECISIONS`, which can be challenged."""
    return tuple(name for name, move in MOVES.items() if decision in move.decides)


def answer_to(verb: str) -> str:
    """The move that settles what a verb asked for; "" where none does."""
    return next((name for name, move in MOVES.items() if move.answers == verb), "")


def effect_on_clock(verb: str) -> str:
    """What a verb does to the visit and its turn (`Move.clock`); "" for one that is only
    recorded.
    """
    return MOVES[verb].clock if verb in MOVES else ""


def money_verbs() -> frozenset[str]:
    """Verbs about money, moves and recorded ones: their words, letters and messages reach a helper
    only with the money scope.
    """
    return RECORDED_ABOUT_MONEY | frozenset(moves_where(about_money=True))
