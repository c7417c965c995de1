"""Who is who: `roles_of` and `visible_to` say the same for the whole cast, and strangers find
nothing.
"""

from dataclasses import fields
from datetime import timedelta

import pytest
from django.utils import timezone

from cases import access, journey
from cases.common.refusals import NotYet
from cases.models import Case, RecordView, Representation, Seat, User

EXPECTED = {  # step -> who sees the case, and as what; everybody else of the cast sees nothing
    "request": {
        "person": "person",
        "duty": "worker",
        "service_manager": "service_manager",
        "auditor": "auditor",
    },
    "assess": {
        "person": "person",
        "worker": "worker",
        "colleague": "worker",
        "manager": "manager",
        "service_manager": "service_manager",
        "auditor": "auditor",
    },
    "panel": {
        "person": "person",
        "worker": "worker",
        "colleague": "worker",
        "manager": "manager",
        "service_manager": "service_manager",
        "auditor": "auditor",
        "panel": "panel",
    },
    "running": {
        "person": "person",
        "worker": "worker",
        "colleague": "worker",
        "manager": "manager",
        "service_manager": "service_manager",
        "auditor": "auditor",
        "finance": "finance",
        "releaser": "finance",
    },
}


def users(cast):
    return {
        f.name: getattr(cast, f.name)
        for f in fields(cast)
        if isinstance(getattr(cast, f.name), User)
    }


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
    Representation.objects.create(
        user=cast.delegate,
        person=case.person,
        kind="family",
        words="Please help her",
        scope=["see", "fill", "send"],
        valid_from=timezone.localdate(),
    )
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
        without = unknown.content.replace(b"ZZZZZZ", b"")
        assert len(known.content.replace(case.ref.encode(), b"")) == len(without)
    anonymous = as_(None)
    assert (
        anonymous.get(f"/cases/{case.ref}/").status_code
        == anonymous.get("/cases/ZZZZZZ/").status_code
        == 302
    )


def test_each_opening_of_a_record_is_one_row(a_case, cast, as_):
    case = a_case(at="assess")
    before = RecordView.objects.count()
    assert as_(cast.worker).get(f"/cases/{case.ref}/").status_code == 200
    row = RecordView.objects.order_by("-pk").first()
    assert RecordView.objects.count() == before + 1
    assert (row.user, row.role, row.case) == (cast.worker, "worker", case)


WHO_SEES = {
    "request": ("duty", "service_manager", "auditor", "person"),
    "panel": (
        "panel",
        "worker",
        "colleague",
        "manager",
        "service_manager",
        "auditor",
        "person",
        "delegate",
    ),
    "running": ("finance", "worker", "manager", "service_manager", "auditor", "person", "delegate"),
}


@pytest.mark.parametrize("step", WHO_SEES)
def test_whoever_looks_is_written_down_in_the_role_in_which_they_looked(a_case, cast, as_, step):
    """Nobody reads a record unseen: not those who check others, not those above, not the person and
    who helps.
    """
    case = a_case(at=step)
    if "delegate" in WHO_SEES[step]:
        cast.help(case)
    for name in WHO_SEES[step]:
        user = getattr(cast, name)
        before = RecordView.objects.count()
        assert as_(user).get(f"/cases/{case.ref}/").status_code == 200, name
        assert RecordView.objects.count() == before + 1, name
        row = RecordView.objects.order_by("-pk").first()
        assert (row.user, row.role) == (user, access.best_role(case, user)), name
        assert (row.case, row.council, row.page) == (case, cast.council, "cases:case"), name


