"""Challenging a decision: what was decided, the ways there are, and the days that apply. Reading
only.

The council's own review has no limit here. A complaint: within 12 months; acknowledged within 3
working days (the Local Authority Social Services and NHS Complaints Regulations 2009, SI 2009/309).
How soon a challenge is answered is the service's own aim. Not here: making the challenge (a move),
the words of the letters (letter_words). Imported once, in `CasesConfig.ready`.
"""

from datetime import datetime

from django.utils.translation import gettext as _

from cases import journey
from cases.common import dates
from cases.journey import clocks, hooks
from cases.letters.templates import CHALLENGE, WORDS
from cases.letters.timeline import title_of
from cases.models import Target
from cases.ui.date_words import day, last_day

COMPLAIN_MONTHS = 12
MOST = 10  # decisions that are listed: the last ones


def challenge_options(case, now: datetime) -> list[str]:
    """What one can do, in its order, with the days by which the council answers what is sent
    today.
    """
    today = _(
        "If you send this today, we tell you by %(told)s that it has arrived, and aim to "
        "answer by %(answered)s."
    )
    told, answered = _by(case.council_id, now)
    return [
        today % {"told": told, "answered": answered},
        *(str(way) for way in CHALLENGE[1][1:]),
        str(CHALLENGE[2]),
    ]


def _by(council: int, sent: datetime) -> tuple[str, str]:
    """The last days by which the council says that a challenge has arrived, and answers it."""
    aims = Target.days_for(council, "challenge", dates.london_date(sent))
    arrived = clocks.deadline(journey.CLOCKS["acknowledge"], sent)
    answered = clocks.deadline(journey.CLOCKS["challenge"], sent, aims)
    return (last_day(arrived) if arrived else "", last_day(answered) if answered else "")


@hooks.letter_lines("challenge")
def days_told(event) -> list[tuple[str, str]]:
    """The same days of a challenge that was sent, for the letter about it."""
    told, answered = _by(event.case.council_id, event.at)
    return [(_("We tell you that it has arrived by"), told), (_("We aim to answer by"), answered)]


def decisions(case) -> list[tuple[str, str]]:
    """(decision, when it was made and until when one can complain about it), the newest first."""
    verbs = {name.split(":")[0] for name, words in WORDS.items() if words.challenge}
    made = case.events.filter(verb__in=verbs).order_by("-seq").values_list("verb", "at")[:MOST]
    words = _("Made on %(day)s. You can complain about it until %(until)s.")
    found = []
    for verb, at in made:
        until = dates.months_after(dates.london_date(at), COMPLAIN_MONTHS)
        found.append((title_of(verb), words % {"day": day(at), "until": day(until)}))
    return found
