"""The jobs of this app. No arguments, safe to run twice at once, never a move."""

from celery import shared_task

from budgets.actions import money_round


@shared_task
def look_after_money() -> None:
    money_round.look_after_money()
