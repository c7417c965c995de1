"""Every page that a resident, a helper or anybody can open, and what they are sent: gathered once,
read by several tests.

The addresses come from the URL configuration, so a new page can't be forgotten; behind them stand
cases of each kind, walked to each step by real moves. Forms are also sent empty and with what they
can't take, for the sentences of their refusals. What staff alone can open is not here: a resident's
request for it is answered with 404.
"""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from datetime import time, timedelta
from decimal import Decimal

from django.conf import settings
from django.core import mail
from django.db import transaction
from django.template import loader
from django.urls import reverse
from django.utils import timezone

from budgets import actions as money
from cases import access, actions, journey
from cases.assessment import questions
from cases.casefile import case_presenter
from cases.council import contact_details
from cases.helpers import authority
from cases.letters import message_words
from cases.letters.compose import FORMATS
from cases.models import Message
from cases.signin import requests
from poet.actions import invite
from tests.test_crawl import addresses, routes
from tests.walks.pages import Hands, Page, filled

STAFF = re.compile(r"^/(staff|dashboard|results|admin)/|^/(healthz|readyz)$")
# (kind, step, way of taking the money): which cases are looked at, the ones with most to show
# first.
CASES = (
    *(
        ("adult", step, "direct_payment")
        for step in ("running", "review", "assess", "plan", "offer", "closed")
    ),
    ("carer", "assess", "direct_payment"),
    ("adult", "running", "provider_held"),
    *(
        ("adult", step, "direct_payment")
        for step in journey.STEPS
        if step not in ("running", "review", "assess", "plan", "offer", "closed")
    ),
)
HELPED = {"running", "assess"}
AGAIN = {
    "cases:case",
    "cases:home",
    "budgets:budget",
    "cases:letters",
}  # look different at each step
TO_STAFF = {
    "danger",
    "danger_emergency",
    "digest",
    "staff",
    "statutory",
    "survey_worker",
}  # messages
TRIES = 3  # so often a page that isn't there for the reader is tried, each time at another step
ODD = "x" * 20_001


@dataclass(frozen=True)
class Shown:
    """A page (or a message) as somebody got it."""

    name: str
    path: str
    html: str
    who: str = ""

    def __str__(self):
        return f"{self.who} {self.path} ({self.name})"


