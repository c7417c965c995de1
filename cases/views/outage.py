"""The page for when the database does not answer: 503, when to try again, and what was typed, ready
to be sent again.

Here: which errors mean that, and the page, which reads nothing from the database: no session, no
user, no council. Not here: who calls it (`errors`, where every layer's errors arrive); what a
session's end keeps (cases/signin/resumed_forms.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from cases.signin import resumed_forms

SECONDS = 30  # after which trying again makes sense
LARGEST = 500_000  # characters that a page gives back
PASSWORD = re.compile("password", re.IGNORECASE)
OPENS = {"code", "fact"}  # what opens an account, on the pages that ask for it
ASKS_WHAT_OPENS = resumed_forms.NEVER | {
    "cases:come_back",
    "cases:confirm_text",
    "poet:survey_code",
    "poet:paper_in",
}
NEVER_SHOWN = {
    "seen",
    "key",
    "version",
    "to",
    "next",
    "count",
    resumed_forms.NUMBER,
    resumed_forms.TOKEN,
}


def meant_by(error: BaseException | None) -> bool:
    """Does an error, or what it came from, say that the database was away, too busy or too slow?

    A session that can't be saved arrives as a bad request, a view's own error as it is: so the
    whole chain is read. SQLite tells of a statement that is wrong by the same class: that is our
    fault and no outage.
    """
    return any(_away(one) for one in _chain(error))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _away(error: BaseException) -> bool:
    if isinstance(error, OperationalError | InterfaceError):
        return getattr(error.__cause__, "sqlite_errorname", "") != "SQLITE_ERROR"
    # a connection that breaks off in the middle of an answer; without a cause it is Django's own
    # word on a row
    return type(error) is DatabaseError and error.__cause__ is not None


def facts(request: HttpRequest) -> dict[str, Any]:
    """What the page is made of. Passwords and codes are asked for again, files are chosen again;
    nothing is kept here.
    """
    request.META["CSRF_COOKIE_NEEDS_UPDATE"] = (
        False  # nothing has happened, so the form's token stays good
    )
    try:
        lists, files = list(request.POST.lists()), sorted(request.FILES)
    except (SuspiciousOperation, BadRequest, UnreadablePostError, OSError):
        lists, files = [], []
    opens = _view_name(request) in ASKS_WHAT_OPENS or _view_name(request).startswith("account_")
    fields = [(name, value) for name, values in lists for value in values]
    secret = {name for name, _values in lists if PASSWORD.search(name) or (opens and name in OPENS)}
    plain = [(name, value) for name, value in fields if name not in secret]
    return {
        "posted": request.method == "POST",
        "path": request.get_full_path(),
        "files": [(n, _label(n)) for n in files],
        "fields": plain if sum(len(value) for _name, value in plain) <= LARGEST else [],
        "written": [
            (_label(name), value)
            for name, value in plain
            if name not in NEVER_SHOWN and value.strip()
        ],
        "again": [
            (n, _label(n), "password" if PASSWORD.search(n) else "text")
            for n, _values in lists
            if n in secret
        ],
    }


def _view_name(request: HttpRequest) -> str:
    try:
        return resolve(request.path_info).view_name
    except Resolver404:
        return ""


def _label(name: str) -> str:
    known = {
        "login": _("E-mail address"),
        "password": _("Password"),
        "code": _("Code"),
        "fact": _("Second fact"),
    }
    return known.get(name) or name.replace("_", " ").capitalize()


def mark(response: HttpResponse) -> HttpResponse:
    """When to come again, and that no cache keeps what was typed."""
    response.headers["Retry-After"] = str(SECONDS)
    response.headers["Cache-Control"] = "no-store"
    return response
