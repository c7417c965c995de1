"""Pages as they are on a bad day: refused, empty, full of long or right-to-left names, in easy
read, after a time-out.

The refusals are looked at in every run; the rest with SDS_FULL=1. Not here: pages as they usually
are (test_every_page.py).
"""

import json

import pytest

from tests.sample import full
from tests.stories.crawling import PUBLIC, Crawl
from tests.stories.looking import KEPT, Looking

BOTH_ENDS = (320, 1280)


def made(stack, call):
    """What a function of states.py prints."""
    return json.loads(
        stack.manage(
            "shell", "-v0", "-c", f"from tests.stories import states; states.{call}"
        ).splitlines()[-1]
    )


def as_somebody(hands, key):
    hands.context.clear_cookies()
    hands.context.add_cookies([{"name": "sessionid", "value": key, "url": hands.stack.url}])
    hands.go("/home/")
    return hands.page.url.removeprefix(hands.stack.url)


def report(record_property, looking, wrong):
    record_property(
        "examined",
        {"looks": dict(looking.examined), "faults": len(wrong), "stops": looking.controls},
    )
    assert not wrong, "\n".join(wrong)


def test_pages_that_refuse(somebody, stack, record_property):
    """400, 403, 404, 409, 429, 500, a form that was open too long, sign-in closed: they too are
    pages for people.
    """
    looking, wrong = Looking(somebody), []
    pages = made(stack, "refusals()")
    last = pages.pop("last-resort")
    assert (
        "<h1>" in last and 'lang="en-gb"' in last
    )  # no style and no menu on purpose; looked at by axe alone
    somebody.page.set_content(last)
    wrong += somebody.axe()
    somebody.page.route(
        "**/shown/*/",
        lambda route: route.fulfill(
            body=pages[route.request.url.split("/")[-2]], content_type="text/html"
        ),
    )
    for name in pages:
        found = looking.look(f"/shown/{name}/", resident=True)
        wrong += found
        assert "on purpose" not in pages[name] and "not to be read" not in pages[name]
    assert len(pages) >= 9
    report(record_property, looking, wrong)


def test_what_was_sent_is_confirmed(somebody, stack, record_property):
    """The page that comes after somebody has sent something: no link leads there."""
    looking = Looking(somebody)
    somebody.sign_in_by_code("person.running@brackenshire.example")
    somebody.page.goto(somebody.page.url + "do/challenge/")
    somebody.page.locator("main input[type=radio]").first.check()
    somebody.page.locator("main textarea").first.fill("The evenings are left out")
    somebody.page.locator("main form button[type=submit]").first.click()
    somebody.page.wait_for_url("**/sent/*/")
    wrong = looking.look(somebody.page.url.removeprefix(stack.url), resident=True)
    report(record_property, looking, wrong)


@full
@pytest.mark.parametrize("state", ["long and right-to-left names", "nothing there yet"])
def test_whole_councils(somebody, stack, record_property, state):
    """Every page of a council in one state, for each of its roles."""
    looking, wrong, seen = Looking(somebody), [], set()
    who = made(stack, "lengthened('port-merrow')" if state.startswith("long") else "empty()")
    for role, key in who.items():
        start = as_somebody(somebody, key)
        crawl = Crawl(somebody, [start], staff="person" not in role and role != "nobody")
        wrong += crawl.wrong
        for known, path in crawl.checked().items():
            if known in seen or path.startswith("/admin/"):
                continue
            seen.add(known)
            wrong += [
                f"{path}: {one}"
                for one in looking.open(path)
                + looking.widths(state, BOTH_ENDS)
                + looking.larger((320,))
                + looking.refused(path)
            ]
    assert len(seen) >= 20, sorted(seen)
    report(record_property, looking, wrong)


@full
def test_easy_read(somebody, record_property):
    """The pages for everybody in easy words and pictures."""
    looking, wrong = Looking(somebody), []
    somebody.go("/easy-read/on/")
    pages = Crawl(somebody, PUBLIC).checked()
    for path in pages.values():
        found = looking.open(path) + looking.widths("easy read", BOTH_ENDS) + looking.larger((320,))
        wrong += [f"{path}: {one}" for one in found + looking.keyboard(320) + looking.refused(path)]
    assert len(pages) >= 10, pages
    report(record_property, looking, wrong)


@full
def test_after_a_time_out(somebody, stack, record_property):
    """The sign-in ended while somebody wrote: the page that comes then, and the one after it."""
    looking, wrong = Looking(somebody), []
    somebody.sign_in_by_code("person.assessing@brackenshire.example")
    start = somebody.page.url.removeprefix(stack.url)
    pages = Crawl(somebody, [start]).checked()
    state = somebody.context.storage_state()["cookies"]
    tried = 0
    for path in pages.values():
        somebody.context.add_cookies(state)
        somebody.page.goto(stack.url + path)
        box = somebody.page.locator("main form[method=post] textarea").first
        if not box.count():
            continue
        box.fill(KEPT)
        somebody.context.clear_cookies(name="sessionid")
        somebody.page.locator("main form[method=post] button[type=submit]").first.click()
        somebody.page.wait_for_load_state()
        assert KEPT not in somebody.page.url
        found = looking.widths("timed out", BOTH_ENDS) + looking.keyboard(320)
        wrong += [f"{path}, timed out: {one}" for one in found]
        tried += 1
    assert tried >= 3, pages
    report(record_property, looking, wrong)
