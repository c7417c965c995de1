"""Who looked at a record: day by day in which role and team, and how often. Reading only;
`get_case` writes the rows.

The person reads roles and teams, and asks for names; staff read the names. What a manager withheld
for safeguarding stands only in the staff's list. A helper reads none of it.
"""

from datetime import date, timedelta

from django.db.models import Count, Q
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases import journey
from cases.common import dates
from cases.models import RecordView, Seat, User
from cases.ui.components import Table
from cases.ui.date_words import day

PAGE = 25


def openings(case, staff: bool):
    """A row a day, user and role with `times`, the newest first: a query to be paged through."""
    found = RecordView.objects.filter(case=case).exclude(role="person")
    if not staff:
        for hidden in case.withheld.all():
            found = found.exclude(_within(hidden))
    found = found.annotate(day=TruncDate("at", tzinfo=dates.LONDON))
    wanted = found.values("day", "user_id", "user__name", "user__email", "role").annotate(
        times=Count("pk")
    )
    return wanted.order_by("-day", "role", "user_id")


def _within(hidden) -> Q:
    found = Q(user_id=hidden.user_id, at__gte=dates.london_midnight(hidden.since))
    return (
        found & Q(at__lt=dates.london_midnight(hidden.until + timedelta(days=1)))
        if hidden.until
        else found
    )


def table(case, page, staff: bool) -> Table:
    """One page of `openings`, in words."""
    rows = list(page)
    seats = list(
        Seat.objects.filter(
            council_id=case.council_id, user_id__in={r["user_id"] for r in rows}
        ).select_related("team")
    )
    hidden = list(case.withheld.all()) if staff else []
    head = [_("Day"), *([_("Name")] if staff else []), _("Who"), _("Team"), _("How often")]
    if hidden:
        head.append(_("Shown to the person"))
    return Table(
        _("Who looked, the newest first"),
        head,
        [_line(r, seats, staff, hidden) for r in rows],
        empty=_("Nobody has opened it yet."),
    )


def _line(row, seats, staff: bool, hidden) -> list[str]:
    times = ngettext("once", "%(n)s times", row["times"]) % {"n": row["times"]}
    line = [
        day(row["day"]),
        str(journey.SEAT_ROLES.get(row["role"]) or _("Somebody who helps")),
        team(row, seats),
        times,
    ]
    if staff:
        line.insert(1, row["user__name"] or row["user__email"])
    if hidden:
        kept = any(h.user_id == row["user_id"] and _covers(h, row["day"]) for h in hidden)
        line.append(_("No: withheld") if kept else _("Yes"))
    return line


def _covers(hidden, on: date) -> bool:
    return hidden.since <= on and (hidden.until is None or on <= hidden.until)


def team(row, seats) -> str:
    """The team in which somebody had that role on that day; the whole council for one without a
    team.
    """
    if row["role"] not in journey.SEAT_ROLES:
        return ""
    mine = [s for s in seats if (s.user_id, s.role) == (row["user_id"], row["role"])]
    held = [
        s
        for s in mine
        if s.valid_from <= row["day"] and (s.valid_to is None or row["day"] < s.valid_to)
    ]
    return ", ".join(sorted({str(s.team) if s.team else _("Whole council") for s in held}))


def viewers(case):
    """The colleagues who have opened a record, for choosing one."""
    keys = RecordView.objects.filter(case=case, role__in=list(journey.SEAT_ROLES)).values("user_id")
    return User.objects.filter(pk__in=keys)
