"""Files for spreadsheets: no cell runs as a formula, amounts are numbers."""

import pytest

from cases.ui import spreadsheets
from cases.ui.components import Badge, Link


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+44", "'+44"),
        ("@cmd", "'@cmd"),
        ("-x", "'-x"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"),
        ("-12", "-12"),
        ("+12%", "+12%"),
        ("+12%=x", "'+12%=x"),
        ("£12,345", "12345"),
        ("£12.50", "12.50"),
        ("1,234", "1234"),
        ("–", ""),
        ("North", "North"),
        (Link("=x", "/"), "'=x"),
        (Badge("Late"), "Late"),
    ],
)
def test_no_cell_is_a_formula_and_amounts_are_numbers(value, written):
    assert spreadsheets.cell(value) == written
