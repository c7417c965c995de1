"""What takes long to count is kept in a large council only, and the page says since when."""

import pytest

from budgets.spend import totals
from cases.common.caches import figures
from cases.figures import figure_cache, histogram
from poet.dashboard import overview


@pytest.fixture
def counting(monkeypatch):
    """How often the money of all budgets was counted."""
    calls, real = [], totals.by_route
    monkeypatch.setattr(
        totals, "by_route", lambda *args, **more: calls.append(1) or real(*args, **more)
    )
    figures.clear()
    return calls


def page(as_, cast, asked=""):
    answer = as_(cast.service_manager).get(f"/dashboard/{asked}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_small_council_reads_everything_as_it_is_now(a_case, cast, as_, counting):
    a_case(at="running", days_ago=90)
    histogram.drain_all()
    assert "were counted at" not in page(as_, cast) + page(as_, cast, "?period=3")
    assert len(counting) == 2


def test_a_large_council_counts_once_for_all_readers_and_says_when(
    a_case, cast, as_, counting, monkeypatch
):
    a_case(at="running", days_ago=90)
    histogram.drain_all()
    monkeypatch.setattr(figure_cache, "LARGE", 1)
    assert "were counted at" in page(as_, cast)
    a_case(at="plan", days_ago=9)  # the page is another one now, what was kept stays
    assert "were counted at" in page(as_, cast)
    assert len(counting) == 1


def test_the_job_counts_so_that_no_reader_waits(a_case, cast, as_, counting, monkeypatch):
    a_case(at="running", days_ago=90)
    histogram.drain_all()
    overview.refresh_figures()
    assert counting == []  # a small council keeps nothing
    monkeypatch.setattr(figure_cache, "LARGE", 1)
    overview.refresh_figures()
    done = len(counting)
    assert done > 0 and page(as_, cast) and len(counting) == done
