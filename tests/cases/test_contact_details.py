"""How people reach the council: what is said where, who enters it, what is kept of each change, and
what is missing.
"""

import threading
from datetime import UTC, datetime, time
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail
from django.db import DatabaseError, connection, connections, transaction
from django.urls import reverse

from cases.common.refusals import Stale
from cases.council import contact_details, office_hours, set_up
from cases.letters import compose, message_words, pdf
from cases.models import Council, CouncilChange, Letter, Message, Seat, Team
from tests.walks.pages import Hands

WHOLE = {
    "help_phone": "01632 960100",
    "help_relay": "18001 01632 960100",
    "open_days": "weekdays",
    "opens_at": time(9),
    "closes_at": time(17, 30),
    "help_address": "1 Moor Lane\nBracken BR1 1AA",
    "out_of_hours_phone": "01632 960199",
    "emergency_email": "duty@brackenshire.example",
    "emergency_reads": True,
}
TYPED = WHOLE | {"opens_at": "9am", "closes_at": "17:30", "emergency_reads": "yes"}
HOURS = "Monday to Friday, not on bank holidays, 9am to 5:30pm"
PAGE = "/staff/reach/"
FRIDAY, NIGHT, SATURDAY = (
    datetime(2026, 11, day, hour, tzinfo=UTC) for day, hour in ((27, 12), (27, 3), (28, 12))
)


@pytest.fixture
def whole(cast):
    Council.objects.filter(pk=cast.council.pk).update(**WHOLE)
    cast.council.refresh_from_db()
    return cast.council


@pytest.fixture
def at(monkeypatch):
    return lambda moment: monkeypatch.setattr(contact_details.timezone, "now", lambda: moment)


# ---- the words


def test_the_words_of_a_council_with_everything():
    found = contact_details.contact_for(Council(name="X", **WHOLE))
    assert found.phone_us == "phone us on 01632 960100" and found.facts["Phone_us"].startswith(
        "Phone us"
    )
    assert found.when == f"We answer: {HOURS}. When we are closed: 01632 960199, if it can't wait."
    assert found.missing == "" and found.dial == "01632960100"


@pytest.mark.parametrize(
    "fields", [{}, {"help_relay": "18001 1", "opens_at": time(9), "closes_at": time(17)}]
)
def test_without_a_number_nothing_promises_one(fields):
    found = contact_details.contact_for(Council(name="Xshire", **fields))
    assert (found.phone, found.relay, found.hours, found.when, found.closed) == ("",) * 5
    assert found.phone_us == "get in touch with us" and found.missing.startswith(
        "Xshire has entered no telephone"
    )


def test_where_no_council_is_known_the_clause_follows_what_the_foot_shows():
    assert (
        "its number is at the bottom"
        in contact_details.contact_for(None, [Council(help_phone="1")]).phone_us
    )
    assert (
        contact_details.contact_for(None).phone_us == "get in touch with your council"
        and contact_details.contact_for(None).missing
    )


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (FRIDAY, ""),
        (NIGHT, "until 9am."),
        (SATURDAY, "until Monday 30 November, 9am."),
    ],
)
def test_the_other_number_is_said_only_while_nobody_answers(moment, said):
    found = contact_details.closed(Council(**WHOLE), moment)
    assert said in found and bool(found) is bool(said)
    assert contact_details.closed(Council(**WHOLE | {"out_of_hours_phone": ""}), moment) == ""
    assert (
        contact_details.closed(Council(**WHOLE | {"opens_at": None, "closes_at": None}), moment)
        == ""
    )


# ---- where people read it


@pytest.mark.parametrize(("moment", "times"), [(FRIDAY, 0), (SATURDAY, 2)])
def test_pages_show_the_hours_and_at_night_the_other_number_at_head_and_foot(
    client, whole, at, moment, times
):
    at(moment)
    html = client.get("/brackenshire/").content.decode()
    header, footer = html.split("</header>")[0], html.split("<footer")[1]
    assert HOURS in footer and 'href="tel:01632960199"' in footer and "BR1 1AA" in footer
    assert html.count("Our office is closed until") == times
    assert ("Our office is closed" in header) is bool(times) is ("Our office is closed" in footer)
    assert ('href="tel:01632960199"' in header) is bool(times)
    assert f"phone: 01632 960100. You get the same support. We answer: {HOURS}" in html


