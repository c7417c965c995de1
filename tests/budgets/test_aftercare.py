"""Aftercare under section 117: a line of a plan means the NHS's share only, so each is looked at by
one person before a council's first payments leave.
"""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from budgets import actions as money
from budgets.actions.plan import as_sent
from budgets.models import PaymentBatch, PlanLine
from budgets.position import aftercare, case_money
from budgets.position.entitlement_facts import facts_of_case
from cases.common.refusals import NotYet
from cases.ui.date_words import day
from tests.budgets.running_money import WHY, due, pay, week
from tests.walks.doing import address
from tests.walks.pages import Hands
from tests.walks.test_bad_input import attack

TODAY = timezone.localdate
NURSE = {"what": "A nurse", "who": "provider", "funder": "s117", "route": ""}


@pytest.fixture
def unsplit(budget):
    """£100 a week of the council's beside £200 of aftercare that nobody has split."""
    return budget(week(100), week(200, **NURSE))


def confirm(case, by, **changes):
    given = {"who": "Dr Moss, NHS", "said": "All of it is paid by the NHS, letter of 3 May"}
    return money.confirm_nhs_share(case=case, by=by, **given | changes)


def waits(case):
    return [line.what for line in aftercare.of_case(case)]


def begin_change(case, cast):
    for line in case_money.agreed_plan(case).lines.filter(funder="council"):
        money.start_line(case=case, line=line, started_on=TODAY(), by=cast.finance)
    money.start_budget(case=case, by=cast.finance)
    case.move("start_review", by=cast.worker, kind="planned", reason="More")
    case.move("change_plan", by=cast.worker, reason="More aftercare")
    return case_money.draft_plan(case)


def submit(case, plan, cast):
    money.save_plan_part(plan=plan, by=cast.person, contribution_seen=True, over_reason="More")
    money.submit_plan(case=case, by=cast.person)
    case.refresh_from_db()


def test_the_named_worker_has_it_with_a_day_and_finance_its_list(unsplit, cast):
    assert waits(unsplit) == ["A nurse"]
    by = TODAY() + timedelta(days=28)
    record = address(unsplit, "record", "confirm_nhs_share")
    mine = Hands(cast.worker).open("/staff/day/")
    assert "Section 117 aftercare to split" in mine and record in mine.html
    assert "Section 117" not in Hands(cast.manager).open("/staff/day/"), "one person's"
    for page in (
        Hands(cast.finance).open("/staff/finance/aftercare/"),
        Hands(cast.finance).open("/staff/finance/"),
    ):
        assert "Section 117 aftercare to split" in page
    listed = Hands(cast.finance).open("/staff/finance/aftercare/")
    assert day(by) in listed and str(cast.worker) in listed and "A nurse" in listed
    plan = address(unsplit, "plan")
    assert f'href="{plan}"' in listed.html and "Read the plan" in listed
    assert Hands(cast.finance).open(plan), "and may read it"
    assert "The council pays nothing for these parts" in listed


def test_the_plan_leads_whoever_may_to_its_page(unsplit, cast):
    plan, record = address(unsplit, "plan"), address(unsplit, "record", "confirm_nhs_share")
    for who, may in ((cast.worker, True), (cast.manager, True), (cast.finance, False)):
        assert (record in Hands(who).open(plan).html) == may
    confirm(unsplit, cast.worker)
    assert record not in Hands(cast.worker).open(plan).html


def test_so_does_the_plan_that_is_being_changed(a_case, cast):
    case = a_case(at="running", days_ago=60)
    line = case_money.agreed_plan(case).lines.last()
    PlanLine.objects.filter(pk=line.pk).update(funder="s117", free=False)
    case.move("start_review", by=cast.worker, kind="planned", reason="Aftercare")
    case.move("change_plan", by=cast.worker, reason="The shares of the aftercare")
    record = address(case, "record", "confirm_nhs_share")
    assert record in Hands(cast.worker).open(address(case, "plan")).html


