"""The jobs of this app: bells that read rows. No arguments, no results, safe to run twice at once, never a move."""

from celery import shared_task
from django.contrib.sessions.backends.db import SessionStore

from . import getting_in, histogram, kept_pages, outbox
from . import sweep as late


@shared_task
def sweep() -> None:
    late.sweep()
    getting_in.forget_old()
    kept_pages.forget_old()
    SessionStore.clear_expired()


@shared_task
def send_messages() -> None:
    outbox.send_messages()


@shared_task
def drain() -> None:
    histogram.drain_all()
