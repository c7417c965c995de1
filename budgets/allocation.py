"""From answers to a budget: ``allocate`` gives the figure and the trace that explains it.

Pure: no Django, no database, no clock. The trace is plain JSON and *is* the explanation page; it is kept with
the figure and never worked out again. The arithmetic of each method is in budgets/methods.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from budgets.methods import METHODS, Answer, Line, Result, outside, plain
from budgets.readers import SchemeError, read_date, read_mapping, show
from budgets.scheme_checks import check_scheme
from budgets.schemes import Domain, Scheme, parse_scheme

__all__ = ["Allocation", "Line", "SchemeError", "allocate", "check_scheme", "parse_scheme", "run_vectors"]

WEEKS_IN_WORDS = {
    "52": "a year is counted as 52 weeks",
    "50": "a year is counted as 50 weeks",
    "364-day": "a year is counted as 364 days, which is 52 weeks",
    "365/7": "a year is counted as 365 days, divided by 7",
    "366/7": "a year is counted as 366 days, divided by 7",
}


@dataclass(frozen=True)
class Allocation:
    """An indicative budget. ``points`` and ``raw_points`` are None outside points methods; ``weekly`` and
    ``four_weekly`` are None for a one-off award. The amounts of ``lines`` always add up to ``annual``."""

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
) -> Allocation:
    """Work out the indicative budget of one person.

    ``scheme``: a definition as in docs/schemes.md. ``answers``: {domain code: {"option": number from 0,
    "unpaid_support": level}}, the level only where the scheme has multipliers. ``on``: the service date,
    which dated rates need. ``overrides``: {domain code: {"option", "unpaid_support", "reason"}}, a worker's
    placing with a reason; the trace keeps both answers and the figure before.
    SchemeError, one sentence: an incomplete answer, an unknown question or option, a score outside the table,
    a date outside the published ones, a malformed scheme. An unanswered question is never counted as 0.
    """
    parsed = parse_scheme(scheme)
    given = read_mapping(answers, "The answers")
    _check_date(parsed, on)
    first = _read_answers(parsed, given)
    result = METHODS[parsed.method](parsed, first, on)
    if not overrides:
        return _allocation(parsed, first, result, on)
    final = _read_answers(parsed, _overridden(given, overrides))
    after = _allocation(parsed, final, METHODS[parsed.method](parsed, final, on), on)
    _keep_both(after.trace, first, result, overrides)
    return after


def _overridden(given: Mapping[str, Any], overrides: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    merged = dict(given)
    for code, change in overrides.items():
        change = read_mapping(change, f'The changed answer to "{code}"')
        reason = change.get("reason")
        if not isinstance(reason, str) or not reason.strip():
            raise SchemeError(f'A changed answer to "{code}" needs a reason.')
        earlier = given.get(code, {})  # an unknown code is refused when the answers are read
        merged[code] = {**earlier, **{key: value for key, value in change.items() if key != "reason"}}
    return merged


def _keep_both(
    trace: dict[str, Any], first: list[Answer], before: Result, overrides: Mapping[str, Mapping[str, Any]]
) -> None:
    trace["before_overrides"] = {
        "points": None if before.points is None else plain(before.points),
        "annual": str(before.annual),
    }
    for question, answer in zip(trace["questions"], first, strict=True):
        if answer.domain.code in overrides:
            question["answered"] = _answered(answer)
            question["reason"] = overrides[answer.domain.code]["reason"].strip()


def _check_date(scheme: Scheme, on: date | None) -> None:
    if on is None:
        return
    if (scheme.valid_from and on < scheme.valid_from) or (scheme.valid_to and on > scheme.valid_to):
        raise SchemeError(outside(f'The scheme "{scheme.name}"', scheme.valid_from, scheme.valid_to, on))


def _read_answers(scheme: Scheme, given: Mapping[str, Any]) -> list[Answer]:
    codes = {domain.code for domain in scheme.domains}
    for code in given:
        if code not in codes:
            raise SchemeError(f"The scheme does not ask the question {show(code)}.")
    missing, read = [], []
    for domain in scheme.domains:
        entry = given.get(domain.code)
        answer = {} if entry is None else read_mapping(entry, f'The answer to "{domain.title}"')
        asks_level = bool(scheme.multipliers) and answer.get("unpaid_support") is None
        if answer.get("option") is None or asks_level:
            missing.append(domain.title)
        else:
            read.append(_read_answer(scheme, domain, answer))
    if missing:
        raise SchemeError(f"There is no figure yet, because these are not answered: {'; '.join(missing)}.")
    return read


def _read_answer(scheme: Scheme, domain: Domain, answer: Mapping[str, Any]) -> Answer:
    what, number, level = f'"{domain.title}"', answer["option"], answer.get("unpaid_support")
    strange = sorted(set(answer) - {"option", "unpaid_support"})
    if strange:
        raise SchemeError(f"The answer to {what} has a field that is not known, {show(strange[0])}.")
    if type(number) is not int:  # true is an int to Python, but not an option number
        raise SchemeError(f"The option for {what} must be a whole number, not {show(number)}.")
    if not 0 <= number < len(domain.options):
        raise SchemeError(f"{what} has options 0 to {len(domain.options) - 1}, not {show(number)}.")
    if level is not None and (not isinstance(level, str) or level not in scheme.multipliers):
        raise SchemeError(f"The unpaid support level {show(level)} for {what} does not exist in this scheme.")
    kept = Decimal(1) if level is None else scheme.multipliers[level]
    return Answer(domain, number, domain.options[number], level, kept)


def _allocation(scheme: Scheme, answers: list[Answer], result: Result, on: date | None) -> Allocation:
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


def _trace(scheme: Scheme, answers: list[Answer], result: Result, on: date | None) -> dict[str, Any]:
    """The explanation page as JSON: the same keys in every method, null where a method has no such part."""
    caps = [{"name": n, "amount_year": str(most), "bites": result.annual > most} for n, most in scheme.caps]
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
        "rates": result.trace.get("rates"),
        "periods": _periods(scheme, result),
        "lines": [{"label": x.label, "detail": x.detail, "amount": str(x.amount)} for x in result.lines],
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
        "option": answer.number,
        "label": answer.option.label,
        "unpaid_support": answer.level,
        "multiplier": None if answer.level is None else str(answer.kept),
    }


def _question(answer: Answer, own: dict[str, Any]) -> dict[str, Any]:
    domain = answer.domain
    about = {"domain": domain.code, "title": domain.title, "question": domain.question}
    return {**about, "outcome": domain.outcome, "asked_of": domain.asked_of, **_answered(answer), **own}


def _periods(scheme: Scheme, result: Result) -> dict[str, Any]:
    """What the money is a year, four weeks and a week, and by which rule; a one-off award has no weeks."""
    rules = {what: {"unit": str(unit), "mode": mode} for what, (unit, mode) in scheme.rounding.items()}
    return {
        "annual": str(result.annual),
        "weekly": None if result.weekly is None else str(result.weekly),
        "four_weekly": None if result.four_weekly is None else str(result.four_weekly),
        "weeks": scheme.weeks or None,
        "weeks_in_words": WEEKS_IN_WORDS.get(scheme.weeks),
        "rounding": {what: rules[what] for what in ("week", "four_weeks") if what in rules},
    }


def run_vectors(definition: object) -> list[str]:
    """Work out every test vector; return each difference as a sentence, empty when all agree.

    A vector: ``name``, ``answers``, optional ``on`` (service date), ``expected`` with any of ``raw_total``,
    ``total_points``, ``amount_year``, ``amount_week``, ``amount_4_weeks``, ``lines`` (fields of the trace's
    questions, in order), or ``error`` (a part of the sentence that must be given).
    """
    try:
        vectors = read_mapping(definition, "The scheme").get("vectors")
        parse_scheme(definition)
        if not isinstance(vectors, list) or not vectors:
            raise SchemeError("The scheme carries no test vectors.")
        return [found for vector in vectors for found in _run(definition, read_mapping(vector, "A vector"))]
    except SchemeError as problem:
        return [str(problem)]


def _run(definition: object, vector: Mapping[str, Any]) -> list[str]:
    name = vector.get("name", "a vector")
    expected = read_mapping(vector.get("expected"), f'"expected" of vector "{name}"')
    try:
        on = read_date(vector["on"], "on") if "on" in vector else None
        result = allocate(definition, vector.get("answers"), on=on)
    except SchemeError as problem:
        if "error" in expected and str(expected["error"]) in str(problem):
            return []
        return [f"{name}: refused, {problem}"]
    if "error" in expected:
        return [f"{name}: a figure was given where it had to be refused."]
    return [f"{name}: {difference}" for difference in _differences(result, expected)]


def _differences(result: Allocation, expected: Mapping[str, Any]) -> list[str]:
    figures = {
        "raw_total": result.raw_points,
        "total_points": result.points,
        "amount_year": result.annual,
        "amount_week": result.weekly,
        "amount_4_weeks": result.four_weekly,
    }
    pairs: list[tuple[str, object, object]]
    pairs = [(field, figures.get(field), want) for field, want in expected.items() if field != "lines"]
    lines, questions = expected.get("lines", []), result.trace["questions"]
    if "lines" in expected:
        pairs.append(("number of lines", len(questions), len(lines)))
    for want, got in zip(lines, questions, strict=False):
        pairs += [(f"{got['domain']} {field}", got.get(field), value) for field, value in want.items()]
    return [f"{what} is {got}, not {want}" for what, got, want in pairs if not _same(got, want)]


def _same(got: object, want: object) -> bool:
    if got is None or want is None or isinstance(got, bool) or isinstance(want, bool):
        return got is want
    try:
        return Decimal(str(got)) == Decimal(str(want))
    except InvalidOperation:
        return got == want
