"""Six cases whose money runs, put into the demonstration of a running stack with their facts dated
in the past: what days have to pass for can't be done by hands.

Run inside the stack (`manage.py shell`); prints, by story, the reference of each case and the first
day with money.
"""

import json
from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from budgets import actions as money
from budgets.models import UnitRate
from budgets.position import case_money
from cases.models import Council, Team, User
from tests.budgets.running_money import ago, agree, sign, week, write
from tests.cast import Cast, instead

PERSON = "wyn.garth@people.example"
A_DAY = Decimal(20)  # pounds: £140 a week
NAMES = {
    "twelve": "Wyn Garth",
    "priced": "Wyn Garth the second",
    "charged": "Wyn Garth the third",
    "suspended": "Wyn Garth the fourth",
    "ended": "Wyn Garth the fifth",
    "returned": "Wyn Garth the sixth",
}


def make() -> None:
    cast = standing_cast()
    people = {story: cast.new_person(name) for story, name in NAMES.items()}
    for person in people.values():
        person.email = PERSON
        person.save()
    cases = {
        "twelve": _twelve(cast, people["twelve"]),
        "priced": _priced(cast, people["priced"]),
        "suspended": _suspended(cast, people["suspended"]),
    }
    for story in ("charged", "ended", "returned"):
        cases[story] = _running(cast, people[story])
    first = {
        story: str(case.agreements.get().first_payment_on)
        for story, case in cases.items()
        if case.agreements.exists()
    }
    print(json.dumps({story: [case.ref, first.get(story)] for story, case in cases.items()}))


def standing_cast() -> Cast:
    """The staff of the demonstration, with one person for all six cases."""
    council = Council.objects.get(slug="brackenshire")
    roles = {
        "duty": "duty",
        "worker": "worker",
        "manager": "manager",
        "service_manager": "service-manager",
        "finance": "finance",
        "releaser": "second-finance",
    }
    found = dict.fromkeys(Cast.__dataclass_fields__)
    for role, name in roles.items():
        found[role] = User.objects.get(email=f"{name}@{council.slug}.example")
    found["person"] = User.objects.create_user(PERSON, name=NAMES["twelve"])
    team = Team.objects.get(council=council, name="North team")
    return Cast(**found | {"council": council, "team": team})


def _running(cast, person):
    return cast.a_case(at="running", days_ago=60, weekly=7 * A_DAY, person=person)


def _twelve(cast, person):
    """A plan of £200 a week, ready to be sent: nobody has said for how long."""
    case = cast.a_case(at="plan", days_ago=20, person=person)
    write(cast, case, week(200))
    return case


def _priced(cast, person):
    """£100 a week by the council's price of £20 an hour, of which there is a new one."""
    common = {"council": cast.council, "service": "story", "unit": "hour", "source": "Cabinet"}
    old = UnitRate.objects.create(amount=Decimal(20), valid_from=date(2025, 4, 1), **common)
    case = cast.a_case(at="plan", days_ago=30, person=person)
    write(cast, case, week(20, unit="hour", quantity=Decimal(5), unit_rate=old))
    money.submit_plan(case=case, by=cast.person)
    agree(cast, case, effective_from=ago(20))
    sign(cast, case, ago(20))
    cast.payee(case)
    (line,) = case_money.agreed_plan(case).lines.all()
    money.start_line(case=case, line=line, started_on=ago(20), by=cast.finance)
    money.start_budget(case=case, by=cast.finance)
    UnitRate.objects.filter(pk=old.pk).update(valid_to=ago(7))
    UnitRate.objects.create(amount=Decimal(21), valid_from=ago(7), **common)
    return case


def _suspended(cast, person):
    """Payments were suspended twenty days ago."""
    case = _running(cast, person)
    case.move(
        "suspend_payment",
        by=cast.finance,
        at=timezone.now() - timedelta(days=20),
        reason="The papers have not come",
        **instead("Home care", ago(20)),
    )
    return case
