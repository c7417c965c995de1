"""The tables of the results pages, by the name that their files have too: ready strings from
published lines.
"""

from collections.abc import Callable
from datetime import date
from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import journey
from cases.common import dates
from cases.ui.components import Badge, Link, Table
from cases.ui.date_words import day
from poet.results import measured_conditions, national_surveys, publishing, suppression
from poet.results.figures import Results, TeamRow, age_name, route_name
from poet.results.process_and_outcome import CONDITIONS, Adjusted, Condition
from poet.results.published import Line, Question
from poet.statistics import SMALLEST_SHOWN, round_to_5
from poet.survey import questions
from poet.ui import figure_presenter
from poet.ui.addresses import address

NOTHING = gettext_lazy(
    "Nothing can be shown yet: fewer than 10 answers, or fewer than 5 since the last time."
)
NAMES = {
    "easy": gettext_lazy("The way was easy"),
    "knew": gettext_lazy("Knew the amount when planning"),
    "panel": gettext_lazy("Did not go to a panel"),
    "wait": gettext_lazy("Waited among the shortest quarter"),
}
AGAINST = {
    "easy": gettext_lazy("it was not easy"),
    "knew": gettext_lazy("did not know it"),
    "panel": gettext_lazy("went to a panel"),
    "wait": gettext_lazy("waited among the longest quarter"),
}
PLACES = {
    "within": gettext_lazy("As chance allows"),
    "near": gettext_lazy("Near the edge: look again"),
    "above": gettext_lazy("Higher than chance allows"),
    "below": gettext_lazy("Lower than chance allows"),
}


def counted(line: Line) -> str:
    """How many answers a line rests on, marked when they are few."""
    if line.n is None:
        return _("under 10")
    if not line.n:
        return _("none yet")
    return _("%(n)s (few)") % {"n": line.n} if line.few else figure_presenter.number(line.n)


def side(line: Line, name: str) -> str:
    """The share of one side with its interval, or that it is hidden."""
    count = getattr(line, name)
    if line.n is None or count is None:
        return _("hidden")
    if not line.n:
        return figure_presenter.NONE
    return _("%(share)s, from %(interval)s") % {
        "share": figure_presenter.share(count / line.n),
        "interval": figure_presenter.between(line.interval_of(name)),
    }


def weighed(r: Results, question: str) -> str:
    found = r.weighted(question)
    if found is None:
        return _("too few groups")
    return _("%(share)s, from %(interval)s") % {
        "share": figure_presenter.share(found.share),
        "interval": figure_presenter.between(found.interval),
    }


def _of_block(r: Results, block: str) -> list[Question]:
    return [one for one in r.questions if one.block == block]


def _named(r: Results, one: Question) -> Link:
    return Link(_(one.short), r.link("results_question", one.who, one.code))


def _all_rows(r: Results, block: str) -> list[list]:
    return [
        [
            _named(r, one),
            counted(line := r.line(one.code)),
            side(line, "good"),
            weighed(r, one.code),
            side(line, "middle"),
            side(line, "bad"),
        ]
        for one in _of_block(r, block)
    ]


def lives(r: Results) -> Table:
    head = [
        _("Since the support began"),
        _("Answers, about"),
        _("Better (likely range)"),
        _("Better, weighted to the caseload"),
        _("No difference"),
        _("Worse"),
    ]
    return Table(
        _("Did life get better?"),
        head,
        _all_rows(r, "outcomes"),
        numeric=set(range(1, 6)),
        **r.files("lives"),
        empty=str(NOTHING),
    )


def process_answers(r: Results) -> Table:
    head = [
        _("On the way there"),
        _("Answers, about"),
        _("Easy or yes (likely range)"),
        _("The same, weighted to the caseload"),
        _("In between"),
        _("Hard or no"),
    ]
    rows = [row for block in ("process", "quality") for row in _all_rows(r, block)]
    return Table(
        _("How was the way there?"),
        head,
        rows,
        numeric=set(range(1, 6)),
        **r.files("way"),
        empty=str(NOTHING),
    )


