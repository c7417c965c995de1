"""The roles that a seat in a council gives, declared once: what each reaches, reads and hears.

Data and queries over it. Not here: who may make a move (`Move.who`), who has the turn (`cases.
access`), the pages of a role (views and the menu name the roles they are for).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

REACHES = ("team", "panel", "set_up", "none")
GROUPS = ("assessment", "plan", "money", "money_words", "contact", "danger", "timeline")
AUDIENCES = ("person", "helper", "staff", "duty")
DAYS = ("council", "panel", "other")

# what the person and those who help read of a case
PEOPLE_READ: dict[str, frozenset[str]] = {
    "assessment": frozenset({"person", "delegate"}),
    "plan": frozenset({"person", "delegate"}),
    "money": frozenset({"person", "money_helper"}),
    # what was said and written of money: as "money", and whoever checks the record
    "money_words": frozenset({"person", "money_helper"}),
    "contact": frozenset({"person"}),
    "danger": frozenset(),
    "timeline": frozenset({"person", "delegate"}),
}


@dataclass(frozen=True, kw_only=True)
class Role:
    """A role of a seat; every trait has to be said.

    `turn`: how the person reads whose turn it is; "" for a role that never has the turn.
    `turn_name`: the same for staff. `rank`: the higher one speaks first for somebody with several
    roles (1 is the highest); None for a role that reads no case. `reaches`: the cases of its seat's
    team (all of a council-wide seat), those that came before the panel or to their set-up, or none.
    `reads`: groups of `access.READS`; what is not named is not read. `hears`: audiences whose words
    it reads. `days`: whose days a turn of this role counts as.
    """

    code: str
    title: Any
    turn: Any
    turn_name: Any
    rank: int | None
    reaches: str
    reads: frozenset[str]
    hears: frozenset[str]
    days: str

    def __post_init__(self) -> None:
        for name, known in (("reaches", REACHES), ("days", DAYS)):
            if getattr(self, name) not in known:
                raise ValueError(f"role {self.code}: the trait {name} is not one of {known}")
        for name, of in (("reads", GROUPS), ("hears", AUDIENCES)):
            if getattr(self, name) - set(of):
                raise ValueError(f"role {self.code}: the trait {name} is not of {of}")


_OF_PLANS = frozenset({"assessment", "plan", "money", "money_words", "timeline"})
_OF_WORK = _OF_PLANS | {"contact", "danger"}
ROLES: dict[str, Role] = {
    r.code: r
    for r in (
        Role(
            code="worker",
            title=_("Social worker"),
            turn=_("your social worker"),
            turn_name=_("Social worker"),
            rank=3,
            reaches="team",
            reads=_OF_WORK,
            hears=frozenset(AUDIENCES),
            days="council",
        ),
        Role(
            code="manager",
            title=_("Team manager"),
            turn=_("a team manager"),
            turn_name=_("Team manager"),
            rank=2,
            reaches="team",
            reads=_OF_WORK,
            hears=frozenset(AUDIENCES),
            days="council",
        ),
        Role(
            code="service_manager",
            title=_("Service manager"),
            turn=_("a service manager"),
            turn_name=_("Service manager"),
            rank=1,
            reaches="team",
            reads=_OF_WORK,
            hears=frozenset(AUDIENCES),
            days="council",
        ),
        Role(
            code="panel",
            title=_("Panel member"),
            turn=_("the panel"),
            turn_name=_("Panel"),
            rank=4,
            reaches="panel",
            reads=_OF_PLANS,
            hears=frozenset({"person", "helper", "staff"}),
            days="panel",
        ),
        Role(
            code="finance",
            title=_("Finance officer"),
            turn=_("the finance team"),
            turn_name=_("Finance"),
            rank=5,
            reaches="set_up",
            reads=frozenset({"plan", "money", "money_words", "timeline"}),
            hears=frozenset({"helper"}),
            days="council",
        ),
        Role(
            code="admin",
            title=_("Council administrator"),
            turn="",
            turn_name=_("Council administrator"),
            rank=None,
            reaches="none",
            reads=frozenset(),
            hears=frozenset(),
            days="other",
        ),
        Role(
            code="auditor",
            title=_("Auditor"),
            turn="",
            turn_name=_("Auditor"),
            rank=6,
            reaches="team",
            reads=frozenset({"money_words", "danger", "timeline"}),
            hears=frozenset({"person", "helper", "staff"}),
            days="other",
        ),
    )
}


def roles_by_rank() -> tuple[str, ...]:
    """The roles that read cases, the highest first."""
    ranked = [role for role in ROLES.values() if role.rank is not None]
    return tuple(role.code for role in sorted(ranked, key=lambda role: role.rank or 0))


def readers_of(group: str) -> frozenset[str]:
    """Everybody who reads a group of what a case holds. Raises KeyError for an unknown group."""
    staff = frozenset(code for code, role in ROLES.items() if group in role.reads)
    return PEOPLE_READ[group] | staff


def heard_by(role: str) -> frozenset[str]:
    """The audiences whose words a role of staff reads; none for a role that is not known."""
    return ROLES[role].hears if role in ROLES else frozenset()
