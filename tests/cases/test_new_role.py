"""A role that was just declared reaches, reads and hears what its table says, and nothing else.

A product's own new role needs `cases/journey/roles.py` and a migration (the check constraint and
the choices of a seat); a page of its own, which says itself whose menu it stands in
(`cases/views/menu.py`), only where it has one.
"""

from datetime import date

import pytest
from django.urls import reverse

from cases import access, journey
from cases.caseload import lists
from cases.common.refusals import NotYet
from cases.models import Case, Seat, User
from tests import widened


@pytest.fixture
def commissioner(cast):
    with widened.with_role() as role:
        user = User.objects.create_user("commissioner@example.org", name="Col Reed")
        Seat.objects.create(
            user=user, council=cast.council, role=role.code, valid_from=date(2024, 1, 1)
        )
        yield user


@pytest.mark.parametrize(("step", "sees"), [("assess", False), ("running", True)])
def test_it_reaches_the_cases_that_it_declares(commissioner, cast, as_, step, sees):
    case = cast.a_case(at=step, days_ago=60)
    assert access.roles_of(case, commissioner) == ({"commissioner"} if sees else set())
    assert Case.objects.filter(pk__in=access.visible_to(commissioner).values("pk")).exists() == sees
    page = as_(commissioner).get(reverse("cases:case", args=[case.ref]))
    assert page.status_code == (200 if sees else 404)


def test_it_reads_and_hears_what_it_declares(commissioner):
    reads = {group for group in access.READS if "commissioner" in access.READS[group]}
    assert reads == {"plan", "timeline"} == journey.ROLES["commissioner"].reads
    assert access.audiences({"commissioner"}) == {"helper"}
    assert journey.roles_by_rank()[-1] == "commissioner"


def test_its_lists_open_and_it_makes_no_move(commissioner, cast, as_):
    case = cast.a_case(at="running", days_ago=60)
    assert lists.seat_roles(commissioner, cast.council) == ["commissioner"]
    for address in ("/staff/", "/staff/search/"):
        assert as_(commissioner).get(address).status_code in (200, 302, 404), address
    assert not access.moves_for(case, commissioner)
    with pytest.raises(NotYet):
        case.move("start_review", by=commissioner, kind="planned", reason="Because")


def test_the_log_of_who_looked_says_its_name(commissioner, cast, as_):
    case = cast.a_case(at="running", days_ago=60)
    as_(commissioner).get(reverse("cases:case", args=[case.ref]))
    page = as_(cast.person).get(reverse("cases:access_log", args=[case.ref]))
    assert page.status_code == 200 and "Commissioner" in page.content.decode()


@pytest.mark.parametrize("trait", widened.COMMISSIONER)
def test_a_role_without_a_trait_is_refused_by_its_name(trait):
    traits = {name: value for name, value in widened.COMMISSIONER.items() if name != trait}
    with pytest.raises(TypeError, match=f"'{trait}'"):
        journey.Role(**traits)


@pytest.mark.parametrize(
    ("trait", "value"),
    [
        ("reaches", "everything"),
        ("days", "nights"),
        ("reads", frozenset({"minds"})),
        ("hears", frozenset({"whispers"})),
    ],
)
def test_a_word_that_nobody_knows_is_refused(trait, value):
    with pytest.raises(ValueError, match=trait):
        journey.Role(**widened.COMMISSIONER | {trait: value})


def test_the_table_is_as_before_afterwards(cast):
    before = list(journey.ROLES)
    with widened.with_role():
        assert "commissioner" in journey.SEAT_ROLES
    assert list(journey.ROLES) == before and "commissioner" not in journey.SEAT_ROLES
