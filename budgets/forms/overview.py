"""Forms of the pages about many cases: the year of the spending, the money there is, the day of new
prices.
"""

from datetime import date
from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from budgets.forms.fields import AmountField
from budgets.models.plan import ROUTE_NAMES, ROUTES
from budgets.spend.committed_spend import year_of
from cases.common import dates
from cases.common.likely_days import SOON
from cases.ui.form_toolkit import MoneyDays, OnceForm, day_field


def years():
    """The financial years that can be asked for: the last two, this one and the next."""
    this = year_of(dates.today()).first.year
    return [(str(year), year_of(date(year, 4, 1)).name) for year in range(this + 1, this - 3, -1)]


class YearForm(forms.Form):
    """Which financial year. Sent by GET, so that an address can be kept."""

    year = forms.ChoiceField(label=_("Financial year"), required=False)

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["year"].choices = years()
        self.fields["year"].error_messages["invalid_choice"] = _(
            "Choose one of the years in the list."
        )


class LoadForm(OnceForm):
    """The sum for a year, of a team, of a way to take the money, or of everything."""

    year = forms.ChoiceField(label=_("Financial year"))
    team = forms.ChoiceField(label=_("Team"), required=False)
    route = forms.ChoiceField(label=_("Way to take the money"), required=False)
    amount = AmountField(label=_("How much?"), most=Decimal("99999999999.99"), width="long")
    source = forms.CharField(
        label=_("Where is the sum from?"),
        max_length=120,
        help_text=_("For example the council's budget book, and its page."),
    )

    def __init__(self, data=None, *, teams, **options):
        super().__init__(
            data,
            initial={"year": str(year_of(dates.today()).first.year)},
            **options,
        )
        self.fields["year"].choices = years()
        self.fields["team"].choices = [("", _("Every team")), *((str(t.pk), t.name) for t in teams)]
        self.fields["route"].choices = [
            ("", _("Every way")),
            *((code, ROUTE_NAMES[code]) for code in ROUTES),
        ]
        self.fields["amount"].max_digits = 13
        self.teams = {str(team.pk): team for team in teams}

    def saved(self) -> dict:
        given = self.cleaned_data
        return {
            "year": date(int(given["year"]), 4, 1),
            "team": self.teams.get(given["team"]),
            "route": given["route"],
            "amount": given["amount"],
            "source": given["source"],
        }


class PricesForm(MoneyDays):
    """From which day the new prices apply. Sent by GET."""

    money_days = {"on": SOON}

    on = day_field(label=_("From which day?"))


class EstimateForm(OnceForm):
    """What an estimate needs. Weekly sums; a second income makes a range of it."""

    group = forms.ChoiceField(label=_("Who is it for?"), widget=forms.RadioSelect)
    income = AmountField(
        label=_("Income a week that counts"),
        help_text=_(
            "Without earnings, and without the part of a benefit that is for getting about."
        ),
    )
    income_to = AmountField(
        label=_("If it is not certain: the most it may be"),
        required=False,
        help_text=_("You then get a range."),
    )
    capital = AmountField(
        label=_("Savings"), help_text=_("Without the home you live in. 0 if there are none.")
    )
    housing = AmountField(label=_("Housing costs a week, after benefits for them"), required=False)
    disability = AmountField(label=_("Costs a week because of a disability"), required=False)
    premium = forms.BooleanField(label=_("Entitled to the disability premium"), required=False)
    enhanced = forms.BooleanField(
        label=_("Entitled to the enhanced disability premium"), required=False
    )
    on = day_field(
        label=_("From which day does it count?"),
        required=False,
        help_text=_("The rates of that day are taken. Leave it out for today."),
    )
    keep = forms.BooleanField(label=_("Keep this as the estimate of this case"), required=False)
    keep_facts = forms.BooleanField(
        label=_("Keep income, savings and costs for the yearly change of rates"), required=False
    )

    def __init__(self, data=None, *, groups, may_keep, **options):
        super().__init__(data, **options)
        self.fields["group"].choices = list(groups.items())
        if not may_keep:
            del self.fields["keep"], self.fields["keep_facts"]

    def clean(self):
        found = super().clean()
        low, high = found.get("income"), found.get("income_to")
        if low is not None and high is not None and high < low:
            self.add_error("income_to", _("The most can't be less than the least."))
        if found.get("keep_facts") and high is not None:
            self.add_error("income_to", _("Only an income that is certain can be kept."))
        return found

    def keeps(self) -> bool:
        """Was anything ticked that is to be kept?"""
        return any(self.cleaned_data.get(name) for name in ("keep", "keep_facts"))

    def facts(self) -> dict:
        """What `charging.estimate` takes, for the lower income."""
        given = self.cleaned_data
        facts = {
            name: given[name] or Decimal(0)
            for name in ("income", "capital", "housing", "disability")
        }
        return facts | {name: given[name] for name in ("group", "premium", "enhanced")}
