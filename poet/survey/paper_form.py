"""The survey on paper: the same questions with the same numbers as on screen, the code (typed or
scanned), and where it goes.
"""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.paper.assessment_form import size_for
from cases.ui import qr_code
from poet.survey import private_links, questions
from poet.survey.questions import CONSENTS


def sheet(invitation, size: str = "") -> dict:
    """What a printed sheet needs: numbered questions with their answers, and the code by which it
    is typed in.

    `size`: "print" (14 points) or "large" (18); else as the person's needs are recorded.
    """
    asked = questions.numbered_questions(invitation.question_set, invitation.near_review)
    person = None if invitation.worker_id else invitation.case.person
    easy = person is not None and person.communication == "easy_read"
    code, site = private_links.code_of(invitation), settings.SITE_URL.rstrip("/")
    link = site + reverse("poet:survey", args=[code])
    return {
        "lines": [_line(number, spec, easy) for number, spec in enumerate(asked, 1)],
        "short": questions.short_form(asked),
        "code": code,
        "easy": easy,
        "qr": qr_code.picture(link, _("QR code that opens the questions")),
        "large": size_for(person, size) == "large",
        "site": site + reverse("poet:survey_code"),
        "helpers": list(questions.HELPERS.values()),
        "helped_by": list(questions.HELPED_BY.values()),
        "consents": [] if invitation.worker_id else list(CONSENTS.values()),
    }


def _line(number: int, spec: dict, easy: bool) -> dict:
    text = (spec.get("easy") if easy else "") or spec["text"]
    return {"number": number, "text": _(text), "choices": list(questions.choices(spec).values())}
