"""Bad input on the pages that belong to no one case, ids that belong to somebody else, and that no
page is forgotten.
"""

from datetime import timedelta

import pytest
from django.urls import URLPattern, get_resolver

from cases import actions, journey
from cases.models import Message, Team
from poet import urls as poet_urls
from poet.actions import invite
from poet.models import Invitation, Response
from poet.survey import private_links
from tests.walks.doing import act, address, soon, today, whole
from tests.walks.pages import DONE, Hands
from tests.walks.test_bad_input import LONG, attack, world

STRANGE = 10**30


def asking(**changes):
    return {
        "words": "I find mornings hard",
        "danger": "no",
        "name": "Bea Lark",
        "contact_by": "phone",
        "phone": "01632 960 001",
    } | changes


@pytest.mark.parametrize("who", ["me", "carer", "other", "professional", ""])
def test_asking_for_support_keeps_what_was_typed_and_opens_one_case(cast, who):
    own = who in (
        "me",
        "carer",
    )  # without a sign-in it goes page by page: tests/cases/test_start.py
    anyone, path = (
        Hands(cast.outsider if own else None),
        f"/brackenshire/ask/?for={who}" if who else "/brackenshire/ask/",
    )
    attack(anyone, path)
    if not who:
        return
    other = (
        {"asker_name": "Cy", "relation": "neighbour", "knows": "yes"}
        if who in ("other", "professional")
        else {}
    )
    page = anyone.open(path)
    first = anyone.sent(path, page=page, **asking(**other))
    assert first.status in DONE, first.said_no
    after = world()
    again = anyone.sent(path, page=page, **asking(**other))
    assert (
        again.response["Location"] == first.response["Location"]
        and world() == after
        and after["Case"] == 1
    )
    wrong = {"phone": "12", "born_day": "31", "born_month": "2", "born_year": "1950"}
    back = anyone.sent(path, forged=True, **asking(**other, **wrong))
    assert back.status == 422 and {href for href, _w in back.errors} >= {
        "#id_phone",
        "#id_born_day",
    }
    assert "I find mornings hard" in back.html and 'value="31"' in back.html and world() == after
    whole()


def test_what_staff_write_down_for_somebody(cast):
    duty = Hands(cast.duty)
    attack(duty, "/staff/ask/")
    facts = asking(channel="phone", asked_on=today(), kind="adult")
    for changes, words in (
        ({"asked_on": soon(1)}, "can't be in the future"),
        ({"asked_on": today() - timedelta(days=800)}, "more than a year ago"),
        ({"nhs": "1234567890"}, "Check the NHS number"),
        ({"name": ""}, "Enter the name"),
        ({"born": soon(3)}, "between 1900 and today"),
    ):
        assert "01632 960 001" in duty.refused("/staff/ask/", words, **facts | changes).html
    for user in (cast.person, cast.panel, cast.finance, cast.admin, cast.auditor):
        Hands(user).gone("/staff/ask/")
    assert world()["Case"] == 0
    page = duty.open("/staff/ask/")
    assert [duty.sent("/staff/ask/", page=page, **facts).status for _press in "12"] == [
        302,
        302,
    ] and world()["Case"] == 1
    whole()


def test_searching_and_filtering_by_nonsense(a_case, cast):
    case = a_case(at="assess")
    worker = Hands(cast.worker)
    worker.open("/staff/")
    for words in ("", LONG, "%", "'; --", "\u202e", "Ada\tWren", "0" * 10):
        answer = worker.post("/staff/search/", {"words": words})
        page = worker.open(answer.response["Location"]) if answer.status == 302 else answer
        assert page.status in (200, 422) and case.ref not in page.html or words == "Ada\tWren"
    assert (
        case.ref
        in worker.open(worker.post("/staff/search/", {"words": "wren"}).response["Location"]).html
    )
    foreign = Team.objects.get(council=cast.other)
    for query in (
        "step=x",
        "turn=x",
        "scope=x",
        "late=x",
        "team=x",
        "after=x_y",
        f"after=_{STRANGE}",
        "search=x",
        "worker=-1",
    ):
        assert worker.open(f"/staff/?{query}").status == 200, query
    for query in (
        f"team={foreign.pk}",
        f"worker={cast.stranger.pk}",
        f"team={STRANGE}",
        f"worker={STRANGE}",
    ):
        worker.open(f"/staff/?{query}", 404)
    manager = Hands(cast.manager)
    for query in ("period=x", "period=-1", f"period={STRANGE}"):
        assert manager.client.get(f"/dashboard/?{query}").status_code == 422, query
    for query in (f"team={foreign.pk}", f"team={STRANGE}", "team=x"):
        assert manager.client.get(f"/dashboard/?{query}").status_code in (404, 422), query


