"""Does the first figure hold: the tables of the decisions of a period, by the name that their files
have too.

Counts are rounded and small ones hidden before they get here, so that a table may be published as
it is. Not here: the reading (budgets.variance, budgets.panel), the register of single decisions
(first_figures.py).
"""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budgets.decision import panel
from budgets.models import SchemeVersion
from budgets.models.figure import DIFFERENCES
from budgets.models.plan import ROUTE_NAMES
from budgets.spend import first_to_decided, totals
from cases.models.people import AGE_BANDS, NEED_GROUPS
from cases.ui.components import Table
from poet import statistics
from poet.dashboard.overview import Figures
from poet.ui import figure_presenter

PARTS = ("below", "within", "above")
SPLITS = {
    "group": (gettext_lazy("By need group"), gettext_lazy("Need group")),
    "team": (gettext_lazy("By team"), gettext_lazy("Team")),
    "version": (gettext_lazy("By the rules that gave the first figure"), gettext_lazy("Rules")),
    "route": (gettext_lazy("By way to take the money"), gettext_lazy("Way")),
    "age": (gettext_lazy("By age"), gettext_lazy("Age")),
}


def decisions(f: Figures):
    return totals.decisions(f.council, since=f.since, until=f.until, team=f.team)


def spread_table(f: Figures) -> Table:
    found = first_to_decided.spread(decisions(f))
    shown = statistics.suppress(
        {"all": {str(n): count for n, (_a, _b, count) in enumerate(found)}}
    )["all"]
    rows = [
        [_band(low, high), figure_presenter.answers(shown[str(n)])]
        for n, (low, high, _count) in enumerate(found)
    ]
    head = [_("The decided budget against the first figure"), _("Decisions, about")]
    return Table(
        _("How far decisions lie from the first figure"),
        head,
        rows if sum(c for *_e, c in found) else [],
        numeric={1},
        **f.files("spread"),
        empty=_("Nothing was decided in these months."),
    )


def _band(low, high) -> str:
    if low is None:
        return _("More than %(far)s below") % {"far": figure_presenter.share(-high)}
    if high is None:
        return _("More than %(far)s above") % {"far": figure_presenter.share(low)}
    if low < 0 < high:
        return _("Within a tenth")
    near, far = sorted((abs(low), abs(high)))
    place = _("%(near)s to %(far)s below") if high <= 0 else _("%(near)s to %(far)s above")
    return place % {"near": figure_presenter.share(near), "far": figure_presenter.share(far)}


def split_table(f: Figures, split: str) -> Table:
    caption, first = SPLITS[split]
    rows = first_to_decided.by(decisions(f), split)
    names = _names(split, rows)
    counts = {str(row.key): {part: getattr(row, part) for part in PARTS} for row in rows}
    shown = statistics.suppress(counts) if rows else {}
    head = [
        str(first),
        _("Decisions, about"),
        _("More than a tenth below"),
        _("Within a tenth"),
        _("More than a tenth above"),
        _("Share within a tenth"),
        _("The difference in the middle"),
        _("First figures, together"),
        _("Decided, together"),
    ]
    body = [
        [
            names.get(row.key) or _("Not known"),
            _base(row.n),
            *(figure_presenter.answers(shown[str(row.key)][part]) for part in PARTS),
            *_shares(row, shown[str(row.key)]),
        ]
        for row in rows
    ]
    return Table(
        str(caption),
        head,
        body,
        numeric=set(range(1, 9)),
        **f.files(f"by_{split}"),
        caption_size="s",
        empty=_("Nothing was decided in these months."),
    )


def _base(n: int) -> str:
    return (
        _("under 5")
        if n < statistics.SMALLEST_SHOWN
        else figure_presenter.number(statistics.round_to_5(n))
    )


