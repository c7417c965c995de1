"""Support in place of what stops or waits: who gives it, what, and from which day.

Where a safeguard needs it, "to be confirmed" is none. One rule for a suspension and for a plan that
goes to the panel. Not here: who may do either (`cases.journey`), which words say nothing
(`cases.common.placeholders`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from cases.common import dates
from cases.common.placeholders import is_left_open
from cases.common.refusals import NotYet

LONG_AGO = timedelta(days=3653)  # support that began before is a slip of the finger


@dataclass(frozen=True)
class Fields:
    """What the three answers are called in a form."""

    who: str
    what: str
    begins: str


SUSPENDED = Fields("instead_who", "alternative", "instead_from")
AT_PANEL = Fields("interim_who", "interim", "interim_from")


def check_support_instead(given: Mapping[str, Any], fields: Fields, needed_from: date) -> None:
    """NotYet unless somebody gives something real, at the latest from the day it is needed."""
    asked = (
        (fields.who, _("Say who gives the support: a name, an agency or a service.")),
        (fields.what, _("Say what support it is, as it is arranged now.")),
    )
    for field, sentence in asked:
        words = str(given.get(field) or "")
        if is_left_open(words):
            raise NotYet(sentence + " " + _not_yet(words), field=field)
    begins = given.get(fields.begins)
    if not isinstance(begins, date):
        raise NotYet(_("Say from which day it is there."), field=fields.begins)
    if begins > needed_from:
        raise NotYet(
            _("It is needed from %(day)s: choose that day or an earlier one.")
            % {"day": dates.date_words(needed_from)},
            field=fields.begins,
        )
    if begins < needed_from - LONG_AGO:
        raise NotYet(_("That is more than ten years before it is needed."), field=fields.begins)


def _not_yet(words: str) -> str:
    if not words.strip():
        return _("It has to be in place first.")
    return _("“%(words)s” is not in place yet.") % {"words": words.strip()[:60]}
