"""A way out leads somewhere: every link and every form's address that a refusal offers, followed by
the same reader.

At each step, in a council as it is set up and in councils that lack something (no scheme, no rates,
no limits, no targets, no survey), each role opens every page of the case, sends its forms empty and
as somebody who was too late, and tries every move. Whatever refuses, or says on its page that
something can't be done, has its links followed: each must open. What is sent is taken back. Every
run takes a sample, in which each role and each step has its turn; the whole needs SDS_FULL=1.
"""

import re
from unittest.mock import patch
from urllib.parse import urljoin, urlsplit

import pytest
from django.db import connection

from budgets import actions as money
from budgets.models import DelegationLevel, SchemeVersion, UnitRate
from cases import actions, journey, ledger
from cases.casefile import case_presenter
from cases.models import Case, Target, User
from poet.models import QuestionSet
from tests import sample
from tests.stories.states import SAID
from tests.test_crawl import ROLES, addresses, routes
from tests.walks.doing import today
from tests.walks.pages import Hands, Page
from tests.walks.test_bad_input import sensible, target, undone

REFUSED = (400, 403, 409, 422, 429)
# Pages that are no refusal by their status, and say that something is missing or can't be done:
# they are followed too.
SAYS_NO = {
    "budgets:share_budget",
    "budgets:budget",
    "budgets:plan",
    "budgets:routes",
    "budgets:schedule",
    "budgets:monitoring",
    "budgets:hospital",
    "budgets:schemes",
    "poet:case_survey",
    "cases:case",
    "cases:home",
    "cases:differences",
    "cases:messages",
    "cases:helpers",
    "cases:review",
    "cases:letters",
    "cases:agree_answer",
    "budgets:batches",
    "budgets:studio",
    "cases:assessment",
    "cases:sign_in_methods",
    "cases:access_log",
    "cases:copy",
}
SAYS_NOTHING_YET = re.compile(r"\b(?:yet|not|cannot|can't|can’t|nothing|nobody|no)\b", re.I)
LATE = {"seen": "1", "key": "0c5b0f1e-5b43-4f0e-8a54-1ac7f6a1e6b1"}


def as_it_is(cast):
    pass


def without_a_scheme(cast):
    ledger.disarm(connection)
    SchemeVersion.objects.filter(scheme__council=cast.council).delete()
    ledger.arm(connection)


def without_rates_limits_targets_or_survey(cast):
    """What is in force ends today, without a successor."""
    ledger.disarm(connection)
    for model in (UnitRate, DelegationLevel):
        model.objects.filter(council=cast.council).update(valid_to=today())
    Target.objects.filter(council=cast.council).delete()
    QuestionSet.objects.all().delete()
    ledger.arm(connection)


NEAR = (
    "person",
    "delegate",
    "worker",
    "manager",
    "service_manager",
    "panel",
    "finance",
    "auditor",
)


def readers(step) -> tuple[str, ...]:
    """Everybody who reaches the case; at its first step also those who do not: to them every page
    is the same.
    """
    return ROLES if step == "request" else NEAR


def user_of(cast, who) -> User | None:
    return getattr(cast, who, None)


def main_of(html) -> str:
    found = re.search(r"<main\b.*?</main>", html, re.S)
    return found[0] if found else html


def ways(page) -> set[str]:
    """The addresses of our own that the main part of a page leads to: its links and where its forms
    go.
    """
    inside = Page(page.response, page.path)
    inside.html = main_of(page.html)
    hrefs = [href for href, _text in [*inside.read.links, *inside.read.summary]]
    hrefs += [form.action for form in inside.read.forms]
    found = {urljoin(page.at, href) for href in hrefs if href and not href.startswith("#")}
    return {
        url.partition("#")[0]
        for url in found
        if not urlsplit(url).scheme and not urlsplit(url).netloc
    }


class Follower:
    """One reader: what they have opened, and what they were offered and have not opened yet."""

    def __init__(self, who, user):
        self.who, self.hands, self.late = who, Hands(user), False
        self.opened: dict[str, int] = {}
        self.offered: dict[str, str] = {}

    def note(self, page, name) -> None:
        if page.status in REFUSED or page.status == 404 or (page.status == 200 and name in SAYS_NO):
            for url in ways(page):
                self.offered.setdefault(url, f"{name} ({page.status}, {page.path})")

    def get(self, path) -> Page:
        return Page(
            self.hands.client.get(path, headers={"referer": f"http://testserver{path}"}), path
        )

    def look(self, name, path) -> None:
        """Open a page; then send its forms empty, one of them too late, or just send to what is not
        for looking at.
        """
        page = self.get(path)
        self.opened[path] = page.status
        self.note(page, name)
        if page.status == 405:
            self.send(name, path, {})
        for form in page.forms if page.status == 200 else []:
            self.send(
                name,
                target(page, form),
                {k: v for k, v in form.values.items() if k == "csrfmiddlewaretoken"},
            )
            if "seen" in form.kinds and not self.late:
                late = {k: [v] for k, v in LATE.items() if k in form.kinds}
                self.late = self.send(name, target(page, form), sensible(form) | late) == 409

    def send(self, name, where, data) -> int:
        with undone():
            answer = self.hands.post(where, data)
            self.note(answer, name)
            return answer.status

    def dead(self) -> list[str]:
        """What was offered and does not open. An address that only takes a form is none to look
        at.
        """
        found = []
        for url, where in sorted(self.offered.items()):
            status = self.opened.get(url)
            if status != 200:
                status = self.hands.client.get(url, follow=True).status_code
            if status not in (200, 405):
                found.append(f"{self.who}: {where} offers {url}: {status}")
        return found


