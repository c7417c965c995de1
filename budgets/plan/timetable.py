"""The plan as a timetable: its lines laid over the seven days, from what they already say under
"When?". Pure reading.

Nothing new is asked: "weekday mornings" is Monday to Friday in the morning, "Tue and Thu evening"
two evenings. A line that names no day is listed beside the week and never guessed into it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budgets.models import PlanLine
from budgets.money.costing import WEEKLY_UNITS
from cases.ui.components import Table

DAYS = {
    "mon": gettext_lazy("Monday"),
    "tue": gettext_lazy("Tuesday"),
    "wed": gettext_lazy("Wednesday"),
    "thu": gettext_lazy("Thursday"),
    "fri": gettext_lazy("Friday"),
    "sat": gettext_lazy("Saturday"),
    "sun": gettext_lazy("Sunday"),
}
ORDER = list(DAYS)
# The parts of a day in their order, by the words in which people write them.
TIMES = {
    "morning": (gettext_lazy("Morning"), r"mornings?|breakfasts?|a\.?m\.?"),
    "midday": (gettext_lazy("Midday"), r"midday|noon|lunch(?:times?|es)?"),
    "afternoon": (gettext_lazy("Afternoon"), r"afternoons?|p\.?m\.?|tea(?:times?)?"),
    "evening": (gettext_lazy("Evening"), r"evenings?|dinners?|suppers?|bed(?:times?)?"),
    "night": (gettext_lazy("Night"), r"nights?|overnight"),
}
DAY_NAME = (
    r"(mon|tue|wed|thu|fri|sat|sun)(?:s|sday|nesday|rsday|urday|day|r|rs|ues|nes)?(?:days?|s)?"
)
SPAN = re.compile(rf"\b{DAY_NAME}\s*(?:to|until|till|-|–)\s*{DAY_NAME}\b")
ONE = re.compile(rf"\b{DAY_NAME}\b")
GROUPS = (
    (re.compile(r"\b(?:every ?day|daily|each day|7 days|seven days|all week)\b"), ORDER),
    (re.compile(r"\b(?:week ?days?|working days?)\b"), ORDER[:5]),
    (re.compile(r"\bweek-?ends?\b"), ORDER[5:]),
)
EACH_DAY = re.compile(
    r"^(?:the |in the |every |each |at "
    r")*(?:mornings|afternoons|evenings|nights|lunchtimes|bedtimes)\b"
)
NOT_WEEKLY = re.compile(
    r"\b(?:month|months|monthly|fortnight|fortnightly|every (?:other|second|third)|yearly|a "
    r"year|(?:first|second|third|fourth|last) [a-z]+day)\b"
)
EVERY_TIME = re.compile(r"\b(?:every|each) (?:morning|afternoon|evening|night|lunchtime|bedtime)\b")


@dataclass
class Week:
    """`days`: day -> [(part of the day, line)]; `other`: the lines that name no day, or are not of
    every week.
    """

    days: dict[str, list[tuple[str, PlanLine]]] = field(
        default_factory=lambda: {day: [] for day in DAYS}
    )
    other: list[PlanLine] = field(default_factory=list)


def days_of(when: str) -> list[str]:
    """The days of every week that some words name, in their order; empty where they name none."""
    text = " ".join(when.casefold().split())
    found: set[str] = set()
    if NOT_WEEKLY.search(text):
        return []
    for first, last in SPAN.findall(text):
        a, b = ORDER.index(first), ORDER.index(last)
        found |= set(ORDER[a : b + 1] if a <= b else ORDER[a:] + ORDER[: b + 1])
    found |= set(ONE.findall(text))
    for pattern, days in GROUPS:
        found |= set(days) if pattern.search(text) else set()
    if not found and (EACH_DAY.search(text) or EVERY_TIME.search(text)):
        found = set(ORDER)
    return [day for day in ORDER if day in found]


def times_of(when: str) -> list[str]:
    """The parts of the day that some words name; [""] where they name none."""
    text = when.casefold()
    return [
        code for code, (_name, words) in TIMES.items() if re.search(rf"\b(?:{words})(?!\w)", text)
    ] or [""]


def weekly_timetable(lines: Iterable[PlanLine]) -> Week:
    """Lines by day and part of the day, family and friends among them."""
    week = Week()
    for line in lines:
        days = days_of(line.when) if line.unit in WEEKLY_UNITS else []
        if not days:
            week.other.append(line)
        for day in days:
            week.days[day] += [(time, line) for time in times_of(line.when)]
    order = ["", *TIMES]
    for found in week.days.values():
        found.sort(key=lambda one: order.index(one[0]))
    return week


def table(week: Week) -> Table:
    """A row a day, which on a telephone is a list."""
    rows = [
        [
            str(DAYS[day]),
            [_entry(time, _with_who(line)) for time, line in found] or [_("Nothing yet")],
        ]
        for day, found in week.days.items()
    ]
    return Table(_("Your week"), [_("Day"), _("What happens")], rows, caption_size="m")


def in_short(week: Week) -> list[list[str]]:
    """[days, what happens]: neighbouring days with the same stand together, days with nothing are
    left out.
    """
    found: list[tuple[list[str], list[str]]] = []
    for day, entries in week.days.items():
        said = [_entry(time, line.what) for time, line in entries]
        if found and found[-1][1] == said:
            found[-1][0].append(day)
        else:
            found.append(([day], said))
    return [[_days(days), "; ".join(said)] for days, said in found if said]


def _days(days: list[str]) -> str:
    if len(days) == len(DAYS):
        return _("Every day")
    names = {"first": str(DAYS[days[0]]), "last": str(DAYS[days[-1]])}
    return names["first"] if len(days) == 1 else _("%(first)s to %(last)s") % names


def _with_who(line: PlanLine) -> str:
    return f"{line.what} ({line.provider or line.get_who_display()})"


def _entry(time: str, what: str) -> str:
    return f"{TIMES[time][0]}: {what}" if time else what


def elsewhere(week: Week) -> list[str]:
    """The lines that have no day of the week, each with what it says of when."""
    return [f"{line.what}: {line.when}" if line.when else line.what for line in week.other]
