"""What people do about money: plans written and frozen, decisions, proposals, the schemes behind
them.
"""

import json
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from budgets import actions as money
from budgets.actions.shipped_schemes import DATA
from budgets.allocation import calculating
from budgets.models import (
    AllocationScheme,
    BudgetFigure,
    PanelReferral,
    SchemeVersion,
    SignOff,
    SupportPlan,
)
from budgets.position import case_money
from cases import actions as cases
from cases.assessment import answering, questions
from cases.common.refusals import NotYet, Stale
from cases.models.case import canonical

FULL = {
    "what_matters": "My garden",
    "goals": "Out twice a week",
    "enough": "yes",
    "helped": "skip",
    "contribution_seen": True,
    "over_reason": "Nights cost more",
}


def a_line(plan, by, **fields):
    given = {
        "outcome": "hygiene",
        "what": "Help to dress",
        "who": "agency",
        "quantity": Decimal(5),
        "unit": "hour",
        "rate": Decimal("20"),
        "route": "council_managed",
    }
    return money.save_line(plan=plan, by=by, **given | fields)


# ---- the indicative budget ----


def test_the_figure_comes_at_once_with_the_determination(a_case):
    case = a_case(at="plan")
    figure = case_money.indicative(case)
    assert (figure.annual, figure.weekly, figure.one_off) == (
        Decimal("5200.00"),
        Decimal("100.00"),
        0,
    )
    assert figure.calculation.trace["total"]["points"] == "24"
    shared = case.events.get(verb="share_budget")
    assert shared.by is None and shared.at == case.events.get(verb="determine_eligible").at


def test_a_carers_award_is_paid_once_and_has_no_week(a_case):
    figure = case_money.indicative(a_case(at="plan", kind="carer"))
    assert (figure.annual, figure.weekly, figure.one_off) == (0, None, Decimal("175.00"))


def test_a_missing_answer_leaves_the_turn_with_the_worker_until_it_is_agreed(a_case, cast):
    case = a_case(at="budget")
    sentence = calculating.missing(case, answering.last_sent(case), timezone.localdate())
    assert (case.step, case.turn) == ("budget", "worker") and "not answered" in sentence
    with pytest.raises(NotYet, match="not answered"):
        money.share_budget(case=case, by=cast.worker)
    assert not case.figures.exists()
    gap = next(
        q["id"] for q in answering.last_sent(case).form if q["kind"] == "option" and "scheme" in q
    )
    cases.agree_answer(
        case=case, by=cast.worker, question=gap, value=2, answered_on=timezone.localdate()
    )
    case.refresh_from_db()
    assert (
        case.step == "plan" and case_money.indicative(case).calculation.inputs[gap]["option"] == 2
    )


def test_where_no_help_is_needed_nobody_was_asked_who_gives_it():
    version = SchemeVersion(definition=json.loads((DATA / "demo_scheme.json").read_text()))
    given = calculating.answers_for(version, {"eating": 0, "safety": 2})
    assert given["eating"] == {"option": 0, "unpaid_support": "none"}
    assert given["safety"] == {"option": 2}, (
        "the help of others is not guessed where help is needed"
    )


def test_a_case_stays_on_the_version_it_was_asked_with(a_case, cast):
    case = a_case(at="budget")
    old = calculating.version_of(answering.last_sent(case))
    new = SchemeVersion.objects.create(
        scheme=old.scheme, number=2, valid_from=timezone.localdate(), definition=old.definition
    )
    money.publish_version(version=new, approved_by="The director")
    assert calculating.version_in_force(case.council_id, "adult", timezone.localdate()) == new
    assert calculating.version_of(answering.last_sent(case)) == old


def test_questions_to_the_worker_are_not_put_to_the_carer(a_case):
    form = answering.last_sent(a_case(at="confirm", kind="carer")).form
    impact = next(q for q in form if q["id"] == "impact")
    assert impact["voice"] == "worker"
    asked = [q["id"] for q in questions.questions_for_person(form, {})]
    assert "impact" not in asked and "others.help" in asked, (
        "the carer is still asked how it affects them"
    )


# ---- schemes ----


