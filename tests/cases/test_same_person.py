"""One person, one record: found as people type, and asked about at the request."""

import uuid
from datetime import date

import pytest
from django.db import connection
from django.urls import reverse

from cases.caseload import lists
from cases.common import dates
from cases.common.match_keys import Known
from cases.models import Case, Council, MatchKey, Person
from cases.records import same_person
from tests.cases.pages import body, boxes, page
from tests.cases.test_public import ASK
from tests.statements import counted

BORN = date(1950, 3, 5)


def a_person(case, **fields):
    Person.objects.filter(pk=case.person_id).update(**fields)
    case.person.refresh_from_db()
    case.person.keep_match_keys()
    return case.person


@pytest.fixture
def two(a_case, cast):
    """Two records of one person, each with a case: one running, one that has just been asked."""
    first, second = a_case(at="running"), a_case(at="confirm")
    a_person(first, name="Ann O’Neill", born=BORN, address="9 Old Lane, BR1 2AB")
    a_person(second, name="Anne O'Neill", born=BORN, phone="01632 960555", email="ann@example.org")
    return first, second


@pytest.mark.parametrize(
    "words", ["o'neill", "O’Neill", "oneill", "o neill", "neill ann", "ann on", "Hughes", "anne hu"]
)
def test_search_finds_a_name_as_people_type_it(a_case, cast, words):
    case = a_case(at="sign_off")
    a_person(case, name="Anne O’Neill", other_names="Anne Hughes, Annie")
    seen = lists.staff_cases(cast.worker, case.council)
    assert case in lists.search(seen, words, case.council)


@pytest.mark.parametrize(("words", "reaches"), [("old lane", True), ("BR1 2AB", True)])
def test_a_part_of_the_address_finds_only_for_those_who_read_it(a_case, cast, words, reaches):
    case = a_case(at="sign_off")
    a_person(case, address="9 Old Lane\nBrackenford BR1 2AB", phone="01632 960 555")
    seen = lists.staff_cases(cast.worker, case.council)
    assert list(lists.search(seen, words, case.council, reaches=True)) == [case]
    assert not lists.search(seen, words, case.council).exists()
    assert list(lists.search(seen, "+44 1632 960555", case.council, reaches=True)) == [case]
    assert not lists.search(seen, "01632960555", case.council).exists()


@pytest.mark.parametrize("typed", ["BR1 2AB", "br12ab", "BR12AB"])
@pytest.mark.parametrize("kept", ["9 Old Lane, BR1 2AB", "9 Old Lane br12ab"])
def test_a_postcode_is_found_with_its_space_or_without(a_case, cast, typed, kept):
    case = a_case(at="sign_off")
    a_person(case, address=kept)
    seen = lists.staff_cases(cast.worker, case.council)
    assert list(lists.search(seen, typed, case.council, reaches=True)) == [case]


@pytest.mark.parametrize("words", ["", "'", "-", "x", "\u200b\u200b", "z" * 100, "%", "_"])
def test_nonsense_finds_nobody(a_case, cast, words):
    case = a_case(at="sign_off")
    seen = lists.staff_cases(cast.worker, case.council)
    assert not lists.search(seen, words, case.council, reaches=True).exists()


def test_the_rows_follow_the_person(a_case):
    person = a_case(at="request").person
    person.name, person.phone = "Zoë Żak", "01632 960 001"
    person.save()
    keys = set(person.match_keys.values_list("kind", "key"))
    assert {("name", "zoe"), ("name", "zak"), ("phone", "1632960001")} <= keys
    assert ("name", "ada") not in keys
    with counted() as cost:
        person.save()
    assert len(cost.statements) == 2, "nothing changed, nothing is written but the row"


def test_likely_matches_are_one_indexed_statement(two, cast):
    first, _second = two
    known = Known("Ann Oneil", born=BORN)
    with counted() as cost:
        found = same_person.likely_matches(known, first.council, cast.worker)
    assert {m.person.pk for m in found} == {case.person_id for case in two}
    assert all(m.seen for m in found)
    asking = [one for one in cost.statements if "cases_matchkey" in one.sql]
    assert len(asking) == 1
    stranger = same_person.likely_matches(
        known, Council.objects.get(slug="port-merrow"), cast.stranger
    )
    assert not stranger


