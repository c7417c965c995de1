"""The kept figures of a database of real cases against the slow oracle over their events, council
by council.

`DATABASE_URL=... python -m bench.oracle`: prints "equal" for each council, or the first difference
and exits with 1. Compared: steps over everything, the last 12 and the last 3 months, and what waits
now. The made-up cases of `data` have no events to replay: use the demonstration's (`manage.py demo
--cases 10000`) or a copy of real ones. Reads only.
"""

import os
import sys
from collections.abc import Iterator
from datetime import date

from bench import setting


def main() -> int:
    os.environ.setdefault("SDS_LONG_STATEMENTS", "1")
    setting.start()
    from django.utils import timezone  # needs Django

    from cases.models import Council

    now, failed = timezone.now(), False
    for council in Council.objects.order_by("pk"):
        cases = events(council)
        compared, difference = compare(council, cases, now)
        failed = failed or bool(difference)
        print(
            (
                f"{council}: {len(cases):,} cases, {compared} figures compared: "
                f"{difference or 'equal'}"
            ),
            flush=True,
        )
    return 1 if failed else 0


def events(council) -> list[list]:
    """The events of each case, in order."""
    from cases.models import Event

    found: dict[int, list] = {}
    for event in (
        Event.objects.filter(council=council).order_by("case", "seq").iterator(chunk_size=5000)
    ):
        found.setdefault(event.case_id, []).append(event)
    return list(found.values())


def compare(council, cases, now) -> tuple[int, str]:
    """How many figures were compared, and the first that differs."""
    compared = 0
    for where, right, have in answers(council, cases, now):
        for step in sorted(right.keys() | have.keys()):
            compared += 1
            if right.get(step) != have.get(step):
                return (
                    compared,
                    f"{where}, {step}: {have.get(step)}, the events say {right.get(step)}",
                )
    return compared, ""


def answers(council, cases, now) -> Iterator[tuple[str, dict, dict]]:
    """(what, as the events say, as the app says)."""
    from cases.common import dates
    from cases.figures import timings
    from tests import oracle

    this = dates.today(now).replace(day=1)
    spans = {
        "everything": date(2000, 1, 1),
        "12 months": oracle.months_back(this, 11),
        "3 months": oracle.months_back(this, 2),
    }
    for name, since in spans.items():
        rows = timings.days_by_step(council, since=since, until=this)
        have = {
            r.step: (
                r.n,
                r.median,
                r.p90,
                r.net_median,
                r.in_target,
                r.with_target,
                r.longest,
                r.loops,
            )
            for r in rows
        }
        yield name, oracle.rows(cases, since, this), have
    waits = {r.step: (r.n, r.late, r.longest) for r in timings.waiting_now(council, now)}
    yield (
        "waiting now",
        {s: r for s, r in oracle.waiting(cases, now).items() if s != "running"},
        waits,
    )


if __name__ == "__main__":
    sys.exit(main())
