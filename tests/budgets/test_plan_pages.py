"""The money pages in the browser's place: what each role reads, writes, and gets when something is
wrong.
"""

import re
from decimal import Decimal
from urllib.parse import urlencode

import pytest
from django.urls import get_resolver, reverse
from django.utils import timezone

from budgets.models import PlanLine
from budgets.payments import standing_payments
from budgets.position import case_money
from cases import journey
from tests import sample
from tests.test_crawl import ROLES

PAGES = [
    p.name
    for entry in get_resolver().url_patterns
    if getattr(entry, "namespace", "") == "budgets"
    for p in entry.url_patterns
    if "<str:ref>" in str(p.pattern)
]


def url(name, case, *args):
    return reverse(f"budgets:{name}", args=[case.ref, *args])


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def form_of(client, address):
    """The hidden fields of the page's form, as a browser sends them back."""
    html = client.get(address).content.decode()
    pairs = re.findall(r'<input type="hidden" name="(\w+)"(?: value="([^"]*)")?', html)
    return {name: value for name, value in pairs if name != "csrfmiddlewaretoken"}


def send(client, address, **typed):
    """Send the page's form; what it changes of the money is looked at and confirmed."""
    given = form_of(client, address) | typed
    answer = client.post(address, given)
    mark = re.search(r'name="looked" value="(\w+)"', answer.content.decode())
    return client.post(address, given | {"looked": mark[1]}) if mark else answer


def a_date(name, day):
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


# ---- who gets in ----


STEPS = ("budget", "plan", "sign_off", "offer", "set_up", "running")
SIGNED_IN = [who for who in ROLES if who != "anonymous"]
NEVER = ("outsider", "stranger", "admin", "auditor")


@pytest.mark.parametrize(
    ("step", "who"),
    sample.params(
        [(step, who) for step in STEPS for who in SIGNED_IN],
        sample.crossed(STEPS, SIGNED_IN, each=1),
    ),
)
def test_no_page_opens_to_a_stranger_or_breaks_for_anybody(
    a_case, cast, as_, record_property, step, who
):
    case = a_case(at=step, days_ago=60)
    line = PlanLine.objects.filter(plan__case=case).first()
    extra = {
        "plan_version": [1],
        "plan_part": ["goals"],
        "plan_line": [line.pk if line else 0],
        "record": ["raise_concern"],
        "trace": [0],
        "plan_share": [0],
        "answer_extra": [0],
        "end_extra": [0],
    }
    client = as_(getattr(cast, who))
    for place, name in enumerate(PAGES, SIGNED_IN.index(who)):
        if not sample.its_turn(place, 2):
            sample.left_out(record_property, "half of a case's pages of money for each role")
            continue
        args = extra.get(
            name,
            extra["plan_line"] if name.startswith("plan_line_") and name != "plan_line_add" else [],
        )
        status = client.get(url(name, case, *args)).status_code
        assert status in (200, 302, 404, 409), f"{name}: {status}"
        if who in NEVER:
            assert status == 404, name


def test_the_page_of_a_move_says_why_it_cannot_be_made_now(a_case, cast, as_):
    case = a_case(at="plan")
    response = as_(cast.worker).get(url("agree_plan", case))
    assert response.status_code == 409 and str(journey.STEPS["plan"].title) in text(response)


# ---- the budget explained ----


def test_the_explanation_shows_the_whole_sum(a_case, cast, as_):
    page = text(as_(cast.person).get(url("budget", a_case(at="plan"))))
    for words in (
        "£100.00",
        "£5,200.00",
        "£400.00",
        "Meeting personal care needs",
        "24, rounded to 24",
        "10 to 19 points: £2,600.00 a year",
        "20 to 29 points: £5,200.00 a year",
        "30 to 39 points: £8,320.00 a year",
        "A year is counted as 52 weeks",
        "It may go up or down",
        "Say what is wrong with it",
        "Not known yet",
        "INVENTED",
        "in force from 1 April 2024",
    ):
        assert words in page, words


def test_the_explanation_tells_where_the_worker_placed_an_answer_otherwise(a_case, cast, as_):
    from cases import actions as cases

    case = a_case(at="confirm")
    cases.determine(
        case=case,
        by=cast.worker,
        eligible=True,
        arises=True,
        impact=True,
        areas=["dignity"],
        reasons="Seen",
        findings={o: {"tests": ["assistance"], "reason": ""} for o in ("nutrition", "hygiene")},
        agreed={"eating": 2},
    )
    page = text(as_(cast.person).get(url("budget", case)))
    assert "A lot of support (agreed with you; you had answered: Some support)" in page


def test_the_explanation_keeps_the_first_idea_beside_the_decision(a_case, cast, as_):
    page = text(as_(cast.person).get(url("budget", a_case(at="set_up"))))
    assert (
        "£100.00 a week (£5,200.00 a year)" in page and "£80.00 a week (£4,160.00 a year)" in page
    )
    assert "The support costs this much here" in page


