"""From the offer of a direct payment to its first money: how many come through, and why the others
do not. Reading only.

Counted are people whose first plan was sent in the period: every plan shows all ways of taking the
money, so whoever sends one was offered a direct payment. Numbers are rounded to the nearest 5 and
those under 5 not shown, so that no difference between two numbers says anything about one person.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Min
from django.utils.translation import gettext_lazy as _

from budgets.models import DirectPaymentAgreement, LineStart, PlanLine, SupportPlan
from cases import journey
from cases.common import dates
from cases.models import Case, Council, Event

STAGES = {
    "offered": _("Offered"),
    "wanted": _("Wanted"),
    "ready": _("Ready: agreement signed"),
    "paid": _("Paid"),
}
ENDED = {
    "withdraw": _("Withdrew"),
    "record_death": _("Died"),
    "end_support": _("The support ended"),
    "arrange_own": _("Arranged their own support"),
}
# Why somebody is not in the next stage. Each code comes from what was recorded anyway: nobody is
# asked for it.
REASONS = {
    **{code: route.chosen for code, route in journey.MONEY_ROUTES.items() if route.chosen},
    "nothing_paid": _("Nothing in the plan is paid"),
    **{f"refused_{code}": words for code, words in journey.CONDITIONS.items()},
    "changed": _("The plan that was agreed has no direct payment"),
    **ENDED,
    "under_way": _("Still under way"),
}
SMALL = 5


@dataclass
class Funnel:
    """Exact counts, for `rounded`; never shown as they are. `drops`: (stage reached, why not the
    next) -> people.
    """

    stages: Counter = field(default_factory=Counter)
    drops: Counter = field(default_factory=Counter)
    by_age: dict[str, Counter] = field(default_factory=dict)
    by_need: dict[str, Counter] = field(default_factory=dict)


def rounded(number: int) -> str:
    """A count as it may be shown: to the nearest 5, and none under 5. 0 stays 0."""
    if number == 0:
        return "0"
    if number < SMALL:
        return str(_("fewer than 5"))
    return str((number + 2) // 5 * 5)


def funnel_figures(council: Council, *, since: date, until: date, team: Any = None) -> Funnel:
    """The funnel of a period (until exclusive), in six statements whatever the number of cases."""
    begin, end = dates.london_midnight(since), dates.london_midnight(until)
    first = (
        SupportPlan.objects.filter(case__council=council)
        .exclude(digest="")
        .order_by()
        .values("case")
    )
    sent = first.annotate(on=Min("submitted_at")).filter(on__gte=begin, on__lt=end).values("case")
    cases = (
        Case.objects.filter(pk__in=sent)
        if team is None
        else Case.objects.filter(pk__in=sent, team=team)
    )
    known, found = _known(cases), Funnel()
    for case in cases.only("pk", "step", "age_band", "need_group"):
        reached = _reached(case.pk, known)
        ages = found.by_age.setdefault(case.age_band, Counter())
        needs = found.by_need.setdefault(case.need_group, Counter())
        for tally in (found.stages, ages, needs):
            tally.update(reached)
        if reached[-1] != "paid":
            found.drops[reached[-1], _why(case, reached[-1], known)] += 1
    return found


def _known(cases: Any) -> dict[str, Any]:
    """What was recorded about these cases, by case id."""
    routes: dict[int, set[str]] = {}
    for case, route in (
        PlanLine.objects.filter(plan__case__in=cases, annual__gt=0, funder="council")
        .exclude(plan__digest="")
        .values_list("plan__case", "route")
        .order_by()
        .distinct()
    ):
        routes.setdefault(case, set()).add(route)
    agreed: dict[int, tuple[int, set[str]]] = {}  # of the last agreed plan
    for case, number, route in (
        PlanLine.objects.filter(
            plan__case__in=cases, plan__state="agreed", annual__gt=0, funder="council"
        )
        .values_list("plan__case", "plan__number", "route")
        .order_by("plan__number")
    ):
        if agreed.get(case, (0,))[0] != number:
            agreed[case] = (number, set())
        agreed[case][1].add(route)
    signed = set(
        DirectPaymentAgreement.objects.filter(case__in=cases).values_list("case", flat=True)
    )
    starts = LineStart.objects.filter(
        line__plan__case__in=cases, line__route__in=journey.direct_routes()
    )
    told = {}
    events = Event.objects.filter(case__in=cases, verb__in=("refuse_route", *ENDED)).order_by(
        "case", "seq"
    )
    for case, verb, codes in events.values_list("case", "verb", "codes"):
        told[case] = f"refused_{codes.get('condition', '')}" if verb == "refuse_route" else verb
    return {
        "routes": routes,
        "agreed": agreed,
        "signed": signed,
        "told": told,
        "paid": set(starts.values_list("line__plan__case", flat=True)),
    }


def _reached(pk: int, known: dict[str, Any]) -> list[str]:
    stages = ["offered"]
    if known["routes"].get(pk, set()) & set(journey.direct_routes()):
        stages.append("wanted")
        if pk in known["signed"]:
            stages += ["ready", "paid"] if pk in known["paid"] else ["ready"]
    return stages


def _why(case: Case, last: str, known: dict[str, Any]) -> str:
    if last == "offered":
        chosen = known["routes"].get(case.pk, set())
        return next(
            (
                code
                for code, route in journey.MONEY_ROUTES.items()
                if route.chosen and code in chosen
            ),
            "nothing_paid",
        )
    told = known["told"].get(case.pk, "")
    if told in REASONS and (told not in ENDED or case.step == "closed"):
        return str(told)
    _number, agreed = known["agreed"].get(case.pk, (0, set()))
    return "changed" if agreed and not agreed & set(journey.direct_routes()) else "under_way"


def group_rows(found: dict[str, Counter], names: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """(group, each stage as it may be shown) in the order of the names."""
    return [
        (str(names.get(code) or _("Not known")), [rounded(found[code][stage]) for stage in STAGES])
        for code in (*names, *sorted(set(found) - set(names)))
        if code in found
    ]
