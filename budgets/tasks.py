"""The jobs of this app. No arguments, safe to run twice at once, and none moves a case."""

from celery import shared_task

from budgets.payments import money_standings, nightly_check


@shared_task
def stand() -> None:
    money_standings.refresh()


@shared_task
def check_money() -> None:
    nightly_check.look()