def test_the_worker_reads_what_is_missing_and_the_person_in_their_own_words(a_case, cast, as_):
    case = a_case(at="budget")
    page = as_(cast.worker).get(url("share_budget", case))
    assert (
        "Eating and drinking" in text(page)
        and reverse("cases:agree_answer", args=[case.ref]) in page.content.decode()
    )
    own = as_(cast.person).get(reverse("cases:case", args=[case.ref]))
    assert "still needs an answer" in text(own)


def test_the_rules_are_public_with_every_weight_and_the_notice(cast, as_):
    anyone = as_(None)
    assert "Demo allocation scheme" in text(
        anyone.get(reverse("budgets:schemes", args=["brackenshire"]))
    )
    page = text(anyone.get(reverse("budgets:scheme_version", args=["brackenshire", "adults", 1])))
    assert "INVENTED" in page and "£49,400.00" in page and "Constant support" in page
    other = text(anyone.get(reverse("budgets:scheme_version", args=["port-merrow", "carers", 1])))
    assert "up to £300.00" in other and "INVENTED" not in other
    for wrong in (
        ["brackenshire", "adults", 2],
        ["brackenshire", "nothing", 1],
        ["nowhere", "adults", 1],
    ):
        assert anyone.get(reverse("budgets:scheme_version", args=wrong)).status_code == 404


# ---- the plan ----


def test_a_person_plans_from_the_first_page_to_the_last(a_case, cast, as_):
    case, me = a_case(at="plan"), as_(cast.person)
    assert "To do" in text(me.get(url("plan", case)))
    assert case.plans.count() == 0, "looking begins nothing"
    for part, typed in (
        ("what_matters", {"what_matters": "My garden"}),
        ("goals", {"goals": "Out more"}),
        ("enough", {"enough": "unsure"}),
        ("contribution", {"contribution_seen": "on"}),
        ("helped", {"helped": "skip"}),
    ):
        assert send(me, url("plan_part", case, part), **typed).status_code == 302, part
    line = {
        "what": "Help to dress",
        "outcome": "hygiene",
        "who": "pa",
        "provider": "",
        "when": "Mornings",
    }
    done = send(me, url("plan_line_add", case), **line)
    assert done["Location"].endswith("/cost/")
    cost = me.get(done["Location"])
    assert 'name="unit"' in cost.content.decode() and "checked" not in cost.content.decode(), (
        "nothing chosen beforehand"
    )
    assert (
        send(me, done["Location"], quantity="5", unit="hour", rate="16.29", weeks="52").status_code
        == 302
    )
    assert "£81.45" in text(me.get(url("plan", case)))
    routes = url("plan_part", case, "routes")
    page = me.get(routes).content.decode()
    assert all(
        words in page for words in ("Direct payment", "Managed budget", "Provider-held account")
    )
    assert "checked" not in page, "no way to take the money is chosen beforehand"
    pk = PlanLine.objects.get().pk
    assert send(me, routes, **{f"route_{pk}": "council_managed"}).status_code == 302
    page = text(me.get(url("submit_plan", case)))
    assert "Before the plan can be sent" not in page and "£4,235.40" in page
    assert send(me, url("submit_plan", case)).status_code == 302
    case.refresh_from_db()
    assert (case.step, case.turn, case.route) == ("sign_off", "worker", "council_managed")
    assert "Help to dress" in text(me.get(url("plan", case)))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"quantity": "a few", "unit": "hour", "rate": "10"}, "Enter how much as a number"),
        ({"quantity": "5", "rate": "10"}, "Choose one of the answers"),
        ({"quantity": "5", "unit": "hour", "rate": "ten"}, "Enter the cost in pounds"),
        ({"quantity": "5", "unit": "hour", "rate": "10", "weeks": "60"}, "from 1 to 53"),
        ({"quantity": "9999", "unit": "hour", "rate": "99999"}, "more than any budget"),
    ],
)
def test_what_was_typed_wrongly_is_named_linked_and_kept(a_case, cast, as_, typed, words):
    case, me = a_case(at="plan"), as_(cast.person)
    done = send(me, url("plan_line_add", case), what="Help", outcome="hygiene", who="agency")
    response = send(me, done["Location"], **{"weeks": "52"} | typed)
    html = response.content.decode()
    assert response.status_code == 422 and "<title>Error:" in re.sub(r"\s+", " ", html)
    assert words in html and "govuk-error-summary" in html and 'href="#id_' in html
    assert f'value="{typed["quantity"]}"' in html


