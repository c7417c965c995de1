"""A step that was just declared is known to every reader, because all of them ask the table.

`screening` stands between the request and the waiting list, in memory alone (`tests/widened`). A
product's own new step needs `cases/journey/table.py` and a migration for the check constraints; the
words of a letter that it owes (`cases/letters/templates.py`, `phrases.py`) and a practice example
that is not there yet (`poet/dashboard/practice_examples.py`) where it wants such. Each of them
forgotten fails: here, in `test_owed_letters`, or in the check for missing migrations.
"""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from cases import actions, journey
from cases.casefile import case_presenter, tracker
from cases.caseload import lists
from cases.common import dates
from cases.figures import histogram, rebuild, timings
from cases.journey import hooks
from cases.journey.clocks import clocks_of
from cases.journey.replay import disagreements, replay
from cases.management.commands import journey_diagram
from cases.models import Nudge, Visit
from cases.reminders.sweep import sweep
from poet.dashboard import adass_counts, department_waits, practice_examples, process
from poet.dashboard.overview import Figures
from poet.demo.stage import play
from tests import widened
from tests.cast import Walk, facts_for


@pytest.fixture
def new(cast):
    with widened.with_screening() as step:
        yield step


@pytest.fixture
def case(new, cast):
    """A case that has been in the new step for twenty days."""
    return cast.a_case(at=new.code, days_ago=21)


def move_on(case, cast, **options):
    """Out of the new step, by its own move."""
    move = journey.MOVES["end_screening"]
    return case.move(move.name, by=cast.duty, **facts_for(move), **options)


# ---- pages


def test_the_tracker_has_it_as_the_present_stage(case, as_, cast, new):
    shown = as_(cast.person).get(reverse("cases:case", args=[case.ref]))
    assert shown.status_code == 200 and new.title in shown.content.decode()
    stages = {one.title: one.state for one in tracker.stages(case, timezone.now())}
    assert stages[new.title] == "current" and list(stages.values()).count("current") == 1
    assert stages[str(journey.STEPS["assess"].title)] == "todo"
    assert new.has in tracker.has(case)
    assert str(journey.STEPS["assess"].title) in tracker.after(case)


def test_the_case_page_has_it_in_the_stepper_with_its_moves(case, as_, cast, new):
    page = as_(cast.duty).get(reverse("cases:case", args=[case.ref])).content.decode()
    assert "End the screening" in page and new.short in page
    assert "Write down their answers" in page
    stages = case_presenter.stages(case, list(case.visits.all()))
    assert [one.title for one in stages if one.state == "current"] == [new.short]


# what pages say; the statements are crawled on both
@pytest.mark.sqlite_only
@pytest.mark.parametrize("step", [*journey.STEPS, "screening"])
def test_every_page_of_a_case_opens_at_every_step(new, cast, as_, step):
    case = cast.a_case(at=step, days_ago=60)
    assert case.step == step
    for name in ("case", "chronology", "letters", "copy"):
        for user in (cast.person, cast.service_manager):
            got = as_(user).get(reverse(f"cases:{name}", args=[case.ref])).status_code
            assert got == 200 or (got == 404 and name == "chronology" and user == cast.person), name
    assert not disagreements(case)


def test_it_stands_in_every_list_of_cases(case, as_, cast, new):
    client = as_(cast.duty)
    for address in (f"/staff/?scope=all&step={new.code}", "/staff/day/", "/staff/queue/"):
        page = client.get(address)
        assert page.status_code == 200 and case.ref in page.content.decode(), address
    assert not lists.waiting_list(cast.manager, cast.council)
    case.next_contact = dates.today() - timedelta(days=30)  # promised before the step began
    case.save()
    owed = lists.staff_cases(cast.duty, cast.council).filter(lists.contact_due())
    assert [one.pk for one in owed] == [case.pk]


def test_the_self_assessment_may_be_written_in_it(case, as_, cast):
    draft = actions.open_assessment(case=case, by=cast.person)
    assert draft.state == "draft"
    page = as_(cast.person).get(reverse("cases:assessment", args=[case.ref]))
    assert page.status_code in (200, 302)


# ---- time


