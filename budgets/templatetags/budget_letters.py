"""What a letter says of money: the figure or proposal that its event was about, as it was then.

Here: rows of (words, amount) for templates/letters. Not here: the money on a case's page (budgets.py).
"""

from django import template
from django.utils.translation import gettext as _

from ..models import BudgetFigure, Offer, PlanLine
from ..models.figure import FIGURES
from ..money import pounds
from ..words import outcome_title

register = template.Library()


@register.simple_tag
def figures_told(event):
    """The figure an event names, else the decided one that stood at its moment. Empty where there is none."""
    rows = BudgetFigure.objects.filter(case_id=event.case_id)
    named = event.codes.get("figure")
    figure = rows.filter(pk=named).first() if named else None
    if figure is None and not named:
        figure = rows.filter(kind__in=["decided", "revised"], recorded_at__lte=event.at).order_by("-pk").first()
    if figure is None:
        return []
    kind = str(FIGURES[figure.kind])
    found = []
    if figure.annual:
        if figure.weekly is not None:
            found.append((_("%(kind)s, a week") % {"kind": kind}, pounds(figure.weekly)))
        found.append((_("%(kind)s, a year") % {"kind": kind}, pounds(figure.annual)))
    if figure.one_off:
        found.append((_("%(kind)s, once") % {"kind": kind}, pounds(figure.one_off)))
    if figure.reason_text:
        found.append((_("Why it differs from the figure before"), figure.reason_text))
    found += [
        (_("How this need is still met: %(need)s") % {"need": outcome_title("", entry["outcome"])}, entry["how"])
        for entry in figure.still_met or []
    ]
    return found


@register.simple_tag
def offer_told(event):
    """The proposal an event made, line by line: what differs, why, and how the need is still met."""
    offer = Offer.objects.filter(case_id=event.case_id, pk=event.codes.get("offer")).first()
    if offer is None:
        return []
    names = dict(PlanLine.objects.filter(plan_id=offer.plan_id).values_list("pk", "what"))
    found = []
    for line in offer.lines:
        words = [line.get("differs", ""), line.get("why", ""), line.get("still_met", "")]
        found.append((names.get(int(line["line"]), _("A line of your plan")), "\n".join(filter(None, words))))
    found.append((_("The whole plan then costs, a week"), pounds(offer.weekly)))
    if offer.one_off:
        found.append((_("and once"), pounds(offer.one_off)))
    return found
