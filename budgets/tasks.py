"""The jobs of this app. No arguments, safe to run twice at once."""

from celery import shared_task

from budgets.payments import nightly_check


@shared_task
def check_money() -> None:
    nightly_check.look()