def test_ids_of_another_council_and_of_nobody_are_not_found(a_case, cast):
    case, theirs = a_case(at="set_up"), a_case(at="request", person=cast.new_person("Bea Lark"))
    waiting = a_case(at="waiting", person=cast.new_person("Cy Finch"))
    worker, manager, finance = Hands(cast.worker), Hands(cast.manager), Hands(cast.finance)
    foreign = Team.objects.get(council=cast.other).pk
    for changes in (
        {"worker": cast.stranger.pk},
        {"worker": cast.outsider.pk},
        {"worker": STRANGE},
        {"team": foreign},
    ):
        facts = {"worker": cast.worker.pk} | changes
        assert manager.sent(address(waiting, "reassign"), forged=True, **facts).status == 404, (
            changes
        )
        more = {"mode": "own", "wish": "wants_own", "capacity": "yes"}
        if "worker" in changes:
            assert (
                manager.sent(
                    address(waiting, "start_assessment"), forged=True, **more, **changes
                ).status
                == 404
            )
    line = case.plans.get().lines.get(who="family")
    for pk in (line.pk, 0, STRANGE, "x"):
        assert (
            finance.sent(
                address(case, "start_line"), forged=True, line=pk, started_on=today()
            ).status
            == 422
        ), pk
    for part in (
        ("plan", STRANGE),
        ("letters", STRANGE),
        ("letters", 0),
        ("plan", "line", STRANGE),
        ("plan", "line", STRANGE, "cost"),
        ("plan", "part", "nothing"),
        ("answers", "no.such"),
        ("do", "no_such"),
    ):
        worker.open(address(case, *part), 404)
    for ref in (theirs.ref, "AAAAAA", "x" * 300, "0"):
        Hands(cast.stranger).gone(f"/cases/{ref}/")
    letter = Message.objects.filter(case=case, to_person__isnull=False).first()
    for pk in (STRANGE, "x", "-1", "", "1 OR 1=1"):
        assert worker.post("/staff/letters/", {"message": [pk]}).status == 404, pk
    assert worker.post("/staff/letters/", {"message": [letter.pk, STRANGE]}).status == 404
    letter.refresh_from_db()
    assert letter.state == "waiting"
    for key in (str(cast.other.pk), "x", str(STRANGE), ""):
        assert worker.post("/home/council/", {"council": key}).status == 404, key
    whole()


def test_a_stale_page_of_a_step_that_is_over_tells_who_was_faster(a_case, cast):
    case = a_case(at="request")
    duty = Hands(cast.duty)
    page = duty.open(address(case, "triage"))
    actions.triage(
        case=case,
        by=cast.duty,
        to="waiting",
        urgency="soon",
        safeguarding="no",
        capacity="yes",
        advocate="no",
        next_contact=soon(),
    )
    facts = {
        "urgency": "urgent",
        "safeguarding": "no",
        "capacity": "yes",
        "advocate": "no",
        "mode": "own",
        "to": "assess",
        "worker": cast.worker.pk,
        "next_contact": soon(),
        "note": "She sounded tired",
    }
    duty.conflict(
        address(case, "triage"),
        "Duty looked at the request",
        "She sounded tired",
        page=page,
        **facts,
    )
    case.refresh_from_db()
    assert (case.step, case.urgency) == ("waiting", "soon")
    whole()


