"""Every door at which somebody can tick that someone may be in danger, each as one function that
sends it there.
"""

import uuid
from dataclasses import dataclass

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.models import Case

NUMBER, WORDS, EMAIL = "07700 900431", "Quokka frightens me", "ada@example.net"
TICK = {"danger": "yes", "safe_number": NUMBER}
ASK = {
    "words": WORDS,
    "name": "Ada Wren",
    "contact_by": "letter",
    "address": "3 Mill Row",
    "communication": "standard",
}
OTHER = {
    "asker_name": "Ben Wren",
    "relation": "son",
    "knows": "no",
    "asker_email": "ben@example.net",
}
START = reverse("cases:start_check", args=["brackenshire"])


@dataclass
class Sent:
    """What came of it. `client`: the browser that told us; `at`: where its page with what helps
    is.
    """

    client: Client
    response: object
    case: Case | None
    at: str


def part(name):
    return reverse("cases:start_part", args=["brackenshire", name])


def by_pages(cast, as_, tick, key, who="me"):
    client = Client()
    client.post(part("safe") + f"?for={who}", {"contact_by": "letter", "address": "3 Mill Row"})
    client.post(reverse("cases:start_place", args=["brackenshire"]), {"without": "1"})
    answer = client.post(part("words"), {"words": WORDS} | tick)
    if answer.status_code == 302:
        client.post(part("you"), {"name": "Ada Wren", "communication": "standard"})
        answer = client.post(START)
        client.post(START)  # a second press
    return Sent(client, answer, Case.objects.order_by("-pk").first(), "/brackenshire/ask/sent/")


def by_form(cast, as_, tick, key, who="me", user=None, **more):
    client = as_(user or cast.outsider)
    answer = client.post(f"/brackenshire/ask/?for={who}", ASK | more | tick | {"key": key})
    return Sent(client, answer, Case.objects.order_by("-pk").first(), "/brackenshire/ask/sent/")


def again(cast, as_, tick, key):
    if not cast.person.representations.exists():
        cast.a_case(at="plan")
    client = as_(cast.person)
    answer = client.post("/brackenshire/ask/?for=me", {"words": WORDS, "key": key} | tick)
    return Sent(client, answer, Case.objects.order_by("-pk").first(), "/brackenshire/ask/sent/")


def taken(cast, as_, tick, key, channel="phone"):
    client, day = as_(cast.duty), timezone.localdate()
    asked = {"asked_on_day": day.day, "asked_on_month": day.month, "asked_on_year": day.year}
    answer = client.post(
        "/staff/ask/", ASK | asked | tick | {"key": key, "channel": channel, "kind": "adult"}
    )
    case = Case.objects.order_by("-pk").first()
    return Sent(client, answer, case, reverse("cases:danger", args=[case.ref]) if case else "")


def message(cast, as_, tick, key, who="person"):
    case = Case.objects.first() or cast.a_case(at="plan")
    if who == "delegate" and not cast.delegate.representations.exists():
        cast.help(case)
    client, page = as_(getattr(cast, who)), reverse("cases:messages", args=[case.ref])
    ticked = tick | ({"danger": "on"} if tick.get("danger") == "yes" else {})
    told = {"told_by": "phone", "read_back": "on"} if who == "worker" else {}
    answer = client.post(page, {"words": WORDS, "key": key} | told | ticked)
    return Sent(
        client, answer, case, reverse("cases:danger", args=[case.ref]) if who == "worker" else page
    )


DOORS = {
    "own, page by page": by_pages,
    "as a carer, page by page": lambda *a: by_pages(*a, who="carer"),
    "own, signed in": by_form,
    "as a carer, signed in": lambda *a: by_form(*a, who="carer"),
    "again, while a case is open": again,
    "for somebody else": lambda *a: by_form(*a, who="other", **OTHER),
    "as a professional": lambda *a: by_form(*a, who="professional", **OTHER),
    "by telephone": taken,
    "on paper": lambda *a: taken(*a, channel="paper"),
    "face to face": lambda *a: taken(*a, channel="visit"),
    "a professional rings": lambda *a: taken(*a, channel="professional"),
    "a message of the person": message,
    "a message of a helper": lambda *a: message(*a, who="delegate"),
    "a message that a worker writes down": lambda *a: message(*a, who="worker"),
}
TO_STAFF = {
    "by telephone",
    "on paper",
    "face to face",
    "a professional rings",
    "a message that a worker writes down",
}


def send(door, cast, as_, tick=TICK, key=None) -> Sent:
    return DOORS[door](cast, as_, tick, key or str(uuid.uuid4()))
