"""Writes the `Clock` rows that `clocks` derives from the events: after each of them, in its own
transaction.

A move that touches no clock costs nothing; one that does costs two statements here and one for the
targets when a clock begins; the change to the figures goes with that of the move. Registered in
`CasesConfig.ready`, before the rules of other apps, so that moves they make follow.
"""

from typing import Any

from django.utils.translation import gettext as _

from cases import journey
from cases.common import dates
from cases.common.refusals import NotYet
from cases.journey import clocks, hooks
from cases.models import Case, Clock, Event, TimeDelta

VERBS = {verb for c in journey.CLOCKS.values() for verb in (*c.starts, *c.ends)}
VERBS |= {name for effect in clocks.REACHES_BACK for name in journey.moves_where(clock=effect)}
VERBS |= set(journey.closing_moves())
ENDED = (
    "days",
    "month",
    "team",
    "route",
    "need_group",
    "age_band",
    "ended_at",
    "ended_by",
    "dropped_at",
)
MOVED = ("began_at", "due_at", "ended_at", "dropped_at", "days", "month")


@hooks.after(*sorted(VERBS))
def update_clock_rows(*, case: Case, event: Any, **_rest: Any) -> None:
    """Begin, end and drop the clocks of a case as its new event says."""
    if not clocks.touches(event.verb, event.codes):
        return
    story = clocks.Story()
    events: list[Any] = []
    if event.seq > 1:
        earlier = Event.objects.filter(case=case, seq__lt=event.seq).order_by("seq")
        events = list(earlier.values_list("pk", "verb", "at", "codes", named=True))
    for one in events:
        story.take(one)
    changed = story.take(event)
    if not changed:
        return
    if journey.effect_on_clock(event.verb) == "correct":
        _shift(case, changed)
        return
    ids = [e.pk for e in (*events, event)]
    rows = [_row(case, clock, ids) for clock in changed]
    Clock.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["case", "kind", "round"], update_fields=ENDED
    )
    for row, clock in zip(rows, changed, strict=True):
        case.deltas = (*case.deltas, *_deltas(row, clock.began_by == story.place))


def _deltas(row, new: bool) -> list[TimeDelta]:
    """The change to the figures: a clock that runs comes in, one that ended or was dropped goes out
    of those.
    """
    if new or not (row.ended_at or row.dropped_at):
        return [TimeDelta.of_open_clock(row)]
    return [TimeDelta.of_open_clock(row, -1)] + ([TimeDelta.of_clock(row)] if row.ended_at else [])


def _row(case, clock, ids) -> Clock:
    """A clock as a row; the groups of one that ended are those of the case at that moment."""
    row = Clock(
        council_id=case.council_id,
        case_id=case.pk,
        kind=clock.kind,
        round=clock.round,
        cycle=clock.cycle,
        cycle_no=clock.cycle_no,
        began_at=clock.began_at,
        due_at=clock.due_at,
        began_by_id=ids[clock.began_by],
        ended_at=clock.ended_at,
        dropped_at=clock.dropped_at,
    )
    if clock.ended_at:
        row.days, row.month, row.ended_by_id = clock.days, clock.month, ids[clock.ended_by]
        row.team_id, row.route, row.need_group, row.age_band = (
            case.team_id,
            case.route,
            case.need_group,
            case.age_band,
        )
    return row


def _shift(case, changed) -> None:
    """A corrected date shifts beginnings, ends and deadlines; one that would end a clock before it
    begins is refused.
    """
    for clock in changed:
        if clock.ended_at and clock.ended_at < clock.began_at:
            raise NotYet(
                _(
                    "“%(what)s” ended on %(end)s, so it can't begin on %(begin)s: it would "
                    "end before it starts."
                )
                % {
                    "what": journey.CLOCKS[clock.kind].title,
                    "end": _day(clock.ended_at),
                    "begin": _day(clock.began_at),
                },
                field="new_date",
            )
    found = {(row.kind, row.round): row for row in case.clocks.all()}
    rows = [found[clock.kind, clock.round] for clock in changed]
    figures = _as_counted(rows, -1)
    for row, clock in zip(rows, changed, strict=True):
        for name in MOVED:
            setattr(row, name, getattr(clock, name))
    Clock.objects.bulk_update(rows, MOVED)
    case.deltas = (*case.deltas, *figures, *_as_counted(rows, 1))


def _as_counted(rows, sign) -> list[TimeDelta]:
    ended = [TimeDelta.of_clock(row, sign) for row in rows if row.ended_at]
    return ended + [
        TimeDelta.of_open_clock(row, sign) for row in rows if not (row.ended_at or row.dropped_at)
    ]


def _day(moment) -> str:
    return dates.date_words(moment)
