"""Step x month by other tools in the same run, from a CSV file of the visits: DuckDB, polars,
pandas, pm4py (G6, G7).

Each runs in a process of its own with the Python of BENCH_PYTHON (by default ours; `pip install
.[bench]`); what is not installed is said and left out. An answer that is not equal to ours fails.
`python -m bench.peers`
"""

import json
import os
import subprocess
import sys

from bench import setting
from bench.dashboard import first_difference
from bench.rounds import ROUNDS, machine, number, ratio, table, tell, timed, versions

SUFFIX = {"duckdb_own": ".duckdb", "duckdb_parquet": ".parquet", "polars_parquet": ".parquet"}
TOOLS = (
    "duckdb_own",
    "duckdb_parquet",
    "duckdb_csv",
    "polars_parquet",
    "polars_csv",
    "pandas_csv",
    "pm4py_dfg",
)
# seconds: a tool that takes longer is asked in three rounds only, of which the first is left out
SLOW = 20.0
QUERY = """SELECT case_id AS "case", step, month, days, entered_at, left_at, (due_at IS NOT NULL)::int AS has_due,
 COALESCE(left_at < due_at, false)::int AS ok FROM cases_visit WHERE left_at IS NOT NULL AND month >= '{since}'"""


def exported(panels, size: str) -> str:
    """A CSV file of the closed visits of the months that are asked for."""
    from django.db import connection  # needs Django

    setting.FOLDER.mkdir(parents=True, exist_ok=True)
    path = setting.FOLDER / f"visits_{size}.csv"
    with path.open("w") as file, connection.cursor() as cursor:
        query = QUERY.format(since=panels.since)
        cursor.cursor.copy_expert(f"COPY ({query}) TO STDOUT (FORMAT csv, HEADER)", file)
    return str(path)


def ask(tool: str, path: str) -> dict:
    """One process; what it says of itself."""
    python = os.environ.get("BENCH_PYTHON", sys.executable)
    command = [python, str(setting.ROOT / "bench" / "peer.py"), tool, path]
    done = subprocess.run(command, capture_output=True, text=True, cwd=setting.FOLDER)
    if done.returncode:
        return {
            "not run": done.stderr.strip().splitlines()[-1]
            if done.stderr.strip()
            else f"exit {done.returncode}"
        }
    return json.loads(done.stdout.strip().splitlines()[-1])


def main() -> int:
    if not setting.server():
        print("\npeers: not run: PostgreSQL only, and DATABASE_URL names none")
        return 0
    setting.start()
    from bench.panels import Panels  # needs Django

    size, panels = os.environ["BENCH_SIZE"], Panels()
    print(f"\npeers, {size} cases: {machine()}, {versions()}")
    ours = {
        f"{step} {month}": list(figure) for (step, month), figure in panels.p1_figures().items()
    }
    base = exported(panels, size).removesuffix(".csv")
    ask("make_duckdb", f"{base}.csv")
    found, kept, failed = {}, {"figures": [], "histogram, SQL": []}, 0
    for count in range(ROUNDS):
        kept["figures"].append(min(timed(panels.p1_figures) for _ in range(3)))
        kept["histogram, SQL"].append(timed(panels.p1_sql))
        for tool in TOOLS:
            have = found.setdefault(tool, [])
            slow = len(have) and have[0].get("read", 0) + have[0].get("asked", 0) > SLOW
            if (have and "not run" in have[0]) or (slow and count > 2):
                continue
            have.append(ask(tool, base + SUFFIX.get(tool, ".csv")))
    for tool, answers in found.items():
        failed += show(tool, answers, ours, kept, size)
    rows = [[name, None, sum(v[1:]) / len(v[1:]) / 1000] for name, v in kept.items()]
    table(["ours (connection open)", "s"], [[name, f"{s:.4f}"] for name, _none, s in rows])
    for suffix in (".csv", ".parquet", ".duckdb"):
        file = setting.FOLDER / f"visits_{size}{suffix}"
        print(
            f"  {file.name}: {file.stat().st_size / 1e6:,.1f} MB"
            if file.exists()
            else f"  {file.name}: not made"
        )
        file.unlink(missing_ok=True)
    return 1 if failed else 0


def show(tool: str, answers: list[dict], ours: dict, kept: dict, size: str) -> int:
    """One tool's lines. Returns 1 where its answer is not ours."""
    if "not run" in answers[0]:
        print(f"  {tool}: not run: {answers[0]['not run']}")
        return 0
    difference = first_difference(ours, answers[0]["rows"]) if tool != "pm4py_dfg" else ""
    if difference:
        print(f"  {tool}: NOT EQUAL at {difference}")
        return 1
    said = "a different, smaller answer" if tool == "pm4py_dfg" else "equal"
    later = answers[1:]
    asked, total = (
        [a["asked"] * 1000 for a in later],
        [(a["read"] + a["asked"]) * 1000 for a in later],
    )
    reads = ratio([a["read"] for a in later], [1] * len(later))["over"]
    print(
        f"  {tool}: {said}; import and read {number(reads)} s, asked "
        f"{number(sorted(asked)[len(asked) // 2] / 1000)} s, "
        f"peak {max(a['mb'] for a in later):,.0f} MB"
    )
    for name, ms in kept.items():
        under = ms[1 : len(later) + 1]
        if tool.startswith(("pandas", "pm4py", "polars_csv", "duckdb_csv")):
            tell(
                f"peers.{tool}_to_{name.replace(', SQL', '_sql')}",
                f"{tool}, read and asked / {name}",
                total,
                under,
                size,
            )
        else:
            tell(
                f"peers.{tool}_to_{name.replace(', SQL', '_sql')}",
                f"{tool}, asked / {name}",
                asked,
                under,
                size,
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
