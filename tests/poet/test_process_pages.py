"""The pages about the process: a step, whole journeys, the cases behind a number, files. And their
charts, as drawn.
"""

import re
from datetime import date, timedelta
from io import BytesIO
from types import SimpleNamespace

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases import journey
from cases.common import dates
from cases.figures import all_steps
from cases.models import Case, Person, Seat, Team
from cases.models.timing import Clock
from cases.ui import spreadsheets
from cases.ui.components import Link, Table
from poet.dashboard import (
    adass_counts,
    cases_behind,
    department_waits,
    overview,
    practice_examples,
    process,
    process_tables,
    step_tables,
)
from poet.statistics import special_causes
from poet.ui import chart_geometry


def step_row(step="assess", median=10, p90=20, **sides):
    fields = {f"{side}_days": sides.get(side, 0) for side in chart_geometry.SIDES}
    return SimpleNamespace(step=step, n=5, median=median, p90=p90, **fields)


def months(*medians):
    return [
        (date(2025 + place // 12, place % 12 + 1, 1), 4, value)
        for place, value in enumerate(medians)
    ]


# ---- who and what


@pytest.mark.parametrize(
    "role", ["worker", "panel", "finance", "admin", "auditor", "stranger", "outsider", "person"]
)
def test_only_managers_see_them(cast, as_, role):
    client = as_(getattr(cast, role))
    for address in (
        "step/assess/",
        "step/first_start/",
        "journeys/",
        "cases/?step=assess",
        "step/assess/trend.csv",
        "step/assess/trend.xlsx",
        "gains.xlsx",
        "dhsc.csv",
    ):
        assert client.get(f"/dashboard/{address}").status_code == 404, address


@pytest.mark.parametrize("code", [*journey.waiting_steps(), *journey.CLOCKS])
def test_every_step_and_clock_has_its_page_also_without_a_case(cast, as_, code):
    answer = as_(cast.service_manager).get(reverse("poet:step", args=[code]))
    assert (
        answer.status_code == 200
        and "Nothing was finished in these months." in answer.content.decode()
    )


@pytest.mark.parametrize("code", ["running", "closed", "nothing", "people"])
def test_other_codes_have_none(cast, as_, code):
    assert as_(cast.service_manager).get(f"/dashboard/step/{code}/").status_code == 404


def test_three_cases_many_and_none_look_right(cast, as_):
    client = as_(cast.service_manager)
    assert "There is nothing to show yet" in client.get("/dashboard/").content.decode()
    assert (
        "No journey ended in these months." in client.get("/dashboard/journeys/").content.decode()
    )
    for at in ("running", "running", "assess"):
        cast.a_case(at=at, days_ago=100)
    page = client.get("/dashboard/step/assess/").content.decode()
    assert "2 (few)" in page and "is open now" in page and "Month by month" in page
    assert "A chart needs at least two whole months" in page
    journeys = client.get("/dashboard/journeys/").content.decode()
    assert (
        "Times the turn passed to another role" in journeys
        and "As the department counts" in journeys
    )


def test_a_step_page_asks_as_much_for_many_cases_as_for_few(cast, as_):
    client = as_(cast.service_manager)

    def count(address):
        with CaptureQueriesContext(connection) as found:
            assert client.get(address).status_code == 200
        return len(found)

    pages = {
        "/dashboard/step/assess/": 22,
        "/dashboard/step/first_start/": 21,
        "/dashboard/journeys/": 25,
    }
    few = {}
    for _round in range(2):  # the first answers also fill what is read once a session
        cast.a_case(at="running", days_ago=100)
        few = {address: count(address) for address in pages}
    for at in ("running", "assess", "closed"):
        cast.a_case(at=at, days_ago=90)
    for address, most in pages.items():
        assert count(address) == few[address] <= most, address
        assert count(address) <= 8, "kept until something changes"


# ---- filters


@pytest.mark.parametrize(
    "page",
    ["step/assess/", "journeys/", "cases/", "step/assess/split.csv", "step/assess/split.xlsx"],
)
def test_a_team_out_of_reach_is_not_found(cast, as_, page):
    foreign = Team.objects.get(council=cast.other)
    for team in (foreign.pk, 999999, 10**30):
        assert (
            as_(cast.service_manager).get(f"/dashboard/{page}", {"team": team}).status_code == 404
        )
    assert as_(cast.manager).get(f"/dashboard/{page}", {"team": cast.intake.pk}).status_code == 404


@pytest.mark.parametrize("query", [{"period": "x"}, {"by": "worker"}, {"team": "north'--"}])
def test_a_step_page_answers_nonsense_with_a_sentence(cast, as_, query):
    answer = as_(cast.service_manager).get("/dashboard/step/assess/", query)
    assert answer.status_code == 422 and "There is a problem" in answer.content.decode()
    assert (
        as_(cast.service_manager).get("/dashboard/step/assess/split.csv", query).status_code == 302
    )


@pytest.mark.parametrize(
    "query",
    [
        {"state": "x"},
        {"step": "nothing"},
        {"step": "running"},
        {"band": "old"},
        {"turn": "robin"},
        {"adass": "z"},
        {"late": "2"},
        {"month": "2026-13"},
        {"month": "May"},
        {"over": "-1"},
        {"over": "1e9"},
        {"over": "99999999999"},
        {"by": "team"},
        {"by": "route"},
        {"key": "memory"},
        {"by": "version", "key": "memory"},
        {"by": "need", "key": "'; drop"},
        {"step": "decided", "by": "version", "key": "1"},
        {"step": "decided", "loop": "1"},
        {"period": "0"},
        {"which": "all"},
    ],
)
def test_the_cases_behind_nonsense_are_a_sentence(cast, as_, query):
    cast.a_case(at="plan")
    answer = as_(cast.service_manager).get("/dashboard/cases/", query)
    assert answer.status_code == 422 and "<table" not in answer.content.decode()


@pytest.mark.parametrize(
    "after",
    [
        "x",
        "1_2_3",
        "9999-99-99_1",
        "2026-01-01T00:00:00_1",
        f"1_{10**30}",
        f"{10**30}_1",
        "_",
        "\x00",
    ],
)
def test_a_place_that_is_none_begins_anew(cast, as_, after):
    case = cast.a_case(at="plan")
    for state in ("open", "closed", "ended"):
        answer = as_(cast.service_manager).get(
            "/dashboard/cases/", {"state": state, "after": after}
        )
        assert answer.status_code == 200 and (
            state == "ended" or case.ref in answer.content.decode()
        )


def test_splits_other_than_by_team_are_for_the_whole_council(cast, as_):
    cast.a_case(at="running", days_ago=100)
    address = "/dashboard/step/plan/"
    whole = as_(cast.service_manager)
    assert "Physical support" in whole.get(address, {"by": "need"}).content.decode()
    assert "North team" in whole.get(address).content.decode()
    assert "kept for the whole council only" in as_(cast.manager).get(address).content.decode()
    for client, query in (
        (as_(cast.manager), {"by": "need"}),
        (whole, {"by": "need", "team": cast.team.pk}),
    ):
        assert client.get(address, query).status_code == 422
    page = as_(cast.manager).get("/dashboard/step/request/").content.decode()
    assert "First contact" not in page, "another team's figures"


# ---- the cases behind a number


def links(page):
    """(number, address) of every count on a page that leads to cases."""
    found = re.findall(r'href="(/dashboard/cases/[^"]*)">([\d,]+)(?: \(few\))?<', page)
    return [(int(n.replace(",", "")), href.replace("&amp;", "&")) for href, n in found]


def refs(page):
    return re.findall(r'href="/cases/([A-Z0-9]{6})/"', page)


def test_every_number_has_so_many_cases_behind_it(cast, as_):
    cast.a_case(at="running", days_ago=100)
    late = cast.a_case(at="closed", days_ago=300)
    for at in ("request", "waiting", "assess", "plan", "panel", "offer", "review"):
        cast.a_case(at=at, days_ago=60)
    assert late.step == "closed"
    client = as_(cast.service_manager)
    pages = [
        "/dashboard/?period=24",
        "/dashboard/step/assess/?period=24&by=need",
        "/dashboard/step/plan/?period=24&by=route",
        "/dashboard/step/confirm/?by=version",
        "/dashboard/step/review/",
        "/dashboard/journeys/?period=24",
    ]
    seen = 0
    for address in pages:
        for number, href in links(client.get(address).content.decode()):
            listed = refs(client.get(href).content.decode())
            assert len(listed) == number, f"{address}: {number} but {len(listed)} behind {href}"
            seen += 1
    assert seen > 60


def test_only_cases_that_may_be_seen_are_listed(cast, as_):
    north, first = cast.a_case(at="assess"), cast.a_case(at="request")
    whole = refs(
        as_(cast.service_manager).get("/dashboard/cases/", {"state": "open"}).content.decode()
    )
    own = refs(as_(cast.manager).get("/dashboard/cases/", {"state": "open"}).content.decode())
    assert set(whole) == {north.ref, first.ref} and own == [north.ref]
    Seat.objects.create(
        user=cast.outsider, council=cast.other, role="manager", valid_from=dates.today()
    )
    assert (
        refs(as_(cast.outsider).get("/dashboard/cases/", {"state": "open"}).content.decode()) == []
    )


def test_nobodys_name_stands_in_the_list(cast, as_):
    case = cast.a_case(at="assess")
    page = as_(cast.service_manager).get("/dashboard/cases/", {"state": "open"}).content.decode()
    assert case.ref in page and case.person.name not in page


def test_long_lists_come_in_pages_without_a_gap_or_a_repeat(cast, as_, monkeypatch):
    monkeypatch.setattr(cases_behind, "PAGE", 3)
    made = {cast.a_case(at="plan", days_ago=20 + n % 3).ref for n in range(8)}
    client = as_(cast.service_manager)
    for query in ({"state": "closed", "step": "assess"}, {"state": "open"}):
        found, address, query = (
            [],
            "/dashboard/cases/?" + "&".join(f"{k}={v}" for k, v in query.items()),
            None,
        )
        while address:
            page = client.get(address).content.decode()
            found += refs(page)
            onward = re.search(r'rel="next" href="([^"]*)"', page)
            address = "/dashboard/cases/" + onward.group(1).replace("&amp;", "&") if onward else ""
        assert sorted(found) == sorted(made)


# ---- clocks


@pytest.fixture
def clock(cast):
    """`clock("annual_review", ...)`: a clock of a case made for it alone."""

    def make(kind, *, began=100, days=None, due=None, case=None, **fields):
        now = timezone.now()
        if case is None:
            person = Person.objects.create(council=cast.council, name="Ada Wren")
            case = Case.objects.create(
                council=cast.council,
                person=person,
                ref=f"K{Case.objects.count():05}",
                step="running",
                step_since=now,
                turn="nobody",
                turn_since=now,
                asked_at=now,
                team=cast.team,
            )
        start = now - timedelta(days=began)
        ended = None if days is None else start + timedelta(days=days)
        done = (
            {}
            if ended is None
            else {"ended_at": ended, "days": days, "month": dates.month_of(ended)}
        )
        return Clock.objects.create(
            council=cast.council,
            case=case,
            kind=kind,
            began_at=start,
            team=cast.team,
            due_at=due and start + timedelta(days=due),
            **done,
            **fields,
        )

    return make


def figures(cast, **more):
    options = {"months": 12, "team": None, "now": timezone.now(), "asked": {}} | more
    return overview.Figures(cast.council, **options)


def test_reviews_that_are_overdue_are_counted_and_listed(cast, as_, clock):
    clock("annual_review", began=400, due=366)
    clock("annual_review", began=100, due=366)
    clock("annual_review", began=900, due=366, days=380)
    assert adass_counts.waiting(cast.council, timezone.now()).review == 1
    page = (
        as_(cast.service_manager)
        .get("/dashboard/cases/?state=open&step=annual_review&late=1")
        .content.decode()
    )
    assert len(refs(page)) == 1 and "The yearly review" in page


def test_targets_by_law_are_marked():
    assert process_tables.target_words("dp_review", 182) == "6 months, then every 12, by law"
    assert process_tables.target_words("acknowledge", 3) == "3 working days, by law"
    assert process_tables.target_words("record", 30) == "30 days"


def test_the_five_counts_of_the_directors(cast):
    now = timezone.now()
    for at in ("request", "waiting", "assess", "confirm"):
        cast.a_case(at=at, days_ago=30)
    cast.a_case(at="assess", days_ago=200)
    for at in ("plan", "sign_off", "panel", "offer", "set_up"):
        cast.a_case(at=at, days_ago=40)
    cast.a_case(at="running", days_ago=60)
    cast.a_case(at="review", days_ago=60)
    found = adass_counts.waiting(cast.council, now)
    assert (found.assessment, found.over_six_months, found.start) == (5, 1, 5)
    assert found.total == 10 + found.review
    assert adass_counts.waiting(cast.council, now, team=[cast.intake.pk]).assessment == 1


# ---- the department's method


@pytest.fixture
def asker(cast):
    def make(born=date(1960, 1, 1), **fields):
        return cast.new_person(born=born, **fields)

    return make


def waits(cast):
    return {
        (w.age, w.wait): (w.n, w.median)
        for w in department_waits.waits(cast.council, since=date(2020, 1, 1), until=dates.today())
    }


def test_the_departments_waits_come_from_the_stored_dates(cast, asker):
    done = cast.a_case(at="running", days_ago=100, person=asker())
    cast.a_case(at="plan", days_ago=50, person=asker(born=date(1995, 1, 1)))
    found, asked = waits(cast), dates.london_date(done.asked_at)
    decided = done.events.get(verb="determine_eligible")
    started = date.fromisoformat(done.events.get(verb="start_budget").codes["first_started_on"])
    assert found["65+", "response"] == (1, (dates.london_date(decided.at) - asked).days)
    assert found["65+", "service"] == (1, (started - asked).days)
    assert found["25-64", "response"][0] == 1 and ("25-64", "service") not in found


def test_whom_the_department_leaves_out(cast, asker):
    cast.a_case(at="running", days_ago=100, kind="carer", person=asker())
    cast.a_case(at="running", days_ago=100, person=asker(born=None))
    young = dates.today() - timedelta(days=24 * 365)
    cast.a_case(at="running", days_ago=100, person=asker(born=young))
    cast.a_case(at="request", days_ago=100, person=asker())
    assert waits(cast) == {}
    twice = asker()
    cast.a_case(at="running", days_ago=100, person=twice)
    cast.a_case(at="running", days_ago=60, person=twice)
    assert waits(cast)["65+", "service"][0] == 1, "support ran already when they asked again"


def test_the_cohort_is_asked_for_once(cast):
    """Beside each event it took 18 s of 80 cases where nothing was known of the tables."""
    with CaptureQueriesContext(connection) as asked:
        waits(cast)
    (statement,) = [query["sql"] for query in asked if "cases_visit" in query["sql"]]
    assert statement.count('FROM "cases_visit"') == 1


def test_quarters_and_ages():
    assert department_waits.quarter_of(date(2026, 2, 28)) == date(2026, 1, 1)
    assert department_waits.quarter_of(date(2026, 12, 31)) == date(2026, 10, 1)
    assert [department_waits.age_at(date(2001, 5, 10), date(2026, 5, day)) for day in (9, 10)] == [
        "",
        "25-64",
    ]
    assert department_waits.age_at(date(1961, 5, 10), date(2026, 5, 10)) == "65+"


# ---- what would move it most


def test_steps_are_ranked_by_days_over_target_of_finished_and_open(cast, monkeypatch):
    monkeypatch.setattr(
        all_steps,
        "finished_days",
        lambda *a, **k: {"assess": [(10, 5), (20, 2)], "plan": [(29, 3)]},
    )
    monkeypatch.setattr(
        all_steps, "open_days", lambda *a, **k: {"plan": [(48, 1)], "budget": [(1, 9)]}
    )
    found = process.gains(figures(cast))
    assert [(g.step, g.finished, g.open, g.days) for g in found] == [
        ("plan", 3, 1, 23),
        ("assess", 2, 0, 12),
    ]
    assert all(one["what"] and one["source"] for gain in found for one in process.practices(gain))


def test_every_step_with_a_target_has_practices_with_a_source():
    for code in journey.waiting_steps():
        found = practice_examples.practices_of(code)
        assert bool(found) == bool(journey.STEPS[code].target)
        assert all("%" not in practice_examples.practice_lines(one)["source"] for one in found)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ((5, 5, 10, 20, 10, 20), "The two agree"),
        ((5, 5, 10, 20, 13, 25), "3 days later"),
        ((5, 5, 10, 20, 10, 26), "6 days longer"),
        ((5, 5, 10, 20, 10, None), "not through yet"),
        ((5, 9, 10, 20, None, None), "fewer than half"),
        ((0, 5, None, None, None, None), "no middle"),
        ((0, 0, None, None, None, None), ""),
    ],
)
def test_what_the_open_ones_change_is_said_in_a_sentence(found, words):
    said = step_tables.difference(SimpleNamespace(together=process.Together(*found)))
    assert words in said and bool(said) == bool(words)


