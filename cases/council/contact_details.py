"""How people reach a council, in ready words: the one place that reads its numbers for whoever
wants to be helped.

Here: the number, when it is answered, the number for the rest of the time, and the clause "phone us
on ..." that sentences of pages, letters, easy words, mails and texts are made with. A council that
has entered no number gets another clause: nothing here promises a number that isn't there, and a
test looks for such a promise everywhere else. Not here: is the office open (`office_hours`), the
page where it is entered (`views/reach`), danger (`reports`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from cases.common import dates
from cases.council import office_hours
from cases.models.council import Council


@dataclass(frozen=True)
class Reach:
    """One council's ways. `council`: None where it is not known yet which; `others`: those to
    choose from then.

    Every text is ready to show, "" where there is nothing to say.
    """

    council: Council | None
    others: Sequence[Council] = ()

    @property
    def phone(self) -> str:
        return self.council.help_phone if self.council else ""

    @property
    def relay(self) -> str:
        """Text relay dials the same telephone: without one there is none."""
        return self.council.help_relay if self.council and self.phone else ""

    @property
    def address(self) -> str:
        return self.council.help_address if self.council else ""

    @property
    def out_of_hours(self) -> str:
        return self.council.out_of_hours_phone if self.council else ""

    @property
    def dial(self) -> str:
        return dialled(self.phone)

    @property
    def dial_out_of_hours(self) -> str:
        return dialled(self.out_of_hours)

    @cached_property
    def hours(self) -> str:
        """When the telephone is answered: "Monday to Friday, not on bank holidays, 9am to 5pm"."""
        return office_hours.in_words(self.council) if self.council and self.phone else ""

    @cached_property
    def when(self) -> str:
        """The hours and the number for the rest of the time, as sentences to stand after a
        number.
        """
        found = [_("We answer: %(hours)s.") % {"hours": self.hours}] if self.hours else []
        if self.out_of_hours:
            found.append(
                _("When we are closed: %(phone)s, if it can't wait.") % {"phone": self.out_of_hours}
            )
        return " ".join(found)

    @cached_property
    def phone_us(self) -> str:
        """What to do, as a clause for the middle of a sentence."""
        if self.phone:
            return _("phone us on %(phone)s") % {"phone": self.phone}
        if self.council:
            return _("get in touch with us")
        if self.others:
            return _("phone your council: its number is at the bottom of this page")
        return _("get in touch with your council")

    @cached_property
    def facts(self) -> dict[str, str]:
        """The clause for words with `%(phone_us)s`; with a capital letter where it begins a
        sentence.
        """
        return {"phone_us": self.phone_us, "Phone_us": capfirst(self.phone_us)}

    @cached_property
    def closed(self) -> str:
        """While the office is closed and there is a number for that: until when. The number goes
        with it.
        """
        return closed(self.council, timezone.now()) if self.council else ""

    @cached_property
    def missing(self) -> str:
        """What is said in place of a number, at the foot of a page."""
        if self.council is None:
            return _(
                "Get in touch with your council’s adult social care team. The council’s own "
                "website says how."
            )
        if self.phone:
            return ""
        words = _(
            "%(council)s has entered no telephone number here. Its own website says how to "
            "phone it."
        )
        return words % {"council": self.council.name}


def contact_for(council: Council | None, others: Sequence[Council] = ()) -> Reach:
    return Reach(council, others)


SHORT = ("999", "111", "18000")  # the national numbers that `phrases` gives


def dialled(number: str) -> str:
    """A number as a telephone dials it; "" where the words are not one number and nothing else: two
    of them in a row would ring a stranger. Who shows it makes a link only of what can be dialled.
    """
    found = re.sub(r"[ ()-]", "", number)
    return found if re.fullmatch(r"\+?[0-9]{7,15}", found) or found in SHORT else ""


def closed(council: Council, at: datetime) -> str:
    """Until when nobody answers the help telephone; "" while it is answered, or where there is no
    other number.
    """
    if not council.out_of_hours_phone or office_hours.is_open(council, at):
        return ""
    opens = office_hours.opens_next(council, at)
    if opens is None:
        return ""
    facts = {"day": dates.weekday(opens), "time": dates.clock_time(opens)}
    if dates.london_date(opens) == dates.london_date(at):
        return _("Our office is closed until %(time)s.") % facts
    return _("Our office is closed until %(day)s, %(time)s.") % facts
