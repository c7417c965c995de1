"""Numbers as people type them: £1,200.50, 1 200, 2.5. What could mean two things is refused, not
guessed.
"""

import re

GROUPED = re.compile(r"[0-9]{1,3}(?:[, \u00a0][0-9]{3})+(?:\.[0-9]*)?")
PLAIN = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")


def plain_number(typed: str) -> str | None:
    """What was typed without its sign and thousands' commas; None where it is no number ("1,50" is
    not made 150).
    """
    value = typed.strip().removeprefix("£").removesuffix("%").strip()
    if GROUPED.fullmatch(value):
        value = re.sub(r"[, \u00a0]", "", value)
    return value if PLAIN.fullmatch(value) or not typed.strip() else None
