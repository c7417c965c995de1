"""Forms about what was paid too much: the letter, the answer, the decision, what was paid back; and
the decision about what was charged too little. Shape only.
"""

from django import forms
from django.utils.translation import gettext_lazy as _

from budgets.models import Overpayment, Undercharge
from cases.common.likely_days import SOON
from cases.ui.form_toolkit import PERSON_READS, CaseForm, MoneyField, day_field, long_text, radios


class OverpaymentLetterForm(CaseForm):
    words = long_text(
        label=_("What the person will read: for which days, and how it came about"),
        help_text=_("The sum and the last day to answer are added."),
    )
    reply_by = day_field(label=_("By when may they say something?"))


class OverpaymentReplyForm(CaseForm):
    reply = long_text(
        label=_("What do you want to say?"),
        help_text=_("For example that a sum is wrong, or that the money is spent."),
    )


class OverpaymentDecisionForm(CaseForm):
    """What was agreed is asked here too, and needed only where something is taken off."""

    money_days = {"agreed_on": SOON, "first_on": SOON}
    decision = radios(Overpayment.DECISIONS, label=_("What happens with it?"))
    reason = long_text(label=_("Why?"), help_text=PERSON_READS)
    agreed_on = day_field(
        label=_("If it is taken off: on what day was that agreed in writing?"), required=False
    )
    pay_back = MoneyField(
        label=_("If it is taken off: how much in all?"),
        required=False,
        help_text=_("What is not paid back is written off."),
    )
    each = MoneyField(label=_("If it is taken off: how much from each payment?"), required=False)
    first_on = day_field(label=_("If it is taken off: from which pay day on?"), required=False)
    needs_met = long_text(
        label=_("If it is taken off: how are the needs still met with what is left?"),
        required=False,
        help_text=PERSON_READS,
    )


class PaidBackForm(CaseForm):
    money_days = {"on": SOON}
    amount = MoneyField(label=_("How much was paid back?"))
    on = day_field(label=_("On what day?"))
    why = forms.CharField(label=_("How was it paid?"), max_length=200)


class UnderchargeDecisionForm(CaseForm):
    decision = radios(Undercharge.DECISIONS, label=_("What happens with it?"))
    reason = long_text(label=_("Why?"), help_text=PERSON_READS)