def test_colleagues_have_no_strip_at_the_head(whole, cast, at, as_):
    at(SATURDAY)
    header = as_(cast.worker).get("/staff/day/").content.decode().split("</header>")[0]
    assert "Our office is closed" not in header


def test_an_address_is_shown_where_there_is_no_number(client, cast):
    Council.objects.filter(pk=cast.council.pk).update(help_phone="", help_address="1 Moor Lane")
    footer = client.get("/brackenshire/").content.decode().split("<footer")[1]
    assert "1 Moor Lane" in footer and "has entered no telephone number here" in footer


def test_hours_cost_a_page_no_statement(client, cast, django_assert_num_queries):
    with django_assert_num_queries(0):
        found = contact_details.contact_for(Council(**WHOLE))
        assert found.when and found.closed is not None and found.phone_us


def test_a_letter_says_number_and_hours_at_its_head_in_its_words_and_at_its_end(whole, a_case):
    letter = Letter.objects.get(
        event__case=a_case(at="request"), event__verb="ask_for_support"
    ).content
    assert letter["phone"] == "01632 960100" and letter["hours"] == HOURS
    assert pdf.letterhead(letter) == ["1 Moor Lane", "Bracken BR1 1AA", "01632 960100", HOURS]
    said = str(letter["blocks"])
    assert (
        "you are not safe, phone us on 01632 960100." in said
        and "phone us on 01632 960100" in str(letter["easy"])
    )
    assert f"We answer: {HOURS}. When we are closed: 01632 960199" in letter["closing"][0]


def test_a_letter_of_before_is_read_as_it_was_written(whole, a_case, as_, cast):
    case = a_case(at="request")
    letter = Letter.objects.get(event__case=case, event__verb="ask_for_support")
    old = {k: v for k, v in letter.content.items() if k not in ("hours", "when")}
    written = compose.Written(letter.event, old, True)
    assert pdf.letterhead(written.content) == ["1 Moor Lane", "Bracken BR1 1AA", "01632 960100"]
    assert pdf.letter(old, "print").startswith(b"%PDF") and compose.lines(old)
    assert (
        HOURS
        in as_(cast.person).get(f"/cases/{case.ref}/letters/{letter.event.seq}/").content.decode()
    )


@pytest.mark.parametrize(
    ("fields", "ends"),
    [
        ({"help_phone": "", "help_address": ""}, "Get in touch with us and give your reference."),
        (
            {"help_phone": "", "help_address": "1 Moor Lane"},
            "Write to the address of this letter and give your reference.",
        ),
    ],
)
def test_a_letter_without_a_number_says_what_can_be_done(fields, ends):
    council = Council(**WHOLE | fields)
    assert compose.closing(compose.sender(council) | {"worker": ""})[0] == ends


def test_messages_texts_and_forms_say_the_hours(whole, a_case, client, as_, cast):
    case = a_case(at="request")
    message = (
        Message.objects.filter(case=case, to_person__isnull=False).select_related("council").first()
    )
    assert f"phone 01632 960100. We answer: {HOURS}." in message_words.words_of(message)[1]
    assert message_words.text_of(message).endswith(f"Or phone 01632 960100: {HOURS}.")
    assert HOURS in client.get("/brackenshire/paper/adult/").content.decode().split("<footer")[0]
    assert HOURS in client.get("/brackenshire/paper/ask/").content.decode().split("<footer")[0]


# ---- the administrators' page


