"""What the person said in the assessment and the plan would ask again: it stands in the page already, to keep or change.

Reading only; nothing is in the plan before it is saved.
"""

from __future__ import annotations

from typing import Any

from cases import access, answering, questions
from cases.letters import day

# part of the plan -> how the questions of the assessment end that asked for the same
ASKED = {"what_matters": "about.important", "goals": ".want"}


def of(case: Any, part: str) -> tuple[str, str]:
    """(words for this part, the day they were sent); "" where nothing was said, or the reader may not read it."""
    sent = answering.sent_of(case) if part in ASKED and case.roles & access.READS["assessment"] else None
    if sent is None:
        return "", ""
    known = answering.values(answering.said(sent), "person")
    said = [
        (q, known[q["id"]])
        for q in questions.standing(sent.form, known)
        if q["id"].endswith(ASKED[part]) and known.get(q["id"]) and known[q["id"]] not in questions.ESCAPES
    ]
    if len(said) > 1:
        lines = [f"{questions.page_title(case.kind, q['page'])}: {words}" for q, words in said]
    else:
        lines = [words for _q, words in said]
    return "\n".join(lines), day(sent.submitted_at)