def test_the_survey_takes_no_nonsense_and_counts_once(a_case, cast):
    case = a_case(at="running", days_ago=80)
    invite()
    token = Message.objects.get(template="survey_invitation").token
    anyone, first = Hands(), f"/survey/{token}/1/"
    for data in ({}, {"answer": "no_such"}, {"answer": LONG}):
        page = anyone.post(first, data)
        assert page.status == 422 and page.errors and page.title.startswith("Error:"), data
    assert anyone.post(f"/survey/{token}/check/", {"helper": "nobody"}).status == 422, (
        "nothing was answered yet"
    )
    assert anyone.post(f"/survey/{token}/check/", {"helper": "no_such"}).status == 422
    for path in (
        f"/survey/{token}/99/",
        f"/survey/{token}/0/",
        f"/survey/{token}/{STRANGE}/",
        "/survey/nothing/",
        f"/survey/{'x' * 500}/",
    ):
        anyone.open(path, 404)
    form = anyone.open(first).form("answer")
    anyone.send(first, answer=form.choices["answer"][0])
    check = anyone.open(f"/survey/{token}/check/")
    anyone.send(check.at, page=check, helper="nobody")
    again = anyone.sent(check.at, page=check, helper="nobody")
    assert (
        again.status in DONE
        and Response.objects.count() == 1
        and Invitation.objects.get(worker=None).answered
    )
    assert not case.events.filter(verb__contains="survey").exists()
    Hands().open(first, 404)


def test_a_sheet_of_paper_takes_no_nonsense_and_counts_once(a_case, cast):
    case = a_case(at="running", days_ago=80)
    invite()
    asking = Invitation.objects.get(worker=None)
    worker, code = Hands(cast.worker), private_links.code_of(asking)
    for path in ("/staff/survey/", "/survey/"):
        for typed in ("", "ABCD", LONG, "ABCD-EFGH-JKMN"):
            page = worker.post(path, {"code": typed})
            assert page.status == 422 and page.errors and page.title.startswith("Error:"), (
                path,
                typed,
            )
    assert Hands().post("/survey/", {"code": code.lower()}).status in DONE
    worker.send("/staff/survey/", code=code)
    sheet = worker.open("/staff/survey/answers/")
    assert case.ref not in sheet and case.person.name not in sheet
    for data in ({}, {"q1": "splendid"}, {"helper": "robot"}, {"q7": LONG * 9}):
        page = worker.post(sheet.at, data)
        assert page.status == 422 and page.said_no and page.title.startswith("Error:"), data
    worker.refused(sheet.at, "Say who helped.", page=sheet, q1="better", helper="wrote")
    worker.save(sheet.at, page=sheet, q1="better")
    again = worker.sent(sheet.at, page=sheet, q1="worse")
    kept = Response.objects.get()
    assert again.status in DONE and (kept.mode, kept.answers, kept.entered_by) == (
        "paper",
        {"say": "better"},
        cast.worker,
    )
    whole()


def test_answers_given_together_need_the_private_way_offered_first(a_case, cast):
    case = a_case(at="running", days_ago=80)
    path = address(case, "survey", "together")
    worker = Hands(cast.worker)
    assert worker.open(path).at == address(case, "survey"), "nobody is asked yet"
    invite()
    worker.refused(path, "Offer the private way first.", q1="better")
    worker.refused(path, "Answer at least one question first.", offered="on")
    worker.send(path, offered="on", q1="better", helper="wrote", helped_by="family")
    assert Response.objects.get().mode == "with_worker"
    assert "No questions are open" in worker.open(address(case, "survey"))
    for who in (cast.person, cast.finance, cast.panel, cast.stranger, cast.outsider, cast.auditor):
        for part in ((), ("letter",), ("together",)):
            Hands(who).gone(address(case, "survey", *part))


# ---- no page is forgotten ----

