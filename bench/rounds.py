"""Rounds and ratios: sides measured in turn (A B A B), the first round thrown away, ratios taken
within a round.

A ratio is the median of the pairs' ratios, with the smallest and the largest beside it. What is
found goes out as lines for people and, after RESULT, as JSON that `python -m bench` holds against
goals.toml.
"""

import json
import os
import platform
import statistics
import time
from collections.abc import Callable

ROUNDS = 6  # the first warms up and is thrown away


def timed(do: Callable[[], object]) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    do()
    return (time.perf_counter() - began) * 1000


def interleave(
    sides: dict[str, Callable[[], float]], rounds: int = ROUNDS
) -> dict[str, list[float]]:
    """Each side once a round, in turn; a side gives its own number. The first round is left out."""
    found: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, measure in sides.items():
            found[name].append(measure())
    return {name: numbers[1:] for name, numbers in found.items()}


def ratio(over: list[float], under: list[float]) -> dict:
    """How many times `over` is `under`, pair by pair; what was too slow for all rounds has fewer
    pairs.
    """
    pairs = [a / b for a, b in zip(over, under, strict=False)]
    return {
        "over": statistics.median(over),
        "under": statistics.median(under),
        "ratio": statistics.median(pairs),
        "low": min(pairs),
        "high": max(pairs),
        "rounds": len(pairs),
    }


def tell(
    key: str, words: str, over: list[float], under: list[float], size: str, unit: str = "ms"
) -> dict:
    """One ratio, said and handed on."""
    found = ratio(over, under)
    print(
        f"  {words}: {number(found['over'])} / {number(found['under'])} {unit} = "
        f"{number(found['ratio'])} "
        f"({number(found['low'])} to {number(found['high'])}, {found['rounds']} rounds)"
    )
    hand_on(key, size=size, words=words, unit=unit, **found)
    return found


def hand_on(key: str, **facts) -> None:
    print("RESULT " + json.dumps({"key": key, **facts}), flush=True)


def number(value: float) -> str:
    """Three figures."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def table(head: list[str], rows: list[list]) -> None:
    """Rows under a head, in columns."""
    cells = [head, *([number(c) if isinstance(c, float) else str(c) for c in row] for row in rows)]
    widths = [max(len(row[place]) for row in cells) for place in range(len(head))]
    for row in cells:
        first, *others = (
            cell.ljust(w) if place == 0 else cell.rjust(w)
            for place, (cell, w) in enumerate(zip(row, widths, strict=True))
        )
        print("  " + "  ".join([first, *others]).rstrip())


def machine() -> str:
    """The first line of every run: without it no number means anything."""
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    return (
        f"{os.cpu_count()} cores, load {load}, Python {platform.python_version()}, "
        f"{platform.system()}"
    )


def versions() -> str:
    """Of the framework and the database that is open."""
    import django  # a peer's process has neither
    from django.db import connection

    connection.ensure_connection()
    if connection.vendor == "sqlite":
        return f"Django {django.get_version()}, SQLite {connection.Database.sqlite_version}"
    return (
        f"Django {django.get_version()}, PostgreSQL "
        f"{'.'.join(map(str, divmod(connection.pg_version, 10000)))}"
    )
