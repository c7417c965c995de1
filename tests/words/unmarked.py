"""Which words of a page did not go through gettext: text and attributes outside the brackets of the
pseudo-locale.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from tests.words.pseudo import CLOSE, OPEN

SPOKEN = {
    "title",
    "aria-label",
    "placeholder",
    "alt",
    "aria-description",
    "aria-roledescription",
    "label",
}
QUIET = {"script", "style"}
# Values that scripts show to the reader: the components' own texts are handed over so.
DATA_TEXT = re.compile(r"^data-(i18n|app-.*(text|words|said))")


class Words(HTMLParser):
    def __init__(self):
        super().__init__()
        self.texts: list[str] = []
        self.others: list[str] = []
        self.quiet = 0

    def handle_starttag(self, tag, attrs):
        self.quiet += tag in QUIET
        if tag in (
            "textarea",
            "p",
            "div",
            "li",
            "td",
            "th",
            "dd",
            "dt",
            "span",
            "a",
            "h1",
            "h2",
            "h3",
            "option",
            "label",
        ):
            self.texts.append("\n")
        found = dict(attrs)
        for name, value in attrs:
            button = (
                tag == "input"
                and name == "value"
                and found.get("type") in ("submit", "button", "reset")
            )
            if value and (name in SPOKEN or DATA_TEXT.match(name) or button):
                self.others.append(value)
        if tag == "meta" and found.get("name") == "description":
            self.others.append(found.get("content", ""))

    def handle_endtag(self, tag):
        self.quiet -= tag in QUIET
        self.texts.append("\n")

    def handle_data(self, data):
        if not self.quiet:
            self.texts.append(data)


def outside(text: str) -> str:
    """What stands in no brackets."""
    depth, found = 0, []
    for sign in text:
        depth += (sign == OPEN) - (sign == CLOSE)
        if depth == 0 and sign != CLOSE:
            found.append(sign)
        elif sign == OPEN:
            found.append("\n")
        depth = max(depth, 0)
    return "".join(found)


def unmarked(html: str, data: re.Pattern) -> Iterator[str]:
    """Each piece with letters that is neither in brackets nor data."""
    reader = Words()
    reader.feed(html)
    for text in ("".join(reader.texts), *reader.others):
        for line in outside(text).splitlines():
            if re.search(r"[^\W\d_]{2}", data.sub(" ", line)):
                yield " ".join(line.split())