def every_address(case):
    """(name, address) of each page of the case: those of the URL configuration, and of the moves
    that this step has, for oneself and for the person. Of all other moves one: their refusal is one
    page, whatever was wanted.
    """
    named = {path: name for name, path in addresses(case, routes()) if case.ref in path}
    pages = [
        path
        for path, name in named.items()
        if name not in {move.page for move in journey.MOVES.values()}
    ]
    here = journey.moves_from(case.step)
    elsewhere = next(move for move in journey.MOVES.values() if case.step not in move.routes)
    for move in (*here, elsewhere):
        pages += [
            case_presenter.move_url(case, move, behalf)
            for behalf in ((False, True) if move.on_behalf else (False,))
        ]
    return [(named.get(path, path), path) for path in dict.fromkeys(pages) if path]


def walk(case, who, user):
    follower = Follower(who, user)
    for name, path in every_address(case):
        if not path.endswith((".pdf", ".csv", ".txt", ".json")):
            follower.look(name, path)
    return follower.dead()


LACKING = (
    *(("budget", without_a_scheme), ("plan", without_a_scheme)),
    *((step, without_rates_limits_targets_or_survey) for step in ("sign_off", "set_up", "running")),
)
SITUATIONS = (*((step, as_it_is) for step in journey.STEPS), *LACKING)
EVERY = [(*situation, who) for situation in SITUATIONS for who in readers(situation[0])]
SAMPLE = {(*situation, who) for who, situation in sample.crossed(NEAR, SITUATIONS, each=1)}
FAR = {("request", as_it_is, who) for who in ROLES if who not in NEAR}


@pytest.mark.parametrize(("step", "lacks", "who"), sample.params(EVERY, SAMPLE | FAR))
def test_every_way_out_of_a_refusal_opens(a_case, cast, step, lacks, who):
    case = a_case_at(a_case, cast, step, lacks)
    cast.help(case, ("see", "fill", "send", "money"))
    dead = walk(case, who, user_of(cast, who))
    assert not dead, "\n" + "\n".join(dead)


def a_case_at(a_case, cast, step, lacks) -> Case:
    """Without a scheme: nothing but that is missing at `budget`, and what follows rests on another
    tool's figure.
    """
    if lacks is not without_a_scheme:
        case = a_case(at=step)
        lacks(cast)
        return case
    lacks(cast)
    case = a_case(at="confirm")
    actions.determine(
        case=case,
        by=cast.worker,
        eligible=True,
        arises=True,
        impact=True,
        areas=["dignity"],
        reasons="r",
        findings={o: {"tests": ["assistance"], "reason": "r"} for o in ("nutrition", "hygiene")},
    )
    if step == "plan":
        figure = {
            "tool": "A tool",
            "tool_version": "1",
            "annual": "5200",
            "explanation": "x",
            "made_on": "2026-01-02",
        }
        money.adjust_budget(case=case, by=cast.worker, external=figure)
    case.refresh_from_db()
    assert case.step == step
    return case


# ---- without a case


@pytest.mark.parametrize("said", SAID)
def test_the_pages_of_refusal_themselves_lead_somewhere(cast, said):
    """400, 403, 404, 409, 429 and 500 as the chain of middlewares makes them, read by each role and
    by nobody.
    """
    dead = []
    for who in ROLES:
        follower = Follower(who, user_of(cast, who))
        follower.hands.client.raise_request_exception = False
        with patch("cases.views.public.render", side_effect=SAID[said]):
            page = follower.get(f"/{cast.council.slug}/")
        assert page.status >= 400
        follower.note(page, said)
        if page.status == 500:
            follower.offered |= {url: said for url in ways(page)}
        dead += follower.dead()
    assert not dead, "\n".join(dead)


COUNCILS = (as_it_is, without_a_scheme, without_rates_limits_targets_or_survey)


@pytest.mark.parametrize(
    ("lacks", "who"),
    sample.params(
        [(lacks, who) for lacks in COUNCILS for who in ROLES],
        sample.crossed(COUNCILS, ROLES, each=1),
    ),
)
def test_every_way_out_of_the_councils_own_pages_opens(cast, lacks, who):
    """Lists, figures, schemes, payments and what is public, where there is nothing to show yet."""
    lacks(cast)
    case = cast.a_case(at="request")
    follower = Follower(who, user_of(cast, who))
    for name, path in addresses(case, routes()):
        if case.ref in path or path.startswith("/exit"):
            continue
        if path.endswith((".pdf", ".csv", ".txt", ".json", ".xlsx")):
            continue
        page = follower.get(path)
        follower.opened[path] = page.status
        follower.note(page, name)
        if page.status == 200 and SAYS_NOTHING_YET.search(page.text):
            follower.offered |= dict.fromkeys(ways(page), name)
    dead = follower.dead()
    assert not dead, "\n".join(dead)
