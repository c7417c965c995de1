"""Challenges are answered by somebody else; a closed case opens again for a reason; what rules
register is there from the start.
"""

import os
import subprocess
import sys

import pytest
from django.conf import settings

from cases import actions, journey
from cases.common import dates
from cases.common.refusals import NotYet


def closed(a_case, cast):
    case = a_case(at="confirm")
    actions.determine(
        case=case,
        by=cast.manager,
        eligible=False,
        arises=True,
        impact=False,
        areas=[],
        findings={},
        reasons="Manages alone",
        advice="The lunch club",
    )
    return case


def challenge(case, by, **more):
    case.move("challenge", by=by, decision="determination", reason="I don't manage", **more)


def test_whoever_decided_does_not_answer_the_challenge(a_case, cast):
    case = closed(a_case, cast)
    with pytest.raises(NotYet, match="no challenge"):
        case.move(
            "answer_challenge", by=cast.service_manager, answer="upheld", reason="x", follows="y"
        )
    challenge(case, cast.person)
    with pytest.raises(NotYet, match="somebody else"):
        case.move("answer_challenge", by=cast.manager, answer="not_upheld", reason="x", follows="y")
    case.move(
        "answer_challenge",
        by=cast.service_manager,
        answer="upheld",
        reason="Seen again",
        follows="A visit",
    )
    with pytest.raises(NotYet, match="no challenge"):
        case.move(
            "answer_challenge", by=cast.service_manager, answer="upheld", reason="x", follows="y"
        )


@pytest.mark.parametrize(
    ("answer", "opens"), [("upheld", True), ("partly", True), ("not_upheld", False)]
)
def test_the_persons_way_back_is_a_challenge_that_was_upheld(a_case, cast, answer, opens):
    case = closed(a_case, cast)
    asked = case.asked_at
    with pytest.raises(NotYet, match="upheld"):
        case.move("reopen", by=cast.person, to="confirm", reason="I want to")
    challenge(case, cast.person)
    case.move(
        "answer_challenge",
        by=cast.service_manager,
        answer=answer,
        reason="Seen again",
        follows="A visit",
    )
    if not opens:
        with pytest.raises(NotYet, match="upheld"):
            case.move("reopen", by=cast.person, to="confirm", reason="Because")
        return
    case.move("reopen", by=cast.person, to="confirm", reason="Because")
    assert (case.step, case.cycle_no, case.asked_at) == ("confirm", 2, asked)


def test_a_case_closed_by_a_death_is_not_simply_opened_again(a_case, cast):
    case = a_case(at="assess")
    actions.record_death(case=case, by=cast.worker, died_on=dates.today(), contact="The daughter")
    with pytest.raises(NotYet, match="death"):
        case.move("reopen", by=cast.worker, to="request", reason="Mistake")


def test_a_process_that_has_only_started_knows_when_each_draft_was_saved():
    """Web processes import no job: what my day reads is registered at the start."""
    code = "import django; django.setup(); from cases.journey import hooks; print(*hooks.DRAFTS)"
    found = subprocess.run(
        [sys.executable, "-c", code],
        cwd=settings.BASE_DIR,
        env=os.environ | {"SDS_MODE": "test", "DJANGO_SETTINGS_MODULE": "sds.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    writing = {code for code, step in journey.STEPS.items() if step.writes}
    assert set(found.stdout.split()) == writing and len(writing) == 2
