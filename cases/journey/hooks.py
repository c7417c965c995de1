"""What other apps add to a move, registered in their `AppConfig.ready` and run inside `move`'s
transaction.

So a limit or four eyes can't be bypassed by any view, and no import points up. Registries, nothing
else: `guard(move)` may raise `NotYet`; `after(move)` writes what follows; `turn_of(step)` says
whose turn it is first; `questions` adds questions to the pages of the self-assessment; `drafts`
says when one was last saved; `letter_lines` adds its rows to the letters about a move,
`letter_next` what comes of it; `foreseen` says on its page what a move will do beyond its own step;
`reviewed` says what a review begins with; `tasks` adds what waits for a role, whatever the step;
`asked` what a person is asked besides it; `prefilled` says what the form of a move begins with;
`looked_at` finds out what an act would change that has to be seen before it is confirmed.
"""

from bisect import insort
from collections.abc import Callable
from typing import Any

GUARDS: dict[str, list[Callable[..., None]]] = {}
# after a move, the request that opens a case, and a recorded verb alike
AFTERS: dict[str, list[Callable[..., None]]] = {}
# in which order they run: each stage reads what the one before has written
STAGES = ("facts", "settling", "letters")
_STAGE_OF: dict[Callable[..., None], int] = {}
TURNS: dict[str, Callable[..., tuple[str, int | None, int | None]]] = {}
QUESTIONS: list[Callable[[Any], list[dict[str, Any]]]] = []
DRAFTS: dict[str, str] = {}
REVIEWED: list[Callable[[Any, bool], list[tuple[str, str, str]]]] = []
FORESEEN: list[Callable[[Any, Any, bool], list[tuple[str, str]]]] = []
TASKS: list[Callable[..., list[Any]]] = []
LOOKS: list[Callable[[Any, str], Callable[[], Any]]] = []
OFFERED: dict[str, Callable[[Any], bool]] = {}
TOLD: dict[str, Callable[[Any], list[tuple[str, str]]]] = {}
COMES: dict[str, Callable[[Any], list[str]]] = {}
PREFILLED: dict[str, Callable[[Any], dict[str, Any]]] = {}
ASKS: list[Callable[[Any], list[Any]]] = []


def guard(*moves: str):
    """Register `fn(*, case, by, role, at, to, facts)`, run before anything is written. May raise
    `NotYet`.
    """

    def register(fn):
        for move in moves:
            GUARDS.setdefault(move, []).append(fn)
        return fn

    return register


def after(*moves: str, stage: str = "letters"):
    """Register `fn(*, case, event, by, at, facts)`, run in the event's transaction once the step
    has changed. `stage`: "facts" writes what the event says of money, "settling" works out what
    comes of all such facts, "letters" is the letter about the event and whatever else follows.
    """

    def register(fn):
        _STAGE_OF[fn] = STAGES.index(stage)
        for move in moves:
            insort(AFTERS.setdefault(move, []), fn, key=_STAGE_OF.__getitem__)
        return fn

    return register


def turn_of(step: str):
    """Register `fn(*, case, by, facts) -> (role, team id, user id)`: whose turn a step begins
    with.
    """

    def register(fn):
        TURNS[step] = fn
        return fn

    return register


def questions(fn):
    """Register `fn(case) -> [question as in cases/assessment/questions.py]`: questions that stand
    on the outcome pages.
    """
    QUESTIONS.append(fn)
    return fn


def drafts(step: str, sql: str) -> None:
    """Register a SELECT of `case_id, saved_at` of the drafts that belong to a step."""
    DRAFTS[step] = sql


def offered(move: str):
    """Register `fn(case) -> bool`: is there anything for this move to do? Without, it has no
    button.
    """

    def register(fn):
        OFFERED[move] = fn
        return fn

    return register


def prefilled(move: str):
    """Register `fn(case) -> {what it asks: value}`: what the form of a move is filled in with, to
    be looked at and changed.
    """

    def register(fn):
        PREFILLED[move] = fn
        return fn

    return register


def letter_lines(*verbs: str):
    """Register `fn(event) -> [(words, value)]`: what the letter about these verbs says beyond their
    own facts.
    """

    def register(fn):
        for verb in verbs:
            TOLD[verb] = fn
        return fn

    return register


def letter_next(*verbs: str):
    """Register `fn(event) -> [sentence]`: what the letter about these verbs says of what happens
    next, after where the case went.
    """

    def register(fn):
        for verb in verbs:
            COMES[verb] = fn
        return fn

    return register


def foreseen(fn):
    """Register `fn(case, move, sums) -> [(words, value)]`: what follows from a move, said before it
    is made. `sums`: does the reader see money?
    """
    FORESEEN.append(fn)
    return fn


def looked_at(fn):
    """Register `fn(reading, answer) -> after`: called before an act on a case, and `after() -> Look
    | None` once it is made: what it changes that has to be seen first. `answer`: to what its look
    asks, "" for none.
    """
    LOOKS.append(fn)
    return fn


def tasks(fn):
    """Register `fn(user, council, roles, mine) -> [Table]`: what these roles have to do, in
    cases at any step and in what is no case, as a batch.
    """
    TASKS.append(fn)
    return fn


def asked(fn):
    """Register `fn(reading) -> [(words, address, last day or None)]`: what the person is asked
    besides what the step waits for, such as the answer to a letter.
    """
    ASKS.append(fn)
    return fn


def reviewed(fn):
    """Register `fn(case, sums) -> [(code, title, words)]`: what stands before a review, so that
    only changes are asked.
    """
    REVIEWED.append(fn)
    return fn
