"""Reading the answers for an allocation: each checked against its question, nothing guessed,
nothing left out.

Pure. What a method makes of an ``Answer`` stands in budgets/allocation/methods.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext

from budgets.allocation.readers import SchemeError, read_mapping, read_number, show
from budgets.allocation.schemes import RESERVED, Domain, Option, Scheme

DOES_NOT_APPLY = "does_not_apply"
FIGURE = "figure"  # an override of the whole figure, in place of a question's code


@dataclass(frozen=True)
class Answer:
    """A checked answer: unpaid-support level and the share of the need it leaves (0..1).

    ``number``: the option's, from 0; None for a score between two options, or for hours a worker
    has set. ``applies`` False: the question is not about this person; it counts nothing and is
    still answered.
    """

    domain: Domain
    number: int | None
    option: Option
    level: str | None
    kept: Decimal
    applies: bool = True

    @property
    def counted(self) -> Decimal:
        """What the method counts: the option's points, hours or pounds times the share kept."""
        return (self.option.value or Decimal(0)) * self.kept

    @property
    def option_given(self) -> int | str | None:
        return self.number if self.applies else DOES_NOT_APPLY

    def sum_in_words(self, unit: str) -> str:
        if not self.applies:
            return self.option.label
        value = f"{self.option.label}: {plain(self.option.value or Decimal(0))} {unit}"
        return value + self.share_in_words()

    def share_in_words(self) -> str:
        return (
            ""
            if self.kept == 1
            else f' × {self.kept} (unpaid support "{self.level}") = {plain(self.counted)}'
        )


def plain(number: Decimal) -> str:
    """A number as people write it: 20, 6.75, 19.5."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def whole_level(kept: Mapping[str, Any]) -> str:
    """The level of unpaid support that takes nothing off: what is counted where no help is
    needed.
    """
    return next((level for level, share in kept.items() if Decimal(str(share)) == 1), "none")


def unpack(inputs: object) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is kept or filed under one roof, apart: (answers, {"overrides", "add_ons", "external"}
    as given).
    """
    given = read_mapping(inputs, "The answers")
    extras = {key: given[key] for key in RESERVED if key in given and given[key]}
    return {code: answer for code, answer in given.items() if code not in RESERVED}, extras


def read_answers(
    scheme: Scheme,
    given: Mapping[str, Any],
    overrides: Mapping[str, Mapping[str, Any]] | None = None,
) -> list[Answer]:
    """Every question's answer, in the order of the scheme; ``overrides`` are a worker's, each with
    its reason.

    SchemeError: a question that is not asked, an answer that is none, or, all named together, what
    is missing.
    """
    overrides = _checked_overrides(scheme, overrides or {})
    codes = {domain.code for domain in scheme.domains}
    for code in given:
        if code not in codes:
            raise SchemeError(f"The scheme does not ask the question {show(code)}.")
    missing, read = [], []
    for domain in scheme.domains:
        entry = given.get(domain.code)
        answer = {} if entry is None else read_mapping(entry, f'The answer to "{domain.title}"')
        answer, hours = _overridden(scheme, domain, answer, overrides.get(domain.code))
        if _is_missing(scheme, answer):
            missing.append(domain.title)
            continue
        found = _read_answer(scheme, domain, answer)
        read.append(found if hours is None else _with_hours(found, hours))
    if missing:
        raise SchemeError(
            gettext("There is no figure yet, because these are not answered: %(missing)s.")
            % {"missing": "; ".join(missing)}
        )
    return read


def _is_missing(scheme: Scheme, answer: Mapping[str, Any]) -> bool:
    """Not answered, or answered without what family and friends do, where the scheme counts it."""
    if answer.get("option") == DOES_NOT_APPLY:
        return False
    scored = answer.get("points") is not None and scheme.allow_between
    if answer.get("option") is None and not scored:
        return True
    return bool(scheme.multipliers) and answer.get("unpaid_support") is None


def _checked_overrides(
    scheme: Scheme, overrides: Mapping[str, Any]
) -> dict[str, Mapping[str, Any]]:
    known = {domain.code for domain in scheme.domains} | {FIGURE}
    checked = {}
    for code, change in overrides.items():
        change = read_mapping(change, f'The changed answer to "{code}"')
        if code not in known:
            raise SchemeError(f"The scheme does not ask the question {show(code)}.")
        reason = change.get("reason")
        if not isinstance(reason, str) or not reason.strip():
            raise SchemeError(f'A changed answer to "{code}" needs a reason.')
        checked[code] = change
    return checked