def test_the_bell_chases_it_and_asks_for_a_word(case, new):
    sweep(now=case.due_at + timedelta(hours=1))
    case.next_contact = None
    case.save()
    sweep(now=case.step_since + timedelta(days=29))
    kinds = Nudge.objects.filter(visit__step=new.code).values_list("kind", flat=True)
    assert {"overdue", "further_overdue", "keep_in_touch"} <= set(kinds)


def test_its_visit_turns_and_clocks_follow_from_the_events(case, cast, new):
    move_on(case, cast)
    case.refresh_from_db()
    events = list(case.events.order_by("seq"))
    state = replay(events)
    assert [visit.step for visit in state.visits] == ["request", new.code, "waiting"]
    assert state.visits[1].days == 20 and not disagreements(case)
    assert {clock.kind for clock in clocks_of(events)} >= {"record", "shown"}
    call_command("check_journey")


def test_the_figures_count_it_open_and_finished(case, cast, new):
    now = timezone.now()
    open_now = {row.step: row for row in timings.waiting_now(cast.council, now)}
    assert open_now[new.code].n == 1 and open_now[new.code].late == 1
    assert [wait.step for wait in timings.longest_waits(cast.council, now)] == [new.code]
    move_on(case, cast)
    for drained in (False, True):
        if drained:
            histogram.drain_all(now=timezone.now())
        rows = timings.days_by_step(cast.council, since=dates.today(), until=dates.today())
        assert [(row.n, row.median) for row in rows if row.step == new.code] == [(1, 20)]
    assert not list(rebuild.differences(cast.council))


def test_the_directors_count_has_it_before_the_decision(case, cast):
    assert adass_counts.waiting(cast.council, timezone.now()).assessment == 1


def test_the_departments_method_counts_a_case_that_went_through_it(new, cast):
    walk = Walk(cast, "adult", Decimal("80"), 21, "direct_payment", {})
    case = walk.to(new.code)
    case.person.born = dates.today() - timedelta(days=20_000)
    case.person.save()
    case.move("end_screening", by=cast.duty, at=walk.tick(), team=cast.team.pk, found="It can wait")
    facts = {"mode": "own", "wish": "wants_own", "capacity": "yes"}
    actions.start_assessment(
        case=case, by=cast.manager, worker=cast.worker, at=walk.tick(), **facts
    )
    walk.assess("plan")
    walk.confirm("plan")
    asked = dates.london_date(case.asked_at)
    found = department_waits.waits(cast.council, since=asked, until=dates.today())
    assert [(one.wait, one.n) for one in found] == [("response", 1)]


def test_a_request_while_one_in_the_new_step_was_open_is_no_new_one(case, cast):
    case.person.born = dates.today() - timedelta(days=20_000)
    case.person.save()
    cast.a_case(at="plan", days_ago=18, person=case.person)
    since = dates.today() - timedelta(days=60)
    assert not department_waits.waits(cast.council, since=since, until=dates.today())


def test_the_dashboard_has_its_rows_its_page_and_its_practice(case, as_, cast, new):
    client = as_(cast.service_manager)
    for address in (
        "/dashboard/",
        "/dashboard/journeys/",
        f"/dashboard/step/{new.code}/",
        f"/dashboard/cases/?state=open&step={new.code}",
    ):
        page = client.get(address)
        assert page.status_code == 200, address
        assert new.short in page.content.decode() or address == "/dashboard/journeys/", address
    assert case.ref in client.get(f"/dashboard/cases/?state=open&step={new.code}").content.decode()
    asked = {"months": 12, "team": None, "now": timezone.now(), "asked": {}}
    figures = Figures(cast.council, **asked)
    gain = next(one for one in process.gains(figures) if one.step == new.code)
    assert gain.open == 1 and [one["what"] for one in process.practices(gain)]


# ---- words


def test_its_move_tells_the_person_in_a_letter(case, as_, cast, new):
    event = case.events.get(verb="begin_screening")
    page = as_(cast.person).get(reverse("cases:letter", args=[case.ref, event.seq]))
    assert page.status_code == 200 and new.title in page.content.decode()
    assert case.messages.filter(event=event, to_person=case.person).exists()


