"""Asked once: what is known with its day and source, confirmed or put right; the change proved and
the old value gone.
"""

from datetime import date

import pytest
from django.urls import reverse

from cases.common.refusals import NotYet, Stale
from cases.models import Event, EventBody, Person
from cases.records import personal_details
from tests.cases.pages import body, boxes, page, post

NOW = {
    "name": "Ada Wren",
    "contact_by": "email",
    "email": "person@example.org",
    "phone": "",
    "address": "",
    "contact_note": "",
    "communication": "standard",
    "language": "",
}


def correct(client, case, **changed):
    return post(client, case, "correct_personal_details", **(NOW | changed))


def test_everything_known_is_shown_with_where_it_comes_from(a_case, cast, as_):
    case = a_case(at="confirm")
    Person.objects.filter(pk=case.person_id).update(address="9 Old Lane", born=date(1950, 3, 27))
    shown = body(page(as_(cast.person), case, "personal_details"))
    for words in (
        "Ada Wren",
        "27 March 1950",
        "9 Old Lane",
        "person@example.org",
        "Standard print",
    ):
        assert words in shown, words
    assert shown.count("Told when support was asked for on") == 1, (
        "what is true of everything is said once"
    )
    correct(as_(cast.person), case, address="2 New Row")
    shown = body(page(as_(cast.person), case, "personal_details"))
    assert 1 < shown.count("Told when support was asked for on") < len(personal_details.FIELDS), (
        "then each says its own"
    )


def test_one_press_says_that_it_is_right(a_case, cast, as_):
    case, client = a_case(at="confirm"), as_(cast.person)
    address = reverse("cases:personal_details", args=[case.ref])
    key = client.get(address).context["key"]
    for _press in "12":
        assert client.post(address, {"key": key}).status_code == 302
    assert case.events.filter(verb=personal_details.CONFIRMED).count() == 1
    assert "Confirmed on" in body(client.get(address))


def test_a_correction_is_an_event_with_hashes_and_staff_see_it(a_case, cast, as_):
    case = a_case(at="confirm")
    Person.objects.filter(pk=case.person_id).update(address="MARKER Old Lane")
    assert (
        correct(as_(cast.person), case, address="2 New Row", phone="01632 960 555").status_code
        == 302
    )
    person = Person.objects.get(pk=case.person_id)
    assert (person.address, person.phone, person.version) == ("2 New Row", "01632 960 555", 2)
    event = case.events.get(verb=personal_details.CORRECTED)
    assert set(event.codes["fields"]) == {"address", "phone"}
    assert event.codes["fields"]["address"] == {
        "old": personal_details.fingerprint("MARKER Old Lane"),
        "new": personal_details.fingerprint("2 New Row"),
    }
    kept = str(list(Event.objects.values())) + str(list(EventBody.objects.values()))
    assert "MARKER" not in kept and "New Row" not in kept and "960 555" not in kept
    assert "Address, Telephone." in body(page(as_(cast.worker), case, "case")).replace(
        "Telephone, Address.", "Address, Telephone."
    )
    shown = body(page(as_(cast.person), case, "personal_details"))
    assert shown.count("Put right on") == 2 and "2 New Row" in shown


def test_nothing_changed_is_nothing_recorded(a_case, cast, as_):
    case = a_case(at="confirm")
    assert correct(as_(cast.person), case).status_code == 302
    assert not case.events.filter(verb=personal_details.CORRECTED).exists()


def test_a_date_of_birth_moves_the_age_band(a_case, cast, as_):
    case = a_case(at="confirm")
    assert correct(as_(cast.person), case, **boxes("born", date(1930, 1, 2))).status_code == 302
    case.refresh_from_db()
    assert case.age_band == "85+"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": ""}, "needs an answer"),
        ({"contact_by": "phone"}, "Enter the number that we can phone"),
        ({"contact_by": "letter"}, "Enter the address that we can write to"),
        ({"email": "nonsense"}, "e-mail address like"),
        ({"born_day": "31", "born_month": "2", "born_year": "1950"}, "real date of birth"),
        ({"communication": "telepathy"}, "choose one of the answers"),
        ({"name": "x" * 201}, "at most 200"),
    ],
)
def test_bad_input_keeps_what_was_typed_and_changes_nothing(a_case, cast, as_, wrong, words):
    case = a_case(at="confirm")
    answer = correct(as_(cast.person), case, **({"language": "Polski ł"} | wrong))
    assert answer.status_code == 422 and words in body(answer) and "Polski ł" in body(answer)
    assert Person.objects.get(pk=case.person_id).version == 1


def test_who_was_first_is_not_written_over(a_case, cast, as_):
    case = a_case(at="confirm")
    client = as_(cast.person)
    form = client.get(reverse("cases:correct_personal_details", args=[case.ref])).context["form"]
    hidden = {name: form[name].value() for name in ("seen", "key", "version")}
    personal_details.correct_personal_details(
        case=case,
        by=cast.worker,
        values={"phone": "01632 960 111"},
        seen=1,
        on_behalf_of=case.person,
    )
    answer = client.post(
        reverse("cases:correct_personal_details", args=[case.ref]),
        NOW | hidden | {"phone": "01632 960 222"},
    )
    assert (
        answer.status_code == 422
        and "Somebody changed this" in body(answer)
        and "960 222" in body(answer)
    )
    assert Person.objects.get(pk=case.person_id).phone == "01632 960 111"
    with pytest.raises(Stale):
        personal_details.correct_personal_details(
            case=case, by=cast.person, values={"phone": "1"}, seen=1
        )


def test_only_the_person_and_staff_find_it(a_case, cast, as_):
    case = a_case(at="set_up")
    cast.help(case, scope=("see", "fill", "send", "money"))
    for who in ("delegate", "outsider", "stranger", "admin", "finance", "auditor"):
        for name in ("personal_details", "correct_personal_details"):
            assert page(as_(getattr(cast, who)), case, name).status_code == 404, f"{who} {name}"
    with pytest.raises(NotYet):
        personal_details.confirm_personal_details(case=case, by=cast.delegate)
    assert page(as_(cast.worker), case, "personal_details").status_code == 200
    address = reverse("cases:personal_details", args=[case.ref])
    assert as_(cast.worker).post(address, {"key": "x"}).status_code == 404, (
        "a worker confirms nothing by themselves"
    )


def test_a_worker_puts_it_right_for_the_person_and_says_how_they_know(a_case, cast, as_):
    case = a_case(at="confirm")
    assert correct(as_(cast.worker), case, phone="01632 960 333").status_code == 422
    assert (
        correct(
            as_(cast.worker), case, phone="01632 960 333", told_by="phone", read_back="on"
        ).status_code
        == 302
    )
    assert case.events.get(verb=personal_details.CORRECTED).on_behalf_of == case.person
    assert "by the council" in body(page(as_(cast.person), case, "personal_details"))


def test_a_helper_never_reads_that_it_was_put_right(a_case, cast, as_):
    case = a_case(at="confirm")
    cast.help(case)
    before = body(page(as_(cast.delegate), case, "case"))
    correct(as_(cast.person), case, address="3 Safe House")
    after = body(page(as_(cast.delegate), case, "case"))
    assert "Safe House" not in after and "what we know" not in after
    assert after.count("app-timeline__item") == before.count("app-timeline__item")
    assert "put right what we know" in body(page(as_(cast.person), case, "case"))
