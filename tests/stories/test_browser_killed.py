"""The browser is killed at every page of the self-assessment, in the middle of typing: at most that
page is lost.

At each page something is written, the browser with all it holds is gone, and another one comes back
by the code and in two clicks to the very page that was open, with every page before it kept. The
adult's form without scripts, the carer's with them.
"""

import pytest

from tests.stories import people
from tests.stories.hands import Hands

FORMS = pytest.mark.parametrize(
    ("form", "script"),
    [("Me: I need support", False), ("Me: I look after someone, and that is hard", True)],
    ids=["adult without scripts", "carer with scripts"],
)


def choose(hands: Hands, place: int) -> str:
    """An answer that no other page has; returns what is said of it afterwards."""
    if hands.page.locator("textarea[name=value]").count():
        hands.fill("value", f"Kept in my words, page {place}")
        return f"Kept in my words, page {place}"
    offered = hands.page.locator("[name=value]").evaluate_all("all => all.map(one => one.value)")
    wanted = "none" if "none" in offered else "1"
    hands.choose("value", wanted)
    return wanted


def stands(hands: Hands, address: str, said: str) -> bool:
    """Is this what the page of an answer holds? Read without drawing it."""
    shown = hands.context.request.get(address).text()
    if said.startswith("Kept"):
        return said in shown
    chosen = [part for part in shown.split("<input")[1:] if f'value="{said}"' in part.split(">")[0]]
    return any("checked" in part.split(">")[0] for part in chosen)


@FORMS
def test_killed_at_every_page(browser, stack, form, script):
    me = Hands(browser, stack, width=320, script=script)
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
    kept, on_screen = {}, me.page.url
    for place in range(1, 120):
        choose(me, place)
        me.close()  # killed while the page is written on
        me = Hands(browser, stack, width=320, script=script)
        people.come_back(me, code)
        me.press("Go on telling us about your life")
        me.page.locator("main a.govuk-button").first.click()  # on where it stopped
        me.page.wait_for_load_state()
        assert me.page.url == on_screen, (
            f"page {place}: back at {me.page.url}, and not where it was"
        )
        if kept:
            address, said = list(kept.items())[-1]
            assert stands(me, address, said), f"{address} was saved and is not there"
        kept[on_screen] = choose(me, place)
        me.press("Save and go on")
        on_screen = me.page.url
        if "/submit_assessment/" in on_screen:
            break
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
