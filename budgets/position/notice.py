"""Notice: the first day on which a decision that lowers what a person gets, or an end that the
council decides, may take effect. Reading only.

The length is the council's own rule, and no page or letter says that it is the law.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils.translation import gettext as _

from budgets.models import NoticeDays
from cases.common import dates
from cases.models import Case
from cases.ui.date_words import day

# Shipped, unless a council sets its own: payments are made up to four weeks ahead, so nobody is
# asked for what was paid before they were told.
NOTICE = 28


def notice_days(council_id: int, on: date) -> int:
    """The council's own number on a day, else the shipped one."""
    rows = NoticeDays.objects.filter(NoticeDays.on(on), council=council_id).order_by("-valid_from")
    own = rows.values_list("days", flat=True).first()
    return NOTICE if own is None else own


def first_day(council_id: int, letter_on: date) -> date:
    """The first day on which less may be given, by a letter of that day."""
    return letter_on + timedelta(days=notice_days(council_id, letter_on))


def rule(on: date, case: Case, letter_on: date) -> str:
    """From which day less is given at the earliest, and why, for whoever decides."""
    days = notice_days(case.council_id, letter_on)
    if not days:
        return _("The earliest day is %(day)s, the day of the letter.") % {
            "day": dates.date_words(on)
        }
    return _(
        "The earliest day is %(day)s: this council’s own rule is that people are told %(n)s days "
        "before they get less. Until then things stay as they are."
    ) % {"day": dates.date_words(on), "n": days}


def told_before(
    case: Case, letter_on: date, last: date, agreed: Sequence[date] = ()
) -> list[tuple[str, str]]:
    """The same in the letter; nothing where the council gives no notice. `last`: the last day on
    which nothing changes, named so that it reads right wherever it stands. `agreed`: days until
    then on which something changes as agreed before.
    """
    days = notice_days(case.council_id, letter_on)
    if not days:
        return []
    until = _("Nothing changes.")
    if agreed:
        words = _("Only what we wrote to you about before changes, on %(days)s.")
        until = words % {"days": ", ".join(dates.date_words(one) for one in agreed)}
    rule = _(
        "We tell people at least %(n)s days before they get less. This is our own rule, not the "
        "law."
    )
    return [(_("Up to %(day)s") % {"day": day(last)}, f"{until} {rule % {'n': days}}")]
