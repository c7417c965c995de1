"""Every panel by every method, after all methods gave the same answer: `python -m bench.dashboard`
(G5, G7).
"""

import os
import sys
from functools import partial

from bench import setting
from bench.rounds import ROUNDS, hand_on, interleave, machine, ratio, table, tell, timed, versions


def first_difference(right: dict, other: dict) -> str:
    """ "" where two answers are equal, else the first place where they are not."""
    for key in sorted(right.keys() | other.keys(), key=str):
        if right.get(key) != other.get(key):
            return f"{key}: {other.get(key)} instead of {right.get(key)}"
    return ""


def unequal(methods: dict) -> list[str]:
    """What differs from the raw visits, by panel and method."""
    found = []
    for panel, ways in methods.items():
        right = ways["raw"]()
        if not right:
            found.append(f"{panel}: the visits say nothing, so nothing was compared")
        for name, way in ways.items():
            difference = "" if name == "raw" else first_difference(right, way())
            if difference:
                found.append(f"{panel}, {name}: {difference}")
    return found


def main() -> int:
    setting.start()
    from bench.panels import Panels  # needs Django

    size, panels = os.environ["BENCH_SIZE"], Panels()
    print(f"\ndashboard, {size} cases: {machine()}, {versions()}")
    wrong = unequal(panels.methods)
    if wrong:
        print("  NOT EQUAL, so nothing is timed:", *wrong, sep="\n    ")
        return 1
    print(f"  equal: {len(panels.methods)} panels, every method gives what the visits say")
    rows, sums = [], {"raw": [0.0] * (ROUNDS - 1), "figures": [0.0] * (ROUNDS - 1)}
    for panel, ways in panels.methods.items():
        found = interleave({name: partial(timed, way) for name, way in ways.items()})
        for name, numbers in found.items():
            against = ratio(found["raw"], numbers)
            rows.append(
                [panel, name, against["under"], min(numbers), max(numbers), against["ratio"]]
            )
        for name in sums:
            sums[name] = [a + b for a, b in zip(sums[name], found[name], strict=True)]
        hand_on(
            f"panel.{panel[:2]}", size=size, **{n: sorted(v)[len(v) // 2] for n, v in found.items()}
        )
        for name in found.keys() - {"raw"} if "histogram" in found else ():
            key = name.replace(", SQL", "_sql")
            tell(
                f"{panel[:2]}.raw_to_{key}",
                f"{panel}: raw / {name}",
                found["raw"],
                found[name],
                size,
            )
    table(["panel", "method", "median ms", "min", "max", "raw / it"], rows)
    tell("panels.raw_to_kept", "all panels: raw / kept", sums["raw"], sums["figures"], size)
    return 0


if __name__ == "__main__":
    sys.exit(main())
