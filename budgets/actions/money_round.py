"""What a round of the money's job does. Each part stands apart and is safe to run twice at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import NamedTuple

from django.utils import timezone

from budgets.actions import charge_batches, late_payees, overpayments, undercharges, uprating
from cases.resilience import jobs
from cases.resilience.heartbeat import beat


class Done(NamedTuple):
    """What one round made."""

    letters: int
    overpaid: int
    undercharged: int
    late: int
    uprated: int


def look_after_money(now: datetime | None = None) -> Done:
    """Letters about charges that a release has left to write, what was paid too much or charged too
    little, payments that may be late because nobody has verified who is paid, and what runs of the
    yearly uprating have left to do.
    """
    now = now or timezone.now()
    done = dict.fromkeys(Done._fields, 0)

    def part(name: str, do: Callable[[datetime], int]) -> None:
        done[name] = do(now)

    parts = {
        "letters": charge_batches.send_letters,
        "overpaid": overpayments.find_overpaid,
        "undercharged": undercharges.find_undercharged,
        "late": late_payees.tell_late,
        "uprated": uprating.go_on,
    }
    jobs.apart("money", [(name, partial(part, name, do)) for name, do in parts.items()])
    beat("look_after_money")
    return Done(**done)
