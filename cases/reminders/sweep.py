"""The late bell: every visit and clock that waits too long is chased once a kind and round, for all
cases of a council.

Exactly once is the work of unique constraints (visit or clock + kind + round, dedupe key), not of a
lock: any number of sweeps may run at once, and one that is killed leaves nothing half done: all of
a council stands in one transaction, and an error in one council leaves the others chased (`jobs`).
Which rounds there are follows from dates alone, never from when the bell rang last, so a worker
that was off for days makes what it would have made. The sweep never moves a case. Who is told:

- the turn is the person's or their helper's: they are offered help, at most once in seven days and
  never with the
  word "overdue"; a copy goes to the named worker;
- the turn is somebody's without a sign-in (provider, other agency): the named worker, who records
  their acts;
- otherwise whoever has the turn, or else the mailbox of the team that has it; a role without a team
  (finance, panel,
  service manager) has its queue;
- two weeks late, and every two weeks after: the team's mailbox, or else its managers;
- a clock, or somebody who waits without a word: the named worker, or else the team's mailbox or its
  managers;
- a message or a request whose day for an answer is past: the same, and two weeks later those above
  the worker too.

Staff get one digest a day (channel `digest`, read by `digest`); what the law sets a date for goes
singly. Sources: the sweep measured in docs (one INSERT..SELECT against row by row); CPython's
sqlite3 and PostgreSQL both take `INSERT .. SELECT .. ON CONFLICT DO NOTHING`, SQLite only with a
WHERE before it.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from cases import journey
from cases.common import dates
from cases.journey import hooks
from cases.journey.reminder_days import (
    CHASED,
    DRAFTS,
    LOOKED_AT,
    OFFERS_APART,
    REVIEW_SOON,
    ROUND,
    SOON,
    STATUTORY,
)
from cases.models import Nudge
from cases.reminders.sweep_sql import (
    ASKED,
    CLOCK,
    DIGEST,
    DRAFT,
    DUE_SOON,
    FURTHER,
    KEEP_IN_TOUCH,
    OVERDUE,
    TELL,
    fill,
    for_vendor,
    quoted,
)
from cases.resilience import jobs
from cases.resilience.heartbeat import beat

# nudges a statement, so that none runs into the database's time limit after a long absence
BATCH = 5_000
TELL = fill(TELL, statutory=quoted(STATUTORY))


class Swept(NamedTuple):
    nudges: int
    messages: int
    digests: int


def sweep(now: datetime | None = None) -> Swept:
    """Chase everything whose day has come by `now`, council by council. Returns how many rows this
    round made.
    """
    now = now or timezone.now()
    found = statements(now)
    done = jobs.apart("sweep", jobs.of_councils(lambda council: _of_council(council, found, now)))
    beat("sweep")
    return Swept(*(sum(column) for column in zip((0, 0, 0), *done, strict=True)))


def _of_council(council: int, found: list[tuple[str, dict]], now: datetime) -> Swept:
    nudges = messages = 0
    whole = _facts(now) | {"council": council}
    with transaction.atomic():
        above = _last()
        for statement, facts in found:
            own = facts | {"council": council}
            for made in _batches(statement, own):
                nudges, messages = nudges + made, messages + _run(TELL, own | {"above": above})
                above = _last()
        messages += _run(TELL, whole)  # those who could not be told before
        messages += _run(for_vendor(ASKED, connection.vendor), whole)
        return Swept(nudges, messages, _run(DIGEST, whole))


def statements(now: datetime) -> list[tuple[str, dict]]:
    """Every kind's statement with its values, but for the council. All days are counted in
    London.
    """
    today = dates.london_date(now)

    def values(days_from_now=None):
        """`until`: the moment at which the day so many days from today begins."""
        until = (
            now
            if days_from_now is None
            else dates.london_midnight(today + timedelta(days=days_from_now))
        )
        return _facts(now) | {"until": connection.ops.adapt_datetimefield_value(until)}

    owed = journey.steps_where(contact_owed=True)
    reviewing = journey.steps_where(money_runs=True, waits=True)
    reviews = {
        "kinds": quoted(journey.REVIEWS),
        "kind": "due_soon",
        "more": f"AND c.step NOT IN ({quoted(reviewing)})",
    }
    found = [
        (OVERDUE, values()),
        (DUE_SOON, values(SOON)),
        (FURTHER, values(-ROUND)),
        (fill(KEEP_IN_TOUCH, owed=quoted(owed)), values(1 - ROUND)),
        (fill(CLOCK, **reviews), values(REVIEW_SOON)),
        (fill(CLOCK, kinds=quoted(CHASED), kind="overdue", more=""), values()),
    ]
    for step, drafts in hooks.DRAFTS.items():
        found += [
            (fill(DRAFT, step=step, drafts=drafts, kind=f"draft_{n}"), values(1 - n))
            for n in DRAFTS
        ]
    return [(for_vendor(statement, connection.vendor), facts) for statement, facts in found]


def _facts(now: datetime) -> dict:
    today = dates.london_date(now)
    moments = {
        "now": now,
        "recent": now - timedelta(days=LOOKED_AT),
        "offered": dates.london_midnight(today - timedelta(days=OFFERS_APART - 1)),
    }
    return {
        name: connection.ops.adapt_datetimefield_value(moment) for name, moment in moments.items()
    } | {
        "today": connection.ops.adapt_datefield_value(today),
        "day": f"{today:%Y-%m-%d}",
        "soon": SOON,
        "round": ROUND,
        "limit": BATCH,
        "above": 0,
    }


def _last() -> int:
    """The last nudge there is: whoever is told next is told of later ones."""
    return Nudge.objects.aggregate(last=Max("pk"))["last"] or 0


def _batches(statement: str, facts: dict) -> Iterator[int]:
    """Run a statement until it makes nothing more: a batch at a time."""
    made = BATCH
    while made >= BATCH:
        made = _run(statement, facts)
        if made:
            yield made


def _run(statement: str, facts: dict) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, facts)
        return max(cursor.rowcount, 0)
