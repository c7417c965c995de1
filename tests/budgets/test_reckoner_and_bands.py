"""Hours at dated published rates, and one-off carers' awards."""

import copy
from datetime import date
from decimal import Decimal as D

import pytest

from budgets.allocation import methods, schemes
from budgets.allocation.allocator import SchemeError, allocate, check_scheme
from tests.budgets.samples import DERBYSHIRE, HALTON, RECKONER, broken, load


def test_need_to_hours_to_rate_to_cost():
    vector = next(v for v in RECKONER["vectors"] if v["name"].startswith("older"))
    result = allocate(RECKONER, vector["answers"], on=date(2024, 4, 1))
    first = result.lines[0]
    assert "8 hours a week × 0.75" in first.detail and "£16.29 an hour" in first.detail
    assert first.amount == 52 * D("97.74")  # 6 hours x 16.29
    assert result.points is None and result.raw_points is None
    assert result.trace["rates"][0]["source"].startswith("https://coventry.gov.uk")


def test_a_reckoner_needs_a_service_date():
    with pytest.raises(SchemeError, match="service date is needed"):
        allocate(RECKONER, RECKONER["vectors"][0]["answers"])


@pytest.mark.parametrize(
    ("name", "last_day", "next_day"),
    [
        ("rates_shropshire.json", date(2025, 3, 31), date(2025, 4, 1)),
        ("rates_norfolk.json", date(2024, 3, 31), date(2024, 4, 1)),
    ],
)
def test_a_published_rate_is_never_rolled_on(name, last_day, next_day):
    scheme = load(name)
    answers = scheme["vectors"][0]["answers"]
    assert allocate(scheme, answers, on=last_day).annual > 0
    with pytest.raises(SchemeError, match=f"published to {last_day}"):
        allocate(scheme, answers, on=next_day)


def test_rates_are_chosen_by_service_date():
    scheme = copy.deepcopy(RECKONER)
    later = {**scheme["rates"][0], "amount": "20.00", "valid_from": "2026-04-01"}
    scheme["rates"][0]["valid_to"] = "2026-03-31"
    scheme["rates"].append(later)
    answers = scheme["vectors"][1]["answers"]
    parsed = schemes.parse_scheme(scheme)
    assert methods.rate_on(parsed, "pa", date(2026, 3, 31)).amount == D("16.29")
    assert methods.rate_on(parsed, "pa", date(2026, 4, 1)).amount == D("20.00")
    assert (
        allocate(scheme, answers, on=date(2026, 4, 1)).annual
        > allocate(scheme, answers, on=date(2026, 3, 31)).annual
    )
    scheme["rates"][0]["valid_to"] = "2026-04-01"
    assert check_scheme(scheme) == ['The rate "pa" has two prices on 2026-04-01 (rates 1 and 2).']


@pytest.mark.parametrize(
    ("path", "value", "why"),
    [
        (["domains", 0, "rate"], "drop", "names a rate that is not given"),
        (["domains", 0, "options", 1, "hours"], "drop", "needs the field hours"),
        (["rates", 0, "unit"], "week", 'the unit "hour"'),
        (["rates", 0, "valid_from"], None, "needs a valid_from date"),
        (["rates", 0, "valid_from"], "2024-02-30", "must be a date"),
        (["rates", 0, "valid_to"], "2023-01-01", "before it begins"),
        (["rates", 0, "amount"], "-1", "0 or more"),
        (["rates"], [], "at least one entry"),
    ],
)
def test_a_malformed_reckoner_gives_no_figure(path, value, why):
    with pytest.raises(SchemeError, match=why):
        allocate(
            broken(path, value, RECKONER), RECKONER["vectors"][0]["answers"], on=date(2025, 1, 1)
        )


@pytest.mark.parametrize(
    ("scheme", "option", "annual", "text"),
    [
        (DERBYSHIRE, 0, "100.00", "£100.00"),
        (DERBYSHIRE, 1, "175.00", "£175.00"),
        (DERBYSHIRE, 2, "300.00", "£300.00"),
        (HALTON, 0, "0.00", "£0.00"),
        (HALTON, 1, "200.00", "up to £200.00"),
        (HALTON, 2, "300.00", "up to £300.00"),
    ],
)
def test_carer_bands_are_one_off_awards(scheme, option, annual, text):
    result = allocate(scheme, {"impact": {"option": option}})
    assert (str(result.annual), result.weekly, result.four_weekly, result.points) == (
        annual,
        None,
        None,
        None,
    )
    assert (
        result.lines[0].detail.endswith(text)
        and sum(x.amount for x in result.lines) == result.annual
    )
    assert result.trace["questions"][0]["asked_of"] == "worker"


def test_bands_notes_and_dates():
    assert (
        "No direct payment in this band."
        in allocate(HALTON, {"impact": {"option": 0}}).trace["notes"]
    )
    with pytest.raises(SchemeError, match="published from 2015-04-01"):
        allocate(HALTON, {"impact": {"option": 0}}, on=date(2015, 3, 31))
    ended = {**HALTON, "valid_to": "2020-03-31"}
    with pytest.raises(SchemeError, match="published to 2020-03-31"):
        allocate(ended, {"impact": {"option": 0}}, on=date(2020, 4, 1))


def test_a_band_without_an_amount_and_multipliers_in_bands():
    free = broken(["domains", 0, "options", 0, "amount"], None, HALTON)
    result = allocate(free, {"impact": {"option": 0}})
    assert result.annual == 0 and "met by universal services" in result.lines[0].detail
    with pytest.raises(SchemeError, match="an award is not reduced"):
        allocate({**HALTON, "unpaid_support_multipliers": {"none": "1"}}, {"impact": {"option": 0}})
    with pytest.raises(SchemeError, match="true or false"):
        allocate(
            broken(["domains", 0, "options", 0, "up_to"], "yes", HALTON), {"impact": {"option": 0}}
        )
