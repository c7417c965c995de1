"""`{% load budgets %}{% budget_summary reading %}`: the money of a case on somebody else's page."""

from django import template

from budgets.decision.summary import summary
from cases.access import Reading

register = template.Library()


@register.inclusion_tag("budgets/_summary.html")
def budget_summary(reading: Reading):
    """Indicative, plan, decided, route, contribution, next payment, open offer, with links; nothing
    for roles that may not read money. `reading` comes from `access.get_case`.
    """
    return summary(reading)
