"""A browser in which somebody has proved who they are before: while a stranger guesses, the owner
still gets in there.

Its cookie signs nobody in and names nobody: it holds a random word for each of the last accounts,
and the server keeps a keyed hash of the word beside one of the account and its password. Ten wrong
tries end it for good; so do a new password, "Exit quickly" and 30 days without signing in. Then the
browser is a stranger's. Not here: the limits for strangers (front_door.py).
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from cases.models import KnownBrowser, User

PREFIX = "__Host-" if settings.SESSION_COOKIE_SECURE else ""
COOKIE = f"{PREFIX}known"
STAYS = timedelta(days=30)
WRONG = 10  # tries that end it
ACCOUNTS = 8  # of one browser: a shared desk, a family's tablet


def _keyed(purpose: str, text: str) -> str:
    return salted_hmac(f"cases.known_browser.{purpose}", text, algorithm="sha256").hexdigest()


def _account(user: User | None) -> str:
    """Whose it is. The same work for nobody's: what is typed at the door may belong to no one."""
    return _keyed("account", f"{user.pk}:{user.get_session_auth_hash()}" if user else "")


def tokens(request: HttpRequest) -> list[str]:
    """What the browser's cookie holds, the newest first."""
    held = request.COOKIES.get(COOKIE)
    return held.split(".")[:ACCOUNTS] if held else []


def count(known: Sequence[str], user: User | None, now: datetime) -> str:
    """Count a try in this browser, if it is known to the account: its key, or "" where it is a
    stranger's.
    """
    if not known:
        return ""
    rows = KnownBrowser.objects.filter(
        key__in=[_keyed("key", token) for token in known],
        account=_account(user),
        wrong__lt=WRONG,
        at__gt=now - STAYS,
    )
    row = rows.first()
    # counted in one statement, so that of many tries at once no more than ten are looked at
    return row.key if row and rows.filter(pk=row.pk).update(wrong=F("wrong") + 1) else ""


def forgive(key: str) -> None:
    """The owner was right: what they mistyped before is forgotten."""
    KnownBrowser.objects.filter(key=key).update(wrong=0)


def proved(sender, request, user, **kwargs) -> None:
    """Receives the signals of a sign-in and of a new password chosen by e-mail; `middleware` adds
    the cookie.
    """
    if request is not None:
        request.has_proved = user


def middleware(get_response):
    """Remember the browser of whoever has just proved who they are, at whichever door."""

    def with_cookie(request):
        response = get_response(request)
        if user := getattr(request, "has_proved", None):
            remember(request, response, user)
        return response

    return with_cookie


def remember(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """A new word for this account, and the old one ends: a copy of the cookie is worth nothing
    after the next sign-in.
    """
    before, token = tokens(request), secrets.token_urlsafe(24)
    hashes = {_keyed("key", old): old for old in before}
    mine = KnownBrowser.objects.filter(key__in=hashes, account=_account(user))
    ended = {hashes[row.key] for row in mine}
    mine.delete()
    KnownBrowser.objects.create(key=_keyed("key", token), account=_account(user))
    kept = [token, *(old for old in before if old not in ended)][:ACCOUNTS]
    secure = bool(PREFIX)
    held = ".".join(kept)
    response.set_cookie(COOKIE, held, max_age=STAYS, httponly=True, samesite="Lax", secure=secure)


def forget(request: HttpRequest, response: HttpResponse) -> None:
    """Nothing stays behind, in the browser or for a copy of its cookie."""
    keys = [_keyed("key", token) for token in tokens(request)]
    KnownBrowser.objects.filter(key__in=keys).delete()
    response.delete_cookie(COOKIE, samesite="Lax")


def forget_old(now: datetime | None = None) -> int:
    """Delete what no longer counts. Safe to run twice at once."""
    return KnownBrowser.objects.filter(at__lte=(now or timezone.now()) - STAYS).delete()[0]