def _split(r: Results, view: str, caption: str, names: dict[str, str], file: str) -> Table:
    head = [_("Good answers (likely range)"), _("All together"), *names.values()]
    rows = [
        [
            _named(r, one),
            *(
                side(r.line(one.code, *where), "good")
                for where in [("all", ""), *((view, g) for g in names)]
            ),
        ]
        for one in r.questions
    ]
    return Table(
        caption, head, rows, numeric=set(range(1, len(head))), **r.files(file), empty=str(NOTHING)
    )


def routes(r: Results) -> Table:
    names = {code: route_name(code) for code in (*journey.MONEY_ROUTES, journey.MIXED)}
    return _split(r, "route", _("By how the money is taken"), names, "routes")


def ages(r: Results) -> Table:
    return _split(
        r, "age", _("By age"), {code: age_name(code) for code in publishing.AGES if code}, "ages"
    )


def response_table(r: Results) -> Table:
    """Who was asked and who answered: those who stay silent are part of the result."""
    groups = {
        "all/": _("Everybody"),
        **{f"route/{code}": route_name(code) for code in publishing.routes() if code},
        **{f"age/{code}": age_name(code) for code in publishing.AGES if code},
    }
    rows = []
    for group, name in groups.items():
        n, replied = r.book.response_counts(r.year, r.who, group)
        if n:
            rows.append(
                [
                    name,
                    figure_presenter.number(n),
                    figure_presenter.number(replied) if replied else _("under 5"),
                    figure_presenter.share(min(replied / n, 1.0))
                    if replied
                    else figure_presenter.NONE,
                ]
            )
    return Table(
        _("Who was asked, and who answered"),
        [_("Group"), _("Asked, about"), _("Answered, about"), _("Share")],
        rows,
        numeric={1, 2, 3},
        **r.files("asked"),
        empty=_("Fewer than five people were asked in this year."),
    )


def record(r: Results) -> Table:
    """Four of the conditions twice: as the cases themselves show them, and as people say. Small
    numbers are hidden.
    """
    said = {one.condition: one for one in r.questions if one.condition}
    first = date(int(r.year), 4, 1)
    found = measured_conditions.measured(
        r.book.council, since=first, until=dates.months_after(first, 11)
    )
    rows = [
        [
            str(questions.CONDITIONS[one.code]),
            *_as_recorded(one),
            side(r.line(said[one.code].code), "good")
            if one.code in said
            else figure_presenter.NONE,
        ]
        for one in found
        if r.who != "worker"
    ]
    head = [
        _("What a good budget needs"),
        _("Budgets begun, about"),
        _("As the record shows"),
        _("As people say (likely range)"),
    ]
    return Table(
        _("What the record shows, and what people say"),
        head,
        rows,
        numeric={1, 2, 3},
        **r.files("record"),
        empty=_("Colleagues are not asked about this."),
    )


def _as_recorded(one: measured_conditions.Measured) -> list[str]:
    """About how many, and the share of the rounded counts; hidden where either side is small."""
    if one.known < suppression.SMALLEST_BASE:
        return [_("under 10"), figure_presenter.NONE]
    known, met = round_to_5(one.known), round_to_5(one.met)
    few = 0 < min(one.met, one.known - one.met) < SMALLEST_SHOWN
    return [
        figure_presenter.number(known),
        figure_presenter.NONE if few else figure_presenter.share(min(met / known, 1.0)),
    ]


TABLES: dict[str, Callable[[Results], Table]] = {
    "lives": lives,
    "routes": routes,
    "ages": ages,
    "way": process_answers,
    "record": record,
    "asked": response_table,
}


# ---- one question


def _line_cells(line: Line) -> list[str]:
    return [counted(line), *(side(line, name) for name in ("good", "middle", "bad"))]


