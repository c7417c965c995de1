"""The tables of "Ways to take the money", by the name that their files have too. Reading only;
counts of people are rounded before they get here (`route_funnel`).
"""

from __future__ import annotations

from datetime import date
from functools import cached_property

from django.utils.translation import gettext as _

from budgets.models import Restriction, UnmetRequest
from budgets.models.monitoring import TIERS as TIER_NAMES
from budgets.models.plan import ROUTE_NAMES
from budgets.money.sterling import pounds
from budgets.payments import monitoring, route_funnel, route_presenters
from budgets.plan import providers
from budgets.position import monitoring_tiers
from cases.common import dates
from cases.models import Council
from cases.models.people import AGE_BANDS, NEED_GROUPS
from cases.ui.components import Table
from cases.ui.date_words import day

SHOWN = 500


class Facts:
    """What the tables of one page are made of; the funnel is read once, however many tables show
    it.
    """

    def __init__(self, council: Council, since: date, until: date) -> None:
        self.council, self.since, self.until = council, since, until

    @cached_property
    def funnel(self) -> route_funnel.Funnel:
        return route_funnel.funnel_figures(self.council, since=self.since, until=self.until)


def _stages(facts: Facts) -> Table:
    found = facts.funnel
    rows = [
        [str(words), route_funnel.rounded(found.stages[code])]
        for code, words in route_funnel.STAGES.items()
    ]
    return Table(
        _("From the offer of a direct payment to its first money"),
        [_("How far"), _("People")],
        rows,
        numeric={1},
    )


def _drops(facts: Facts) -> Table:
    found = facts.funnel
    rows = [
        [
            str(route_funnel.STAGES[stage]),
            str(route_funnel.reasons()[why]),
            route_funnel.rounded(number),
        ]
        for (stage, why), number in sorted(
            found.drops.items(),
            key=lambda item: (list(route_funnel.STAGES).index(item[0][0]), -item[1]),
        )
    ]
    head = [_("Came as far as"), _("Why not further"), _("People")]
    return Table(
        _("Why people do not come further"),
        head,
        rows,
        numeric={2},
        empty=_("Nobody was left behind."),
    )


def _by_age(facts: Facts) -> Table:
    return _groups(facts.funnel.by_age, AGE_BANDS, _("By age"))


def _by_need(facts: Facts) -> Table:
    return _groups(facts.funnel.by_need, NEED_GROUPS, _("By the main reason for support"))


def _groups(found, names, caption) -> Table:
    rows = [[name, *counts] for name, counts in route_funnel.group_rows(found, names)]
    head = [_("Group"), *(str(words) for words in route_funnel.STAGES.values())]
    numbers = set(range(1, len(head)))
    return Table(caption, head, rows, numbers, empty=_("Nobody yet."), each_alone=True)


def _outside(facts: Facts) -> Table:
    rows = [
        [
            str(ROUTE_NAMES[s.route]),
            str(s.lines),
            str(s.outside),
            str(s.unnamed),
            "–" if s.percent is None else f"{s.percent}%",
            pounds(s.annual_outside),
        ]
        for s in providers.outside(facts.council, on=dates.today())
    ]
    head = [
        _("Way to take the money"),
        _("Paid parts"),
        _("Outside the frameworks"),
        _("Nobody named"),
        _("Share outside"),
        _("A year outside"),
    ]
    return Table(
        _("Support from outside the council's own frameworks"),
        head,
        rows,
        numeric={1, 2, 3, 4, 5},
        empty=_("No support is agreed yet."),
        each_alone=True,
    )


def _unmet(facts: Facts) -> Table:
    found = UnmetRequest.objects.filter(
        council=facts.council, recorded_at__gte=dates.london_midnight(facts.since)
    )[:SHOWN]
    rows = [
        [
            u.wanted,
            str(u.get_reason_display()),
            str(u.get_need_group_display()),
            str(u.get_age_band_display()),
            day(u.recorded_at),
        ]
        for u in found
    ]
    head = [
        _("What was asked for"),
        _("Why it could not be had"),
        _("Main reason for support"),
        _("Age"),
        _("On"),
    ]
    return Table(
        _("What people asked for and could not have"),
        head,
        rows,
        empty=_("Nothing was written down."),
    )


def _burden(facts: Facts) -> Table:
    found = monitoring.burden(facts.council, since=facts.since, until=facts.until)

    def each(total):
        share = found.each(total)
        return "–" if share is None else str(share)

    rows = [
        [_("People with a direct payment"), str(found.payments), ""],
        [_("Questions asked"), str(found.checks), each(found.checks)],
        [_("Things asked for"), str(found.items), each(found.items)],
        [
            _("Minutes it took (as people said, else as assumed)"),
            str(found.minutes),
            each(found.minutes),
        ],
        [_("Questions whose minutes people said themselves"), str(found.said), ""],
    ]
    for code, tier in monitoring_tiers.TIERS.items():
        rows.append(
            [
                _("Of these, asked in the tier: %(tier)s") % {"tier": TIER_NAMES[code]},
                str(found.by_tier.get(tier.code, 0)),
                "",
            ]
        )
    return Table(
        _("What looking after payments asks of people"),
        [_("What"), _("Together"), _("Each, a year")],
        rows,
        numeric={1, 2},
    )


def _restrictions(facts: Facts) -> Table:
    rows = (
        Restriction.objects.filter(case__council=facts.council)
        .select_related("case")
        .order_by("-begins_on", "-pk")[:SHOWN]
    )
    return route_presenters.restrictions_table(rows, True)


TABLES = {
    "funnel": _stages,
    "drops": _drops,
    "funnel_age": _by_age,
    "funnel_need": _by_need,
    "frameworks": _outside,
    "unmet": _unmet,
    "burden": _burden,
    "limits": _restrictions,
}


def all_of(council: Council, since: date, until: date) -> dict[str, Table]:
    """Every table by its name."""
    facts = Facts(council, since, until)
    return {name: make(facts) for name, make in TABLES.items()}
