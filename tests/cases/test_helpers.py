"""Helping someone: asked, said yes, checked, and taken back at once; what a helper may never meet;
carer and cared-for.
"""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from cases import access
from cases.common.refusals import NotYet
from cases.helpers import authority, listing
from cases.models import Case, CaseLink, Message, RecordView, Representation, User
from cases.reminders import sweep
from tests.cases.pages import body, boxes, page, post
from tests.walks import doing
from tests.walks.pages import Hands

ADDRESS = "bridie@example.net"


def invite(case, by, **also):
    given = {
        "email": ADDRESS,
        "name": "Bridie Vale",
        "kind": "family",
        "scope": ["see", "fill"],
        "proof": "consent",
    }
    return authority.invite_helper(case=case, by=by, **(given | also))


def confirm(case, rep, by, **also):
    given = {
        "proof": "consent",
        "evidence": "Ada said yes on the telephone",
        "seen_on": timezone.localdate(),
        "scope": rep.scope,
    }
    return authority.check_helper(case=case, rep=rep, by=by, **(given | also))


def test_from_the_invitation_to_the_check_and_back(a_case, cast, as_):
    case = a_case(at="assess")
    answer = post(
        as_(cast.person),
        case,
        "invite_helper",
        name="Bridie Vale",
        email=ADDRESS,
        kind="family",
        proof="consent",
        scope=["fill"],
        about="one",
    )
    assert answer.status_code == 302
    rep = Representation.objects.get(user__email=ADDRESS)
    assert (rep.scope, rep.about, rep.kind) == (
        ["see", "fill"],
        "adult",
        "family",
    ) and not rep.checked
    bridie = as_(rep.user)
    told = Message.objects.get(to_user=rep.user)
    assert (told.template, told.state) == ("invite_helper", "waiting")
    assert (
        page(bridie, case, "case").status_code == 404 and not access.visible_to(rep.user).exists()
    )
    home = body(bridie.get("/home/"))
    assert "Ada Wren asks you to help" in home and case.ref not in home
    assert (
        bridie.post(reverse("cases:answer_invitation", args=[rep.pk]), {"yes": "1"}).status_code
        == 302
    )
    assert page(bridie, case, "case").status_code == 404, "nobody has checked it yet"
    assert "nobody has checked their authority" in body(page(as_(cast.worker), case, "case"))
    answer = post(
        as_(cast.worker),
        case,
        "check_helper",
        rep.pk,
        decision="yes",
        proof="consent",
        scope=["see", "fill"],
        evidence="Ada said yes on the telephone",
        **boxes("seen_on", timezone.localdate()),
    )
    assert answer.status_code == 302
    rep.refresh_from_db()
    assert (rep.checked_by, rep.evidence, rep.seen_on) == (
        cast.worker,
        "Ada said yes on the telephone",
        timezone.localdate(),
    )
    assert page(bridie, case, "case").status_code == 200
    assert "Ada said yes on the telephone" in body(page(as_(cast.manager), case, "helpers"))
    # taken back by the person: gone with the very next request, also for a session that is open
    assert post(as_(cast.person), case, "end_help", rep.pk, reason="We fell out").status_code == 302
    for name in ("case", "assessment", "messages", "differences", "helpers"):
        assert page(bridie, case, name).status_code == 404
    assert "Ada" not in body(bridie.get("/home/"))
    assert not access.visible_to(rep.user).exists()
    verbs = list(case.events.values_list("verb", flat=True))
    for verb in (
        "asked_somebody_to_help",
        "said_yes_to_helping",
        "checked_who_helps",
        "stopped_a_helper",
    ):
        assert verb in verbs


def test_a_worker_takes_it_back_at_once_too_and_unsent_messages_go_with_it(a_case, cast, as_):
    case = a_case(at="confirm")
    rep = cast.help(case)
    case.move("return_assessment", by=cast.worker, missing="Nights")
    assert Message.objects.filter(to_user=cast.delegate, state="waiting").exists()
    helper = as_(cast.delegate)
    assert page(helper, case, "case").status_code == 200
    authority.end_help(case=case, rep=rep, by=cast.worker, reason="Ada asked us to")
    assert page(helper, case, "case").status_code == 404
    assert not Message.objects.filter(to_user=cast.delegate, state="waiting").exists()
    with pytest.raises(NotYet, match="over already"):
        authority.end_help(case=case, rep=rep, by=cast.worker)


