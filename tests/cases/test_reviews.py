"""Before a review: what was agreed and what has changed stands there; the worker's note closes it,
nothing else does.
"""

import pytest
from django.utils import timezone

from cases.casefile import reviews
from cases.common.refusals import NotYet
from tests.cases.pages import body, page, post
from tests.cast import instead


def test_the_page_is_filled_in_with_what_was_agreed_and_what_happened_since(a_case, cast, as_):
    case = a_case(at="running")
    case.move(
        "suspend_payment", by=cast.finance, reason="Bank details", **instead("Home care goes on")
    )
    shown = body(page(as_(cast.person), case, "review"))
    assert "What was agreed" in shown and "£80" in shown and "suspended payments" in shown
    assert "Get ready for your review" in body(page(as_(cast.person), case, "case"))


def test_what_the_person_says_is_read_by_the_worker_and_closes_nothing(a_case, cast, as_):
    case = a_case(at="review")
    assert (
        post(
            as_(cast.person), case, "review", works="Mornings", changed="My sister moved", wanted=""
        ).status_code
        == 302
    )
    case.refresh_from_db()
    assert case.step == "review"
    shown = body(page(as_(cast.worker), case, "review"))
    assert "What works well? Mornings" in shown and "My sister moved" in shown
    with pytest.raises(NotYet):
        case.move("keep_plan", by=cast.person, achieved="x", reason="x")


@pytest.mark.parametrize(
    ("move", "facts"),
    [
        ("keep_plan", {"achieved": "Out twice a week"}),
        ("keep_plan", {"reason": "It works"}),
        ("change_plan", {"achieved": "Out"}),
        ("reassess", {}),
        ("keep_plan", {"achieved": "Out", "reason": ""}),
    ],
)
def test_no_review_is_closed_without_the_workers_note(a_case, cast, move, facts):
    case = a_case(at="review")
    with pytest.raises(NotYet, match="An answer is needed"):
        case.move(move, by=cast.worker, **facts)
    case.refresh_from_db()
    assert case.step == "review"


def test_spaces_are_no_note(a_case, cast, as_):
    case = a_case(at="review")
    form = as_(cast.worker).get(f"/cases/{case.ref}/do/keep_plan/").context["form"]
    sent = {
        "seen": form["seen"].value(),
        "key": form["key"].value(),
        "achieved": "   ",
        "reason": "  ",
    }
    assert as_(cast.worker).post(f"/cases/{case.ref}/do/keep_plan/", sent).status_code == 200
    case.refresh_from_db()
    assert case.step == "review"


def test_nothing_at_all_is_not_sent_and_a_helper_needs_the_scope(a_case, cast, as_):
    case = a_case(at="running")
    answer = post(as_(cast.person), case, "review", works=" ", changed="", wanted="")
    assert answer.status_code == 422 and "Answer at least one question" in body(answer)
    rep = cast.help(case, scope=("see",))
    assert page(as_(cast.delegate), case, "review").context["form"] is None
    with pytest.raises(NotYet):
        reviews.tell_review(case=case, by=cast.delegate, said={"works": "x"})
    rep.scope = ["see", "fill"]
    rep.save()
    assert post(as_(cast.delegate), case, "review", works="She is happy").status_code == 302
    assert "She is happy" in body(page(as_(cast.person), case, "review"))


def test_it_stands_only_where_there_is_a_budget_and_for_those_who_read_it(a_case, cast, as_):
    case = a_case(at="plan")
    assert page(as_(cast.person), case, "review").status_code == 404
    running = a_case(at="running", person=cast.new_person("Bert Wren"))
    for who in ("outsider", "stranger", "admin", "finance", "auditor"):
        assert page(as_(getattr(cast, who)), running, "review").status_code == 404, who
    assert post(as_(cast.worker), running, "review", works="Well").status_code == 422
    assert (
        post(
            as_(cast.worker), running, "review", works="Well", told_by="phone", read_back="on"
        ).status_code
        == 302
    )
    event = running.events.get(verb=reviews.VERB)
    assert event.on_behalf_of == running.person and event.body.note.startswith(
        "What works well? By telephone. Well"
    )
    assert timezone.localdate(event.at) == timezone.localdate()


def test_what_stands_is_shown_and_only_what_has_changed_is_asked(a_case, cast, as_):
    case = a_case(at="review")
    shown = body(page(as_(cast.person), case, "review"))
    for known in (
        "My garden",
        "Out twice a week",
        "Help to wash and dress",
        "5 hours a week",
        "My sister drives me",
    ):
        assert known in shown, known
    line = case.plans.get(state="agreed").lines.first()
    typed = {f"changed_line_{line.pk}": "She comes at nine now", "changed_goals": " "}
    assert post(as_(cast.person), case, "review", **typed).status_code == 302
    note = case.events.get(verb=reviews.VERB).body.note
    assert note == "Help to wash and dress: changed. She comes at nine now"


def test_that_nothing_has_changed_is_an_answer(a_case, cast, as_):
    case = a_case(at="running")
    assert post(as_(cast.person), case, "review", same="on").status_code == 302
    assert "Nothing has changed" in case.events.get(verb=reviews.VERB).body.note


def test_the_move_itself_refuses_spaces_for_a_note(a_case, cast):
    case = a_case(at="review")
    for facts in ({"achieved": " ", "reason": "It works"}, {"achieved": "Out", "reason": "\n\t"}):
        with pytest.raises(NotYet, match="An answer is needed"):
            case.move("keep_plan", by=cast.worker, **facts)
    case.refresh_from_db()
    assert case.step == "review"
