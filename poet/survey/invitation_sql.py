"""Who is asked, in three statements: each for all cases of a council at once, exactly once by the
unique (visit, kind).

Six weeks after the first start of a budget; two weeks after a review, unless the person was asked
lately; and the named worker of a case that has come so far, at most once in half a year. Nobody for
money that ran before it was entered here: it did not begin lately, and not by our process. Sources:
the late bell of the cases, which works the same way.
"""

from cases import journey
from cases.reminders.sweep_sql import fill, quoted

# The set of an instrument: the council's own that was published last, else the shipped one.
SET = """(SELECT q.id FROM poet_questionset q WHERE q.instrument = {instrument}
  AND (q.council_id IS NULL OR q.council_id = c.council_id)
  ORDER BY CASE WHEN q.council_id IS NULL THEN 1 ELSE 0 END, q.id DESC LIMIT 1)"""
OF_PERSON = SET.format(instrument="CASE WHEN c.kind = 'carer' THEN 'carer' ELSE 'person' END")
INTO = """
INSERT INTO poet_invitation
  (case_id, visit_id, question_set_id, kind, worker_id, near_review, made_at, next_at, asked_times, stopped_why, answered)
"""
FROM = """
FROM cases_visit v
JOIN cases_case c ON c.id = v.case_id
JOIN cases_person p ON p.id = c.person_id
WHERE v.council_id = %(council)s AND v.step IN ({idle}) AND c.step <> 'closed' AND p.died_on IS NULL
"""
LATE_REVIEW = """CASE WHEN c.step IN ({reviewing}) OR EXISTS (SELECT 1 FROM cases_visit r WHERE r.case_id = v.case_id
  AND r.step IN ({reviewing}) AND r.left_at > %(reviewed)s) THEN %(yes)s ELSE %(no)s END"""
NOT_YET = (
    "AND NOT EXISTS (SELECT 1 FROM poet_invitation i WHERE i.visit_id = v.id AND i.kind = '{kind}')"
)

START = f"""{INTO}
SELECT c.id, v.id, {OF_PERSON}, 'six_weeks', CAST(NULL AS bigint), {LATE_REVIEW}, %(now)s, %(now)s, 0, '', %(no)s
{FROM} AND v.entered_at < %(started)s AND v.cycle <> 'entered'
  AND NOT EXISTS (SELECT 1 FROM cases_visit e WHERE e.case_id = v.case_id AND e.step IN ({{idle}}) AND e.seq < v.seq)
  {NOT_YET.format(kind="six_weeks")}
ORDER BY v.id
ON CONFLICT DO NOTHING
"""
AFTER_REVIEW = f"""{INTO}
SELECT c.id, v.id, {OF_PERSON}, 'after_review', CAST(NULL AS bigint), %(yes)s, %(now)s, %(now)s, 0, '', %(no)s
{FROM} AND v.left_at IS NULL AND v.entered_at < %(reviewed_by)s AND v.cycle = 'review'
  AND EXISTS (SELECT 1 FROM cases_visit e WHERE e.case_id = v.case_id AND e.step IN ({{idle}}) AND e.seq < v.seq)
  AND NOT EXISTS (SELECT 1 FROM poet_invitation i
                  WHERE i.case_id = c.id AND i.worker_id IS NULL AND i.made_at > %(lately)s)
  {NOT_YET.format(kind="after_review")}
ORDER BY v.id
ON CONFLICT DO NOTHING
"""
WORKER = f"""{INTO}
SELECT c.id, v.id, {SET.format(instrument="'worker'")}, 'worker', c.worker_id, %(no)s, %(now)s, %(now)s, 0, '', %(no)s
{FROM} AND v.id IN (
    SELECT MIN(n.id) FROM cases_visit n JOIN cases_case k ON k.id = n.case_id
    WHERE n.council_id = %(council)s AND n.step IN ({{idle}}) AND n.left_at IS NULL AND n.cycle <> 'entered' AND n.entered_at < %(started)s AND n.entered_at >= %(since)s
      AND k.worker_id IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM poet_invitation i WHERE i.visit_id = n.id AND i.kind = 'worker')
      AND NOT EXISTS (SELECT 1 FROM poet_invitation i WHERE i.worker_id = k.worker_id AND i.made_at > %(half_year)s)
    GROUP BY k.worker_id)
ORDER BY v.id
ON CONFLICT DO NOTHING
"""


def statements() -> list[str]:
    """The three, with the steps in which a budget runs by itself and those in which it is
    reviewed.
    """
    idle = quoted(journey.idle_steps())
    reviewing = quoted(journey.steps_where(money_runs=True, waits=True))
    return [fill(one, idle=idle, reviewing=reviewing) for one in (START, AFTER_REVIEW, WORKER)]
