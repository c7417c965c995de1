"""Three small middlewares, written as functions.

Here: `headers` (what browsers and proxies may keep and use), `refusals` (a refusal becomes a page)
and `no_page_lost` (what is sent after a session has ended is kept, and sent again after signing
in). Not here: Content-Security-Policy (django-csp), the words of the pages (templates/).
"""

from django.conf import settings
from django.shortcuts import redirect

from cases.common.refusals import NotYet, Stale
from cases.signin import resumed_forms
from cases.views import errors

PERMISSIONS = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"


def headers(get_response):
    """What is shown to somebody with a session stays in no browser and no proxy: pages, downloads,
    redirects.

    Static files never come here: WhiteNoise stands before this in the chain.
    """

    def middleware(request):
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        name = settings.SESSION_COOKIE_NAME
        if name in request.COOKIES or name in response.cookies:
            response.headers["Cache-Control"] = "no-store"
        return response

    return middleware


def saying_no(get_response):
    """A NotYet or Stale that no view caught becomes a designed page instead of an error."""

    def middleware(request):
        return get_response(request)

    def process_exception(request, exception):
        if isinstance(exception, Stale):
            return errors.stale(request, exception)
        if isinstance(exception, NotYet):
            return errors.not_yet(request, exception)
        return None

    # Django looks for this attribute on whatever the factory returns.
    middleware.process_exception = process_exception
    return middleware


def no_page_lost(get_response):
    """Keep a page whose session has ended; send it again in the answer to the sign-in. See
    `resumed_forms`.
    """

    def middleware(request):
        posted = request.method == "POST"
        stranger = posted and not request.user.is_authenticated
        response = get_response(request)
        if stranger and request.user.is_authenticated:
            response = _goes_on(request, response, get_response)
        elif posted and resumed_forms.NUMBER in request.POST and _done(response):
            _sent(request)
        if request.user.is_authenticated:
            resumed_forms.remember(request, response)
        return response

    def process_view(request, view, args, kwargs):
        if (
            request.method == "POST"
            and getattr(view, "login_required", True)
            and not request.user.is_authenticated
        ):
            return resumed_forms.keep_form(request)
        return None

    middleware.process_view = process_view
    return middleware


def _done(response) -> bool:
    """Did the page do what was asked? A refusal is no redirect."""
    return response.status_code in (302, 303)


def _goes_on(request, response, get_response):
    """Somebody has just signed in: send what was kept for them, or show it where it must be looked
    at first.
    """
    pages = resumed_forms.waiting(request)
    if not pages:
        return response
    answer = redirect("cases:resumed_forms")
    if len(pages) == 1 and not pages[0].show:
        tried = get_response(resumed_forms.replayed_request(request, pages[0]))
        if _done(tried):
            pages[0].row.delete()
            answer = tried
    for name, morsel in response.cookies.items():
        answer.cookies.setdefault(name, morsel)
    return answer


def _sent(request) -> None:
    """What was shown has been sent: it is kept no longer."""
    for page in resumed_forms.waiting(request) if request.user.is_authenticated else ():
        if str(page.row.pk) == request.POST[resumed_forms.NUMBER]:
            page.row.delete()
