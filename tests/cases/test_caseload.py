"""Staff's lists: what is on them, in which order, in how many queries, and that nothing foreign
comes in by a filter.
"""

from datetime import timedelta

import pytest
from django.utils import timezone

from cases import access, actions
from cases.caseload import lists
from cases.models import Case, Message, Person, Seat, Team
from tests import tables
from tests.cast import SINCE

LAST = "Last and next contact"


@pytest.fixture
def page(as_, cast):
    def get(user=None, path="/staff/", **query):
        return as_(user or cast.worker).get(path, query)

    return get


def text(response):
    return response.content.decode()


def test_the_turn_for_one_case_and_for_many_is_the_same(a_case, cast):
    from dataclasses import fields

    from cases.models import User

    for step in ("request", "waiting", "assess", "confirm", "sign_off", "panel", "set_up"):
        case = a_case(at=step)
        for field in fields(cast):
            user = getattr(cast, field.name)
            if isinstance(user, User) and field.name not in ("person", "delegate"):
                roles = access.roles_of(case, user)
                many = access.visible_to(user).filter(access.my_turn(user), pk=case.pk).exists()
                assert many == access.has_turn(case, user, roles), (step, field.name)


def test_a_worker_begins_with_their_own_and_a_manager_with_the_teams(a_case, cast, page):
    case = a_case(at="confirm")
    assert case.ref in text(page(cast.worker))
    assert case.ref not in text(page(cast.colleague)), (
        "the colleague is neither named nor has the turn"
    )
    assert case.ref in text(page(cast.colleague, scope="team"))
    assert case.ref in text(page(cast.manager))
    assert case.ref not in text(page(cast.duty, scope="all")), "another team's"


def test_the_other_council_sees_nothing_of_it(a_case, cast, page):
    case = a_case(at="confirm")
    body = text(page(cast.stranger, scope="all"))
    assert case.ref not in body and case.person.name not in body


def test_residents_find_no_staff_pages_and_the_admin_no_cases(a_case, cast, page):
    case = a_case(at="running")
    for path in ("/staff/", "/staff/waiting/", "/staff/queue/", "/staff/letters/"):
        assert page(cast.outsider, path).status_code == 404
        assert page(cast.person, path).status_code == 404
        admins = page(cast.admin, path)
        assert admins.status_code == (
            404 if path == "/staff/letters/" else 200
        ) and case.ref not in text(admins)


def test_where_somebody_lives_and_how_they_are_reached_is_for_those_who_reach_them(
    a_case, cast, page
):
    case = a_case(
        at="waiting", person=cast.new_person(communication="large_print", address="9 Mill Lane")
    )
    Message.objects.filter(case=case).update(channel="letter", state="waiting")
    assert "9 Mill Lane" in text(page(cast.manager, "/staff/letters/"))
    assert "Large print" in text(page(cast.manager, "/staff/waiting/")) and "Large print" in text(
        page(cast.manager, scope="all")
    )
    for path in ("/staff/", "/staff/waiting/", "/staff/queue/", "/staff/letters/"):
        for who in (cast.auditor, cast.finance, cast.panel):
            shown = page(who, path)
            assert shown.status_code in ((404,) if path == "/staff/letters/" else (200, 302)), (
                who,
                path,
            )
            assert "9 Mill Lane" not in text(shown) and "Large print" not in text(shown), (
                who,
                path,
            )
    assert case.ref in text(page(cast.auditor)) and "/staff/letters/" not in text(
        page(cast.auditor)
    )
    Seat.objects.create(
        user=cast.auditor, council=cast.council, team=cast.intake, role="worker", valid_from=SINCE
    )
    assert "9 Mill Lane" not in text(page(cast.auditor, "/staff/letters/")), (
        "a seat in another team reaches nobody here"
    )


def test_late_ones_come_first_and_say_so_in_words(a_case, cast, page):
    late = a_case(at="confirm", days_ago=60)
    fresh = a_case(at="confirm", days_ago=4)
    body = text(page(cast.worker))
    assert body.index(late.ref) < body.index(fresh.ref)
    assert "days late" in body and "Due in" in body
    only = text(page(cast.worker, late="on"))
    assert late.ref in only and fresh.ref not in only


