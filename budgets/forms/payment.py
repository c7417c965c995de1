"""Forms of finance and of whoever records that support began."""

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from budgets.ledger import creditor_numbers
from budgets.models import Contribution, DirectPaymentAgreement, Payee
from budgets.money.sterling import pounds
from budgets.payments import ledger_formats
from budgets.payments.routes import route_after
from budgets.position.money_presenter import contribution_words
from cases.common.likely_days import SOON
from cases.ui.date_words import day
from cases.ui.form_toolkit import PERSON_READS, CaseForm, MoneyField, day_field, long_text, radios

CYCLES = {"4": _("Every four weeks"), "2": _("Every two weeks")}
# What an agreement usually says, to be changed for this one. The project's own words, and no
# statement of law.
TERMS = (
    _("The money is for the needs in the plan. How they are met may change without asking."),
    _("We ask no more about the account than is shown on this case, and say why."),
    _("Tell us if something goes wrong. We look for help first."),
    _(
        "Either side may end this with notice. Nothing is taken back without a letter and "
        "time to answer."
    ),
)
SURPLUS_WEEKS = 8  # a shipped setting; the agreement says its own


def points(text: str) -> list[str]:
    """One point a line."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def terms_field(**options):
    return long_text(label=_("What is agreed, one point a line"), **options)


def weeks_field(**options):
    return forms.IntegerField(
        min_value=1,
        max_value=52,
        label=_("For how many weeks may money stay before we talk about it?"),
        **options,
    )


class ContributionForm(CaseForm):
    money_days = {"valid_from": SOON}
    state = radios(Contribution.STATES, label=_("What is known?"))
    weekly = MoneyField(
        label=_("How much a week?"),
        required=False,
        help_text=_("Leave it empty if it is not known."),
    )
    valid_from = day_field(label=_("From which day?"))
    source = forms.CharField(
        label=_("Where is it from?"),
        max_length=120,
        required=False,
        help_text=_("For example the finance system, or the date of a letter."),
    )


class EarlierChargeForm(CaseForm):
    """Which decided sum, and from which day before it was told. An unlikely day is asked again with
    what it costs the person.
    """

    money_days = {"charged_from": SOON}

    def __init__(self, data=None, *, case, rows, cost):
        """`rows`: sums that were told after they begin; `cost(row, day)`: pounds for days gone."""
        super().__init__(data, case=case)
        self.by_key, self.cost = {str(row.pk): row for row in rows}, cost
        words = _("%(sum)s Told on %(day)s.")
        offered = {
            key: words % {"sum": contribution_words(row), "day": day(row.told_on)}
            for key, row in self.by_key.items()
        }
        self.fields["contribution"] = radios(offered, label=_("Which sum?"))
        self.fields["charged_from"] = day_field(
            label=_("From which day is it charged?"),
            help_text=_("Not before the sum begins, and before the day the person was told."),
        )
        self.fields["why"] = long_text(
            label=_("Why is it charged for days before they were told?"), help_text=PERSON_READS
        )

    def clean_contribution(self):
        return self.by_key[self.cleaned_data["contribution"]]

    def facts(self) -> dict:
        return super().facts() | {"meant": self.meant()}

    def _ask_again(self, name, value, asked):
        row = self.cleaned_data.get("contribution")
        if row:
            words = _("The person pays %(sum)s for days gone by.")
            asked = f"{asked} {words % {'sum': pounds(self.cost(row, value))}}"
        super()._ask_again(name, value, asked)


class AgreementForm(CaseForm):
    """The signed agreement. A card is one account among others; none is chosen beforehand.

    `last`: the version before, whose figures and points are shown again; `again`: a further version
    of the same plan, which needs its reason.
    """

    money_days = {"signed_on": SOON, "first_payment_on": SOON}
    signed_by = forms.CharField(label=_("Who signed it?"), max_length=120)
    signed_as = radios(DirectPaymentAgreement.SIGNED_AS, label=_("Who are they?"))
    others_signed = forms.CharField(
        label=_("Who else signed, and for whom?"),
        max_length=300,
        required=False,
        help_text=_("For example somebody for the council. Leave it empty if nobody did."),
    )
    signed_on = day_field(label=_("On what day?"))
    account_type = radios(
        DirectPaymentAgreement.ACCOUNTS,
        label=_("Into which account does the person want it?"),
        help_text=_("The choice is the person's. A card is never the only one."),
    )
    basis = radios(DirectPaymentAgreement.BASES, label=_("Net, gross or person first?"))
    cycle_weeks = radios(CYCLES, label=_("How often is it paid?"))
    first_payment_on = day_field(
        label=_("First payment on"),
        help_text=_("Pay days are counted from it. What is paid follows the decided budget."),
    )
    start_up = MoneyField(
        label=_("How much of the money paid once is for starting?"),
        help_text=_("It is part of the budget and adds nothing to it."),
    )
    contingency = MoneyField(
        label=_("How much may stay in the account for the unforeseen?"),
        help_text=_("It never counts as left over."),
    )
    surplus_weeks = weeks_field()
    terms = terms_field()

    def __init__(self, data=None, *, case, last=None, again=False):
        kept = {
            "start_up": "0",
            "contingency": "0",
            "surplus_weeks": SURPLUS_WEEKS,
            "terms": "\n".join(str(point) for point in TERMS),
        }
        if last:
            kept |= {
                "contingency": last.contingency,
                "surplus_weeks": last.surplus_weeks,
                "terms": "\n".join(last.terms),
                "signed_by": last.signed_by,
            }
        super().__init__(data, case=case, initial=kept)
        if again:
            self.fields["why"] = long_text(label=_("What changes with this version, and why?"))

    def clean_terms(self):
        return points(self.cleaned_data["terms"])

    def clean_cycle_weeks(self):
        return int(self.cleaned_data["cycle_weeks"])


class PayeeForm(CaseForm):
    """Who is paid, by the number the ledger knows them by."""

    kind = radios(Payee.KINDS, label=_("Who is paid?"))
    name = forms.CharField(label=_("Their name"), max_length=120)
    creditor = forms.CharField(
        label=_("Their creditor number in the ledger"),
        max_length=60,
        help_text=_("Bank details stay in the ledger."),
    )

    def __init__(self, data=None, *, case, mask=""):
        super().__init__(data, case=case)
        if mask:
            self.fields["creditor"].help_text = format_lazy(
                _(
                    "The ledger’s numbers look like {mask}: 9 is a figure, A a letter, X either. "
                    "Bank details stay in the ledger."
                ),
                mask=mask,
            )

    def clean(self):
        """A number that is unlike the council's others is asked again, to be ticked."""
        found = super().clean()
        number = self.cleaned_data.get("creditor", "")
        asked = ledger_formats.doubt(self.case.council, number) if number else ""
        if asked:
            this = creditor_numbers.normal(number)
            yes = _("Yes, I mean %(number)s") % {"number": this}
            label = str(_("Is this the number that you mean?"))
            self._to_tick("creditor", this, str(yes), label, asked)
        return found


