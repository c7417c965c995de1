"""The dashboard's tables, by the name that their files have too: ready strings, suppressed before
they get here.

Every count of cases is a link to the cases behind it. Not here: the reading (timings, totals,
outcomes), who may see it (dashboard.scope_of), the tables of one step and of the journeys
(process_tables.py), files (files.py).
"""

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budgets.models.figure import DIFFERENCES
from cases.ui.components import Link, Table
from poet.dashboard.overview import Figures
from poet.ui import figure_presenter

FEW = 10  # finished stays under which a row says that they are few
AGES = {
    "under_28": gettext_lazy("Under 28 days"),
    "28_42": gettext_lazy("28 to 42"),
    "43_90": gettext_lazy("43 to 90"),
    "91_182": gettext_lazy("91 to 182"),
    "183_365": gettext_lazy("183 to 365"),
    "over_365": gettext_lazy("Over a year"),
}


def steps_table(f: Figures) -> Table:
    head = [
        _("Step"),
        _("Finished"),
        _("Half took at most (days)"),
        _("The same, pauses left out"),
        _("9 in 10 took at most (days)"),
        _("In time"),
        _("Not in time"),
        _("Longest (days)"),
        _("Came back"),
    ]
    rows = [
        [
            Link(figure_presenter.step(row.step), f.link("step", row.step)),
            *finished(f, row.step, row),
            counted(row.loops, f.cases_address(step=row.step, loop=1), _("that came back")),
        ]
        for row in f.steps
    ]
    return Table(
        _("How long each step took"),
        head,
        rows,
        numeric=set(range(1, 9)),
        **f.files("steps"),
        empty=_("No step was finished in these months."),
    )


def finished(f: Figures, code: str, row, **more) -> list:
    """The figures of finished stays or clocks: how many, half, net, 9 in 10, in time, late,
    longest.
    """
    late = row.with_target - row.in_target
    return [
        counted(row.n, f.cases_address(step=code, **more), _("finished"), few(row.n)),
        figure_presenter.number(row.median),
        figure_presenter.number(row.net_median),
        figure_presenter.number(row.p90),
        figure_presenter.share(row.share_in_target),
        counted(late, f.cases_address(step=code, late=1, **more), _("not in time")),
        figure_presenter.number(row.longest),
    ]


def counted(n: int, href: str, hidden: str, text: str = "") -> str | Link:
    """A count as a link to the cases behind it; nought has none behind it."""
    return (
        Link(text or figure_presenter.number(n), href, hidden=hidden)
        if n
        else figure_presenter.number(n)
    )


def few(n: int) -> str:
    return _("%(n)s (few)") % {"n": n} if n < FEW else figure_presenter.number(n)


def waiting_table(f: Figures) -> Table:
    head = [
        _("Step"),
        _("Waiting"),
        _("Past the deadline"),
        *map(str, AGES.values()),
        _("Longest (days)"),
    ]
    rows = [
        [
            Link(figure_presenter.step(row.step), f.link("step", row.step)),
            counted(row.n, f.cases_address(state="open", step=row.step), _("waiting")),
            counted(
                row.late,
                f.cases_address(state="open", step=row.step, late=1),
                _("past the deadline"),
            ),
            *(
                counted(
                    row.bands[name],
                    f.cases_address(state="open", step=row.step, band=name),
                    str(AGES[name]),
                )
                for name in AGES
            ),
            figure_presenter.number(row.longest),
        ]
        for row in f.waiting
    ]
    return Table(
        _("Waiting now, by how long they have been at the step"),
        head,
        rows,
        numeric=set(range(1, 10)),
        **f.files("waiting"),
        empty=_("Nobody is waiting."),
    )


def turns_table(f: Figures) -> Table:
    head = [_("Whose turn"), _("Cases"), _("Past the deadline"), _("Longest turn (days)")]
    rows = [
        [
            figure_presenter.turn(row.turn),
            counted(row.n, f.cases_address(state="open", turn=row.turn), _("cases")),
            counted(
                row.late,
                f.cases_address(state="open", turn=row.turn, late=1),
                _("past the deadline"),
            ),
            figure_presenter.number(row.longest),
        ]
        for row in f.turns
    ]
    return Table(
        _("Whose turn it is now"),
        head,
        rows,
        numeric={1, 2, 3},
        **f.files("turns"),
        empty=_("Nobody is waiting."),
    )


