"""What a community offers without payment, and people who have been through it: a council's
directory, read by date.

The same file of a council may be loaded again: what is there stays, what is new is added
(`load_ideas`).
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from budgets.models import LocalIdea
from cases.common import dates
from cases.models import Case, Council

INVENTED = "INVENTED"
DEMO = Path(__file__).resolve().parent.parent / "data" / "ideas" / "demo.json"


def ideas_for(case: Case, on: date | None = None) -> list[LocalIdea]:
    """The ideas that hold on a day, those for the needs that were found eligible first."""
    rows = LocalIdea.objects.filter(LocalIdea.on(on or dates.today()), council_id=case.council_id)
    found = case.determinations.order_by("-at", "-pk").first()
    needed = {code for code, one in (found.findings if found else {}).items() if one.get("tests")}
    return sorted(
        rows, key=lambda idea: (idea.kind != "community", idea.outcome not in needed, idea.name)
    )


def one(case: Case, pk: str | None, on: date | None = None) -> LocalIdea | None:
    """An idea of the case's own council that holds, or None."""
    if pk is None or not pk.isdecimal():
        return None
    rows = LocalIdea.objects.filter(LocalIdea.on(on or dates.today()), council_id=case.council_id)
    return rows.filter(pk=pk).first()


def load_ideas(council: Council, path: Path = DEMO) -> int:
    """Add what a file names and the council does not have yet. Returns how many."""
    given = json.loads(path.read_text(encoding="utf-8"))
    there = set(LocalIdea.objects.filter(council=council).values_list("name", flat=True))
    new = [
        LocalIdea(
            council=council,
            source=given["source"],
            valid_from=date.fromisoformat(given["valid_from"]),
            **row,
        )
        for row in given["ideas"]
        if row["name"] not in there
    ]
    return len(LocalIdea.objects.bulk_create(new))
