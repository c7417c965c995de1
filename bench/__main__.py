"""`python3 dev.py bench [--quick | --full] [--check] [--keep] [name ...]`: make the data, measure,
hold against goals.

--quick: 10,000 cases, a few minutes. Neither: 100,000. --full: a million cases too, by hand, about
an hour with the data. Names: dashboard, pages, sweep, writes, peers, sqlite,
running_money, entitlement (all of them unless named); oracle, random_journeys (only when named).
"""

import argparse
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

from bench import setting
from bench.rounds import machine, number

NAMES = ("dashboard", "pages", "sweep", "writes", "peers", "sqlite", "running_money")
WITHOUT_DATA = ("entitlement",)
ORACLES = ("oracle", "random_journeys")
PLANS = {
    # how: {name: sizes}
    "quick": dict.fromkeys(NAMES, ["10k"]),
    "normal": dict.fromkeys(NAMES, ["100k"]) | {"pages": ["10k", "100k"], "running_money": ["10k"]},
    "full": {
        "dashboard": ["10k", "100k", "1m"],
        "pages": ["10k", "1m"],
        "sweep": ["100k", "1m"],
        "writes": ["100k"],
        "peers": ["100k", "1m"],
        "sqlite": ["100k"],
        "running_money": ["10k"],
    },
}


def made(size: str, vendor: str, fresh: bool) -> None:
    """The data of a size, made where it is not there."""
    stamp = setting.FOLDER / f"{size}-{vendor}.made"
    address = setting.address(size, vendor)
    if not fresh and stamp.is_file() and stamp.read_text() == address:
        return
    stamp.unlink(missing_ok=True)
    child("data", [size], setting.environment(size, vendor))
    stamp.write_text(address)


def child(name: str, arguments: list[str], env: dict) -> list[dict]:
    """Run one measurement in a process of its own, in the open; returns what it hands on."""
    command = [sys.executable, "-m", f"bench.{name}", *arguments]
    process = subprocess.Popen(
        command, cwd=setting.ROOT, env=env, stdout=subprocess.PIPE, text=True
    )
    found = []
    for line in process.stdout:
        if line.startswith("RESULT "):
            found.append(json.loads(line.removeprefix("RESULT ")))
        else:
            print(line, end="", flush=True)
    if process.wait():
        found.append({"key": "failed", "name": name})
    return found


def measured(name: str, sizes: list[str], fresh: bool) -> list[dict]:
    vendor = "sqlite" if name == "sqlite" or not setting.server() else "postgresql"
    setting.FOLDER.mkdir(parents=True, exist_ok=True)
    for size in sizes:
        made(size, vendor, fresh)
    if name == "pages":
        return child(name, [sizes[0], sizes[-1]], setting.environment(sizes[-1], vendor))
    return [one for size in sizes for one in child(name, [], setting.environment(size, vendor))]


def judged(results: list[dict]) -> int:
    """Each gate with both medians and the spread. Returns how many failed."""
    gates = tomllib.loads((Path(__file__).parent / "goals.toml").read_text())["gate"]
    failed = 0
    print("\ngates: median / median = median of the ratios (smallest to largest)")
    for gate in gates:
        found = [r for r in results if r["key"] == gate["key"]]
        for one in found:
            kept = (
                gate.get("at_least", float("-inf"))
                <= one["ratio"]
                <= gate.get("at_most", float("inf"))
            )
            here = one["size"] in gate["sizes"]
            failed += here and not kept
            words = ("PASS" if kept else "FAIL") if here else "shown"
            wanted = " ".join(
                f"{word} {gate[key]}"
                for key, word in (("at_most", "<="), ("at_least", ">="))
                if key in gate
            )
            print(
                f"  {words:<5} {gate['name']:<3} {gate['what']} ({one['size']}): "
                f"{number(one['over'])} / "
                f"{number(one['under'])} = {number(one['ratio'])} ({number(one['low'])} to "
                f"{number(one['high'])}), "
                f"wanted {wanted}"
            )
        if not found:
            print(f"  not run {gate['name']} {gate['what']}")
    return failed


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="dev.py bench", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("names", nargs="*", choices=[[], *NAMES, *WITHOUT_DATA, *ORACLES])
    parser.add_argument(
        "--quick", action="store_const", dest="how", const="quick", default="normal"
    )
    parser.add_argument("--full", action="store_const", dest="how", const="full")
    parser.add_argument("--check", action="store_true", help="exit with 1 where a gate fails")
    parser.add_argument("--fresh", action="store_true", help="make the data anew")
    parser.add_argument("--drop", action="store_true", help="give the data's space back at the end")
    options = parser.parse_args(arguments)
    names = options.names or (*NAMES, *WITHOUT_DATA)
    for name in ORACLES:
        if name in names:
            return subprocess.call([sys.executable, "-m", f"bench.{name}"], cwd=setting.ROOT)
    print(
        f"{machine()}; data on "
        f"{'PostgreSQL' if setting.server() else 'SQLite: DATABASE_URL names no PostgreSQL'}"
    )
    results, fresh = [], options.fresh
    for name in names:
        if name in WITHOUT_DATA:
            results += child(name, [], dict(os.environ))
            continue
        results += measured(name, PLANS[options.how][name], fresh)
        fresh = False
    failed = judged(results)
    broken = [one["name"] for one in results if one["key"] == "failed"]
    for name in broken:
        print(f"  FAILED {name}: see above")
    if options.drop:
        for size in setting.SIZES:
            setting.drop(size)
            for stamp in setting.FOLDER.glob(f"{size}-*.made"):
                stamp.unlink()
    return 1 if broken or (failed and options.check) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
