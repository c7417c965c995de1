"""A box for an amount: what people type is read by `cases.ui.typed_numbers`, and what no budget has
is refused by name.
"""

from decimal import Decimal

from django import forms

from cases.ui.typed_numbers import plain_number

WIDTHS = {
    "short": "govuk-input--width-3",
    "usual": "govuk-input--width-5",
    "long": "govuk-input--width-10",
}


class AmountField(forms.DecimalField):
    """A number of 0 or more. NaN, Infinity, exponents, too many figures after the point and sums
    beyond `most` are refused. `sign`: "£", "%" or nothing, shown beside the box.
    """

    def __init__(self, *, places=2, most=Decimal("9999999.99"), sign="£", width="usual", **options):
        attrs = {"inputmode": "decimal", "class": WIDTHS[width]}
        attrs |= {"prefix": sign} if sign == "£" else {"suffix": sign} if sign else {}
        options.setdefault("min_value", Decimal(0))
        super().__init__(
            max_digits=14,
            decimal_places=places,
            max_value=most,
            widget=forms.TextInput(attrs=attrs),
            **options,
        )

    def to_python(self, value):
        if not isinstance(value, str):
            return super().to_python(value)
        plain = plain_number(value)
        if plain is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(plain)
