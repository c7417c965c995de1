"""The oracle of the entitlement against every worked case, each sum worked out by hand."""

import json
from datetime import date
from pathlib import Path

import pytest

from tests.budgets.entitlement_oracle import Refused, entitlement

CASES = json.loads(Path(__file__).with_name("entitlement_cases.json").read_text())["cases"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_worked_case(case):
    until = date.fromisoformat(case["until"])
    if case["expect"] == {"exit": 2}:
        with pytest.raises(Refused):
            entitlement(case["facts"], until)
        return
    found = entitlement(case["facts"], until)
    assert {part: found[part] for part in case["expect"]} == case["expect"]
