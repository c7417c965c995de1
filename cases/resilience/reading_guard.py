"""Nobody decides on what they have not read: a page opened before the thing came anew is refused,
with what was typed.
"""

from typing import Any, Protocol

from cases.common.refusals import Stale


class WithEvents(Protocol):
    """A case as far as it is known here: the models stand above this room."""

    @property
    def events(self) -> Any: ...


def refuse_unread(case: WithEvents, *, seen: int | None, verb: str, sentence: str) -> None:
    """Raise Stale where a later event of this verb brought a new plan, proposal or answers than the
    reader saw.

    `seen`: the case's last entry when the page was opened; None where no page was. A step that came
    again looks the same as the one left, so the step alone can't tell.
    """
    if seen is not None and case.events.filter(verb=verb, seq__gt=seen).exists():
        raise Stale(sentence)
