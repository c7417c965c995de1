"""The demonstration: real moves, the same for the same seed, and refused where it does not
belong.
"""

import json
from datetime import timedelta
from io import StringIO
from unittest.mock import patch

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from budgets.models import Payee, Payment, Suspension
from cases import journey
from cases.common import dates
from cases.danger import reports
from cases.models import Case, Council, DangerReport, Message, Person, User
from poet.demo import paying
from poet.demo.stage import play
from tests import sample


class Undo(Exception):
    """Takes a loaded demonstration back."""


def played(cases=24, seed=3, look=None):
    """Load a demonstration, look at it, take it back: (its digest, what `look` saw)."""
    found = []
    with pytest.raises(Undo), transaction.atomic():
        result = play(cases=cases, seed=seed, until=dates.today() - timedelta(days=1))
        found += [result["digest"], look() if look else None]
        raise Undo
    return found


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def moved():
    """What became of the money: payments, suspensions and payees."""
    return {
        "payments": set(Payment.objects.values_list("state", flat=True)),
        "suspended": Suspension.objects.filter(ends_on=None, struck_at=None).exists(),
        "made good": Suspension.objects.filter(make_good=True).exists(),
        "to verify": Payee.objects.filter(verified_at=None, struck_at=None).exists(),
        "named again": Payment.objects.filter(
            state="paid", payee__creditor__gte=f"S{paying.ANOTHER:06d}"
        ).exists(),
    }


def danger():
    """Of each report whether it is closed; those that nobody was told of; cases that wait."""
    found = DangerReport.objects.order_by("reported_at").values_list("closed_at", flat=True)
    closed = [bool(one) for one in found]
    waiting = Case.objects.exclude(danger_since=None).count()
    return closed, reports.untold(timezone.now()), waiting


def people(folder):
    """NHS numbers, staff with a password, the accounts written down, what is still to be told, and
    whether councils are invented.
    """
    numbers = Person.objects.exclude(nhs_number="").values_list("nhs_number", flat=True)
    to_tell = Message.objects.filter(state="waiting", channel="email").values("template")
    return (
        set(numbers),
        [user for user in User.objects.all() if user.has_usable_password()],
        json.loads((folder / "demo-accounts.json").read_text()),
        list(to_tell.annotate(n=Count("id"))),
        set(Council.objects.values_list("invented", flat=True)),
    )


@pytest.fixture(scope="module")
def first(django_db_setup, django_db_blocker, tmp_path_factory):
    """A demonstration that was loaded, looked at and taken back."""

    def look():
        for command in ("check_journey", "verify_events", "check_money"):
            call_command(command, stdout=StringIO())
        steps = set(Case.objects.values_list("step", flat=True))
        return {"steps": steps, "money": moved(), "danger": danger(), "people": people(folder)}

    folder = tmp_path_factory.mktemp("demonstration")
    with django_db_blocker.unblock(), patch.object(settings, "DATA_DIR", folder):
        digest, found = played(look=look)
    return {"digest": digest} | found


# the seed is Python; one demonstration is played on both
@pytest.mark.sqlite_only
@sample.turns(0, 2)
def test_the_same_seed_gives_the_same_councils(db, first):
    again, _ = played()
    other, _ = played(seed=4)
    assert first["digest"] == again != other


def test_much_is_going_on_in_it(first):
    assert {
        "request",
        "waiting",
        "confirm",
        "plan",
        "sign_off",
        "panel",
        "set_up",
        "running",
    } <= first["steps"]
    money = first["money"]
    assert {"paid", "returned", "left_out"} <= money["payments"]
    assert money["suspended"] and money["made good"], "one waits, one was found wrong"
    assert money["to verify"], "the second finance officer finds something to do"
    assert money["named again"], "a payment that came back went to another number"


def test_somebody_may_be_in_danger_in_it_and_others_were(first):
    closed, untold, waiting = first["danger"]
    assert sorted(closed) == [False, True, True] and untold == set() and waiting == 1


def test_everybody_in_it_is_invented_and_only_the_cast_has_passwords(first):
    numbers, staff, accounts, to_tell, invented = first["people"]
    assert numbers and all(n.startswith("999") and len(n) == 10 for n in numbers)
    assert invented == {True}
    passwords = [a["password"] for a in accounts if a["password"]]
    assert len(set(passwords)) == len(passwords) == len(staff)
    roles = {a["role"] for a in accounts}
    assert set(journey.SEAT_ROLES) | {"duty", "person", "carer", "helper"} <= roles
    assert to_tell == [] or sum(row["n"] for row in to_tell) < 12  # the past is told already


def test_it_is_refused_in_production_and_beside_a_council(db, settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="production"):
        call_command("demo", cases=1)
    settings.PRODUCTION = False
    Council.objects.create(slug="real", name="A real council")
    with pytest.raises(CommandError, match="already has a council"):
        call_command("demo", cases=1)
    assert Person.objects.count() == 0


@pytest.mark.parametrize(
    "options", [{"cases": -1}, {"cases": 200_000}, {"until": dates.today() + timedelta(days=2)}]
)
def test_nonsense_is_refused_with_a_sentence(db, options):
    with pytest.raises(CommandError):
        call_command("demo", **options)
