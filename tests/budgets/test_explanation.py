"""The explanation redone by hand, a worker's changes beside the figure before, and "try it" that
keeps nothing.
"""

import copy
import re
from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from budgets import actions
from budgets.models import AllocationScheme, BudgetFigure, SchemeVersion
from budgets.position import case_money
from cases import actions as case_actions
from cases import ledger
from cases.common.refusals import NotYet, Stale
from tests.budgets.samples import DEMO, RECKONER, broken
from tests.budgets.test_allocation_methods import OTHER
from tests.budgets.test_plan_pages import form_of, send, text, url
from tests.cast import Walk


def new_version(cast, definition, population="adult", code="adults"):
    """A published version in force today, in place of the one that was."""
    scheme, _made = AllocationScheme.objects.get_or_create(
        council=cast.council,
        code=code,
        defaults={"name": definition["name"], "population": population},
    )
    number = scheme.versions.count() + 1
    version = SchemeVersion.objects.create(
        scheme=scheme, number=number, valid_from=date(2024, 5, 1), definition=definition
    )
    return actions.publish_version(version=version, approved_by="Cabinet", by=cast.admin)


def amounts(words):
    return [D(x.replace(",", "")) for x in re.findall(r"£([\d,]+\.\d\d)", words)]


# ---- by hand ----


def test_the_sum_of_a_table_can_be_redone_by_hand(a_case, cast, as_):
    case = a_case(at="plan")
    shown = text(as_(cast.person).get(url("budget", case)))
    added = re.search(r"Your points added up ([\d.+ ]+) = ([\d.]+)", shown)
    assert sum(D(x) for x in added[1].split(" + ")) == D(added[2]) == 24
    assert "24, rounded to 24 (to a whole point, half up)" in shown
    low, high, year = re.search(
        r"Your row in the table (\d+) to (\d+) points: £([\d,.]+) a year", shown
    ).groups()
    assert int(low) <= 24 <= int(high) and year == "5,200.00"
    assert "The row below 10 to 19 points: £2,600.00 a year" in shown
    assert "The row above 30 to 39 points: £8,320.00 a year" in shown
    assert (
        D("5200") / 52 == D("100.00")
        and "A week £5,200.00 ÷ 52 = £100.00 (to the penny, half up)" in shown
    )
    for said in (
        "Approved by",
        "in force from",
        "It may go up or down",
        "within 12 months",
        "not been assessed",
        "Agreed with the person",
        "Every figure so far",
        "0 agreed answers were changed",
    ):
        assert said in shown, said


def test_the_sum_of_a_reckoner_can_be_redone_by_hand(a_case, cast, as_):
    new_version(cast, RECKONER)
    case = a_case(at="plan")
    shown = text(as_(cast.person).get(url("budget", case)))
    weeks = re.findall(r"([\d.]+) × £(\d+\.\d\d) = £([\d,]+\.\d\d) £([\d,]+\.\d\d)", shown)
    assert len(weeks) == len(RECKONER["domains"])
    total = D(0)
    for hours, rate, week, year in weeks:
        assert D(hours) * D(rate) == D(week.replace(",", "")) and 52 * D(
            week.replace(",", "")
        ) == D(year.replace(",", ""))
        total += D(year.replace(",", ""))
    assert total == case_money.indicative(case).annual
    added, week = re.search(r"A week ([£\d.,+ ]+) = £([\d,.]+) \(", shown).groups()
    assert sum(amounts(added)) == D(week.replace(",", "")) == case_money.indicative(case).weekly


# ---- a worker's changes ----


def adjust(client, case, **typed):
    return send(client, url("adjust_budget", case), **typed)


