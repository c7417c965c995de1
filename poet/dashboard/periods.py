"""Periods of finished figures that a reader of the dashboard may choose from."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cases.figures.histogram import WINDOWS

# what has finished figures can be asked for
PERIODS = {
    str(n): _("This month") if n == 1 else format_lazy(_("Last {n} months"), n=n) for n in WINDOWS
}
DEFAULT_PERIOD = "12"
