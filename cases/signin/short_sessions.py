"""Sign-ins by a code are short: they may be on a borrowed telephone or in a library.

Here: letting somebody in, and the middleware that ends it after a while without a touch, and after
12 hours whatever happens. What was saved stays saved; the same code leads back to it.
"""

import time
from datetime import datetime

from django.conf import settings
from django.contrib.auth import login
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.common.refusals import NotYet
from cases.signin.account_adapter import works_for_a_council

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
WHOLE = 12 * 3600
TOUCH = 60  # seconds between two writes of the session


def let_in(request, user) -> None:
    """Sign somebody in by their code, in a new session that soon ends. Colleagues never come in
    this way.
    """
    if works_for_a_council(user):
        raise NotYet(_("This does not open anything here."))
    kept = {k: request.session.get(k) for k in ("asked",) if request.session.get(k)}
    request.session.flush()
    login(request, user, backend=BACKEND)
    request.session.update(kept)
    request.session["by_code"] = request.session["touched"] = int(time.time())
    request.session.set_expiry(settings.CODE_IDLE_SECONDS)


def end_short_stays(get_response):
    """Each touch lets the session live for a while longer; none lets it live for more than 12
    hours.
    """

    def middleware(request):
        session, now = request.session, int(time.time())
        if "by_code" in session:
            if (
                now - session["by_code"] > WHOLE
                or now - session["touched"] > settings.CODE_IDLE_SECONDS
            ):
                session.flush()
            elif now - session["touched"] > TOUCH:
                session["touched"] = now
        return get_response(request)

    return middleware


def forget_old(now: datetime | None = None) -> int:
    """Delete the sessions that have ended. Safe to run twice at once."""
    return Session.objects.filter(expire_date__lt=now or timezone.now()).delete()[0]