def test_the_page_about_the_journey_and_the_public_one_show_it(new, client, cast):
    assert "`screening`" in journey_diagram.page() and "request --> screening" in (
        journey_diagram.mermaid()
    )
    assert new.title in client.get(f"/{cast.council.slug}/").content.decode()


# ---- walks


# one demonstration is played on both
@pytest.mark.sqlite_only
def test_the_demonstration_walks_through_it(db, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    with widened.with_screening() as new:
        play(cases=8, seed=3, until=dates.today() - timedelta(days=1))
        assert Visit.objects.filter(step=new.code, left_at__isnull=False).exists()
        call_command("check_journey")


# ---- what is forgotten fails by its name


@pytest.mark.parametrize("trait", widened.SCREENING)
def test_a_step_without_a_trait_is_refused_by_its_name(trait):
    traits = {name: value for name, value in widened.SCREENING.items() if name != trait}
    with pytest.raises(TypeError, match=f"'{trait}'"):
        journey.Step("screening", "", "", "worker", 3, "", "", **traits)


@pytest.mark.parametrize("trait", widened.MOVE)
def test_a_move_without_a_trait_is_refused_by_its_name(trait):
    traits = {name: value for name, value in widened.MOVE.items() if name != trait}
    with pytest.raises(TypeError, match=f"'{trait}'"):
        journey.Move("screen", "", "", {"request": ("screening",)}, frozenset(), **traits)


@pytest.mark.parametrize(
    "trait", ["turn", "phase", "answers", "named", "writes", "adass", "department"]
)
def test_a_word_that_no_reader_knows_is_refused(trait):
    with pytest.raises(ValueError, match=trait):
        widened.screening(**{trait: "sometimes"})


@pytest.mark.parametrize(
    "trait", ["ends", "clock", "letter", "letter_reads", "support", "department"]
)
def test_a_move_with_a_word_that_no_reader_knows_is_refused(trait):
    with pytest.raises(ValueError, match=trait):
        widened.begin_screening(**{trait: "sometimes"})


def test_a_step_whose_days_or_practices_cannot_be_meant_is_refused():
    with pytest.raises(ValueError, match="target"):
        widened.screening(target=-3)
    with pytest.raises(ValueError, match="practices"):
        widened.screening(practices="told")


def test_a_move_that_tells_nobody_there_is_is_refused():
    with pytest.raises(ValueError, match="tell"):
        widened.begin_screening(tell=("wroker",))


def test_a_move_that_closes_a_case_says_why(new):
    with pytest.raises(ValueError, match="ends_support"):
        widened.begin_screening(ends_support="ended")


def test_a_practice_that_is_not_there_is_missed_by_the_name_of_the_trait(new):
    journey.STEPS["screening"] = widened.screening(practices=("unheard_of",))
    with pytest.raises(LookupError, match="practices"):
        practice_examples.practices_of("screening")


def test_what_is_written_at_a_step_can_be_sent_from_it():
    for code, step in journey.STEPS.items():
        for draft, written in (
            ("self_assessment", step.answers != "no"),
            (step.writes, step.writes),
        ):
            sent = any(m.sends == draft and code in m.routes for m in journey.MOVES.values())
            assert sent or not written, (code, draft)


def test_what_a_step_declares_is_there():
    """Examples, drafts and words that steps and moves name: none is missing."""
    from cases.caseload.my_day_presenter import DRAFTS
    from cases.letters.phrases import KINDS

    for code, step in journey.STEPS.items():
        assert len(practice_examples.practices_of(code)) == len(step.practices)
        assert not step.writes or (step.writes in DRAFTS and code in hooks.DRAFTS), code
        assert not step.beside or step.beside in journey.spine(), code
    for name, move in journey.MOVES.items():
        assert move.letter in ("", "confirmed") or move.letter in KINDS, name
        assert not move.undoes or move.undoes in journey.MOVES, name
        assert bool(move.cycle) <= (move.clock == "again"), name


def test_the_table_is_as_before_afterwards(cast):
    steps, moves = list(journey.STEPS.items()), list(journey.MOVES.items())
    with widened.with_screening():
        assert "screening" in journey.STEPS and "screening" in journey.MOVES["withdraw"].routes
    assert list(journey.STEPS.items()) == steps and list(journey.MOVES.items()) == moves
