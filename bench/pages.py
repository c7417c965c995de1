"""Pages as ratios of a page with one query, a small database and a large one in turn: `python -m
bench.pages 10k 1m`.

G1 to G4, G10 and G11. Both databases are open in a process each (`visits`); a round asks each page
of both.
"""

import json
import subprocess
import sys

from bench import setting
from bench.rounds import ROUNDS, ratio, table, tell

# visits a round: the fastest of them counts, because another job on the machine only ever adds
EACH = 3
SLOW = 300.0  # ms above which one visit a round is enough
TOO_SLOW, FEW = (
    3000.0,
    2,
)  # ms above which there are only so many rounds, of which the first is thrown away as ever


class Visitor:
    """A process with one database open."""

    def __init__(self, size: str) -> None:
        command = [sys.executable, "-m", "bench.visits"]
        self.process = subprocess.Popen(
            command,
            env=setting.environment(size),
            cwd=setting.ROOT,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.facts = self._answer()

    def ask(self, what: str, name: str) -> dict:
        print(json.dumps([what, name]), file=self.process.stdin, flush=True)
        return self._answer()

    def time(self, name: str) -> float:
        found = [self.ask("time", name)["ms"]]
        while found[0] < SLOW and len(found) < EACH:
            found.append(self.ask("time", name)["ms"])
        return min(found)

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(30)

    def _answer(self) -> dict:
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("a page could not be visited: see above")
        return json.loads(line)


def main(small: str, large: str) -> int:
    visitors = {size: Visitor(size) for size in dict.fromkeys((small, large))}
    first = next(iter(visitors.values()))
    print(f"\npages, {small} and {large} cases: {first.facts['machine']}")
    counts = {
        size: {name: v.ask("count", name) for name in v.facts["pages"]}
        for size, v in visitors.items()
    }
    times = {size: {name: [] for name in v.facts["pages"]} for size, v in visitors.items()}
    for count in range(ROUNDS):
        for name in first.facts["pages"]:
            if count < FEW or max(counts[size][name]["ms"] for size in visitors) < TOO_SLOW:
                for size, visitor in visitors.items():
                    times[size][name].append(visitor.time(name))
    for visitor in visitors.values():
        visitor.close()
    times = {
        size: {name: numbers[1:] for name, numbers in pages.items()}
        for size, pages in times.items()
    }
    show(times, counts, small, large)
    gates(times, small, large)
    return 0


def show(times, counts, small, large) -> None:
    rows = []
    for name, numbers in times[large].items():
        against, db = ratio(numbers, times[large]["bare"]), ratio(numbers, times[large]["baredb"])
        growth, count = ratio(numbers, times[small][name]), counts[large][name]
        rows.append(
            [
                name,
                growth["under"],
                growth["over"],
                min(numbers),
                max(numbers),
                against["ratio"],
                db["ratio"],
                growth["ratio"],
                counts[small][name]["queries"],
                count["queries"],
                count["sql_ms"],
                count["bytes"],
            ]
        )
    table(
        [
            "page",
            f"ms {small}",
            f"ms {large}",
            "min",
            "max",
            "x bare",
            "x baredb",
            f"{large}/{small}",
            f"queries {small}",
            f"queries {large}",
            "SQL ms",
            "bytes",
        ],
        rows,
    )


def gates(times, small, large) -> None:
    here, there = times[large], times[small]
    for key, name in (
        ("dashboard_warm", "dashboard, warm"),
        ("dashboard_cold", "dashboard, cold"),
        ("transition", "transition POST"),
        ("question", "a question"),
    ):
        tell(f"{key}.to_baredb", f"{name} / baredb", here[name], here["baredb"], large)
        tell(
            f"{key}.to_signed",
            f"{name} / signed-in baredb",
            here[name],
            here["signed-in baredb"],
            large,
        )
    for key, name in (
        ("dashboard_cold", "dashboard, cold"),
        ("caseload", "caseload"),
        ("undrained", "dashboard, a change not drained"),
    ):
        tell(f"{key}.growth", f"{name}: {large} / {small}", here[name], there[name], large)
    tell(
        "grid.stock_to_ready",
        "grid: stock template / ready strings",
        here["grid, stock template"],
        here["grid, ready strings"],
        large,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[-1]))
