"""The sweep against making the same rows through the ORM, again with nothing new, and four at once
(G9).

Measured through `cases.reminders.sweep.sweep`, whatever kinds of chasing it knows: the rows it
makes are read back, and the others get exactly those rows to write, without having to find them.
Each measurement is rolled back. `python -m bench.sweep`
"""

import os
import subprocess
import sys
import time
from functools import partial

from bench import setting
from bench.rounds import hand_on, interleave, machine, tell, timed, versions

FEW = 1000  # get_or_create is asked for no more than this, and its time scaled
AT_ONCE = 4


class Bells:
    def __init__(self) -> None:
        from django.db import transaction  # needs Django
        from django.utils import timezone

        from cases.models import Message, Nudge
        from cases.reminders.sweep import sweep

        self.models, self.transaction, self.now, self.sweep = (
            (Nudge, Message),
            transaction,
            timezone.now(),
            sweep,
        )
        with transaction.atomic():
            self.sweep(self.now)
            self.rows = [list(model.objects.order_by("pk").values()) for model in self.models]
            transaction.set_rollback(True)

    def undone(self, prepare, do) -> float:
        """Milliseconds of `do` after `prepare`; both are rolled back."""
        with self.transaction.atomic():
            prepare()
            found = timed(do)
            self.transaction.set_rollback(True)
        return found

    def bulk(self) -> None:
        for model, rows in zip(self.models, self.rows, strict=True):
            for start in range(0, len(rows), 2000):
                model.objects.bulk_create(
                    [model(**row) for row in rows[start : start + 2000]], ignore_conflicts=True
                )

    def one_by_one(self) -> None:
        nudges, messages = self.rows
        keys = ("visit_id", "kind", "round")
        for row in nudges[:FEW]:
            self.models[0].objects.get_or_create(**{k: row[k] for k in keys}, defaults=row)
        kept = {row["id"] for row in nudges[:FEW]}
        for row in messages:
            if row["nudge_id"] in kept:
                self.models[1].objects.get_or_create(dedupe_key=row["dedupe_key"], defaults=row)

    def sides(self) -> dict:
        ring, nothing = partial(self.sweep, self.now), lambda: None
        share = max(len(self.rows[0]) / FEW, 1)
        return {
            "first": partial(self.undone, nothing, ring),
            "again": partial(self.undone, ring, ring),
            "bulk_create": partial(self.undone, nothing, self.bulk),
            "get_or_create": lambda: self.undone(nothing, self.one_by_one) * share,
        }


def at_once() -> tuple[int, int]:
    """Several sweeps in processes of their own, for real: (nudges, different ones). What they made
    is taken away.
    """
    from django.db import connection  # needs Django

    command = [
        sys.executable,
        "-c",
        (
            "from bench import setting; setting.start(); from cases.reminders.sweep import "
            "sweep; sweep()"
        ),
    ]
    began = time.perf_counter()
    processes = [subprocess.Popen(command, cwd=setting.ROOT) for _ in range(AT_ONCE)]
    failed = [process.wait() for process in processes if process.wait()]
    took = time.perf_counter() - began
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cases_nudge")
        made = cursor.fetchone()[0]
        cursor.execute(
            "SELECT count(*) FROM (SELECT DISTINCT visit_id, kind, round FROM cases_nudge) AS n"
        )
        different = cursor.fetchone()[0]
        cursor.execute("DELETE FROM cases_message WHERE nudge_id IS NOT NULL")
        cursor.execute("DELETE FROM cases_nudge")
    print(
        f"  {AT_ONCE} sweeps at once, with starting up: {took:.1f} s, {made:,} nudges, "
        f"{different:,} different ones"
    )
    return (made, different) if not failed else (made, -1)


def main() -> int:
    setting.start()
    size = os.environ["BENCH_SIZE"]
    print(f"\nsweep, {size} cases: {machine()}, {versions()}")
    bells = Bells()
    nudges, messages = map(len, bells.rows)
    print(f"  the first sweep makes {nudges:,} nudges and {messages:,} messages")
    found = interleave(bells.sides())
    tell("sweep.again_to_first", "nothing new / first sweep", found["again"], found["first"], size)
    tell(
        "sweep.bulk_to_first",
        "bulk_create of the same rows / first sweep",
        found["bulk_create"],
        found["first"],
        size,
    )
    tell(
        "sweep.get_or_create_to_first",
        f"get_or_create ({FEW:,} nudges, scaled) / first sweep",
        found["get_or_create"],
        found["first"],
        size,
    )
    made, different = at_once()
    exact = made == different == nudges
    hand_on(
        "sweep.exact",
        size=size,
        words=f"{AT_ONCE} sweeps at once: nudges made / nudges due",
        over=made,
        under=nudges,
        ratio=made / nudges if exact else 0,
        low=0,
        high=0,
        rounds=1,
    )
    return 0 if exact else 1


if __name__ == "__main__":
    sys.exit(main())
