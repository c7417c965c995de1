"""Setting up a first council by command: whole or not at all, and a sign-in that works."""

import re
from datetime import time
from decimal import Decimal
from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from budgets.decision import delegation
from budgets.position.case_money import Cost
from cases.common import dates
from cases.council import set_up as set_up_rules
from cases.models import Council, Seat, Team, User
from poet.management.commands import set_up_council

GOOD = {
    "slug": "westermere",
    "name": "Westermere Council",
    "admin_email": "Kim.Lowe@westermere.example",
    "admin_name": "Kim Lowe",
}
SECRET = "lantern-orchard-quiet-42"


def set_up(**changes):
    out = StringIO()
    call_command("set_up_council", **{**GOOD, **changes}, stdout=out)
    return out.getvalue()


def nothing_there():
    return not (Council.objects.exists() or User.objects.exists() or Team.objects.exists())


def typed(monkeypatch, *words):
    answers = iter(words)
    monkeypatch.setattr(set_up_council, "getpass", lambda prompt: next(answers))


def test_a_council_gets_an_intake_team_an_administrator_and_a_top_officer(db):
    said = set_up()
    council = Council.objects.get(slug="westermere")
    assert (council.name, council.invented) == ("Westermere Council", False)
    assert [(t.name, t.intake) for t in council.teams.all()] == [("First contact", True)]
    seat = Seat.objects.get(council=council)
    assert (seat.role, seat.team, seat.user.email) == ("admin", None, "kim.lowe@westermere.example")
    assert seat.user.is_staff and not seat.user.is_superuser
    rows = delegation.levels(council.pk, dates.today())
    holder = delegation.lowest(rows, Cost(Decimal(99999), Decimal(0), Decimal(99999)), "worker")
    assert holder.role == "service_manager" and holder.level.reason
    assert "/accounts/password/reset/" in said and "Service manager" in said


def test_the_administrator_sets_a_password_by_the_link_and_signs_in(db, client):
    set_up()
    assert not User.objects.get().has_usable_password()
    client.post("/accounts/password/reset/", {"email": "kim.lowe@westermere.example"})
    link = re.search(r"/accounts/password/reset/key/\S+", mail.outbox[-1].body)[0]
    page = client.get(link, follow=True)
    client.post(page.redirect_chain[-1][0], {"password1": SECRET, "password2": SECRET})
    assert User.objects.get().check_password(SECRET)
    client.post("/accounts/login/", {"login": "kim.lowe@westermere.example", "password": SECRET})
    assert client.session["_auth_user_id"] == str(User.objects.get().pk)


def test_a_password_may_be_typed_and_is_never_said(db, monkeypatch):
    typed(monkeypatch, SECRET, SECRET)
    said = set_up(ask_password=True)
    assert User.objects.get().check_password(SECRET)
    assert SECRET not in said and "password/reset" not in said


@pytest.mark.parametrize(
    "words, complaint",
    [((SECRET, "another"), "passwords differ"), (("short", "short"), "too short")],
)
def test_a_password_that_will_not_do_sets_up_nothing(db, monkeypatch, words, complaint):
    typed(monkeypatch, *words)
    with pytest.raises(CommandError, match=complaint):
        set_up(ask_password=True)
    assert nothing_there()


@pytest.mark.parametrize(
    "slug", ["staff", "cases", "accounts", "admin", "static", "readyz", "Not a word", ""]
)
def test_a_web_name_that_would_not_be_reached_is_refused(db, slug):
    with pytest.raises(CommandError):
        set_up(slug=slug)
    assert nothing_there()


@pytest.mark.parametrize(
    "change",
    [{"admin_email": "nobody"}, {"name": "  "}, {"intake_team": " "}, {"admin_name": "x" * 121}],
)
def test_what_is_typed_wrongly_sets_up_nothing(db, change):
    with pytest.raises(CommandError):
        set_up(**change)
    assert nothing_there()


def test_a_council_is_set_up_once(db):
    set_up()
    with pytest.raises(CommandError, match="already"):
        set_up(admin_email="other@westermere.example")
    assert Council.objects.count() == User.objects.count() == 1


def test_one_person_may_set_up_two_councils_and_keeps_the_password(db):
    set_up()
    user = User.objects.get()
    user.set_password(SECRET)
    user.save()
    said = set_up(slug="eastermere", name="Eastermere Council", ask_password=True)
    user.refresh_from_db()
    assert user.check_password(SECRET) and user.seats.count() == 2
    assert "keeps its password" in said


def test_a_closed_account_is_not_made_an_administrator(db):
    User.objects.create_user(GOOD["admin_email"], is_active=False)
    with pytest.raises(CommandError, match="closed"):
        set_up()
    assert not Council.objects.exists()


def test_another_officer_may_stand_at_the_top(db):
    assert "Team manager" in set_up(top_officer_role="manager")
    assert delegation.levels(Council.objects.get().pk, dates.today())[0].role == "manager"


REACHED = {
    "help_phone": "01632 960100",
    "help_relay": "18001 01632 960100",
    "days": "every_day",
    "opens": "9am",
    "closes": "17:30",
    "address": "1 Moor Lane\\nBracken BR1 1AA",
    "out_of_hours_phone": "01632 960199",
    "emergency_email": "duty@westermere.example",
    "emergency_reads": True,
}


def test_how_people_reach_the_council_can_be_given_with_it(db):
    said = set_up(**REACHED)
    council = Council.objects.get()
    assert (council.help_phone, council.help_relay) == ("01632 960100", "18001 01632 960100")
    assert (council.open_days, council.opens_at, council.closes_at) == (
        "every_day",
        time(9),
        time(17, 30),
    )
    assert (
        council.help_address == "1 Moor Lane\nBracken BR1 1AA"
        and council.out_of_hours_phone == "01632 960199"
    )
    assert (council.emergency_email, council.emergency_reads) == ("duty@westermere.example", True)
    change = council.changes.get()
    assert change.by is None and set(change.changes) == {*set_up_rules.REACH}
    assert "Still missing: a colleague who reads new requests" in said, (
        "seats are given on the set-up pages"
    )
    assert "telephone" not in said.split("Still missing")[1]


def test_it_says_what_is_still_missing_and_where_to_enter_it(db):
    said = set_up(help_phone="01632 960100")
    missing = said.split("Still missing: ")[1]
    for words in (
        "when the help telephone is answered",
        "the address for letters",
        "when the office is closed",
        "emergency duty",
    ):
        assert words in missing, words
    assert "the help telephone;" not in missing and "/staff/reach/" in said
    assert set_up_rules.councils_incomplete() == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"help_phone": "ask Kim"}, "--help-phone: Enter the number in figures"),
        ({"out_of_hours_phone": "999"}, "--out-of-hours-phone: Enter a telephone number"),
        ({"opens": "soon", "closes": "5pm"}, "--opens: Enter a time like 9am"),
        ({"opens": "9am"}, "--opens and --closes belong together"),
        ({"opens": "9am", "closes": "8am"}, "--closes: It must close after it opens"),
        ({"days": "sundays"}, "--days: Select a valid choice"),
        ({"address": "\\n".join("abcdefg")}, "--address: Write the address in 6 lines or fewer"),
        ({"emergency_email": "duty"}, "--emergency-email: Enter an e-mail address"),
        ({"emergency_reads": True}, "--emergency-reads: say which address"),
    ],
)
def test_a_wrong_way_to_reach_it_sets_up_nothing(db, wrong, said):
    with pytest.raises(CommandError, match=re.escape(said)):
        set_up(**wrong)
    assert nothing_there()
