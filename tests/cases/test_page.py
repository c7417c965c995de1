"""What stands on every page: whose site it is, in their colour, and how to get help, from the
council's own row.
"""

import re

import pytest
from django.urls import get_resolver, reverse

from cases.models import Council, Seat
from cases.views import menu

PAGE = "/brackenshire/"


def footer(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html[html.index("<footer") :]))


def test_name_colour_telephone_and_text_relay_come_from_the_council(client, cast):
    phone = {"help_phone": "0300 123 4000", "help_relay": "18001 0300 123 4000"}
    theirs = {"name": "Bracken & Moor", "colour": "#ffdd00", **phone}
    Council.objects.filter(pk=cast.council.pk).update(**theirs)
    html = client.get(PAGE).content.decode()
    assert "Bracken &amp; Moor</title>" in html
    assert (
        "--govuk-brand-colour: #ffdd00;--app-brand-ink: #0b0c0c" in html
    )  # black reads better on yellow
    assert 'href="tel:03001234000"' in html and "Text relay 18001 0300 123 4000" in footer(html)


def test_only_what_a_telephone_can_dial_is_a_link(client, cast):
    for written in ("0300 1", "0300 123 4000 or 0300 123 5000"):
        Council.objects.update(help_phone=written, out_of_hours_phone=written)
        for path in (PAGE, "/come-back/"):
            html = client.get(path).content.decode()
            assert written in footer(html) and 'href="tel:"' not in html, (written, path)


def test_where_no_council_is_known_yet_each_one_can_be_phoned(client, cast):
    Council.objects.update(help_phone="01632 960100", help_relay="18001 01632 960100")
    for path in ("/come-back/", "/accounts/login/", "/accounts/login/code/"):
        said = footer(client.get(path).content.decode())
        for council in Council.objects.all():
            assert f"{council.name} 01632 960100 Text relay: 18001 01632 960100" in said, path


def test_many_councils_would_be_no_help(client, cast):
    Council.objects.bulk_create(
        Council(slug=f"c{n}", name=f"C{n}", help_phone="1") for n in range(6)
    )
    said = footer(client.get("/come-back/").content.decode())
    assert "The council’s own website says how" in said and "tel:" not in said


@pytest.mark.parametrize(
    ("step", "pages"),
    [
        ("plan", ("messages/", "plan/part/what_matters/", "do/challenge/", "ask_news/")),
        ("running", ("review/",)),
    ],
)
def test_there_is_a_way_out_wherever_there_is_room_for_words(a_case, cast, as_, step, pages):
    case = a_case(at=step)
    for page in pages:
        html = as_(cast.person).get(f"/cases/{case.ref}/{page}").content.decode()
        assert "<textarea" in html and "data-app-exit" in html, page
        staff = as_(cast.worker).get(f"/cases/{case.ref}/{page}")
        assert "data-app-exit" not in staff.content.decode(), page


def test_each_page_says_whose_menu_it_stands_in_and_opens_for_them(cast, as_):
    """The menu reads what pages declare: none that declares is left out, each opens."""
    said = {name for name, page in named_pages() if hasattr(page, "menu")}
    assert said == set(menu.ORDER) and len(said) == len(menu.ORDER)
    met = set()
    for seat in Seat.objects.filter(council=cast.council).select_related("user"):
        for words, name in menu.places({seat.role}):
            response = as_(seat.user).get(reverse(name))
            assert response.status_code == 200, (seat.role, words, response.status_code)
            met.add((name, seat.role))
    assert met == {
        (name, role) for name in menu.ORDER for _w, roles in menu.entries(name) for role in roles
    }


def named_pages():
    """(name of the address, view) of every page of ours."""
    for entry in get_resolver().url_patterns:
        for inner in getattr(entry, "url_patterns", []):
            if getattr(entry, "namespace", "") and getattr(inner, "name", None):
                yield f"{entry.namespace}:{inner.name}", inner.callback
