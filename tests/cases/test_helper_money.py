"""The scope "money" of a helper: without it no sum is on any page, in any letter, file or message;
with it they are.

The sums are markers; every address of a case is opened, so that a new page is looked at as well.
"""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from budgets import actions as money
from cases import access, journey
from cases.common.refusals import NotYet
from cases.helpers import listing
from cases.letters import timeline
from cases.models import Message
from tests.cases.pages import body, page
from tests.cast import instead, urgent
from tests.test_crawl import addresses, routes

WEEKLY = Decimal("81.35")  # 5 hours at £16.27; £4,230.20 a year
SUMS = re.compile(r"£\s?\d|16\.27|81\.35|4,?230\.20|325\.40|MARKER")
STEPS = ("plan", "offer", "running", "closed")  # what was written before a step is there in it
WITHOUT = ("see", "fill", "send")


def everything(case):
    """Every address below this case: each letter, plan, line and part of a plan among them."""
    found = {
        path for _name, path in addresses(case, routes()) if path.startswith(f"/cases/{case.ref}/")
    }
    lines = [line.pk for plan in case.plans.all() for line in plan.lines.all()]
    for seq in case.events.values_list("seq", flat=True):
        found |= {f"/cases/{case.ref}/letters/{seq}{end}" for end in ("/", "/?as=easy", ".txt")}
    for part in ("goals", "risks", "in_control", "helped", "routes", "enough", "contribution"):
        found.add(f"/cases/{case.ref}/plan/part/{part}/")
    for pk in lines:
        found |= {
            f"/cases/{case.ref}/plan/line/{pk}/{end}" for end in ("", "cost/", "terms/", "remove/")
        }
    found |= {f"/cases/{case.ref}/do/{move}/" for move in journey.MOVES}
    return sorted(found)


def sums_on(client, case):
    """{address: the first sum on it} for everything that opens. A PDF says what its page says
    (tests/cases/test_pdf).
    """
    found = {}
    for path in everything(case):
        answer = None if path.endswith(".pdf") else client.get(path)
        hit = SUMS.search(answer.content.decode()) if answer else None
        if hit and answer.status_code == 200:
            found[path] = hit[0]
    return found


@pytest.mark.parametrize("step", STEPS)
def test_without_the_scope_no_sum_is_anywhere(a_case, cast, as_, step):
    case = a_case(at=step, weekly=WEEKLY, days_ago=60)
    cast.help(case, scope=WITHOUT)
    if step == "plan":
        urgent(case, cast.worker)
    assert sums_on(as_(cast.delegate), case) == {}
    told = Message.objects.filter(to_user=cast.delegate).values_list("template", flat=True)
    assert not journey.money_verbs() & set(told)
    kept = case.events.filter(verb__in=journey.money_verbs()).values_list("seq", flat=True)
    for seq in kept:
        for end in ("/", ".txt", ".pdf"):
            assert (
                as_(cast.delegate).get(f"/cases/{case.ref}/letters/{seq}{end}").status_code == 404
            ), seq
    assert kept or step == "plan"


@pytest.mark.parametrize("step", ["offer", "running"])
def test_with_the_scope_they_read_what_the_person_reads(a_case, cast, as_, step):
    case = a_case(at=step, weekly=WEEKLY, days_ago=60)
    cast.help(case, scope=(*WITHOUT, "money"))
    mine, theirs = sums_on(as_(cast.person), case), sums_on(as_(cast.delegate), case)
    own = {
        f"/cases/{case.ref}/do/withdraw/"
    }  # only the person stops; the page says what becomes of their money
    assert set(theirs) == set(mine) - own and theirs


def test_what_is_said_of_money_is_not_in_the_timeline_of_who_may_not_read_it(a_case, cast):
    case = a_case(at="sign_off", weekly=WEEKLY)
    cast.help(case, scope=WITHOUT)
    money.return_plan(
        case=case, by={"worker": cast.worker}.get(case.turn, cast.manager), reason="MARKER too much"
    )
    told = {
        role: [e for e in timeline.timeline(case, roles) if e.verb == "return_plan"][0]
        for role, roles in (("without", {"delegate"}), ("with", {"delegate", "money_helper"}))
    }
    assert "MARKER" in str(told["with"]) and told["with"].letter
    assert "MARKER" not in str(told["without"]) and not told["without"].letter
    assert told["without"].what == told["with"].what, "that it happened is known to both"