# ---- charts


def test_whose_turn_adds_up_to_the_whole_bar():
    row = step_row(person=30, council=50, panel=0, other=20)
    assert chart_geometry.shares(row) == {"person": 0.3, "council": 0.5, "panel": 0.0, "other": 0.2}
    (bar,) = chart_geometry.stacked([row, step_row()])["bars"]
    assert sum(float(part["width"]) for part in bar["parts"]) == pytest.approx(520, abs=0.2)
    assert [part["side"] for part in bar["parts"]] == ["person", "council", "other"]


def test_a_chart_of_months_marks_what_stands_out_by_shape_and_in_words():
    chart = chart_geometry.xmr(months(10, 11, 10, 11, 10, 11, 10, 11, 10, 11, 10, 60), 14)
    assert [bool(point["diamond"]) for point in chart.points][-1] and "December 2025" in " ".join(
        chart.said
    )
    assert "Above the upper limit" in chart.causes.values() and "trial" not in " ".join(chart.said)
    assert {rule["kind"] for rule in chart.rules} == {"limit", "mean", "target"}
    for point in chart.points:
        assert 44 <= float(point["x"]) <= 560 and 0 <= float(point["y"]) <= 240
    places = [float(rule["text_y"]) for rule in chart.rules]
    assert all(b - a >= 14.9 for a, b in zip(places, places[1:], strict=False)), (
        "names do not lie on one another"
    )


