"""The clocks beside the steps: stories told by hand against `clocks_of`, and the rows that real
moves write.
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from budgets import actions as money
from cases import actions, journey
from cases.common import dates
from cases.common.refusals import NotYet
from cases.figures import rebuild
from cases.journey import clocks
from cases.journey.replay import disagreements
from cases.models import Case, Clock, Target, TimeDelta


def at(day: str, hour=10) -> datetime:
    return dates.london_midnight(date.fromisoformat(day)) + timedelta(hours=hour)


def told(verb, when, **codes):
    moment = when if isinstance(when, datetime) else at(when)
    return SimpleNamespace(verb=verb, at=moment, codes={k.rstrip("_"): v for k, v in codes.items()})


def asked(day, **codes):
    return told("ask_for_support", day, to="request", cycle="first", cycle_no=1, **codes)


def enter(verb, day, from_, to, cycle="first", cycle_no=1, **codes):
    return told(verb, day, from_=from_, to=to, cycle=cycle, cycle_no=cycle_no, **codes)


FIRST = (
    asked("2023-01-10"),
    enter("triage", "2023-01-12", "request", "assess", advocate="no"),
    enter("determine_eligible", "2023-02-01", "confirm", "budget"),
    enter("share_budget", "2023-02-03", "budget", "plan"),
    told("record_contribution", "2023-02-20", state="estimate"),
    told("record_contribution", "2023-02-27", state="recorded"),
    enter("agree_plan", "2023-03-10", "sign_off", "set_up", route="direct_payment"),
    enter(
        "start_budget",
        "2023-03-31",
        "set_up",
        "running",
        first_started_on="2023-03-20",
        last_started_on="2023-03-30",
    ),
)


def days_of(events):
    return {(c.kind, c.round): c.days for c in clocks.clocks_of(events) if c.ended_at}


def open_ones(events):
    return {
        c.kind: (c.round, dates.london_date(c.began_at).isoformat())
        for c in clocks.clocks_of(events)
        if c.open
    }


def one(events, kind, number=1):
    return next(c for c in clocks.clocks_of(events) if (c.kind, c.round) == (kind, number))


def test_a_first_journey():
    assert days_of(FIRST) == {
        ("record", 1): 22,
        ("shown", 1): 24,
        ("financial", 1): 26,
        ("decided", 1): 59,
        ("first_start", 1): 69,
        ("last_start", 1): 79,
    }
    assert open_ones(FIRST) == {kind: (1, "2023-03-31") for kind in journey.REVIEWS} | {
        "charge_review": (1, "2023-02-27")
    }
    assert one(FIRST, "first_start").month == date(2023, 3, 1)


def test_a_reassessment_in_year_three_waits_from_its_own_day():
    again = (
        enter("start_review", "2026-01-05", "running", "review", "review", 2, kind="planned"),
        enter("reassess", "2026-01-20", "review", "assess", "reassessment", 3),
        enter("determine_eligible", "2026-02-10", "confirm", "budget", "reassessment", 3),
    )
    third = one((*FIRST, *again), "record", 2)
    assert (third.days, third.cycle, third.cycle_no) == (21, "reassessment", 3)
    assert open_ones((*FIRST, *again))["decided"] == (2, "2026-01-20")
    assert days_of((*FIRST, *again))["annual_review", 1] == 1026, (
        "how late the yearly review was is kept"
    )


def test_a_plan_changed_at_a_review_counts_from_it_and_one_changed_before_it_starts_does_not():
    early = (*FIRST[:7], enter("change_plan", "2023-03-15", "set_up", "plan"))
    assert open_ones(early) == open_ones(FIRST[:7])
    changed = (
        *FIRST,
        enter("start_review", "2023-05-10", "running", "review", "review", 2, kind="initial"),
        enter("change_plan", "2023-05-17", "review", "plan", "review", 2),
    )
    assert set(open_ones(changed)) == {
        "charge_review",
        "decided",
        "first_start",
        "last_start",
        "dp_review",
        "annual_review",
    }
    assert (
        open_ones(changed)["decided"] == (2, "2023-05-17")
        and days_of(changed)["first_review", 1] == 47
    )
    again = (
        *changed,
        enter(
            "agree_plan", "2023-05-20", "sign_off", "set_up", "review", 2, route="direct_payment"
        ),
    )
    back = (*again, enter("change_plan", "2023-05-22", "set_up", "plan", "review", 2))
    assert [c.kind for c in clocks.clocks_of(back)].count("decided") == 2, "one of each a cycle"


def test_what_started_before_it_was_asked_for_took_no_days():
    changed = (
        *FIRST,
        enter("start_review", "2023-05-10", "running", "review", "review", 2, kind="initial"),
        enter("change_plan", "2023-05-17", "review", "plan", "review", 2),
        enter(
            "start_budget",
            "2023-06-01",
            "set_up",
            "running",
            "review",
            2,
            first_started_on="2023-03-20",
            last_started_on="2023-05-17",
        ),
    )
    assert days_of(changed)["first_start", 2] == days_of(changed)["last_start", 2] == 0
    assert one(changed, "first_start", 2).ended_at == at("2023-05-17")


@pytest.mark.parametrize(
    ("began", "ended", "days"),
    [
        (
            datetime(2024, 3, 30, 22, 0, tzinfo=UTC),
            datetime(2024, 3, 31, 23, 30, tzinfo=UTC),
            2,
        ),  # 00:30 in summer time
        (
            datetime(2024, 10, 26, 23, 30, tzinfo=UTC),
            datetime(2024, 10, 27, 23, 59, tzinfo=UTC),
            0,
        ),  # a day of 25 hours
        (at("2024-02-28"), at("2024-03-01"), 2),
        (at("2023-02-28"), at("2023-03-01"), 1),
    ],
)
def test_days_are_counted_in_london(began, ended, days):
    events = (asked(began), enter("determine_not_eligible", ended, "confirm", "closed"))
    assert one(events, "record").days == days


@pytest.mark.parametrize(
    ("started", "due"),
    [("2023-08-31", "2024-03-01"), ("2024-02-29", "2024-08-30"), ("2024-03-30", "2024-10-01")],
)
def test_the_first_direct_payment_review_is_due_within_six_calendar_months(started, due):
    events = (*FIRST[:7], enter("start_budget", started, "set_up", "running"))
    assert one(events, "dp_review").due_at == at(due, 0)


def test_only_a_review_of_the_direct_payment_ends_its_clock_and_the_next_is_a_year_later():
    def review(kind, **codes):
        return (
            *FIRST,
            enter(
                "start_review", "2023-05-10", "running", "review", "review", 2, kind=kind, **codes
            ),
            enter("keep_plan", "2024-02-29", "review", "running", "review", 2),
        )

    assert (
        one(review("initial"), "dp_review").open
        and one(review("initial", dp=False), "dp_review").open
    )
    for events in (review("dp"), review("initial", dp=True)):
        assert not one(events, "dp_review").open
        assert one(events, "dp_review", 2).due_at == at("2025-03-01", 0), (
            "a year after 29 February is the 28th"
        )
    assert one(review("dp"), "annual_review", 2).due_at == dates.due_at(at("2024-02-29"), 365)


def test_a_budget_without_a_direct_payment_has_no_such_review():
    managed = (
        *FIRST[:6],
        enter("agree_plan", "2023-03-10", "sign_off", "set_up", route="council_managed"),
        FIRST[7],
    )
    assert "dp_review" not in open_ones(managed)
    changed = (
        *FIRST,
        enter("start_review", "2023-05-10", "running", "review", "review", 2, kind="initial"),
        enter("change_plan", "2023-05-17", "review", "plan", "review", 2),
        enter(
            "agree_plan", "2023-05-20", "sign_off", "set_up", "review", 2, route="council_managed"
        ),
        enter("start_budget", "2023-06-01", "set_up", "running", "review", 2),
    )
    assert one(changed, "dp_review").dropped_at == at("2023-06-01")


def test_closing_drops_what_is_open_and_only_undoing_a_death_brings_it_back():
    dead = (*FIRST[:4], enter("record_death", "2023-02-10", "plan", "closed"))
    assert not open_ones(dead) and days_of(dead) == {("record", 1): 22, ("shown", 1): 24}
    assert one(dead, "decided").dropped_at == at("2023-02-10")
    undone = (*dead, enter("undo_death", "2023-02-12", "closed", "plan"))
    assert open_ones(undone) == open_ones(FIRST[:4])
    reopened = (*dead, enter("reopen", "2023-02-12", "closed", "request", "first", 2))
    assert open_ones(reopened)["decided"] == (2, "2023-02-12") and "financial" not in open_ones(
        reopened
    )


def test_a_challenge_is_answered_whether_or_not_the_case_is_closed():
    refused = (
        asked("2024-03-01"),
        enter("determine_not_eligible", "2024-03-20", "confirm", "closed"),
        told("challenge", "2024-03-28", from_="closed", to="closed"),
    )
    assert set(open_ones(refused)) == {"acknowledge", "challenge"}
    # Good Friday, the weekend and Easter Monday are no working days: Tuesday, Wednesday, Thursday
    assert one(refused, "acknowledge").due_at == at("2024-04-05", 0)
    said = (*refused, told("acknowledge_challenge", "2024-04-04", from_="closed", to="closed"))
    assert days_of(said)["acknowledge", 1] == 7 and set(open_ones(said)) == {"challenge"}
    before = (asked("2024-03-01"), told("challenge", "2024-03-02", from_="request", to="request"))
    ended = (*before, enter("withdraw", "2024-03-03", "request", "closed"))
    assert set(open_ones(ended)) == {"acknowledge", "challenge"}, "closing a case answers nobody"


def test_an_advocate_is_looked_for_only_where_one_is_needed_and_found_on_the_day_that_is_said():
    need = (
        asked("2024-03-01"),
        enter("triage", "2024-03-04", "request", "waiting", advocate="unsure"),
    )
    assert "advocate" not in open_ones(need)
    need += (enter("start_assessment", "2024-03-10", "waiting", "assess", advocate="yes"),)
    assert open_ones(need)["advocate"] == (1, "2024-03-10")
    found = (
        *need,
        told("find_advocate", "2024-03-20", from_="assess", to="assess", since="2024-03-17"),
    )
    assert days_of(found)["advocate", 1] == 7


def test_a_corrected_day_shifts_what_that_step_began_and_what_it_ended():
    def corrected(events, new):
        return (*events, told("correct_date", "2023-12-31", new=at(new, 0).isoformat()))

    first = corrected(FIRST[:1], "2023-01-03")
    assert {c.began_at for c in clocks.clocks_of(first)} == {at("2023-01-03", 0)}
    assert one(first, "record").due_at == dates.due_at(at("2023-01-03"), 28)
    later = corrected(FIRST[:3], "2023-01-31")
    assert one(later, "record").days == 21 and one(later, "financial").began_at == at(
        "2023-01-31", 0
    )
    nested = corrected(FIRST[:4], "2023-02-06")
    assert (one(nested, "record").days, one(nested, "shown").days) == (22, 27), (
        "the record is older than this step"
    )
    running = corrected(FIRST, "2023-04-01")
    assert one(running, "first_start").days == 69 and one(running, "dp_review").due_at == at(
        "2023-10-02", 0
    )


VERBS = {v for c in journey.CLOCKS.values() for v in (*c.starts, *c.ends)} | {"withdraw", "pause"}
VERBS = sorted(VERBS - {"ask_for_support"})


@given(
    st.lists(
        st.tuples(
            st.sampled_from(VERBS),
            st.integers(0, 400),
            st.sampled_from(["review", "set_up", "undo"]),
        ),
        max_size=25,
    )
)
def test_whatever_is_told_one_of_a_kind_runs_and_none_takes_less_than_no_time(story):
    events, day, cycle = [asked("2022-01-01")], date(2022, 1, 1), 1
    for verb, gap, step in story:
        day += timedelta(days=gap)
        cycle += verb in ("reassess", "reopen", "start_review")
        to = {"withdraw": "closed", "determine_not_eligible": "closed"}.get(verb, "running")
        if step == "undo" and events[-1].codes["to"] == "closed":
            events.append(enter("undo_death", day.isoformat(), "closed", "running", cycle_no=cycle))
        events.append(
            enter(
                verb,
                day.isoformat(),
                step,
                to,
                cycle_no=cycle,
                advocate="yes",
                route="mixed",
                kind="dp",
                first_started_on=(day - timedelta(days=gap)).isoformat(),
            )
        )
    found = clocks.clocks_of(events)
    running = [c.kind for c in found if c.open]
    assert len(set(running)) == len(running)
    assert len({(c.kind, c.round) for c in found}) == len(found)
    assert all(c.days >= 0 and c.ended_at >= c.began_at for c in found if c.ended_at)
    whole = [(c.kind, c.cycle_no) for c in found if c.kind in journey.WHOLE]
    assert len(set(whole)) == len(whole)
    assert all(c.due_at is None or c.due_at > c.began_at for c in found)


# The rows


def kept(case):
    return disagreements(
        Case.objects.prefetch_related("events", "visits__turns", "clocks").get(pk=case.pk)
    )


@pytest.mark.parametrize("step", ["request", "plan", "offer", "running", "review", "closed"])
def test_the_rows_say_what_the_events_say(a_case, step):
    case = a_case(at=step, days_ago=90)
    assert kept(case) == []
    Clock.objects.filter(case=case, kind="record").update(round=7)
    assert len(kept(case)) == 2, "one too many and one too few"


def test_a_row_that_ended_carries_its_groups_and_its_events(a_case, cast):
    case = a_case(at="running")
    row = case.clocks.get(kind="decided")
    assert (row.team, row.route, row.need_group, row.ended_by.verb) == (
        cast.team,
        "direct_payment",
        "physical",
        "agree_plan",
    )
    assert row.began_by.verb == "ask_for_support" and row.month == dates.month_of(row.ended_at)
    assert case.clocks.get(kind="first_start").ended_at <= row.case.step_since
    assert set(case.clocks.filter(ended_at=None).values_list("kind", flat=True)) == {
        "financial",
        *journey.REVIEWS,
    }


def statements(do):
    """How many statements of a move were about clocks: those of the hook, and of the targets it
    fixed.
    """
    with CaptureQueriesContext(connection) as found:
        do()
    real = [q["sql"] for q in found]
    return [
        q
        for q in real
        if "cases_clock" in q
        or ('FROM "cases_target"' in q and "'decided'" in q)
        or 'FROM "cases_event"' in q
    ]


def test_a_move_that_touches_clocks_costs_three_statements_and_every_other_none(a_case, cast):
    case = a_case(at="review", route="council_managed")
    facts = {"by": cast.worker, "reason": "Mornings changed"}
    assert statements(lambda: case.move("hand_turn", turn="manager", **facts)) == []
    assert (
        statements(
            lambda: case.move(
                "pause", code="away", next_chase=dates.today() + timedelta(days=3), **facts
            )
        )
        == []
    )
    assert len(statements(lambda: case.move("reassess", **facts))) == 3
    fresh = a_case(at="request")
    assert (
        statements(
            lambda: actions.triage(
                case=fresh,
                by=cast.duty,
                to="waiting",
                urgency="soon",
                safeguarding="no",
                capacity="yes",
                advocate="no",
                next_contact=dates.today(),
            )
        )
        == []
    )
    assert len(statements(lambda: cast.a_case(at="request"))) == 2


def test_a_clock_has_a_councils_own_dated_target_and_a_later_one_rewrites_nothing(a_case, cast):
    Target.objects.create(
        council=cast.council, step="decided", days=50, valid_from=date(2020, 1, 1), reason="Ours"
    )
    case = a_case(at="assess")
    due = dates.due_at(case.asked_at, 50)
    assert case.clocks.get(kind="decided").due_at == due
    Target.objects.create(
        council=cast.council, step="decided", days=5, valid_from=date(2021, 1, 1), reason="Shorter"
    )
    case.refresh_from_db()
    assert case.clocks.get(kind="decided").due_at == due and kept(case) == []
    for step, days in (("dp_review", 300), ("acknowledge", 9), ("decided", 0), ("decided", 10_000)):
        with pytest.raises(ValidationError):
            Target(
                council=cast.council, step=step, days=days, valid_from=date(2022, 1, 1), reason="No"
            ).full_clean()


def test_a_contribution_that_is_decided_ends_the_financial_assessment(a_case, cast):
    case = a_case(at="set_up")
    money.record_contribution(case=case, by=cast.finance, state="estimated", weekly=Decimal("10"))
    assert case.clocks.get(kind="financial").ended_at is None
    money.record_contribution(case=case, by=cast.finance, state="recorded", weekly=Decimal("12"))
    assert (
        case.clocks.get(kind="financial").ended_by.verb == "record_contribution"
        and kept(case) == []
    )


def test_what_a_person_pays_is_reviewed_a_year_after_it_was_decided(a_case, cast):
    Target.objects.create(
        council=cast.council, step="charge_review", days=300, valid_from=dates.today(), reason="Us"
    )
    case = a_case(at="set_up")
    own = case.clocks.filter(kind="charge_review").order_by("round")
    pays = {"case": case, "by": cast.finance, "weekly": Decimal("10")}
    money.record_contribution(state="estimated", **pays)
    assert not own.exists()
    first = money.record_contribution(state="recorded", **pays)
    assert own.get().due_at == dates.due_at(first.recorded_at, 300) and own.get().ended_at is None
    money.record_contribution(state="estimated", **pays)
    assert own.get().ended_at is None, "an estimate is no review"
    second = money.record_contribution(state="recorded", **pays)
    done, running = own
    assert done.ended_by.codes["contribution"] == second.pk and running.ended_at is None
    case.move("withdraw", by=cast.person, reason="x")
    assert own.last().dropped_at and kept(case) == []


def test_an_advocate_is_recorded_once_and_only_where_one_is_looked_for(a_case, cast):
    case = a_case(at="request")
    facts = {"who": "Ivy Marsh, Voices", "since": dates.today()}
    with pytest.raises(NotYet, match="none was said"):
        case.move("find_advocate", by=cast.duty, **facts)
    actions.triage(
        case=case,
        by=cast.duty,
        to="waiting",
        team=cast.team,
        urgency="soon",
        safeguarding="no",
        capacity="yes",
        advocate="yes",
        next_contact=dates.today(),
    )
    with pytest.raises(NotYet, match="today or earlier"):
        case.move(
            "find_advocate", by=cast.manager, **facts | {"since": dates.today() + timedelta(days=1)}
        )
    case.move("find_advocate", by=cast.manager, **facts)
    assert case.clocks.get(kind="advocate").days == 0 and kept(case) == []
    with pytest.raises(NotYet):
        case.move("find_advocate", by=cast.manager, **facts)


def test_a_challenge_is_acknowledged_once(a_case, cast):
    case = a_case(at="plan")
    facts = {
        "follows": "The service manager reads it",
        "answer_by": dates.today() + timedelta(days=20),
    }
    with pytest.raises(NotYet, match="no challenge"):
        case.move("acknowledge_challenge", by=cast.manager, **facts)
    case.move("challenge", by=cast.person, decision="indicative", reason="Nights are left out")
    with pytest.raises(NotYet, match="today or later"):
        case.move(
            "acknowledge_challenge",
            by=cast.manager,
            **facts | {"answer_by": dates.today() - timedelta(days=1)},
        )
    case.move("acknowledge_challenge", by=cast.manager, **facts)
    assert case.messages.filter(template="acknowledge_challenge", to_person=case.person).exists()
    with pytest.raises(NotYet):
        case.move("acknowledge_challenge", by=cast.manager, **facts)
    case.move(
        "answer_challenge",
        by=cast.service_manager,
        answer="upheld",
        reason="Yes",
        follows="We add the nights",
    )
    assert (
        not case.clocks.filter(kind__in=("acknowledge", "challenge"), ended_at=None).exists()
        and kept(case) == []
    )


def counted(case, kind):
    """The changes to the figures that a clock made: (finished or open, days, sign)."""
    rows = TimeDelta.objects.filter(council=case.council_id, step=kind).order_by("pk")
    return list(rows.values_list("kind", "days", "sign"))


def test_each_clock_is_counted_and_a_correction_takes_the_old_figure_back(a_case, cast):
    case = a_case(at="budget", days_ago=40)
    days = case.clocks.get(kind="record").days
    assert counted(case, "record") == [("open", None, 1), ("open", None, -1), ("closed", days, 1)]
    assert counted(case, "financial") == [("open", None, 1)]
    new = dates.london_date(case.step_since) + timedelta(days=1)
    case.move("correct_date", by=cast.manager, new_date=new, reason="It was the day after")
    assert counted(case, "record")[3:] == [("closed", days, -1), ("closed", days + 1, 1)]
    assert [row[2] for row in counted(case, "financial")] == [1, -1, 1]
    assert kept(case) == [] and list(rebuild.differences(cast.council)) == []
    actions.record_death(case=case, by=cast.worker, died_on=dates.today(), contact="The daughter")
    assert list(rebuild.differences(cast.council)) == []
    actions.undo_death(case=case, by=cast.manager, reason="Another person of that name")
    assert list(rebuild.differences(cast.council)) == []


@pytest.mark.parametrize("step", ["assess", "running", "review", "closed"])
def test_the_figures_of_clocks_are_those_of_their_rows(a_case, cast, step):
    a_case(at=step, days_ago=90)
    assert list(rebuild.differences(cast.council)) == []


def test_a_correction_that_would_end_a_clock_before_it_begins_is_refused_with_both_dates(
    a_case, cast
):
    case = a_case(at="budget", days_ago=60)
    moment = case.step_since + timedelta(days=3)
    money.record_contribution(
        case=case, by=cast.worker, state="recorded", weekly=Decimal("0"), at=moment
    )
    wrong, ended = dates.london_date(moment) + timedelta(days=2), dates.london_date(moment)
    with pytest.raises(NotYet, match=f"{ended:%-d %B %Y}.*{wrong:%-d %B %Y}"):
        case.move("correct_date", by=cast.manager, new_date=wrong, reason="x")
    assert kept(case) == [] and not case.events.filter(verb="correct_date").exists()


def test_a_death_drops_the_clocks_and_undoing_it_lets_them_go_on(a_case, cast):
    case = a_case(at="assess")
    before = list(case.clocks.order_by("pk").values("kind", "due_at", "began_at", "dropped_at"))
    actions.record_death(case=case, by=cast.worker, died_on=dates.today(), contact="The daughter")
    assert not case.clocks.filter(dropped_at=None).exists() and kept(case) == []
    actions.undo_death(case=case, by=cast.manager, reason="Another person of that name")
    assert (
        list(case.clocks.order_by("pk").values("kind", "due_at", "began_at", "dropped_at"))
        == before
    )
    assert kept(case) == [] and timezone.now() > case.asked_at
