"""What the person says before a review: what stands is shown, what has changed is asked. The worker
closes it with a note.

Words of the person, kept as an event in the helper's and the staff's sight; they close no review by
themselves.
"""

from datetime import datetime
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import access, journey
from cases.access import Reading
from cases.common.refusals import NotYet
from cases.journey import hooks
from cases.letters.timeline import timeline
from cases.models import Case, Event, Person, User
from cases.ui.date_words import day

VERB = "told_us_for_the_review"
QUESTIONS: dict[str, Any] = {
    "works": gettext_lazy("What works well?"),
    "changed": gettext_lazy("Has anything else changed since we agreed the plan?"),
    "wanted": gettext_lazy("What should be different?"),
    "same": gettext_lazy("Nothing has changed, and it can stay as it is."),
}
CHANGED = "changed_"  # before the code of what stands: has this changed?


def may_tell(case: Case, user: User, people=None) -> bool:
    """The person, a helper who may fill in, or staff who write down what the person says; while
    there is a budget.
    """
    people = access.representations(case.person_id) if people is None else people
    roles = access.roles_of(case, user, people)
    allowed = roles & ({"person"} | journey.ANYONE_STAFF) or access.within_scope(
        case, user, people, "fill"
    )
    return journey.STEPS[case.step].money_runs and bool(allowed)


def tell_review(
    *,
    case: Case,
    by: User,
    said: dict[str, str],
    on_behalf_of: Person | None = None,
    at: datetime | None = None,
) -> Event:
    """Keep what was said. Raises NotYet for nothing at all, and at another step."""
    if not may_tell(case, by):
        raise NotYet(_("This can be told while a budget runs, or in a review."))
    titles = QUESTIONS | {
        CHANGED + code: _("%(what)s: changed.") % {"what": title}
        for code, title, _w in standing_facts(case, sums=False)
    }
    words = [
        f"{titles[name]} {text.strip()}"
        for name, text in said.items()
        if name in titles and text.strip()
    ]
    if not words:
        raise NotYet(_("Answer at least one question."), field="works")
    return case.record(
        VERB, by=by, note="\n".join(words), at=at, on_behalf_of=on_behalf_of, audience="helper"
    )


def standing_facts(case: Case, sums: bool) -> list[tuple[str, str, str]]:
    """(code, title, words) of what stands: it is shown, and only what has changed is asked. `sums`:
    does the reader see money?
    """
    return [one for source in hooks.REVIEWED for one in source(case, sums)]


def _agreed(case) -> int:
    """The place of the event with which the plan in force was agreed, or kept as it is."""
    agreeing = case.events.filter(verb__in=journey.moves_where(support="agreed"))
    return agreeing.order_by("-seq").values_list("seq", flat=True).first() or 0


def since(reading: Reading) -> list[tuple[str, str]]:
    """(day, sentence) of what has happened to the support since the plan was agreed, the newest
    first.
    """
    case = reading.case
    agreed, changing = _agreed(case), journey.moves_where(support="changed")
    found = [e for e in timeline(case, reading.roles) if e.verb in changing and e.seq > agreed]
    return [(day(e.when), capfirst(e.what)) for e in found]


def words_before_review(reading: Reading) -> tuple[str, str]:
    """(day, words) of what was said last since the plan was agreed, or two empty strings."""
    case = reading.case
    found = (
        case.events.filter(verb=VERB, seq__gt=_agreed(case)).select_related("body").order_by("-seq")
    )
    event = found.first()
    body = getattr(event, "body", None)
    if event is None or body is None or body.audience not in access.audiences(reading.roles):
        return "", ""
    return day(event.at), body.note
