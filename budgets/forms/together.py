"""Forms of planning together: which parts a helper may write, and "what if" on the numbers of the
lines. Shape only.
"""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from budgets.forms.fields import AmountField
from budgets.models.plan import UNITS
from budgets.money.amount_words import rate
from budgets.plan import shared_writing, what_if
from budgets.position.money_presenter import EACH
from cases.forms.helper import ticks
from cases.ui.form_toolkit import CaseForm, add_told, given_words


class ShareForm(CaseForm):
    """The parts of the plan that one helper may fill in; none ticked: they only read."""

    parts = ticks(
        shared_writing.TITLES,
        label=_("What may they fill in?"),
        required=False,
        help_text=_(
            "Tick only what you want. You can change it at any time, and it holds at once."
        ),
    )

    def __init__(self, data=None, *, case, chosen, behalf=False):
        super().__init__(
            data,
            case=case,
            initial={"parts": [part for part in shared_writing.PARTS if part in chosen]},
        )
        if behalf:
            add_told(self, case.person.name)

    def note(self) -> str:
        return given_words(self.cleaned_data)


class WhatIfForm(forms.Form):
    """The numbers of every line, to play with. A price from the council's list can't be wished for
    otherwise.
    """

    def __init__(self, data=None, *, lines, **options):
        super().__init__(data, **options)
        self.lines = {line.pk: line for line in lines}
        for line in lines:
            self._version(line)
            unit = {"what": line.what, "unit": UNITS[line.unit]}
            self.fields[f"quantity_{line.pk}"] = AmountField(
                label=_("%(what)s: how much, in %(unit)s?") % unit,
                min_value=Decimal("0.01"),
                most=Decimal(9999),
                sign="",
                initial=_plain(line.quantity),
                error_messages={
                    "required": _("Enter how much, as a number"),
                    "invalid": _("Enter how much as a number, such as 5"),
                },
            )
            if not (what_if.free(line) or what_if.paid_by_list(line)):
                self.fields[f"rate_{line.pk}"] = AmountField(
                    label=_("%(what)s: what does one cost?") % unit,
                    places=4,
                    most=Decimal("999999.9999"),
                    help_text=_("Now %(rate)s %(each)s.")
                    % {"rate": rate(line.rate), "each": EACH[line.unit]},
                    initial=_plain(line.rate),
                    error_messages={
                        "required": _("Enter what one costs, or 0"),
                        "invalid": _("Enter the cost in pounds, such as 16.29"),
                    },
                )

    def _version(self, line):
        field = forms.IntegerField(widget=forms.HiddenInput, initial=line.version)
        self.fields[f"version_{line.pk}"] = field

    def numbers(self) -> dict[int, dict[str, Decimal]]:
        """Line id -> what was entered for it."""
        found: dict[int, dict[str, Decimal]] = {}
        for name, value in self.cleaned_data.items():
            field, pk = name.split("_")
            if field != "version":
                found.setdefault(int(pk), {})[field] = value
        return found


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
