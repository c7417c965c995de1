"""Who is who: `roles_of` and `visible_to` say the same for the whole cast, and strangers find nothing."""

from dataclasses import fields
from datetime import timedelta

import pytest
from django.utils import timezone

from cases import access, journey
from cases.models import Case, RecordView, Representation, Seat, User
from cases.saying_no import NotYet

EXPECTED = {  # step -> who sees the case, and as what; everybody else of the cast sees nothing
    "request": {"person": "person", "duty": "worker", "service_manager": "service_manager", "auditor": "auditor"},
    "assess": {"person": "person", "worker": "worker", "colleague": "worker", "manager": "manager",
               "service_manager": "service_manager", "auditor": "auditor"},
    "panel": {"person": "person", "worker": "worker", "colleague": "worker", "manager": "manager",
              "service_manager": "service_manager", "auditor": "auditor", "panel": "panel"},
    "running": {"person": "person", "worker": "worker", "colleague": "worker", "manager": "manager",
                "service_manager": "service_manager", "auditor": "auditor", "finance": "finance"},
}  # fmt: skip


def users(cast):
    return {f.name: getattr(cast, f.name) for f in fields(cast) if isinstance(getattr(cast, f.name), User)}


@pytest.mark.parametrize("step", EXPECTED)
def test_one_rule_for_one_case_and_for_many(a_case, cast, step):
    case = a_case(at=step)
    for name, user in users(cast).items():
        roles = access.roles_of(case, user)
        assert roles == ({EXPECTED[step][name]} if name in EXPECTED[step] else frozenset()), name
        assert access.visible_to(user).filter(pk=case.pk).exists() == bool(roles), name


def test_a_checked_helper_acts_within_scope_and_only_until_the_end(a_case, cast):
    case = a_case(at="assess")
    rep = cast.help(case, scope=("see",))
    assert access.roles_of(case, cast.delegate) == {"delegate"}
    names = {m.name for m in access.moves_for(case, cast.delegate)}
    assert "submit_assessment" not in names and "ask_news" in names
    rep.scope = ["see", "fill", "send"]
    rep.save()
    assert "submit_assessment" in {m.name for m in access.moves_for(case, cast.delegate)}
    assert "withdraw" not in {m.name for m in access.moves_for(case, cast.delegate)}
    rep.valid_to = timezone.localdate()
    rep.save()
    assert access.roles_of(case, cast.delegate) == frozenset()
    assert not access.visible_to(cast.delegate).exists()


def test_an_unchecked_helper_sees_nothing_of_the_case(a_case, cast):
    case = a_case(at="assess")
    Representation.objects.create(user=cast.delegate, person=case.person, kind="family", words="Please help her",
                                  scope=["see", "fill", "send"], valid_from=timezone.localdate())  # fmt: skip
    assert access.roles_of(case, cast.delegate) == frozenset()
    assert not access.visible_to(cast.delegate).exists()


def test_staff_have_no_role_on_their_own_case_or_a_relatives(a_case, cast):
    case = a_case(at="assess")
    Representation.objects.create(
        user=cast.manager, person=case.person, kind="family", valid_from=timezone.localdate()
    )
    assert access.roles_of(case, cast.manager) == frozenset()
    assert not access.visible_to(cast.manager).filter(pk=case.pk).exists()
    other = Case.objects.exclude(pk=case.pk)
    assert not other.exists() or access.visible_to(cast.manager).exists()


def test_a_seat_that_ended_yesterday_opens_nothing(a_case, cast):
    case = a_case(at="assess")
    Seat.objects.filter(user=cast.worker).update(valid_to=timezone.localdate() - timedelta(days=1))
    user = User.objects.get(pk=cast.worker.pk)
    assert access.roles_of(case, user) == frozenset() and not access.visible_to(user).exists()


def test_an_account_that_was_closed_opens_nothing(a_case, cast):
    case = a_case(at="assess")
    cast.worker.is_active = False
    cast.worker.save()
    user = User.objects.get(pk=cast.worker.pk)
    assert access.roles_of(case, user) == frozenset() and not access.visible_to(user).exists()


def test_a_stranger_and_an_unknown_reference_get_the_same_page(a_case, cast, as_):
    case = a_case(at="running")
    for user in (cast.outsider, cast.stranger, cast.admin, cast.panel):
        known = as_(user).get(f"/cases/{case.ref}/")
        unknown = as_(user).get("/cases/ZZZZZZ/")
        assert known.status_code == unknown.status_code == 404
        strip = lambda r, ref: r.content.replace(ref.encode(), b"")  # noqa: E731
        assert len(strip(known, case.ref)) == len(strip(unknown, "ZZZZZZ"))
    anonymous = as_(None)
    assert anonymous.get(f"/cases/{case.ref}/").status_code == anonymous.get("/cases/ZZZZZZ/").status_code == 302


def test_each_opening_of_a_record_is_one_row(a_case, cast, as_):
    case = a_case(at="assess")
    before = RecordView.objects.count()
    assert as_(cast.worker).get(f"/cases/{case.ref}/").status_code == 200
    row = RecordView.objects.order_by("-pk").first()
    assert RecordView.objects.count() == before + 1
    assert (row.user, row.role, row.case) == (cast.worker, "worker", case)


def test_what_is_recorded_on_behalf_says_so_and_agreeing_is_never_among_it(a_case, cast):
    case = a_case(at="plan")
    event = case.move("arrange_own", by=cast.worker, on_behalf_of=case.person, reason="Said on the telephone")
    assert (event.role, event.on_behalf_of) == ("worker", case.person)
    case = a_case(at="sign_off")
    with pytest.raises(NotYet, match="behalf"):
        case.move("agree_plan", by=cast.worker, on_behalf_of=case.person)


def test_every_role_that_moves_something_is_a_role_of_the_house():
    known = set(journey.SEAT_ROLES) | {"person", "delegate", "turn", "system"}
    for move in journey.MOVES.values():
        assert move.who <= known, move.name


def test_what_has_nothing_to_answer_or_to_end_is_not_offered(a_case, cast):
    case = a_case(at="plan")

    def offered(user):
        return {move.name for move in access.moves_for(case, user)}

    idle = {"answer_news", "resume", "find_advocate", "acknowledge_challenge", "answer_challenge"}
    assert not idle & (offered(cast.worker) | offered(cast.manager) | offered(cast.person))
    case.move("ask_news", by=cast.person)
    case.move("challenge", by=cast.person, decision="indicative", reason="Too little")
    assert idle & offered(cast.worker) == {"answer_news", "acknowledge_challenge"}
    assert idle & offered(cast.manager) == {"answer_news", "acknowledge_challenge", "answer_challenge"}
    assert not idle & offered(cast.person)  # whose turn it is, and whose own question
    with pytest.raises(NotYet):
        case.move("answer_news", by=cast.person, answer="To myself")
