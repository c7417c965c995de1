"""Every page that a link leads to, for every role of the demonstration: it opens, names itself, fits a phone, reads aloud.

From each role's home all links in the page's main part and menu are followed. Every page is fetched once for a role
and read for its status, heading and title; one of each shape (an address with its references replaced) is opened in
the browser at 320 and 1280 px, where axe looks at it. With SDS_FULL=1 also at 768 px, with scripts blocked, and each
form is sent empty. Not here: what the pages say and do (the tests of the apps, tests/walks, test_whole_journey).
"""

import json
import os
import re
from html.parser import HTMLParser
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest

from .hands import Hands

FULL = os.environ.get("SDS_FULL") == "1"
WIDTHS = (320, 768, 1280) if FULL else (320, 1280)
COUNCIL = "Brackenshire"
OWN = ("/cases/REF/", "/staff/", "/staff/day/", "/staff/queue/", "/home/")  # pages that look different to each reader
INSIDE = re.compile(r"^/(cases|staff|home|dashboard|admin|survey)/")  # every other page is for everybody
CASES = 14  # so many cases of a role's list are opened to find the pages of their steps
SHAPES = (
    (r"^/cases/[A-Z0-9]{6}/", "/cases/REF/"),
    (r"/assessment/[^/]+/$", "/assessment/QUESTION/"),
    (r"/answers/[^/]+/$", "/answers/QUESTION/"),
    (r"/money/[^/]+/\d+/", "/money/SCHEME/N/"),
    (r"/survey/[^/]+/", "/survey/TOKEN/"),
    (r"/dashboard/step/[^/]+/", "/dashboard/step/STEP/"),
    (r"/\d+/", "/N/"),
)
# role -> the least number of pages that its links lead to; fewer means that the crawl has lost its way
LEAST = {
    "public": 10, "duty": 12, "worker": 25, "manager": 25, "service_manager": 10, "panel": 8, "finance": 8, "admin": 8,
    "auditor": 3, "person": 7, "carer": 10, "helper": 7,
}  # fmt: skip
ELSEWHERE = r"\.(csv|xlsx|json|pdf|txt)$|/logout/$|^/exit/$|^/port-merrow/|^/admin/.*/(history|delete)/$"  # the second council looks like the first
ADMINS_OWN = "Applying inline style violates"  # its date pickers ask for it, are refused, and work without
KEPT = "Words that I would not like to write twice"
PUBLIC = (
    "/",
    "/brackenshire/ask/?for=me",
    "/come-back/",
    "/accounts/login/",
    "/accounts/login/code/",
    "/accounts/password/reset/",
)


class Reader(HTMLParser):
    """What a page's text says of itself: title, number of h1, links in its main part and its menus."""

    def __init__(self, html):
        super().__init__()
        self.title, self.headings, self.links, self.inside, self.in_title = "", 0, [], 0, False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        here = dict(attrs)
        self.inside += tag in ("main", "nav")
        self.headings += tag == "h1"
        self.in_title = tag == "title"
        if tag == "a" and self.inside and here.get("href"):
            self.links.append(here["href"])

    def handle_endtag(self, tag):
        self.inside -= tag in ("main", "nav")
        self.in_title = False

    def handle_data(self, data):
        self.title += data if self.in_title and not self.inside else ""


def shape(path):
    """The address of a page with what differs from case to case replaced; writing for the person is its own page."""
    parts = urlsplit(path)
    found = parts.path
    for pattern, words in SHAPES:
        found = re.sub(pattern, words, found)
    behalf = parse_qs(parts.query).get("for", [""])[0]
    return f"{found}?for={behalf}" if behalf else found


class Crawl:
    """One role's way through its links: path -> what was read there, one of each shape."""

    def __init__(self, hands, starts, staff=False):
        self.hands, self.wrong, self.pages, self.staff = hands, [], {}, staff
        self.opened, todo = 0, list(starts)
        met = set(todo)
        while todo:
            path = todo.pop(0)
            for link in self.read(path):
                if link not in met and self.wanted(link):
                    met.add(link)
                    todo.append(link)

    def wanted(self, path):
        """One page of each shape; of cases some more, because each step has buttons of its own."""
        if self.staff and not INSIDE.match(path):
            return False  # the pages for everybody are looked at as everybody sees them
        if not re.fullmatch(r"/cases/[A-Z0-9]{6}/", path):
            return shape(path) not in self.pages
        self.opened += 1
        return self.opened <= CASES

    def read(self, path):
        known = shape(path)
        if known in self.pages and known != "/cases/REF/":
            return []
        answer = self.hands.context.request.get(self.hands.stack.url + path)
        if "text/html" not in answer.headers.get("content-type", ""):
            return []
        here = answer.url.removeprefix(self.hands.stack.url)
        found = Reader(answer.text())
        if answer.status != 200:
            self.wrong.append(f"{path}: status {answer.status}")
        elif found.headings != 1:
            self.wrong.append(f"{path}: {found.headings} h1")
        elif not found.title.strip():
            self.wrong.append(f"{path}: no title")
        self.pages.setdefault(known, (path, ""))
        self.pages[shape(here)] = (here, found.title.strip())
        return [link for link in map(lambda href: self.own(here, href), found.links) if link]

    def own(self, here, href):
        """The path of a link that stays on this site and shows a page."""
        whole = urlsplit(urljoin(self.hands.stack.url + here, href))
        if f"{whole.scheme}://{whole.netloc}" != self.hands.stack.url or re.search(ELSEWHERE, whole.path):
            return ""
        return whole.path + (f"?{whole.query}" if whole.query else "")

    def checked(self):
        """shape -> path of every page that was really shown (a link that led elsewhere counts once, there)."""
        return {known: path for known, (path, title) in self.pages.items() if title}

    def same_titles(self):
        named = {}
        for known, (_path, title) in self.pages.items():
            if title and "/admin/" not in known:
                named.setdefault(title, []).append(known)
        return [f"“{title}” names {', '.join(all_)}" for title, all_ in named.items() if len(all_) > 1]


