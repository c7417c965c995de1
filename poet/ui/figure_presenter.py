"""Figures as ready strings for tables, cards and charts. A figure that does not exist is a dash,
never a nought.
"""

from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases import journey
from cases.ui.spreadsheets import NONE
from poet import statistics


def number(value) -> str:
    return (
        NONE if value is None else f"{value:,}" if isinstance(value, int | Decimal) else str(value)
    )


def days(value) -> str:
    return (
        NONE if value is None else ngettext("%(n)s day", "%(n)s days", value) % {"n": f"{value:,}"}
    )


def share(value) -> str:
    """A share 0..1 as a percentage; a dash when there is none."""
    return NONE if value is None else f"{value:.0%}"


def signed(value) -> str:
    """A relative difference: +12%, -3%, 0%."""
    return NONE if value is None else "0%" if round(value * 100) == 0 else f"{value:+.0%}"


def between(interval) -> str:
    """An interval of a share, in words."""
    if interval is None:
        return NONE
    low, high = interval
    return _("%(low)s to %(high)s") % {"low": share(low), "high": share(high)}


def money(value) -> str:
    """Pounds, to the pound: these are sums over many people."""
    return NONE if value is None else f"£{Decimal(value):,.0f}"


def answers(value) -> str:
    """A count that may be hidden. Hidden is not always small: another cell may need its cover."""
    return _("hidden") if value == statistics.HIDDEN else number(value)


def base(value) -> str:
    """How many answers a row rests on."""
    return _("under 10") if value == statistics.HIDDEN else number(value)


def step(code: str) -> str:
    return str(journey.STEPS[code].short)


def turn(code: str) -> str:
    return str(journey.TURN_NAMES[code])


def decimal(value) -> str:
    """One decimal, and none where it is nought."""
    return NONE if value is None else f"{value:,.1f}".removesuffix(".0")


def month(value) -> str:
    return date_format(value, "F Y")


def code(step_or_clock: str) -> str:
    """A step or a clock, as staff read it."""
    clock = journey.CLOCKS.get(step_or_clock)
    return str(clock.title) if clock else step(step_or_clock)
