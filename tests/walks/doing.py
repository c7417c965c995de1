"""What people do again and again in these stories, each by the real pages: answer, triage, decide,
plan, pay.
"""

from datetime import date, timedelta
from io import StringIO

from django.core.management import call_command
from django.utils import timezone

from budgets.payments import standing_payments
from tests.walks.pages import Hands


def today() -> date:
    return timezone.localdate()


def soon(days=7) -> date:
    return today() + timedelta(days=days)


def address(case, *parts) -> str:
    return "/".join(["/cases", case.ref, *map(str, parts)]) + "/"


def act(case, move, behalf=False) -> str:
    return address(case, "do", move) + ("?for=person" if behalf else "")


def steps(case) -> list[str]:
    """The steps a case has been in, in their order."""
    return list(case.visits.order_by("seq").values_list("step", flat=True))


def verbs(case) -> list[str]:
    return list(case.events.order_by("seq").values_list("verb", flat=True))


def whole() -> None:
    """The records hold: the journey is what the events say, no event was touched, and the books of
    the payments agree with each other.
    """
    call_command("check_journey", stdout=StringIO())
    call_command("check_money", stdout=StringIO())
    call_command("verify_events", stdout=StringIO())


def triage(hands: Hands, case, cast, **changes):
    facts = {
        "urgency": "soon",
        "safeguarding": "no",
        "capacity": "yes",
        "advocate": "no",
        "mode": "own",
        "to": "assess",
        "worker": cast.worker.pk,
        "team": cast.team.pk,
        "next_contact": soon(),
    } | changes
    page = hands.send(address(case, "triage"), **facts)
    case.refresh_from_db()
    return page


def answer_all(page, hands: Hands, case, level="1", words="In my own words", unpaid="none", most=2):
    """From the first question to "check your answers": help is needed with the first `most` things,
    with no other.
    """
    chosen = 0
    for _round in range(120):
        if page.at.endswith("/submit_assessment/"):
            return page
        form = page.form("value")
        given = words
        if form.kinds["value"] == "radio":
            given = unpaid
            if unpaid not in form.choices["value"]:
                given, chosen = level if chosen < most else "0", chosen + 1
        page = hands.send(page.at, page=page, value=given)
    raise AssertionError("The questions have no end")


def assess(hands: Hands, case, **how):
    """Begin the self-assessment, answer it all, and send it."""
    first = hands.send(address(case, "assessment"))
    check = answer_all(first, hands, case, **how)
    page = hands.send(check.at, page=check)
    case.refresh_from_db()
    return page


def determine(hands: Hands, case, outcomes=("nutrition", "hygiene"), **changes):
    facts = {
        "arises": "yes",
        "impact": "yes",
        "eligible": "yes",
        "reasons": "Needs help most days",
        "areas": ["dignity"],
    }
    facts |= {f"tests_{code}": ["assistance"] for code in outcomes}
    page = hands.send(address(case, "determine"), **facts | changes)
    case.refresh_from_db()
    return page


def add_line(
    hands: Hands,
    case,
    what,
    *,
    who="agency",
    outcome="hygiene",
    quantity="5",
    unit="hour",
    rate="20",
    weeks="52",
):
    """One line by its two pages; returns its id."""
    cost = hands.send(address(case, "plan", "line"), what=what, who=who, outcome=outcome)
    facts = {"quantity": quantity, "unit": unit} | (
        {} if who == "family" else {"rate": rate, "weeks": weeks}
    )
    hands.save(cost.at, page=cost, **facts)
    return int(cost.at.split("/line/")[1].split("/")[0])


def plan(hands: Hands, case, lines, over=""):
    """Write a plan page by page. `lines`: (what, route, facts of `add_line`)."""
    part = lambda name: address(case, "plan", "part", name)  # noqa: E731
    hands.save(part("what_matters"), what_matters="My garden")
    hands.save(part("goals"), goals="Out twice a week")
    routes = {}
    for what, route, facts in lines:
        pk = add_line(hands, case, what, **facts)
        if route:
            routes[f"route_{pk}"] = route
    if routes:
        hands.save(part("routes"), **routes)
    hands.save(part("enough"), enough="yes", **({"over_reason": over} if over else {}))
    hands.save(part("contribution"), contribution_seen="on")
    hands.save(part("helped"), helped="yes")
    return routes


def send_plan(hands: Hands, case, behalf=False, **facts):
    page = hands.send(address(case, "submit_plan") + ("?for=person" if behalf else ""), **facts)
    case.refresh_from_db()
    return page


def agree(hands: Hands, case, verb="agree_plan", **facts):
    facts = {"reason_code": "rate_above", "reason_text": "The support costs this much here"} | facts
    page = hands.send(address(case, verb), **facts)
    case.refresh_from_db()
    return page


def allow_payment(case):
    """The worker says that a direct payment may be made, once."""
    if not case.payments_allowed.exists():
        page = address(case, "record", "confirm_payment_allowed")
        Hands(case.worker).send(page, looked_on=today(), confirmed="on")


def sign_agreement(hands: Hands, case, **changes):
    allow_payment(case)
    return sign(hands, case, **changes)


def sign(hands: Hands, case, **changes):
    """The agreement alone."""
    facts = {
        "signed_by": "Ada Wren",
        "signed_as": "person",
        "signed_on": today(),
        "account_type": "own_account",
        "basis": "net",
        "cycle_weeks": "4",
        "first_payment_on": today(),
    } | changes
    return hands.send(address(case, "agreement"), **facts)


def pay_to(finance: Hands, releaser: Hands, case, creditor="S1001"):
    """Who is paid: one finance officer names them, another compares them with the ledger."""
    page = address(case, "payee")
    finance.send(page, kind="person", name=case.person.name, creditor=creditor)
    return releaser.send(page)


def coming(case):
    """The payments to come, as things stand."""
    return standing_payments.next_payments(case).payments


def start(hands: Hands, case, line, on=None):
    page = hands.send(address(case, "start_line"), line=line.pk, started_on=on or today())
    case.refresh_from_db()
    return page


def run(hands: Hands, case):
    page = hands.send(address(case, "start_budget"))
    case.refresh_from_db()
    return page
