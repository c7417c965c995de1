"""The job of this app. No arguments, safe to run twice at once."""

from celery import shared_task

from . import actions


@shared_task
def invite() -> None:
    actions.invite()
