"""Is the service alive, and is it ready? For the machines that watch it: no sign-in, no personal
data.
"""

from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from cases import ledger
from cases.council import set_up
from cases.reminders import health


@login_not_required
@never_cache
def healthz(request):
    """The process answers. Public: a probe has no account."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@never_cache
def readyz(request):
    """503 without a database or with a trigger missing. Public: a probe has no account.

    Ages in seconds tell that jobs are behind; pages go on working then, so they make the service
    "degraded", not unready. So does a report of danger of which nobody was told: it has to wake
    somebody.
    """
    try:
        missing = sorted(ledger.names() - ledger.armed(connection))
        found = {"database": True, "triggers_missing": missing} | health.ages(timezone.now())
        found["councils_incomplete"] = set_up.councils_incomplete()
    except Error:
        return JsonResponse({"ready": False, "database": False}, status=503)
    wrong = health.wrong(found)
    state = {"ready": not missing, "degraded": bool(wrong), "degraded_by": wrong}
    return JsonResponse(state | found, status=200 if not missing else 503)
