"""Forms of finance and of whoever records that support began."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.staff import CaseForm, MoneyField, day_field, radios

from ..models import Contribution, DirectPaymentAgreement

CYCLES = {"4": _("Every four weeks"), "2": _("Every two weeks")}


class ContributionForm(CaseForm):
    state = radios(Contribution.STATES, label=_("What is known?"))
    weekly = MoneyField(
        label=_("How much a week?"), required=False, help_text=_("Leave it empty if it is not known.")
    )
    valid_from = day_field(label=_("From which day?"))
    source = forms.CharField(
        label=_("Where is it from?"), max_length=120, required=False,
        help_text=_("For example the finance system, or the date of a letter."),
    )  # fmt: skip


class AgreementForm(CaseForm):
    """The signed agreement. A card is one account among others; none is chosen beforehand."""

    signed_by = forms.CharField(label=_("Who signed it?"), max_length=120)
    signed_on = day_field(label=_("On what day?"))
    account_type = radios(DirectPaymentAgreement.ACCOUNTS, label=_("Into which account does the person want it?"))
    basis = radios(DirectPaymentAgreement.BASES, label=_("Net or gross?"))
    cycle_weeks = radios(CYCLES, label=_("How often is it paid?"))
    first_payment_on = day_field(label=_("First payment on"))


class StartLineForm(CaseForm):
    """Which part began on which day."""

    def __init__(self, data=None, *, case, lines):
        super().__init__(data, case=case)
        self.fields["line"] = radios({str(x.pk): x.what for x in lines}, label=_("What has started?"))
        self.fields["started_on"] = day_field(label=_("On what day was the money or the support really there?"))


class StartBudgetForm(CaseForm):
    """Nothing to fill in: the dates of the lines say when."""
