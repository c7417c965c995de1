"""An estimate of what the person may have to pay: anybody on the case may work one out, staff may
keep it.
"""

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from budgets import actions
from budgets.actions.charging import MAY_ESTIMATE
from budgets.forms.overview import EstimateForm
from budgets.money import charging
from budgets.money.sterling import pounds
from budgets.position import case_money
from budgets.views.shared import numbered, page, readable_case
from cases import access
from cases.common import dates
from cases.common.refusals import NotYet
from cases.resilience.form_tokens import once


def estimate(request, ref):
    """The sum with the rates of today; nothing of it is kept unless staff say so."""
    reading = readable_case(request, access.get_case(request, ref))
    case = reading.case
    may_keep = bool(reading.roles & MAY_ESTIMATE)
    form = numbered(
        EstimateForm(request.POST or None, groups=charging.GROUPS, may_keep=may_keep),
        reading,
        "estimate",
    )
    result = None
    if request.method == "POST" and form.is_valid():
        try:
            result = _worked_out(case, form)
            if may_keep and form.cleaned_data["keep"]:
                return redirect(_keep(request, case, form, *result))
        except charging.NoEstimate as no:
            form.add_error(None, str(no))
        except NotYet as no:
            form.add_error(None, str(no.sentence))
    return page(
        request,
        reading,
        "budgets/estimate.html",
        {
            "form": form,
            "title": _("Work out an estimate"),
            "year": charging.year_of(dates.today()),
            "result": _shown(*result) if result else [],
            "rows": result[0].rows if result else [],
            "onward": reverse("budgets:contribution", args=[case.ref]),
        },
        422 if form.errors else 200,
    )


def _worked_out(case, form):
    """(estimate of the lower income, of the higher one)."""
    rates = charging.read_rates(charging.year_of(dates.today()))
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


def _keep(request, case, form, low, high) -> str:
    def do():
        least, most = charging.between(low, high)
        actions.keep_estimate(
            case=case,
            by=request.user,
            weekly=least,
            weekly_to=most,
            rate_set=charging.year_of(dates.today()),
            trace=[[str(key), str(value)] for key, value in low.rows],
        )
        return reverse("budgets:contribution", args=[case.ref])

    return once(form.cleaned_data["key"], user=request.user, form="keep_estimate", do=do)