def test_help_from_the_family_has_hours_and_no_price(a_case, cast, as_):
    case, me = a_case(at="plan"), as_(cast.person)
    done = send(
        me, url("plan_line_add", case), what="My sister drives", outcome="community", who="family"
    )
    assert 'name="rate"' not in me.get(done["Location"]).content.decode()
    send(me, done["Location"], quantity="3", unit="hour")
    line = PlanLine.objects.get()
    assert (line.quantity, line.annual, line.route) == (3, 0, "")


def test_a_line_sent_twice_is_added_once_and_can_be_taken_out(a_case, cast, as_):
    case, me = a_case(at="plan"), as_(cast.person)
    address = url("plan_line_add", case)
    typed = form_of(me, address) | {"what": "Help", "outcome": "hygiene", "who": "agency"}
    first, second = me.post(address, typed), me.post(address, typed)
    assert first["Location"] == second["Location"] and PlanLine.objects.count() == 1
    pk = PlanLine.objects.get().pk
    assert (
        "Help" in text(me.get(url("plan_line_remove", case, pk))) and PlanLine.objects.count() == 1
    )
    me.post(url("plan_line_remove", case, pk))
    assert not PlanLine.objects.exists()


def test_a_page_saved_by_somebody_else_shows_both(a_case, cast, as_):
    case, me, worker = a_case(at="plan"), as_(cast.person), as_(cast.worker)
    address = url("plan_part", case, "goals")
    mine = form_of(me, address)
    send(worker, address, goals="A walk a day")
    response = me.post(address, mine | {"goals": "Out twice a week"})
    assert response.status_code == 409
    assert "Out twice a week" in text(response) and "A walk a day" in text(response)
    assert case_money.draft_plan(case).goals == "A walk a day"


def test_a_line_of_another_plan_or_council_is_not_found(a_case, cast, as_):
    mine, theirs = a_case(at="plan"), a_case(at="sign_off", person=cast.new_person("Bea Lark"))
    pk = PlanLine.objects.filter(plan__case=theirs).first().pk
    for name in ("plan_line", "plan_line_cost", "plan_line_remove"):
        for case in (mine, theirs):
            assert as_(cast.person).get(url(name, case, pk)).status_code == 404
            assert as_(cast.person).post(url(name, case, pk)).status_code == 404
    assert as_(cast.person).get(url("plan_part", mine, "nothing")).status_code == 404


def test_a_plan_that_came_back_says_why_on_top(a_case, cast, as_):
    from budgets import actions as money

    case = a_case(at="sign_off")
    money.return_plan(case=case, by=cast.worker, reason="Say who helps at night")
    assert "Say who helps at night" in text(as_(cast.person).get(url("plan", case)))


def test_a_worker_sends_for_the_person_only_after_reading_back(a_case, cast, as_):
    from budgets import actions as money

    case = a_case(at="plan")
    plan = money.open_plan(case=case, by=cast.person)
    money.save_plan_part(
        plan=plan,
        by=cast.person,
        what_matters="x",
        goals="y",
        enough="yes",
        helped="yes",
        contribution_seen=True,
    )
    money.save_line(
        plan=plan,
        by=cast.person,
        outcome="hygiene",
        what="Sister",
        who="family",
        quantity=Decimal(2),
    )
    worker, address = as_(cast.worker), url("submit_plan", case) + "?for=person"
    assert send(worker, address, told_by="phone").status_code == 422
    assert send(worker, address, told_by="phone", read_back="on").status_code == 302
    event = case.events.get(verb="submit_plan")
    assert event.on_behalf_of == case.person and case_money.sent_plan(case).author_role == "worker"


# ---- deciding ----


def test_agreeing_asks_for_the_reason_and_keeps_what_was_typed(a_case, cast, as_):
    case, worker = a_case(at="sign_off"), as_(cast.worker)
    page = text(worker.get(url("agree_plan", case)))
    assert (
        "These eligible needs have no line in the plan" in page and "up to £350.00 a week" in page
    )
    response = send(
        worker,
        url("agree_plan", case),
        note="Well planned",
        reason_code="chose_less",
        reason_text="",
    )
    assert response.status_code == 422 and "Well planned" in response.content.decode()
    done = send(
        worker,
        url("agree_plan", case),
        note="Well planned",
        reason_code="chose_less",
        reason_text="Fewer hours",
    )
    assert done.status_code == 302
    case.refresh_from_db()
    assert case.step == "set_up"
    assert "Fewer hours" in text(as_(cast.person).get(reverse("cases:case", args=[case.ref])))


def test_a_second_press_decides_nothing_twice(a_case, cast, as_):
    case, worker = a_case(at="sign_off"), as_(cast.worker)
    address = url("return_plan", case)
    typed = form_of(worker, address) | {"reason": "Who helps at night?"}
    assert worker.post(address, typed).status_code == 302
    assert worker.post(address, typed).status_code in (302, 409)
    assert case.plans.count() == 2 and case.sign_offs.count() == 1


