"""The ways through the site: every address that a role's links lead to, one of each shape.

Here: what counts as one shape, who crawls, and what is read of a page without a browser. Not here:
what is looked at in the browser (looking.py) and what is asserted (test_every_page.py).
"""

import json
import re
from html.parser import HTMLParser
from urllib.parse import parse_qs, urljoin, urlsplit

COUNCIL = "Brackenshire"
OWN = (
    "/cases/REF/",
    "/staff/",
    "/staff/day/",
    "/staff/queue/",
    "/home/",
    "/cases/REF/payee/",  # one names who is paid, the other verifies
    "/staff/payments/N/",  # one makes a batch, the other releases it
)  # pages that look different to each reader
INSIDE = re.compile(
    r"^/(cases|staff|home|dashboard|admin|survey)/"
)  # every other page is for everybody
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
# role -> the least number of pages that its links lead to; fewer means that the crawl has lost its
# way
LEAST = {
    "public": 10,
    "duty": 12,
    "worker": 25,
    "manager": 25,
    "service_manager": 10,
    "panel": 8,
    "finance": 8,
    "second_finance": 8,
    "admin": 8,
    "auditor": 3,
    "person": 7,
    "carer": 10,
    "helper": 7,
}
# the second council looks like the first
ELSEWHERE = (
    r"\.(csv|xlsx|json|pdf|txt)$|/logout/$|^/exit/$|^/port-merrow/|^/admin/.*/(history|delete)/$"
)
PUBLIC = (
    "/",
    "/brackenshire/ask/?for=me",
    "/come-back/",
    "/accounts/login/",
    "/accounts/login/code/",
    "/accounts/password/reset/",
)


class Reader(HTMLParser):
    """What a page's text says of itself: title, number of h1, links in its main part and its
    menus.
    """

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
    """The address of a page with what differs from case to case replaced; writing for the person is
    its own page.
    """
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
        self.texts = {}
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
        self.texts[here] = answer.text()
        found = Reader(self.texts[here])
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
        if f"{whole.scheme}://{whole.netloc}" != self.hands.stack.url or re.search(
            ELSEWHERE, whole.path
        ):
            return ""
        return whole.path + (f"?{whole.query}" if whole.query else "")

    def text(self, path):
        """The page as the server sent it."""
        return self.texts[path]

    def checked(self):
        """shape -> path of every page that was really shown (a link that led elsewhere counts once,
        there).
        """
        return {known: path for known, (path, title) in self.pages.items() if title}

    def same_titles(self):
        named = {}
        for known, (_path, title) in self.pages.items():
            if title and "/admin/" not in known:
                named.setdefault(title, []).append(known)
        return [
            f"“{title}” names {', '.join(all_)}" for title, all_ in named.items() if len(all_) > 1
        ]


def enter(hands, role):
    """Signed in; returns where the role's way begins. People: every demonstration account of that
    role in turn.
    """
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
    """(role, sign-in) of the demonstration's council: known before the stack runs, because tests
    are named by them.
    """
    at = "@brackenshire.example"
    staff = (
        "duty",
        "worker",
        "manager",
        "service_manager",
        "panel",
        "finance",
        "second_finance",
        "admin",
        "auditor",
    )
    people = [
        ("person", f"person.{step}{at}") for step in ("assessing", "planning", "offer", "running")
    ]
    return [
        ("public", "public"),
        *((role, role.replace("_", "-") + at) for role in staff),
        *people,
        ("carer", f"carer{at}"),
        ("helper", f"helper{at}"),
    ]