def test_only_an_administrator_of_the_council_one_works_for_opens_it(cast, client):
    for who in (
        "worker",
        "manager",
        "service_manager",
        "panel",
        "finance",
        "auditor",
        "person",
        "stranger",
    ):
        Hands(getattr(cast, who)).open(PAGE, 404)
    assert client.get(PAGE).status_code == 302, "to the sign-in"
    assert "How people reach us" in Hands(cast.admin).open(PAGE)


def test_an_administrator_of_another_council_sees_and_writes_their_own(cast, whole):
    Seat.objects.create(
        user=cast.stranger, council=cast.other, role="admin", valid_from="2024-01-01"
    )
    hands = Hands(cast.stranger)
    assert "01632 960199" not in hands.open(PAGE).html.split("<footer")[0]
    hands.send(PAGE, **TYPED | {"help_phone": "01632 960777"})
    cast.council.refresh_from_db()
    cast.other.refresh_from_db()
    assert cast.council.help_phone == "01632 960100" and cast.other.help_phone == "01632 960777"


def test_what_is_entered_stands_and_what_was_changed_is_kept(cast):
    hands = Hands(cast.admin)
    hands.send(PAGE, **TYPED)
    council = Council.objects.get(pk=cast.council.pk)
    assert {name: getattr(council, name) for name in WHOLE} == WHOLE
    hands.send(PAGE, closes_at="5pm", emergency_reads="no")
    last = council.changes.first()
    assert last.by == cast.admin and last.changes == {
        "closes_at": ["17:30", "17:00"],
        "emergency_reads": [True, False],
    }
    page = hands.open(PAGE)
    table = page.html[page.html.index("What was changed") :]
    for words in ("Closes at", "5:30pm", "5pm", "Nothing", "01632 960199", "Admin"):
        assert words in table, words


def test_a_change_can_be_neither_altered_nor_removed(cast):
    Hands(cast.admin).send(PAGE, **TYPED)
    for act in (
        lambda: CouncilChange.objects.update(changes={}),
        CouncilChange.objects.all().delete,
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            act()


def test_it_can_be_read_before_it_is_saved(cast):
    hands = Hands(cast.admin)
    page = hands.sent(PAGE, "preview", **TYPED)
    main = page.html.split("<footer")[0]
    assert page.status == 200 and "This is not saved yet" in page and f"We answer: {HOURS}." in main
    assert "Our office is closed until" in main and 'value="01632 960199"' in main
    assert (
        not CouncilChange.objects.exists()
        and Council.objects.get(pk=cast.council.pk).opens_at is None
    )


BAD = [
    ("help_phone", "", "Enter the number that people ring for help"),
    ("help_phone", "01632", "Enter a telephone number with its area code"),
    ("help_phone", "ask for Kim", "Enter the number in figures"),
    ("help_phone", "0" * 41, "40 characters"),
    ("help_phone", "٠١٦٣٢٩٦٠١٠٠", "Enter the number in figures"),
    ("help_relay", "18001", "Enter a telephone number with its area code"),
    ("open_days", None, "Choose on which days it is answered"),
    ("open_days", "sundays", "choose one of the answers"),
    ("opens_at", "", "Enter the time from which it is answered"),
    ("opens_at", "soon", "Enter a time like 9am or 4:30pm"),
    ("opens_at", "25:00", "Enter a time like 9am or 4:30pm"),
    ("closes_at", "", "Enter the time until which it is answered"),
    ("closes_at", "5", "It must close after it opens"),
    ("closes_at", "9:00", "It must close after it opens"),
    ("help_address", "", "Enter the address that people write to"),
    ("help_address", "\n".join("abcdefg"), "Write the address in 6 lines or fewer"),
    ("help_address", "x" * 301, "300 characters"),
    ("out_of_hours_phone", "", "Enter the number that people ring when the office is closed"),
    ("out_of_hours_phone", "999", "Enter a telephone number with its area code"),
    ("emergency_email", "", "Enter the e-mail address of the emergency duty team"),
    ("emergency_email", "duty at night", "Enter an e-mail address like name@example.com"),
    ("emergency_reads", None, "Say whether somebody reads it"),
]


@pytest.mark.parametrize(("field", "typed", "said"), BAD)
def test_what_cannot_be_is_said_beside_its_box_and_nothing_is_lost(cast, field, typed, said):
    given = TYPED | {
        field: typed,
        "help_relay": "18001 01632 960100" if field != "help_relay" else typed,
    }
    page = Hands(cast.admin).post(
        PAGE, {k: v for k, v in given.items() if v is not None} | {"seen": 0}
    )
    assert page.status == 422 and page.title.startswith("Error:") and said in page.text, page.text[
        :900
    ]
    kept = next(name for name in ("out_of_hours_phone", "emergency_email") if name != field)
    assert str(WHOLE[kept]) in page.html, "what was typed stays"
    assert (
        not CouncilChange.objects.exists()
        and Council.objects.get(pk=cast.council.pk).out_of_hours_phone == ""
    )


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("9", time(9)),
        ("9am", time(9)),
        ("9 AM", time(9)),
        ("09:00", time(9)),
        ("8.30", time(8, 30)),
        ("4:30pm", time(16, 30)),
        ("4.30 pm", time(16, 30)),
        ("midday", time(12)),
        ("12pm", time(12)),
    ],
)
def test_a_time_is_taken_as_people_write_it(typed, meant):
    from cases.forms.reach import ReachForm

    field = ReachForm.base_fields["opens_at"]
    assert field.clean(typed) == meant and field.clean(field.prepare_value(meant)) == meant