def test_the_top_says_how_many_are_late_and_how_many_wait_for_me(a_case, cast, page, as_):
    a_case(at="confirm", days_ago=60)
    a_case(at="assess", days_ago=4)
    stats = page(cast.worker).context["stats"]
    assert [s["number"] for s in stats] == ["1", "1"]
    for stat, refs in zip(stats, (1, 1), strict=True):
        assert len(as_(cast.worker).get(stat["href"]).context["table"].rows) == refs


def test_filters_by_step_turn_team_and_worker(a_case, cast, page):
    confirm, assess = a_case(at="confirm"), a_case(at="assess")
    for query in ({"step": "confirm"}, {"turn": "worker"}, {"turn": "mine"}):
        body = text(page(cast.worker, **query))
        assert confirm.ref in body and assess.ref not in body, query
    assert assess.ref in text(page(cast.manager, team=cast.team.pk, worker=cast.worker.pk))
    assert assess.ref not in text(page(cast.manager, worker=cast.colleague.pk))
    assert assess.ref not in text(page(cast.service_manager, team=cast.intake.pk))


def test_closed_cases_are_shown_only_when_asked_for(a_case, cast, page):
    case = a_case(at="closed")
    assert case.ref not in text(page(cast.worker))
    assert case.ref in text(page(cast.worker, step="closed"))


@pytest.mark.parametrize(
    "query",
    [{"step": "nowhere"}, {"turn": "moon"}, {"team": "abc"}, {"scope": "x"}, {"worker": "-1"}],
)
def test_nonsense_in_a_filter_gets_a_sentence_and_the_list(a_case, cast, page, query):
    case = a_case(at="confirm")
    response = page(cast.worker, **query)
    body = text(response)
    assert response.status_code == 200 and case.ref in body
    assert "is not one of the choices here" in body and "<title>Error:" in body


def test_another_councils_team_or_an_unknown_one_is_not_found(cast, page):
    foreign = Team.objects.get(council=cast.other)
    for pk in (foreign.pk, 999999, 10**30):
        assert page(cast.worker, team=pk).status_code == 404
    assert page(cast.worker, worker=cast.stranger.pk).status_code == 404
    assert page(cast.worker, worker=cast.outsider.pk).status_code == 404


@pytest.mark.parametrize(
    "token", ["nonsense", "_x", "2026-01-01_5", "_99999999999999999999999", "x_1", "\x00_1"]
)
def test_a_place_that_is_none_begins_anew(a_case, cast, page, token):
    case = a_case(at="confirm")
    response = page(cast.worker, after=token)
    assert response.status_code == 200 and case.ref in text(response)


def test_pages_follow_each_other_without_gap_or_repetition(a_case, cast, monkeypatch):
    monkeypatch.setattr(lists, "PAGE", 2)
    for _n in range(3):
        a_case(at="confirm")
    for _n in range(2):
        a_case(at="running")  # no deadline: these come last
    seen, token = [], ""
    while True:
        rows, token = lists.page_after(Case.objects.all(), token)
        seen += [c.pk for c in rows]
        if not token:
            break
    assert len(seen) == len(set(seen)) == 5
    assert [c.due_at is None for c in Case.objects.in_bulk(seen).values()].count(True) == 2
    assert Case.objects.get(pk=seen[-1]).due_at is None


def test_the_number_of_queries_does_not_grow_with_the_rows(a_case, cast, as_):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = as_(cast.worker)
    a_case(at="confirm")
    counts = []
    for _round in range(2):
        client.get("/staff/?scope=all")
        with CaptureQueriesContext(connection) as found:
            client.get("/staff/?scope=all")
        counts.append(len(found))
        for _n in range(4):
            a_case(at="confirm")
    assert counts[0] == counts[1] <= 20, counts


def search(client, words):
    return client.post("/staff/search/", {"words": words})


@pytest.mark.parametrize(
    "words", ["ada wren", "WREN", "{ref}", " {low} ", "943 476 5919", "9434765919"]
)
def test_search_finds_by_name_reference_and_nhs_number(a_case, cast, as_, words):
    case = a_case(at="closed")
    Person.objects.filter(pk=case.person_id).update(nhs_number="9434765919")
    client = as_(cast.worker)
    response = search(client, words.format(ref=case.ref, low=case.ref.lower()))
    assert response.status_code == 302
    assert "wren" not in response["Location"].lower() and "943" not in response["Location"]
    assert case.ref in text(client.get(response["Location"]))


