"""What the main pages of each role read: statements sent and rows fetched.

The most that a page may read is what it read when its line in `page_costs.json` was written. A
page that reads less passes; lower its line then. Narrower bounds of single pages stand in the tests
of those pages.
"""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.cache import caches

from budgets import actions as money
from budgets.models import Charge, ChargeBatch, Overpayment, Uprating, UpratingRow
from budgets.views import batches, finance
from cases.caseload import lists
from cases.common import dates
from cases.danger import reports
from cases.models import Council, Person, Representation, Team, User
from poet.dashboard import cases_behind
from tests.poet.answering import many, release
from tests.statements import counted

COSTS = Path(__file__).with_name("page_costs.json")
MORNING = datetime(2026, 6, 10, 9, tzinfo=dates.LONDON)  # what is late depends on the weekday
STEPS = (
    "request",
    "waiting",
    "assess",
    "confirm",
    "plan",
    "sign_off",
    "panel",
    "set_up",
    "running",
)

# page: who opens it, its address. A step in braces is the reference of the case at that step.
PAGES = {
    "start": ("anonymous", "/"),
    "sign-in": ("anonymous", "/accounts/login/"),
    "council": ("anonymous", "/brackenshire/"),
    "ask for support": ("anonymous", "/brackenshire/ask/"),
    "how budgets are worked out": ("anonymous", "/brackenshire/money/"),
    "home": ("person", "/home/"),
    "tracker, assessment": ("person", "/cases/{assess}/"),
    "tracker, running": ("person", "/cases/{running}/"),
    "self-assessment": ("person", "/cases/{assess}/assessment/"),
    "budget, person": ("person", "/cases/{plan}/budget/"),
    "plan, person": ("person", "/cases/{plan}/plan/"),
    "letters, person": ("person", "/cases/{running}/letters/"),
    "messages, person": ("person", "/cases/{running}/messages/"),
    "helpers": ("person", "/cases/{running}/helpers/"),
    "who has looked": ("person", "/cases/{running}/looked_at/"),
    "personal details": ("person", "/cases/{running}/known/"),
    "a copy of everything": ("person", "/cases/{running}/copy/"),
    "case, confirming": ("worker", "/cases/{confirm}/"),
    "case, running": ("worker", "/cases/{running}/"),
    "answers": ("worker", "/cases/{confirm}/answers/"),
    "determination": ("worker", "/cases/{confirm}/determine/"),
    "differences": ("worker", "/cases/{confirm}/differences/"),
    "chronology": ("worker", "/cases/{running}/chronology/"),
    "letters, worker": ("worker", "/cases/{running}/letters/"),
    "notes": ("worker", "/cases/{running}/notes/"),
    "people around": ("worker", "/cases/{running}/around/"),
    "messages, worker": ("worker", "/cases/{running}/messages/"),
    "budget, worker": ("worker", "/cases/{sign_off}/budget/"),
    "plan, worker": ("worker", "/cases/{sign_off}/plan/"),
    "routes": ("worker", "/cases/{running}/routes/"),
    "monitoring": ("worker", "/cases/{running}/monitoring/"),
    "a move": ("worker", "/cases/{running}/do/record_contact/"),
    "triage": ("duty", "/cases/{request}/triage/"),
    "sign-off": ("worker", "/cases/{sign_off}/agree_plan/"),
    "panel's decision": ("panel", "/cases/{panel}/panel_agree/"),
    "start of the budget": ("finance", "/cases/{set_up}/start_budget/"),
    "payment schedule": ("finance", "/cases/{running}/schedule/"),
    "my day, worker": ("worker", "/staff/day/"),
    "my day, manager": ("manager", "/staff/day/"),
    "caseload": ("worker", "/staff/?scope=all"),
    "caseload, team": ("manager", "/staff/?scope=team"),
    "waiting list": ("manager", "/staff/waiting/"),
    "danger list": ("manager", "/staff/danger/"),
    "queue, panel": ("panel", "/staff/queue/"),
    "queue, finance": ("finance", "/staff/queue/"),
    "panel agenda": ("panel", "/staff/panel/"),
    "letters to print": ("duty", "/staff/letters/"),
    "undelivered": ("manager", "/staff/undelivered/"),
    "money today": ("finance", "/staff/finance/"),
    "payments overdue": ("finance", "/staff/finance/overdue/"),
    "payees to verify": ("finance", "/staff/finance/verify/"),
    "batches": ("finance", "/staff/payments/"),
    "a batch": ("finance", "/staff/payments/1/"),
    "going live": ("finance", "/staff/going-live/"),
    "first balances": ("finance", "/staff/going-live/balances/"),
    "the end of a year": ("finance", "/staff/finance/year-end/payments/"),
    "yearly changes": ("finance", "/staff/finance/uprating/"),
    "a yearly change": ("finance", "/staff/finance/uprating/1/"),
    "a row of a yearly change": ("finance", "/staff/finance/uprating/1/1/"),
    "finance ledger": ("admin", "/staff/ledger/"),
    "payee": ("finance", "/cases/{running}/payee/"),
    "charges": ("finance", "/staff/charges/"),
    "a list of charges": ("finance", "/staff/charges/1/"),
    "paid too much": ("finance", "/staff/paid-too-much/"),
    "paid too much, a case": ("finance", "/cases/{running}/paid-too-much/"),
    "what the person pays": ("finance", "/cases/{set_up}/contribution/"),
    "routes overview": ("finance", "/staff/ways/"),
    "providers": ("finance", "/staff/providers/"),
    "spending": ("service_manager", "/staff/spending/"),
    "dashboard": ("service_manager", "/dashboard/"),
    "dashboard of a team": ("manager", "/dashboard/"),
    "step": ("service_manager", "/dashboard/step/assess/"),
    "journeys": ("service_manager", "/dashboard/journeys/"),
    "cases behind a figure": ("service_manager", "/dashboard/cases/?step=assess"),
    "first figures": ("service_manager", "/dashboard/figures/"),
    "results": ("service_manager", "/results/"),
    "process and outcome": ("service_manager", "/results/process/"),
    "comparison": ("service_manager", "/results/compare/"),
    "schemes": ("admin", "/staff/schemes/"),
    "service": ("admin", "/staff/service/"),
    "caseload, auditor": ("auditor", "/staff/?scope=all"),
}
# Figures are kept until something changes: these are also measured with nothing kept.
WORKED_OUT_ANEW = ("dashboard", "step", "journeys", "first figures")
# Pages that read more rows where there are more cases: the most rows more with four more cases at
# each step. No other page reads a row more.
ROWS_MORE = {
    "my day, worker": 84,  # four of them the direct payments to confirm, 50 at most
    "my day, manager": 77,  # and here
    "waiting list": 4,
    "triage": 27,  # who may be the same person: twenty are looked at, five are shown
    "queue, panel": 4,
    "queue, finance": 4,
    "panel agenda": 4,
    "batches": 1,  # that there is a next page
    "payments overdue": 1,
    "routes overview": 48,
    "spending": 16,
    "dashboard, worked out anew": 2,  # the longest waits: ten of them
    "journeys, worked out anew": 24,
}
# Statements more, however many more: with nothing due, no fact is read.
STATEMENTS_MORE = {"batches": 7}