def test_a_worker_places_an_answer_otherwise_and_both_figures_are_shown(a_case, cast, as_):
    case = a_case(at="plan")
    before = case_money.indicative(case)
    answer = adjust(
        as_(cast.worker), case, answer_nights="3", reason="She is up four times a night"
    )
    assert answer.status_code == 302, text(answer)
    after = case_money.indicative(case)
    assert after.pk > before.pk and BudgetFigure.objects.get(pk=before.pk).annual == 5200
    assert (after.annual, after.calculation.trace["before_overrides"]["annual"]) == (
        D("12480.00"),
        "5200.00",
    )
    assert after.calculation.inputs["overrides"]["nights"]["option"] == 3
    case.refresh_from_db()
    assert case.step == "plan" and case.events.filter(verb="adjust_budget").exists()
    shown = text(as_(cast.person).get(url("budget", case)))
    assert "She is up four times a night" in shown and "before: Some support" in shown
    assert "£5,200.00" in shown and "£12,480.00" in shown
    told = apps.get_model("cases", "Message").objects.filter(case=case, template="adjust_budget")
    assert told.count() == 1


def paid(cast, case):
    """The first payment of a case, as it left with a batch of today."""
    actions.make_batch(council=cast.council, by=cast.finance, until=timezone.localdate())
    return case.payments.get()


def test_who_reads_the_money_alone_reads_none_of_the_answers(a_case, cast, as_):
    """Not the questions, nor the points of each, nor why one was placed otherwise: with the
    published scheme the points alone would say what was answered.
    """
    case = a_case(at="plan", days_ago=0)
    reason = "She is up four times a night"
    assert adjust(as_(cast.worker), case, answer_nights="3", reason=reason).status_code == 302
    walk = Walk(cast, "adult", D("80"), 0, "direct_payment", {})
    walk.case = case
    case.refresh_from_db()
    walk.plan("sign_off")
    walk.agree()
    walk.set_up()
    trace = case_money.indicative(case).calculation.trace
    shown = {q["title"] for q in trace["questions"]} | {reason, "Your points added up"}
    payment = paid(cast, case)
    traced = reverse("budgets:trace", args=[case.ref, payment.pk])
    for path in (url("budget", case), traced):
        page = text(as_(cast.finance).get(path))
        assert "£12,480.00" in page or "£240.00" in page, "the money itself stands"
        assert not [words for words in shown if words in page], path
    for reader in (cast.person, cast.worker):
        page = text(as_(reader).get(url("budget", case)))
        assert not [words for words in shown if words not in page], reader
    assert trace["questions"][0]["title"] in text(as_(cast.auditor).get(traced))


def test_changes_that_are_refused_keep_what_was_typed_and_change_nothing(a_case, cast, as_):
    case = a_case(at="plan")
    worker, count = as_(cast.worker), BudgetFigure.objects.count()
    for typed in (
        {"answer_nights": "3"},
        {"reason": "No change"},
        {"answer_nights": "9", "reason": "r"},
        {"figure": "-1", "reason": "r"},
        {"figure": "NaN", "reason": "r"},
        {"figure": "1.234", "reason": "r"},
        {"figure": "99999999", "reason": "Kept on the page"},
    ):
        answer = adjust(worker, case, **typed)
        assert answer.status_code == 422, typed
    assert "Kept on the page" in answer.content.decode()
    for who in (cast.person, cast.delegate, cast.finance, cast.panel, cast.stranger, cast.admin):
        assert as_(who).get(url("adjust_budget", case)).status_code == 404
    assert BudgetFigure.objects.count() == count
    with pytest.raises(NotYet, match="not yours"):
        actions.adjust_budget(
            case=case, by=cast.person, overrides={"figure": {"annual": "1", "reason": "r"}}
        )
    with pytest.raises(Stale):
        actions.adjust_budget(
            case=case, by=cast.worker, overrides={"figure": {"annual": "1", "reason": "r"}}, seen=1
        )
    sent = a_case(at="sign_off", person=cast.new_person("Bea Lark"))
    assert worker.get(url("adjust_budget", sent)).status_code == 404


