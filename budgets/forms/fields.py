"""Amounts and numbers as people type them: £1,200.50, 1 200, 2.5. What could mean two things is refused, not guessed."""

import re
from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

GROUPED = re.compile(r"[0-9]{1,3}(?:[, \u00a0][0-9]{3})+(?:\.[0-9]*)?")
PLAIN = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
WIDTHS = {"short": "govuk-input--width-3", "usual": "govuk-input--width-5", "long": "govuk-input--width-10"}


class AmountField(forms.DecimalField):
    """A number of 0 or more: pound sign and thousands' commas are taken off, "1,50" is not made 150.

    NaN, Infinity, exponents, too many figures after the point and sums that no budget has are refused by name.
    """

    def __init__(self, *, places=2, most=Decimal("9999999.99"), sign="£", width="usual", **options):
        attrs = {"inputmode": "decimal", "class": WIDTHS[width]} | ({"prefix": sign} if sign == "£" else {})
        attrs |= {"suffix": sign} if sign == "%" else {}
        options.setdefault("min_value", Decimal(0))
        super().__init__(
            max_digits=14, decimal_places=places, max_value=most, widget=forms.TextInput(attrs=attrs), **options
        )
        self.error_messages.setdefault("invalid", _("Enter a number, such as 16.29"))

    def to_python(self, value):
        if isinstance(value, str):
            value = value.strip().removeprefix("£").removesuffix("%").strip()
            if GROUPED.fullmatch(value):
                value = re.sub(r"[, \u00a0]", "", value)
            if value and not PLAIN.fullmatch(value):
                raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)
