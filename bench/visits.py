"""One process that visits pages of one database when told to: a line with a name in, a line of JSON
out.

Two of these, a small and a large database, are asked in turn by `pages`. A page is asked for by
Django's test client, with all middleware and somebody signed in. "reading: x" is one reading
function of the dashboard, without its page.
"""

import json
import sys
import time
import uuid
from collections.abc import Callable
from contextlib import contextmanager, nullcontext
from functools import cached_property, partial

from bench import setting
from bench.rounds import machine, timed, versions

if __name__ == "__main__":
    setting.start()

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bench import grid
from cases.assessment import answering, questions
from cases.common import dates
from cases.figures import histogram
from cases.models import Case, Council, Representation, TimeDelta, Visit
from poet.dashboard.overview import Figures

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class Visits:
    def __init__(self) -> None:
        self.council = Council.objects.get()
        boss, one = signed_in("manager@example.org"), signed_in("team-manager@example.org")
        self.boss = boss
        panel = "/dashboard/"
        self.pages: dict[str, Callable] = {
            "bare": partial(get, Client(), "/bench/bare"),
            "baredb": partial(get, Client(), "/bench/baredb"),
            "signed-in baredb": partial(get, boss, "/bench/signed"),
            "dashboard, cold": partial(get, boss, panel),
            "dashboard, warm": partial(get, boss, panel),
            "dashboard of one team, cold": partial(get, one, panel),
            "dashboard, a change not drained": partial(get, boss, panel),
            "caseload": partial(get, boss, "/staff/"),
            "caseload, late only": partial(get, boss, "/staff/?scope=all&late=on"),
            "caseload of one team": partial(get, one, "/staff/"),
            "waiting list": partial(get, boss, "/staff/waiting/"),
            "a question": partial(get, *self.question),
            "grid, stock template": grid.stock,
            "grid, ready strings": grid.ready,
            "transition POST": self.transition,
            "drain of one finished visit": histogram.drain_all,
        }
        parts = [
            name for name, value in vars(Figures).items() if isinstance(value, cached_property)
        ]
        self.pages |= {f"reading: {name}": partial(self.reading, name) for name in parts}

    @cached_property
    def question(self) -> tuple[Client, str]:
        """Somebody who fills in their own assessment, and the first question's address."""
        case = Case.objects.filter(step="assess").order_by("pk").first()
        user, made = get_user_model().objects.get_or_create(
            email=f"person{case.pk}@example.org", defaults={"password": "!"}
        )
        if made:
            day = dates.london_date(case.asked_at)
            Representation.objects.create(
                user=user, person=case.person, kind="self", scope=[], valid_from=day
            )
        client = signed_in(user.email)
        client.post(reverse("cases:assessment", args=[case.ref]))
        first = questions.questions_for_person(answering.draft_of(case).form, {})[0]["id"]
        return client, reverse("cases:question", args=[case.ref, first])

    def transition(self):
        """Answers sent back with a question: lock, a visit closed and one opened, event, messages,
        deltas.
        """
        address, data = self.prepared
        answer = self.boss.post(address, data)
        if answer.status_code != 302:
            raise SystemExit(f"{address}: {answer.status_code} instead of 302")
        return answer

    def prepare(self, name: str) -> None:
        """What is not part of the page: a new version of the figures, a case to move, a change that
        waits.
        """
        if name == "transition POST":
            case = Case.objects.filter(step="confirm").order_by("-pk").first()
            address = reverse("cases:act", args=[case.ref, "return_assessment"])
            self.prepared = (
                address,
                {"seen": case.head_seq, "key": str(uuid.uuid4()), "missing": "Which day?"},
            )
        elif name.endswith("cold"):
            histogram.changed(self.council.pk)
        elif name.endswith("warm"):
            self.pages[name]()
        elif name.endswith(("not drained", "finished visit")):
            visit = Visit.objects.filter(left_at__isnull=False).order_by("-pk").first()
            TimeDelta.of_visit(visit).save()
            histogram.changed(self.council.pk)

    def reading(self, name: str):
        return getattr(
            Figures(self.council, months=12, team=None, now=timezone.now(), asked={}), name
        )

    def measure(self, name: str) -> float:
        """Milliseconds of one visit."""
        with self.undone(name):
            self.prepare(name)
            return timed(self.pages[name])

    def count(self, name: str) -> dict:
        """Queries and bytes of one visit."""
        with self.undone(name):
            self.prepare(name)
            with CaptureQueriesContext(connection) as queries:
                began = time.perf_counter()
                answer = self.pages[name]()
                took = (time.perf_counter() - began) * 1000
        size = (
            0 if name.startswith(("reading", "drain")) else len(getattr(answer, "content", answer))
        )
        return {
            "ms": took,
            "queries": len(queries),
            "bytes": size,
            "sql_ms": sum(float(q["time"]) for q in queries) * 1000,
        }

    @contextmanager
    def undone(self, name: str):
        """A change that waits, or its drain, is taken back; a real transition is drained, so that
        figures are read.
        """
        with (
            transaction.atomic()
            if name.endswith(("not drained", "finished visit"))
            else nullcontext() as atomic
        ):
            yield atomic
            if connection.in_atomic_block:
                transaction.set_rollback(True)
        if name == "transition POST":
            histogram.drain_all()


def signed_in(email: str) -> Client:
    client = Client()
    client.force_login(get_user_model().objects.get(email=email), backend=BACKEND)
    return client


def get(client: Client, address: str):
    answer = client.get(address)
    if answer.status_code != 200:
        raise SystemExit(f"{address}: {answer.status_code} instead of 200")
    return answer


def main() -> None:
    """Answer until nothing more is asked."""
    settings.ROOT_URLCONF = "bench.urls"
    visits = Visits()
    print(
        json.dumps({"pages": list(visits.pages), "machine": f"{machine()}, {versions()}"}),
        flush=True,
    )
    for line in sys.stdin:
        what, name = json.loads(line)
        found = visits.count(name) if what == "count" else {"ms": visits.measure(name)}
        print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