def test_search_finds_accents_without_them(a_case, cast, as_):
    case = a_case(at="confirm", person=cast.new_person("Zoë Ångström"))
    client = as_(cast.worker)
    assert case.ref in text(client.get(search(client, "zoe angstrom")["Location"]))


def test_search_finds_only_what_the_reader_may_see(a_case, cast, as_):
    case = a_case(at="confirm")
    for user in (cast.stranger, cast.duty, cast.admin):
        client = as_(user)
        for words in (case.ref, "Ada Wren"):
            found = client.get(search(client, words)["Location"])
            assert found.status_code == 200 and f"/cases/{case.ref}/" not in text(found)
    assert search(as_(cast.outsider), case.ref).status_code == 404


def test_a_search_of_nothing_or_of_another_session_says_so(cast, as_):
    client = as_(cast.worker)
    assert "There is a problem" in text(search(client, "  "))
    assert "no longer kept" in text(client.get("/staff/?search=someone-elses"))
    assert client.get("/staff/search/").status_code == 302


def test_the_waiting_list_puts_urgency_and_owed_contact_first(a_case, cast, page):
    first, second = a_case(at="waiting", days_ago=20), a_case(at="waiting", days_ago=25)
    unrated, owed = a_case(at="waiting", days_ago=3), a_case(at="waiting", days_ago=3)
    Case.objects.filter(pk=first.pk).update(urgency="urgent")
    Case.objects.filter(pk=unrated.pk).update(urgency="")
    Case.objects.filter(pk=owed.pk).update(next_contact=timezone.localdate() - timedelta(days=4))
    found = tables.lines(page(cast.manager, "/staff/waiting/").context["table"])
    assert tables.refs(found) == [unrated.ref, first.ref, owed.ref, second.ref]
    body = text(page(cast.manager, "/staff/waiting/"))
    assert (
        "4 have no named contact for more than a day" in body
        and "Nobody has rated the risk of 1" in body
    )
    assert "Nobody has rated it" in body and "Rated urgent" in body and "A contact is owed" in body


def test_the_waiting_list_tells_when_the_person_was_last_told_something(a_case, cast, page):
    case = a_case(at="waiting")
    contact = tables.column(page(cast.manager, "/staff/waiting/").context["table"], LAST)[0]
    assert contact[0] == "Not yet"
    when = timezone.now() - timedelta(days=2)
    Message.objects.filter(case=case, to_person=case.person, template="triage").update(
        state="sent", sent_at=when
    )
    contact = tables.column(page(cast.manager, "/staff/waiting/").context["table"], LAST)[0]
    assert contact[0] == f"{timezone.localtime(when):%-d %B %Y}"


def test_the_last_contact_may_be_a_call_too(a_case, cast, page):
    case = a_case(at="waiting")
    case.move(
        "record_contact",
        by=cast.manager,
        how="phone",
        said="All well",
        next_contact=timezone.localdate() + timedelta(days=9),
    )
    contact = tables.column(page(cast.manager, "/staff/waiting/").context["table"], LAST)[0]
    assert (
        contact[0] == f"{timezone.localdate():%-d %B %Y}"
        and contact[1] == f"{timezone.localdate() + timedelta(days=9):%-d %B %Y}"
    )


def test_every_rating_is_an_event_and_the_list_says_whose_it_is(a_case, cast, as_, page):
    case = a_case(at="waiting")
    cell = tables.column(page(cast.manager, "/staff/waiting/").context["table"], "Risk")[0]
    assert (
        cell[0] == "Routine"
        and cell[1].endswith(", Duty")
        and cell[3].href == f"/cases/{case.ref}/chronology/"
    )
    client = as_(cast.manager)
    form = client.get(cell[2].href).context["form"]
    sent = {
        "seen": form["seen"].value(),
        "key": form["key"].value(),
        "urgency": "urgent",
        "reason": "Fell twice",
    }
    assert client.post(cell[2].href, sent | {"reason": ""}).status_code == 200, (
        "a reason is asked for"
    )
    assert client.post(cell[2].href, sent | {"urgency": "moon"}).status_code == 200
    assert client.post(cell[2].href, sent).status_code == 302
    case.refresh_from_db()
    event = case.events.get(verb="rate_risk")
    assert case.urgency == "urgent" and case.step == "waiting" and event.body.audience == "staff"
    assert not Message.objects.filter(event=event).exists()
    cell = tables.column(page(cast.manager, "/staff/waiting/").context["table"], "Risk")[0]
    assert cell[0].text == "Urgent" and cell[1] == f"{timezone.localdate():%-d %B %Y}, Manager"
    history = text(client.get(cell[3].href))
    assert "Fell twice" in history and history.count("How urgent is it?") == 2
    assert "Fell twice" not in text(as_(cast.person).get(f"/cases/{case.ref}/"))
    assert case.ref not in text(as_(cast.stranger).get("/staff/waiting/"))
    for who, status in ((cast.auditor, 409), (cast.stranger, 404), (cast.person, 409)):
        assert as_(who).post(f"/cases/{case.ref}/do/rate_risk/", sent).status_code == status