def test_a_helper_may_stop_and_tells_nobody_elses_business(a_case, cast, as_):
    case = a_case(at="assess")
    rep = cast.help(case)
    assert "Stop helping" in body(page(as_(cast.delegate), case, "case"))
    assert post(as_(cast.delegate), case, "end_help", rep.pk).status_code == 302
    assert page(as_(cast.delegate), case, "case").status_code == 404
    other = cast.help(case, user=User.objects.create_user("second@example.net"))
    third = cast.help(case, user=User.objects.create_user("third@example.net"))
    assert page(as_(third.user), case, "end_help", other.pk).status_code == 404
    with pytest.raises(NotYet, match="Only the person"):
        authority.end_help(case=case, rep=other, by=third.user)


def test_until_it_is_checked_a_helper_sees_only_their_own_words(a_case, cast, as_):
    case = a_case(at="assess")
    rep = Representation.objects.create(
        user=cast.delegate,
        person=case.person,
        kind="family",
        scope=[],
        words="My mother can't cope",
        valid_from=timezone.localdate(),
    )
    helper = as_(cast.delegate)
    home = body(helper.get("/home/"))
    assert "My mother can&#x27;t cope" in home and "Ada" not in home
    for name in ("case", "messages", "helpers", "personal_details", "access_log", "differences"):
        assert page(helper, case, name).status_code == 404
    confirm(case, rep, cast.worker, scope=["see"])
    assert page(helper, case, "case").status_code == 200


def test_saying_no_needs_a_reason_and_keeps_the_words(a_case, cast, as_):
    case = a_case(at="assess")
    rep = invite(case, cast.person)
    answer = post(as_(cast.worker), case, "check_helper", rep.pk, decision="no", reason="")
    assert answer.status_code == 422 and "needs an answer" in body(answer)
    rep.refresh_from_db()
    assert rep.ended_at is None
    with pytest.raises(NotYet, match="reason"):
        authority.refuse_helper(case=case, rep=rep, by=cast.worker, reason="  ")
    assert (
        post(
            as_(cast.worker),
            case,
            "check_helper",
            rep.pk,
            decision="no",
            reason="The order has run out",
        ).status_code
        == 302
    )
    assert "The order has run out" in body(page(as_(cast.person), case, "helpers"))
    assert "asks you to help" not in body(as_(rep.user).get("/home/"))


def test_who_may_invite_and_check(a_case, cast, as_):
    case = a_case(at="set_up")
    rep = cast.help(case, scope=("see", "fill", "send", "money"))
    for who in ("delegate", "finance", "auditor", "admin", "stranger", "outsider"):
        user = getattr(cast, who)
        for name, args in (
            ("helpers", ()),
            ("invite_helper", ()),
            ("link_cases", ()),
            ("check_helper", (rep.pk,)),
        ):
            assert page(as_(user), case, name, *args).status_code == 404, f"{who} {name}"
        with pytest.raises(NotYet):
            invite(case, user)
        with pytest.raises(NotYet):
            confirm(case, rep, user)
    asked = invite(case, cast.worker, on_behalf_of=case.person)
    assert page(as_(cast.person), case, "check_helper", asked.pk).status_code == 404
    with pytest.raises(NotYet):
        confirm(case, asked, cast.person)
    event = case.events.get(verb="asked_somebody_to_help")
    assert (event.role, event.on_behalf_of) == ("worker", case.person)


def test_another_persons_helper_is_not_found_under_this_case(a_case, cast, as_):
    case, other = a_case(at="assess"), a_case(at="assess", person=cast.new_person("Bert Wren"))
    rep = invite(other, cast.person)
    for name in ("check_helper", "end_help"):
        assert page(as_(cast.worker), case, name, rep.pk).status_code == 404
    assert (
        as_(cast.outsider)
        .post(reverse("cases:answer_invitation", args=[rep.pk]), {"yes": "1"})
        .status_code
        == 404
    )


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"email": "worker@example.org"}, "use that address"),
        ({"email": "PERSON@example.org"}, "helps already"),
        ({"scope": []}, "what they may do"),
        ({"scope": ["everything"]}, "what they may do"),
        ({"kind": "self"}, "who they are"),
        ({"until": timezone.localdate() - timedelta(days=1)}, "today or a later day"),
    ],
)
def test_an_invitation_that_cannot_be(a_case, cast, wrong, words):
    case = a_case(at="assess")
    before = case.head_seq, Representation.objects.count(), User.objects.count()
    with pytest.raises(NotYet, match=words):
        invite(case, cast.person, **wrong)
    case.refresh_from_db()
    assert (case.head_seq, Representation.objects.count(), User.objects.count()) == before
    assert access.roles_of(case, cast.worker) == {"worker"}


def test_bad_input_keeps_what_was_typed(a_case, cast, as_):
    case = a_case(at="assess")
    answer = post(
        as_(cast.person),
        case,
        "invite_helper",
        name="O’Brien 🌻",
        email="nonsense",
        kind="family",
        proof="consent",
        scope=["see"],
        about="one",
        until_day="31",
        until_month="2",
        until_year="2027",
    )
    words = body(answer)
    assert (
        answer.status_code == 422
        and "O’Brien 🌻" in words
        and "nonsense" in words
        and "There is a problem" in words
    )
    assert not Representation.objects.exclude(kind="self").exists()


