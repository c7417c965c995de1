"""Money over many cases, and a council's first settings."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from budgets.actions.shipped_schemes import load_defaults
from budgets.models import DelegationLevel, SchemeVersion, UnitRate
from budgets.spend import totals

TODAY = timezone.localdate


def test_people_and_money_by_route(a_case, cast):
    a_case(at="running", days_ago=60)
    a_case(at="set_up", days_ago=50, weekly=Decimal(100), person=cast.new_person("Bea Lark"))
    a_case(at="running", days_ago=60, route="council_managed", person=cast.new_person("Cy Rook"))
    a_case(at="sign_off", person=cast.new_person("Di Swan"))
    a_case(at="closed", days_ago=60, person=cast.new_person("Ed Owl"))
    rows = totals.by_route(cast.council, on=TODAY())
    assert [(r.route, r.n, r.annual) for r in rows] == [
        ("direct_payment", 2, Decimal("9360.00")),
        ("council_managed", 1, Decimal("4160.00")),
    ]
    assert totals.spend(cast.council, on=TODAY()) == totals.Spend(
        3, Decimal("13520.00"), Decimal("0.00")
    )
    assert totals.by_route(cast.other, on=TODAY()) == [], "another council sees nothing of it"
    assert totals.by_route(cast.council, on=TODAY(), team=[cast.intake.pk]) == []
    assert totals.by_route(cast.council, on=TODAY() - timedelta(days=90)) == []


def test_the_difference_of_decisions_from_the_first_idea(a_case, cast):
    for weekly, name in ((80, "A"), (100, "B"), (150, "C")):
        a_case(at="set_up", weekly=Decimal(weekly), person=cast.new_person(name))
    found = totals.indicative_against_decided(
        cast.council, since=TODAY() - timedelta(days=60), until=TODAY()
    )
    assert (found.n, found.median, found.p90) == (3, Decimal(0), Decimal("0.5"))
    assert (found.within, found.above, found.below) == (1, 1, 1)
    assert found.reasons == {"rate_above": 2}, "no reason where nothing differs"
    none = totals.indicative_against_decided(cast.other, since=TODAY(), until=TODAY())
    assert (none.n, none.median) == (0, None)


@pytest.mark.django_db
def test_defaults_are_published_labelled_and_loaded_once(cast):
    for council, names in (
        (cast.council, {"demo_scheme", "Derbyshire"}),
        (cast.other, {"reckoner", "Halton"}),
    ):
        found = SchemeVersion.objects.filter(scheme__council=council)
        assert found.count() == len(names) and all(
            v.state == "published" and v.checksum for v in found
        )
    levels = DelegationLevel.objects.filter(council=cast.council)
    assert (
        all("INVENTED" in level.reason for level in levels)
        and levels.filter(max_weekly=None).count() == 1
    )
    rates = UnitRate.objects.filter(council=cast.other)
    assert set(rates.values_list("amount", flat=True)) == {Decimal("21.36"), Decimal("16.29")}
    assert all(rate.source.startswith("https://") for rate in rates)
    before = SchemeVersion.objects.count()
    load_defaults(cast.council, "table")
    assert SchemeVersion.objects.count() == before and levels.count() == 4