# Pages with a form that the walks send, beside those of the moves.
SENT = {
    "cases:assessment",
    "cases:question",
    "cases:comment",
    "cases:ask",
    "cases:ask_for_someone",
    "cases:search",
    "cases:letters_to_print",
    "cases:choose_council",
    "budgets:plan_part",
    "budgets:plan_line_add",
    "budgets:plan_line",
    "budgets:plan_line_cost",
    "budgets:plan_line_remove",
    "budgets:agreement",
    "budgets:payee",
    "budgets:answer_extra",  # tests/budgets/test_extra_support.py
    "budgets:end_extra",
    "budgets:contribution",
    "poet:survey_question",
    "poet:survey_check",
    "poet:survey_code",
    "poet:survey_together",
    "poet:paper_in",
    "poet:paper_answers",
    "budgets:record",
    "budgets:batches",
    "budgets:batch",
    "budgets:providers",
    # sent in tests/budgets: test_explanation.py, test_studio.py
    "budgets:adjust_budget",
    "budgets:try_it",
    "budgets:studio_new",
    "budgets:studio_draft",
    "budgets:studio_edit",
    "budgets:studio_upload",
    "budgets:studio_publish",
    "budgets:studio_discard",
    "budgets:calibrate",
    # tests/budgets: test_charging.py, test_charging_rates.py, test_uplift.py, test_spend.py;
    # plan_line_terms in test_bad_input
    "budgets:estimate",
    "budgets:enter_charging_rate",
    "budgets:load_charging_rates",
    "budgets:correct_charging_rate",
    "budgets:new_prices",
    "budgets:set_ledger_format",  # tests/budgets/test_ledger_formats.py, test_batch_pages.py
    "budgets:leave_out",
    # tests/budgets/test_charge_batches.py
    "budgets:charge_lists",
    "budgets:charge_list",
    "budgets:leave_charge_out",
    "budgets:finance_search",  # test_finance_home.py
    "budgets:send_answer",
    "budgets:ledger_answer",
    "budgets:spending_load",
    # tests/budgets: test_going_live_pages.py
    "budgets:going_live",
    "budgets:enter_running",
    "budgets:running_import",
    "budgets:lay_pay_day",
    "budgets:pay_day",
    "budgets:accept_difference",
    # tests/budgets: test_uprating.py
    "budgets:upratings",
    "budgets:uprating",
    "budgets:uprating_row",
    "budgets:plan_line_terms",
    # tests/poet: test_results_pages.py, test_benchmark.py
    "poet:improvement_new",
    "poet:improvement",
    "poet:sharing",
    "poet:benchmark_files",
    "cases:reach",
    "cases:reach_test",  # tests/cases/test_contact_details.py
    "cases:danger",  # tests/cases/test_danger.py
    # getting in: tests/cases/test_start.py and test_return_codes.py
    "cases:start_part",
    "cases:start_place",
    "cases:start_check",
    "cases:come_back",
    "cases:ask_text",
    "cases:confirm_text",
    "cases:sign_in_methods",
    "cases:confirm_sign_in_method",
    "cases:new_code",
    "cases:issue_code",
    "cases:share_draft",
    # tests/walks/test_record_forms.py
    "cases:invite_helper",
    "cases:check_helper",
    "cases:end_help",
    "cases:link_cases",
    "cases:messages",
    "cases:answer_asked",
    "cases:ask_copy",
    "cases:ask_names",
    "cases:withhold_view",
    "cases:correct_personal_details",
    "cases:notes",
    "cases:strike_note",
    "cases:add_connection",
    "cases:change_connection",
    "cases:end_connection",
    "cases:visit_risks",
    "cases:reply",
    "cases:review",
    # tests/budgets/test_shared_writing.py
    "budgets:plan_share",
    "budgets:plan_what_if",
    # tests/cases/test_undelivered.py
    "cases:undelivered",
}
READ = {
    "cases:start",
    "cases:healthz",
    "cases:readyz",
    "cases:accessibility",
    "cases:privacy",
    "cases:home",
    "cases:caseload",
    "cases:my_day",
    "cases:service",
    "cases:danger_list",
    "cases:chronology",
    "cases:chronology_csv",
    "cases:waiting",
    "cases:queue",
    "cases:case",
    "cases:answers",
    "cases:letter",
    "cases:council",
    "cases:asked",
    "budgets:budget",
    "budgets:plan",
    "budgets:plan_version",
    "budgets:sign_offs",
    "budgets:schedule",
    "budgets:schemes",
    "budgets:scheme_version",
    "poet:survey",
    "poet:survey_thanks",
    "poet:survey_paper",
    "poet:case_survey",
    "poet:survey_letter",
    "poet:comments",
    "poet:dashboard",
    "poet:dashboard_csv",
    "cases:exit",
    "cases:easy_read",
    "cases:my_code",
    "cases:issued_code",
    "poet:dashboard_xlsx",
    "poet:journeys",
    "poet:step",
    "poet:step_csv",
    "poet:step_xlsx",
    "poet:cases_behind",
    "budgets:budget_other",
    "budgets:scheme_file",
    "budgets:studio",
    "budgets:studio_version",
    "budgets:studio_compare",
    "budgets:studio_json",
    "budgets:studio_xlsx",
    "budgets:routes",
    "budgets:first_balances",
    "budgets:monitoring",
    "budgets:hospital",
    "budgets:trace",
    "budgets:batch_file",
    "budgets:ledger_formats",
    "budgets:finance_home",
    "budgets:finance_list",
    "budgets:year_end_payments",
    "budgets:year_end_payments_csv",
    "budgets:year_end_charges",
    "budgets:year_end_charges_csv",
    "budgets:routes_overview",
    "budgets:routes_overview_csv",
    "cases:helpers",
    "cases:people_around",
    "cases:same_person",
    "cases:access_log",
    "cases:differences",
    "cases:letters",
    "cases:letter_pdf",
    "cases:letter_text",
    "cases:paper",
    "cases:paper_pdf",
    "cases:blank_paper",
    "cases:blank_paper_pdf",
    "cases:paper_sheet",
    "cases:paper_sheet_pdf",
    "budgets:plan_together",
    "budgets:plan_ideas",
    "budgets:plan_sheet",
    "budgets:plan_sheet_pdf",
    "budgets:panel_agenda",
    "budgets:charging_rates",
    "budgets:charge_file",
    "budgets:overpayments",
    "budgets:overpayment",
    "budgets:spending",
    "budgets:spending_csv",
    "budgets:spending_xlsx",
    "poet:figures",
    "poet:figures_register",
    "poet:results",
    "poet:results_csv",
    "poet:results_xlsx",
    "poet:results_links",
    "poet:results_compare",
    "poet:results_question",
    "poet:question_csv",
    "poet:question_xlsx",
    "poet:improvements",
    "poet:benchmark_file",
    "poet:local_account",
    "poet:you_said",
    # a press without anything to type: tests/cases/test_helpers.py, test_known.py
    "cases:personal_details",
    "cases:answer_invitation",
    "cases:unlink_cases",
    # the same: tests/cases/test_resumed_forms.py, test_copy.py
    "cases:resumed_forms",
    "cases:copy",
    "cases:done",
}


