"""What a line of a plan costs, worked out on the line itself. Saves nothing."""

from decimal import Decimal

from budgets.models import PlanLine
from budgets.money import costing
from cases.common.refusals import NotYet


def price_line(line: PlanLine, rule: str) -> None:
    """Work out what a line costs (unsaved). What is given for nothing has hours and no price; only
    the council's money has a way to take it. NotYet, with the field, for a number or a date that
    can't be.
    """
    if line.who == "family" or line.met_through_id:
        line.rate, line.oncost_pct = Decimal(0), Decimal(0)
    if line.who == "family" or line.met_through_id or line.funder != "council":
        line.route = ""
    try:
        line.weeks = costing.read_weeks(line.weeks)
    except ValueError as refusal:
        raise NotYet(str(refusal), field="weeks") from None
    try:
        days = costing.days_of(line.begins_on, line.ends_on)
    except ValueError as refusal:
        raise NotYet(str(refusal), field="ends_on") from None
    for name in costing.PLACES:
        try:
            setattr(line, name, costing.check(name, Decimal(getattr(line, name))))
        except ValueError as refusal:
            raise NotYet(str(refusal), field=name) from None
    try:
        line.annual, line.weekly = costing.price(
            line.quantity,
            line.rate,
            line.unit,
            weeks=line.weeks,
            oncost_pct=line.oncost_pct,
            rule=rule,
            days=days,
        )
    except ValueError as refusal:
        raise NotYet(str(refusal), field="quantity") from None