def groups(r: Results, one: Question) -> Table:
    """Every group that is ever shown of a question, hidden ones too: what is not shown is said."""
    rows = [[_("All together"), "", *_line_cells(r.line(one.code))]]
    rows += [
        [route_name(c), _("All ages"), *_line_cells(r.line(one.code, "route", c))]
        for c in publishing.routes()
        if c
    ]
    rows += [
        [_("All ways"), age_name(c), *_line_cells(r.line(one.code, "age", c))]
        for c in publishing.AGES
        if c
    ]
    rows += [
        [
            route_name(route),
            age_name(age),
            *_line_cells(r.line(one.code, "route_age", f"{route}|{age}")),
        ]
        for route in publishing.routes()
        for age in publishing.AGES
        if route and age
    ]
    head = [
        _("How the money is taken"),
        _("Age"),
        _("Answers, about"),
        _("Good"),
        _("In between"),
        _("Bad"),
    ]
    return Table(
        _("By how the money is taken and by age"),
        head,
        rows,
        numeric={2, 3, 4, 5},
        **r.question_files(one.code, "groups"),
    )


def teams(r: Results, one: Question) -> Table:
    head = [
        _("Team"),
        _("Answers, about"),
        _("Good"),
        _("95% limits"),
        _("99.8% limits"),
        _("Is it chance?"),
    ]
    rows = [
        [
            row.name,
            counted(row.line),
            figure_presenter.share(row.line.share),
            figure_presenter.between(row.limits["two"]),
            figure_presenter.between(row.limits["three"]),
            _place(row),
        ]
        for row in r.teams(one.code)
    ]
    return Table(
        _("By team"),
        head,
        rows,
        numeric={1, 2, 3, 4},
        **r.question_files(one.code, "teams"),
        empty=_(
            "No team has enough answers from people who agreed that their team is kept with them."
        ),
    )


def _place(row: TeamRow) -> Badge | str:
    words_ = str(PLACES[row.place])
    return (
        Badge(words_, {"above": "green", "below": "red"}.get(row.place, "grey"))
        if row.place != "within"
        else words_
    )


def months(r: Results, one: Question) -> Table:
    rows = [
        [figure_presenter.month(_month(key)), *_line_cells(line)]
        for key, line in r.months(one.code)
    ]
    head = [_("Month of the answer"), _("Answers, about"), _("Good"), _("In between"), _("Bad")]
    return Table(
        _("Month by month"),
        head,
        rows,
        numeric={1, 2, 3, 4},
        **r.question_files(one.code, "months"),
        empty=_("No month has 10 answers yet."),
    )


def _month(key: str):
    return date.fromisoformat(f"{key}-01")


def national(r: Results, one: Question) -> Table:
    line = r.line(one.code)
    rows = [
        [
            found.round,
            str(national_surveys.GROUPS[found.group]),
            str(national_surveys.MEASURES[found.measure]),
            found.words,
            str(national_surveys.VERDICTS[national_surveys.comparable(line, found, one.scale)])
            or _("another measure: not compared"),
            found.source,
        ]
        for found in national_surveys.published_beside(
            one.domain, national_surveys.GROUPS_OF[r.who]
        )
    ]
    head = [
        _("Round"),
        _("Whose"),
        _("What was counted"),
        _("Published figure"),
        _("Ours beside it"),
        _("Source"),
    ]
    return Table(
        _("The national surveys"),
        head,
        rows,
        **r.question_files(one.code, "national"),
        empty=_("No national figure was published on this question."),
    )


OF_A_QUESTION: dict[str, Callable[[Results, Question], Table]] = {
    "groups": groups,
    "teams": teams,
    "months": months,
    "national": national,
}


# ---- process against outcome


