"""Fixtures of the stories: one running stack and one browser a session (tests/conftest.py keeps
them together).
"""

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="session")
def chromium():
    """The path of the system's browser. In CI its absence is a failure; at home the stories say why
    they didn't run.
    """
    import dev

    path = dev.browser()
    if not path:
        if os.environ.get("CI", "").lower() in ("1", "true"):
            pytest.fail("There is no Chromium, and CI is set.")
        pytest.skip("not run: no Chromium")
    return path


@pytest.fixture(scope="session")
def stack(tmp_path_factory, django_db_setup, django_db_blocker):
    from tests.stories.stack import Stack

    folder = tmp_path_factory.mktemp("stack")
    with django_db_blocker.unblock():
        running = Stack(folder)
    try:
        running.start(cases=24)
        yield running
    finally:
        running.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="package")
def browser(chromium):
    """Closed after the last story: while it lives, its event loop keeps Django from the database in
    this process.
    """
    from playwright.sync_api import sync_playwright

    flags = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--no-first-run",
        "--disable-component-update",
        "--disable-sync",
        "--disable-quic",
    ]
    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=chromium, args=flags)
        yield found
        found.close()


@pytest.fixture
def somebody(browser, stack):
    """One person at one browser; `refused` is what the browser would not do, and what it was asked
    of other hosts.
    """
    from tests.stories.hands import Hands

    hands = Hands(browser, stack)
    hands.refused = []
    hands.page.on(
        "console", lambda said: hands.refused.append(said.text) if said.type == "error" else None
    )
    hands.page.on("pageerror", lambda error: hands.refused.append(str(error)))
    ours = (stack.url, "data:", "blob:", "about:")
    hands.page.on(
        "request",
        lambda asked: asked.url.startswith(ours) or hands.refused.append(f"asks {asked.url}"),
    )
    yield hands
    hands.close()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Where a story fails, say what each browser shows."""
    report = (yield).get_result()
    if report.when == "call" and report.failed:
        from tests.stories.hands import Hands

        for hands in Hands.open:
            try:
                shown = hands.page.url, hands.text()[:3000]
            # a browser that hangs must not take the whole run with it
            except Exception as trouble:
                shown = "a browser that can't be read", str(trouble)[:300]
            report.sections.append(shown)
