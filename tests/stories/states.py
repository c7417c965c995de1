"""States that no link leads to, made inside the running installation by `manage.py shell`: each
function prints JSON.

Here: pages of refusal as the real chain of middlewares makes them, a council whose words are long
or run from right to left, a council with nothing in it, and sessions of the people in them. Not
here: what is looked at (looking.py).
"""

import json
from unittest.mock import patch

from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db.models import F, Value
from django.db.models.functions import Concat, Left
from django.http import Http404
from django.shortcuts import render
from django.test import Client

from budgets.models import PlanLine, Provider
from cases import journey
from cases.common import dates
from cases.common.refusals import NotYet, Stale
from cases.models import Case, Council, Person, Seat, Team, User
from cases.views import errors

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
LONG = "Wolfeschlegelsteinhausenbergerdorff-" * 6
RIGHT_TO_LEFT = "عبد الرحمن بن محمد آل سعود 'أبو يوسف' 🙂 " * 6
BOTH = [("What would help?", LONG, RIGHT_TO_LEFT)]
SAID = {
    "400": SuspiciousOperation("not to be read"),
    "403": PermissionDenied(),
    "404": Http404(),
    "409": NotYet("The plan has been sent already. " + LONG),
    "409-both": Stale("Kim Lowe saved this first.", changes=BOTH),
    "500": RuntimeError("a fault made on purpose"),
    "403-csrf": lambda request, *_: errors.csrf_failure(request),
    "429": lambda request, *_: render(request, "429.html", status=429),
    "locked-out": lambda request, *_: render(request, "cases/locked_out.html", status=429),
}


def refusals():
    """name -> the page that comes when the council's own page can't be shown."""
    client, found = Client(raise_request_exception=False), {}
    for name, said in SAID.items():
        with patch("cases.views.public.render", side_effect=said):
            found[name] = client.get("/brackenshire/").content.decode()
    print(json.dumps(found | {"last-resort": errors.LAST_RESORT}))


def session(user):
    """Somebody's session, as the browser gets it."""
    client = Client()
    client.force_login(user, backend=BACKEND)
    assert Session.objects.filter(pk=client.session.session_key).exists()
    return client.session.session_key


def lengthened(slug, people=4):
    """Names of 200 characters, one half without a space, one half from right to left; sessions of
    those who meet them: one of each role, and some people at different steps.
    """
    theirs = {
        "name": (Person, {"council__slug": slug}),
        "what": (PlanLine, {"plan__case__council__slug": slug}),
    }
    for field, (model, where) in theirs.items():
        for number, row in enumerate(model.objects.filter(**where)):
            model.objects.filter(pk=row.pk).update(
                **{field: (RIGHT_TO_LEFT if number % 2 else LONG)[:200]}
            )
    PlanLine.objects.filter(plan__case__council__slug=slug).update(
        provider=LONG[:120], when=RIGHT_TO_LEFT[:120]
    )
    Team.objects.filter(council__slug=slug).update(name=Left(Concat(F("name"), Value(LONG)), 80))
    Provider.objects.filter(council__slug=slug).update(
        name=Left(Concat(F("name"), Value(LONG)), 120)
    )
    Council.objects.filter(slug=slug).update(
        name=LONG[:120], help_address=f"{LONG}\n{RIGHT_TO_LEFT}"
    )
    seats = {
        seat.role: seat.user for seat in Seat.objects.filter(council__slug=slug).order_by("-pk")
    }
    User.objects.filter(pk__in=[user.pk for user in seats.values()]).update(name=LONG[:100])
    found = {role: session(user) for role, user in seats.items()}
    for step in ("plan", "assess", "running", "offer")[:people]:
        of = {"representations__kind": "self", "representations__person__cases__step": step}
        user = User.objects.filter(**of, representations__person__council__slug=slug).first()
        found |= {f"person at {step}": session(user)} if user else {}
    print(json.dumps(found))


def empty(slug="emptyshire"):
    """A council where nothing has happened yet, with one colleague of each role, and somebody who
    has no case.
    """
    council = Council.objects.create(
        slug=slug, name="Emptyshire Council", help_phone="01632 960300"
    )
    team = Team.objects.create(council=council, name="First contact", intake=True)
    found = {}
    for role in journey.SEAT_ROLES:
        user = User.objects.create_user(
            f"{role}@{slug}.example", name=f"The {role}", is_staff=role == "admin"
        )
        theirs = team if role == "worker" else None
        Seat.objects.create(
            user=user, council=council, team=theirs, role=role, valid_from=dates.today()
        )
        found[role] = session(user)
    found["nobody"] = session(User.objects.create_user(f"nobody@{slug}.example", name="No Case"))
    assert not Case.objects.filter(council=council).exists()
    print(json.dumps(found))