def test_the_same_press_twice_is_one_invitation_and_one_yes(a_case, cast, as_):
    case = a_case(at="assess")
    address = reverse("cases:invite_helper", args=[case.ref])
    form = as_(cast.person).get(address).context["form"]
    sent = {
        "key": form["key"].value(),
        "seen": form["seen"].value(),
        "name": "B",
        "email": ADDRESS,
        "kind": "family",
        "proof": "lpa",
        "scope": ["see"],
        "about": "all",
    }
    for _press in "12":
        assert as_(cast.person).post(address, sent).status_code == 302
    rep = Representation.objects.get(user__email=ADDRESS)
    assert rep.about == ""
    for _press in "12":
        authority.accept_help(rep=rep, by=rep.user)
    assert case.events.filter(verb="said_yes_to_helping").count() == 1


def test_no_to_an_invitation_ends_it(a_case, cast, as_):
    case = a_case(at="assess")
    rep = invite(case, cast.person)
    assert (
        as_(rep.user)
        .post(reverse("cases:answer_invitation", args=[rep.pk]), {"no": "1"})
        .status_code
        == 302
    )
    rep.refresh_from_db()
    assert rep.ended_by == rep.user and listing.over(rep)
    again = invite(case, cast.person)
    assert again.pk != rep.pk, "they may be asked again"


def test_the_last_day_holds_and_the_day_after_does_not(a_case, cast, monkeypatch):
    case = a_case(at="assess")
    last = timezone.localdate() + timedelta(days=3)
    rep = invite(case, cast.person, until=last)
    authority.accept_help(rep=rep, by=rep.user)
    confirm(case, rep, cast.worker)
    for days, roles in ((3, {"delegate"}), (4, set())):
        monkeypatch.setattr(
            "cases.common.dates.today",
            lambda now=None, d=days: last - timedelta(days=3) + timedelta(days=d),
        )
        assert access.roles_of(case, rep.user) == roles


def test_help_with_one_kind_of_case_opens_no_other(a_case, cast, as_):
    """Somebody with needs who also cares for another: a helper with the first reads nothing of the
    second.
    """
    adult = a_case(at="assess")
    carer = a_case(at="assess", kind="carer", person=adult.person)
    rep = invite(adult, cast.person, about="adult")
    authority.accept_help(rep=rep, by=rep.user)
    confirm(adult, rep, cast.worker)
    assert (
        access.roles_of(adult, rep.user) == {"delegate"}
        and access.roles_of(carer, rep.user) == frozenset()
    )
    assert set(access.visible_to(rep.user)) == {adult}
    assert page(as_(rep.user), carer, "case").status_code == 404 and carer.ref not in body(
        as_(rep.user).get("/home/")
    )
    carer.move(
        "reassign", by=cast.manager, worker=cast.colleague.pk
    )  # the person is told, and whoever helps them here
    assert not Message.objects.filter(case=carer, to_user=rep.user).exists()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({}, True),
        ({"about": "adult"}, True),
        ({"about": "carer"}, False),
        ({"invited": True}, False),
    ],
)
def test_reminders_reach_only_helpers_who_said_yes_and_for_this_kind_of_case(
    a_case, cast, change, told
):
    case = a_case(at="assess", days_ago=60)
    rep = cast.help(case)
    rep.about = change.get("about", "")
    if "invited" in change:
        rep.invited_at, rep.invited_by = timezone.now(), cast.person
    rep.save()
    case.move("hand_turn", by=cast.worker, turn="delegate", reason="The sister has the papers")
    sweep.sweep(timezone.now())
    assert Message.objects.filter(template="offer_of_help", to_user=cast.delegate).exists() is told


