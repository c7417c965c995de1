"""The jobs of this app: bells that read rows. No arguments, no results, safe to run twice at once, never a move."""

from celery import shared_task

from . import danger, getting_in, histogram, kept_pages, outbox
from . import sweep as late


@shared_task
def sweep() -> None:
    danger.chase()  # first: nothing else may keep it back
    late.sweep()
    getting_in.forget_old()
    kept_pages.forget_old()


@shared_task
def send_messages() -> None:
    outbox.send_messages()


@shared_task
def drain() -> None:
    histogram.drain_all()
