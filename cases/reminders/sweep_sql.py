"""The statements of the sweep: what is chased, in one INSERT..SELECT a kind and council, and who is
told of it.

`{name}` is filled in once by `for_vendor` or `fill`, `%(name)s` is a value of the round.
"""

# The civil date in London of a moment, and the days from one date to another: the one place where
# databases differ.
DAY = {
    "sqlite": "django_datetime_cast_date({0}, 'Europe/London', 'UTC')",
    "postgresql": "({0} AT TIME ZONE 'Europe/London')::date",
}
DAYS = {"sqlite": "CAST(julianday({1}) - julianday({0}) AS INTEGER)", "postgresql": "({1} - {0})"}

# PostgreSQL then looks up each row by its index. Without it the statistics of a minute ago decide:
# just after a great many nudges were made, it joined them all with all.
LOOKED_UP = "LIMIT 1 OFFSET 0"
# SQLite else works out the days anew for each round there could be: a thousand times for each late
# visit. PostgreSQL else goes through all visits of all councils in the order of the answer, instead
# of asking the index for the late ones.
WORKED_OUT_ONCE = {"sqlite": "LIMIT -1", "postgresql": "OFFSET 0"}
VISIT = """
INSERT INTO cases_nudge (council_id, visit_id, kind, round, made_at)
SELECT v.council_id, v.id, '{kind}', 0, %(now)s
FROM cases_visit v JOIN cases_case c ON c.id = v.case_id
WHERE v.council_id = %(council)s AND v.left_at IS NULL AND v.due_at <= %(until)s
  AND (c.paused_until IS NULL OR c.paused_until <= %(today)s)
  AND NOT EXISTS (SELECT 1 FROM cases_nudge n WHERE n.visit_id = v.id AND n.kind = '{kind}' AND n.round = 0 {looked_up})
  {more}
ORDER BY v.id
LIMIT %(limit)s
ON CONFLICT DO NOTHING
"""
OVERDUE = VISIT.replace("{kind}", "overdue").replace("{more}", "")
# A step whose whole time is shorter than the warning gets none.
DUE_SOON = VISIT.replace("{kind}", "due_soon").replace("{more}", "AND {entered_to_due} > %(soon)s")
# All rounds that are due at once. Databases differ in how they count.
ROUNDS = {
    "sqlite": (
        "(WITH RECURSIVE k(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM k WHERE n < "
        "1000) SELECT n FROM k) k"
    ),
    "postgresql": "LATERAL generate_series({0}, {1}) AS k(n)",
}
FURTHER = """
INSERT INTO cases_nudge (council_id, visit_id, kind, round, made_at)
SELECT v.council_id, v.id, 'further_overdue', k.n, %(now)s
FROM (SELECT o.*, 1 + COALESCE((SELECT MAX(n.round) FROM cases_nudge n
                                WHERE n.visit_id = o.id AND n.kind = 'further_overdue'), 0) AS next,
             {due_to_today} / %(round)s AS last
      FROM cases_visit o WHERE o.council_id = %(council)s AND o.left_at IS NULL AND o.due_at <= %(until)s {worked_out_once}) v
JOIN cases_case c ON c.id = v.case_id
JOIN {rounds_further} ON k.n >= v.next AND k.n <= v.last
WHERE c.paused_until IS NULL OR c.paused_until <= %(today)s
ORDER BY v.id, k.n
LIMIT %(limit)s
ON CONFLICT DO NOTHING
"""
# Round n is the n-th fortnight of the visit: one in each in which nobody kept the promised contact.
KEEP_IN_TOUCH = """
INSERT INTO cases_nudge (council_id, visit_id, kind, round, made_at)
SELECT w.council_id, w.id, 'keep_in_touch', k.n, %(now)s
FROM (SELECT u.*, CASE WHEN u.silent / %(round)s > u.next THEN u.silent / %(round)s ELSE u.next END AS first
      FROM (SELECT v.id, v.council_id, {entered_to_today} AS here,
                   CASE WHEN c.next_contact IS NULL THEN %(round)s ELSE 1 + {entered_to_contact} END AS silent,
                   COALESCE((SELECT 1 + MAX(n.round) FROM cases_nudge n
                             WHERE n.visit_id = v.id AND n.kind = 'keep_in_touch'), 0) AS next
            FROM cases_visit v JOIN cases_case c ON c.id = v.case_id
            WHERE v.council_id = %(council)s AND v.left_at IS NULL AND v.step IN ({owed})
              AND (c.next_contact < %(today)s OR (c.next_contact IS NULL AND v.entered_at < %(until)s))) u
      {worked_out_once}) w
JOIN {rounds_silent} ON k.n >= w.first AND k.n <= w.here / %(round)s
WHERE w.here >= w.silent
ORDER BY w.id, k.n
LIMIT %(limit)s
ON CONFLICT DO NOTHING
"""
DRAFT = """
INSERT INTO cases_nudge (council_id, visit_id, kind, round, made_at)
SELECT v.council_id, v.id, '{kind}', 0, %(now)s
FROM ({drafts}) d
JOIN cases_case c ON c.id = d.case_id
JOIN cases_visit v ON v.case_id = c.id AND v.left_at IS NULL
WHERE v.council_id = %(council)s AND v.step = '{step}' AND d.saved_at < %(until)s AND v.entered_at < %(until)s
  AND (c.paused_until IS NULL OR c.paused_until <= %(today)s)
  AND NOT EXISTS (SELECT 1 FROM cases_nudge n WHERE n.visit_id = v.id AND n.kind = '{kind}' AND n.round = 0 {looked_up})
ORDER BY v.id
LIMIT %(limit)s
ON CONFLICT DO NOTHING
"""
CLOCK = """
INSERT INTO cases_nudge (council_id, clock_id, kind, round, made_at)
SELECT k.council_id, k.id, '{kind}', 0, %(now)s
FROM cases_clock k JOIN cases_case c ON c.id = k.case_id
WHERE k.council_id = %(council)s AND k.ended_at IS NULL AND k.dropped_at IS NULL AND k.due_at <= %(until)s AND k.kind IN ({kinds})
  AND NOT EXISTS (SELECT 1 FROM cases_nudge n WHERE n.clock_id = k.id AND n.kind = '{kind}' AND n.round = 0 {looked_up})
  {more}
ORDER BY k.id
LIMIT %(limit)s
ON CONFLICT DO NOTHING
"""
# Those above the named worker: the mailbox of the case's team, or where it has none the managers of
# the team.
MANAGERS = """LEFT JOIN cases_seat s ON r.who = 'manager' AND s.council_id = c.council_id AND s.role = 'manager'
  AND (s.team_id = c.team_id OR s.team_id IS NULL) AND s.valid_from <= %(today)s
  AND (s.valid_to IS NULL OR s.valid_to > %(today)s)
"""
# One row a recipient. `r` are the ways of being told; the ON clause says which of them apply to a
# nudge.
TELL = """
INSERT INTO cases_message (council_id, case_id, to_person_id, to_user_id, to_team_id, template, nudge_id, token,
                           dedupe_key, channel, state, made_at, not_before, attempts, last_error)
SELECT n.council_id, c.id,
  CASE WHEN r.who = 'person' THEN p.id END,
  CASE r.who WHEN 'worker' THEN c.worker_id WHEN 'user' THEN c.turn_user_id WHEN 'manager' THEN s.user_id
    WHEN 'helper' THEN h.user_id END,
  CASE r.who WHEN 'team' THEN t.id WHEN 'office' THEN o.id END,
  CASE WHEN r.who IN ('person', 'helper') THEN 'offer_of_help' WHEN k.kind IN ({statutory}) THEN 'statutory'
    ELSE n.kind END,
  n.id, '',
  CASE r.who WHEN 'person' THEN 'offer:' || p.id || ':' || %(day)s
    WHEN 'helper' THEN 'offer:' || p.id || ':' || h.user_id || ':' || %(day)s
    ELSE 'nudge:' || n.id || ':' || CASE r.who WHEN 'team' THEN 'team' || t.id WHEN 'office' THEN 'team' || o.id
      WHEN 'worker' THEN '' || c.worker_id WHEN 'manager' THEN '' || s.user_id ELSE '' || c.turn_user_id END END,
  CASE WHEN r.who = 'person' THEN p.contact_by WHEN r.who = 'helper' OR k.kind IN ({statutory}) THEN 'email'
    ELSE 'digest' END,
  'waiting', %(now)s, %(now)s, 0, ''
FROM cases_nudge n
LEFT JOIN cases_visit v ON v.id = n.visit_id
LEFT JOIN cases_clock k ON k.id = n.clock_id
JOIN cases_case c ON c.id = COALESCE(v.case_id, k.case_id)
JOIN cases_person p ON p.id = c.person_id
LEFT JOIN cases_team t ON t.id = c.turn_team_id
LEFT JOIN cases_team o ON o.id = c.team_id
JOIN (SELECT 'person' AS who UNION ALL SELECT 'helper' UNION ALL SELECT 'worker' UNION ALL SELECT 'user'
      UNION ALL SELECT 'team' UNION ALL SELECT 'office' UNION ALL SELECT 'manager') r ON
     (r.who = 'person' AND {offer} AND p.died_on IS NULL
      AND NOT EXISTS (SELECT 1 FROM cases_message m WHERE m.to_person_id = p.id AND m.template = 'offer_of_help'
                      AND m.made_at >= %(offered)s AND m.state <> 'cancelled'))
  OR (r.who = 'helper' AND {offer} AND c.turn = 'delegate' AND p.died_on IS NULL)
  OR (r.who = 'worker' AND c.worker_id IS NOT NULL AND n.kind <> 'further_overdue' AND ({copied} OR NOT {step}))
  OR (r.who = 'user' AND {step} AND NOT {copied} AND c.turn_user_id IS NOT NULL)
  OR (r.who = 'team' AND {step} AND NOT {copied} AND c.turn_user_id IS NULL AND t.email <> '')
  OR (r.who = 'office' AND {upwards} AND o.email <> '')
  OR (r.who = 'manager' AND {upwards} AND COALESCE(o.email, '') = '')
{managers}LEFT JOIN cases_representation h ON r.who = 'helper' AND h.person_id = c.person_id AND h.kind <> 'self'
  AND h.checked_at IS NOT NULL AND (h.invited_at IS NULL OR h.accepted_at IS NOT NULL) AND h.about IN ('', c.kind)
  AND CAST(h.scope AS text) LIKE '%%"see"%%' AND h.valid_from <= %(today)s
  AND (h.valid_to IS NULL OR h.valid_to > %(today)s)
WHERE n.council_id = %(council)s AND n.made_at > %(recent)s AND n.id > %(above)s
  AND (v.id IS NULL OR v.left_at IS NULL) AND (k.id IS NULL OR (k.ended_at IS NULL AND k.dropped_at IS NULL))
  AND (r.who <> 'manager' OR s.id IS NOT NULL)
  AND (r.who <> 'helper' OR (h.id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM cases_message m WHERE m.to_user_id = h.user_id AND m.case_id = c.id
        AND m.template = 'offer_of_help' AND m.made_at >= %(offered)s AND m.state <> 'cancelled')))
  AND NOT EXISTS (SELECT 1 FROM cases_message m WHERE m.nudge_id = n.id {looked_up})
ORDER BY n.id, r.who
ON CONFLICT DO NOTHING
"""
# What somebody wrote or asked for and has no answer to by its day: no step and no clock of the
# journey, so told without a nudge, once a recipient and round. The first time to the named worker;
# every round after to those above as well.
ASKED = """
INSERT INTO cases_message (council_id, case_id, to_user_id, to_team_id, template, event_id, token, dedupe_key, channel,
                           state, made_at, not_before, attempts, last_error)
SELECT a.council_id, a.case_id, CASE r.who WHEN 'worker' THEN c.worker_id WHEN 'manager' THEN s.user_id END,
  CASE r.who WHEN 'office' THEN o.id END, 'asked_late', a.event_id, '',
  'asked:' || a.id || ':' || CASE r.who WHEN 'worker' THEN '0:worker' || c.worker_id
    WHEN 'office' THEN {asked_round} || ':team' || o.id ELSE {asked_round} || ':manager' || s.user_id END,
  'digest', 'waiting', %(now)s, %(now)s, 0, ''
FROM cases_asked a
JOIN cases_case c ON c.id = a.case_id
LEFT JOIN cases_team o ON o.id = c.team_id
JOIN (SELECT 'worker' AS who UNION ALL SELECT 'office' UNION ALL SELECT 'manager') r ON
     (r.who = 'worker' AND c.worker_id IS NOT NULL)
  OR (r.who = 'office' AND {above} AND o.email <> '')
  OR (r.who = 'manager' AND {above} AND COALESCE(o.email, '') = '')
{managers}WHERE a.council_id = %(council)s AND a.answered_at IS NULL AND a.due_on < %(today)s AND (r.who <> 'manager' OR s.id IS NOT NULL)
ORDER BY a.id, r.who
ON CONFLICT DO NOTHING
"""
# One a recipient and day: what arrives after it was sent waits for tomorrow's. EXCEPT reads the
# messages twice; a NOT EXISTS read them once for each recipient.
DIGEST = """
INSERT INTO cases_message (council_id, to_user_id, to_team_id, template, token, dedupe_key, channel, state, made_at,
                           not_before, attempts, last_error)
SELECT b.council_id, b.to_user_id, b.to_team_id, 'digest', '', 'digest:' || b.council_id || ':' ||
  CASE WHEN b.to_team_id IS NULL THEN 'user' || b.to_user_id ELSE 'team' || b.to_team_id END || ':' || %(day)s,
  'email', 'waiting', %(now)s, %(now)s, 0, ''
FROM (SELECT council_id, to_user_id, to_team_id FROM cases_message
      WHERE council_id = %(council)s AND channel = 'digest' AND state = 'waiting'
      EXCEPT
      SELECT council_id, to_user_id, to_team_id FROM cases_message
      WHERE council_id = %(council)s AND template = 'digest' AND state = 'waiting') b
WHERE b.council_id = %(council)s
ON CONFLICT DO NOTHING
"""