def test_a_second_change_keeps_the_first_with_its_reason_and_one_can_be_taken_back(
    a_case, cast, as_
):
    case, worker = a_case(at="plan"), as_(cast.worker)
    assert adjust(worker, case, answer_nights="3", reason="Up at night").status_code == 302
    shown = worker.get(url("adjust_budget", case)).content.decode()
    assert '<option value="3" selected>Constant support</option>' in shown
    assert (
        adjust(worker, case, answer_nights="3", answer_work="2", reason="A new job").status_code
        == 302
    )
    kept = case_money.indicative(case).calculation.inputs["overrides"]
    assert (kept["nights"]["reason"], kept["work"]["reason"]) == ("Up at night", "A new job")
    same = adjust(worker, case, answer_nights="3", answer_work="2", reason="Again")
    assert same.status_code == 422 and "Nothing was changed" in text(same)
    assert adjust(worker, case, reason="Both were wrong").status_code == 302
    last = case_money.indicative(case)
    assert last.annual == 5200 and "overrides" not in last.calculation.inputs
    assert case.figures.filter(kind="indicative").count() == 4
    assert case.events.filter(verb="adjust_budget").last().body.note == "Both were wrong"


def test_pressed_twice_is_one_figure(a_case, cast, as_):
    case, worker = a_case(at="plan"), as_(cast.worker)
    typed = form_of(worker, url("adjust_budget", case)) | {"answer_nights": "3", "reason": "r"}
    for _again in range(2):
        assert worker.post(url("adjust_budget", case), typed).status_code == 302
    assert case.figures.filter(kind="indicative").count() == 2


def test_hours_are_set_in_a_reckoner(a_case, cast, as_):
    new_version(cast, RECKONER)
    case = a_case(at="plan")
    code = RECKONER["domains"][0]["code"]
    answer = adjust(as_(cast.worker), case, **{f"hours_{code}": "20", "reason": "Two falls"})
    assert answer.status_code == 302, text(answer)
    assert "20 hours a week, set by the worker" in text(as_(cast.person).get(url("budget", case)))


def test_another_tools_figure_is_recorded_and_shared(a_case, cast, as_):
    vector = {
        "name": "x",
        "external": {"annual": "10400", "tool_version": "1", "explanation": "x"},
        "expected": {"amount_year": "10400"},
    }
    new_version(cast, OTHER | {"vectors": [vector]})
    case = a_case(at="confirm")
    from cases import actions as cases

    cases.determine(
        case=case,
        by=cast.worker,
        eligible=True,
        arises=True,
        impact=True,
        areas=["dignity"],
        findings={o: {"tests": ["assistance"], "reason": "r"} for o in ("nutrition", "hygiene")},
        reasons="r",
    )
    case.refresh_from_db()
    assert (case.step, case.turn) == ("budget", "worker"), "no figure, never a zero"
    assert "it comes from A tool" in text(as_(cast.worker).get(url("share_budget", case)))
    answer = adjust(
        as_(cast.worker),
        case,
        annual="10,400.00",
        tool_version="3.1",
        explanation="It looks at everything",
    )
    assert answer.status_code == 302, text(answer)
    case.refresh_from_db()
    assert case.step == "plan" and case_money.indicative(case).weekly == D("200.00")
    assert "It looks at everything" in text(as_(cast.person).get(url("budget", case)))


def test_a_choice_is_carried_into_a_new_assessment_only_where_the_same_is_asked(a_case, cast):
    """The council's next version asks something else under one id and turns the answers of another
    round.
    """
    case = a_case(at="review", days_ago=60)
    changed = copy.deepcopy(DEMO)
    changed["domains"][0] |= {"question": "What was the weather like?", "title": "Weather"}
    for option, label in zip(
        changed["domains"][1]["options"], ("A lot", "Some", "A little", "None"), strict=False
    ):
        option["label"] = label
    new_version(cast, changed)
    case.move("reassess", by=cast.worker, reason="Things changed")
    draft = case_actions.open_assessment(case=case, by=cast.person)
    said = set(draft.answers.values_list("question", flat=True))
    first, second, third = (domain["code"] for domain in DEMO["domains"][:3])
    assert not said & {first, second} and {third, "about.important"} <= said


# ---- where no scheme gives a figure ----

TYPED = {
    "tool": "Care Calculator",
    "annual": "£10,400.00",
    "tool_version": "3.1",
    "explanation": "It looks at nights",
    "inputs": "Two calls a night",
}


