"""A session ends while a page is open: what was typed arrives all the same, in a browser without
JavaScript.
"""

from tests.stories.hands import Hands

WORDS = "My dog Biscuit, and seeing my sister on Sundays"


def test_a_page_typed_through_a_time_out_is_saved_after_coming_back_with_the_code(browser, stack):
    hands = Hands(browser, stack, width=320, script=False)
    hands.go("/brackenshire/")
    hands.press("Me: I need support")
    hands.choose("contact_by", "letter")
    hands.fill("address", "4 Mill Lane, Bracken")
    hands.press("Save and go on")
    hands.choose("kind", "word")
    hands.fill("fact", "Marmalade")
    hands.press("Give me my code")
    code = hands.page.inner_text(".app-code")
    hands.press("Go on")
    hands.fill("words", WORDS)
    hands.choose("danger", "no")

    end_session(hands, stack)
    hands.press("Save and go on")
    hands.sees("What you just sent is kept safe")
    assert "Biscuit" not in hands.page.url and not hands.overflows()
    hands.press("I have a code and a second fact")
    hands.fill("code", code)
    hands.fill("fact", "Marmalade")
    hands.press("Go on")
    assert hands.page.url.endswith("/brackenshire/start/you/"), hands.page.url
    hands.sees("Saved.")

    hands.fill("name", "Ned Marsh")
    hands.press("Save and go on")
    hands.sees(WORDS)
    hands.press("Send my request")
    hands.press("Start now")
    hands.press("Start")
    hands.fill("value", WORDS)
    end_session(hands, stack)
    hands.press("Save and go on")
    hands.press("I have a code and a second fact")
    hands.fill("code", code)
    hands.fill("fact", "Marmalade")
    hands.press("Go on")
    hands.sees("Saved.")
    hands.page.get_by_role("link", name="Back", exact=True).click()
    hands.page.wait_for_load_state()
    assert hands.page.locator("textarea[name=value]").input_value() == WORDS
    hands.close()


def end_session(hands, stack):
    """The server forgets this browser's session while the page stays open."""
    key = next(c["value"] for c in hands.context.cookies() if c["name"] == "sessionid")
    stack.manage(
        "shell",
        "-v0",
        "-c",
        "from django.contrib.sessions.backends.db import SessionStore; "
        f"SessionStore('{key}').delete()",
    )
