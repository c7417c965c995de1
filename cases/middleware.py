"""Two small middlewares, written as functions.

Here: `headers` (what browsers and proxies may keep and use) and `saying_no` (a refusal becomes a page).
Not here: Content-Security-Policy (django-csp), the words of the pages (templates/).
"""

from django.conf import settings

from cases.saying_no import NotYet, Stale
from cases.views import errors

PERMISSIONS = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"


def headers(get_response):
    """What is shown to somebody with a session stays in no browser and no proxy: pages, downloads, redirects.

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
