"""The file with which councils compare: written, checked, and refused whole for whatever is wrong
with it.
"""

import copy
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from cases.common.refusals import NotYet
from poet.models import CouncilFile
from poet.results import actions, benchmark_exchange, publishing
from tests.poet.answering import many, now, release

YEAR = publishing.year_of(now().date())
ROW = {
    "who": "person",
    "domain": "control_life",
    "question": "say",
    "view": "all",
    "group": "",
    "n": 100,
    "good": 60,
    "middle": 25,
    "bad": 15,
}
GOOD = {
    "format": benchmark_exchange.FORMAT,
    "council": "Elsewhere Council",
    "year": "2025",
    "made_on": "2026-02-03",
    "asked": 400,
    "answered": 100,
    "figures": [ROW],
}


def raw(content=None, **changes):
    return benchmark_exchange.write((content or GOOD) | changes).encode()


def test_what_was_written_is_read():
    assert benchmark_exchange.parse_file(raw()) == GOOD | {
        "checksum": benchmark_exchange.checksum(GOOD)
    }


def test_the_checksum_is_that_of_the_format_and_does_not_depend_on_spaces_or_order():
    """Worked out once with another program, so that the format cannot change unnoticed."""
    import hashlib

    text = '{"a":"\\u00e9","b":[1,{"c":null,"d":2}]}'
    assert (
        benchmark_exchange.checksum({"b": [1, {"d": 2, "c": None}], "a": "é", "checksum": "x"})
        == hashlib.sha256(text.encode()).hexdigest()
    )
    spaced = json.dumps(json.loads(raw()), indent=7).encode()
    assert benchmark_exchange.parse_file(spaced)["council"] == "Elsewhere Council"


def row(**changes):
    return raw(figures=[ROW | changes])


WRONG = {
    "a wrong checksum": (raw().replace(b'"good": 60', b'"good": 65'), "checksum"),
    "no checksum": (json.dumps(GOOD).encode(), "lacks a part"),
    "over 100 per cent": (row(n=50, good=60), "over 100 per cent"),
    "more answered than asked": (raw(answered=500), "over 100 per cent"),
    "a count under the line": (row(good=4), "under the line"),
    "a nought": (row(bad=0), "under the line"),
    "a base under ten": (row(n=5, good=5, middle=None, bad=None), "under the line"),
    "not rounded": (row(good=61), "not rounded"),
    "a percentage in it": (raw(figures=[ROW | {"percent": 160}]), "does not belong"),
    "half a count": (row(good=60.5), "whole number"),
    "a truth value": (row(good=True), "whole number"),
    "a negative count": (row(bad=-15), "whole number"),
    "counts that do not add up": (row(bad=40), "add up"),
    "counts that are too small together": (row(good=30), "add up"),
    "a hidden count that follows": (row(bad=None), "follows from the others"),
    "the same figure twice": (raw(figures=[ROW, ROW]), "twice"),
    "another group": (row(view="team"), "not compared"),
    "no figures": (raw(figures=[]), "no figures"),
    "figures that are none": (raw(figures=["a"]), "missing"),
    "another format": (raw(format="sds-benchmark-9"), "kind"),
    "a list": (b"[1, 2]", "kind"),
    "not JSON": (b"Dear colleague", "JSON"),
    "not text": (b"\xff\xfe\x00", "JSON"),
    "no number": (b'{"format": NaN}', "JSON"),
    "deep nonsense": (b"[" * 100_000, "JSON"),
    "one part twice": (b'{"format": "a", "format": "b"}', "JSON"),
    "a name that no database keeps": (raw(council="a\x00b"), "whose it is"),
    "half a character": (raw(council="\ud800"), "whose it is"),
    "a group of control characters": (row(group="\x00"), "not words"),
    "a year of words": (raw(year="last"), "not a year"),
    "too much": (raw(council="x" * 2_000_000), "too large"),
}