def link_table(r: Results, found: Condition) -> Table:
    """One condition against every question about a change in life."""
    first, second = CONDITIONS[found.name]
    head = [
        _("Since the support began"),
        _("Better, if so"),
        _("Better, if not"),
        _("Difference likely between"),
        _("Adjusted odds ratio"),
        _("Answers in it"),
        _("Holds?"),
    ]
    rows = []
    for row in found.rows:
        pair, one = dict(row.groups), r.question(row.question)
        rows.append(
            [
                _(one.short) if one else row.question,
                side(pair[first], "good"),
                side(pair[second], "good"),
                points(row.difference),
                *_adjusted(row.adjusted),
            ]
        )
    caption = _("%(so)s, against: %(not)s") % {"so": NAMES[found.name], "not": AGAINST[found.name]}
    shown = rows if any(row.difference for row in found.rows) else []
    return Table(
        caption,
        head,
        shown,
        numeric=set(range(1, 7)),
        **r.files(f"if-{found.name}"),
        caption_size="s",
        empty=_("Too few answers on both sides."),
    )


def points(interval) -> str:
    """A difference of two shares in percentage points."""
    if interval is None:
        return figure_presenter.NONE
    low, high = (round(end * 100) for end in interval)
    return _("%(low)+d to %(high)+d points") % {"low": low, "high": high}


def _adjusted(one: Adjusted | None) -> list[str]:
    if one is None:
        return [figure_presenter.NONE, figure_presenter.NONE, _("cannot be said")]
    ratio = f"{one.ratio:.1f} ({one.interval[0]:.1f} – {one.interval[1]:.1f})"
    return [ratio, figure_presenter.number(one.n), _("yes") if one.holds else _("no")]


def quarters(r: Results) -> Table:
    """Each question by quarter of waiting time."""
    found = next(one for one in r.conditions if one.name == "wait")
    head = [
        _("Better (likely range)"),
        _("Shortest waits"),
        _("Second quarter"),
        _("Third quarter"),
        _("Longest waits"),
    ]
    rows = []
    for row in found.rows:
        one, cells = r.question(row.question), [side(line, "good") for _level, line in row.groups]
        if any(line.share is not None for _level, line in row.groups):
            rows.append([_(one.short) if one else row.question, *cells])
    return Table(
        _("By how long the wait was"),
        head,
        rows,
        numeric={1, 2, 3, 4},
        **r.files("quarters"),
        caption_size="s",
        empty=_("Too few people agreed that their wait is kept with their answers."),
    )


def verdict(found: Condition) -> str:
    """The rule's answer in words."""
    facts = {
        "what": str(NAMES[found.name]).lower(),
        "holding": found.holding,
        "tested": found.tested,
    }
    if found.robust is None:
        return _(
            "Whether the link is robust cannot be said: too few groups have answers on both sides."
        )
    if found.robust:
        return (
            _(
                "Robust by our rule: it holds for %(holding)s of %(tested)s questions after "
                "age and route are taken "
                "into account."
            )
            % facts
        )
    return (
        _(
            "Not robust by our rule: it holds for %(holding)s of %(tested)s questions, and "
            "half are needed."
        )
        % facts
    )


def _condition_table(name: str, r: Results) -> Table:
    return link_table(r, next(c for c in r.conditions if c.name == name))


LINKS: dict[str, Callable[[Results], Table]] = {
    "quarters": quarters,
    **{f"if-{name}": partial(_condition_table, name) for name in CONDITIONS},
}


# ---- actions


def register(rows) -> Table:
    """The actions, those that are open first and by their day."""
    today, listed = dates.today(), sorted(rows, key=lambda one: (one.done, one.due_on, one.pk))
    head = [
        _("What people said"),
        _("What we do"),
        _("Who"),
        _("By when"),
        _("How it stands"),
        _("Public"),
    ]
    cells = [
        [
            Link(one.said, address("improvement", str(one.pk))),
            one.action,
            str(one.owner),
            day(one.due_on),
            [_state(one, today), one.changed],
            _("yes") if one.public else _("no"),
        ]
        for one in listed
    ]
    return Table(
        _("What we do about it"), head, cells, empty=_("No action has been written down yet.")
    )


def _state(one, today) -> Badge:
    if one.done:
        return Badge(_("Done on %(day)s") % {"day": day(one.changed_on)}, "green")
    return Badge(_("Past its day"), "red") if one.due_on < today else Badge(_("Open"), "grey")