def at_budget(cast, a_case):
    """A case whose needs are eligible, all its answers agreed, and no figure: the turn is the
    worker's.
    """
    case = a_case(at="confirm")
    case_actions.determine(
        case=case,
        by=cast.worker,
        eligible=True,
        arises=True,
        impact=True,
        areas=["dignity"],
        reasons="r",
        findings={o: {"tests": ["assistance"], "reason": "r"} for o in ("nutrition", "hygiene")},
    )
    case.refresh_from_db()
    assert case.step == "budget" and case_money.indicative(case) is None
    return case


def boxes(day):
    return {
        "made_on_day": str(day.day),
        "made_on_month": str(day.month),
        "made_on_year": str(day.year),
    }


def no_scheme(cast):
    """The council has published nothing."""
    retired = SchemeVersion.objects.filter(scheme__council=cast.council)
    ledger.disarm(connection)
    retired.delete()
    ledger.arm(connection)


def no_rate(cast):
    """The council's only scheme has rates up to a day in the past."""
    ended = copy.deepcopy(RECKONER)
    for rate in ended["rates"]:
        rate["valid_to"] = max(rate["valid_from"], "2024-05-31")
    new_version(
        cast, {**ended, "vectors": [{**v, "on": "2024-05-10"} for v in ended["vectors"][:1]]}
    )


@pytest.mark.parametrize("without", [no_scheme, no_rate])
def test_another_tools_figure_is_recorded_where_no_scheme_gives_one(a_case, cast, as_, without):
    without(cast)
    case, worker = at_budget(cast, a_case), as_(cast.worker)
    way_out = worker.get(url("share_budget", case)).content.decode()
    assert url("adjust_budget", case) in way_out
    asked = text(worker.get(url("adjust_budget", case)))
    assert (
        "Record the figure of another tool" in asked
        and "The person is told this budget at once" in asked
    )
    today = timezone.localdate()
    for wrong in (
        {},
        TYPED,
        TYPED | {"tool": ""} | boxes(today),
        TYPED | {"annual": "a lot"} | boxes(today),
        TYPED | {"explanation": ""} | boxes(today),
        TYPED | boxes(today + timedelta(days=1)),
    ):
        assert adjust(worker, case, **wrong).status_code == 422, wrong
    assert case_money.indicative(case) is None
    answer = adjust(worker, case, **TYPED, **boxes(today))
    assert answer.status_code == 302, text(answer)
    case.refresh_from_db()
    figure = case_money.indicative(case)
    assert (case.step, figure.annual, figure.weekly) == ("plan", D("10400"), D("200"))
    assert (
        figure.calculation.version is None
        and figure.calculation.trace["external"]["tool"] == "Care Calculator"
    )
    for who in (cast.person, cast.worker):
        shown = text(as_(who).get(url("budget", case)))
        for words in (
            "Care Calculator, version 3.1",
            "It looks at nights",
            "Two calls a night",
            "Worked out there on",
            "From another tool, Care Calculator",
            "None of the council’s own",
            "£200.00",
        ):
            assert words in shown, (who, words)
        assert "another version" not in shown
    assert worker.get(url("budget_other", case)).status_code == 404


def test_the_plan_of_such_a_figure_is_agreed_paid_and_traced_back(a_case, cast, as_):
    no_scheme(cast)
    case, worker = at_budget(cast, a_case), as_(cast.worker)
    assert adjust(worker, case, **TYPED, **boxes(timezone.localdate())).status_code == 302
    again = adjust(
        worker,
        case,
        **TYPED | {"annual": "5200", "explanation": "Counted anew"},
        **boxes(timezone.localdate()),
    )
    assert again.status_code == 302, text(again)
    assert "Both figures are kept" in text(worker.get(url("adjust_budget", case)))
    walk = Walk(cast, "adult", D("80"), 0, "direct_payment", {})
    walk.case = case
    case.refresh_from_db()
    walk.plan("sign_off")
    walk.agree()
    walk.set_up()
    case.refresh_from_db()
    assert case.step == "running" and case_money.decided(case).version is None
    payment = paid(cast, case)
    traced = text(as_(cast.finance).get(reverse("budgets:trace", args=[case.ref, payment.pk])))
    assert "Another tool: Care Calculator" in traced


