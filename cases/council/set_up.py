"""Is a council's set-up complete, and how its administrators change how it is reached.

Here: what a council must have before people can ask it, each with the page that mends it, and the
one act that writes how people reach it, with its history. Other apps add what is theirs to `NEEDS`.
A council that lacks something may still be asked for support: its pages then promise nothing that
isn't there. Not here: the words people read (`contact_details`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from typing import Any

from django.db import transaction
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.common import dates
from cases.common.columns import column
from cases.common.refusals import Stale
from cases.models import Council, CouncilChange, Seat, Team
from cases.models.council import OPEN_DAYS

# The fields of Council that say how people reach it: what `change_reach` writes.
REACH = (
    "help_phone",
    "help_relay",
    "open_days",
    "opens_at",
    "closes_at",
    "help_address",
    "out_of_hours_phone",
    "emergency_email",
    "emergency_reads",
)


@dataclass(frozen=True)
class Need:
    """Something a council must have. `where`: the name of the page that mends it; `met()`: a
    condition on Council.
    """

    words: Any
    where: str
    met: Callable[[], Q]


def _filled(field: str) -> Callable[[], Q]:
    return lambda: ~Q(**{field: ""})


def _duty() -> Q:
    """Somebody whose seat reaches what comes in to the intake team."""
    reaches = Q(team=None) | Q(team__intake=True)
    seats = Seat.objects.filter(Seat.on(dates.today()), reaches, council=OuterRef("pk"))
    return Q(Exists(seats.filter(role__in=["worker", "manager", "service_manager"])))


NEEDS: dict[str, Need] = {
    "phone": Need(gettext_lazy("the help telephone"), "cases:reach", _filled("help_phone")),
    "hours": Need(
        gettext_lazy("when the help telephone is answered"),
        "cases:reach",
        lambda: Q(opens_at__isnull=False),
    ),
    "address": Need(
        gettext_lazy("the address for letters and visits"), "cases:reach", _filled("help_address")
    ),
    "out_of_hours": Need(
        gettext_lazy("the number people ring when the office is closed"),
        "cases:reach",
        _filled("out_of_hours_phone"),
    ),
    "emergency": Need(
        gettext_lazy("the e-mail address of the emergency duty team"),
        "cases:reach",
        _filled("emergency_email"),
    ),
    "intake": Need(
        gettext_lazy("a team that receives new requests"),
        "admin:cases_team_add",
        lambda: Q(Exists(Team.objects.filter(council=OuterRef("pk"), intake=True))),
    ),
    "duty": Need(
        gettext_lazy("a colleague who reads new requests: a seat in that team"),
        "admin:cases_seat_add",
        _duty,
    ),
}


def missing(council: Council) -> list[Need]:
    """What this council's set-up still lacks, in one query."""
    found = {
        f"has_{code}": ExpressionWrapper(need.met(), output_field=BooleanField())
        for code, need in NEEDS.items()
    }
    has = Council.objects.filter(pk=council.pk).annotate(**found).values(*found).get()
    return [need for code, need in NEEDS.items() if not has[f"has_{code}"]]


def councils_incomplete() -> int:
    """How many councils of the installation lack something. One query; names none."""
    whole = Q()
    for need in NEEDS.values():
        whole &= need.met()
    return Council.objects.exclude(pk__in=Council.objects.filter(whole).values("pk")).count()


@transaction.atomic
def change_reach(
    *, council: Council, by: Any, values: dict[str, Any], seen: int | None = None
) -> CouncilChange | None:
    """Write how people reach a council, and who changed what. `values`: fields of `REACH`; None
    where nothing changed.

    `seen`: the last change when the page was opened (0 = none yet). Raises Stale when somebody
    changed it since.
    """
    row = Council.objects.select_for_update(no_key=True).get(pk=council.pk)
    unknown = set(values) - set(REACH)
    if unknown:
        raise ValueError(f"Not how a council is reached: {sorted(unknown)}")
    changes = {
        name: [plain(getattr(row, name)), plain(value)]
        for name, value in values.items()
        if getattr(row, name) != value
    }
    if not changes:  # pressed twice, or both wrote the same
        return None
    last = row.changes.select_related("by").first()
    if seen is not None and seen != (last.pk if last else 0):
        raise _others_first(last, changes)
    for name in changes:
        setattr(row, name, values[name])
    row.save(update_fields=list(changes))
    return CouncilChange.objects.create(council=row, by=by, changes=changes)


def last_change(council: Council) -> int:
    """The number of the last change, for a page to carry; 0 where there was none."""
    return council.changes.values_list("pk", flat=True).first() or 0


def _others_first(last: CouncilChange | None, changes: dict[str, list]) -> Stale:
    facts = {"who": who(last), "when": moment(last)}
    sentence = (
        _("%(who)s changed how people reach the council while you had the page open: %(when)s.")
        % facts
    )
    return Stale(
        sentence,
        changes=[
            (label(name), value_words(name, new), value_words(name, old))
            for name, (old, new) in changes.items()
        ],
    )


def who(change: CouncilChange | None) -> str:
    """Who made a change: a colleague, or whoever runs the commands."""
    return str(change.by) if change and change.by else _("Whoever looks after the service")


def moment(change: CouncilChange | None) -> str:
    if change is None:
        return ""
    return _("%(day)s, %(time)s") % {
        "day": dates.date_words(change.at),
        "time": dates.clock_time(change.at),
    }


def label(name: str) -> str:
    """The name of a field, as the administrators read it."""
    words = str(column(Council, name).verbose_name)
    return words[:1].upper() + words[1:]


def plain(value: Any) -> Any:
    """A value as JSON keeps it."""
    return value.strftime("%H:%M") if isinstance(value, time) else value


def value_words(name: str, value: Any) -> str:
    """A kept value in words."""
    if value in ("", None):
        return _("Nothing")
    if name in ("opens_at", "closes_at"):
        return dates.clock_time(time.fromisoformat(value))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return str(OPEN_DAYS[value]) if name == "open_days" else str(value)