def fill(text: str, **parts: str) -> str:
    """Put parts of SQL into a statement, whose own braces are only names of parts."""
    for name, part in parts.items():
        text = text.replace("{" + name + "}", part)
    return text


def days(vendor: str, start: str, end: str) -> str:
    """SQL for the days from one date to another."""
    return DAYS[vendor].format(start, end)


def for_vendor(text: str, vendor: str) -> str:
    """A statement with its spans of days in the words of a database."""
    entered, due = DAY[vendor].format("v.entered_at"), DAY[vendor].format("v.due_at")
    return fill(
        text,
        looked_up=LOOKED_UP,
        worked_out_once=WORKED_OUT_ONCE[vendor],
        rounds_further=ROUNDS[vendor].format("v.next", "v.last"),
        rounds_silent=ROUNDS[vendor].format("w.first", "w.here / %(round)s"),
        entered_to_due=days(vendor, entered, due),
        due_to_today=days(vendor, DAY[vendor].format("o.due_at"), "%(today)s"),
        entered_to_today=days(vendor, entered, "%(today)s"),
        entered_to_contact=days(vendor, entered, "c.next_contact"),
        asked_round=f"({days(vendor, 'a.due_on', '%(today)s')} / %(round)s)",
    )


def quoted(codes) -> str:
    """Codes of ours as a list in SQL."""
    return ", ".join(f"'{code}'" for code in codes)


STEP = "(n.visit_id IS NOT NULL AND n.kind IN ('due_soon', 'overdue'))"
OFFER = (
    "(n.visit_id IS NOT NULL AND n.kind NOT IN ('further_overdue', 'keep_in_touch') AND "
    "c.turn IN ('person', 'delegate'))"
)
COPIED = "c.turn IN ('person', 'delegate', 'provider', 'other_agency', 'nobody')"
UPWARDS = """(n.kind = 'further_overdue' OR (k.kind IN ({statutory}) AND n.kind = 'overdue')
       OR (c.worker_id IS NULL AND (k.id IS NOT NULL OR n.kind = 'keep_in_touch')))"""
ASKED = fill(ASKED, above="(c.worker_id IS NULL OR {asked_round} > 0)", managers=MANAGERS)
TELL = fill(
    TELL,
    managers=MANAGERS,
    looked_up=LOOKED_UP,
    offer=OFFER,
    copied=COPIED,
    upwards=UPWARDS,
    step=STEP,
)