def test_a_named_tool_is_refused_where_a_scheme_gives_the_figure(a_case, cast):
    case = a_case(at="plan")
    external = {"annual": "1", "tool": "Mine", "tool_version": "1", "explanation": "x"}
    with pytest.raises(NotYet, match="works out its own figure"):
        actions.adjust_budget(case=case, by=cast.worker, external=external)
    missing_answer = a_case(at="budget", person=cast.new_person("Bea Lark"))
    with pytest.raises(NotYet):
        actions.adjust_budget(case=missing_answer, by=cast.worker, external=external)


def test_no_link_to_change_a_budget_stands_where_its_page_is_not(a_case, cast, as_):
    for step in ("request", "confirm", "budget", "plan", "sign_off", "running"):
        case = a_case(at=step, person=cast.new_person(step))
        for who in (
            cast.person,
            cast.worker,
            cast.manager,
            cast.service_manager,
            cast.panel,
            cast.finance,
        ):
            page = as_(who).get(url("budget", case))
            if page.status_code == 200 and url("adjust_budget", case) in page.content.decode():
                assert as_(who).get(url("adjust_budget", case)).status_code == 200, (step, who)


def test_does_not_apply_is_asked_and_counts_nothing(a_case, cast, as_):
    definition = broken(["domains", 8, "may_not_apply"], True)
    version = new_version(cast, definition)
    from budgets.allocation import calculating

    question = next(q for q in calculating.questions_for(version) if q["id"] == "caring")
    assert question["options"][-1]["value"] == "does_not_apply"
    given = calculating.answers_for(
        version, {"caring": "does_not_apply", "nights": 0, "eating": 1, "eating.unpaid": "some"}
    )
    assert given["caring"] == {"option": "does_not_apply"}
    assert (
        given["nights"] == {"option": 0, "unpaid_support": "none"}
        and given["eating"]["unpaid_support"] == "some"
    )


# ---- try it ----


def try_at(cast, code="adults", number=1):
    return reverse("budgets:try_it", args=[cast.council.slug, code, number])


def everything():
    return {m._meta.label: m.objects.count() for m in apps.get_models() if m._meta.managed}


def test_anybody_may_try_it_and_nothing_is_stored(cast, as_):
    vector = DEMO["vectors"][3]
    typed = {}
    for code, answer in vector["answers"].items():
        typed |= {f"q_{code}": str(answer["option"]), f"u_{code}": answer["unpaid_support"]}
    client = as_(None)
    before = everything()
    answer = client.post(try_at(cast), typed)
    shown = text(answer)
    assert answer.status_code == 200 and "£100.00 a week" in shown and "= 19.75" in shown
    assert "INVENTED" in shown and "20 to 29 points" in shown
    assert everything() == before and "sessionid" not in client.cookies
    assert "no-store" in answer["Cache-Control"]


def test_trying_with_gaps_or_nonsense_gives_no_figure(cast, as_):
    client = as_(None)
    half = client.post(try_at(cast), {"q_nights": "0"})
    assert half.status_code == 422 and "£" not in text(half).replace("£0", "")
    full = {f"q_{d['code']}": "1" for d in DEMO["domains"]}
    assert "Choose an answer" in text(client.post(try_at(cast), full)), (
        "what family and friends do is missing"
    )
    for nonsense in ("99", "-1", "x", "", "1.5"):
        assert client.post(try_at(cast), full | {"q_nights": nonsense}).status_code == 422
    assert client.get(try_at(cast, number=9)).status_code == 404
    assert client.get(try_at(cast, "carers")).status_code == 200


def test_a_draft_is_not_public(cast, as_):
    scheme = AllocationScheme.objects.get(council=cast.council, code="adults")
    SchemeVersion.objects.create(
        scheme=scheme, number=2, valid_from=timezone.localdate(), definition=copy.deepcopy(DEMO)
    )
    for name in ("scheme_version", "scheme_file", "try_it"):
        assert (
            as_(None)
            .get(reverse(f"budgets:{name}", args=[cast.council.slug, "adults", 2]))
            .status_code
            == 404
        )
    public = as_(None).get(reverse("budgets:scheme_file", args=[cast.council.slug, "adults", 1]))
    assert public.json()["vectors"] == DEMO["vectors"]