def test_a_proposal_is_made_read_and_answered(a_case, cast, as_):
    case, worker, me = a_case(at="sign_off"), as_(cast.worker), as_(cast.person)
    pk = case_money.sent_plan(case).lines.get(who="pa").pk
    address, same = url("offer_changed", case), {f"quantity_{pk}": "5", f"rate_{pk}": "16"}
    assert send(worker, address, **same).status_code == 422
    change = {f"quantity_{pk}": "4", f"rate_{pk}": "16", f"differs_{pk}": "4 hours in place of 5"}
    response = send(worker, address, **change)
    assert response.status_code == 422 and "4 hours in place of 5" in response.content.decode()
    change |= {f"why_{pk}": "Her sister helps on Sundays", f"still_met_{pk}": "Help every weekday"}
    assert send(worker, address, **change).status_code == 302
    page = text(me.get(url("answer_offer", case)))
    for words in (
        "4 hours in place of 5",
        "Her sister helps on Sundays",
        "Help every weekday",
        "£64.00",
        "Challenge",
    ):
        assert words in page, words
    response = send(me, url("answer_offer", case), answer="decline", reason="")
    assert response.status_code == 422
    assert send(me, url("answer_offer", case), answer="accept").status_code == 302
    case.refresh_from_db()
    assert case.step == "set_up"


def test_a_panel_member_reads_the_exception_and_answers_in_writing(a_case, cast, as_):
    case, panel = a_case(at="panel"), as_(cast.panel)
    page = text(panel.get(url("panel_agree", case)))
    assert "A plan unlike others" in page and "Home care goes on" in page
    typed = {
        "written_reasons": "It fits",
        "reason_code": "chose_less",
        "reason_text": "Fewer hours",
    }
    assert send(panel, url("panel_agree", case), **typed).status_code == 302
    case.refresh_from_db()
    assert case.step == "set_up"


# ---- paying ----


def test_finance_sets_up_a_direct_payment_and_the_person_sees_it_add_up(a_case, cast, as_):
    case, finance, me = a_case(at="set_up"), as_(cast.finance), as_(cast.person)
    today = timezone.localdate()
    assert as_(cast.worker).get(url("agreement", case)).status_code == 302, (
        "not the worker's to record"
    )
    send(
        finance,
        url("contribution", case),
        state="recorded",
        weekly="10.33",
        **a_date("valid_from", today),
    )
    html = finance.get(url("agreement", case)).content.decode()
    assert "checked" not in html and "prepaid card" in html, "a card is one account among others"
    signed = {
        "signed_by": "Ada Wren",
        "signed_as": "person",
        "account_type": "own_account",
        "basis": "net",
        "cycle_weeks": "4",
        "start_up": "0",
        "contingency": "0",
        "surplus_weeks": "8",
        "terms": "For the plan",
    }
    signed |= a_date("signed_on", today) | a_date("first_payment_on", today)
    cast.allow_payment(case)
    assert send(finance, url("agreement", case), **signed).status_code == 302
    # £80.00 a week less £10.33: 69.67, four weeks of it in each payment
    amounts = [p.amount for p in standing_payments.next_payments(case).payments]
    assert amounts == [Decimal("278.68")] * 13
    assert "£278.68" in text(me.get(url("schedule", case)))
    line = case_money.agreed_plan(case).lines.get(who="pa")
    assert (
        send(
            finance, url("start_line", case), line=line.pk, **a_date("started_on", today)
        ).status_code
        == 302
    )
    assert "can be started now" in text(finance.get(url("start_line", case)))
    assert send(finance, url("start_budget", case)).status_code == 302
    case.refresh_from_db()
    assert case.step == "running"


def test_a_person_reads_what_they_pay_but_cannot_record_it(a_case, cast, as_):
    case, me = a_case(at="set_up"), as_(cast.person)
    page = me.get(url("contribution", case))
    assert page.status_code == 200 and 'name="state"' not in page.content.decode()
    me.post(
        url("contribution", case),
        urlencode({"state": "not_known"}),
        content_type="application/x-www-form-urlencoded",
    )
    assert not case.contributions.exists()


def test_the_case_page_reads_its_money_in_a_fixed_number_of_statements(
    a_case, cast, django_assert_max_num_queries
):
    from dataclasses import replace

    from budgets.decision.summary import summary
    from cases import access

    case = a_case(at="running", days_ago=60)
    reading = access.reading_by(case, cast.person)
    with django_assert_max_num_queries(8):  # six of them read the dated facts
        found = summary(reading)
    assert found["box"]["amount"] == "£80.00" and any(
        "Next payment" in str(key) for key, _v in found["rows"]
    )
    checking = replace(reading, roles=frozenset({"auditor"}))
    assert summary(checking)["shown"] is False