class Measured:
    """A council with a case at each step, a report of danger, a batch and results; `as_` signs
    in.
    """

    def __init__(self, cast, as_):
        self.cast, self.as_, self.clients = cast, as_, {}
        self.cases = {step: cast.a_case(at=step, days_ago=60) for step in STEPS}
        reports.report(
            case=self.cases["request"],
            by=None,
            role="person",
            door="own",
            said=reports.SafeContact("01632 960111"),
            at=MORNING,
        )
        until = MORNING.date() + timedelta(days=28)
        money.make_batch(council=cast.council, by=cast.finance, until=until)
        self.charge(cast)
        self.uprate(cast)
        many(cast.council, 30)
        release(cast.council)

    def uprate(self, cast):
        """A run with a row that is in the set and one for a person."""
        counts_from = MORNING.date() + timedelta(days=30)
        run = Uprating.objects.create(
            council=cast.council,
            number=1,
            counts_from=counts_from,
            limit_weekly=5,
            rates={},
            state="ready",
            made_by=cast.finance,
        )
        rows = ({"state": "proposed"}, {"state": "exception", "code": "above_limit"})
        for number, (step, more) in enumerate(zip(("set_up", "running"), rows, strict=True), 1):
            UpratingRow.objects.create(
                uprating=run,
                number=number,
                case=self.cases[step],
                kind="contribution",
                was=10,
                will_be=20,
                do_by=counts_from,
                **more,
            )

    def charge(self, cast):
        """A list with two lines, and a sum paid too much that is somebody else's task."""
        list_ = ChargeBatch.objects.create(
            council=cast.council, number=1, until=MORNING.date(), made_by=cast.finance
        )
        for number, step in enumerate(("set_up", "panel"), 1):
            Charge.objects.create(
                case=self.cases[step],
                batch=list_,
                number=number,
                covers_from=MORNING.date() - timedelta(days=28),
                covers_to=MORNING.date() - timedelta(days=1),
                amount=40,
            )
        Overpayment.objects.create(
            case=self.cases["running"],
            amount=40,
            found_at=MORNING,
            owner=cast.releaser,
            decide_by=MORNING.date(),
        )

    def add_due(self):
        """One more that runs, whose payments are due and in no batch."""
        case = self.cast.a_case(at="running", days_ago=60)
        friend = User.objects.create_user("friend@example.org", name="Friend")
        Representation.objects.filter(person=case.person).update(user=friend)

    def add_cases(self):
        """Four more at each step, of other people."""
        before = list(Person.objects.values_list("pk", flat=True))
        for step in STEPS * 4:
            self.cast.a_case(at=step, days_ago=60)
        neighbour = User.objects.create_user("neighbour@example.org", name="Neighbour")
        Representation.objects.exclude(person__in=before).update(user=neighbour)

    def costs(self):
        """page -> its Cost, after a first opening of all, which fills what is kept for a session or
        a process, and notes who has looked.
        """
        for page in PAGES:
            self.cost(page)
        costs = {page: self.cost(page) for page in PAGES}
        for page in WORKED_OUT_ANEW:
            caches["figures"].clear()
            costs[f"{page}, worked out anew"] = self.cost(page)
        return costs

    def cost(self, page):
        who, address = PAGES[page]
        if who not in self.clients:
            self.clients[who] = self.as_(getattr(self.cast, who, None))
        address = address.format(**{step: case.ref for step, case in self.cases.items()})
        with counted() as cost:
            response = self.clients[who].get(address)
        assert response.status_code == 200, f"{page}: {who} {address} {response.status_code}"
        return cost


