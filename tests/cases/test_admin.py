"""Set-up: one's own council, added and not edited, nothing deleted, and no person's record anywhere
near it.
"""

import pytest
from django.contrib import admin
from django.urls import reverse

from cases import access
from cases.models import Council, Seat, Target, Team, User


def text(response):
    return response.content.decode()


@pytest.fixture
def desk(cast, as_):
    return as_(cast.admin)


def test_only_set_up_is_registered():
    names = {m.__name__ for m in admin.site._registry}
    always = {"Team", "Seat", "Target"}
    budgets = {"ArrearsLimit", "DelegationLevel", "UnitRate", "LocalIdea", "NoticeDays"}
    budgets |= {"QuietDays", "HospitalDays", "SmallBalanceLimit"}
    assert always <= names <= always | budgets


def test_nobody_without_an_admin_seat_gets_in(cast, as_):
    cast.manager.is_staff = True
    cast.manager.save()
    for user in (cast.manager, cast.worker, cast.person, cast.outsider):
        response = as_(user).get("/admin/cases/team/")
        assert response.status_code in (302, 403), user
    cast.admin.is_staff = False
    cast.admin.save()
    assert as_(cast.admin).get("/admin/cases/team/").status_code in (302, 403)


def test_rows_and_choices_are_those_of_ones_own_council(cast, desk):
    foreign = Team.objects.get(council=cast.other)
    Team.objects.filter(pk=foreign.pk).update(name="Marker of the other council")
    for model in ("team", "seat", "target"):
        for page in ("changelist", "add"):
            body = text(desk.get(reverse(f"admin:cases_{model}_{page}")))
            assert "Marker of the other council" not in body and "Port Merrow" not in body, (
                model,
                page,
            )
    assert desk.get(reverse("admin:cases_team_change", args=[foreign.pk])).status_code in (
        302,
        403,
        404,
    )
    add = reverse("admin:cases_team_add")
    assert desk.post(add, {"council": cast.other.pk, "name": "Planted"}).status_code == 200
    assert not Team.objects.filter(name="Planted").exists()


def test_a_team_is_added_and_renamed_and_its_name_stays_once(cast, desk):
    assert (
        desk.post(
            reverse("admin:cases_team_add"), {"council": cast.council.pk, "name": "South team"}
        ).status_code
        == 302
    )
    team = Team.objects.get(name="South team")
    change = reverse("admin:cases_team_change", args=[team.pk])
    assert (
        desk.post(
            change, {"name": "Coast team", "council": cast.other.pk, "intake": "on"}
        ).status_code
        == 302
    )
    team.refresh_from_db()
    assert (team.name, team.council, team.intake) == ("Coast team", cast.council, False)
    assert desk.post(change, {"name": "North team"}).status_code == 200
    assert (
        desk.post(reverse("admin:cases_team_delete", args=[team.pk]), {"post": "yes"}).status_code
        == 403
    )


def test_a_target_is_added_with_its_date_and_never_changed(cast, desk):
    data = {
        "council": cast.council.pk,
        "step": "assess",
        "days": 21,
        "valid_from": "2026-01-01",
        "reason": "Cabinet",
    }
    assert desk.post(reverse("admin:cases_target_add"), data | {"days": 0}).status_code == 200
    assert desk.post(reverse("admin:cases_target_add"), data | {"days": 731}).status_code == 200
    assert desk.post(reverse("admin:cases_target_add"), data).status_code == 302
    row = Target.objects.get(council=cast.council, days=21)
    change = reverse("admin:cases_target_change", args=[row.pk])
    assert desk.get(change).status_code == 200
    assert desk.post(change, data | {"days": 3}).status_code == 403
    assert (
        desk.post(reverse("admin:cases_target_delete", args=[row.pk]), {"post": "yes"}).status_code
        == 403
    )
    row.refresh_from_db()
    assert row.days == 21


def seat(cast, **changes):
    return {
        "email": "New.Colleague@example.org",
        "colleague": "New Colleague",
        "council": cast.council.pk,
        "team": cast.team.pk,
        "role": "worker",
        "valid_from": "2026-01-01",
    } | changes


def test_a_colleague_is_named_by_address_and_no_list_of_users_is_offered(cast, desk):
    add = reverse("admin:cases_seat_add")
    assert cast.person.email not in text(desk.get(add)) and cast.stranger.email not in text(
        desk.get(add)
    )
    assert desk.post(add, seat(cast)).status_code == 302
    user = User.objects.get(email="new.colleague@example.org")
    assert not user.has_usable_password() and not user.is_staff
    assert [s.role for s in access.seats_of(user)] == ["worker"]
    assert desk.post(add, seat(cast, role="manager")).status_code == 302
    assert User.objects.filter(email="new.colleague@example.org").count() == 1


def test_a_seat_never_joins_one_council_with_anothers_team(cast, desk):
    both = Seat.objects.create(
        user=cast.admin, council=cast.other, role="admin", valid_from="2024-01-01"
    )
    foreign = Team.objects.get(council=cast.other)
    response = desk.post(reverse("admin:cases_seat_add"), seat(cast, team=foreign.pk))
    assert response.status_code == 200 and "belongs to another council" in text(response)
    both.delete()
    assert (
        desk.post(reverse("admin:cases_seat_add"), seat(cast, team=foreign.pk)).status_code == 200
    )


def test_only_the_end_of_a_seat_may_be_set(cast, desk):
    row = Seat.objects.get(user=cast.worker)
    change = reverse("admin:cases_seat_change", args=[row.pk])
    data = seat(cast, role="admin", valid_to="2026-06-01")
    assert desk.post(change, data).status_code == 302
    row.refresh_from_db()
    assert (row.role, row.user, str(row.valid_to)) == ("worker", cast.worker, "2026-06-01")
    before = desk.post(change, data | {"valid_to": "2020-01-01"})
    assert before.status_code == 200, "an end before the beginning is an error on the page"
    assert (
        desk.post(reverse("admin:cases_seat_delete", args=[row.pk]), {"post": "yes"}).status_code
        == 403
    )


def test_an_administrator_of_two_councils_or_of_all_sees_as_many(cast, as_):
    boss = User.objects.create_superuser("boss@example.org", "a long pass phrase")
    body = text(as_(boss).get(reverse("admin:cases_team_changelist")))
    assert "Port Merrow" in body and "Brackenshire" in body
    assert Council.objects.count() == 2


def test_set_up_opens_no_case(a_case, cast, desk):
    case = a_case(at="running")
    assert desk.get(f"/cases/{case.ref}/").status_code == 404
    assert case.person.name not in text(desk.get("/admin/"))
