"""What the person said in the assessment and the plan would ask again: it stands in the page
already, to keep or change.

Reading only; nothing is in the plan before it is saved.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from cases.access import Reading
from cases.assessment import answering, questions
from cases.ui.date_words import day

# part of the plan -> how the questions of the assessment end that asked for the same
ASKED = {"what_matters": "about.important", "goals": ".want"}


def prefilled_words(reading: Reading, part: str) -> dict[str, str]:
    """`before`: the words for this part; `told`: when they were sent, for the reader. Empty where
    nothing was said, or the reader may not read it.
    """
    case = reading.case
    sent = answering.last_sent(case) if part in ASKED and reading.sees("assessment") else None
    if sent is None or sent.submitted_at is None:
        return {}
    known = answering.values(answering.answers_by_voice(sent), "person")
    said = [
        (q, known[q["id"]])
        for q in questions.standing(sent.form, known)
        if q["id"].endswith(ASKED[part])
        and known.get(q["id"])
        and known[q["id"]] not in questions.ESCAPES
    ]
    if not said:
        return {}
    many = len(said) > 1
    lines = [
        f"{questions.page_title(case.kind, q['page'])}: {words}" if many else words
        for q, words in said
    ]
    if reading.role == "person":
        told = _(
            "You told us this in your assessment, sent on %(day)s. Keep it or change it, then save."
        )
    else:
        told = _(
            "This was said in the assessment, sent on %(day)s. Keep it or change it, then save."
        )
    return {"before": "\n".join(lines), "told": told % {"day": day(sent.submitted_at)}}
