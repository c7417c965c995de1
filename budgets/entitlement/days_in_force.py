"""On which days lines hold: the decision in force, the end, agreements and suspensions.

Days are whole numbers, spans (start, stop) as in `calendars`. Nothing here knows an amount.
"""

from datetime import date

from budgets.entitlement import calendars
from budgets.entitlement.calendars import Span
from budgets.entitlement.facts import COUNCIL, DIRECT_PAYMENT, Facts, Line


def _after(day: date | None, otherwise: int) -> int:
    """The day after a last day; ``otherwise`` where there is none."""
    return otherwise if day is None else min(day.toordinal() + 1, otherwise)


class Holding:
    """The days on which lines hold, decisions are in force and agreements are gross, up to the day
    before ``stop``.
    """

    def __init__(self, facts: Facts, stop: int) -> None:
        self._stop = stop
        self._by_plan = self._decisions(facts, _after(facts.end, stop))
        self.decided = sorted(span for spans in self._by_plan.values() for span in spans)
        payable = self._payable(facts)
        self._paid_by_plan = {
            plan: calendars.common(spans, payable) for plan, spans in self._by_plan.items()
        }
        self.gross = self._gross(facts)

    def spans(self, line: Line) -> list[Span]:
        """The days on which a line holds: none where another body pays."""
        if line.funder != COUNCIL:
            return []
        plans = self._paid_by_plan if line.route == DIRECT_PAYMENT else self._by_plan
        start, stop = line.begins.toordinal(), _after(line.ends, self._stop)
        return list(calendars.clipped(plans.get(line.plan, []), start, stop))

    @staticmethod
    def _decisions(facts: Facts, stop: int) -> dict[int, list[Span]]:
        """The days of each plan, the end taken into account."""
        ordered = sorted(facts.decisions, key=lambda decision: decision.begins)
        starts = [decision.begins.toordinal() for decision in ordered]
        found: dict[int, list[Span]] = {}
        for decision, span in zip(ordered, calendars.successive(starts, stop), strict=True):
            if span[0] < span[1]:
                found.setdefault(decision.plan, []).append(span)
        return found

    def _payable(self, facts: Facts) -> list[Span]:
        """The days with an agreement and without a suspension, but for one that is made good."""
        if not facts.agreements:
            return []
        suspended = [
            (suspension.begins.toordinal(), _after(suspension.ends, self._stop))
            for suspension in facts.suspensions
            if not suspension.make_good
        ]
        first = min(agreement.begins for agreement in facts.agreements).toordinal()
        return calendars.between(suspended, first, self._stop)

    def _gross(self, facts: Facts) -> list[Span]:
        """The days of agreements that pay gross."""
        ordered = sorted(facts.agreements)
        starts = [agreement.begins.toordinal() for agreement in ordered]
        return [
            span
            for agreement, span in zip(
                ordered, calendars.successive(starts, self._stop), strict=True
            )
            if agreement.basis == "gross" and span[0] < span[1]
        ]