class Gathered:
    """All pages, each text once."""

    def __init__(self, cast, **walked):
        self.cast, self.walked = cast, walked
        self.reached()
        self.pages: dict[str, Shown] = {}
        self.sent: dict[str, Shown] = {}
        self.names: set[str] = set()
        self.looked: set[tuple] = set()
        self.missed: Counter = Counter()

    def reached(self) -> None:
        """A council whose set-up is complete has most to say of how it is reached."""
        whole = {
            "help_relay": "18001 01632 960100",
            "opens_at": time(9),
            "closes_at": time(17),
            "out_of_hours_phone": "01632 960199",
            "emergency_email": "duty@example.org",
        }
        for name, value in whole.items():
            setattr(self.cast.council, name, value)
        self.cast.council.save()

    def everything(self) -> "Gathered":
        self.for_everybody()
        self.account_pages()
        self.asking()
        self.messages()
        for kind, step, route in CASES:
            with undone():
                self.case(kind, step, route)
        with undone():
            self.survey()
        with undone():
            self.not_eligible()
        return self

    def keep(self, name, who, answer: Page) -> None:
        if "text/html" not in answer.response.headers.get("Content-Type", ""):
            return
        self.names.add(name)
        self.pages.setdefault(
            re.sub(r'(nonce|value)="[^"]*"', "", answer.html),
            Shown(name, answer.path, answer.html, who),
        )

    def look(self, hands, who, name, path, forms=True) -> None:
        """Open a page; then send each of its forms empty and with what it can't take. Once for each
        reader.
        """
        known = (who, name, re.sub(r"/cases/\w+/", "", path))
        if known in self.looked and name not in AGAIN or self.missed[who, name] == TRIES:
            return
        answer = Page(hands.client.get(path, follow=True), path)
        self.keep(name, who, answer)
        if answer.status != 200:
            self.missed[who, name] += 1
            return
        forms = forms and known not in self.looked and who != "delegate"
        self.looked.add(known)
        if not forms:
            return
        for form in answer.forms:
            where = form.action or path
            where = answer.at + where if where.startswith("?") else where
            if not form.visible() or "/easy-read/" in where:
                continue
            for fill in (empty, odd):
                with undone(hands):
                    self.keep(name, who, hands.post(where, filled(form, fill(form), forged=True)))

    # ---- without a case

    def for_everybody(self) -> None:
        hands, council = Hands(), self.cast.council.slug
        with undone():
            case = self.cast.a_case()
            for name, path in public(case):
                self.look(hands, "anybody", name, path)
        for who in ("me", "carer", "other", "professional"):
            self.look(
                hands, "anybody", "cases:ask", reverse("cases:ask", args=[council]) + f"?for={who}"
            )
        for kind in questions.VERSIONS:
            self.look(
                hands,
                "anybody",
                "cases:blank_paper",
                reverse("cases:blank_paper", args=[council, kind]),
            )
        for version in self.cast.council.schemes.values_list("code", "versions__number"):
            for name in ("scheme_version", "try_it"):
                self.look(
                    hands,
                    "anybody",
                    f"budgets:{name}",
                    reverse(f"budgets:{name}", args=[council, *version]),
                )

    def account_pages(self) -> None:
        hands = Hands()
        for name in (
            "account_login",
            "account_request_login_code",
            "account_reset_password",
            "account_signup",
            "account_inactive",
            "account_reset_password_done",
        ):
            self.look(hands, "anybody", name, reverse(name))
        mail.outbox.clear()
        page = hands.sent(reverse("account_request_login_code"), email=self.cast.person.email)
        self.look(hands, "anybody", "account_confirm_login_code", page.response["Location"])
        hands.sent(
            reverse("account_request_login_code"),
            page=Page(Hands().client.get(reverse("account_request_login_code")), ""),
            email="nobody@example.org",
        )
        for one in mail.outbox:
            self.message(one.subject, one.body)

    def asking(self) -> None:
        """Asking page by page, with the code, up to what follows when it is sent."""
        hands, council = Hands(), self.cast.council.slug
        given = {
            "safe": {"contact_by": "letter", "address": "4 Mill Lane"},
            "place": {"kind": "word", "fact": "Marmalade"},
            "words": {
                "words": "I fall in the mornings",
                "danger": "yes",
                "safe_number": "07700 900123",
            },
            "you": {"name": "Ada Wren"},
        }
        for part in requests.PARTS | {"place": ()}:
            assert part in given, part
        for part in ("safe", "place", "words", "you"):
            path = (
                reverse("cases:start_place", args=[council])
                if part == "place"
                else reverse("cases:start_part", args=[council, part])
            )
            path += "?for=me" if part == "safe" else ""
            self.look(hands, "person", "cases:start_part", path)
            hands.save(path, **given[part])
            if part == "place":
                self.look(hands, "person", "cases:my_code", reverse("cases:my_code"))
        self.look(
            hands, "person", "cases:start_check", reverse("cases:start_check", args=[council])
        )
        hands.save(reverse("cases:start_check", args=[council]))
        for name in ("asked", "home", "my_code", "new_code", "sign_in_methods"):
            self.look(
                hands,
                "person",
                f"cases:{name}",
                reverse(f"cases:{name}", args=[council] if name == "asked" else []),
            )
        for user in (self.cast.person, self.cast.outsider):
            for name in ("home", "sign_in_methods", "start"):
                self.look(Hands(user), "person", f"cases:{name}", reverse(f"cases:{name}"))

    # ---- with a case

    def case(self, kind, step, route) -> None:
        case = self.cast.a_case(at=step, kind=kind, route=route, days_ago=120, **self.walked)
        helped = step in HELPED
        if helped:
            self.cast.help(case)
            authority.invite_helper(
                case=case,
                by=self.cast.person,
                email="bridie@example.net",
                name="Bridie Vale",
                kind="family",
                scope=["see", "fill"],
                proof="consent",
            )
        if step == "assess":
            actions.open_assessment(case=case, by=self.cast.person)
        if (step, route) == ("running", "direct_payment"):
            money.record_contribution(
                case=case,
                by=self.cast.finance,
                state="recorded",
                weekly=Decimal("12.50"),
                source="Seen at the visit",
            )
        for who in ("person", "delegate") if helped else ("person",):
            hands = Hands(getattr(self.cast, who))
            for name, path in self.case_pages(case, hands.user):
                self.look(hands, who, name, path)
        for message in Message.objects.filter(case=case, to_person__isnull=False):
            self.message(*message_words.words_of(message))
            self.message("", message_words.text_of(message))

    def case_pages(self, case, user) -> Iterator[tuple[str, str]]:
        found = {
            path: name for name, path in addresses(case, routes()) if path.startswith("/cases/")
        }
        found |= {"/home/": "cases:home"}
        for move in access.moves_for(case, user, access.representations(case.person_id)):
            found[case_presenter.move_url(case, move)] = move.page
        found.pop("", None)
        form = next((a.form for a in case.assessments.order_by("-pk")), [])
        for question in form:
            found[reverse("cases:question", args=[case.ref, question["id"]])] = "cases:question"
        for seq in case.events.values_list("seq", flat=True):
            for kind in FORMATS:
                found[reverse("cases:letter", args=[case.ref, seq]) + f"?as={kind}"] = (
                    "cases:letter"
                )
        if case.step == "plan":
            from budgets.views.plan import PARTS

            for part in PARTS:
                found[reverse("budgets:plan_part", args=[case.ref, part])] = "budgets:plan_part"
        return ((name, path) for path, name in found.items())

    def not_eligible(self) -> None:
        """What a refusal of eligibility, a question back and advice in place of support look
        like.
        """
        case = self.cast.a_case(at="confirm", **self.walked)
        actions.determine(
            case=case,
            by=self.cast.worker,
            eligible=False,
            arises=True,
            impact=False,
            areas=[],
            findings={},
            reasons="Manages alone",
            advice="The lunch club in Bracken",
        )
        case.refresh_from_db()
        hands = Hands(self.cast.person)
        for name, path in self.case_pages(case, self.cast.person):
            self.look(hands, "person", name, path)

    def survey(self) -> None:
        case = self.cast.a_case(at="running", days_ago=120, **self.walked)
        invite(now=timezone.now() + timedelta(days=1))
        message = Message.objects.filter(
            template="survey_invitation", case=case, to_person__isnull=False
        ).first()
        self.message(*message_words.words_of(message))
        hands, token = Hands(), message.token
        self.look(hands, "anybody", "poet:survey_code", reverse("poet:survey_code"))
        for view in ("easy", "words"):
            self.look(
                hands,
                "anybody",
                "poet:survey",
                reverse("poet:survey", args=[token]) + f"?view={view}",
            )
            for number in range(1, 20):
                self.look(
                    hands,
                    "anybody",
                    "poet:survey_question",
                    reverse("poet:survey_question", args=[token, number]),
                )
            for name in ("survey_check", "survey_paper"):
                self.look(
                    hands,
                    "anybody",
                    f"poet:{name}",
                    reverse(f"poet:{name}", args=[token]),
                    forms=False,
                )
        hands.client.post(reverse("poet:survey_check", args=[token]), {"helper": "alone"})
        self.look(
            hands, "anybody", "poet:survey_thanks", reverse("poet:survey_thanks", args=[token])
        )

    def messages(self) -> None:
        """What is sent to residents and helpers, as each template of a message says it."""
        facts = {
            "council": "Brackenshire Council",
            "phone": "01632 960100",
            "hours": contact_details.contact_for(self.cast.council).hours,
            "when": contact_details.contact_for(self.cast.council).when,
            "link": "https://example.org/",
            "code": "",
            "cases": 1,
        }
        for path in sorted((settings.BASE_DIR / "templates/messages").glob("*.txt")):
            if path.stem not in TO_STAFF:
                self.message(path.stem, loader.get_template(f"messages/{path.name}").render(facts))

    def message(self, subject, body) -> None:
        parts = [subject] * (" " in subject) + re.split(r"\n\n|\n(?=\* )", body)
        shown = Shown("message", subject, "".join(f"<p>{part}</p>" for part in parts), "message")
        self.sent.setdefault(re.sub(r"https?://\S+", "", shown.html), shown)


def public(case) -> list[tuple[str, str]]:
    """(name, address) of the pages without a case that are not staff's."""
    found = [(name, path) for name, path in addresses(case, routes()) if not STAFF.match(path)]
    return [(name, path) for name, path in found if not path.startswith(("/cases/", "/exit"))]


def empty(form) -> dict:
    return {name: None if form.choices.get(name) else [""] for name in form.visible()}


def odd(form) -> dict:
    """A form full of what it can't take."""
    found = {}
    for name in form.visible():
        kind = form.kinds[name]
        part = re.search(r"_(day|month|year)$", name)
        found[name] = (
            ["31"]
            if part
            else ["no_such"]
            if kind in ("radio", "checkbox", "select")
            else {"number": ["NaN"], "email": ["not an address"], "tel": ["12"]}.get(kind, [ODD])
        )
    return found


@contextmanager
def undone(hands=None):
    """What happens here is taken back, with the session that a browser may have been given
    meanwhile.
    """
    point, cookies = transaction.savepoint(), deepcopy(hands.client.cookies) if hands else None
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)
        if hands:
            hands.client.cookies = cookies
