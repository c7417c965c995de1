"""When the help telephone is answered: days, bank holidays, the change of the clocks, and no hours
at all.
"""

from datetime import UTC, datetime, time

import pytest

from cases.council import office_hours
from cases.models import Council

HOURS = {"opens_at": time(9), "closes_at": time(17)}


def at(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        (at(2026, 11, 27, 8, 59), False),
        (at(2026, 11, 27, 9, 0), True),
        (at(2026, 11, 27, 16, 59), True),
        (at(2026, 11, 27, 17, 0), False),
        (at(2026, 11, 28, 12, 0), False),  # a Saturday
        (at(2026, 12, 25, 12, 0), False),  # a bank holiday on a Friday
        (at(2026, 6, 1, 8, 0), True),  # nine in London in summer
        (at(2026, 6, 1, 16, 0), False),
    ],
)
def test_is_it_open(moment, is_open):
    assert office_hours.is_open(Council(**HOURS), moment) is is_open


def test_every_day_is_open_on_a_bank_holiday():
    assert office_hours.is_open(Council(**HOURS, open_days="every_day"), at(2026, 12, 25, 12, 0))


def test_it_opens_next_after_the_holidays():
    council = Council(**HOURS)
    assert office_hours.opens_next(council, at(2026, 12, 24, 17, 30)) == at(2026, 12, 29, 9, 0)
    assert office_hours.opens_next(council, at(2026, 11, 27, 8, 0)) == at(2026, 11, 27, 9, 0)


def test_no_hours_mean_closed_and_no_words():
    council = Council()
    assert not office_hours.is_open(council, at(2026, 11, 27, 12, 0))
    assert office_hours.opens_next(council, at(2026, 11, 27, 12, 0)) is None
    assert office_hours.in_words(council) == ""


def test_the_hours_in_words():
    found = office_hours.in_words(Council(opens_at=time(8, 30), closes_at=time(12)))
    assert found == "Monday to Friday, not on bank holidays, 8:30am to midday"
