"""The jobs of this app. No arguments, safe to run twice at once."""

from celery import shared_task

from poet import actions
from poet.dashboard import overview
from poet.results import publishing


@shared_task
def invite() -> None:
    actions.invite()


@shared_task
def keep() -> None:
    overview.refresh_figures()


@shared_task
def publish() -> None:
    publishing.publish()
