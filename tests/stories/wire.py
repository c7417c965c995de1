"""The council's side of a story over the wire: the pages' own forms, filled in and sent without
drawing them.

The hands of tests/walks, on the running stack: each act reads the real page, sends its real form
and follows where it leads. For what a story needs from staff in between; the people the story is
about sit at a browser (hands.py).
"""

from types import SimpleNamespace
from urllib.parse import urlencode, urljoin, urlsplit

from tests.walks import pages

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
MOVED = (301, 302, 303)


class Answer:
    """What a page of tests/walks reads of an answer."""

    def __init__(self, answer, path):
        self.status_code, self.headers, self.content = answer.status, answer.headers, answer.body()
        self.request = {"PATH_INFO": urlsplit(path).path}

    def __getitem__(self, name):
        return self.headers[name.lower()]


class Client:
    """As much of Django's test client as the hands use, over HTTP with its own cookies."""

    def __init__(self, context, url):
        self.context, self.url = context, url

    def get(self, path, follow=False):
        for _hop in range(10):
            answer = Answer(
                self.context.request.get(urljoin(self.url, path), max_redirects=0), path
            )
            if not follow or answer.status_code not in MOVED:
                return answer
            path = answer["Location"]
        raise AssertionError(f"{path} leads round and round")

    def post(self, path, data):
        body = urlencode(data, doseq=True)
        sent = self.context.request.post(
            urljoin(self.url, path), data=body, headers=FORM, max_redirects=0
        )
        return Answer(sent, path)


class Staff(pages.Hands):
    """One member of staff, signed in by password."""

    def __init__(self, browser, stack, role, council="Brackenshire"):
        self.context = browser.new_context()
        self.client, self.user = Client(self.context, stack.url), None
        account = stack.accounts()[(council, role)]
        self.save("/accounts/login/", login=account["sign_in"], password=account["password"])

    def close(self):
        self.context.close()

    def option(self, path, field, words) -> str:
        """The value behind the words of a select."""
        page = self.open(path)
        found = page.html.split(f'name="{field}"', 1)[1].split("</select>", 1)[0]
        for part in found.split("<option")[1:]:
            if words in part:
                return part.split('value="', 1)[1].split('"', 1)[0]
        raise AssertionError(f"{path}: {field} does not offer {words}")


def case(ref):
    """A case as the walks' helpers take it; where it stands is read from its pages."""
    return SimpleNamespace(ref=ref, refresh_from_db=lambda: None)
