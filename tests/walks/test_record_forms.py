"""The forms about helpers, messages, what is known and the review: sent empty, full of nonsense,
and twice.
"""

import pytest
from django.urls import reverse
from django.utils import timezone

from cases import actions
from cases.assessment import answering
from cases.casefile import notes, people_around, requests
from cases.helpers import authority
from cases.models import RecordView
from tests.walks.doing import address
from tests.walks.pages import Hands
from tests.walks.test_bad_input import attack, send_twice, undone

STRANGE_IDS = (0, 10**9, 10**30)


@pytest.fixture
def busy(a_case, cast):
    """A running case in which somebody is asked to help, somebody helps, a message waits and one
    answer differs.
    """
    case = a_case(at="running")
    cast.help(case)
    asked = authority.invite_helper(
        case=case,
        by=cast.person,
        email="bridie@example.net",
        name="Bridie",
        kind="family",
        scope=["see"],
    )
    row = requests.record_request(case=case, by=cast.person, what="message", words="When?")
    sent = answering.last_sent(case)
    spec = next(q for q in sent.form if q["kind"] == "text" and q.get("voice") != "worker")
    actions.save_answer(
        assessment=sent,
        question=spec["id"],
        value="Seen otherwise",
        voice="assessor",
        by=cast.worker,
    )
    RecordView.objects.create(
        council=cast.council, case=case, user=cast.colleague, role="worker", page="x"
    )
    return case, asked, row, spec["id"]


def test_nothing_typed_breaks_them_and_nothing_happens_twice(busy, cast):
    case, asked, row, question = busy
    person, worker, manager = Hands(cast.person), Hands(cast.worker), Hands(cast.manager)
    both = (
        "messages",
        "review",
        "known/correct",
        "helpers/invite",
        f"helpers/{asked.pk}/end",
        "ask_copy",
        f"differences/{question}",
    )
    pages = [(person, part) for part in both] + [(worker, part) for part in both]
    pages += [
        (person, "ask_names"),
        (worker, f"helpers/{asked.pk}/check"),
        (worker, "helpers/link"),
        (worker, f"messages/{row.event.seq}/answer"),
        (manager, "looked_at/withhold"),
        *((worker, part) for part in day_of_a_worker(case, cast)),
    ]
    for hands, part in pages:
        with undone():
            attack_or_empty(hands, address(case, *part.split("/")), part)
        with undone():
            if part != "helpers/link":  # two real cases: tests/cases/test_helpers.py
                send_twice(hands, address(case, *part.split("/")), case, cast.auditor)


def day_of_a_worker(case, cast):
    """The addresses of notes and of the people around."""
    note = notes.write_note(case=case, by=cast.worker, words="Wrong", for_whom="staff")
    one = people_around.record_connection(
        case=case, by=cast.worker, around=people_around.Around("Eve Wren", "partner")
    )
    return (
        "notes",
        f"notes/{note.seq}/strike",
        "around/add",
        "around/visit",
        f"around/{one.pk}/change",
        f"around/{one.pk}/end",
    )


def attack_or_empty(hands, path, part):
    """Forms that may be sent empty only have to break nothing."""
    optional = part.startswith("helpers/") and part.endswith("/end")
    if part in ("ask_copy", "ask_names", "around/visit") or optional:
        page = hands.open(path)
        token = {"csrfmiddlewaretoken": page.forms[0].values["csrfmiddlewaretoken"]}
        for words in (
            {},
            {"key": "\0"},
            {"words": "x" * 20_001, "reason": "x" * 20_001, "key": "nonsense"},
        ):
            assert hands.post(path, token | words).status in (200, 409, 422), (path, words)
        return
    attack(hands, path)


def test_numbers_of_nobody_are_not_found(busy, cast):
    case = busy[0]
    worker = Hands(cast.worker)
    for number in STRANGE_IDS:
        for parts in (
            ("helpers", number, "check"),
            ("helpers", number, "end"),
            ("messages", number, "answer"),
            ("notes", number, "strike"),
            ("around", number, "change"),
            ("around", number, "end"),
        ):
            worker.open(address(case, *parts), 404)
        assert worker.post(address(case, "helpers", "link", number, "end"), {}).status == 404
    assert worker.post(reverse("cases:answer_invitation", args=[10**30]), {}).status == 404
    assert case.events.filter(at__gt=timezone.now()).count() == 0