def test_a_version_is_published_only_with_vectors_that_pass_and_never_changes_again(cast):
    scheme = AllocationScheme.objects.create(
        council=cast.council, code="trial", name="Trial", population="adult"
    )
    definition = json.loads((DATA / "demo_scheme.json").read_text())
    definition["vectors"][1]["expected"]["amount_year"] = "1"
    version = SchemeVersion.objects.create(
        scheme=scheme, number=1, valid_from=timezone.localdate(), definition=definition
    )
    with pytest.raises(NotYet, match="is 49400.00, not 1"):
        money.publish_version(version=version, approved_by="The director")
    definition["vectors"][1]["expected"]["amount_year"] = "49400"
    definition["domains"][0]["outcome"] = "nowhere"
    version.save()
    with pytest.raises(NotYet, match="nowhere"):
        money.publish_version(version=version, approved_by="The director")
    definition["domains"][0]["outcome"] = "hygiene"
    version.save()
    money.publish_version(version=version, approved_by="The director")
    version.definition["name"] = "Changed"
    with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
        version.save()


# ---- writing a plan ----


def test_a_draft_keeps_each_part_and_tells_who_was_first(a_case, cast):
    case = a_case(at="plan")
    plan = money.open_plan(case=case, by=cast.person)
    assert money.open_plan(case=case, by=cast.person) == plan, (
        "one draft, however often it is opened"
    )
    money.save_plan_part(plan=plan, by=cast.person, version=plan.version, what_matters="My garden")
    with pytest.raises(Stale) as lost:
        money.save_plan_part(
            plan=plan, by=cast.worker, version=plan.version, what_matters="His cat"
        )
    assert lost.value.changes[0][1:] == ("His cat", "My garden")
    money.save_plan_part(plan=plan, by=cast.person, version=plan.version, goals="Out more")
    plan.refresh_from_db()
    assert (plan.what_matters, plan.goals) == ("My garden", "Out more")


def test_only_the_person_their_helper_and_their_worker_write(a_case, cast):
    case = a_case(at="plan")
    plan = money.open_plan(case=case, by=cast.person)
    rep = cast.help(case, scope=("see",))
    for stranger in (cast.outsider, cast.stranger, cast.finance, cast.delegate):
        with pytest.raises(NotYet):
            money.save_plan_part(plan=plan, by=stranger, goals="Mine")
    rep.scope = ["see", "fill"]
    rep.save()
    money.save_plan_part(plan=plan, by=cast.delegate, goals="Theirs")
    money.save_plan_part(plan=plan, by=cast.worker, goals="Ours")


@pytest.mark.parametrize(
    ("fields", "annual", "weekly"),
    [
        ({"quantity": Decimal(5), "rate": Decimal("16.29")}, "4235.40", "81.45"),
        (
            {"quantity": Decimal(1), "rate": Decimal(100), "unit": "session", "weeks": "38"},
            "3800.00",
            "73.08",
        ),
        ({"quantity": Decimal(14), "rate": Decimal(90), "unit": "night"}, "1260.00", "24.23"),
        ({"quantity": Decimal(1), "rate": Decimal(26), "unit": "month"}, "312.00", "6.00"),
        ({"quantity": Decimal(1), "rate": Decimal(80), "unit": "once"}, "80.00", "0.00"),
        (
            {
                "quantity": Decimal(1),
                "rate": Decimal("11.00"),
                "oncost_pct": Decimal("26.08"),
                "who": "pa",
            },
            "721.24",
            "13.87",
        ),
        ({"quantity": Decimal(9), "rate": Decimal(20), "who": "family"}, "0.00", "0.00"),
    ],
)
def test_what_a_line_costs(a_case, cast, fields, annual, weekly):
    plan = money.open_plan(case=a_case(at="plan"), by=cast.person)
    line = a_line(plan, cast.person, **fields)
    line.refresh_from_db()
    assert (str(line.annual), str(line.weekly)) == (annual, weekly)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"weeks": "54"}, "weeks"),
        ({"weeks": "x"}, "weeks"),
        ({"rate": Decimal("999999")}, "quantity"),
    ],
)
def test_a_number_that_cannot_be_is_refused_at_its_field(a_case, cast, fields, field):
    plan = money.open_plan(case=a_case(at="plan"), by=cast.person)
    with pytest.raises(NotYet) as no:
        a_line(plan, cast.person, **fields)
    assert no.value.field == field and not plan.lines.exists()


