"""The counts behind the process times, read in one statement each: histogram and changes not yet
drained together.

Between two statements a drain could count a row twice or not at all. Not here: what the counts mean
(`timings`).
"""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Exists

from cases import journey
from cases.figures.histogram import KEPT
from cases.models import StepFigures, Team, TimeDelta

COLUMN = {
    "": None,
    "team": "team_id",
    "route": "route",
    "need": "need",
    "age": "age",
    "version": "version",
}
CLOSED = """
SELECT {wanted}, measure, days, SUM(n), SUM(due), SUM(ok), SUM(loops), SUM(person_days), SUM(council_days),
       SUM(panel_days), SUM(other_days)
FROM (
  SELECT step, month, key, measure, days, n, due, ok, loops, person_days, council_days, panel_days, other_days
  FROM cases_stepdays WHERE council_id = %s AND dim = %s AND month >= %s AND month <= %s {keys} {steps}
  UNION ALL
  SELECT step, month, {own}, 'gross', days, sign, CASE WHEN due THEN sign ELSE 0 END,
    CASE WHEN ok THEN sign ELSE 0 END, CASE WHEN loop THEN sign ELSE 0 END, sign * person_days, sign * council_days,
    sign * panel_days, sign * other_days
  FROM cases_timedelta
  WHERE council_id = %s AND kind = 'closed' AND month >= %s AND month <= %s {own_keys} {steps}
  UNION ALL
  SELECT step, month, {own}, 'net', net, sign, 0, 0, 0, 0, 0, 0, 0
  FROM cases_timedelta
  WHERE council_id = %s AND kind = 'closed' AND month >= %s AND month <= %s {own_keys} {steps} {net}
) AS counted
GROUP BY {wanted}, measure, days
"""
OPEN = """
SELECT key, step, day, due_day, SUM(n) AS still
FROM (
  SELECT key, step, day, due_day, n FROM cases_opendays WHERE council_id = %s AND dim = %s {keys}
  UNION ALL
  SELECT {own}, step, {day}, due_day, sign FROM cases_timedelta
  WHERE council_id = %s AND kind = 'open' {own_keys}
) AS counted
GROUP BY key, step, day, due_day
HAVING SUM(n) <> 0
"""
AGED = """
SELECT step, {band}, SUM(still), SUM(CASE WHEN due_day <= %s THEN still ELSE 0 END), MIN(day)
FROM ({opened}) AS stays GROUP BY step, 2
"""


def finished(council, dim: str, keys, step: str = ""):
    """The finished figures of one key while nothing waits to be drained; None where they may not be
    read.
    """
    if dim not in KEPT or (keys is not None and len(keys) != 1):
        return None
    waiting = TimeDelta.objects.filter(
        council=council, kind="closed", **({"step": step} if step else {})
    )
    rows = StepFigures.objects.filter(
        ~Exists(waiting), council=council, dim=dim, key=keys[0] if keys else ""
    )
    return rows.filter(step=step) if step else rows


def finished_apart(council, dim: str, step: str):
    """The finished figures of all keys of a dimension, likewise; those of a month are there for
    each key or for none.
    """
    waiting = TimeDelta.objects.filter(council=council, kind="closed", step=step)
    return (
        StepFigures.objects.filter(~Exists(waiting), council=council, dim=dim, step=step)
        if dim in KEPT
        else None
    )


def closed(
    council, dim, keys, since, until, wanted: tuple[str, ...], step: str = ""
) -> list[tuple]:
    """Rows of CLOSED: the wanted columns, measure, days, then the sums in the order of SUMS."""
    own = f"CAST({COLUMN[dim]} AS varchar(20))" if dim else "''"
    span = [_adapted(first(since)), _adapted(first(until))]
    marks = ", ".join(["%s"] * len(keys or []))
    keyed = f"AND key IN ({marks})" if keys else "AND FALSE" if keys == [] else ""
    owned = f"AND {own} IN ({marks})" if keys and dim else "AND FALSE" if keys == [] else ""
    own_args = list(keys or []) if dim else []
    steps, step_args = ("AND step = %s", [step]) if step else ("", [])
    half = [council.pk, *span, *own_args, *step_args]
    statement = CLOSED.format(
        wanted=", ".join(wanted),
        own=own,
        keys=keyed if dim else "",
        own_keys=owned,
        steps=steps,
        net="" if dim in KEPT else "AND FALSE",
    )
    return _fetch(statement, [council.pk, dim, *span, *own_args, *step_args, *half, *half])


def opened(council, dim: str, keys, step: str = "") -> list[tuple]:
    """Rows of OPEN, days as dates: of one step, or of all but the running budgets, which wait for
    nobody.
    """
    statement, args = _open(council, dim, keys, step)
    return [
        (key or "", code, day_of(day), day_of(due), n)
        for key, code, day, due, n in _fetch(statement, args)
    ]


def aged(council, keys, today: date, bands: dict[str, tuple]) -> list[tuple]:
    """(step, age band, how many, how many late, first day) of all that waits, of the whole council
    or some teams.
    """
    statement, args = _open(council, "" if keys is None else "team", keys)
    since = [_adapted(today - timedelta(days=low)) for low, _high in bands.values()]
    band = " ".join(f"WHEN day > %s THEN '{name}'" for name in list(bands)[:-1])
    band = f"CASE {band} ELSE '{list(bands)[-1]}' END"
    rows = _fetch(AGED.format(band=band, opened=statement), [*since[1:], _adapted(today), *args])
    return [(step, name, n, late, day_of(first)) for step, name, n, late, first in rows]


def _open(council, dim, keys, step="") -> tuple[str, list]:
    own = {
        "": "''",
        "team": "CAST(team_id AS varchar(20))",
        "turn": "turn",
        "team_turn": "CAST(team_id AS varchar(20)) || ':' || turn",
    }[dim]
    marks = ", ".join(["%s"] * len(keys or []))
    keyed, owned = (f"AND key IN ({marks})", f"AND {own} IN ({marks})") if keys else ("", "")
    if keys == []:
        keyed = owned = "AND FALSE"
    turned = "AND turn <> ''" if "turn" in dim else ""
    named = [step] if step else list(journey.idle_steps())
    steps = " ".join(f"AND step {'=' if step else '<>'} %s" for _one in named)
    statement = OPEN.format(
        keys=f"{keyed} {steps}",
        own=own,
        day="turn_day" if "turn" in dim else "day",
        own_keys=f"{owned} {turned} {steps}",
    )
    half = [*(keys or []), *named]
    return statement, [council.pk, dim, *half, council.pk, *half]


def _fetch(statement: str, args: list) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, args)
        return cursor.fetchall()


def scope(team) -> tuple[str, list[str] | None]:
    return ("", None) if team is None else ("team", keys_of(team))


def keys_of(team) -> list[str] | None:
    if team is None:
        return None
    several = team if isinstance(team, Collection) else [team]
    return [str(t.pk if isinstance(t, Team) else t) for t in several]


def first(day: date) -> date:
    return day.replace(day=1)


def _adapted(day: date) -> Any:
    return connection.ops.adapt_datefield_value(day)


def day_of(value) -> date:
    """SQLite hands back text."""
    return date.fromisoformat(value) if isinstance(value, str) else value