def names():
    for resolver in get_resolver().url_patterns:
        if getattr(resolver, "app_name", "") in ("cases", "budgets", "poet"):
            for pattern in resolver.url_patterns:
                assert isinstance(pattern, URLPattern)
                yield f"{resolver.app_name}:{pattern.name}"


def test_every_address_is_sent_to_or_known_to_be_read_only(a_case, cast):
    assert poet_urls.app_name == "poet"
    moves = {move.page for move in journey.MOVES.values()}
    assert set(names()) == moves | SENT | READ, (
        "a new page is named here, and its form sent in test_bad_input"
    )
    # what is only read takes no entry: a POST changes nothing and breaks nothing
    case = a_case(at="running")
    worker, before = Hands(cast.worker), (world(), case.head_seq)
    for path in (
        address(case),
        address(case, "answers"),
        address(case, "budget"),
        address(case, "plan"),
        address(case, "schedule"),
        address(case, "sign_offs"),
        address(case, "letters", 1),
        address(case, "chronology"),
        "/staff/day/",
        "/staff/service/",
        "/staff/",
        "/staff/waiting/",
        "/staff/queue/",
        "/home/",
        "/",
        "/privacy/",
        "/brackenshire/",
        "/brackenshire/money/",
        act(case, "no_such"),
    ):
        assert worker.post(path, {"step": "closed", "key": "x"}).status < 500, path
    case.refresh_from_db()
    assert (world(), case.head_seq) == before
