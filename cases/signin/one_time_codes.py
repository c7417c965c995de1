"""Codes that prove a mailbox or a mobile: ten minutes, single use, three tries, bound to the
browser that asked.

Sent in the request, as sign-in codes are. What is kept in the session is a keyed hash. Not here:
signing in by e-mail, which is the sign-in library's (cases/signin/account_adapter.py), and the
lasting codes (return_codes.py).
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.common.refusals import NotYet
from cases.letters.delivery import Later, Undeliverable, Unsure, problem_words
from cases.models import User
from cases.models.case import new_ref
from cases.signin import front_door, known_browser
from cases.signin.front_door import client_address, keyed
from cases.signin.return_codes import normalised_code

TRIES = 3
log = logging.getLogger(__name__)
NOT_SENT = gettext_lazy(
    "We could not send the code just now. Wait a few minutes, then ask for it again."
)


def may_send(request, *, to: str, owner: User | None) -> None:
    """Count one more code sent to this mailbox or mobile. Raises NotYet where there were too
    many.
    """
    known = known_browser.tokens(request)
    tried = front_door.count(
        "send", typed=to, address=client_address(request), user=owner, tokens=known
    )
    if tried.wait:
        raise NotYet(front_door.too_many(tried.wait))


def begin(
    request,
    *,
    purpose: str,
    to: str,
    owner: User | None,
    send: Callable[[str], None] | None,
) -> None:
    """Make a code, remember its hash, hand it to `send`; None where nobody is there to get it, and
    all else is the same. `owner`: whose mailbox or mobile it is, if anybody's.
    """
    may_send(request, to=to, owner=owner)
    now = timezone.now()
    letters = new_ref(secrets.choice)
    request.session["one_time"] = {
        "purpose": purpose,
        "to": to,
        "hash": keyed("one_time", letters),
        "at": now.timestamp(),
        "tries": 0,
        "sent": send is not None,
    }
    if send:
        _hand_over(request, send, f"{letters[:3]}-{letters[3:]}")


def _hand_over(request, send: Callable[[str], None], code: str) -> None:
    """A stranger reads the same page whether it left or not: nobody learns which numbers are known.

    Raises NotYet for whoever is signed in and adds a mailbox or mobile of their own.
    """
    try:
        send(code)
    except (OSError, Undeliverable, Later, Unsure) as problem:
        log.warning("A code was not sent: %s", problem_words(problem))
        if request.user.is_authenticated:
            raise NotYet(str(NOT_SENT)) from problem


def sent_to(request, purpose: str) -> str:
    """Where the last code for this purpose went, or ""."""
    kept = request.session.get("one_time") or {}
    return kept["to"] if kept.get("purpose") == purpose else ""


def check(request, *, purpose: str, typed: str, now: datetime | None = None) -> str:
    """Where the code went, if this is the code; it is used up then. Raises NotYet with what to
    do.
    """
    now = now or timezone.now()
    kept = request.session.get("one_time") or {}
    gone = (
        kept.get("purpose") != purpose
        or now.timestamp() - kept["at"] > settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT
    )
    if gone or kept["tries"] >= TRIES:
        request.session.pop("one_time", None)
        raise NotYet(_("This code no longer works. Ask for another one."))
    kept["tries"] += 1
    request.session["one_time"] = kept
    if (
        not constant_time_compare(keyed("one_time", normalised_code(typed)), kept["hash"])
        or not kept["sent"]
    ):
        raise NotYet(_("That is not the code we sent. Check it and try again."), field="code")
    del request.session["one_time"]
    return kept["to"]
