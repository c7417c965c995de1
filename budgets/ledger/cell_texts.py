"""Days and sums as a ledger writes them: text out of values, values out of text.

Not here: how wide a cell is, and which column it stands in.
"""

import re
from datetime import date
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from django.utils.translation import gettext as _

from budgets.entitlement.facts import in_pounds, whole_pence
from budgets.entitlement.facts_file import FIRST_YEAR, LAST_YEAR

DAY_FORMATS = (
    "YYYY-MM-DD",
    "DD/MM/YYYY",
    "DD-MM-YYYY",
    "DD.MM.YYYY",
    "YYYYMMDD",
    "DDMMYYYY",
    "DD/MM/YY",
    "DDMMYY",
    "YYMMDD",
)
POUNDS, PENCE = UNITS = ("pounds", "pence")
LEADING, TRAILING, NO_SIGN = SIGNS = ("leading", "trailing", "none")
_PARTS = re.compile("YYYY|YY|MM|DD")
_POUNDS = re.compile(r"£? ?([0-9]{1,3}(?:,[0-9]{3}){1,4}|[0-9]{1,15})(\.[0-9]{1,2})?")
_PENCE = re.compile(r"[0-9]{1,17}")


class AmountFormat(NamedTuple):
    """``unit``: pounds with a point, or pence without. ``sign``: where the minus stands; with
    "none" there are no sums below 0.
    """

    unit: str = POUNDS
    sign: str = LEADING


def day_text(day: date, form: str) -> str:
    """A day in one of DAY_FORMATS."""
    year = f"{day.year:04}"
    figures = {"YYYY": year, "YY": year[2:], "MM": f"{day.month:02}", "DD": f"{day.day:02}"}
    return _PARTS.sub(lambda part: figures[part[0]], form)


@cache
def _day_pattern(form: str) -> re.Pattern[str]:
    """Figures of a day or month may be one where something stands between them."""
    short = "{2}" if form.isalpha() else "{1,2}"
    figures = {"YYYY": "{4}", "YY": "{2}", "MM": short, "DD": short}
    return re.compile(
        _PARTS.sub(lambda part: f"(?P<{part[0]}>[0-9]{figures[part[0]]})", re.escape(form))
    )


def read_day(text: str, form: str) -> date:
    """A day out of text. ValueError: a sentence."""
    found = _day_pattern(form).fullmatch(text)
    parts = found.groupdict() if found else {}
    year = int(parts.get("YYYY") or "20" + parts.get("YY", ""))
    try:
        day = date(year, int(parts["MM"]), int(parts["DD"]))
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValueError
    except (KeyError, ValueError):
        raise ValueError(
            _("“%(text)s” is not a day from %(first)s to %(last)s, written as %(form)s.")
            % {"text": text[:20], "first": FIRST_YEAR, "last": LAST_YEAR, "form": form}
        ) from None
    return day


def amount_text(amount: Decimal, form: AmountFormat) -> str:
    """A sum in whole pence as text. ValueError: a part of a penny, or below 0 without a sign."""
    pence = whole_pence(amount)
    text = str(abs(pence)) if form.unit == PENCE else f"{in_pounds(abs(pence)):.2f}"
    if pence >= 0:
        return text
    if form.sign == NO_SIGN:
        raise ValueError(
            _("%(amount)s is below 0, and the layout has no sign.") % {"amount": amount}
        )
    return f"-{text}" if form.sign == LEADING else f"{text}-"


def read_amount(text: str, form: AmountFormat) -> Decimal:
    """A sum out of text, in pounds with two figures after the point. ValueError: a sentence."""
    bare, below = text, False
    if form.sign == LEADING and text.startswith("-"):
        bare, below = text[1:], True
    elif form.sign == TRAILING and text.endswith("-"):
        bare, below = text[:-1], True
    found = (_PENCE if form.unit == PENCE else _POUNDS).fullmatch(bare)
    if found is None:
        example = amount_text(Decimal("1234.50"), form)
        raise ValueError(
            _("“%(text)s” is not an amount such as %(example)s.")
            % {"text": text[:20], "example": example}
        )
    if form.unit == PENCE:
        amount = in_pounds(int(bare))
    else:
        amount = Decimal(found[1].replace(",", "") + (found[2] or "")).quantize(Decimal("0.01"))
    return -amount if below and amount else amount
