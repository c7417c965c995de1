"""Typed readers for the fields of a scheme definition; what cannot be read is a ``SchemeError``."""

import json
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,4})?")


class SchemeError(ValueError):
    """One clear sentence for the reader: why there is no figure."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence[:1].upper() + sentence[1:])


def show(value: object) -> str:
    """A value as a reader may see it in an error: JSON, cut short."""
    if isinstance(value, int) and abs(value) >= 10**12:
        return "a very large number"
    text = json.dumps(value, default=str, ensure_ascii=False)
    return text if len(text) <= 40 else text[:37] + "..."


def read_mapping(value: object, what: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise SchemeError(f"{what} must be an object with named fields.")
    return value


def read_list(holder: Mapping[str, Any], field: str, what: str) -> list[Any]:
    value = holder.get(field)
    if not isinstance(value, list | tuple) or not value:
        raise SchemeError(f"{what} needs a list of {field} with at least one entry.")
    return list(value)


def read_text(holder: Mapping[str, Any], field: str, what: str, default: str | None = None) -> str:
    value = holder.get(field, default)
    if not isinstance(value, str) or (default is None and not value.strip()):
        raise SchemeError(f"{what} needs the text field {field}.")
    return value


def read_number(value: object, what: str, places: int = 2) -> Decimal:
    """A number of 0 or more from a whole number, a decimal, or text; never from a float or true/false."""
    sound = isinstance(value, int | str | Decimal) and not isinstance(value, bool)
    if isinstance(value, int) and abs(value) >= 10**9:
        sound = False
    if not sound or not _NUMBER.fullmatch(str(value)):
        raise SchemeError(f"{what} must be a number of 0 or more written in figures, not {show(value)}.")
    result = Decimal(str(value))
    if -int(result.as_tuple().exponent) > places:
        raise SchemeError(f"{what} has more than {places} decimal places: {show(value)}.")
    return result


def read_date(value: object, what: str) -> date:
    """ "2024-04-01", or "2024-04" where only the month is published (its first day)."""
    text = value if isinstance(value, str) else ""
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?", text):
            raise ValueError
        return date.fromisoformat(text if len(text) == 10 else text + "-01")
    except ValueError:
        raise SchemeError(f"{what} must be a date such as 2024-04-01, not {show(value)}.") from None


def read_dates(holder: Mapping[str, Any], what: str) -> tuple[date | None, date | None]:
    first, last = (
        None if holder.get(field) is None else read_date(holder[field], f"{field} of {what}")
        for field in ("valid_from", "valid_to")
    )
    if first and last and last < first:
        raise SchemeError(f"{what} ends on {last} before it begins on {first}.")
    return first, last