def test_rows_that_say_half_a_thing_are_refused(a_case, cast):
    case = a_case(at="assess")
    rep = cast.help(case)
    for half in ({"ended_at": timezone.now()}, {"invited_at": timezone.now()}, {"proof": "a note"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Representation.objects.filter(pk=rep.pk).update(**half)


def test_what_only_a_helper_answered_is_put_before_the_worker_and_counts_once_agreed(a_case, cast):
    case = a_case(at="assess")
    cast.help(case)
    doing.assess(Hands(cast.delegate), case)
    assert (
        case.step == "confirm"
        and not case.assessments.get().answers.filter(voice="person").exists()
    )
    page = Hands(cast.worker).open(f"/cases/{case.ref}/determine/")
    form = page.form("reasons")
    chosen = {name: values for name, values in form.values.items() if name.startswith("agreed_")}
    assert chosen and all(values != [""] for values in chosen.values()), (
        "nobody has to type them once more"
    )
    doing.determine(Hands(cast.worker), case)
    agreed = case.assessments.get().answers.filter(voice="agreed")
    assert agreed.count() == len(chosen) and {a.by for a in agreed} == {cast.worker}
    assert case.step == "plan", "and the budget is there at once"


# ---- carer and cared-for: two cases, linked only when both said yes


@pytest.fixture
def pair(a_case, cast):
    """Ada, and Cara who cares for her and helps her: two people, two cases, one of whom acts in the
    other's.
    """
    ada = a_case(at="confirm")
    cara = a_case(
        at="confirm", kind="carer", person=cast.new_person("Cara Vale", address="MARKER Lane")
    )
    Representation.objects.filter(person=cara.person, kind="self").update(user=cast.delegate)
    cast.help(ada, user=cast.delegate)
    return ada, cara


def test_a_carer_who_helps_reads_hers_and_theirs_and_they_read_nothing_of_hers(pair, cast, as_):
    ada, cara = pair
    assert access.roles_of(ada, cast.delegate) == {"delegate"} and access.roles_of(
        cara, cast.delegate
    ) == {"person"}
    assert access.roles_of(cara, cast.person) == frozenset()
    authority.link_cases(
        carer=cara, cared_for=ada, by=cast.worker, told="Both on the telephone today"
    )
    for name in (
        "case",
        "messages",
        "personal_details",
        "access_log",
        "helpers",
        "differences",
        "assessment",
    ):
        assert page(as_(cast.person), cara, name).status_code == 404, "a link opens nothing"
        shown = body(page(as_(cast.person), ada, name))
        assert cara.ref not in shown and "MARKER" not in shown, name
    for name in ("case", "messages", "differences", "assessment"):
        shown = body(page(as_(cast.delegate), ada, name))
        assert cara.ref not in shown and "MARKER" not in shown, name
    for name in ("personal_details", "access_log", "helpers"):
        assert page(as_(cast.delegate), ada, name).status_code == 404
    # and the other way: nothing of Ada on Cara's pages
    for name in ("case", "messages", "personal_details", "access_log", "helpers"):
        shown = body(page(as_(cast.delegate), cara, name))
        assert ada.ref not in shown and "Ada Wren" not in shown, name
    assert not ada.events.filter(
        verb="linked_two_cases", body__audience__in=["helper", "person"]
    ).exists()


def test_staff_see_a_link_only_where_they_reach_both_cases(pair, cast, as_):
    ada, cara = pair
    link = authority.link_cases(
        carer=cara, cared_for=ada, by=cast.worker, told="Both on the telephone"
    )
    assert cara.ref in body(page(as_(cast.worker), ada, "helpers"))
    Case.objects.filter(pk=cara.pk).update(team=cast.intake, worker=None)
    assert cara.ref not in body(page(as_(cast.worker), ada, "helpers"))
    with pytest.raises(NotYet):
        authority.link_cases(carer=cara, cared_for=ada, by=cast.worker, told="Again")
    assert (
        as_(cast.worker).post(reverse("cases:unlink_cases", args=[ada.ref, link.pk])).status_code
        == 302
    )
    assert CaseLink.objects.get(pk=link.pk).ended_at
    assert (
        as_(cast.worker).post(reverse("cases:unlink_cases", args=[ada.ref, link.pk])).status_code
        == 404
    )


def test_a_link_needs_both_to_have_said_yes_and_the_right_two_cases(pair, cast, as_):
    ada, cara = pair
    for wrong in ({"carer": ada, "cared_for": cara}, {"carer": cara, "cared_for": cara}):
        with pytest.raises(NotYet, match="carer's case"):
            authority.link_cases(**wrong, by=cast.worker, told="Both")
    with pytest.raises(NotYet, match="said yes"):
        authority.link_cases(carer=cara, cared_for=ada, by=cast.worker, told=" ")
    unknown = post(as_(cast.worker), ada, "link_cases", other="ZZZZZZ", told="Both")
    assert unknown.status_code == 422 and "You reach no case" in body(unknown)
    assert (
        post(as_(cast.worker), ada, "link_cases", other=cara.ref.lower(), told="Both").status_code
        == 302
    )
    assert CaseLink.objects.count() == 1


def test_every_page_of_it_is_one_opening_of_the_record(a_case, cast, as_):
    case = a_case(at="running")
    for name in (
        "helpers",
        "invite_helper",
        "messages",
        "personal_details",
        "correct_personal_details",
        "access_log",
        "differences",
        "review",
    ):
        before = RecordView.objects.count()
        assert page(as_(cast.person), case, name).status_code == 200, name
        assert RecordView.objects.count() == before + 1, name