@pytest.fixture(scope="module")
def eyes():
    """The shapes that have been looked at in the browser, of people and of staff."""
    return set()


@pytest.fixture
def somebody(browser, stack):
    hands = Hands(browser, stack)
    hands.refused = []
    hands.page.on("console", lambda said: hands.refused.append(said.text) if said.type == "error" else None)
    hands.page.on("pageerror", lambda error: hands.refused.append(str(error)))
    yield hands
    hands.close()


def enter(hands, role):
    """Signed in; returns where the role's way begins. People: every demonstration account of that role in turn."""
    if role == "public":
        return PUBLIC
    listed = json.loads((hands.stack.folder / "demo-accounts.json").read_text())
    account = next(a for a in listed if a["council"].startswith(COUNCIL) and a["sign_in"] == role)
    if account["password"]:
        hands.sign_in(account["role"])
    else:
        hands.sign_in_by_code(account["sign_in"])
    assert re.search("sign out|log out", hands.text(), re.I), hands.text()
    return [hands.page.url.removeprefix(hands.stack.url)]


def accounts():
    """(role, sign-in) of the demonstration's council: known before the stack runs, because tests are named by them."""
    at = "@brackenshire.example"
    staff = ("duty", "worker", "manager", "service_manager", "panel", "finance", "admin", "auditor")
    people = [("person", f"person.{step}{at}") for step in ("assessing", "planning", "offer", "running")]
    return [("public", "public"), *((role, role.replace("_", "-") + at) for role in staff), *people,
            ("carer", f"carer{at}"), ("helper", f"helper{at}")]  # fmt: skip


def look(hands, path, widths=WIDTHS):
    """What is wrong with a page in the browser, at each width."""
    hands.refused.clear()
    hands.page.set_viewport_size({"width": widths[0], "height": 900})
    answer = hands.page.goto(hands.stack.url + path)
    wrong = [f"status {answer.status}"] if answer.status not in (200, 422) else []
    for width in widths:
        hands.page.set_viewport_size({"width": width, "height": 900})
        wrong += [f"{width} px: it scrolls sideways"] if hands.overflows() else []
        wrong += [f"{width} px: {one}" for one in hands.axe(contrast=width == widths[0])]
    wrong += [said for said in hands.refused if not (path.startswith("/admin/") and said.startswith(ADMINS_OWN))]
    return [f"{path}: {one}" for one in wrong]


def in_full(hands, pages):
    """The same pages without any script, and their forms sent empty. The pages stay able to run what axe is."""
    ours = [path for path in pages.values() if not path.startswith("/admin/")]
    hands.context.route("**/*.js", lambda route: route.abort())
    wrong = [f"without script: {one}" for path in ours for one in look(hands, path, (320,))
             if "ERR_FAILED" not in one]  # fmt: skip
    hands.context.unroute("**/*.js")
    again = [shown_again(hands, path) for path in ours if not path.startswith("/accounts/")]
    print(f"{len([one for one in again if one is not None])} forms came back with what is missing")
    return wrong + [one for found in again for one in found or ()]


def shown_again(hands, path):
    """Send the page's form with words in its boxes and nothing chosen. What is wrong with the page that comes back:
    None where there is no such form, or where the words were enough."""
    hands.page.set_viewport_size({"width": 320, "height": 900})
    if hands.page.goto(hands.stack.url + path).status != 200:
        return None
    forms = hands.page.locator("main form[method=post]")
    if not forms.count() or not forms.first.locator("input:not([type=hidden]), textarea, select").count():
        return None
    box = forms.first.locator("textarea").first
    if box.count():
        box.fill(KEPT)
    forms.first.locator("button[type=submit]").first.click()
    hands.page.wait_for_load_state()
    if not hands.page.locator(".govuk-error-summary").count():
        return None
    wrong = [] if hands.page.title().startswith("Error: ") else [f"its title is “{hands.page.title()}”"]
    wrong += [] if not box.count() or box.input_value() == KEPT else ["what was typed is gone"]
    ids = hands.page.locator(".govuk-error-summary a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    wrong += [f"{one} leads nowhere" for one in ids if not one.startswith("#") or not hands.page.locator(one).count()]
    wrong += ["it scrolls sideways"] if hands.overflows() else []
    return [f"{path}, sent empty: {one}" for one in wrong + hands.axe()]


@pytest.mark.parametrize(("role", "who"), accounts(), ids=lambda value: value.split("@")[0])
def test_every_page(somebody, eyes, role, who):
    family = "person" if role in ("person", "carer", "helper") else "public" if role == "public" else "staff"
    crawl = Crawl(somebody, enter(somebody, who), staff=family == "staff")
    seen_as = {known: who if known in OWN else family for known in crawl.checked()}
    new = {known: path for known, path in crawl.checked().items() if (seen_as[known], known) not in eyes}
    wrong = crawl.wrong + crawl.same_titles()
    for known, path in new.items():
        eyes.add((seen_as[known], known))
        wrong += look(somebody, path)
    if FULL:
        wrong += in_full(somebody, new)
    print(f"{role}: {len(crawl.checked())} pages, {len(new)} of them looked at in the browser")
    assert not wrong, "\n".join(wrong)
    assert len(crawl.checked()) >= LEAST[role], sorted(crawl.checked())


def test_enough_was_looked_at(eyes):
    """The tests above share what they have seen: together they must have seen the site."""
    print(f"{len(eyes)} shapes of pages looked at")
    assert len(eyes) >= 70, sorted(eyes)
