"""A case one can work in: who it is on every page, notes with their audience, the people around the
person, what to know before a visit.
"""

from datetime import date

import pytest
from django.urls import reverse

from cases import access
from cases.casefile import case_presenter, notes, people_around
from cases.casefile.people_around import Around
from cases.common import dates
from cases.common.refusals import NotYet, Stale
from cases.models import Connection, Person
from cases.models.people import nhs_words, years_of
from tests.cases.pages import body, page, post
from tests.statements import counted

NHS = "9434765919"
SON = Around("Bob Wren", "child", frozenset({"keep_away"}), why="Took her bank card.")
WIFE = Around("Eve Wren", "partner", frozenset({"lives_with", "next_of_kin"}))


def known(case, **fields):
    Person.objects.filter(pk=case.person_id).update(**fields)
    case.person.refresh_from_db()


def test_every_staff_page_of_a_case_says_who_it_is(a_case, cast, as_):
    case = a_case(at="sign_off")
    known(
        case,
        born=date(1950, 3, 27),
        nhs_number=NHS,
        address="9 Old Lane\nBrackenford",
        access_needs="Ring twice",
        visit_risks="A dog in the kitchen",
    )
    people_around.record_connection(case=case, by=cast.worker, around=SON)
    people_around.record_connection(case=case, by=cast.worker, around=WIFE)
    years = years_of(date(1950, 3, 27), dates.today())
    for view in ("case", "notes", "messages", "answers", "helpers", "people_around"):
        shown = body(page(as_(cast.worker), case, view))
        for words in (
            f"27 March 1950, {years} years old",
            "943 476 5919",
            "9 Old Lane Brackenford",
            "Ring twice",
            "A dog in the kitchen",
            "Bob Wren, Son or daughter",
            "Eve Wren, Husband, wife or partner",
        ):
            assert words in shown, (view, words)


def test_who_it_is_costs_one_statement_and_is_for_those_who_read_contact(a_case, cast):
    case = a_case(at="panel")
    known(case, nhs_number=NHS, visit_risks="A dog")
    for user, reads in ((cast.worker, True), (cast.panel, False), (cast.person, False)):
        reading = access.reading_by(case, user)
        with counted() as cost:
            found = case_presenter.header(reading)
        assert bool(found["who_facts"]) == bool(found["who_warnings"]) == reads
        assert len(cost.statements) == (1 if reads else 0)


def test_nothing_invites_to_write_to_the_dead(a_case, cast):
    case = a_case(at="request")
    known(case, born=date(1950, 3, 27), died_on=date(2026, 3, 26), access_needs="Ring twice")
    facts = dict(case_presenter.header(access.reading_by(case, cast.duty))["who_facts"])
    assert facts["Born:"].endswith("75 years old")
    assert not {"Safe contact:", "Communication:", "When we meet:"} & set(facts)


@pytest.mark.parametrize(("typed", "words"), [(NHS, "943 476 5919"), ("", "")])
def test_an_nhs_number_is_read_in_three_parts(typed, words):
    assert nhs_words(typed) == words


def test_staff_put_the_nhs_number_right_and_nobody_takes_anothers(a_case, cast, as_):
    case = a_case(at="request")
    other = Person.objects.create(council=case.council, name="Una Holt", nhs_number=NHS)
    client = as_(cast.duty)
    given = {"name": "Ada Wren", "contact_by": "letter", "address": "1 Mill Lane"}
    given |= {"communication": "standard", "told_by": "phone", "read_back": "on"}
    refused = post(client, case, "correct_personal_details", nhs_number=NHS, **given)
    assert refused.status_code == 422 and "Another person’s record" in body(refused)
    assert "Una Holt" not in body(refused)
    wrong = post(client, case, "correct_personal_details", nhs_number="9434765918", **given)
    assert "do not go together" in body(wrong)
    other.nhs_number = ""
    other.save()
    taken = post(client, case, "correct_personal_details", nhs_number="943 476 5919", **given)
    assert taken.status_code == 302
    assert Person.objects.get(pk=case.person_id).nhs_number == NHS
    assert (
        "nhs_number"
        not in page(as_(cast.person), case, "correct_personal_details").context["form"].fields
    ), "the person is not asked for what they may mistype into somebody else's"


