"""Every address as every role: no 500, login by default, strangers get 404, and GET writes nothing.

The addresses come from the URLconf; the objects behind them from one case at each of several steps.
Every role opens half of them at one of the steps, each address is opened by every second role;
halves and steps take turns with the commits. With SDS_FULL=1 every role opens all at each step.
"""

import re
from dataclasses import fields

import pytest
from django.apps import apps
from django.db import connection
from django.urls import URLPattern, get_resolver

from cases.assessment import questions
from cases.models import User
from tests import sample
from tests.cast import Cast

# Open to everybody, each for a stated reason in its view.
OPEN = {
    "cases:start",
    "cases:healthz",
    "cases:readyz",
    "cases:accessibility",
    "cases:privacy",
    "cases:council",
    "cases:ask",
    "budgets:scheme_file",
    "budgets:try_it",
    "poet:survey_code",
    "poet:survey_paper",
    "poet:local_account",
    "poet:you_said",
    "cases:asked",
    "cases:blank_paper",
    "cases:blank_paper_pdf",
    "budgets:schemes",
    "budgets:scheme_version",
    "poet:survey",
    "poet:survey_question",
    "poet:survey_check",
    "poet:survey_thanks",
    "cases:start_part",
    "cases:start_place",
    "cases:start_check",
    "cases:come_back",
    "cases:ask_text",
    "cases:confirm_text",
    "cases:exit",
    "cases:easy_read",
}
STEPS = ("request", "assess", "confirm", "plan", "sign_off", "set_up", "running", "closed")
# Those who see most come first: the address that somebody is shown is asked for fewest times.
SEEING = ("worker", "person", "finance", "manager", "service_manager", "panel", "auditor", "admin")
OTHERS = [one.name for one in fields(Cast) if one.type is User and one.name not in SEEING]
ROLES = (*SEEING, *OTHERS, "anonymous")
EVERY = [(step, who) for step in STEPS for who in ROLES]
SAMPLE = sample.crossed(STEPS, ROLES, each=1)
# Who looked, who is signed in, and how money stands: no fact, and kept in step by its readers.
STANDING = {"budgets.MoneyStanding", "budgets.SpendStanding", "budgets.YearSpend"}
WRITTEN_BY_GET = {"cases.RecordView", "sessions.Session"} | STANDING


def routes(patterns=None, prefix="", space=""):
    """(name, route) of every address of ours."""
    for entry in patterns or get_resolver().url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            if entry.name and space:
                yield f"{space}:{entry.name}", route
        elif entry.namespace in ("cases", "budgets", "poet"):
            yield from routes(entry.url_patterns, route, entry.namespace)


def addresses(case, found):
    """Concrete addresses for one case: each parameter gets an object that exists."""
    plan = case.plans.first()
    line = plan.lines.first() if plan else None
    sample = {
        "ref": case.ref,
        "move": "pause",
        "question": questions.build(case)[0]["id"],
        "seq": 1,
        "council": case.council.slug,
        "line": line.pk if line else 0,
        "token": "nothing",
        "table": "steps",
        "code": "assess",
        "part": "what_matters",
        "number": 1,
        "answer": 1,
        "scheme": "adults",
        "who": "person",
        "year": "2026",
        "record": "raise_concern",
        "kind": "adult",
        "choice": "on",
    }
    for name, route in found:
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda m: str(sample[m.group(1)]), route)
        yield name, "/" + path


def state():
    """How many rows each table holds, but for what a GET may write."""
    return {
        m._meta.label: m.objects.count()
        for m in apps.get_models()
        if m._meta.label not in WRITTEN_BY_GET and m._meta.managed
    }


def hidden(response):
    """What a page says under a name that its header and footer use for something else
    (`cases.views.page_context.page`).
    """
    known = getattr(response.wsgi_request, "_page", {})
    shown = response.context[0] if response.context else {}
    return {name for name, value in known.items() if name in shown and shown[name] is not value}


def opened(client, who, name, path):
    """The page as somebody gets it, with all that must hold of any page."""
    client.raise_request_exception = True
    response = client.get(path)
    assert response.status_code < 500, f"{who} {path}: {response.status_code}"
    if name not in OPEN and who == "anonymous":
        assert response.status_code == 302 and "/accounts/login/" in response["Location"], (
            f"{who} {path}"
        )
    if "/cases/" in path and who in ("outsider", "stranger", "admin"):
        assert response.status_code == 404, f"{who} sees {path}: {response.status_code}"
    assert response.headers.get("Content-Security-Policy"), path
    assert not hidden(response), f"{who} {path}: {hidden(response)}"
    return response


@pytest.mark.sqlite_only
@pytest.mark.parametrize(("step", "who"), sample.params(EVERY, SAMPLE))
def test_every_address_as_every_role(a_case, cast, as_, record_property, step, who):
    case = a_case(at=step)
    cast.help(case)
    found = list(routes())
    assert len(found) > 40
    client = as_(getattr(cast, who, None))
    before, first = state(), ROLES.index(who)
    for place, (name, path) in enumerate(addresses(case, found), first):
        if sample.its_turn(place, 2):
            opened(client, who, name, path)
        else:
            sample.left_out(record_property, "half of all addresses for each role (test_crawl)")
    assert state() == before


@pytest.mark.skipif(
    connection.vendor == "sqlite" and not sample.FULL,
    reason="on SQLite each address is opened as every role (above); PostgreSQL is run by .ci/run",
)
def test_every_address_opens_for_somebody(a_case, cast, as_):
    """Each address once, by the first who is shown it: what the second database adds is that each
    page's statements run there too.
    """
    clients = {who: as_(getattr(cast, who)) for who in SEEING}
    missing = list(routes())
    for step in ("running", "sign_off", "confirm", "request"):
        case = a_case(at=step)
        cast.help(case)
        before = state()
        for name, path in addresses(case, list(missing)):
            for who, client in clients.items():
                status = opened(client, who, name, path).status_code
                if status < 400 or status == 405:
                    missing = [one for one in missing if one[0] != name]
                    break
        assert state() == before
        missing = [one for one in missing if "<ref>" in one[1] or ":ref>" in one[1]]
    never_shown = {name for name, _route in missing}
    assert not {"cases:home", "cases:accessibility", "cases:privacy"} & never_shown


# refused before anything is written
@pytest.mark.sqlite_only
def test_a_foreign_or_unknown_case_is_never_changed_by_a_post(a_case, cast, as_):
    case = a_case(at="sign_off")
    head, given = case.head_hash, {"reason": "x", "note": "x", "seen": case.head_seq}
    # a browser each, for all addresses: making one costs more than what it is told
    strangers = [as_(who) for who in (cast.outsider, cast.stranger, cast.admin)]
    for name, path in addresses(case, routes()):
        if "/cases/" not in path:
            continue
        for client in strangers:
            response = client.post(path, given)
            assert response.status_code in (404, 405), f"{name} {path}: {response.status_code}"
    case.refresh_from_db()
    assert case.head_hash == head


# refused before anything is read
@pytest.mark.sqlite_only
def test_unsafe_requests_need_the_forms_own_token(a_case, cast):
    from django.test import Client

    case = a_case(at="assess")
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.worker, backend="allauth.account.auth_backends.AuthenticationBackend")
    for _name, path in addresses(case, routes()):
        response = client.post(path, {"reason": "x"})
        assert response.status_code in (302, 403, 404, 405), f"{path}: {response.status_code}"
    case.refresh_from_db()
    assert case.step == "assess"