class VerifyPayeeForm(CaseForm):
    """Nothing to fill in: a second officer has compared the payee shown with the ledger."""

    payee = forms.IntegerField(required=False, widget=forms.HiddenInput)


class StartLineForm(CaseForm):
    """Which part began on which day."""

    money_days = {"started_on": SOON}

    def __init__(self, data=None, *, case, lines):
        super().__init__(data, case=case)
        self.fields["line"] = radios(
            {str(x.pk): x.what for x in lines}, label=_("What has started?")
        )
        self.fields["started_on"] = day_field(
            label=_("On what day was the money or the support really there?")
        )


class StartBudgetForm(CaseForm):
    """Nothing to fill in where all has started; else what keeps the rest."""

    def __init__(self, data=None, *, case, waits=False):
        super().__init__(data, case=case)
        if waits:
            self.fields["waits"] = long_text(
                label=_("What keeps the rest?"), required=False, help_text=PERSON_READS
            )


class AskSwitchForm(CaseForm):
    """For each paid part the way of taking the money, as it is now until another is chosen."""

    def __init__(self, data=None, *, case, lines, routes):
        super().__init__(data, case=case)
        self.lines = lines
        for line in lines:
            field = radios(routes, label=line.what, initial=line.route)
            self.fields[f"route_{line.pk}"] = field
        self.fields["wish"] = long_text(
            label=_("Is there anything to say about it? (optional)"), required=False
        )

    def wanted(self) -> dict[int, str]:
        return {line.pk: self.cleaned_data[f"route_{line.pk}"] for line in self.lines}


class SwitchRouteForm(CaseForm):
    money_days = {"started_on": SOON}
    started_on = day_field(
        label=_("On what day was the money or the support really there in the new way?")
    )


def switched(lines, switch, names) -> list[tuple[str, str]]:
    """What a switch changes, as summary rows: (what, from which way to which)."""
    return [
        (
            line.what,
            _("from %(old)s to %(new)s")
            % {"old": names[line.route], "new": names[route_after(line, switch)]},
        )
        for line in lines
        if route_after(line, switch) != line.route
    ]
