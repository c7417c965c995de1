"""How a task stands on its day, in a word. Reading only."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from cases.common import dates
from cases.ui.components import Badge
from cases.ui.date_words import days


def in_time(last: date) -> Badge:
    """How a task stands whose last good day is `last`."""
    left = (last - dates.today()).days
    if left < 0:
        return Badge(_("%(days)s late") % {"days": days(-left)}, "red")
    if left == 0:
        return Badge(_("Due today"), "yellow")
    return Badge(_("Due in %(days)s") % {"days": days(left)}, "blue")