def _shares(row, shown) -> list[str]:
    """What would give a few people's budgets, or a hidden count, away is left out."""
    few = row.n < statistics.SMALLEST_SHOWN
    told = statistics.may_show_share(row.within, row.n) and shown["within"] != statistics.HIDDEN
    share = row.within / row.n if told else None
    return [
        figure_presenter.share(share),
        *(
            [figure_presenter.NONE] * 3
            if few
            else [
                figure_presenter.signed(row.median),
                figure_presenter.money(row.first),
                figure_presenter.money(row.decided),
            ]
        ),
    ]


def _names(split: str, rows) -> dict:
    if split == "version":
        found = SchemeVersion.objects.select_related("scheme").filter(
            pk__in=[row.key for row in rows if row.key]
        )
        return {version.pk: str(version) for version in found}
    named: dict[str, dict[str, Any]] = {
        "group": NEED_GROUPS,
        "route": ROUTE_NAMES,
        "age": AGE_BANDS,
    }
    fixed = named.get(split)
    return (
        {code: str(said) for code, said in fixed.items()}
        if fixed
        else {row.key: row.key for row in rows}
    )


def costings_table(f: Figures) -> Table:
    found = first_to_decided.costings(decisions(f))
    few = {str(n): count for n, count in found}
    shown = statistics.suppress({"all": few})["all"] if few else {}
    rows = [
        [figure_presenter.number(n), figure_presenter.answers(shown[str(n)])] for n, _count in found
    ]
    head = [
        _("Plans and proposals costed from the first figure to the decision"),
        _("Decisions, about"),
    ]
    return Table(
        _("How often it was costed again"),
        head,
        rows,
        numeric={0, 1},
        first_is_header=False,
        **f.files("costings"),
        caption_size="s",
        empty=_("Nothing was decided in these months."),
    )


def reasons_table(f: Figures) -> Table:
    found = first_to_decided.reasons(decisions(f))
    shown = statistics.suppress({"all": dict(found)})["all"] if found else {}
    rows = [
        [str(DIFFERENCES.get(code, code)), figure_presenter.answers(shown[code])]
        for code, _n in found
    ]
    return Table(
        _("Why it differed"),
        [_("Reason"), _("Decisions, about")],
        rows,
        numeric={1},
        **f.files("reasons"),
        caption_size="s",
        empty=_("No reason was given in these months."),
    )


def panel_cost_table(f: Figures) -> Table:
    found = panel.cost(f.council, since=f.since, until=f.until, team=f.team)
    rows = [
        [_("Decisions of the panel"), figure_presenter.number(found.decided)],
        [_("People who waited for it"), figure_presenter.number(found.people)],
        [_("Calendar days it added, all together"), figure_presenter.number(found.days)],
        [_("Days a decision"), figure_presenter.decimal(found.days_each)],
        [_("The longest"), figure_presenter.number(found.longest)],
        [_("People who decided"), figure_presenter.number(found.members)],
        [
            _("What the plans put to it cost in a year, together"),
            figure_presenter.answers(statistics.HIDDEN)
            if found.people < statistics.SMALLEST_SHOWN
            else figure_presenter.money(found.value),
        ],
        [_("Sent back or changed"), figure_presenter.number(found.changed)],
        [_("Share of its decisions"), figure_presenter.share(found.change_rate)],
        [_("Without support meanwhile"), figure_presenter.number(found.without_interim)],
    ]
    return Table(
        _("What the panel costs"),
        [_("Decided in these months"), _("Figure")],
        rows if found.decided else [],
        numeric={1},
        **f.files("panel_cost"),
        empty=_("The panel decided nothing in these months."),
    )


def _split(split: str) -> Callable[[Figures], Table]:
    return lambda f: split_table(f, split)


TABLES: dict[str, Callable[[Figures], Table]] = {
    "spread": spread_table,
    **{f"by_{split}": _split(split) for split in SPLITS},
    "costings": costings_table,
    "reasons": reasons_table,
    "panel_cost": panel_cost_table,
}