def test_the_words_of_a_plan_are_open_to_whoever_may_fill_in(a_case, cast, as_):
    case = a_case(at="plan")
    rep = cast.help(case, scope=("see", "fill"))
    helper = as_(cast.delegate)
    shown = body(page(helper, case, "case"))
    assert "The support plan" in shown and "You may: see, fill in." in shown
    for part, open_ in (
        ("goals", 200),
        ("helped", 200),
        ("routes", 404),
        ("enough", 404),
        ("contribution", 404),
    ):
        assert helper.get(f"/cases/{case.ref}/plan/part/{part}/").status_code == open_, part
    goals = {"goals": "See the sea", "version": 1}
    assert helper.post(f"/cases/{case.ref}/plan/part/goals/", goals).status_code == 302
    assert case.plans.get().goals == "See the sea"
    added = f"/cases/{case.ref}/plan/line/"
    key = helper.get(added).context["form"]["key"].value()
    answer = helper.post(
        added, {"key": key, "version": 0, "what": "A walk", "who": "pa", "outcome": "community"}
    )
    line = case.plans.get().lines.get()
    assert answer["Location"].endswith("/plan/") and line.what == "A walk"
    assert helper.get(f"/cases/{case.ref}/plan/line/{line.pk}/cost/").status_code == 404
    assert helper.get(f"/cases/{case.ref}/submit_plan/").status_code == 404
    rep.scope = ["see", "fill", "money"]
    rep.save()
    assert "see and look after the money" in body(page(helper, case, "case"))
    assert helper.get(f"/cases/{case.ref}/plan/line/{line.pk}/cost/").status_code == 200


def test_moves_about_money_ask_for_both_scopes(a_case, cast):
    case = a_case(at="offer")
    rep = cast.help(case, scope=())
    for scope, may in (
        (WITHOUT, False),
        (("see", "money"), False),
        (("see", "send", "money"), True),
    ):
        rep.scope = list(scope)
        rep.save()
        names = {m.name for m in access.moves_for(case, cast.delegate)}
        assert ({"accept_offer", "decline_offer"} <= names) is may, scope
        assert bool({"accept_offer", "decline_offer"} & names) is may, scope
    rep.scope = ["see", "send"]
    rep.save()
    with pytest.raises(NotYet):
        case.move("decline_offer", by=cast.delegate, reason="No")


def test_scopes_of_another_kind_of_case_open_nothing_here(a_case, cast):
    """Given the money of somebody's own care, and only a look at what they get as a carer."""
    adult = a_case(at="plan")
    carer = a_case(at="plan", kind="carer", person=adult.person)
    wide = cast.help(adult, scope=(*WITHOUT, "money"))
    wide.about, wide.valid_to = "adult", timezone.localdate() + timedelta(days=9)
    wide.save()
    narrow = cast.help(carer, scope=("see",))
    narrow.about = "carer"
    narrow.save()
    assert access.roles_of(adult, cast.delegate) == {"delegate", "money_helper"}
    assert access.roles_of(carer, cast.delegate) == {"delegate"}
    assert "submit_plan" in {m.name for m in access.moves_for(adult, cast.delegate)}
    assert "submit_plan" not in {m.name for m in access.moves_for(carer, cast.delegate)}


def test_a_helper_answers_about_the_account_only_with_the_money(a_case, cast, as_):
    case = a_case(at="running", days_ago=200)
    rep = cast.help(case, scope=WITHOUT)
    money.ask_balance(case=case, by=cast.finance)
    assert not Message.objects.filter(to_user=cast.delegate, template="ask_balance").exists()
    path = f"/cases/{case.ref}/record/give_balance/"
    assert as_(cast.delegate).get(path).status_code == 404
    with pytest.raises(NotYet):
        money.give_balance(case=case, by=cast.delegate, balance=Decimal("5"))
    rep.scope = ["see", "money"]
    rep.save()
    assert as_(cast.delegate).get(path).status_code == 200
    money.give_balance(case=case, by=cast.delegate, balance=Decimal("5"))
    case.move("suspend_payment", by=cast.manager, reason="A question", **instead("Home care"))
    assert Message.objects.filter(to_user=cast.delegate, template="suspend_payment").exists(), (
        "told of the payments"
    )
    assert case.events.get(verb="give_balance").role == "delegate"


def test_each_scope_is_told_in_words():
    assert set(listing.SCOPE_WORDS) == set(listing.SHORT) == {"see", "fill", "send", "money"}
    assert "without the money" in str(listing.SCOPE_WORDS["see"])