def test_who_has_no_contact_for_more_than_a_day_is_an_alarm(a_case, cast, page):
    old, fresh, named = (
        a_case(at="waiting", days_ago=6),
        a_case(at="waiting", days_ago=0),
        a_case(at="waiting"),
    )
    named.move("reassign", by=cast.manager, worker=cast.worker.pk)
    response = page(cast.manager, "/staff/waiting/")
    found = tables.lines(response.context["table"])
    cells = {ref: row["Named contact"] for ref, row in zip(tables.refs(found), found, strict=True)}
    assert cells[old.ref].text == "None for 6 days" and cells[fresh.ref].text == "None yet"
    assert cells[named.ref] == "Worker"
    assert "1 has no named contact for more than a day" in text(response)


def test_each_queue_holds_its_own_and_the_oldest_first(a_case, cast, page):
    panel, older = a_case(at="panel", days_ago=20), a_case(at="panel", days_ago=40)
    money = a_case(at="set_up")
    found = tables.lines(page(cast.panel, "/staff/queue/").context["tables"][0])
    assert tables.refs(found) == [older.ref, panel.ref]
    finance = text(page(cast.finance, "/staff/queue/"))
    assert money.ref in finance and panel.ref not in finance
    assert page(cast.panel).status_code == 302 and page(cast.finance)["Location"] == "/staff/queue/"


def test_a_panel_keeps_sight_of_what_it_asked(a_case, cast, page):
    case = a_case(at="panel")
    case.move("panel_ask", by=cast.panel, question="How many nights?")
    row = tables.lines(page(cast.panel, "/staff/queue/").context["tables"][0])[0]
    assert tables.refs([row]) == [case.ref] and row["Waiting for"] == "Social worker"


def letters(case):
    return Message.objects.filter(case=case, channel="letter", state="waiting")


def test_a_letter_is_marked_as_printed_once(a_case, cast, as_):
    person = cast.new_person("Mo Brook")
    Person.objects.filter(pk=person.pk).update(contact_by="letter", email="", address="2 Mill Lane")
    person.refresh_from_db()
    case = actions.ask_for_support(
        council=cast.council,
        name="Mo Brook",
        person=person,
        kind="adult",
        by=cast.duty,
        role="worker",
        channel="phone",
        words="Help with mornings",
    )
    row, client = letters(case).get(), as_(cast.duty)
    assert "Mo Brook" in text(client.get("/staff/letters/")) and "2 Mill Lane" in text(
        client.get("/staff/letters/")
    )
    assert client.post("/staff/letters/", {"message": row.pk}).status_code == 302
    row.refresh_from_db()
    assert row.state == "printed" and row.sent_at
    first = row.sent_at
    client.post("/staff/letters/", {"message": row.pk})
    row.refresh_from_db()
    assert row.sent_at == first
    assert "Mo Brook" not in text(client.get("/staff/letters/")).split("<h1")[1].split("<table")[-1]


def test_a_letter_of_a_case_out_of_sight_is_not_found(a_case, cast, as_):
    case = a_case(at="assess")
    Message.objects.filter(case=case, to_person__isnull=False).update(channel="letter")
    row = letters(case).first()
    for user, status in ((cast.stranger, 404), (cast.duty, 404), (cast.worker, 302)):
        assert as_(user).post("/staff/letters/", {"message": row.pk}).status_code == status
    assert as_(cast.worker).post("/staff/letters/", {"message": "x"}).status_code == 404