def test_without_a_named_worker_it_is_the_managers(unsplit, cast):
    type(unsplit).objects.filter(pk=unsplit.pk).update(worker=None)
    assert "Section 117 aftercare to split" in Hands(cast.manager).open("/staff/day/")
    assert "Section 117" not in Hands(cast.worker).open("/staff/day/")


def test_the_first_batch_of_a_council_warns_and_goes_when_told_so(unsplit, cast):
    with pytest.raises(NotYet, match="waits to be split") as no:
        pay(cast)
    assert no.value.field == "unsplit" and not PaymentBatch.objects.exists()
    finance = Hands(cast.finance)
    page = finance.open("/staff/payments/")
    assert "aftercare under section 117 of 1 case waits" in page
    assert "/staff/finance/aftercare/" in page.html
    finance.refused("/staff/payments/", "waits to be split")
    assert not PaymentBatch.objects.exists()
    finance.send("/staff/payments/", unsplit="on")
    batch = PaymentBatch.objects.get()
    assert batch.total == 400
    money.release_batch(batch=batch, by=cast.releaser)
    assert "section 117" not in finance.open("/staff/payments/"), "only of the first"
    assert waits(unsplit), "and the task stays"
    pay(cast, TODAY() + timedelta(days=28))


def test_who_says_that_all_of_it_is_the_nhs_is_done_with_it(unsplit, cast):
    worker, record = Hands(cast.worker), address(unsplit, "record", "confirm_nhs_share")
    assert "A nurse" in worker.open(record)
    worker.send(record, who="Dr Moss, NHS", said="All of it, letter of 3 May")
    assert not waits(unsplit)
    event = unsplit.events.get(verb="confirm_nhs_share")
    assert event.body.note == "Dr Moss, NHS: All of it, letter of 3 May"
    assert "Section 117" not in worker.open("/staff/day/")
    pay(cast)
    with pytest.raises(NotYet, match="written down already"):
        confirm(unsplit, cast.worker)


@pytest.mark.parametrize("changes", [{"who": " "}, {"said": ""}])
def test_who_and_what_are_said(unsplit, cast, changes):
    with pytest.raises(NotYet, match="answer is needed"):
        confirm(unsplit, cast.worker, **changes)
    assert waits(unsplit)


def test_nonsense_on_its_page_changes_nothing(unsplit, cast):
    attack(Hands(cast.worker), address(unsplit, "record", "confirm_nhs_share"))
    assert waits(unsplit)


def test_whoever_does_not_work_on_it_says_nothing(unsplit, cast):
    for by in (cast.person, cast.finance, cast.outsider):
        with pytest.raises(NotYet):
            confirm(unsplit, by)
    for by in (cast.finance, cast.person):
        Hands(by).open(address(unsplit, "record", "confirm_nhs_share"), status=404)