def test_a_nonsense_number_of_the_page_is_no_fault_of_the_server(cast):
    page = Hands(cast.admin).post(PAGE, {k: v for k, v in TYPED.items()} | {"seen": "x"})
    assert page.status == 422


def test_of_two_administrators_one_wins_and_the_other_is_told_who_and_what(cast):
    colleague = cast.colleague
    Seat.objects.filter(user=colleague).update(role="admin", team=None)
    first, second = Hands(cast.admin), Hands(colleague)
    page = second.open(PAGE)
    first.send(PAGE, **TYPED)
    late = second.sent(PAGE, page=page, **TYPED | {"help_phone": "01632 960555"})
    assert late.status == 409 and "Admin changed how people reach the council" in late
    assert "01632 960555" in late and "01632 960100" in late, "what was typed and what stands"
    assert Council.objects.get(pk=cast.council.pk).help_phone == "01632 960100"
    assert CouncilChange.objects.count() == 1


def test_the_same_pressed_twice_is_one_change(cast):
    hands = Hands(cast.admin)
    page = hands.open(PAGE)
    for _press in range(2):
        assert hands.sent(PAGE, page=page, **TYPED).status == 302
    assert CouncilChange.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_do_not_both_win():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time")
    council = Council.objects.create(slug="x", name="X")
    start, said = threading.Barrier(2), []

    def change(number):
        try:
            start.wait()
            set_up.change_reach(council=council, by=None, values={"help_phone": number}, seen=0)
            said.append("won")
        except Stale:
            said.append("told")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=change, args=(f"01632 96010{n}",)) for n in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(said) == ["told", "won"] and CouncilChange.objects.count() == 1


def test_only_what_says_how_a_council_is_reached_can_be_written_so(cast):
    with pytest.raises(ValueError, match="slug"):
        set_up.change_reach(council=cast.council, by=None, values={"slug": "elsewhere"})


TEST = "/staff/reach/test/"


def test_a_test_goes_to_the_emergency_address_and_not_without_end(cast, whole, as_):
    client = as_(cast.admin)
    for _press in range(5):
        page = client.post(TEST, follow=True).content.decode()
        assert "A test went to duty@brackenshire.example at" in page
    assert client.post(TEST).status_code == 409
    assert len(mail.outbox) == 5 and mail.outbox[0].to == ["duty@brackenshire.example"]
    assert (
        "Nobody is in danger" in mail.outbox[0].body and "Please tell Admin" in mail.outbox[0].body
    )


