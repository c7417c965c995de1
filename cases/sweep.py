"""The late bell: every open visit past its deadline is chased once, in two SQL statements for all cases.

Exactly once is the work of two unique constraints (visit + kind + round, dedupe key), not of a lock: any number
of sweeps may run at once, and one that is killed leaves nothing half done, because both statements stand in one
transaction. The sweep never moves a case. Who is told:

- the turn is the person's or their helper's: the person, through their safe contact, with an offer of help and
  never the word "overdue"; a copy goes to the named worker;
- the turn is somebody's without a sign-in (provider, other agency): the named worker, who records their acts;
- otherwise whoever has the turn, or else the mailbox of the team that has it;
- a role without a team (finance, panel, service manager) gets no message: its queue shows the case as late.

Sources: the sweep measured in docs (one INSERT..SELECT against row by row); CPython's sqlite3 and PostgreSQL both
take `INSERT .. SELECT .. ON CONFLICT DO NOTHING`, SQLite only with a WHERE before it.
"""

from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from . import dates
from .models import Heartbeat

OVERDUE = """
INSERT INTO cases_nudge (council_id, visit_id, kind, round, made_at)
SELECT v.council_id, v.id, 'overdue', 0, %(now)s
FROM cases_visit v JOIN cases_case c ON c.id = v.case_id
WHERE v.left_at IS NULL AND v.due_at <= %(now)s
  AND (c.paused_until IS NULL OR c.paused_until <= %(today)s)
  AND NOT EXISTS (SELECT 1 FROM cases_nudge n WHERE n.visit_id = v.id AND n.kind = 'overdue' AND n.round = 0)
ORDER BY v.id
ON CONFLICT DO NOTHING
"""
# One row a recipient. `r` are the ways of being told; the ON clause says which of them apply to a case.
TELL = """
INSERT INTO cases_message (council_id, case_id, to_person_id, to_user_id, to_team_id, template, nudge_id, token,
                           dedupe_key, channel, state, made_at, not_before, attempts, last_error)
SELECT n.council_id, c.id,
  CASE WHEN r.who = 'person' THEN p.id END,
  CASE WHEN r.who = 'worker' THEN c.worker_id WHEN r.who = 'user' THEN c.turn_user_id END,
  CASE WHEN r.who = 'team' THEN t.id END,
  CASE WHEN r.who = 'person' THEN 'offer_of_help' ELSE 'overdue' END,
  n.id, '',
  'nudge:' || n.id || ':' || CASE r.who WHEN 'person' THEN 'person' WHEN 'team' THEN 'team' || t.id
    WHEN 'worker' THEN '' || c.worker_id ELSE '' || c.turn_user_id END,
  CASE WHEN r.who = 'person' THEN p.contact_by ELSE 'email' END,
  'waiting', %(now)s, %(now)s, 0, ''
FROM cases_nudge n
JOIN cases_visit v ON v.id = n.visit_id
JOIN cases_case c ON c.id = v.case_id
JOIN cases_person p ON p.id = c.person_id
LEFT JOIN cases_team t ON t.id = c.turn_team_id
JOIN (SELECT 'person' AS who UNION ALL SELECT 'worker' UNION ALL SELECT 'user' UNION ALL SELECT 'team') r ON
     (r.who = 'person' AND c.turn IN ('person', 'delegate') AND p.died_on IS NULL)
  OR (r.who = 'worker' AND c.turn IN ('person', 'delegate', 'provider', 'other_agency', 'nobody')
      AND c.worker_id IS NOT NULL)
  OR (r.who = 'user' AND c.turn NOT IN ('person', 'delegate', 'provider', 'other_agency', 'nobody')
      AND c.turn_user_id IS NOT NULL)
  OR (r.who = 'team' AND c.turn NOT IN ('person', 'delegate', 'provider', 'other_agency', 'nobody')
      AND c.turn_user_id IS NULL AND t.email <> '')
WHERE v.left_at IS NULL AND v.due_at <= %(now)s AND n.kind = 'overdue'
  AND NOT EXISTS (SELECT 1 FROM cases_message m WHERE m.nudge_id = n.id)
ORDER BY n.id, r.who
ON CONFLICT DO NOTHING
"""


class Swept(NamedTuple):
    nudges: int
    messages: int


def sweep(now: datetime | None = None) -> Swept:
    """Chase every visit whose deadline has come by `now`. Returns how many nudges and messages this round made."""
    now = now or timezone.now()
    facts = {
        "now": connection.ops.adapt_datetimefield_value(now),
        "today": connection.ops.adapt_datefield_value(dates.london_date(now)),
    }
    with transaction.atomic():
        made = Swept(_run(OVERDUE, facts), _run(TELL, facts))
    beat("sweep")
    return made


def beat(job: str) -> None:
    """Stamp that a job finished a round, by the real clock: a stopped worker is then visible."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(job=job, at=timezone.now())],
        update_conflicts=True,
        unique_fields=["job"],
        update_fields=["at"],
    )


def _run(statement: str, facts: dict) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, facts)
        return max(cursor.rowcount, 0)
