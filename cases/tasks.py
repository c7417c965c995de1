"""The jobs of this app: bells that read rows. No arguments, no results, safe to run twice at once, never a move."""

from celery import shared_task
from django.contrib.sessions.backends.db import SessionStore

from . import danger, getting_in, histogram, jobs, kept_pages, outbox
from . import sweep as late


@shared_task
def sweep() -> None:
    parts = (
        ("danger", danger.chase),  # first: nothing else may keep it back
        ("bell", late.sweep),
        ("old requests", getting_in.forget_old),
        ("old pages", kept_pages.forget_old),
        ("old sessions", SessionStore.clear_expired),
    )
    jobs.apart("minute", parts)


@shared_task
def send_messages() -> None:
    outbox.send_messages()


@shared_task
def drain() -> None:
    histogram.drain_all()
