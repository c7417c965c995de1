"""Is the service alive, and is it ready? For the machines that watch it: no sign-in, no personal data."""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from .. import ledger
from ..models import Heartbeat, Message, Nudge, Visit

STOPPED = 600  # seconds without a sweep after which beat or worker have stopped


@login_not_required
@never_cache
def healthz(request):
    """The process answers. Public: a probe has no account."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@never_cache
def readyz(request):
    """503 without a database or with a trigger missing. Public: a probe has no account.

    Ages in seconds tell that jobs are behind; pages go on working then, so they make the service "degraded", not
    unready.
    """
    try:
        missing = sorted(ledger.names() - ledger.armed(connection))
        found = {"database": True, "triggers_missing": missing} | ages(timezone.now())
    except DatabaseError:
        return JsonResponse({"ready": False, "database": False}, status=503)
    behind = found["sweep_age"] is None or found["sweep_age"] > STOPPED
    state = {"ready": not missing, "degraded": behind}
    return JsonResponse(state | found, status=200 if not missing else 503)


def ages(now) -> dict:
    """How long ago the last sweep was, how old the oldest due message is and the oldest deadline nobody chased."""
    beat = Heartbeat.objects.filter(job="sweep").values_list("at", flat=True).first()
    due = Message.objects.filter(state="waiting", channel__in=["email", "demo"], not_before__lte=now)
    waits = due.order_by("not_before").values_list("not_before", flat=True).first()
    chased = Nudge.objects.filter(kind="overdue").values("visit_id")
    missed = Visit.objects.filter(left_at=None, due_at__lte=now).exclude(pk__in=chased)
    unswept = missed.order_by("due_at").values_list("due_at", flat=True).first()
    return {
        "sweep_age": age(beat, now),
        "oldest_message_age": age(waits, now),
        "oldest_unswept_age": age(unswept, now),
    }


def age(moment, now) -> int | None:
    return None if moment is None else max(int((now - moment).total_seconds()), 0)