@pytest.mark.parametrize(
    ("without", "part"),
    [
        ("what_matters", "what_matters"),
        ("goals", "goals"),
        ("enough", "enough"),
        ("over_reason", "enough"),
        ("contribution_seen", "contribution"),
        ("helped", "helped"),
    ],
)
def test_a_plan_without_its_contents_is_not_sent(a_case, cast, without, part):
    case = a_case(at="plan")
    plan = money.open_plan(case=case, by=cast.person)
    money.save_plan_part(
        plan=plan, by=cast.person, **{k: v for k, v in FULL.items() if k != without}
    )
    a_line(plan, cast.person, rate=Decimal(30))  # £7,800 a year against £5,200
    with pytest.raises(NotYet) as no:
        money.submit_plan(case=case, by=cast.person)
    assert no.value.field == part
    case.refresh_from_db()
    assert case.step == "plan" and not case.figures.filter(kind="plan").exists()


def test_lines_need_an_amount_and_a_way_to_take_the_money(a_case, cast):
    case = a_case(at="plan")
    plan = money.open_plan(case=case, by=cast.person)
    money.save_plan_part(plan=plan, by=cast.person, **FULL)
    for expected, change in (
        ("lines", {}),
        ("lines", {"quantity": Decimal(0)}),
        ("routes", {"quantity": Decimal(2), "route": ""}),
    ):
        if change:
            a_line(plan, cast.person, line=plan.lines.first(), **change)
        with pytest.raises(NotYet) as no:
            money.submit_plan(case=case, by=cast.person)
        assert no.value.field == expected
    money.choose_routes(plan=plan, by=cast.person, routes={plan.lines.get().pk: "provider_held"})
    money.submit_plan(case=case, by=cast.person)
    case.refresh_from_db()
    assert (case.step, case.route) == ("sign_off", "provider_held")


def test_what_was_sent_is_frozen_with_its_hash(a_case, cast):
    case = a_case(at="sign_off")
    plan = case_money.sent_plan(case)
    import hashlib

    assert plan.digest == hashlib.sha256(canonical(plan.snapshot).encode()).hexdigest()
    assert [line["what"] for line in plan.snapshot["lines"]] == [
        "Help to wash and dress",
        "My sister drives me",
    ]
    with pytest.raises(NotYet, match="sent"):
        money.save_plan_part(plan=plan, by=cast.person, goals="Other")
    with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
        SupportPlan.objects.filter(pk=plan.pk).update(digest="0" * 64)
    figure = case.figures.get(kind="plan")
    assert (figure.annual, figure.weekly) == (Decimal("4160.00"), Decimal("80.00"))


def test_a_mixed_plan_says_so(a_case, cast):
    case = a_case(at="plan")
    plan = money.open_plan(case=case, by=cast.person)
    money.save_plan_part(plan=plan, by=cast.person, **FULL)
    a_line(plan, cast.person, rate=Decimal(5))
    a_line(plan, cast.person, rate=Decimal(5), route="direct_payment")
    money.submit_plan(case=case, by=cast.person)
    case.refresh_from_db()
    assert case.route == "mixed"


# ---- deciding ----


def test_the_decided_figure_stands_beside_the_indicative_one_with_its_reason(a_case, cast):
    case = a_case(at="sign_off")
    with pytest.raises(NotYet) as no:
        money.agree_plan(case=case, by=cast.worker)
    assert no.value.field == "reason_code"
    money.agree_plan(
        case=case, by=cast.worker, reason_code="chose_less", reason_text="Fewer hours are enough"
    )
    first, _plan, decided = case.figures.order_by("pk")
    assert (first.annual, decided.annual, decided.kind) == (Decimal(5200), Decimal(4160), "decided")
    assert (decided.reason_code, decided.reason_text) == ("chose_less", "Fewer hours are enough")
    signed = SignOff.objects.get(case=case)
    assert (signed.decision, signed.role, signed.limit_weekly) == ("agreed", "worker", Decimal(350))
    with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
        BudgetFigure.objects.filter(pk=decided.pk).update(annual=1)


def test_no_reason_is_asked_for_where_nothing_differs(a_case, cast):
    case = a_case(at="sign_off", weekly=Decimal(100))
    money.agree_plan(case=case, by=cast.worker)
    assert case_money.decided(case).reason_code == ""


