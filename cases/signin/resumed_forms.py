"""A page that was sent after its session had ended is not lost: it is kept until the same person
signs in again in the same browser, and is then sent as if nothing had happened.

Two cookies, neither of which signs anybody in. "here" says, sealed by the server, which forms were
given to whom in this browser: so a form that comes back late has an owner, and a form of another
site has none. "kept" holds the key of what was kept: the row opens only with it and the server's
secret together, and only for the row's own user. What is sent by itself is a resident's page of the
last hour; everything else is shown first. Not here: the page to look at it
(views/resumed_forms.py).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.cookies import SimpleCookie
from io import BytesIO
from typing import Any, NamedTuple

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse, QueryDict

# django has no public way to compare two tokens, and its stubs name none
from django.middleware.csrf import (  # type: ignore[attr-defined]
    CSRF_TOKEN_LENGTH,
    _does_token_match,
    get_token,
)
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import KeptPage, User
from cases.signin.account_adapter import works_for_a_council

PREFIX = "__Host-" if settings.SESSION_COOKIE_SECURE else ""
HERE, KEPT = f"{PREFIX}here", f"{PREFIX}kept"
STAYS = timedelta(hours=24)
BY_ITSELF = timedelta(hours=1)  # what was sent longer ago is shown before it is sent
FRESH = (
    3600  # seconds after which the first cookie is written anew, so that it outlives a long session
)
LARGEST, MOST, SIGN_INS = (
    500_000,
    5,
    4,
)  # characters of a page, pages of a person, sign-ins that are remembered
OURS = {"cases", "budgets", "poet"}
# Pages with what opens an account, and the page that shows what was kept.
NEVER = {
    "cases:new_code",
    "cases:issue_code",
    "cases:sign_in_methods",
    "cases:confirm_sign_in_method",
    "cases:start_place",
    "cases:resumed_forms",
}
TOKEN, NUMBER = "csrfmiddlewaretoken", "kept_page"


@dataclass(frozen=True)
class Page:
    """What was kept, opened: where it was sent, its fields, whether it is shown before it is
    sent.
    """

    row: KeptPage
    path: str
    fields: QueryDict
    show: bool


def _box(key: str) -> Fernet:
    digest = hmac.new(settings.SECRET_KEY.encode(), f"kept pages:{key}".encode(), "sha256").digest()
    return Fernet(urlsafe_b64encode(digest))


def _set(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name, value, max_age=STAYS, httponly=True, samesite="Lax", secure=bool(PREFIX)
    )


def sign_ins(request: HttpRequest) -> list[list]:
    """[secret of its forms, user] of the last sign-ins in this browser, the newest first."""
    try:
        return json.loads(
            _box(HERE).decrypt(
                request.COOKIES.get(HERE, "").encode(), ttl=int(STAYS.total_seconds())
            )
        )
    except (InvalidToken, ValueError):
        return []


def remember(request: HttpRequest, response: HttpResponse) -> None:
    """Keep in the browser whose forms these are, when that is news."""
    secret, known = request.META.get("CSRF_COOKIE"), sign_ins(request)
    now = [secret, request.user.pk]
    if secret and (known[:1] != [now] or _old(request)):
        kept = [now, *(one for one in known if one[0] != secret)][:SIGN_INS]
        _set(response, HERE, _box(HERE).encrypt(json.dumps(kept).encode()).decode())


def _old(request: HttpRequest) -> bool:
    made = _box(HERE).extract_timestamp(request.COOKIES[HERE].encode())
    return timezone.now().timestamp() - made > FRESH


def forget_browser(response: HttpResponse) -> None:
    """Nothing stays behind in this browser, and what was kept for it can't be opened any more."""
    for name in (HERE, KEPT):
        response.delete_cookie(name, samesite="Lax")


def keep_form(request: HttpRequest) -> HttpResponse | None:
    """Keep a page sent by somebody whose session has ended and lead them to sign in. None: it can't
    be kept, or its form was given to nobody here.
    """
    owner = next(
        (user for secret, user in sign_ins(request) if secret == request.META.get("CSRF_COOKIE")),
        None,
    )
    return _kept(request, owner, show=False) if owner else None


class EarlierForm(NamedTuple):
    """What became of a form of an earlier sign-in: where to go on, or, where it is somebody else's,
    the cookies with which it waits for them. Neither: it could not be kept.
    """

    response: HttpResponse | None = None
    for_another: SimpleCookie | None = None


