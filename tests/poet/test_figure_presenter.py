"""Figures as people read them."""

from decimal import Decimal

import pytest

from poet.ui import figure_presenter


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, figure_presenter.NONE),
        (0, "0"),
        (999, "999"),
        (177571, "177,571"),
        (Decimal(177571), "177,571"),
        (Decimal("4.2"), "4.2"),
    ],
)
def test_a_number_has_its_thousands_apart_whichever_way_the_database_added_it_up(value, shown):
    assert figure_presenter.number(value) == shown
