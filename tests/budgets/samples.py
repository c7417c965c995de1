"""The shipped schemes, a small scheme of one question, and a way to break one field of a scheme."""

import copy
import json
from pathlib import Path

from budgets.allocation import allocator

DATA = Path(allocator.__file__).parents[1] / "data"
FILES = sorted(DATA.glob("*.json"))


def load(name):
    return json.loads((DATA / name).read_text(encoding="utf-8"))


DEMO, RECKONER = load("demo_scheme.json"), load("demo_reckoner.json")
DERBYSHIRE, HALTON = load("carer_bands_derbyshire.json"), load("carer_bands_halton.json")


def small(**changes):
    """A table scheme of one question: 0 to 100 points by the option's number, rows of ten
    points.
    """
    penny = {"unit": "0.01", "mode": "half_up"}
    scheme = {
        "name": "Small",
        "method": "table",
        "domains": [
            {
                "code": "only",
                "title": "The only question",
                "outcome": "hygiene",
                "options": [{"label": f"Level {i}", "points": i} for i in range(101)],
            }
        ],
        "rounding": {
            "points": {"unit": "1", "mode": "half_up"},
            "week": penny,
            "four_weeks": penny,
        },
        "weeks": "52",
        "table": [
            {"from": i * 10, "to": 100 if i == 9 else i * 10 + 9, "amount_year": str(520 * i)}
            for i in range(10)
        ],
    }
    return {**scheme, **changes}


def ask(option, **more):
    return {"only": {"option": option, **more}}


def broken(path, value, source=DEMO):
    scheme = copy.deepcopy(source)
    place = scheme
    for key in path[:-1]:
        place = place[key]
    if value == "drop":
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return scheme
