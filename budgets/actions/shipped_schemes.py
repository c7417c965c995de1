"""What a council begins with: its schemes from the data files, invented limits, published unit
rates.

Loaded by a command or a test, never by a migration. Whatever is invented says so in the row itself.
"""

from __future__ import annotations

import csv
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction

from budgets.actions.studio import publish_version
from budgets.models import AllocationScheme, DelegationLevel, SchemeVersion, UnitRate
from cases.models import Council, User

DATA = Path(__file__).resolve().parent.parent / "data"
FROM = date(2024, 4, 1)  # the earliest day on which all rates of these schemes are published
# which -> (population, code, file, whose rates stand in the unit rates)
SETS = {
    "table": (
        ("adult", "adults", "demo_scheme.json"),
        ("carer", "carers", "carer_bands_derbyshire.json"),
    ),
    "reckoner": (
        ("adult", "adults", "demo_reckoner.json"),
        ("carer", "carers", "carer_bands_halton.json"),
    ),
}
RATES_OF = {"table": "Shropshire", "reckoner": "Coventry"}
APPROVED = "Demonstration, not a council's decision"
INVENTED = "INVENTED for demonstration: no national level exists"
LEVELS = (("worker", "350", "500"), ("manager", "800", "2000"), ("service_manager", "1500", "5000"))
UNIT_OF = {"hour": "hour", "night": "night", "mile": "mile", "day": "day", "week": "week"}


def load_defaults(
    council: Council, which: str = "table", *, top_officer: User | None = None
) -> None:
    """Set up a council: `which` is "table" or "reckoner". Safe to run again: what is there stays.

    The level without an upper limit names `top_officer`; none named = whoever is service manager.
    """
    with transaction.atomic():
        for population, code, name in SETS[which]:
            _scheme(
                council, population, code, json.loads((DATA / name).read_text(encoding="utf-8"))
            )
        if not council.levels.exists():
            _levels(council, top_officer)
        if not council.rates.exists():
            UnitRate.objects.bulk_create(_rates(council, RATES_OF[which]))


def _scheme(council: Council, population: str, code: str, definition: dict[str, Any]) -> None:
    scheme, made = AllocationScheme.objects.get_or_create(
        council=council, code=code, defaults={"name": definition["name"], "population": population}
    )
    if made:
        version = SchemeVersion.objects.create(
            scheme=scheme, number=1, valid_from=FROM, definition=definition
        )
        publish_version(version=version, approved_by=APPROVED)


def _levels(council: Council, top_officer: User | None) -> None:
    for role, weekly, once in LEVELS:
        DelegationLevel.objects.create(
            council=council,
            role=role,
            max_weekly=Decimal(weekly),
            max_one_off=Decimal(once),
            valid_from=FROM,
            reason=INVENTED,
        )
    DelegationLevel.objects.create(
        council=council,
        role="service_manager",
        officer=top_officer,
        valid_from=FROM,
        reason=f"Top officer. {INVENTED}",
    )


def _rates(council: Council, whose: str) -> list[UnitRate]:
    """The published hourly and other rates of one council; dates in the file are inclusive, ours
    end the day after.
    """
    found = []
    with (DATA / "direct_payment_rates.csv").open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            if row["council"] == whose and row["unit"] in UNIT_OF and row["valid_from"]:
                found.append(_rate(council, row))
    return found


def _rate(council: Council, row: dict[str, str]) -> UnitRate:
    ends = (
        date.fromordinal(date.fromisoformat(row["valid_to"]).toordinal() + 1)
        if row["valid_to"]
        else None
    )
    return UnitRate(
        council=council,
        service=row["item"],
        unit=row["unit"],
        amount=Decimal(row["amount_gbp"]),
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=ends,
        source=row["source"][:300],
    )
