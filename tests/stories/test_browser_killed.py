"""The browser is killed at every page of the self-assessment, in the middle of typing: at most that
page is lost.

At each page something is written, the browser with all it holds is gone, and another one comes back
by the code and in two clicks to the very page that was open, with every page before it kept. The
adult's form without scripts, the carer's with them. A run that is not full kills it at the first
page, at one of each kind and at every sixth; the page that comes next is another one each turn.
"""

import pytest

from tests import sample
from tests.stories import people
from tests.stories.hands import Hands

ASSESSMENTS = [
    ("Me: I need support", False),
    ("Me: I look after someone, and that is hard", True),
]
FORMS = pytest.mark.parametrize(
    ("form", "script"),
    sample.params(
        ASSESSMENTS, [one for place, one in enumerate(ASSESSMENTS) if sample.its_turn(place, 2)]
    ),
    ids=["adult without scripts", "carer with scripts"],
)


EVERY = 12


def kind_of(hands: Hands) -> str:
    """What this page asks for: words, or which choice of it is made."""
    if hands.page.locator("textarea[name=value]").count():
        return "words"
    offered = hands.page.locator("[name=value]").evaluate_all("all => all.map(one => one.value)")
    return "none" if "none" in offered else "1"


def choose(hands: Hands, place: int) -> str:
    """An answer that no other page has; returns what is said of it afterwards."""
    wanted = kind_of(hands)
    if wanted == "words":
        wanted = f"Kept in my words, page {place}"
        hands.fill("value", wanted)
    else:
        hands.choose("value", wanted)
    return wanted


def comes_back(me: Hands, code: str, on_screen: str) -> Hands:
    """Killed while the page is written on: another browser, to the very page that was open."""
    me.close()
    again = Hands(me.browser, me.stack, width=320, script=me.script)
    people.come_back(again, code)
    again.press("Go on telling us about your life")
    again.page.locator("main a.govuk-button").first.click()  # on where it stopped
    again.page.wait_for_load_state()
    assert again.page.url == on_screen, f"back at {again.page.url}, and not at {on_screen}"
    return again


def stands(hands: Hands, address: str, said: str) -> bool:
    """Is this what the page of an answer holds? Read without drawing it."""
    shown = hands.context.request.get(address).text()
    if said.startswith("Kept"):
        return said in shown
    chosen = [part for part in shown.split("<input")[1:] if f'value="{said}"' in part.split(">")[0]]
    return any("checked" in part.split(">")[0] for part in chosen)


def begin(me: Hands, form: str) -> tuple[str, str]:
    """From the council's page to the first question; returns the code and the reference."""
    me.go("/brackenshire/")
    me.press(form)
    me.choose("contact_by", "letter")
    me.fill("address", "1 Cold Street, Bracken")
    people.go_on(me)
    me.choose("kind", "word")
    me.fill("fact", "Marmalade")
    me.press("Give me my code")
    code = me.page.inner_text(".app-code")
    me.press("Go on")
    me.fill("words", "It is hard")
    me.choose("danger", "no")
    people.go_on(me)
    ref = people.send_request(me, "Kit Lost")
    me.go(f"/cases/{ref}/assessment/")
    me.press("Start")
    return code, ref


@FORMS
def test_killed_at_every_page(browser, stack, record_property, form, script):
    me = Hands(browser, stack, width=320, script=script)
    code, ref = begin(me, form)
    kept, on_screen, kinds, kills = {}, me.page.url, set(), 0
    for place in range(1, 120):
        kind = kind_of(me)
        if kind not in kinds or sample.its_turn(place, EVERY):
            kinds.add(kind)
            kills += 1
            choose(me, place)
            me = comes_back(me, code, on_screen)
            if kept:
                address, said = list(kept.items())[-1]
                assert stands(me, address, said), f"{address} was saved and is not there"
        kept[on_screen] = choose(me, place)
        me.press("Save and go on")
        on_screen = me.page.url
        if "/submit_assessment/" in on_screen:
            break
    if kills < len(kept):
        what = f"killing the browser at {len(kept) - kills} of the {len(kept)} pages of “{form}”"
        sample.left_out(record_property, what)
    assert kills >= len(kept) // EVERY and len(kinds) > 1
    # the last page: the check itself
    me.close()
    me = Hands(browser, stack, width=320, script=script)
    people.come_back(me, code)
    assert len(kept) > 20
    for address, said in kept.items():
        assert stands(me, address, said), f"{address} was saved and is not there"
    me.go(f"/cases/{ref}/submit_assessment/")
    people.send_answers(me)
    me.sees(ref, "Kept in my words, page 1")
    me.close()


@pytest.mark.parametrize("script", [False, True], ids=["without scripts", "with scripts"])
def test_a_session_that_ends_under_the_hands_loses_not_even_the_page(browser, stack, script):
    me = Hands(browser, stack, width=320, script=script)
    code = people.ask(me, "Sid Ends", "letter", address="3 Cold Street, Bracken")
    ref = people.send_request(me, "Sid Ends")
    me.go(f"/cases/{ref}/assessment/")
    me.press("Start")
    first = me.page.url
    me.fill("value", "Written when the session was gone")
    key = next(c["value"] for c in me.context.cookies() if c["name"].endswith("sessionid"))
    stack.manage(
        "shell",
        "-v0",
        "-c",
        "from importlib import import_module; from django.conf import settings; "
        f"import_module(settings.SESSION_ENGINE).SessionStore('{key}').delete()",
    )
    me.press("Save and go on")
    assert me.page.url != first and ref not in me.page.title(), "asked to sign in"
    people.come_back(me, code)
    me.go(first)
    assert (
        me.page.locator("textarea[name=value]").input_value() == "Written when the session was gone"
    )
    me.close()
