"""An estimate of what the person may have to pay: anybody on the case may work one out, staff may
keep it.
"""

from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _

from budgets import actions
from budgets.actions.charging import MAY_ESTIMATE
from budgets.actions.charging_rates import may_enter
from budgets.forms.overview import EstimateForm
from budgets.money import charging
from budgets.money.charging_rates import rates_on
from budgets.money.sterling import pounds
from budgets.position import case_money
from budgets.views import charging_rates
from budgets.views.shared import numbered, page, readable_case
from cases import access
from cases.common import dates
from cases.council import contact_details
from cases.views.form_act import form_act


def estimate(request, ref):
    """The sum with the rates of a day; nothing of it is kept unless staff say so."""
    reading = readable_case(request, access.get_case(request, ref))
    case = reading.case
    may_keep = bool(reading.roles & MAY_ESTIMATE)
    form = numbered(
        EstimateForm(request.POST or None, groups=charging.GROUPS, may_keep=may_keep),
        reading,
        "estimate",
    )
    result, on, missing = None, dates.today(), ""
    if request.method == "POST" and form.is_valid():
        on = form.cleaned_data["on"] or on
        try:
            result = _worked_out(case, form, on)
        except charging.NoEstimate as no:
            form.add_error(None, str(no))
            missing = no.missing
    show = partial(_estimate_page, request, reading, on, result, missing)
    if not result or not may_keep or not form.keeps():
        return show(form)
    return form_act(
        request,
        form,
        "keep_estimate",
        act=partial(_keep, request.user, case, on, *result),
        done=lambda: reverse("budgets:contribution", args=[case.ref]),
        show=show,
    )


def _estimate_page(request, reading, on, result, missing, form):
    case = reading.case
    return page(
        request,
        reading,
        "budgets/estimate.html",
        {
            "form": form,
            "title": _("Work out an estimate"),
            "year": charging.year_of(on),
            "result": _shown(*result) if result else [],
            "rows": result[0].rows if result else [],
            "onward": reverse("budgets:contribution", args=[case.ref]),
            "rates": _rates_page(reading, on),
            "enter": _enter(request.user, case.council, missing, on),
            "ask": _ask(reading, missing),
        },
        422 if form.errors else 200,
    )


def _enter(user, council, missing, on) -> str:
    """Where a rate that is missing is entered, for whoever may; "" for everybody else."""
    if not missing or not may_enter(council, user):
        return ""
    return charging_rates.day_address(on)


def _rates_page(reading, on) -> str:
    """Where staff see each rate of the day with its source; "" for whoever may not."""
    return charging_rates.day_address(on) if reading.roles & charging_rates.READS else ""


def _ask(reading, missing) -> str:
    """Whom to ask for a rate that is missing."""
    if not missing:
        return ""
    if not reading.resident:
        return _("The finance team or an administrator of the council can enter it.")
    facts = contact_details.contact_for(reading.case.council).facts
    return _("If you would like to know sooner, %(phone_us)s.") % facts


def _worked_out(case, form, on):
    """(estimate of the lower income, of the higher one)."""
    rates = rates_on(case.council_id, on)
    figure = case_money.decided(case) or case_money.indicative(case)
    cost = figure.weekly if figure and figure.weekly else None
    facts, most = form.facts(), form.cleaned_data["income_to"]
    low = charging.estimate(rates, cost=cost, **facts)
    return low, charging.estimate(
        rates, cost=cost, **(facts | {"income": most})
    ) if most is not None else low


def _shown(low, high) -> str:
    least, most = charging.between(low, high)
    if most is None:
        return _("About %(week)s a week") % {"week": pounds(least)}
    return _("Between %(week)s and %(most)s a week") % {"week": pounds(least), "most": pounds(most)}


def _keep(user, case, on, low, high, form) -> None:
    """What was ticked: the facts, the estimate, or both."""
    if form.cleaned_data["keep_facts"]:
        actions.keep_circumstances(case=case, by=user, valid_from=on, **form.facts())
    if form.cleaned_data["keep"]:
        least, most = charging.between(low, high)
        actions.keep_estimate(
            case=case,
            by=user,
            weekly=least,
            weekly_to=most,
            rate_set=charging.year_of(on),
            valid_from=on,
            trace=[[str(key), str(value)] for key, value in low.rows],
        )
