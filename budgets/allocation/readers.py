"""Typed readers for the fields of a scheme definition; what cannot be read is a ``SchemeError``."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NoReturn

_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,4})?")


class SchemeError(ValueError):
    """One clear sentence for the reader: why there is no figure. ``problems``: all that is wrong,
    where several are.
    """

    def __init__(self, sentence: str, problems: Sequence[str] = ()) -> None:
        super().__init__(sentence[:1].upper() + sentence[1:])
        self.problems = list(problems) or [str(self)]


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


def read_code(text: str) -> str:
    """The same text, if it may be a code."""
    if not _CODE.fullmatch(text):
        raise SchemeError(f"The code {show(text)} must be small letters, figures and underscores.")
    return text


def read_flag(holder: Mapping[str, Any], field: str, what: str) -> bool:
    """True or false; false where it is left out."""
    value = holder.get(field, False)
    if not isinstance(value, bool):
        raise SchemeError(f"The field {field} of {what} must be true or false.")
    return value


def read_number(value: object, what: str, places: int = 2) -> Decimal:
    """A number of 0 or more from a whole number, a decimal, or text; never from a float or
    true/false.
    """
    sound = isinstance(value, int | str | Decimal) and not isinstance(value, bool)
    if isinstance(value, int) and abs(value) >= 10**9:
        sound = False
    if not sound or not _NUMBER.fullmatch(str(value)):
        raise SchemeError(
            f"{what} must be a number of 0 or more written in figures, not {show(value)}."
        )
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


def read_json(data: bytes, number: Callable[[str], Any] = Decimal) -> Any:
    """JSON read exactly: numbers with a point through ``number``, no key twice, no NaN. Else
    SchemeError.
    """
    try:
        return json.loads(
            data.decode("utf-8-sig"),
            parse_float=number,
            parse_constant=_refuse_constant,
            object_pairs_hook=_without_doubles,
        )
    except SchemeError:
        raise
    except (ValueError, ArithmeticError, RecursionError):
        raise SchemeError("It is not JSON that can be read exactly.") from None


def _refuse_constant(name: str) -> NoReturn:
    raise SchemeError(f"It holds {name}, which is not a number.")


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Two answers to one question would silently become the later one."""
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        double = next(key for key in keys if keys.count(key) > 1)
        raise SchemeError(f'The field "{double[:40]}" stands there twice.')
    return found
