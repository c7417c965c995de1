"""The jobs of this app. No arguments, safe to run twice at once, never a move."""

from celery import shared_task

from budgets.actions import money_round
from budgets.payments import nightly_check


@shared_task
def check_money() -> None:
    nightly_check.look()


@shared_task
def look_after_money() -> None:
    money_round.look_after_money()
