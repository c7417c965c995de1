"""A page as somebody meets it: what it says, its forms with what is filled in, and sending one of
them.

`Hands` belong to one user. `send` fills in what is said, leaves everything else as the page had it,
and fails with the words of the error summary when it is refused; `refused` expects just that. Here
is no knowledge of any page.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from html.parser import HTMLParser

from django.test import Client

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
DONE = (301, 302, 303)


@dataclass
class Form:
    """One form: the values a browser would send, and what each field could hold."""

    action: str = ""
    method: str = "get"
    values: dict[str, list[str]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    buttons: dict[str, list[str]] = field(default_factory=dict)

    def visible(self) -> list[str]:
        return [name for name, kind in self.kinds.items() if kind != "hidden"]


class _Reader(HTMLParser):
    """Reads forms, ids, the title and the text out of a page."""

    def __init__(self):
        super().__init__()
        self.forms: list[Form] = []
        self.ids: set[str] = set()
        self.links: list[tuple[str, str]] = []
        self.words: list[str] = []
        self.title = ""
        self.summary: list[tuple[str, str]] = []
        self._form = self._area = self._select = self._option = self._link = None
        self._quiet = 0
        self._in_title = False
        self._summary_depth = 0

    def handle_starttag(self, tag, attrs):
        at = dict(attrs)
        if at.get("id"):
            self.ids.add(at["id"])
        if tag == "form":
            self._form = Form(at.get("action") or "", (at.get("method") or "get").lower())
            self.forms.append(self._form)
        elif tag in ("script", "style"):
            self._quiet += 1
        elif tag == "title":
            self._in_title = True
        elif tag == "a":
            self._link = [at.get("href", ""), ""]
        if tag == "div" and self._summary_depth:
            self._summary_depth += 1
        if tag == "div" and "govuk-error-summary" in (at.get("class") or "").split():
            self._summary_depth = 1
        if self._form is not None and "disabled" not in at:
            self._control(tag, at)

    def _control(self, tag, at):
        form, name = self._form, at.get("name")
        if tag == "input" and name:
            kind = at.get("type", "text")
            if kind in ("submit", "image", "button"):
                form.buttons.setdefault(name, []).append(at.get("value", ""))
                return
            form.kinds[name] = "number" if at.get("inputmode") == "decimal" else kind
            if kind in ("radio", "checkbox"):
                form.choices.setdefault(name, []).append(at.get("value", "on"))
                form.values.setdefault(name, [])
                if "checked" in at:
                    form.values[name].append(at.get("value", "on"))
            else:
                form.values[name] = [at.get("value", "")]
        elif tag == "button" and name:
            form.buttons.setdefault(name, []).append(at.get("value", ""))
        elif tag == "textarea" and name:
            form.kinds[name], self._area = "textarea", [name, ""]
        elif tag == "select" and name:
            form.kinds[name], self._select = "select", name
            form.values[name], form.choices[name] = [], []
        elif tag == "option" and self._select:
            value = at.get("value")
            form.choices[self._select].append(value)
            if "selected" in at or not form.values[self._select]:
                form.values[self._select] = [value]

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        elif tag in ("script", "style"):
            self._quiet -= 1
        elif tag == "title":
            self._in_title = False
        elif tag == "textarea" and self._area:
            name, words = self._area
            self._form.values[name] = [words[1:] if words.startswith("\n") else words]
            self._area = None
        elif tag == "select":
            self._select = None
        elif tag == "a" and self._link:
            (self.summary if self._summary_depth else self.links).append(tuple(self._link))
            self._link = None
        elif tag == "div" and self._summary_depth:
            self._summary_depth -= 1

    def handle_data(self, data):
        if self._area is not None:
            self._area[1] += data
            return
        if self._in_title:
            self.title += data
        elif not self._quiet:
            self.words.append(data)
            if self._link is not None:
                self._link[1] += data


@dataclass
class Page:
    """An answer of the server, read."""

    response: object
    path: str

    def __post_init__(self):
        self.status = self.response.status_code
        self.at = self.response.request["PATH_INFO"]
        self.html = self.response.content.decode(errors="replace")

    @cached_property
    def read(self) -> _Reader:
        """Only pages that are looked at are read."""
        found = _Reader()
        found.feed(self.html)
        return found

    @property
    def title(self) -> str:
        return " ".join(self.read.title.split())

    @cached_property
    def text(self) -> str:
        return " ".join(" ".join(self.read.words).split())

    @property
    def forms(self) -> list[Form]:
        return [f for f in self.read.forms if f.method == "post" and "logout" not in f.action]

    @property
    def errors(self) -> list[tuple[str, str]]:
        return [(href, " ".join(words.split())) for href, words in self.read.summary]

    def __contains__(self, words):
        return words in self.text

    @property
    def said_no(self) -> str:
        """What the page says against it, for a failing test."""
        if self.errors:
            return "; ".join(words for _href, words in self.errors)
        found = re.search(r"govuk-error-summary.*?</div>\s*</div>", self.html, re.S)
        return (
            " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found[0])).split())
            if found
            else self.text[:600]
        )

    def link(self, words) -> str:
        """The address behind a link or a button of these words."""
        for href, text in self.read.links:
            if words in " ".join(text.split()):
                return href
        raise AssertionError(
            f"{self.path} has no link “{words}”: {[t.strip() for _h, t in self.read.links]}"
        )

    def form(self, *names) -> Form:
        """The form that has all these fields."""
        for form in self.forms:
            known = {*form.kinds, *form.buttons}
            if all(n in known or f"{n}_day" in known for n in names):
                return form
        raise AssertionError(
            f"{self.path} ({self.status}) has no form with {names}: "
            f"{[f.kinds for f in self.forms]} {self.text[:400]}"
        )


def filled(form: Form, changes: dict, forged=False) -> dict[str, list[str]]:
    """What a browser sends: everything as it was on the page but for the changes. Only what is
    offered can be chosen.
    """
    data = {name: list(values) for name, values in form.values.items()}
    for name, value in changes.items():
        if isinstance(value, date):
            data |= {
                f"{name}_day": [str(value.day)],
                f"{name}_month": [str(value.month)],
                f"{name}_year": [str(value.year)],
            }
            continue
        if value is None:
            data.pop(name, None)
            continue
        given = [str(v) for v in (value if isinstance(value, list | tuple | set) else [value])]
        if not forged and name in form.choices:
            foreign = set(given) - set(form.choices[name])
            assert not foreign, f"{name} offers {form.choices[name]}, not {foreign}"
        data[name] = given
    return data


def confirming(answer: Page) -> dict[str, list[str]]:
    """What the press after a look at the money sends; nothing where there is nothing to look at."""
    forms = [form for form in answer.forms if "looked" in form.kinds]
    if answer.status != 200 or not forms:
        return {}
    return filled(forms[0], {}) | {"press": ["confirm"]}


class Hands:
    """One user's browser, with the cross-site check on."""

    def __init__(self, user=None):
        self.client = Client(enforce_csrf_checks=True)
        self.user = user
        if user is not None:
            self.client.force_login(user, backend=BACKEND)

    def open(self, path, status=200) -> Page:
        """A page that opens (or refuses) as expected, redirects followed."""
        response = self.client.get(path, follow=True)
        page = Page(response, path)
        assert page.status == status, (
            f"{path}: {page.status} in place of {status}: {page.text[:400]}"
        )
        return page

    def gone(self, path) -> None:
        """404, whether looked at or sent to."""
        self.open(path, 404)
        assert self.post(path, {}).status == 404, path

    def post(self, path, data) -> Page:
        """Send exactly this, with a valid cross-site token; nothing is followed."""
        if "csrfmiddlewaretoken" not in data:
            token = self.client.cookies.get("csrftoken")
            token = token.value if token else "a" * 32
            self.client.cookies["csrftoken"] = token
            data = data | {"csrfmiddlewaretoken": token}
        return Page(self.client.post(path, data), path)

    def sent(self, path, /, button=None, page=None, forged=False, **changes) -> Page:
        """The server's answer to a form of the page, filled in with the changes. What it changes of
        the money is looked at and confirmed.
        """
        answer = self.looked(path, button, page, forged, **changes)
        data = confirming(answer)
        if not data:
            return answer
        return Page(self.client.post(answer.form("looked").action or path, data), path)

    def looked(self, path, /, button=None, page=None, forged=False, **changes) -> Page:
        """As `sent`, without confirming anything."""
        page = page or self.open(path)
        names = [*changes, *([button] if button else [])]
        form = page.form(*names)
        data = filled(form, changes, forged)
        if button:
            data[button] = form.buttons[button]
        target = form.action or path
        if target.startswith("?"):
            target = path.partition("?")[0] + target
        return Page(self.client.post(target, data), path)

    def send(self, path, /, button=None, page=None, **changes) -> Page:
        """Send the page's form; it must be taken. Returns the page that follows."""
        return self.open(self.save(path, button, page, **changes).response["Location"])

    def save(self, path, /, button=None, page=None, **changes) -> Page:
        """As `send`, without looking at what follows."""
        answer = self.sent(path, button, page, **changes)
        assert answer.status in DONE, f"{path} was refused ({answer.status}): {answer.said_no}"
        return answer

    def refused(self, path, words, /, button=None, page=None, **changes) -> Page:
        """Send the page's form; it must come back with these words in its summary, linked, and all
        that was typed.
        """
        answer = self.sent(path, button, page, **changes)
        assert answer.status in (200, 422), (
            f"{path}: {answer.status}, expected a refusal. {answer.text[:300]}"
        )
        assert words in answer.said_no, f"{path} says “{answer.said_no}”, not “{words}”"
        assert_told(answer)
        return answer

    def conflict(self, path, /, *said, button=None, page=None, **changes) -> Page:
        """Send the page's form; somebody or something was there first: 409 with these words."""
        answer = self.sent(path, button, page, **changes)
        assert answer.status == 409, f"{path}: {answer.status}: {answer.said_no}"
        for words in said:
            assert words in answer, f"{path}: “{words}” is not in {answer.text[:600]}"
        return answer


def assert_told(page: Page) -> None:
    """A refused form says so in its title and its summary, and each of the summary's links leads to
    a field.
    """
    assert page.title.startswith("Error:"), f"{page.path}: the title is “{page.title}”"
    assert "govuk-error-summary" in page.html, page.path
    for href, words in page.errors:
        assert href.startswith("#") and href[1:] in page.read.ids, (
            f"{page.path}: “{words}” links to {href}, which is nowhere"
        )
