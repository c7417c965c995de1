"""The jobs of this app. No arguments, safe to run twice at once, and none moves a case."""

from celery import shared_task

from budgets.actions import money_round
from budgets.payments import money_standings, nightly_check
from budgets.spend import spend_standings


@shared_task
def stand() -> None:
    money_standings.refresh()
    spend_standings.refresh()


@shared_task
def check_money() -> None:
    nightly_check.look()


@shared_task
def look_after_money() -> None:
    money_round.look_after_money()