def test_a_mail_server_that_refuses_the_test_is_told(cast, whole, as_, monkeypatch):
    def refused(_mail, **_options):
        raise SMTPServerDisconnected("gone")

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refused)
    answer = as_(cast.admin).post(TEST)
    assert answer.status_code == 409 and "did not take it" in answer.content.decode()


def test_nobody_else_sends_a_test_and_none_goes_nowhere(cast, as_):
    for who in ("worker", "service_manager", "auditor", "person"):
        assert as_(getattr(cast, who)).post(TEST).status_code == 404
    assert as_(cast.admin).post(TEST).status_code == as_(cast.admin).get(TEST).status_code == 302
    assert not mail.outbox


# ---- complete or not


def test_what_is_missing_is_named_until_it_is_there(cast, whole):
    assert set_up.missing(whole) == [], "the cast has the rest"
    for field, code in (
        ("help_phone", "phone"),
        ("help_address", "address"),
        ("out_of_hours_phone", "out_of_hours"),
        ("emergency_email", "emergency"),
    ):
        Council.objects.filter(pk=whole.pk).update(**{field: ""})
        assert set_up.missing(whole) == [set_up.NEEDS[code]]
        Council.objects.filter(pk=whole.pk).update(**{field: WHOLE[field]})
    Council.objects.filter(pk=whole.pk).update(opens_at=None, closes_at=None)
    assert set_up.missing(whole) == [set_up.NEEDS["hours"]]


def test_teams_and_seats_are_part_of_it(cast, whole):
    Team.objects.filter(pk=cast.intake.pk).update(intake=False)
    assert [str(need.words) for need in set_up.missing(whole)] == [
        "a team that receives new requests"
    ]
    Team.objects.filter(pk=cast.intake.pk).update(intake=True)
    Seat.objects.filter(role="service_manager").update(
        valid_from="2024-01-01", valid_to="2024-02-01"
    )
    assert set_up.NEEDS["top_officer"] in set_up.missing(whole)
    Seat.objects.filter(team=cast.intake).update(valid_to="2024-02-01")
    assert set_up.NEEDS["duty"] in set_up.missing(whole)


def test_every_need_leads_to_a_page_the_administrator_can_open(cast, as_):
    for need in set_up.NEEDS.values():
        assert as_(cast.admin).get(reverse(need.where)).status_code == 200, need.where


def test_its_administrator_is_told_on_every_page_and_nobody_else(
    cast, as_, django_assert_num_queries
):
    council = Council.objects.get(pk=cast.council.pk)
    with django_assert_num_queries(1):
        lacks = set_up.missing(council)
    for path in ("/admin/", PAGE, "/staff/service/"):
        html = as_(cast.admin).get(path).content.decode()
        assert f"set-up is not complete: {len(lacks)} things are missing" in html, path
    listed = as_(cast.admin).get("/staff/service/").content.decode()
    assert all(str(need.words)[1:] in listed and reverse(need.where) in listed for need in lacks)
    assert "set-up is not complete" not in as_(cast.manager).get("/staff/day/").content.decode()
    Council.objects.filter(pk=council.pk).update(**WHOLE)
    for path in ("/admin/", PAGE, "/staff/service/"):
        assert "set-up is not complete" not in as_(cast.admin).get(path).content.decode(), path


def test_readyz_counts_councils_and_names_none(client, cast, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert set_up.councils_incomplete() == 2
    Council.objects.filter(pk=cast.council.pk).update(**WHOLE)
    answer = client.get("/readyz")
    assert answer.json()["councils_incomplete"] == 1 and b"merrow" not in answer.content.lower()


def test_a_council_that_is_not_complete_may_still_be_asked(cast, client):
    Council.objects.filter(pk=cast.council.pk).update(help_phone="", help_address="")
    assert client.get("/brackenshire/").status_code == 200
    assert client.get("/brackenshire/ask/?for=me", follow=True).status_code == 200


def test_the_bank_holidays_are_worked_out_once():
    assert office_hours._calendar() is office_hours._calendar()