@pytest.mark.parametrize("name", list(WRONG))
def test_a_file_with_one_thing_wrong_is_refused_with_a_sentence(name):
    content, words = WRONG[name]
    with pytest.raises(NotYet) as refusal:
        benchmark_exchange.parse_file(content)
    assert words in refusal.value.sentence


@given(st.integers(0, 2000), st.binary(max_size=3))
def test_no_accident_to_a_file_is_taken_in(place, rubbish):
    """Bytes changed anywhere: refused, or the very same figures."""
    whole = raw()
    cut = whole[: place % len(whole)] + rubbish + whole[place % len(whole) + len(rubbish) :]
    try:
        found = benchmark_exchange.parse_file(cut)
    except NotYet:
        return
    assert found == json.loads(whole)


def test_a_councils_own_file_is_read_by_the_other(cast):
    for side, n in (("good", 60), ("middle", 25), ("bad", 12)):
        many(cast.council, n, side)
        many(cast.council, n, side, route="council_managed", age="65-84")
    release(cast.council)
    text = actions.own_file(cast.council, YEAR)
    content = benchmark_exchange.parse_file(text.encode())
    views = {one["view"] for one in content["figures"]}
    assert views == {"all", "route", "age", "route_age"} and content["council"] == cast.council.name
    added = actions.add_file(council=cast.other, raw=text.encode(), by=cast.stranger)
    assert added.name == cast.council.name
    with pytest.raises(NotYet, match="here already"):
        actions.add_file(council=cast.other, raw=text.encode(), by=cast.stranger)
    assert CouncilFile.objects.count() == 1


def test_without_published_figures_there_is_no_file(cast):
    with pytest.raises(NotYet, match="no published figures"):
        actions.own_file(cast.council, YEAR)


# ---- the page


def send(client, content, name="figures.json"):
    return client.post(
        reverse("poet:benchmark_files"), {"file": SimpleUploadedFile(name, content)}, follow=True
    )


def test_the_page_takes_a_file_in_and_the_comparison_shows_it(cast, as_):
    many(cast.council, 30)
    many(cast.council, 20, "bad")
    release(cast.council)
    client = as_(cast.service_manager)
    page = send(client, raw())
    assert b"The figures of Elsewhere Council are here." in page.content
    shown = client.get(reverse("poet:results_compare")).content.decode()
    assert "Elsewhere Council" in shown and "2025-26" in shown and "60%, from 50% to 69%" in shown
    assert (
        "Elsewhere Council"
        not in as_(cast.stranger).get(reverse("poet:results_compare")).content.decode()
    )


@pytest.mark.parametrize(
    "name",
    [
        "a wrong checksum",
        "over 100 per cent",
        "a count under the line",
        "not text",
        "deep nonsense",
    ],
)
def test_the_page_refuses_a_file_with_its_sentence_and_keeps_nothing(cast, as_, name):
    content, words = WRONG[name]
    page = send(as_(cast.service_manager), content)
    assert page.status_code == 422 and words in page.content.decode()
    assert not CouncilFile.objects.exists()


def test_no_file_or_an_empty_one_is_refused_kindly(cast, as_):
    client = as_(cast.service_manager)
    assert b"Choose a file first." in client.post(reverse("poet:benchmark_files"), {}).content
    assert b"This file is empty." in send(client, b"").content


def test_a_team_manager_neither_takes_files_in_nor_hands_them_out(cast, as_):
    many(cast.council, 30)
    release(cast.council)
    client = as_(cast.manager)
    assert client.get(reverse("poet:benchmark_files")).status_code == 404
    assert client.get(reverse("poet:benchmark_file", args=[YEAR])).status_code == 404


def test_a_changed_copy_is_no_other_file():
    other = copy.deepcopy(GOOD)
    other["figures"][0]["good"] = 65
    assert benchmark_exchange.checksum(other) != benchmark_exchange.checksum(GOOD)
