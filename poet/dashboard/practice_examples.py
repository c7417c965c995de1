"""What other councils did about a slow step, in our own words, each with its source. Data only.

From the work of Think Local Act Personal with 22 councils (2013), its minimum process framework,
and the sources named. They are examples, not proof: none of them was measured against a control,
and one is marked as planned only.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases import journey


@dataclass(frozen=True)
class Practice:
    what: Any
    source: Any


NORFOLK = _(
    "Norfolk, in Think Local Act Personal’s practice examples and Community Care, September 2013"
)
DONCASTER = _(
    "Doncaster, as planned for a trial in 2013-14, in Think Local Act Personal’s practice examples"
)
PLAN_GUIDE = _("Think Local Act Personal’s guide to plans, in Community Care, January 2015")
LISTS = _("Local Government Association, on managing waiting lists")


def _framework(page) -> Any:
    return _("Think Local Act Personal, minimum process framework, “%(page)s”"), page


_TOLD = Practice(
    _(
        "Say at the first contact who will be in touch and by which day, and keep what was "
        "said so that it is "
        "not asked again."
    ),
    _framework(_("First contact")),
)
_LISTS = Practice(
    _(
        "Keep the list in the open: how urgent, last contact and next contact of everybody "
        "on it, looked "
        "through at set times."
    ),
    LISTS,
)
_ONE_FORM = Practice(
    _(
        "One shorter form in place of several, with the questions for the budget inside it, "
        "fewer boxes and "
        "more room for the person’s own words."
    ),
    NORFOLK,
)
_FEWER = Practice(
    _(
        "Fewer people from end to end, and a conversation about strengths in place of a long "
        "questionnaire."
    ),
    DONCASTER,
)
_MAPPED = Practice(
    _(
        "Draw the whole path once with the days of each stage beside it, and give each team "
        "somebody who "
        "knows the subject and helps the others."
    ),
    NORFOLK,
)
_AT_ONCE = Practice(
    _(
        "Let the system work out the indicative budget when the form is finished, in place "
        "of a request to "
        "somebody else."
    ),
    NORFOLK,
)
_ENOUGH = Practice(
    _("Ask both sides whether the figure is enough, before planning begins."), DONCASTER
)
_ANYONE = Practice(
    _(
        "Let anyone whom the person chooses lead the planning, ask for no more than the need "
        "calls for, and "
        "keep for the council only the sign-off."
    ),
    _framework(_("Care and support planning")),
)
_PEERS = Practice(
    _("Offer help from peers and user-led organisations with the plan and with the money."),
    _("Groundswell Partnership for the London Joint Improvement Partnership, 2012"),
)
_ONE_POINT = Practice(
    _(
        "One point at which a plan is agreed, by the practitioner or somebody near them, "
        "once the budget "
        "is known."
    ),
    NORFOLK,
)
_COST = Practice(
    _(
        "Work out what an approval itself costs in days and hours, and agree whatever meets "
        "the needs within "
        "the budget."
    ),
    PLAN_GUIDE,
)
_NO_PANEL = Practice(
    _("No panel for plans."),
    _("Norfolk, and People2People in Shropshire, in Community Care, 2013 and 2015"),
)
_EXCEPTION = Practice(
    _(
        "A panel for named exceptions only, limits that let people nearer to the person "
        "decide, and "
        "support meanwhile."
    ),
    _framework(_("Using panels")),
)
_DISPUTE = Practice(
    _(
        "Tell the person and the family how a disagreement is settled, and let what nobody "
        "disputes begin "
        "at once."
    ),
    _framework(_("Using panels")),
)
_FINANCE = Practice(
    _("Bring the financial assessment forward, so that the money does not wait for it."), NORFOLK
)
_JUST_ENOUGH = Practice(
    _(
        "Explain direct payments from the first contact on, and ask for just enough "
        "information to know "
        "that the money does what it is for."
    ),
    _framework(_("Direct payments auditing")),
)
_LIGHT = Practice(
    _(
        "A short form beforehand and a light touch where little has changed, with the newest "
        "plan and the "
        "spending at hand."
    ),
    _framework(_("Monitoring and review")),
)

# by the names under which steps ask for them (`Step.practices`)
PRACTICES: dict[str, Practice] = {
    "told": _TOLD,
    "lists": _LISTS,
    "one_form": _ONE_FORM,
    "fewer": _FEWER,
    "mapped": _MAPPED,
    "at_once": _AT_ONCE,
    "enough": _ENOUGH,
    "anyone": _ANYONE,
    "peers": _PEERS,
    "one_point": _ONE_POINT,
    "cost": _COST,
    "no_panel": _NO_PANEL,
    "exception": _EXCEPTION,
    "dispute": _DISPUTE,
    "finance": _FINANCE,
    "just_enough": _JUST_ENOUGH,
    "light": _LIGHT,
}


def practices_of(step: str) -> tuple[Practice, ...]:
    """The examples that a step asks for. Raises LookupError for one that is not here."""
    wanted = journey.STEPS[step].practices
    missing = [name for name in wanted if name not in PRACTICES]
    if missing:
        raise LookupError(f"step {step}: the trait practices names {missing}, and no such is here")
    return tuple(PRACTICES[name] for name in wanted)


def practice_lines(practice: Practice) -> dict[str, str]:
    """What and where from, as ready strings."""
    source = practice.source
    words = source[0] % {"page": source[1]} if isinstance(source, tuple) else str(source)
    return {"what": str(practice.what), "source": words}
