"""Step x month asked of one other tool in a process of its own: `python peer.py TOOL FILE`, with
that tool installed.

Prints one line of JSON: seconds to import and read, seconds to ask, peak memory, and the answer
with days by nearest rank, so that it can be held against ours. Knows nothing of the app.
"""

import json
import math
import resource
import sys
import time


def duck(path, query_from):
    import duckdb

    connection = duckdb.connect(
        path if query_from == "visits" else ":memory:", read_only=query_from == "visits"
    )
    connection.execute("SET threads TO 2")

    def ask():
        return connection.execute(
            "SELECT step, CAST(month AS VARCHAR), count(*), quantile_disc(days, 0.5), "
            "quantile_disc(days, 0.9), "
            f"sum(ok), sum(has_due) FROM {query_from} GROUP BY ALL"
        ).fetchall()

    return ask


def duckdb_own(path):
    return duck(path, "visits")


def duckdb_parquet(path):
    return duck(path, f"read_parquet('{path}')")


def duckdb_csv(path):
    return duck(path, f"read_csv('{path}')")


def make_duckdb(path):
    """The tool's own file and the parquet file, from the CSV."""
    import duckdb

    base = path.removesuffix(".csv")
    connection = duckdb.connect(f"{base}.duckdb")
    connection.execute(f"CREATE OR REPLACE TABLE visits AS SELECT * FROM read_csv('{path}')")
    connection.execute(f"COPY visits TO '{base}.parquet' (FORMAT parquet)")
    connection.close()
    return lambda: []


def polars_of(frame):
    import polars as pl

    def ask():
        ranked = [
            pl.col("days")
            .sort()
            .get((pl.len() * share).ceil().cast(pl.Int64) - 1)
            .alias(f"q{share}")
            for share in (0.5, 0.9)
        ]
        found = frame.group_by("step", "month").agg(
            pl.len().alias("n"), *ranked, pl.col("ok").sum(), pl.col("has_due").sum()
        )
        return [(s, str(m), *rest) for s, m, *rest in found.collect().rows()]

    return ask


def polars_parquet(path):
    import polars as pl

    return polars_of(pl.scan_parquet(path))


def polars_csv(path):
    import polars as pl

    return polars_of(pl.scan_csv(path))


def pandas_csv(path):
    import pandas as pd

    frame = pd.read_csv(path, usecols=["step", "month", "days", "ok", "has_due"])

    def ask():
        ordered = frame.sort_values("days").groupby(["step", "month"])
        sums = ordered.agg(n=("days", "size"), ok=("ok", "sum"), due=("has_due", "sum"))
        place, of = ordered.cumcount(), ordered["days"].transform("size")
        ranks = {}
        for share in (0.5, 0.9):
            wanted = (of * share).apply(math.ceil) - 1
            rows = frame.loc[place.index[place == wanted]]
            ranks[share] = rows.set_index(["step", "month"])["days"]
        return [
            (step, month, row.n, ranks[0.5][step, month], ranks[0.9][step, month], row.ok, row.due)
            for (step, month), row in zip(sums.index, sums.itertuples(index=False), strict=True)
        ]

    return ask


def pm4py_dfg(path):
    """A different and smaller answer: mean days between steps. A process-mining tool has no step x
    month.
    """
    import pandas as pd
    import pm4py

    frame = pd.read_csv(path, usecols=["case", "step", "entered_at"], parse_dates=["entered_at"])
    log = pm4py.format_dataframe(
        frame, case_id="case", activity_key="step", timestamp_key="entered_at"
    )

    def ask():
        pm4py.discover_performance_dfg(log)
        return []

    return ask


TOOLS = {
    tool.__name__: tool
    for tool in (
        make_duckdb,
        duckdb_own,
        duckdb_parquet,
        duckdb_csv,
        polars_parquet,
        polars_csv,
        pandas_csv,
        pm4py_dfg,
    )
}


def main(name, path):
    began = time.perf_counter()
    try:
        ask = TOOLS[name](path)
    except ImportError as missing:
        print(json.dumps({"not run": f"{missing.name} is not installed"}))
        return
    read = time.perf_counter()
    rows = ask()
    asked = time.perf_counter()
    answer = {f"{row[0]} {row[1]}": [int(value) for value in row[2:]] for row in rows}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"read": read - began, "asked": asked - read, "mb": peak, "rows": answer}))


if __name__ == "__main__":
    main(*sys.argv[1:])
