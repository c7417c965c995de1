"""What the people of the demonstration write into their plans, drawn from the seeded generator of
their walk.
"""

from decimal import Decimal

from budgets import actions as money
from cases import journey

MATTERS = (
    "My garden and my cat",
    "Seeing my grandchildren",
    "Going to the match",
    "Staying in my own home",
)
GOALS = (
    "Out of the house twice a week",
    "To cook again",
    "A whole night's sleep",
    "To be washed before nine",
)
# how often each route is taken, in a hundred; one that is not here, rarely
TAKEN = {"direct_payment": 40, "council_managed": 48, "provider_held": 12}
RARELY = 10


def words(walk, plan, by):
    money.save_plan_part(
        plan=plan,
        by=by,
        at=walk.at,
        what_matters=walk.rng.choice(MATTERS),
        goals=walk.rng.choice(GOALS),
        risks="A fall, or my helper being ill: I ring the agency, then my neighbour.",
        in_control="I choose who comes, and when.",
        enough=walk.rng.choices(("yes", "unsure", "no"), (7, 2, 1))[0],
        enough_why="",
        helped=walk.rng.choices(("yes", "no", "skip"), (7, 2, 1))[0],
        contribution_seen=True,
        over_reason="My support needs two more hours than the questions can show.",
    )


def write(walk, plan, by):
    route = (
        walk.fixed.get("route")
        or walk.rng.choices(
            list(journey.MONEY_ROUTES), [TAKEN.get(code, RARELY) for code in journey.MONEY_ROUTES]
        )[0]
    )
    if walk.figure.weekly is None:
        award = walk.figure.annual or walk.figure.one_off
        what = "A break of my own choosing"
        line(walk, plan, by, "recreation", what, "item", 1, "once", award, "direct_payment")
        return
    _paid_help(walk, plan, by, route)
    if walk.rng.random() < 0.5:
        what = "My daughter visits on Sundays"
        line(walk, plan, by, "relationships", what, "family", 3, "hour", 0, "")
    if walk.rng.random() < 0.15:
        line(walk, plan, by, "home_safely", "A key safe and a rail", "item", 1, "once", 120, route)


def _paid_help(walk, plan, by, route):
    """One or two lines of paid hours that cost about the indicative budget."""
    aim = walk.figure.weekly * Decimal(str(round(walk.rng.uniform(0.82, 1.12), 2)))
    direct = route in journey.direct_routes()
    rate = Decimal("16.29") if direct else Decimal("21.36")
    hours = max((aim / rate * 2).to_integral_value() / 2, Decimal("0.5"))
    who = "pa" if direct else "agency"
    first = hours if hours < 4 or walk.rng.random() < 0.5 else hours - 2
    line(walk, plan, by, "hygiene", "Help in the mornings", who, first, "hour", rate, route)
    if first != hours:
        other = "direct_payment" if walk.rng.random() < 0.4 else route
        line(walk, plan, by, "community", "Company to get out", who, 2, "hour", rate, other)


def line(walk, plan, by, outcome, what, who, quantity, unit, rate, route):
    money.save_line(
        plan=plan,
        by=by,
        at=walk.at,
        outcome=outcome,
        what=what,
        who=who,
        quantity=Decimal(quantity),
        unit=unit,
        rate=Decimal(rate),
        weeks=Decimal("52"),
        route=route,
    )
