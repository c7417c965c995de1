"""Numbers and rates as people write them. Not here: words about a line or a plan (`position`)."""

from decimal import Decimal

from budgets.money.sterling import pounds


def number(value: Decimal) -> str:
    """5, 2.5: as people write it."""
    return f"{value.normalize():f}"


def rate(value: Decimal) -> str:
    """£16.29, or with its part of a penny where a published rate has one."""
    return pounds(value) if value == value.quantize(Decimal("0.01")) else f"£{number(value)}"
