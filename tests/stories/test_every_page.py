"""Every page that a link leads to, for every role of the demonstration: it opens, names itself,
fits, reads aloud.

From each role's home all links in the page's main part and menu are followed. Every page is fetched
once for a role and read for its status, heading and title; one of each shape (an address with its
references replaced) is opened in the browser, where axe and our own probes look at it. In every
run: 320 and 1280 px, 400 %, text spacing, text of 200 %, and the keyboard on the pages of
residents, for every second page of residents and every third of staff, which take turns with the
commits. With SDS_FULL=1 all of them, and
768 px, without scripts, forms sent empty, the keyboard everywhere, forced colours, dark, reduced
motion, print, and each page again for each role that has it. What was examined is printed at the
end of the run (tests/examined.py). Not here: refusals, long names, empty lists, time-outs
(test_other_states.py); what the pages say and do (the tests of the apps, tests/walks,
test_whole_journey).
"""

import json
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.urls import resolve

import dev
from tests import sample
from tests.sample import FULL
from tests.stories.crawling import LEAST, OWN, Crawl, accounts, enter
from tests.stories.looking import Looking
from tests.stories.stack import ROOT, free_port

LIMIT = 100_000  # bytes, transferred, with nothing kept from before
RESIDENTS = ("public", "person", "carer", "helper")
HEAVIEST = 5  # so many of the residents' pages are weighed in a run that is not full


@dataclass
class Site:
    """What the roles have seen together."""

    eyes: set = field(default_factory=set)  # (as whom, shape) looked at in the browser
    html: dict = field(default_factory=dict)  # a name for the page -> as the server sent it
    help: dict = field(default_factory=dict)  # path -> where help stands and what it says
    residents: dict = field(default_factory=dict)  # path -> (bytes of HTML, the browser's cookies)


@pytest.fixture(scope="module")
def site():
    return Site()


def family(role):
    return "public" if role == "public" else "person" if role in RESIDENTS else "staff"


@pytest.mark.parametrize(("role", "who"), accounts(), ids=lambda value: value.split("@")[0])
def test_every_page(somebody, site, record_property, role, who):
    crawl = Crawl(somebody, enter(somebody, who), staff=family(role) == "staff")
    looking = Looking(somebody)
    wrong = crawl.wrong + crawl.same_titles()
    state = somebody.context.storage_state()
    looked, another_turn, sending = 0, 0, []
    for known, path in crawl.checked().items():
        as_whom = (who if known in OWN else family(role), known)
        if as_whom in site.eyes:
            # the same page for another role: its buttons may differ
            if FULL and not path.startswith("/admin/"):
                wrong += [
                    f"{path}: {one}"
                    for one in looking.open(path) + looking.widths("again for another role")
                ]
            continue
        site.eyes.add(as_whom)
        ours = not path.startswith("/admin/")
        if ours:  # as the server sent it: that needs no browser, and no turn
            text = crawl.text(path)
            site.html[f"{who} {path}"] = text
            if role in RESIDENTS:
                site.residents[path] = (len(text.encode()), state)
        if not sample.its_turn(len(site.eyes), 2 if role in RESIDENTS else 3):
            another_turn += 1
            continue
        looked += 1
        wrong += looking.look(path, resident=role in RESIDENTS)
        if FULL and ours:
            wrong += looking.without_scripts(path)
            sending += [] if path.startswith("/accounts/") else [path]
    for path in (
        sending
    ):  # at the end, because words alone are enough for some forms, and then the case has moved on
        found, again = looking.sent_empty(path)
        wrong += found
        site.html |= {f"{who} {path} sent empty": again} if again else {}
    site.help |= looking.help
    names = sorted({resolve(path.split("?")[0]).view_name for path in crawl.checked().values()})
    report = {
        "role": role,
        "pages": len(crawl.checked()),
        "looked": looked,
        "faults": len(wrong),
        "names": names,
        "looks": dict(looking.examined),
        "stops": looking.controls,
    }
    record_property("examined", report)
    if another_turn:
        sample.left_out(record_property, f"{another_turn} pages of {role} in the browser")
    assert not wrong, "\n".join(wrong)
    assert len(crawl.checked()) >= LEAST[role], sorted(crawl.checked())