def test_a_returned_plan_stays_as_it_was_and_its_copy_is_the_draft(a_case, cast):
    case = a_case(at="sign_off")
    with pytest.raises(NotYet):
        money.return_plan(case=case, by=cast.worker, reason=" ")
    draft = money.return_plan(case=case, by=cast.worker, reason="Say who helps at night")
    case.refresh_from_db()
    sent = case.plans.get(number=1)
    assert (case.step, sent.state, draft.number, draft.state) == ("plan", "returned", 2, "draft")
    assert [x.what for x in draft.lines.all()] == [x.what for x in sent.lines.all()]
    assert (draft.goals, draft.enough, draft.helped) == (sent.goals, sent.enough, sent.helped), (
        "nothing is asked twice"
    )


def test_a_proposal_says_for_each_line_what_why_and_how_the_need_is_still_met(a_case, cast):
    case = a_case(at="sign_off")
    line = case_money.sent_plan(case).lines.get(who="pa")
    whole = {
        "line": line.pk,
        "quantity": Decimal(4),
        "differs": "4 hours",
        "why": "Sundays",
        "still_met": "Weekdays",
    }
    for wrong in (
        {"why": " "},
        {"still_met": ""},
        {"still_met": "tbc"},
        {"quantity": Decimal(5)},
        {"line": line.pk + 999},
    ):
        with pytest.raises(NotYet):
            money.offer_changed(case=case, by=cast.worker, lines=[whole | wrong])
    with pytest.raises(NotYet):
        money.offer_changed(case=case, by=cast.worker, lines=[])
    offer = money.offer_changed(case=case, by=cast.worker, lines=[whole])
    case.refresh_from_db()
    assert (case.step, case.turn, offer.weekly, offer.annual) == (
        "offer",
        "person",
        Decimal("64.00"),
        Decimal("3328.00"),
    )
    line.refresh_from_db()
    assert line.quantity == 5, "the plan stays as it was sent"


def test_an_accepted_proposal_becomes_the_agreed_plan(a_case, cast):
    case = a_case(at="offer")
    plan = money.accept_offer(case=case, by=cast.person)
    case.refresh_from_db()
    assert (case.step, plan.number, plan.state) == ("set_up", 2, "agreed")
    assert plan.lines.get(who="pa").quantity == 4 and plan.digest
    assert case.plans.get(number=1).state == "replaced"
    decided = case_money.decided(case)
    assert (decided.annual, decided.reason_code, decided.plan) == (
        Decimal("3328.00"),
        "offer",
        plan,
    )
    with pytest.raises(NotYet):
        money.accept_offer(case=case, by=cast.person)


def test_a_declined_proposal_gives_the_plan_back(a_case, cast):
    case = a_case(at="offer")
    draft = money.decline_offer(case=case, by=cast.person, reason="I need the fifth hour")
    case.refresh_from_db()
    assert (case.step, draft.lines.get(who="pa").quantity) == ("plan", 5)
    assert case.offers.get().state == "declined" and case_money.decided(case) is None


def test_a_worker_records_the_persons_answer_for_them(a_case, cast):
    case = a_case(at="offer")
    with pytest.raises(NotYet):
        money.accept_offer(case=case, by=cast.worker)
    money.accept_offer(case=case, by=cast.worker, on_behalf_of=case.person)
    assert case.events.get(verb="accept_offer").on_behalf_of == case.person


def test_sending_holds_the_case_before_the_plan(a_case, cast):
    """As every move does: of two senders the second waits for the case, and neither for the
    other.
    """
    case = a_case(at="plan")
    plan = money.open_plan(case=case, by=cast.person)
    money.save_plan_part(plan=plan, by=cast.person, **FULL)
    a_line(plan, cast.person)
    with CaptureQueriesContext(connection) as asked:
        money.submit_plan(case=case, by=cast.person)
    tables = [re.search(r'FROM "(\w+)"', query["sql"]) for query in asked]
    read = [table[1] for table in tables if table]
    assert read[:2] == ["cases_case", "budgets_supportplan"], read


def test_a_delegate_needs_the_scope_to_send(a_case, cast):
    case = a_case(at="offer")
    rep = cast.help(case, scope=("see", "fill", "money"))
    with pytest.raises(NotYet):
        money.accept_offer(case=case, by=cast.delegate)
    rep.scope = ["see", "send", "money"]
    rep.save()
    money.accept_offer(case=case, by=cast.delegate)