def test_each_page_of_a_record_that_an_auditor_opens_is_one_row(a_case, cast, as_):
    from tests.test_crawl import addresses, routes

    case, auditor, opened = a_case(at="running"), as_(cast.auditor), set()
    for name, path in addresses(case, routes()):
        if "/cases/" not in path:
            continue
        before = RecordView.objects.filter(user=cast.auditor, role="auditor", case=case).count()
        answer = auditor.get(path)
        rows = RecordView.objects.filter(user=cast.auditor, role="auditor", case=case)
        if answer.status_code == 200:
            opened.add(name)
            assert rows.count() == before + 1 and rows.order_by("-pk").first().page == name, name
    assert {
        "cases:case",
        "cases:access_log",
        "cases:chronology",
        "cases:chronology_csv",
        "cases:letters",
    } <= opened


def test_who_finds_nothing_leaves_no_trace_in_the_record(a_case, cast, as_):
    case = a_case(at="assess")
    for user in (
        cast.outsider,
        cast.stranger,
        cast.admin,
        cast.panel,
        cast.finance,
        cast.duty,
        None,
    ):
        assert as_(user).get(f"/cases/{case.ref}/").status_code in (404, 302)
    assert not RecordView.objects.exists()


# ---- each condition, taken by itself


def fresh(user):
    """The user as the next request reads them: seats are kept for one request."""
    return User.objects.get(pk=user.pk)


def sees(case, user):
    """Both rules at once: for one case, and for many."""
    user = fresh(user)
    roles = access.roles_of(case, user)
    assert access.visible_to(user).filter(pk=case.pk).exists() == bool(roles)
    return roles


def elsewhere(cast, case):
    """The case belongs to another team than everybody's who had it."""
    Case.objects.filter(pk=case.pk).update(team=cast.intake)
    case.refresh_from_db()
    return case


def test_the_named_worker_keeps_the_case_of_another_team_and_a_named_manager_does_not(a_case, cast):
    case = elsewhere(cast, a_case(at="assess"))
    assert (
        sees(case, cast.worker) == {"worker"}
        and not sees(case, cast.colleague)
        and not sees(case, cast.manager)
    )
    Case.objects.filter(pk=case.pk).update(worker=cast.manager)
    case.refresh_from_db()
    assert not sees(case, cast.manager) and not sees(case, cast.worker)


@pytest.mark.parametrize(
    "role", ["admin", "panel", "finance", "worker", "manager", "service_manager", "auditor"]
)
def test_a_seat_opens_its_own_council_alone(a_case, cast, role):
    case = a_case(at="running")
    Case.objects.filter(pk=case.pk).update(reached_panel=True)
    case.refresh_from_db()
    Seat.objects.filter(user=cast.stranger).update(role=role)
    assert not sees(case, cast.stranger)
    Seat.objects.filter(user=cast.stranger).update(council=cast.council)
    assert bool(sees(case, cast.stranger)) == (role != "admin")


def test_a_help_is_for_its_kind_of_case_and_opens_none_of_another(a_case, cast):
    case = a_case(at="assess")
    rep = cast.help(case)
    for about, opens in (("", True), ("adult", True), ("carer", False)):
        Representation.objects.filter(pk=rep.pk).update(about=about)
        assert bool(sees(case, cast.delegate)) == opens, about
    Representation.objects.filter(pk=rep.pk).update(about="", checked_at=None, checked_by=None)
    assert not sees(case, cast.delegate)


def test_the_money_of_a_case_is_read_by_a_helper_only_who_was_given_it(a_case, cast):
    case = a_case(at="assess")
    rep = cast.help(case)
    assert sees(case, cast.delegate) == {"delegate"} and not access.reads(
        case, cast.delegate, "money"
    )
    Representation.objects.filter(pk=rep.pk).update(scope=["see", "money"])
    assert sees(case, cast.delegate) == {"delegate", "money_helper"} and access.reads(
        case, cast.delegate, "money"
    )
    assert access.best_role(case, cast.delegate) == "delegate"