def test_nothing_is_shown_of_a_record_that_the_reader_could_not_open(two, cast, as_):
    first, _second = two
    a_person(first, address="MARKER LANE")
    found = same_person.likely_matches(Known("Ann O'Neill", born=BORN), first.council, cast.duty)
    assert {m.seen for m in found} == {False}
    given = taking(cast, as_, name="Ann O'Neill", born=BORN)
    shown = body(given)
    assert given.status_code == 422 and "MARKER" not in shown
    assert "whom you can’t open" in shown


def taking(cast, as_, user=None, **typed):
    """A request written down by staff, with these answers in place of the usual ones."""
    today = dates.today()
    born = typed.pop("born", None)
    data = ASK | {"key": uuid.uuid4(), "channel": "phone", "kind": "adult"}
    data |= boxes("asked_on", today) | {"phone": "", "email": ""} | typed
    data |= {"contact_by": "letter", "address": typed.get("address", "9 Old Lane, BR1 2AB")}
    data |= {"born_day": "", "born_month": "", "born_year": ""} | (
        boxes("born", born) if born else {}
    )
    return as_(user or cast.duty).post(reverse("cases:ask_for_someone"), data)


def test_a_request_asks_whether_somebody_is_known_and_keeps_what_was_typed(two, cast, as_):
    first, _second = two
    before = Case.objects.count()
    asked = taking(cast, as_, cast.worker, name="Ann Oneill", born=BORN)
    assert asked.status_code == 422 and Case.objects.count() == before
    assert "Ann O’Neill, born 5 March 1950" in body(asked) and ASK["words"] in body(asked)
    refused = taking(cast, as_, cast.worker, name="Ann Oneill", born=BORN, same_as="999999")
    assert refused.status_code == 422
    chosen = str(first.person_id)
    taken = taking(cast, as_, cast.worker, name="Ann Oneill", born=BORN, same_as=chosen)
    assert taken.status_code == 302
    assert Case.objects.latest("pk").person_id == first.person_id
    new = taking(cast, as_, cast.worker, name="Ann Oneill", born=BORN, same_as="new")
    assert new.status_code == 302 and Person.objects.filter(name="Ann Oneill").count() == 1


def test_nobody_alike_asks_nothing(two, cast, as_):
    taken = taking(
        cast, as_, name="Zebedee Quill", born=date(1990, 1, 1), address="1 Hill, ZZ9 9ZZ"
    )
    assert taken.status_code == 302


def test_triage_says_that_somebody_like_this_is_known(two, a_case, cast, as_):
    third = a_case(at="request")
    shown = page(as_(cast.duty), third, "triage")
    assert "known here already" not in body(shown)
    a_person(third, name="Ann O'Neill", born=BORN)
    assert "known here already" in body(page(as_(cast.duty), third, "triage"))
    assert "whom you can’t open" in body(page(as_(cast.duty), third, "same_person"))


def test_the_page_of_who_may_be_the_same_leads_to_their_open_cases(two, cast, as_):
    first, second = two
    shown = body(page(as_(cast.worker), second, "same_person"))
    assert "Ann O’Neill, born 5 March 1950" in shown and f"/cases/{first.ref}/" in shown
    for user in (cast.panel, cast.finance, cast.person, cast.stranger):
        assert page(as_(user), second, "same_person").status_code == 404


def test_keys_are_filled_for_those_who_were_there_before(a_case):
    from importlib import import_module

    from django.apps import apps

    person = a_case(at="request").person
    MatchKey.objects.all().delete()
    import_module("cases.migrations.0006_match_keys").fill(apps, None)
    assert ("name", "wren") in set(person.match_keys.values_list("kind", "key"))


@pytest.mark.parametrize("asks", ["search", "likely"])
def test_people_are_found_by_the_index_on_both_databases(two, cast, asks):
    first, _second = two
    if asks == "search":
        seen = lists.staff_cases(cast.worker, first.council)
        rows = lists.search(seen, "ann oneill", first.council, reaches=True)
    else:
        known = Known("Ann O'Neill", born=BORN, phone="01632 960555")
        rows = same_person.alike_by_keys(known, first.council, None)
    if connection.vendor == "postgresql":  # so few rows are read whole otherwise
        many = f"SELECT {first.council_id}, {first.person_id}, 'sound', 'x' || n"
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO cases_matchkey (council_id, person_id, kind, key) "
                f"{many} FROM generate_series(1, 20000) AS n"
            )
            cursor.execute("ANALYZE cases_matchkey")
    plan = rows.explain()
    assert "people_by_match_key" in plan, plan