def keep_stale(request: HttpRequest) -> EarlierForm:
    """The same for a form of an earlier sign-in in this browser. Whoever is signed in again sees it
    at once; when it is somebody else, it waits for its own person.
    """
    token = request.POST.get(TOKEN, "")
    if len(token) != CSRF_TOKEN_LENGTH or not token.isalnum() or not token.isascii():
        return EarlierForm()
    owner = next(
        (user for secret, user in sign_ins(request) if _does_token_match(token, secret)), None
    )
    response = _kept(request, owner, show=True) if owner else None
    if response is not None and request.user.is_authenticated and request.user.pk != owner:
        return EarlierForm(for_another=response.cookies)
    return EarlierForm(response)


def _kept(request: HttpRequest, owner: int, *, show: bool) -> HttpResponse | None:
    match, fields = request.resolver_match, request.POST.copy()
    name = match.view_name if match else ""
    fields.pop(TOKEN, None)
    words = fields.urlencode()
    known = User.objects.filter(pk=owner, is_active=True).first()
    if (
        name.split(":")[0] not in OURS
        or name in NEVER
        or request.FILES
        or len(words) > LARGEST
        or known is None
    ):
        return None
    key = request.COOKIES.get(KEPT) or secrets.token_urlsafe(32)
    page = {"path": request.get_full_path(), "fields": words, "show": show}
    rows = KeptPage.objects.filter(user=known)
    rows.filter(
        pk__in=list(rows.order_by("-kept_at").values_list("pk", flat=True)[MOST - 1 :])
    ).delete()
    sealed = _box(key).encrypt(json.dumps(page).encode()).decode()
    KeptPage.objects.create(browser=_browser(key), user=known, sealed=sealed)
    if request.user.is_authenticated:
        response: HttpResponse = redirect("cases:resumed_forms")
    else:
        messages.info(
            request,
            _(
                "You were away for a while, so we signed you out. What you just sent is kept safe: "
                "sign in again here, and it goes on."
            ),
        )
        response = redirect_to_login(request.get_full_path())
    _set(response, KEPT, key)
    return response


def _browser(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def waiting(request: HttpRequest) -> list[Page]:
    """What was kept for whoever is signed in, in this browser, the newest first."""
    key = request.COOKIES.get(KEPT)
    if not key or not request.user.is_authenticated:
        return []
    rows = KeptPage.objects.filter(
        browser=_browser(key), user=request.user, kept_at__gt=timezone.now() - STAYS
    )
    return [page for row in rows.order_by("-pk") if (page := _opened(row, key))]


def _opened(row: KeptPage, key: str) -> Page | None:
    try:
        found = json.loads(_box(key).decrypt(row.sealed.encode()))
    except (InvalidToken, ValueError):
        return None
    show = (
        found["show"] or works_for_a_council(row.user) or timezone.now() - row.kept_at > BY_ITSELF
    )
    return Page(row, found["path"], QueryDict(found["fields"]), show)


def replayed_request(request: WSGIRequest, page: Page) -> HttpRequest:
    """The page as a request of whoever is signed in now, with a valid token: it passes every check
    anew.
    """
    fields = page.fields.copy()
    fields[TOKEN] = get_token(request)
    body = fields.urlencode().encode()
    path, _mark, query = page.path.partition("?")
    new: Any = WSGIRequest(
        request.environ
        | {
            "REQUEST_METHOD": "POST",
            "QUERY_STRING": query,
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "PATH_INFO": path.removeprefix(request.environ.get("SCRIPT_NAME", "")),
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": BytesIO(body),
        }
    )
    new.COOKIES = request.COOKIES | {settings.CSRF_COOKIE_NAME: request.META["CSRF_COOKIE"]}
    new.META["CSRF_COOKIE"] = request.META["CSRF_COOKIE"]
    for name in ("session", "user", "auser", "csp_nonce", "LANGUAGE_CODE"):
        if hasattr(request, name):
            setattr(new, name, getattr(request, name))
    return new


def forget_old(now: datetime | None = None) -> int:
    """Delete what nobody came back for. Safe to run twice at once."""
    return KeptPage.objects.filter(kept_at__lte=(now or timezone.now()) - STAYS).delete()[0]