def test_of_many_cases_those_are_shown_whose_part_the_seat_reads(a_case, cast):
    case = a_case(at="running")
    found = {
        name: access.visible_to(user, reads="assessment").exists()
        for name, user in users(cast).items()
    }
    assert {name for name, there in found.items() if there} == {
        "person",
        "worker",
        "colleague",
        "manager",
        "service_manager",
    }
    assert (
        access.visible_to(cast.finance, reads="plan").get() == case
        and not access.visible_to(cast.auditor, reads="plan").exists()
    )


def test_an_account_of_nobody_and_a_closed_one_of_a_person_see_nothing(a_case, cast):
    from django.contrib.auth.models import AnonymousUser

    case = a_case(at="assess")
    assert (
        not access.roles_of(case, AnonymousUser())
        and not access.visible_to(AnonymousUser()).exists()
    )
    assert access.seats_of(AnonymousUser()) == []
    User.objects.filter(pk=cast.person.pk).update(is_active=False)
    assert not sees(case, cast.person)
    User.objects.filter(pk=cast.worker.pk).update(is_active=False)
    assert access.seats_of(fresh(cast.worker)) == []


def test_the_council_of_somebody_with_two_seats_is_the_chosen_one(cast, rf):
    Seat.objects.create(
        user=cast.worker, council=cast.other, role="worker", valid_from=timezone.localdate()
    )
    request = rf.get("/")
    for chosen, found in ((None, cast.council), (cast.other.pk, cast.other), (999, cast.council)):
        request.session = {"council": chosen}
        assert access.council_of(fresh(cast.worker), request) == found
    assert (
        access.council_of(cast.outsider, request) is None
        and access.council_of(cast.worker) == cast.council
    )


def test_seats_of_another_day_are_read_anew(cast):
    before = timezone.localdate() - timedelta(days=5000)
    assert len(access.seats_of(cast.worker)) == 1 and access.seats_of(cast.worker, on=before) == []
    assert len(access.seats_of(cast.worker)) == 1


def test_the_turn_is_the_roles_and_where_it_names_somebody_theirs_alone(a_case, cast):
    case = a_case(at="confirm")

    def mine(user):
        """Both rules at once."""
        one = access.has_turn(case, user, access.roles_of(case, user))
        assert Case.objects.filter(access.my_turn(fresh(user)), pk=case.pk).exists() == one
        return one

    assert (case.turn, case.turn_user) == ("worker", cast.worker)
    assert (
        mine(cast.worker)
        and not mine(cast.colleague)
        and not mine(cast.manager)
        and not mine(cast.stranger)
    )
    Case.objects.filter(pk=case.pk).update(turn_user=None)
    case.refresh_from_db()
    assert mine(cast.worker) and mine(cast.colleague) and not mine(cast.duty)


def the_turn(case, cast, by, move="answer_news", behalf=None):
    return access.may(case, journey.MOVES[move], by, behalf, access.representations(case.person_id))


def test_the_system_does_what_it_was_given_and_decides_nothing(a_case, cast):
    case = a_case(at="budget")
    assert the_turn(case, cast, None, "share_budget") == "system"
    with pytest.raises(NotYet, match="a person does"):
        the_turn(case, cast, None, "arrange_own")


def test_only_a_worker_of_the_case_writes_down_and_only_for_its_person(a_case, cast):
    case, other = a_case(at="plan"), cast.new_person("Bea Lark")
    assert the_turn(case, cast, cast.worker, "arrange_own", case.person) == "worker"
    assert the_turn(case, cast, cast.manager, "arrange_own", case.person) == "manager"
    for by, whom, move in (
        (cast.worker, other, "arrange_own"),
        (cast.auditor, case.person, "arrange_own"),
        (cast.stranger, case.person, "arrange_own"),
        (cast.service_manager, case.person, "arrange_own"),
        (cast.worker, case.person, "pause"),
    ):
        with pytest.raises(NotYet, match="behalf"):
            the_turn(case, cast, by, move, whom)
    names = {m.name for m in access.behalf_moves(case, cast.worker)}
    assert "arrange_own" in names and not names & {"pause", "submit_plan", "agree_plan"}
    assert not access.behalf_moves(case, cast.auditor) and not access.behalf_moves(
        case, cast.person
    )


