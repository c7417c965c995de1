"""The front door: from which address somebody comes, and how guessing is slowed without shutting
owners out.

Every door with a secret counts its tries here, as rows and under keyed hashes, before it looks at
them: passwords (`Handler`, called by django-axes), codes with a second fact (return_codes.py),
codes that are sent (one_time_codes.py, the form for a code by e-mail). Rows, not a cache: nothing
that fills or ends a cache throws a limit away. A browser that signed in to the account before
counts for itself (known_browser.py) and meets none of these limits; for everybody else they are in
`LIMITS`. Not here: what the sign-in library limits by itself (ACCOUNT_RATE_LIMITS in the settings).
"""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.core.internal import httpkit
from axes.handlers.database import AxesDatabaseHandler
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from cases.models import Tries, User
from cases.signin import known_browser

log = logging.getLogger(__name__)
LONGEST = 15  # minutes
FORGOTTEN = timedelta(hours=1)  # without a try, after which the count begins anew
NOBODY_KNOWS = "0.0.0.0"  # noqa: S104  an address to count under, not one to listen on


@dataclass(frozen=True)
class Limit:
    """How many tries are looked at before anybody has to wait. `of`: what they are counted by, a
    comma between two.

    `renewed`: counted anew in each quarter of an hour. A number that many people share, or that
    many strangers can use up, must not grow all day.
    """

    name: str
    of: str
    free: int
    renewed: bool = False


# One address may be a whole council's: 400 people of whom each second types a wrong password at
# nine o'clock.
ADDRESS = Limit("address", "address", 200, renewed=True)
LIMITS = {
    "password": (
        ADDRESS,
        Limit("pair", "address,typed", 5),
        Limit("account", "typed", 20, renewed=True),
    ),
    # a second fact may be a birthday: five tries, wherever they come from
    "code": (ADDRESS, Limit("code", "typed", 5)),
    # each try is a message that somebody gets, and that the council may pay for
    "send": (Limit("sender", "address", 60, renewed=True), Limit("send", "typed", 5)),
}


@dataclass(frozen=True)
class Counted:
    """A try that was counted, and where; with minutes to `wait` it was not, and must not be looked
    at.
    """

    wait: int = 0
    keys: tuple[str, ...] = ()
    browser: str = ""


def client_address(request: HttpRequest) -> str:
    """Where a request comes from, as every limit sees it: past as many proxies as the settings say,
    and no further.

    An IPv6 address stands for its whole network of 64 bits, which is one customer's. Where a proxy
    is missing, it is the address that knocked: too many people may share it then, but nobody can
    choose it.
    """
    try:
        found = httpkit.get_client_ip(request)
    except ImproperlyConfigured:
        log.warning("X-Forwarded-For names fewer addresses than TRUSTED_PROXY_COUNT")
        found = None
    found = found or httpkit.clean_client_ip(request.META.get("REMOTE_ADDR") or "") or NOBODY_KNOWS
    address = ipaddress.ip_address(found)
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(address), 64), strict=False).network_address)


def keyed(purpose: str, text: str) -> str:
    """A hash that only this server can make: a stolen table can't be searched by trying all
    codes.
    """
    # the name is older than this module; another would end every code that leads back
    return salted_hmac(f"cases.coming_back.{purpose}", text, algorithm="sha256").hexdigest()


def key(limit: Limit, *, address: str, typed: str, now: datetime) -> str:
    """Under what a try is counted."""
    values = {"address": address, "typed": typed}
    parts = [values[name] for name in limit.of.split(",")]
    if limit.renewed:
        parts.append(str(int(now.timestamp()) // 900))
    return keyed(limit.name, "\n".join(parts))


def count(
    door: str,
    *,
    typed: str,
    address: str,
    user: User | None = None,
    tokens: Sequence[str] = (),
    now: datetime | None = None,
) -> Counted:
    """Count one more try at a door. `typed`: the account or code, known or not; `user`: whose it
    is, if anybody's.
    """
    now = now or timezone.now()
    browser = known_browser.count(tokens, user, now)
    if browser:
        return Counted(browser=browser)
    limits = LIMITS[door]
    keys = [key(limit, address=address, typed=typed, now=now) for limit in limits]
    # a try that has to wait counts nowhere: a stranger before a locked account uses up no address,
    # and no account from a locked address
    with transaction.atomic():
        locked = Tries.objects.select_for_update()
        rows = [locked.get_or_create(key=name, defaults={"last_at": now})[0] for name in keys]
        wait = max(_wait(row, limit, now) for row, limit in zip(rows, limits, strict=True))
        if wait:
            return Counted(wait)
        for row in rows:
            quiet = now - row.last_at > FORGOTTEN
            Tries.objects.filter(pk=row.pk).update(count=1 if quiet else row.count + 1, last_at=now)
    return Counted(keys=tuple(keys))


def _wait(row: Tries, limit: Limit, now: datetime) -> int:
    """Minutes until the next try is looked at: 1, 2, 4, 8, then 15 for each one over the limit."""
    over = row.count - limit.free
    if over < 0 or now - row.last_at > FORGOTTEN:
        return 0
    free_at = row.last_at + timedelta(minutes=min(2**over, LONGEST))
    return max(1, -(-(free_at - now).seconds // 60)) if now < free_at else 0


def take_back(counted: Counted | None) -> None:
    """It was right: it counts nowhere. A whole library may share an address."""
    if counted and counted.browser:
        known_browser.forgive(counted.browser)
    elif counted and counted.keys:
        Tries.objects.filter(key__in=counted.keys, count__gt=0).update(count=F("count") - 1)


def signed_in(sender, request, user, **kwargs) -> None:
    """Receives Django's signal: whoever got in no longer waits for codes because others asked for
    theirs.
    """
    now, (_sender, limit) = timezone.now(), LIMITS["send"]
    theirs = [key(limit, address="", typed=to, now=now) for to in (user.email, user.phone) if to]
    Tries.objects.filter(key__in=theirs).delete()


def too_many(minutes: int) -> str:
    if minutes > 1:
        words = _(
            "There were too many tries. Nothing is lost. Wait %(n)s minutes and try again, "
            "or phone the council: "
            "we can let you in another way."
        )
        return words % {"n": minutes}
    return _(
        "There were too many tries. Nothing is lost. Wait a minute and try again, or phone "
        "the council: "
        "we can let you in another way."
    )


class Handler(AxesDatabaseHandler):
    """What django-axes asks before a password is looked at. Its own tables count nothing; they list
    who signed in.
    """

    def is_allowed(self, request, credentials=None) -> bool:
        credentials = credentials or {}
        typed = (credentials.get("email") or credentials.get("username") or "").strip().lower()
        request.tried = count(
            "password",
            typed=typed,
            address=request.axes_ip_address,
            user=User.objects.filter(email=typed).first(),
            tokens=known_browser.tokens(request),
        )
        return not request.tried.wait

    def user_login_failed(self, sender, credentials, request=None, **kwargs) -> None:
        request.axes_locked_out = bool(request.tried.wait)


def locked_out(request: HttpRequest, _answer: HttpResponse, _credentials: dict) -> HttpResponse:
    """The page of somebody whose password was not looked at."""
    context = {"sentence": too_many(request.tried.wait)}  # type: ignore[attr-defined]
    return render(request, "cases/locked_out.html", context, status=429)
