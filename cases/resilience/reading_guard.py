"""Nobody decides on what they have not read: a page opened before the thing came anew is refused,
with what was typed.
"""

from typing import Any

from cases.common.refusals import Stale


def refuse_unread(case: Any, *, seen: int | None, verb: str, sentence: str) -> None:
    """Raise Stale where a later event of this verb brought a new plan, proposal or answers than the
    reader saw.

    `seen`: the case's last entry when the page was opened; None where no page was. A step that came
    again looks the same as the one left, so the step alone can't tell.
    """
    if seen is not None and case.events.filter(verb=verb, seq__gt=seen).exists():
        raise Stale(sentence)
