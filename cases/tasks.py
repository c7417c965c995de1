"""The jobs of this app: bells that read rows. No arguments, no results, safe to run twice at once.
None moves a case, but for the end that somebody planned (`reminders.planned_ends`, docs/adr/0043).
"""

from celery import shared_task
from django.utils.module_loading import import_string

from cases.figures import histogram
from cases.letters import outbox
from cases.resilience import jobs

# What each minute does, here and in `manage.py sweep`; danger first: nothing else may keep it back.
MINUTE = (
    "cases.danger.reports.chase",
    "cases.reminders.sweep.sweep",
    "cases.reminders.planned_ends.close_ended",
    "cases.signin.requests.forget_old",
    "cases.signin.resumed_forms.forget_old",
    "cases.signin.short_sessions.forget_old",
)


@shared_task
def sweep() -> None:
    jobs.apart("minute", [(path, import_string(path)) for path in MINUTE])


@shared_task
def send_messages() -> None:
    outbox.send_messages()


@shared_task
def drain() -> None:
    histogram.drain_all()