def test_a_change_of_the_plan_splits_it_and_the_councils_share_is_free(unsplit, cast):
    """£200 in all: £150 of the NHS's, and £50 a week of the council's, for which nobody pays."""
    for line in case_money.agreed_plan(unsplit).lines.filter(funder="council"):
        money.start_line(case=unsplit, line=line, started_on=TODAY(), by=cast.finance)
    money.start_budget(case=unsplit, by=cast.finance)
    money.record_contribution(case=unsplit, by=cast.finance, state="recorded", weekly=Decimal(120))
    assert due(unsplit) == (), "£120 to pay of £100"
    unsplit.move("start_review", by=cast.worker, kind="planned", reason="Aftercare")
    unsplit.move("change_plan", by=cast.worker, reason="The shares of the aftercare")
    plan = case_money.draft_plan(unsplit)
    nurse = plan.lines.get(funder="s117")
    money.save_line(plan=plan, by=cast.worker, line=nurse, rate=Decimal(150))
    share = money.save_line(plan=plan, by=cast.person, **week(50, what="The council’s share"))
    with pytest.raises(NotYet, match="Somebody at the council") as no:
        money.save_line(plan=plan, by=cast.person, line=share, free=True)
    assert no.value.field == "free"
    terms = address(unsplit, "plan", "line", share.pk, "terms")
    assert "Nobody may be asked to pay" not in Hands(cast.person).open(terms)
    Hands(cast.worker).send(terms, free="on")
    share.refresh_from_db()
    assert share.free
    money.save_plan_part(plan=plan, by=cast.person, contribution_seen=True, over_reason="Split")
    money.submit_plan(case=unsplit, by=cast.person)
    sent = unsplit.plans.get(pk=plan.pk)
    assert as_sent(sent, list(sent.lines.all()))
    PlanLine.objects.filter(pk=share.pk).update(free=False)
    assert not as_sent(sent, list(sent.lines.all())), "what was sent says that it is free"
    PlanLine.objects.filter(pk=share.pk).update(free=True)
    unsplit.refresh_from_db()
    money.agree_plan(case=unsplit, by=getattr(cast, unsplit.turn), **WHY)
    assert waits(unsplit) == ["A nurse"], "a free part may be anything: reablement is free too"
    share = case_money.agreed_plan(unsplit).lines.get(free=True)
    worker, record = Hands(cast.worker), address(unsplit, "record", "confirm_nhs_share")
    page = worker.open(record)
    assert "None: all of it is the NHS’s share" in page and "The council’s share" in page
    other = case_money.agreed_plan(unsplit).lines.get(funder="council", free=False)
    with pytest.raises(NotYet, match="Choose the part again") as no:
        confirm(unsplit, cast.worker, share=other)
    assert no.value.field == "share" and waits(unsplit)
    worker.send(record, who="Dr Moss, NHS", said="£150 of £200", share=str(share.pk))
    event = unsplit.events.get(verb="confirm_nhs_share")
    assert event.codes["share"] == share.pk and "“The council’s share”" in event.body.note
    assert not waits(unsplit)
    (line,) = [one for one in facts_of_case(unsplit).lines if one.free]
    assert line.amount == 50
    assert {one.amount for one in due(unsplit, 100)[1:]} == {Decimal("200.00")}, "£50, all of it"
    letter = unsplit.events.filter(verb="agree_plan").last().letter
    assert "Nobody is asked to pay towards it." in str(letter.content)


@pytest.mark.parametrize("draft_is_open", [False, True])
def test_a_later_copy_is_not_asked_again_and_a_new_line_is(unsplit, cast, draft_is_open):
    """Whether the change was being written already when the first was looked at, or not."""
    if not draft_is_open:
        confirm(unsplit, cast.worker)
    plan = begin_change(unsplit, cast)
    if draft_is_open:
        confirm(unsplit, cast.worker)
    money.save_line(plan=plan, by=cast.person, **week(90, **NURSE | {"what": "A second nurse"}))
    submit(unsplit, plan, cast)
    money.agree_plan(case=unsplit, by=getattr(cast, unsplit.turn), **WHY)
    assert waits(unsplit) == ["A second nurse"]


def test_a_new_line_that_was_sent_before_the_old_one_was_looked_at_waits(unsplit, cast):
    plan = begin_change(unsplit, cast)
    money.save_line(plan=plan, by=cast.person, **week(90, **NURSE | {"what": "A second nurse"}))
    submit(unsplit, plan, cast)
    confirm(unsplit, cast.worker)
    assert not waits(unsplit), "what is not agreed is not asked about"
    money.agree_plan(case=unsplit, by=getattr(cast, unsplit.turn), **WHY)
    assert waits(unsplit) == ["A second nurse"]
    confirm(unsplit, cast.worker)
    assert not waits(unsplit), "each was looked at, by one event or the other"


def test_a_line_of_the_councils_that_becomes_aftercare_waits(unsplit, cast):
    """Its first copy is older than what was written down, and was the council's then."""
    confirm(unsplit, cast.worker)
    plan = begin_change(unsplit, cast)
    line = plan.lines.get(funder="council")
    money.save_line(plan=plan, by=cast.worker, line=line, funder="s117", route="")
    money.save_line(plan=plan, by=cast.person, **week(100, what="Meals"))
    submit(unsplit, plan, cast)
    money.agree_plan(case=unsplit, by=getattr(cast, unsplit.turn), **WHY)
    assert waits(unsplit) == [line.what] != ["A nurse"]
    confirm(unsplit, cast.worker)
    assert not waits(unsplit)
