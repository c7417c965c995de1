"""The jobs of this app. No arguments, safe to run twice at once."""

from celery import shared_task

from . import actions, dashboard, publishing


@shared_task
def invite() -> None:
    actions.invite()


@shared_task
def keep() -> None:
    dashboard.keep()


@shared_task
def publish() -> None:
    publishing.publish()
