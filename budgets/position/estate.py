"""After a death: who handles the estate, and from which day a letter about money may go to them.
Reading only.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext as _

from budgets.models import Estate, PlanLine, QuietDays
from cases import journey
from cases.common import dates
from cases.common.refusals import NotYet
from cases.models import Case

QUIET = 28  # days, unless a council sets its own


def quiet_days(council_id: int, on: date) -> int:
    """The council's own number on a day, else the shipped one."""
    rows = QuietDays.objects.filter(QuietDays.on(on), council=council_id).order_by("-valid_from")
    return rows.values_list("days", flat=True).first() or QUIET


def handler(case: Case) -> Estate | None:
    """Who handles the estate, as named last."""
    return Estate.objects.filter(case=case, struck_at=None).order_by("-pk").first()


def first_letter_on(case: Case, quiet: int | None = None) -> date | None:
    """The first day on which a letter about money may go; None where nobody died."""
    died = case.person.died_on
    if died is None:
        return None
    return died + timedelta(days=quiet_days(case.council_id, died) if quiet is None else quiet)


def check_letter(case: Case, on: date, field: str) -> None:
    """NotYet for a letter about money after a death, unless somebody handles the estate and the
    quiet days are over.
    """
    first = first_letter_on(case)
    if first is None:
        return
    if handler(case) is None:
        raise NotYet(_("Say first who handles the estate: the letter goes to them."), field=field)
    if on < first:
        raise NotYet(
            _("Nobody is written to about money before %(day)s, after a death.")
            % {"day": dates.date_words(first)},
            field=field,
        )


def employs(case: Case) -> bool:
    """Did the direct payment pay an assistant, so that notice or redundancy pay is asked about?"""
    lines = PlanLine.objects.filter(plan__in_force__case=case, plan__in_force__struck_at=None)
    return lines.filter(who="pa", annual__gt=0, route__in=journey.direct_routes()).exists()
