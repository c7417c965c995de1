"""The words of a mail or a text: that there is something to read, where, and whom to phone instead.

No fact of a case stands in any, not even its reference: mailboxes are shared and read over
shoulders. Not here: sending (`outbox`), letters (`templates`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django.conf import settings
from django.template.loader import select_template
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.common import dates
from cases.council import contact_details
from cases.models import Message, Seat


class Own(NamedTuple):
    """What the mails of one urgent template, sent before all others, have of their own: the
    subject, the page they lead to, and an address that is neither a user's, a person's nor a
    team's.
    """

    subject: Any
    page: str
    address: Callable[[Message], str] | None = None


OWN: dict[str, Own] = {}


def text_of(message: Message) -> str:
    """The words of a text: that there is something to read, where, and whom to phone instead."""
    facts = _facts(message)
    words = [_("You have a message from %(council)s. Read it here: %(link)s") % facts]
    if facts["phone"]:
        words.append(
            (_("Or phone %(phone)s: %(hours)s.") if facts["hours"] else _("Or phone %(phone)s."))
            % facts
        )
    return " ".join(words)


def words_of(message: Message) -> tuple[str, str]:
    """Subject and text. The text of a template of the same name, else the one for residents or for
    staff.
    """
    resident = message.to_person_id or not (message.to_team_id or _works_here(message.to_user_id))
    names = [
        f"messages/{message.template}.txt",
        f"messages/{'resident' if resident else 'staff'}.txt",
    ]
    context = _facts(message)
    subject = _("You have a message from %(council)s") % context
    subject = str(OWN[message.template].subject) if message.template in OWN else subject
    return " ".join(subject.split()), select_template(names).render(context).strip() + "\n"


def _facts(message: Message) -> dict:
    name = OWN[message.template].page if message.template in OWN else "cases:home"
    page = reverse("poet:survey", args=[message.token]) if message.token else reverse(name)
    found = contact_details.contact_for(message.council)
    return {
        "council": message.council.name,
        "phone": found.phone,
        "hours": found.hours,
        "when": found.when,
        "link": settings.SITE_URL.rstrip("/") + page,
        "code": message.token,
        "cases": message.cases,
    }


def _works_here(user_id: int | None) -> bool:
    if user_id is None:
        return False
    return Seat.objects.filter(Seat.on(dates.today()), user_id=user_id).exists()
