"""From answers to a budget: ``allocate`` gives the figure and the trace that explains it.

Pure: no Django, no database, no clock. The trace is plain JSON and *is* the explanation page; it is
kept with the figure and never worked out again. The answers are read in
budgets/allocation/answers.py, the arithmetic of each method is in budgets/allocation/methods.py,
and what may stand beside it in budgets/allocation/adjustments.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_noop

from budgets.allocation.adjustments import with_add_ons, with_figure
from budgets.allocation.answers import Answer, plain, read_answers
from budgets.allocation.methods import METHODS, Given, Line, Result, outside
from budgets.allocation.readers import SchemeError, read_mapping
from budgets.allocation.scheme_checks import check_scheme
from budgets.allocation.schemes import Scheme, parse_scheme
from budgets.money.sterling import LARGEST, pounds

__all__ = ["Allocation", "Line", "SchemeError", "allocate", "check_scheme", "parse_scheme"]

# Kept in the trace as they stand, and translated where they are shown.
WEEKS_IN_WORDS = {
    "52": gettext_noop("a year is counted as 52 weeks"),
    "50": gettext_noop("a year is counted as 50 weeks"),
    "364-day": gettext_noop("a year is counted as 364 days, which is 52 weeks"),
    "365/7": gettext_noop("a year is counted as 365 days, divided by 7"),
    "366/7": gettext_noop("a year is counted as 366 days, divided by 7"),
}


@dataclass(frozen=True)
class Allocation:
    """An indicative budget. ``points`` and ``raw_points`` are None outside points methods;
    ``weekly`` and ``four_weekly`` are None for a one-off award. The amounts of ``lines`` always add
    up to ``annual``.
    """

    method: str
    points: str | None
    raw_points: str | None
    annual: Decimal
    weekly: Decimal | None
    four_weekly: Decimal | None
    lines: tuple[Line, ...]
    trace: dict[str, Any]


def allocate(
    scheme: object,
    answers: object,
    *,
    on: date | None = None,
    overrides: Mapping[str, Mapping[str, Any]] | None = None,
    add_ons: object = None,
    external: Mapping[str, Any] | None = None,
) -> Allocation:
    """Work out the indicative budget of one person.

    ``scheme``: a definition as in docs/schemes.md, or one that is parsed already. ``answers``:
    {domain code: {"option": number from 0, "unpaid_support": level}}, the level only where the
    scheme has multipliers; {"option": "does_not_apply"} where the question may not apply;
    {"points": ...} in place of the option where the scheme allows a score between two. ``on``: the
    service date, which dated rates need. ``overrides``: {domain code: {"option" or "points" or
    "hours", "unpaid_support", "reason"}} and {"figure": {"annual", "reason"}}, a worker's placing
    with a reason; the trace keeps both answers and the figure before. ``add_ons``: [{"code",
    "hours", "days", "reason"}]. ``external``: {"annual", "tool_version", "explanation", "inputs",
    "made_on"}, the last two if wanted. SchemeError, one sentence: an incomplete answer, an unknown
    question or option, a score outside the table, a date outside the published ones, a malformed
    scheme. An unanswered question is never counted as 0.
    """
    parsed = scheme if isinstance(scheme, Scheme) else parse_scheme(scheme)
    given = read_mapping(answers, "The answers")
    _check_date(parsed, on)
    if external is not None and parsed.method != "external":
        raise SchemeError("This scheme works out its own figure: none is taken from another tool.")
    changes = None if overrides is None else read_mapping(overrides, "The overrides")
    first, before = _worked_out(parsed, given, None, on, add_ons, external)
    if not changes:
        return _allocation(parsed, first, before, on)
    found = _allocation(parsed, *_worked_out(parsed, given, changes, on, add_ons, external), on)
    _keep_both(found.trace, first, before, changes)
    return found


def _worked_out(
    scheme: Scheme,
    given: Mapping[str, Any],
    changes: Mapping[str, Any] | None,
    on: date | None,
    add_ons: object,
    external: Mapping[str, Any] | None,
) -> tuple[list[Answer], Result]:
    answers = read_answers(scheme, given, changes)
    result = METHODS[scheme.method](scheme, Given(answers, on, external))
    result = with_figure(scheme, with_add_ons(scheme, result, add_ons, on), changes)
    if result.annual > LARGEST:
        raise SchemeError(f"The figure can't be more than {pounds(LARGEST)} a year.")
    return answers, result


def _keep_both(
    trace: dict[str, Any],
    first: list[Answer],
    before: Result,
    overrides: Mapping[str, Mapping[str, Any]],
) -> None:
    points = None if before.points is None else plain(before.points)
    trace["before_overrides"] = {"points": points, "annual": str(before.annual)}
    for question, answer in zip(trace["questions"], first, strict=True):
        if answer.domain.code in overrides:
            question["answered"] = _answered(answer)
            question["reason"] = overrides[answer.domain.code]["reason"].strip()


def _check_date(scheme: Scheme, on: date | None) -> None:
    if on is None:
        return
    if (scheme.valid_from and on < scheme.valid_from) or (scheme.valid_to and on > scheme.valid_to):
        raise SchemeError(
            outside(f'The scheme "{scheme.name}"', scheme.valid_from, scheme.valid_to, on)
        )


def _allocation(
    scheme: Scheme, answers: list[Answer], result: Result, on: date | None
) -> Allocation:
    return Allocation(
        method=scheme.method,
        points=None if result.points is None else plain(result.points),
        raw_points=None if result.raw is None else str(result.raw),
        annual=result.annual,
        weekly=result.weekly,
        four_weekly=result.four_weekly,
        lines=result.lines,
        trace=_trace(scheme, answers, result, on),
    )


def _trace(
    scheme: Scheme, answers: list[Answer], result: Result, on: date | None
) -> dict[str, Any]:
    """The explanation page as JSON: the same keys in every method, null where a method has no such
    part.
    """
    caps = [
        {"name": n, "amount_year": str(most), "bites": result.annual > most}
        for n, most in scheme.caps
    ]
    over = [
        f'Above the limit "{cap["name"]}": a person has to decide; the figure has not been reduced.'
        for cap in caps
        if cap["bites"]
    ]
    return {
        "scheme": _scheme_facts(scheme),
        "on": None if on is None else on.isoformat(),
        "questions": [_question(a, own) for a, own in zip(answers, result.questions, strict=True)],
        "total": result.trace.get("total"),
        "table": result.trace.get("table"),
        "price": result.trace.get("price"),
        "rates": result.trace.get("rates"),
        "add_ons": result.trace.get("add_ons"),
        "external": result.trace.get("external"),
        "figure_set": result.trace.get("figure_set"),
        "periods": _periods(scheme, result),
        "lines": [
            {"label": x.label, "detail": x.detail, "amount": str(x.amount)} for x in result.lines
        ],
        "caps": caps,
        "notes": [*scheme.notes, *result.notes, *over],
        "before_overrides": None,
    }


def _scheme_facts(scheme: Scheme) -> dict[str, Any]:
    return {
        "name": scheme.name,
        "version": scheme.version,
        "warning": scheme.warning,
        "source": scheme.source,
        "method": scheme.method,
        "valid_from": None if scheme.valid_from is None else scheme.valid_from.isoformat(),
        "valid_to": None if scheme.valid_to is None else scheme.valid_to.isoformat(),
    }


def _answered(answer: Answer) -> dict[str, Any]:
    return {
        "option": answer.option_given,
        "label": answer.option.label,
        "unpaid_support": answer.level,
        "multiplier": None if answer.level is None else str(answer.kept),
    }


def _question(answer: Answer, own: dict[str, Any]) -> dict[str, Any]:
    domain = answer.domain
    about = {"domain": domain.code, "title": domain.title, "question": domain.question}
    return {
        **about,
        "outcome": domain.outcome,
        "asked_of": domain.asked_of,
        **_answered(answer),
        **own,
    }


def _periods(scheme: Scheme, result: Result) -> dict[str, Any]:
    """What the money is a year, four weeks and a week, and by which rule; a one-off award has no
    weeks.
    """
    rules = {
        what: {"unit": str(unit), "mode": mode} for what, (unit, mode) in scheme.rounding.items()
    }
    return {
        "annual": str(result.annual),
        "weekly": None if result.weekly is None else str(result.weekly),
        "four_weekly": None if result.four_weekly is None else str(result.four_weekly),
        "weeks": scheme.weeks or None,
        "weeks_in_words": WEEKS_IN_WORDS.get(scheme.weeks),
        "rounding": {what: rules[what] for what in ("week", "four_weeks") if what in rules},
    }