def test_few_months_are_a_trial_and_fewer_are_no_chart():
    assert chart_geometry.xmr(months(10), 14) is None
    flat = chart_geometry.xmr(months(0, 0, 0), None)
    assert "trial limits" in " ".join(flat.said) and "No month stands out." in flat.said
    for target, words in (
        (50, "above the upper limit"),
        (2, "below the lower limit"),
        (11, "between the limits"),
    ):
        assert words in " ".join(chart_geometry.xmr(months(10, 12, 10, 12), target).said)


def test_special_causes_one_by_one():
    assert (
        special_causes([1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1], screened=False)[4]
        == "above"
    )
    rising = special_causes([10, 9, 10, 9, 1, 2, 3, 4, 5, 6, 7, 9, 10, 9])
    assert "trend" in rising[4:11]
    side = special_causes([5, 9, 5, 9, 5, 9, 5, 8, 8.2, 8, 8.2, 8, 8.2, 8])
    assert side[7:] == ["side"] * 7
    assert set(special_causes([3, 3, 3])) == {""}


# ---- files


def test_a_spreadsheet_holds_numbers_as_numbers_and_never_a_formula():
    rows = [
        ["=1+1", "3 (few)", "45%", "£1,234", Link("1,200", "/x"), "–"],
        ["+44\x01", "-2", "0%", "£0", "7", "@x"],
    ]
    table = Table("A: [table]", ["=Head", "n", "share", "money", "link", "none"], rows)
    sheet = openpyxl.load_workbook(BytesIO(spreadsheets.as_xlsx(table))).active
    head, first, second = list(sheet.iter_rows())
    assert [c.value for c in first] == ["=1+1", 3, 0.45, 1234, 1200, None]
    assert [c.value for c in second] == ["+44", -2, 0, 0, 7, "@x"]
    assert all(c.data_type != "f" for row in (head, first, second) for c in row)
    assert first[2].number_format == "0%" and first[3].number_format == "£#,##0"


def test_every_table_has_both_files(cast, as_):
    cast.a_case(at="running", days_ago=100)
    client = as_(cast.service_manager)
    for page in ("/dashboard/", "/dashboard/journeys/", "/dashboard/step/plan/"):
        found = re.findall(r'href="([^"]*\.(?:csv|xlsx)[^"]*)"', client.get(page).content.decode())
        assert len(found) >= 2, page
        for href in found:
            answer = client.get(href.replace("&amp;", "&"))
            assert answer.status_code == 200 and len(answer.content) > 20, href
            if ".xlsx" in href:
                assert openpyxl.load_workbook(BytesIO(answer.content)).active.max_row >= 2
