"""The council's dated unit rates: which one holds on a service date, and that no two hold at once.
Reading only.
"""

from __future__ import annotations

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from budgets.models import UnitRate
from cases.ui.date_words import day


def rate_on(council_id: int, service: str, on: date) -> UnitRate | None:
    """The rate of a service on a day; None outside what is published: it is never rolled on."""
    rows = UnitRate.objects.filter(UnitRate.on(on), council_id=council_id, service=service)
    return rows.order_by("-valid_from", "-pk").first()


def list_on(council_id: int, on: date) -> list[UnitRate]:
    """Every rate that holds on a day, one a service."""
    found: dict[str, UnitRate] = {}
    for row in UnitRate.objects.filter(UnitRate.on(on), council_id=council_id).order_by(
        "-valid_from", "-pk"
    ):
        found.setdefault(row.service, row)
    return sorted(found.values(), key=lambda row: row.service)


def none_on(council_id: int, service: str, on: date) -> str:
    """Why there is no rate on a day, as a sentence."""
    ended = UnitRate.objects.filter(
        council_id=council_id, service=service, valid_to__lte=on
    ).order_by("-valid_to")
    last = ended.first()
    words = {"service": service, "day": day(on)}
    if last is None or last.valid_to is None:
        return _("There is no published rate for “%(service)s” on %(day)s.") % words
    words["end"] = day(date.fromordinal(last.valid_to.toordinal() - 1))
    return (
        _("The rate for “%(service)s” is published to %(end)s. Enter the price yourself.") % words
    )


def overlapping(row: UnitRate) -> UnitRate | None:
    """Another rate of the same service that holds on a day on which this one does."""
    same = UnitRate.objects.filter(council_id=row.council_id, service=row.service).exclude(
        pk=row.pk
    )
    same = same.filter(Q(valid_to=None) | Q(valid_to__gt=row.valid_from))
    return (
        (same.filter(valid_from__lt=row.valid_to) if row.valid_to else same)
        .order_by("valid_from")
        .first()
    )