@pytest.fixture
def measured(cast, as_):
    with time_machine.travel(MORNING, tick=False):
        yield Measured(cast, as_)


def line(page, cost):
    """The page's line in page_costs.json; `of`: kind of statement -> [statements, rows]."""
    figures = {"statements": len(cost.statements), "rows": cost.rows, "of": cost.by_kind()}
    return f"{json.dumps(page)}: {json.dumps(figures)}"


def dearer(page, cost, before):
    """What the page reads more than its line allows, in words; empty if it does not."""
    statements = len(cost.statements)
    if statements <= before["statements"] and cost.rows <= before["rows"]:
        return ""
    found = [
        f"{page}: {before['statements']} -> {statements} statements, "
        f"{before['rows']} -> {cost.rows} rows"
    ]
    for kind, now in cost.by_kind().items():
        then = before["of"].get(kind, [0, 0])
        if now[0] > then[0] or now[1] > then[1]:
            found.append(f"  {kind}: {then[0]} -> {now[0]} statements, {then[1]} -> {now[1]} rows")
            found += [f"    {n} x, {rows} rows: {shape}" for shape, n, rows in cost.shapes(kind)]
    return "\n".join([*found, f"  if it must: {line(page, cost)}"])


# the same statements on both
@pytest.mark.sqlite_only
def test_no_page_reads_more_than_it_did(measured):
    costs, before = measured.costs(), json.loads(COSTS.read_text())
    nothing = {"statements": 0, "rows": 0, "of": {}}
    found = [dearer(page, cost, before.get(page, nothing)) for page, cost in costs.items()]
    words = "\n".join(filter(None, found))
    assert not words, f"\n{words}"
    assert set(before) == set(costs), "page_costs.json names a page that is not measured"


def test_five_times_as_many_cases_cost_no_more(measured, monkeypatch):
    """Lists that come in pages are full from the start here, and so read as much."""
    monkeypatch.setattr(lists, "PAGE", 5)
    monkeypatch.setattr(cases_behind, "PAGE", 2)
    monkeypatch.setattr(batches, "PAGE", 1)
    monkeypatch.setattr(finance, "PAGE", 1)
    measured.add_due()
    few = measured.costs()
    measured.add_cases()
    found = []
    for page, cost in measured.costs().items():
        allowed = {
            "statements": len(few[page].statements) + STATEMENTS_MORE.get(page, 0),
            "rows": few[page].rows + ROWS_MORE.get(page, 0),
            "of": few[page].by_kind(),
        }
        found.append(dearer(page, cost, allowed))
    words = "\n".join(filter(None, found))
    assert not words, f"\n{words}"


@pytest.mark.parametrize(
    ("statements", "rows", "words"),
    [
        (2, 3, ""),
        (3, 9, ""),
        (1, 3, "page: 1 -> 2 statements, 3 -> 3 rows"),
        (2, 2, "page: 2 -> 2 statements, 2 -> 3 rows"),
    ],
)
def test_a_dearer_page_is_named_with_what_is_new(cast, statements, rows, words):
    """Two councils and one name: the second statement and its row are what is new."""
    with counted() as cost:
        assert len(Council.objects.all()) == 2
        Team.objects.values_list("name").get(pk=cast.team.pk)
    before = {"statements": statements, "rows": rows, "of": {"SELECT cases_council": [1, 2]}}
    found = dearer("page", cost, before)
    assert found.startswith(words) and bool(found) == bool(words)
    if found:
        assert "  SELECT cases_team: 0 -> 1 statements, 0 -> 1 rows\n" in found
        assert "cases_council" not in found.split("  if it must: ")[0]
        assert json.loads("{" + found.split("  if it must: ")[1] + "}")["page"]["rows"] == 3
