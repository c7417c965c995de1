"""The pages for when something can't be done.

Here: 400, 403, 404, 409, 500 and 503, and the refusals of saying_no. Not here: whether to refuse
(access.py, actions.py). 400, 500 and 503 are rendered without context processors: they must come
out when the database does not. Every layer of the middleware brings its errors here, so an outage
is known whichever of them ran into it.
"""

import sys

from django.http import HttpResponse
from django.shortcuts import render
from django.template import loader
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from cases.signin import resumed_forms
from cases.ui.components import Table
from cases.views import outage

# When even the template can't be rendered. No stylesheet, no translation: nothing else that can
# fail.
LAST_RESORT = """<!DOCTYPE html><html lang="en-gb"><head><meta charset="utf-8">
<title>Sorry, there is a problem with the service</title></head><body><main>
<h1>Sorry, there is a problem with the service</h1>
<p>What you just typed may not have been saved. Pages that you saved before are safe.</p>
<p>Try again later, or phone your council.</p></main></body></html>"""


def standing_alone(name, status, facts=None):
    try:
        return HttpResponse(loader.get_template(name).render(facts), status=status)
    except Exception:  # whatever it was, the reader must get an answer
        return HttpResponse(LAST_RESORT, status=status)


def previous_page(request) -> str:
    """The page the reader came from, if it is ours and not this very page; else the start."""
    came_from = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(
        came_from, {request.get_host()}, require_https=request.is_secure()
    )
    return came_from if ours else "/"


def bad_request(request, exception=None):
    return unavailable(request) if outage.meant_by(exception) else standing_alone("400.html", 400)


def server_error(request):
    return (
        unavailable(request)
        if outage.meant_by(sys.exc_info()[1])
        else standing_alone("500.html", 500)
    )


def unavailable(request):
    """The database does not answer: when to try again, with all that was typed."""
    return outage.mark(standing_alone("503.html", 503, outage.facts(request)))


def forbidden(request, exception=None):
    return render(request, "403.html", {"typed": request.method == "POST"}, status=403)


def not_found(request, exception=None):
    """The same words for what does not exist and for what is not yours: a stranger learns
    nothing.
    """
    return render(request, "404.html", {"typed": request.method == "POST"}, status=404)


def csrf_failure(request, reason=""):
    """A form of an earlier sign-in is kept where its person can have it back; any other is
    refused.
    """
    kept = resumed_forms.keep_stale(request)
    if kept.response is not None:
        return kept.response
    context = {"back": previous_page(request), "kept": bool(kept.for_another)}
    response = render(request, "403_csrf.html", context, status=403)
    response.cookies.update(kept.for_another or {})
    return response


def not_yet(request, refusal):
    context = {
        "sentence": refusal.sentence,
        "back": previous_page(request),
        "typed": request.method == "POST",
    }
    return render(request, "409.html", context, status=409)


def stale(request, refusal):
    """Someone else saved first: both versions side by side, so that nothing typed is lost."""
    context = {
        "sentence": refusal.sentence,
        "back": previous_page(request),
        "typed": not refusal.changes,
    }
    head = [_("Question"), _("What you typed"), _("What is saved now")]
    context["differs"] = Table(
        _("What differs"), head, [list(change) for change in refusal.changes]
    )
    context |= {"who": refusal.who, "when": refusal.when}
    return render(request, "409.html", context, status=409)