def _overridden(
    scheme: Scheme, domain: Domain, answer: Mapping[str, Any], change: Mapping[str, Any] | None
) -> tuple[Mapping[str, Any], Decimal | None]:
    """The answer as a worker places it, and the hours a week a worker sets in a reckoner (None: the
    table's).
    """
    if change is None:
        return answer, None
    new = {key: value for key, value in change.items() if key not in ("reason", "hours")}
    earlier = dict(answer)
    if (
        "option" in new or "points" in new
    ):  # one of the two: a score between options has no option of its own
        earlier.pop("option", None)
        earlier.pop("points", None)
    hours = None
    if change.get("hours") is not None:
        if scheme.method != "reckoner":
            raise SchemeError("Only a ready reckoner counts hours that a worker may set.")
        hours = read_number(change["hours"], f'The hours a week for "{domain.title}"')
        if hours > 336:  # two workers day and night
            raise SchemeError(f'The hours a week for "{domain.title}" are more than 336.')
    return {**earlier, **new}, hours


def _with_hours(answer: Answer, hours: Decimal) -> Answer:
    label = f"{plain(hours)} hours a week, set by the worker"
    return replace(answer, option=replace(answer.option, label=label, value=hours), applies=True)


def _read_answer(scheme: Scheme, domain: Domain, answer: Mapping[str, Any]) -> Answer:
    what, level = f'"{domain.title}"', answer.get("unpaid_support")
    known = {"option", "unpaid_support"} | ({"points"} if scheme.allow_between else set())
    strange = sorted(set(answer) - known)
    if strange:
        raise SchemeError(
            f"The answer to {what} has a field that is not known, {show(strange[0])}."
        )
    if answer.get("option") == DOES_NOT_APPLY:
        return _not_applicable(domain)
    number, option = _chosen(domain, answer)
    if level is not None and (not isinstance(level, str) or level not in scheme.multipliers):
        raise SchemeError(
            f"The unpaid support level {show(level)} for {what} does not exist in this scheme."
        )
    return Answer(
        domain, number, option, level, Decimal(1) if level is None else scheme.multipliers[level]
    )


def _not_applicable(domain: Domain) -> Answer:
    if not domain.may_not_apply:
        raise SchemeError(f'The question "{domain.title}" has no answer "does not apply".')
    return Answer(
        domain, None, Option("Does not apply", Decimal(0), False, ""), None, Decimal(1), False
    )


def _chosen(domain: Domain, answer: Mapping[str, Any]) -> tuple[int | None, Option]:
    what, number = f'"{domain.title}"', answer.get("option")
    if answer.get("points") is not None:
        if number is not None:
            raise SchemeError(f"The answer to {what} gives an option and points: one of the two.")
        return _between(domain, read_number(answer["points"], f"The points for {what}", 3))
    if type(number) is not int:  # true is an int to Python, but not an option number
        raise SchemeError(f"The option for {what} must be a whole number, not {show(number)}.")
    if not 0 <= number < len(domain.options):
        raise SchemeError(f"{what} has options 0 to {len(domain.options) - 1}, not {show(number)}.")
    return number, domain.options[number]


def _between(domain: Domain, points: Decimal) -> tuple[int | None, Option]:
    """A score between two printed ones, never outside them; a printed score is its option."""
    printed = [(option.value or Decimal(0), number) for number, option in enumerate(domain.options)]
    for value, number in printed:
        if value == points:
            return number, domain.options[number]
    below, above = [p for p in printed if p[0] < points], [p for p in printed if p[0] > points]
    if not below or not above:
        reach = f"{plain(min(printed)[0])} to {plain(max(printed)[0])}"
        raise SchemeError(
            f'{plain(points)} points for "{domain.title}" are outside its printed scores ({reach}).'
        )
    (low, first), (high, second) = max(below), min(above)
    lower, upper = domain.options[first].label, domain.options[second].label
    words = f'Between "{lower}" ({plain(low)}) and "{upper}" ({plain(high)})'
    return None, Option(words, points, False, "")