def test_undisputed_support_starts_while_a_proposal_is_open(a_case, cast):
    case = a_case(at="plan")
    plan = money.open_plan(case=case, by=cast.person)
    money.save_plan_part(plan=plan, by=cast.person, **FULL)
    fixed, asked = (
        a_line(plan, cast.person, what=what, rate=Decimal(5)) for what in ("A club", "A driver")
    )
    money.submit_plan(case=case, by=cast.person)
    case.refresh_from_db()
    change = {
        "line": asked.pk,
        "quantity": Decimal(3),
        "differs": "3 trips",
        "why": "Less is enough",
        "still_met": "By bus",
    }
    money.offer_changed(case=case, by=cast.worker, lines=[change])
    today = timezone.localdate()
    with pytest.raises(NotYet):
        money.start_line(case=case, line=asked, started_on=today, by=cast.worker)
    money.start_line(case=case, line=fixed, started_on=today, by=cast.worker)
    agreed = money.accept_offer(case=case, by=cast.person)
    assert [x.what for x in agreed.lines.filter(start__isnull=False)] == ["A club"]


def test_the_panel_answers_in_writing_and_its_days_are_kept(a_case, cast):
    case = a_case(at="panel")
    reason = {"reason_code": "chose_less", "reason_text": "Fewer hours"}
    with pytest.raises(NotYet) as no:
        money.panel_agree(case=case, by=cast.panel, written_reasons="", **reason)
    assert no.value.field == "written_reasons"
    money.panel_agree(case=case, by=cast.panel, written_reasons="It fits the need", **reason)
    case.refresh_from_db()
    referral = PanelReferral.objects.get(case=case)
    assert (case.step, referral.outcome, referral.written_reasons) == (
        "set_up",
        "agreed",
        "It fits the need",
    )
    assert referral.decided_at >= referral.referred_at


def test_the_panel_sends_back_with_its_reasons_on_the_referral(a_case, cast):
    case = a_case(at="panel")
    money.return_plan(case=case, by=cast.panel, reason="Who helps at night?")
    referral = PanelReferral.objects.get(case=case)
    assert (referral.outcome, referral.written_reasons) == ("returned", "Who helps at night?")


def test_a_referral_answers_what_support_there_is_meanwhile(a_case, cast):
    case = a_case(at="sign_off")
    for missing in (
        {"interim": " "},
        {"interim": "tbc"},
        {"interim_support": None},
        {"exception": "because"},
    ):
        given = {
            "exception": "dispute",
            "reason": "We differ",
            "interim_support": False,
            "interim": "None is needed",
        }
        with pytest.raises(NotYet):
            money.refer_to_panel(case=case, by=cast.worker, **given | missing)
    assert not PanelReferral.objects.exists()


def test_the_loser_of_a_race_reads_who_was_first(a_case, cast):
    case = a_case(at="sign_off")
    seen = case.head_seq
    money.return_plan(case=case, by=cast.worker, reason="Who helps at night?", seen=seen)
    with pytest.raises(Stale, match="sent the plan back"):
        money.agree_plan(case=case, by=cast.worker, seen=seen)


def test_a_second_decision_is_a_revision_of_the_first(a_case, cast):
    case = a_case(at="review", days_ago=60)
    case.move("change_plan", by=cast.worker, reason="More help is needed")
    draft = case_money.draft_plan(case)
    assert draft.number == 2, "the agreed plan's copy is the draft"
    assert case_money.in_force(case).kind == "decided", (
        "the old budget pays until its successor starts"
    )
    money.save_plan_part(
        plan=draft, by=cast.person, enough="yes", helped="yes", contribution_seen=True
    )
    money.submit_plan(case=case, by=cast.person)
    money.agree_plan(case=case, by=cast.worker, reason_code="chose_less", reason_text="As before")
    first, second = case.figures.filter(kind__in=case_money.DECIDED)
    assert (second.kind, second.supersedes) == ("revised", first)


def test_an_action_may_lie_in_the_past_but_never_in_the_future(a_case, cast):
    case = a_case(at="sign_off")
    with pytest.raises(NotYet, match="future"):
        money.agree_plan(
            case=case,
            by=cast.worker,
            reason_code="chose_less",
            reason_text="Less",
            at=timezone.now() + timedelta(days=2),
        )
    assert case_money.decided(case) is None
