"""Forms of the yearly uprating: from which day, what to do with one row, and with the run. Shape
only.
"""

from django import forms
from django.utils.translation import gettext_lazy as _

from budgets.forms.fields import AmountField
from cases.common.likely_days import SOON
from cases.ui.form_toolkit import MoneyDays, OnceForm, day_field, radios


class UpratingForm(MoneyDays, OnceForm):
    money_days = {"counts_from": SOON}

    counts_from = day_field(label=_("From which day do the new sums count?"))
    limit_weekly = AmountField(
        label=_("Above which change a week does a person look?"),
        help_text=_("What goes up or down by more than this is not decided with the others."),
    )


class RowForm(OnceForm):
    """What to do with one row, of what can be done with it."""

    why = forms.CharField(
        label=_("Why?"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stays on record with your name. The person can ask to read it."),
    )

    def __init__(self, data=None, *, choices):
        super().__init__(data)
        self.fields["do"] = radios(choices, label=_("What do you want to do?"))
        self.order_fields(["key", "do", "why"])


class RunForm(OnceForm):
    """What to do with the run, of what the reader may do."""

    def __init__(self, data=None, *, choices):
        super().__init__(data)
        self.fields["do"] = radios(choices, label=_("What do you want to do?"))
