"""What pages and jobs read stays small at any size: no scan of visits or cases, and as many pages
read at five times the size. On PostgreSQL alone, with 20,000 visits in one council and 100,000 in
the other, made in the database.
"""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases.caseload import lists
from cases.common import dates
from cases.figures import rebuild, timings
from cases.models import Case, Council, Seat, Team, User, Visit
from cases.reminders.sweep import sweep

pytestmark = pytest.mark.skipif(
    "connection.vendor != 'postgresql'",
    reason="plans are PostgreSQL's: the suite runs there too (.ci/run)",
)
SMALL, LARGE, TEAMS = 4_000, 20_000, 20  # cases: five visits each
# In ten cases one is in a step, four have a running budget, five are closed; a step is late for one
# in three.
STEP = "CASE WHEN n % 10 = 0 THEN 'assess' WHEN n % 10 < 5 THEN 'running' ELSE 'closed' END"
AGO = "(interval '1 day' * (n % 21) + interval '1 second' * (n * 7 % 9999))"
PLACES = "(ARRAY['request', 'confirm', 'plan', 'set_up'])[s]"


def copies(model, source, **own):
    """INSERT..SELECT of a row with some columns of one's own: whatever further columns there are
    come along.
    """
    columns = [field.column for field in model._meta.concrete_fields if field.column != "id"]
    chosen = [own.get(column, f"t.{column}") for column in columns]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) SELECT "
            f"{', '.join(chosen)} FROM {source}"
        )


def filled(template, name, number):
    """A council with so many cases: copies of one that was walked by real moves."""
    council = Council.objects.create(slug=name, name=name.title())
    Team.objects.bulk_create(Team(council=council, name=f"Team {n:02}") for n in range(TEAMS))
    first = council.teams.order_by("pk").first().pk
    copies(
        Case,
        f"cases_case t, generate_series(1, {number}) AS n WHERE t.id = {template.pk}",
        council_id=str(council.pk),
        ref=f"'{name[0].upper()}' || lpad(n::text, 5, '0')",
        step=STEP,
        step_since=f"now() - {AGO}",
        turn=f"CASE WHEN {STEP} = 'assess' THEN 'person' ELSE 'nobody' END",
        turn_since=f"now() - {AGO}",
        visit_seq="5",
        due_at=f"CASE WHEN {STEP} = 'assess' THEN now() - {AGO} + interval '14 days' END",
        team_id=f"{first} + n % {TEAMS}",
    )
    cases = f"SELECT id, substr(ref, 2)::int AS n FROM cases_case WHERE council_id = {council.pk}"
    left = f"now() - {AGO} - interval '30 days' * (4 - s)"
    copies(
        Visit,
        (
            f"cases_visit t, ({cases}) c, generate_series(1, 4) AS s WHERE t.id = "
            f"{template.visits.last().pk}"
        ),
        council_id=str(council.pk),
        case_id="c.id",
        seq="s",
        step=PLACES,
        entered_at=f"{left} - interval '1 day' * (n % 30)",
        due_at=f"{left} + interval '5 days' - interval '1 day' * (n % 11)",
        left_at=left,
        days="n % 30",
        month=f"date_trunc('month', {left})::date",
        council_days="n % 30",
        team_id=f"{first} + n % {TEAMS}",
    )
    copies(
        Visit,
        f"cases_visit t, ({cases}) c JOIN cases_case k ON k.id = c.id WHERE t.id = "
        f"{template.visits.last().pk} "
        "AND k.step <> 'closed'",
        council_id=str(council.pk),
        case_id="c.id",
        seq="5",
        step="k.step",
        entered_at="k.step_since",
        due_at="k.due_at",
        left_at="NULL",
        days="NULL",
        month="NULL",
        team_id="k.team_id",
    )
    rebuild.rebuild(council, dates.today())
    return council


@pytest.fixture
def councils(cast):
    template = cast.a_case(at="assess")
    found = filled(template, "small", SMALL), filled(template, "large", LARGE)
    with connection.cursor() as cursor:
        for table in (
            "case",
            "visit",
            "stepdays",
            "opendays",
            "stepfigures",
            "timedelta",
            "nudge",
            "team",
            "person",
        ):
            cursor.execute(f"ANALYZE cases_{table}")
    return found


def plans(do, *, run=True):
    """(statement, plan) of everything that `do` asks about cases, visits or their figures."""
    with CaptureQueriesContext(connection) as asked:
        do()
    found = []
    for query in asked:
        if (
            query["sql"].startswith(("SELECT", "\nSELECT", "\nINSERT", "INSERT"))
            and "cases_" in query["sql"]
        ):
            with connection.cursor() as cursor:
                how = "ANALYZE, BUFFERS, FORMAT JSON" if run else "FORMAT JSON"
                cursor.execute(f"EXPLAIN ({how}) {query['sql']}")
                plan = cursor.fetchone()[0]
            found.append(
                (query["sql"], (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"])
            )
    assert found, "nothing was asked"
    return found


def scanned(plan):
    """The tables that a plan reads from end to end, as they lie or along their keys."""
    along = plan.get("Index Name", "").endswith("_pkey") and "Index Cond" not in plan
    if plan["Node Type"] == "Seq Scan" or along:
        yield plan["Relation Name"]
    for part in plan.get("Plans", ()):
        yield from scanned(part)


def blocks(found):
    return sum(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] for _sql, plan in found)


def reading(council):
    """What the dashboard and the lists ask, by name."""
    now, today = timezone.now(), dates.today()
    span = {"since": dates.months_before(today, 11), "until": today}
    boss = User.objects.create_user(f"boss@{council.slug}.example", name="Boss")
    Seat.objects.create(
        user=boss, council=council, role="manager", valid_from=today - timedelta(days=9)
    )
    first = council.teams.order_by("pk").first()
    return {
        "days_by_step": lambda: timings.days_by_step(council, **span),
        "days_by_step of a team": lambda: timings.days_by_step(council, team=first, **span),
        "trend": lambda: timings.trend(council, "plan", **span),
        "waiting_now": lambda: timings.waiting_now(council, now),
        "whose_turn": lambda: timings.whose_turn(council, now),
        "longest_waits": lambda: timings.longest_waits(council, now),
        "caseload": lambda: lists.page_after(lists.open_cases(lists.staff_cases(boss, council))),
    }


def test_nothing_scans_the_visits_and_what_is_read_does_not_grow_with_them(councils):
    """One test, because the rows take longer to make than everything that is asked of them."""
    assert Case.objects.filter(council=councils[1]).count() == LARGE
    assert Visit.objects.filter(council=councils[1]).count() > 4 * LARGE
    small, large = map(reading, councils)
    for name in large:
        no_scan_and_as_many_blocks(name, small[name], large[name])
    for name in large.keys() - {"longest_waits", "caseload"}:
        for sql, _plan in plans(large[name], run=False):
            assert "cases_visit" not in sql and "cases_case" not in sql, name
    for sql, plan in plans(sweep, run=False):
        assert "cases_visit" not in set(scanned(plan)), f"{sql}\n{json.dumps(plan, indent=1)}"


def no_scan_and_as_many_blocks(name, small, large):
    (
        plans(small),
        plans(large),
    )  # rows are marked as seen by whoever comes first: not by those who are counted
    there, here = plans(small), plans(large)
    for sql, plan in here:
        assert not {"cases_visit", "cases_case"} & set(scanned(plan)), (
            f"{name}: {sql}\n{json.dumps(plan, indent=1)}"
        )
    assert blocks(here) <= max(1.2 * blocks(there), blocks(there) + 8), (
        f"{name}: {blocks(there)} -> {blocks(here)}"
    )