def test_a_note_has_its_readers(a_case, cast, as_):
    case = a_case(at="sign_off")
    cast.help(case)
    for for_whom, words in (
        ("staff", "STAFFNOTE"),
        ("person", "ALONENOTE"),
        ("helper", "HELPERNOTE"),
    ):
        sent = post(as_(cast.worker), case, "notes", words=words, for_whom=for_whom)
        assert sent.status_code == 302
    reads = {
        cast.worker: {"STAFFNOTE", "ALONENOTE", "HELPERNOTE"},
        cast.person: {"ALONENOTE", "HELPERNOTE"},
        cast.delegate: {"HELPERNOTE"},
    }
    for user, expected in reads.items():
        shown = body(page(as_(user), case, "case"))
        assert {w for w in ("STAFFNOTE", "ALONENOTE", "HELPERNOTE") if w in shown} == expected
    for user in (cast.person, cast.delegate, cast.finance, cast.stranger):
        assert page(as_(user), case, "notes").status_code == 404
    assert not case.messages.filter(event__verb__in=notes.VERBS).exists(), "nothing is sent"


def test_who_may_read_a_note_is_chosen_each_time(a_case, cast, as_):
    case = a_case(at="request")
    refused = post(as_(cast.duty), case, "notes", words="Spoke to the GP")
    assert refused.status_code == 422 and "Spoke to the GP" in body(refused)
    assert not case.events.filter(verb__in=notes.VERBS).exists()


def test_a_note_that_was_struck_stays_and_the_person_reads_it_no_more(a_case, cast, as_):
    case = a_case(at="sign_off")
    cast.help(case)
    event = notes.write_note(case=case, by=cast.worker, words="WRONGCASE", for_whom="helper")
    with pytest.raises(NotYet):
        notes.strike_note(case=case, by=cast.colleague, note=event.seq, reason="not mine")
    assert (
        post(as_(cast.worker), case, "strike_note", event.seq, reason="Another case").status_code
        == 302
    )
    with pytest.raises(Stale):
        notes.strike_note(case=case, by=cast.manager, note=event.seq, reason="again")
    for user in (cast.person, cast.delegate):
        assert "WRONGCASE" not in body(page(as_(user), case, "case"))
        assert "WRONGCASE" not in body(page(as_(user), case, "copy"))
    shown = body(page(as_(cast.worker), case, "notes"))
    assert "WRONGCASE" in shown and "Another case" in shown
    assert "(struck: it does not count)" in body(page(as_(cast.worker), case, "chronology"))


def test_notes_come_a_page_at_a_time(a_case, cast, as_):
    case = a_case(at="request")
    for number in range(notes.PAGE + 3):
        notes.write_note(case=case, by=cast.duty, words=f"note {number}.", for_whom="staff")
    first = page(as_(cast.duty), case, "notes")
    assert len(first.context["notes"]) == notes.PAGE
    address = reverse("cases:notes", args=[case.ref])
    older = as_(cast.duty).get(f"{address}?before={first.context['onward']}")
    assert [one.words for one in older.context["notes"]] == ["note 2.", "note 1.", "note 0."]
    for nonsense in ("x", "-1", "99999999999999999999"):
        assert as_(cast.duty).get(f"{address}?before={nonsense}").status_code == 200


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": " "}, "name"),
        ({"relation": "cousin"}, "relation"),
        ({"standing": "lpa_money"}, "paper"),
        ({"standing": "lpa_money", "paper": "7000 1"}, "seen_on"),
        ({"seen_on": date(2100, 1, 1)}, "seen_on"),
        ({"ties": frozenset({"keep_away"})}, "why"),
        ({"ties": frozenset({"keep_away", "next_of_kin"}), "why": "x"}, "ties"),
    ],
)
def test_what_does_not_fit_together_is_refused_in_its_place(a_case, cast, changed, field):
    case = a_case(at="request")
    with pytest.raises(NotYet) as no:
        people_around.record_connection(
            case=case,
            by=cast.duty,
            around=Around(**({"name": "B", "relation": "friend"} | changed)),
        )
    assert no.value.field == field and not Connection.objects.exists()


def test_who_must_be_kept_away_is_told_to_nobody_but_staff(a_case, cast, as_):
    case = a_case(at="sign_off")
    people_around.record_connection(case=case, by=cast.worker, around=SON)
    people_around.record_connection(case=case, by=cast.worker, around=WIFE)
    cast.help(case)
    for user in (cast.person, cast.delegate):
        for view in ("case", "copy"):
            shown = body(page(as_(user), case, view))
            assert "Bob Wren" not in shown and "bank card" not in shown, (user, view)
    known_page = body(page(as_(cast.person), case, "personal_details"))
    assert "Eve Wren" in known_page and "Bob Wren" not in known_page
    assert "Eve Wren" not in body(page(as_(cast.delegate), case, "case"))
    assert "Bob Wren" in body(page(as_(cast.worker), case, "case"))
    assert page(as_(cast.panel), case, "people_around").status_code == 404


