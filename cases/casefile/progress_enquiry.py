"""The person asks what is happening: who answers, and in which words the person is told that the
question is there.

Reading only. Not here: asking and answering (moves of the journey), who may (`access`).
"""

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from cases import journey
from cases.ui import date_words

ELSEWHERE = (
    "person",
    "delegate",
    "provider",
    "other_agency",
    "nobody",
)  # whose turn leaves the answer to the worker


def answerer(case) -> str:
    """Who answers, as the person reads it: only the named worker is called by name."""
    turn = "worker" if case.turn in ELSEWHERE else case.turn
    if turn == "worker" and case.worker_id and case.turn_user_id in (None, case.worker_id):
        return str(case.worker)
    return str(journey.TURNS[turn])


def waiting_sentence(case, role: str = "person") -> str:
    """The question that waits, in a sentence for the person or a helper; "" without one."""
    if case.asked_news_at is None or case.step == "closed":
        return ""
    words = {"day": date_words.day(case.asked_news_at), "who": capfirst(answerer(case))}
    if role == "person":
        return _("You asked on %(day)s what is happening. %(who)s will answer.") % words
    return (
        _("On %(day)s you or the person you help asked what is happening. %(who)s will answer.")
        % words
    )
