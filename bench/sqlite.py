"""Step x month on SQLite: finished figures and histogram against window functions over the visits
(G12).

Equal first, then timed. `python -m bench.sqlite`, on a SQLite file.
"""

import os
import sys
from functools import partial

from bench import setting
from bench.dashboard import unequal
from bench.rounds import interleave, machine, table, tell, timed, versions


def main() -> int:
    setting.start()
    from bench.panels import Panels  # needs Django

    size, methods = os.environ["BENCH_SIZE"], Panels().methods
    ways = methods["P1 step x month"]
    print(f"\nsqlite, {size} cases: {machine()}, {versions()}")
    wrong = unequal({"P1 step x month": ways})
    if wrong:
        print("  NOT EQUAL, so nothing is timed:", *wrong, sep="\n    ")
        return 1
    print("  equal: every method gives what the visits say")
    found = interleave({name: partial(timed, way) for name, way in ways.items()})
    for name in found.keys() - {"raw"}:
        key = name.replace(", SQL", "_sql")
        tell(f"sqlite.raw_to_{key}", f"SQLite, P1: raw / {name}", found["raw"], found[name], size)
    others = {
        f"{panel}: kept": ways["figures"]
        for panel, ways in methods.items()
        if not panel.startswith("P1")
    }
    numbers = interleave({name: partial(timed, way) for name, way in others.items()})
    table(
        ["panel", "median ms", "min", "max"],
        [[n, sorted(v)[len(v) // 2], min(v), max(v)] for n, v in numbers.items()],
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
