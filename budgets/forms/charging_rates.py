"""Forms of the rates of charging: a day, one rate, its correction, a file, and what the file would
enter. Shape only: what a council may enter is said by `budgets.money.charging_rates`.
"""

import json
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from budgets.forms.fields import AmountField
from budgets.forms.studio import FileForm, upload
from budgets.models.charging import CHARGING_RATES
from budgets.money import uploads
from budgets.money.charging_rates import Rate, last_day
from budgets.money.sterling import LARGEST
from budgets.money.uploads import BadUpload, Line, Rows
from cases.common import dates
from cases.ui.form_toolkit import OnceForm, day_field

MOST_LINES = 200  # of a file: all of them are shown before they are entered
PERCENT_SIGN = _("Write the number alone, without a percent sign.")


class RatesDayForm(forms.Form):
    """On which day. Sent by GET."""

    on = day_field(label=_("On which day?"))


class PlainAmountField(AmountField):
    """A number whose unit the rate's name says: a sign that belongs to another unit is refused."""

    def to_python(self, value):
        if isinstance(value, str) and "%" in value:
            raise forms.ValidationError(PERCENT_SIGN, code="percent")
        return super().to_python(value)


class ChargingRateForm(OnceForm):
    """One rate of the council's own. Both days are days on which it holds. `known`: the rate,
    where it is not asked for.
    """

    known = ""
    code = forms.ChoiceField(
        label=_("Which rate?"),
        choices=list(CHARGING_RATES.items()),
        error_messages={"invalid_choice": _("Choose one of the rates in the list.")},
    )
    amount = PlainAmountField(
        label=_("How much?"),
        sign="",
        most=LARGEST,
        help_text=_("In pounds, or in percent for a share. The number alone."),
    )
    valid_from = day_field(label=_("The first day it holds"))
    valid_to = day_field(
        label=_("The last day it holds"),
        required=False,
        help_text=_(
            "Leave it out where a later rate will end it. A minimum income guarantee and a "
            "premium end with their year of charging."
        ),
    )
    source = forms.CharField(
        label=_("Where is it from?"),
        max_length=300,
        help_text=_("For example a circular with its page, or the decision of a committee."),
    )

    def refuse(self, no) -> None:
        """Every sentence at its field, not the first alone."""
        for field, sentence in getattr(no, "problems", {}).get(0, [(no.field, no.sentence)]):
            self.add_error(field if field in self.fields else None, str(sentence))

    def rate(self) -> Rate | None:
        """What was typed; None where a correction leaves no rate."""
        given = self.cleaned_data
        if given["amount"] is None:
            return None
        return Rate(
            self.known or given["code"],
            given["amount"],
            given["valid_from"],
            day_after(given["valid_to"]),
            given["source"],
            own=True,
        )


class CorrectRateForm(ChargingRateForm):
    """Another row in the place of one that is wrong, or nothing."""

    note = forms.CharField(label=_("What was wrong?"), max_length=300)
    field_order = ["amount", "valid_from", "valid_to", "source", "note"]

    def __init__(self, data=None, *, row):
        super().__init__(
            data,
            initial={
                "amount": row.amount,
                "valid_from": row.valid_from,
                "valid_to": last_day(row),
                "source": row.source,
            },
        )
        self.known = row.code
        del self.fields["code"]
        self.fields["amount"].required = False
        self.fields["amount"].help_text = _(
            "In pounds, or in percent for a share. Leave it empty if there should be no such rate."
        )


class RatesFileForm(FileForm):
    file = upload(
        _("Rates as CSV or XLSX"),
        _("Columns: rate, amount, from, to, source. “to” may be missing or empty."),
    )


class ConfirmRatesForm(OnceForm):
    """What was read of the file, carried to the press of the button and read again there."""

    lines = forms.CharField(widget=forms.HiddenInput, max_length=400_000)
    problems: dict[int, list[tuple[str, str]]] = {}

    def refuse(self, no) -> None:
        super().refuse(no)
        self.problems = getattr(no, "problems", {})

    def report(self, rows: Rows) -> list[str]:
        """Why it was refused: line by line where lines are wrong, else in one sentence."""
        return report(self.problems, rows) or [str(error) for error in self.non_field_errors()]

    def read(self) -> tuple[list[Rate], Rows]:
        """BadUpload where it is not what this page wrote."""
        try:
            read = json.loads(self.cleaned_data["lines"])
            lines = [(int(number), [str(cell) for cell in cells]) for number, cells in read]
        except (ValueError, TypeError):
            raise BadUpload([_now("What was read of the file is gone. Choose it again.")]) from None
        return rates_of(lines)


def carried(lines: list[Line]) -> str:
    """Lines of a file as `ConfirmRatesForm` takes them."""
    return json.dumps(lines)


def day_after(day: date | None) -> date | None:
    """The first day on which it no longer holds."""
    return None if day is None else day + timedelta(days=1)


def rates_of(lines: list[Line]) -> tuple[list[Rate], Rows]:
    """(rates, what stands in which line) of a file. BadUpload names every line that can't be
    read.
    """
    if len(lines) > MOST_LINES + 1:
        words = {"n": MOST_LINES}
        raise BadUpload([_now("The file has more than %(n)s lines of rates.") % words])
    rows = uploads.read_table(lines, COLUMNS, optional=["to"])
    rates = [
        Rate(row["rate"], row["amount"], row["from"], day_after(row["to"]), row["source"], own=True)
        for row in rows
    ]
    return rates, rows


def report(problems: dict[int, list[tuple[str, str]]], rows: Rows) -> list[str]:
    """What is wrong, line by line in the file."""
    columns = {"valid_from": "from", "valid_to": "to"}
    return [
        _now("Line %(line)s, column “%(column)s”: %(sentence)s")
        % {
            "line": rows.lines[index],
            "column": columns.get(field, field),
            "sentence": sentence,
        }
        for index in sorted(problems)
        for field, sentence in problems[index]
    ]


def _amount(text: str) -> Any:
    if "%" in text:
        raise ValueError(str(PERCENT_SIGN))
    return uploads.amount(text)


def _code(text: str) -> str:
    """By the short name or the long one."""
    names = {str(name).casefold(): code for code, name in CHARGING_RATES.items()}
    code = names.get(text.casefold(), text.casefold())
    if code not in CHARGING_RATES:
        words = {"rate": text[:40], "known": ", ".join(CHARGING_RATES)}
        raise ValueError(
            _now("“%(rate)s” is not the name of a rate. Known are: %(known)s.") % words
        )
    return code


def _day(text: str) -> date:
    found = uploads.day(text)
    for plausible in dates.plausible():
        try:
            plausible(found)
        except ValidationError as wrong:
            raise ValueError(" ".join(wrong.messages)) from None
    return found


COLUMNS = {
    "rate": _code,
    "amount": _amount,
    "from": _day,
    "to": _day,
    "source": lambda text: uploads.words(text, 300),
}
