"""Writing the plan together: THE rule of who may fill in which part, and who wrote what. Reading
only.

A helper may fill in what a worker checked (the scope "fill") and, where the person chose parts for
them, only those (`PlanShare`). Every action and page asks `parts_for`. Not here: choosing the parts
(actions/sharing.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budgets.models import PlanShare, PlanWriting, SupportPlan
from budgets.plan.readiness import PARTS
from cases import access, journey
from cases.letters.phrases import READERS
from cases.models import Case, Representation
from cases.ui.date_words import day

ALL = frozenset(PARTS)
OF_MONEY = frozenset(
    {"routes", "enough", "contribution"}
)  # for those who see the money (`access.READS`)
# A field that stands on the page of a part with another name.
PART_OF = {"enough_why": "enough", "over_reason": "enough", "contribution_seen": "contribution"}
TITLES: dict[str, Any] = {
    "what_matters": gettext_lazy("What matters to you"),
    "goals": gettext_lazy("What you want to be different"),
    "lines": gettext_lazy("The support you want"),
    "routes": gettext_lazy("Ways to take the money"),
    "risks": gettext_lazy("What could go wrong"),
    "in_control": gettext_lazy("How you stay in control"),
    "enough": gettext_lazy("Is the money enough?"),
    "contribution": gettext_lazy("What you may have to pay"),
    "helped": gettext_lazy("The help you had"),
}


def parts_for(case: Case, user: Any, people: Any = None) -> frozenset[str]:
    """The parts of the draft that this user may write now; none outside the step `plan`."""
    if case.step != "plan":
        return frozenset()
    people = access.representations(case.person_id) if people is None else people
    roles = access.roles_of(case, user, people)
    if roles & journey.WORKER or "person" in roles:
        return ALL
    mine = [r for r in people if r.user_id == user.pk and r.sees(case.kind) and "fill" in r.scope]
    chosen = parts_of(case, mine) if mine else {}
    found = frozenset().union(*(chosen[r.pk] for r in mine))
    return found if roles & access.READS["money"] else found - OF_MONEY


def may_edit(case: Case, user: Any, people: Any = None) -> bool:
    """May this user write any part of the draft?"""
    return bool(parts_for(case, user, people))


def parts_of(case: Case, helpers: Iterable[Representation]) -> dict[int, frozenset[str]]:
    """Representation -> the parts it may fill in where its scope allows filling in at all: all,
    unless some were chosen. One query.
    """
    helpers = list(helpers)
    rows = PlanShare.objects.filter(case=case, representation__in=helpers)
    chosen = dict(rows.values_list("representation_id", "parts"))
    return {r.pk: ALL & frozenset(chosen[r.pk]) if r.pk in chosen else ALL for r in helpers}


def writing_helpers(people: Iterable[Representation], kind: str) -> list[Representation]:
    """Those to whom parts can be given: everybody whose help covers filling in, checked already or
    not.
    """
    return [r for r in people if r.kind != "self" and "fill" in r.scope and r.opens(kind)]


def titles(parts: Iterable[str]) -> str:
    """Parts by name, in the order of the plan."""
    wanted = set(parts)
    if wanted >= ALL:
        return _("The whole plan")
    return ", ".join(str(TITLES[part]) for part in PARTS if part in wanted) or _("Nothing")


def line_place(pk: int | None) -> str:
    return f"line:{pk}"


def writers(plan: SupportPlan | None, reader: Any, role: str) -> dict[str, str]:
    """Place -> who wrote there and when, in words for this reader; empty while nobody but the
    reader wrote.

    A helper is not told the name of another helper.
    """
    rows = (
        list(PlanWriting.objects.filter(plan=plan).select_related("user"))
        if plan and plan.pk
        else []
    )
    if all(row.user_id == reader.pk for row in rows):
        return {}
    found: dict[str, list[str]] = {}
    for row in rows:
        words = {"who": _name(row, reader, role), "day": day(row.at)}
        found.setdefault(row.place, []).append(_("%(who)s on %(day)s") % words)
    return {
        place: _("Written by %(who)s") % {"who": "; ".join(names)} for place, names in found.items()
    }


def _name(row: PlanWriting, reader: Any, role: str) -> str:
    if row.user_id == reader.pk:
        return _("you")
    voice = role if role in journey.PERSON else "staff"
    words = str(READERS[voice].get(row.role) or row.role)
    if voice == "staff":
        return f"{row.user}, {words}"
    return str(row.user) if voice == "person" and row.role == "delegate" else words


def written_rows(
    plan: SupportPlan, lines: Iterable[Any], reader: Any, role: str
) -> list[tuple[str, str]]:
    """(part or line, who wrote it) of a whole plan, for reading."""
    found = writers(plan, reader, role)
    rows = [(str(TITLES[part]), found[part]) for part in PARTS if part in found]
    return rows + [
        (line.what, found[line_place(line.pk)]) for line in lines if line_place(line.pk) in found
    ]