def test_the_panel_decides_at_its_own_step_and_there_nobody_else_does(a_case, cast):
    case = a_case(at="panel")
    assert the_turn(case, cast, cast.panel, "return_plan") == "panel"
    Case.objects.filter(pk=case.pk).update(turn="worker", turn_user=cast.worker.pk)
    case.refresh_from_db()
    with pytest.raises(NotYet):
        the_turn(case, cast, cast.worker, "return_plan")
    back = a_case(at="sign_off", person=cast.new_person("Bea Lark"))
    Case.objects.filter(pk=back.pk).update(reached_panel=True)
    back.refresh_from_db()
    with pytest.raises(NotYet):
        the_turn(back, cast, cast.panel, "return_plan")


def test_whoever_has_the_turn_may_and_a_colleague_without_it_may_not(a_case, cast):
    case = a_case(at="sign_off")
    assert the_turn(case, cast, cast.worker, "agree_plan") == "worker"
    for by in (cast.colleague, cast.manager, cast.person, cast.auditor):
        with pytest.raises(NotYet, match="it waits for"):
            the_turn(case, cast, by, "agree_plan")


@pytest.mark.parametrize(
    "scope", [("see",), ("see", "send"), ("see", "money"), ("see", "send", "money")]
)
def test_a_helper_needs_all_that_a_move_asks_for(a_case, cast, scope):
    case = a_case(at="plan")
    cast.help(case, scope=scope)
    if {"send", "money"} <= set(scope):
        assert the_turn(case, cast, cast.delegate, "submit_plan") == "delegate"
    else:
        with pytest.raises(NotYet):
            the_turn(case, cast, cast.delegate, "submit_plan")
    people = access.representations(case.person_id)
    assert not access.within_scope(case, cast.outsider, people, "see"), (
        "another's help is not theirs"
    )


def test_a_pause_is_offered_or_its_end_and_a_way_is_refused_only_where_one_was_taken(a_case, cast):
    def offered(case):
        return {move.name for move in access.moves_for(case, cast.worker)}

    case = a_case(at="set_up")
    assert {"pause", "refuse_route"} <= offered(case) and "resume" not in offered(case)
    case.move(
        "pause",
        by=cast.worker,
        code=next(iter(journey.PAUSES)),
        reason="x",
        next_chase=timezone.localdate() + timedelta(days=7),
    )
    assert "resume" in offered(case) and "pause" not in offered(case)
    assert "refuse_route" not in offered(
        a_case(at="set_up", route="council_managed", person=cast.new_person("Bea Lark"))
    )


def test_words_are_for_their_audience(a_case):
    assert access.audiences({"delegate"}) == access.audiences({"finance"}) == {"helper"}
    assert (
        access.audiences({"person"}) == {"person", "helper"}
        and access.audiences(()) == access.audiences({"admin"}) == set()
    )
    for role in ("auditor", "panel"):
        assert access.audiences({role}) == {"person", "helper", "staff"}
    for role in (
        "worker",
        "manager",
        "service_manager",
    ):  # those who ring where somebody may be in danger
        assert access.audiences({role}) == {"person", "helper", "staff", "duty"}


def test_what_is_recorded_on_behalf_says_so_and_agreeing_is_never_among_it(a_case, cast):
    case = a_case(at="plan")
    event = case.move(
        "arrange_own", by=cast.worker, on_behalf_of=case.person, reason="Said on the telephone"
    )
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
    assert idle & offered(cast.manager) == {
        "answer_news",
        "acknowledge_challenge",
        "answer_challenge",
    }
    assert not idle & offered(cast.person)  # whose turn it is, and whose own question
    with pytest.raises(NotYet):
        case.move("answer_news", by=cast.person, answer="To myself")
