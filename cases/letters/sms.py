"""Text messages: one function to send one, and where it goes. A gateway is a function (number,
words) named in settings.

The demo prints them. Without a gateway nobody is offered text messages (`ready`). A gateway must
hand over and return at once: how long it takes must not tell whether a number is known. It may
raise `delivery.Refused` for a number that takes no texts; any OSError says that the gateway was not
reached, and TimeoutError that nobody knows.
"""

import re

from django.conf import settings
from django.utils.module_loading import import_string

kept: list[tuple[str, str]] = []  # what the tests sent


def ready() -> bool:
    """Is there a gateway?"""
    return bool(settings.TEXT_GATEWAY)


def send(number: str, words: str) -> None:
    import_string(settings.TEXT_GATEWAY)(number, words)


def to_console(number: str, words: str) -> None:
    """For the demonstration: no text leaves this computer."""
    print(f"Text message to {number}\n{words}\n", flush=True)  # noqa: T201


def keep_in_memory(number: str, words: str) -> None:
    """For the tests."""
    kept.append((number, words))


def plain_number(typed: str) -> str:
    """A number as it is compared: digits alone, the British 0 and +44 being the same. "" where it
    can be none.
    """
    digits = re.sub(r"\D", "", typed.replace("(0)", ""))
    digits = digits[2:] if digits.startswith("00") else digits
    digits = "44" + digits[1:] if digits.startswith("0") else digits
    return digits if 9 <= len(digits) <= 15 else ""