def longest_table(f: Figures) -> Table:
    head = [_("Reference"), _("Step"), _("Whose turn"), _("Days at this step"), _("Days late")]
    rows = [
        [
            Link(row.ref, reverse("cases:case", args=[row.ref])),
            figure_presenter.step(row.step),
            figure_presenter.turn(row.turn),
            figure_presenter.number(row.days),
            figure_presenter.number(row.days_late),
        ]
        for row in f.longest
    ]
    return Table(
        _("Who has waited longest"),
        head,
        rows,
        numeric={3, 4},
        **f.files("longest"),
        empty=_("Nobody is waiting."),
    )


def routes_table(f: Figures) -> Table:
    head = [
        _("How the money is taken"),
        _("People"),
        _("Share of people"),
        _("A year"),
        _("Share of that money"),
        _("Paid once"),
    ]
    people, money = sum(r.n for r in f.routes), sum(r.annual for r in f.routes)
    rows = [
        [
            str(row.title),
            figure_presenter.number(row.n),
            figure_presenter.share(row.n / people if people else None),
            figure_presenter.money(row.annual),
            figure_presenter.share(row.annual / money if money else None),
            figure_presenter.money(row.one_off),
        ]
        for row in f.routes
    ]
    return Table(
        _("Budgets in force today"),
        head,
        rows,
        numeric=set(range(1, 6)),
        **f.files("routes"),
        empty=_("No budget has been decided yet."),
    )


def figures_table(f: Figures) -> Table:
    """Decided against indicative: a large gap says that the first figure misleads people."""
    head, found = [_("The decided budget against the indicative one"), _("Figure")], f.difference
    rows = [
        [_("Decisions with an indicative budget before them"), figure_presenter.number(found.n)],
        [_("The difference in the middle"), figure_presenter.signed(found.median)],
        [_("9 in 10 differ by this or less"), figure_presenter.signed(found.p90)],
        [_("Within a tenth of it"), figure_presenter.number(found.within)],
        [_("Above it"), figure_presenter.number(found.above)],
        [_("Below it"), figure_presenter.number(found.below)],
        *(
            [_("Reason given: %(why)s") % {"why": DIFFERENCES[code]}, figure_presenter.number(n)]
            for code, n in sorted(found.reasons.items(), key=lambda one: (-one[1], one[0]))
        ),
    ]
    return Table(
        _("How near the first figure came"),
        head,
        rows if found.n else [],
        numeric={1},
        **f.files("figures"),
        empty=_("Nothing was decided in these months."),
    )


def outcomes_table(f: Figures) -> Table:
    head = [
        _("Since the support began"),
        _("Who"),
        _("Answers, about"),
        _("Better"),
        _("No difference"),
        _("Worse"),
        _("Say better"),
        _("Likely between"),
    ]
    return Table(
        _("What the support did for people"),
        head,
        _answer_rows(f, "outcomes"),
        numeric=set(range(2, 8)),
        **f.files("outcomes"),
        empty=_("Nothing has been published in this financial year."),
    )


def process_table(f: Figures) -> Table:
    head = [
        _("On the way there"),
        _("Who"),
        _("Answers, about"),
        _("Easy or yes"),
        _("In between"),
        _("Hard or no"),
        _("Say easy or yes"),
        _("Likely between"),
    ]
    return Table(
        _("What people say about the way there"),
        head,
        _answer_rows(f, "process"),
        numeric=set(range(2, 8)),
        **f.files("process"),
        empty=_("Nothing has been published in this financial year."),
    )


def _answer_rows(f, block) -> list[list]:
    who = {"person": _("People"), "carer": _("Carers"), "worker": _("Workers")}
    return [
        [
            _(row.question),
            who[row.instrument],
            figure_presenter.base(row.n),
            figure_presenter.answers(row.good),
            figure_presenter.answers(row.middle),
            figure_presenter.answers(row.bad),
            figure_presenter.share(row.share),
            figure_presenter.between(row.interval),
        ]
        for row in f.answers
        if row.block == block
    ]


TABLES: dict[str, Callable[[Figures], Table]] = {
    "steps": steps_table,
    "waiting": waiting_table,
    "turns": turns_table,
    "longest": longest_table,
    "routes": routes_table,
    "figures": figures_table,
    "outcomes": outcomes_table,
    "process": process_table,
}
