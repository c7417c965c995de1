"""What people said, by question: reading only, and already suppressed. Nothing finer leaves this module.

Shown: answers rounded to the nearest 5, counts under 5 hidden with whatever would give them away, and the share of
good answers with its 95% interval (Wilson) only when neither it nor its complement rests on fewer than 5 people.
Ways out ("does not apply", "rather not say") count nowhere. Under 30 answers the row says that they are few.
Sources: disclosure control of the adult social care statistics; Newcombe and Altman 2000.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from cases import dates, timings

from . import questions, statistics
from .models import Invitation, QuestionSet, Response

FEW = 30


@dataclass(frozen=True)
class OutcomeRow:
    """One question. Counts are ints rounded to 5 or the mark for hidden; `share` and interval are 0..1 or None."""

    question: str
    instrument: str
    block: str
    n: int | str
    good: int | str
    middle: int | str
    bad: int | str
    share: float | None
    interval: tuple[float, float] | None
    few: bool


@dataclass(frozen=True)
class Replies:
    """How many were asked and how many replied: never what anybody said."""

    asked: int
    answered: int
    replies: int


def results(council, *, since: date, until: date, route: str | None = None) -> list[OutcomeRow]:
    """Answers of the months from `since` to `until`, both included, in the order of the instruments."""
    sets = {row.pk: row for row in QuestionSet.objects.order_by("instrument", "code", "version")}
    found = _in_period(council, since, until)
    if route is not None:
        found = found.filter(route=route)
    groups = found.order_by().values_list("question_set", "answers").annotate(n=Count("pk"))
    counts: dict[tuple[int, str], Counter] = {}
    for set_id, answers, n in groups:
        for question, value in answers.items():
            counts.setdefault((set_id, question), Counter())[questions.counted(value)] += n
    ordered = sorted(sets.values(), key=lambda s: (s.instrument != "person", s.instrument, s.code, s.version))
    return [
        row_of(spec, one.instrument, counts[one.pk, spec["id"]])
        for one in ordered
        for spec in one.definition
        if (one.pk, spec["id"]) in counts
    ]


def row_of(spec: dict, instrument: str, counted: Counter) -> OutcomeRow:
    """One question's counts as they may be shown. `counted`: good, middle, bad and None (ways out)."""
    counts = {side: counted[side] for side in questions.COUNTS}
    n = sum(counts.values())
    shown = statistics.suppress({"row": counts})["row"]
    good = counts["good"]
    open_share = n > 0 and statistics.may_show_share(good, n)
    return OutcomeRow(
        question=spec["short"],
        instrument=instrument,
        block=spec["block"],
        n=statistics.round_to_5(n) if n >= statistics.SMALLEST_SHOWN else statistics.HIDDEN,
        share=good / n if open_share else None,
        interval=statistics.wilson_interval(good, n) if open_share else None,
        few=n < FEW,
        **shown,
    )


def replies(council, *, since: date, until: date) -> Replies:
    """Invitations made in the period and how many of them were answered; replies that came in the period."""
    made = Invitation.objects.filter(
        case__council=council,
        worker=None,
        made_at__gte=dates.london_midnight(since.replace(day=1)),
        made_at__lt=dates.london_midnight(timings.next_month(until)),
    ).aggregate(asked=Count("pk"), answered=Count("pk", filter=Q(answered=True)))
    return Replies(made["asked"], made["answered"], _in_period(council, since, until).count())


def better(rows: Iterable[OutcomeRow]) -> OutcomeRow | None:
    """The first question about a change in the person's life whose share may be shown."""
    return next((r for r in rows if r.block == "outcomes" and r.share is not None), None)


def _in_period(council, since, until):
    months = {"month__gte": since.replace(day=1), "month__lte": until.replace(day=1)}
    # what was said with a worker beside is another matter than what was said in private: never one figure
    return Response.objects.filter(council=council, **months).exclude(mode="with_worker")