def test_enough_was_looked_at(site):
    """The tests above share what they have seen: together they must have seen the site."""
    assert len(site.eyes) >= 70, sorted(site.eyes)


def test_help_stands_in_the_same_place(site):
    """WCAG 3.2.6. A page that can't know the council says how to find it, in the same place."""
    missing = [path for path, help_ in site.help.items() if not help_]
    assert not missing, missing
    assert {help_["where"] for help_ in site.help.values()} == {
        "HEADER DIV FOOTER, first in the footer"
    }
    said = {
        help_["says"]
        for path, help_ in site.help.items()
        if path.startswith(("/cases/", "/brackenshire/"))
    }
    assert len(said) == 1, said
    words = said.pop()
    assert "Phone 01632 960100" in words and "Text relay 18001 01632 960100" in words


def test_html_is_valid(site, stack, record_property):
    """html-validate over every page as the server sent it; each rule left out is explained in
    htmlvalidate.mjs.
    """
    node = shutil.which("node", path=dev.environment("test")["PATH"])
    folder = stack.folder / "html"
    folder.mkdir()
    named = {f"{number:04}.html": name for number, name in enumerate(site.html)}
    for file, name in named.items():
        (folder / file).write_text(site.html[name])
    program = ROOT / "node_modules/html-validate/bin/html-validate.mjs"
    config = Path(__file__).with_name("htmlvalidate.mjs")
    done = subprocess.run(
        [node, program, "--config", config, "--formatter", "json", folder],
        capture_output=True,
        text=True,
    )
    assert done.returncode in (0, 1), done.stderr
    wrong = [
        (
            f"{named[Path(page['filePath']).name]}, line {one['line']}: {one['ruleId']}: "
            f"{one['message']}"
        )
        for page in json.loads(done.stdout)
        for one in page["messages"]
    ]
    record_property("examined", {"looks": {"html-validate": len(named)}, "faults": len(wrong)})
    assert len(named) >= 70
    assert not wrong, "\n".join(wrong)


@pytest.fixture
def compressed(stack):
    """The same installation with its files as the demonstration and production send them: small and
    fingerprinted.
    """
    env = stack.env | {"SDS_MODE": "demo"}
    dev.collect(env)
    bind = f"127.0.0.1:{free_port()}"
    with (stack.folder / "compressed.log").open("wb") as log:
        server = subprocess.Popen(
            dev.commands(bind)["web"], cwd=ROOT, env=env, stdout=log, stderr=log
        )
    try:
        stack.wait_for(f"http://{bind}/healthz")
        yield f"http://{bind}"
    finally:
        server.terminate()
        server.wait(20)


def weigh(browser, address, cookies):
    """(bytes that came over the wire, addresses asked for) of one page in a browser that has kept
    nothing.
    """
    context = browser.new_context(storage_state=cookies)
    page, asked, weight = context.new_page(), [], []
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.on("Network.requestWillBeSent", lambda event: asked.append(event["request"]["url"]))
    wire.on("Network.loadingFinished", lambda event: weight.append(event["encodedDataLength"]))
    page.goto(address, wait_until="networkidle")
    context.close()
    return sum(weight), asked


def test_residents_pages_are_light(browser, site, compressed, record_property):
    ordered = sorted(site.residents, key=lambda path: -site.residents[path][0])
    weighed, wrong = {}, []
    for path in ordered if FULL else ordered[:HEAVIEST]:
        weight, asked = weigh(browser, compressed + path, site.residents[path][1])
        weighed[path] = weight
        wrong += [f"{path}: {weight} bytes"] if weight > LIMIT else []
        wrong += [
            f"{path} asks {one}" for one in asked if not one.startswith((compressed, "data:"))
        ]
        assert len(asked) >= 4, f"{path}: the page, its style and its script: {asked}"
    heaviest = max(weighed, key=weighed.get)
    say = f"weighed (the heaviest: {heaviest}, {weighed[heaviest] / 1000:.0f} kB)"
    record_property("examined", {"looks": {say: len(weighed)}, "faults": len(wrong)})
    assert not wrong, "\n".join(wrong)
    assert min(weighed.values()) > 20_000, "a page without its style is not the page"
