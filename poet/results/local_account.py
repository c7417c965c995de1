"""The Local Account: what a council shows of its own results, by theme, with the definitions.
Reading only.

The themes are those of `questions.THEMES`; a question carries none or more of them, and no theme
has a score. The same lines, in full, make up the peer-review pack.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.ui.components import Table
from poet.models import Improvement, Sharing
from poet.results import benchmark_exchange, publishing, result_tables
from poet.results.figures import Results, age_name, route_name
from poet.results.published import WHO, Book, Line, Question, year_words
from poet.survey import questions
from poet.ui import figure_presenter


@dataclass(frozen=True)
class Account:
    """What the page shows. `done`: what people said and what changed."""

    words: str
    year: str
    themes: list[dict[str, Any]]
    done: Table
    replies: str


def shared(council) -> Sharing | None:
    """The council's own word that its account is public; None while there is none."""
    found = Sharing.of_council(council)
    return found if found.account else None


def account(book: Book, year: str, said: str) -> Account:
    """The account of a year, from published lines alone."""
    rows: dict[str, list[list[str]]] = {}
    for who in WHO:
        r = Results(book, year=year, who=who)
        for one in r.questions:
            for theme in themes_of(one):
                rows.setdefault(theme, []).append(_evidence(r, one))
    head = [
        _("What people were asked about"),
        _("Who"),
        _("Good answers (likely range)"),
        _("Weighted to everybody with support"),
        _("Answers, about"),
    ]
    tables = [
        {
            "name": str(name),
            "table": Table(str(name), head, rows[code], numeric={2, 3, 4}, caption_size="m"),
        }
        for code, name in questions.THEMES.items()
        if code in rows
    ]
    return Account(said, year_words(year), tables, you_said(book.council), replies(book, year))


def themes_of(one: Question) -> tuple[str, ...]:
    return tuple(theme for theme in one.themes if theme in questions.THEMES)


def _evidence(r: Results, one: Question) -> list[str]:
    line = r.line(one.code)
    return [
        _(one.short),
        str(WHO[one.who]),
        result_tables.side(line, "good"),
        result_tables.weighed(r, one.code),
        result_tables.counted(line),
    ]


def replies(book: Book, year: str) -> str:
    """How many were asked and how many answered, in a sentence."""
    asked, answered = (
        sum(found) for found in zip(*(book.response_counts(year, who) for who in WHO), strict=True)
    )
    if not asked or not answered:
        return _("Fewer than five people have answered in this year.")
    return _(
        "About %(asked)s people were asked in this year, and about %(answered)s answered "
        "(%(share)s)."
    ) % {
        "asked": figure_presenter.number(asked),
        "answered": figure_presenter.number(answered),
        "share": figure_presenter.share(min(answered / asked, 1.0)),
    }


def you_said(council) -> Table:
    """The actions that the council shows, those with an outcome first. No names: an owner is a
    matter for the council.
    """
    found = Improvement.objects.filter(council=council, public=True)
    ordered = sorted(
        found, key=lambda one: (not one.done, -(one.changed_on or one.due_on).toordinal(), one.pk)
    )
    rows = [
        [
            one.said,
            one.action,
            one.changed
            or _("Under way, by %(month)s") % {"month": figure_presenter.month(one.due_on)},
        ]
        for one in ordered
    ]
    return Table(
        _("You said, we did"),
        [_("You said"), _("What we do"), _("What changed")],
        rows,
        first_is_header=False,
        empty=_("There is nothing here yet."),
    )


def pack(book: Book, year: str) -> Table:
    """The peer-review pack: every shown line of a year, one a row. The same figures as the pages,
    and no others.
    """
    head = [
        _("Year"),
        _("Who"),
        _("Themes"),
        _("Domain"),
        _("Question"),
        _("How the money is taken"),
        _("Age"),
        _("Answers, about"),
        _("Good"),
        _("In between"),
        _("Bad"),
        _("Share good"),
        _("From"),
        _("To"),
    ]
    rows = [
        _pack_row(year, one, view, group, line)
        for who in WHO
        for one in book.questions(who)
        for view in benchmark_exchange.VIEWS
        for group, line in book.groups(year, who, one.code, view).items()
    ]
    return Table(
        _("Peer-review pack"),
        head,
        rows,
        numeric=set(range(7, 14)),
        empty=_("There is nothing published yet."),
    )


def _pack_row(year: str, one: Question, view: str, group: str, line: Line) -> list[str]:
    route = group.partition("|")[0] if view in ("route", "route_age") else None
    age = group.rpartition("|")[2] if view in ("age", "route_age") else None
    counts = [
        _("hidden") if count is None else figure_presenter.number(count)
        for count in (line.good, line.middle, line.bad)
    ]
    low, high = line.interval or (None, None)
    return [
        year_words(year),
        str(WHO[one.who]),
        ", ".join(str(questions.THEMES[t]) for t in themes_of(one)),
        one.domain,
        _(one.short),
        _("All ways") if route is None else route_name(route),
        _("All ages") if age is None else age_name(age),
        figure_presenter.number(line.n),
        *counts,
        figure_presenter.share(line.share),
        figure_presenter.share(low),
        figure_presenter.share(high),
    ]


def year_shown(book: Book) -> str | None:
    """The newest year that has figures."""
    years = book.years()
    return years[0] if years else None


# (word, what it means)
DEFINITIONS = [
    (
        gettext_lazy("Good answers"),
        gettext_lazy(
            "“A lot better” or “a little better” where we asked what has changed; “very "
            "easy”, “quite easy” or "
            "“yes” where we asked about the way there. “Does not apply” and “would "
            "rather not say” are not "
            "counted."
        ),
    ),
    (
        gettext_lazy("Likely range"),
        gettext_lazy(
            "If we had asked other people of the same kind, the share would lie between "
            "these two figures "
            "19 times in 20 (Wilson interval)."
        ),
    ),
    (
        gettext_lazy("Weighted"),
        gettext_lazy(
            "People with a direct payment answer more often than others. Here each "
            "group, by how the money is taken "
            "and by age, counts as often as it has people with support."
        ),
    ),
    (
        gettext_lazy("Rounded and hidden"),
        gettext_lazy(
            "Counts are rounded to the nearest 5. Groups of fewer than %(base)s answers "
            "and counts under 5 "
            "are hidden, and so is what would give them away. A figure changes only when "
            "at least 5 "
            "new answers have come in."
        ),
    ),
    (
        gettext_lazy("What it does not say"),
        gettext_lazy(
            "These are people who chose to answer. It does not say why things are as "
            "they are, and "
            "it is no ranking of councils or teams."
        ),
    ),
]


def definitions() -> list[tuple[str, str]]:
    """What the words on the page mean: (word, meaning)."""
    base = {"base": publishing.suppression.SMALLEST_BASE}
    return [(str(word), str(meaning) % base) for word, meaning in DEFINITIONS]