def test_somebody_around_is_changed_by_a_new_row_and_two_at_once_are_told(a_case, cast, as_):
    case = a_case(at="sign_off")
    old = people_around.record_connection(case=case, by=cast.worker, around=WIFE)
    given = {"name": "Eve Wren", "relation": "partner", "ties": ["lives_with", "cares_for"]}
    assert post(as_(cast.worker), case, "change_connection", old.pk, **given).status_code == 302
    old.refresh_from_db()
    now = people_around.connections_of(case.person)
    assert old.ended and [one.cares_for for one in now] == [True]
    with pytest.raises(Stale):
        people_around.end_connection(case=case, connection=old, by=cast.manager, reason="late")
    assert page(as_(cast.worker), case, "change_connection", old.pk).status_code == 404
    ended = post(as_(cast.worker), case, "end_connection", now[0].pk, reason="Moved away")
    assert ended.status_code == 302 and not people_around.connections_of(case.person)


def test_a_connection_of_somebody_else_is_not_found(a_case, cast, as_):
    case = a_case(at="request")
    person = Person.objects.create(council=case.council, name="Una Holt")
    other = people_around.record_connection(case=case, by=cast.duty, around=WIFE)
    Connection.objects.filter(pk=other.pk).update(person=person)
    for view in ("change_connection", "end_connection"):
        assert page(as_(cast.duty), case, view, other.pk).status_code == 404


def test_what_to_know_before_a_visit_is_written_and_taken_back(a_case, cast, as_):
    case = a_case(at="sign_off")
    client = as_(cast.worker)
    assert post(client, case, "visit_risks", words="Go in pairs").status_code == 302
    assert "Go in pairs" in body(page(client, case, "case"))
    assert "Go in pairs" not in body(page(as_(cast.person), case, "case"))
    with pytest.raises(Stale):
        people_around.record_visit_risks(case=case, by=cast.manager, words="Dog", seen=1)
    before = case.events.count()
    post(client, case, "visit_risks", words="Go in pairs")
    assert case.events.count() == before, "nothing is recorded where nothing changed"
    post(client, case, "visit_risks", words="")
    assert "Before a visit:" not in body(page(client, case, "case"))


def test_the_picture_shows_eight_and_the_page_all(a_case, cast, as_):
    case = a_case(at="request")
    for number in range(10):
        around = Around(f"Neighbour {number}", "neighbour")
        people_around.record_connection(case=case, by=cast.duty, around=around)
    people_around.record_connection(
        case=case, by=cast.duty, around=Around("<b>Bo</b>", "friend", frozenset({"lives_with"}))
    )
    shown = body(page(as_(cast.duty), case, "people_around"))
    assert shown.count('class="app-around__one ') == 8 and shown.count("app-card") == 11
    assert "<b>Bo" not in shown and "&lt;b&gt;Bo" in shown


def test_who_becomes_one_to_keep_away_goes_without_a_word_to_the_person(a_case, cast, as_):
    case = a_case(at="sign_off")
    before = people_around.record_connection(case=case, by=cast.worker, around=WIFE)
    given = {"name": "Eve Wren", "relation": "partner", "ties": ["keep_away", "lives_with"]}
    given["why"] = "Hits him."
    assert post(as_(cast.worker), case, "change_connection", before.pk, **given).status_code == 302
    for view in ("case", "copy", "personal_details"):
        shown = body(page(as_(cast.person), case, view))
        assert "Put right" not in shown and "took out" not in shown and "Hits him" not in shown
    shown = body(page(as_(cast.worker), case, "case"))
    assert "Eve Wren, Husband, wife or partner, lives there" in shown


def test_a_helper_to_keep_away_is_named_as_one_who_reads_the_case(a_case, cast):
    case = a_case(at="sign_off")
    cast.help(case)
    around = Around("delegate", "child", frozenset({"keep_away"}), why="Shouts")
    people_around.record_connection(case=case, by=cast.worker, around=around)
    warnings = dict(case_presenter.header(access.reading_by(case, cast.worker))["who_warnings"])
    assert warnings["Keep away:"].endswith("helps here and reads this case")


def test_what_to_know_before_a_visit_is_in_no_copy_until_somebody_has_read_it(a_case, cast, as_):
    case = a_case(at="sign_off")
    people_around.record_visit_risks(case=case, by=cast.worker, words="MARKERDOG", seen=1)
    people_around.record_connection(case=case, by=cast.worker, around=WIFE)
    client, address = as_(cast.person), reverse("cases:copy", args=[case.ref])
    for made in (client.get(address), client.post(address, {"kind": "json"})):
        assert made.status_code == 200
        shown = body(made)
        assert "MARKERDOG" not in shown and "keep_away" not in shown
