"""How hard a page is to read: its blocks of words, their reading age, and sentences that go on too
long.

Reading age here is the Flesch-Kincaid grade plus five, the age at which American schools teach that
grade (Kincaid, Fishburne, Rogers and Chissom, "Derivation of new readability formulas", Naval
Technical Training Command, 1975), as textstat 0.7.4 counts it. Limits: the formula counts only the
length of sentences and of words. It knows nothing of what is hard to understand, syllables are
guessed from hyphenation, and it was made for running text: on less than a hundred words it jumps.
So pages with fewer words are put together with others like them, and a low age is no proof that
people understand: only people can say that.
"""

import re
from collections.abc import Iterable
from functools import cache
from html.parser import HTMLParser

from textstat import textstat

from tests.words.gathered import Shown

FEWEST = 100  # words, below which the formula is not asked
VOID = {
    "area",
    "base",
    "br",
    "col",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "wbr",
    "path",
    "circle",
    "use",
    "rect",
}
BLOCKS = {
    "p",
    "li",
    "h1",
    "h2",
    "h3",
    "h4",
    "dt",
    "label",
    "legend",
    "div",
    "summary",
    "caption",
    "button",
    "ul",
    "ol",
    "section",
    "form",
    "fieldset",
    "article",
    "main",
    "body",
    "dl",
    "br",
    "nav",
    "details",
    "aside",
    "th",
}
# What is typed, kept or counted is not our wording: values, quotations, tables, pictures; nor is
# what scripts do.
DATA = {
    "td",
    "dd",
    "textarea",
    "select",
    "blockquote",
    "script",
    "style",
    "svg",
    "title",
    "pre",
    "table",
}
DATA_CLASSES = {"app-lines", "app-said", "govuk-caption-l", "govuk-caption-m", "govuk-caption-xl"}


class _Blocks(HTMLParser):
    def __init__(self, whole: bool):
        super().__init__()
        self.found: list[str] = []
        self.words: list[str] = []
        self.open: list[tuple[str, bool]] = []
        self.main = whole

    def handle_starttag(self, tag, attrs):
        if tag in BLOCKS:
            self.close_block()
        if tag in VOID:
            return
        classes = set((dict(attrs).get("class") or "").split())
        self.main = self.main or tag == "main"
        self.open.append((tag, tag in DATA or bool(classes & DATA_CLASSES)))

    def handle_endtag(self, tag):
        while self.open and any(t == tag for t, _data in self.open):
            if self.open.pop()[0] == tag:
                break
        if tag in BLOCKS or tag in DATA:
            self.close_block()
        if tag == "main":
            self.main = False

    def handle_data(self, data):
        if self.main and not any(is_data for _tag, is_data in self.open):
            self.words.append(data)

    def close_block(self):
        block = " ".join("".join(self.words).split())
        self.words = []
        if block:
            self.found.append(block)


def blocks(html: str, whole: bool = False) -> list[str]:
    """The wording of a page's main part, a block each; `whole`: of all there is (messages,
    letters).
    """
    reader = _Blocks(whole)
    reader.feed(html)
    reader.close_block()
    return reader.found


def sentences(found: Iterable[str]) -> list[str]:
    """The sentences of blocks: a block ends its sentence. Figures and addresses become short words;
    a block of one or two words, such as a button, is no sentence.
    """
    said = []
    for block in found:
        plain = re.sub(r"\S+@\S+|https?://\S+|/\S+/", "here", block)
        plain = re.sub(r"£?\d[\d.,:%/–-]*\d|£?\d", "10", plain)
        said += [one for one in re.split(r"(?<=[.?!])[”’\"')]*\s+", plain) if len(one.split()) > 2]
    return said


@cache
def age(text: str) -> float:
    """The reading age of sentences joined by line breaks. American hyphenation finds more syllables
    than British.
    """
    textstat.set_lang("en_US")
    return textstat.flesch_kincaid_grade(text) + 5


def text_of(found: Iterable[str], prose: bool = False) -> str:
    """The sentences, a line each. `prose`: only what is written as one, which leaves out headings
    and labels, whose few words would make a page look easier.
    """
    said = [one for one in sentences(found) if not prose or one[-1] in ".?!"]
    return "\n".join(one if one[-1] in ".?!" else one.rstrip(":;,") + "." for one in said)


def pools(pages: Iterable[Shown], prose: bool = False) -> dict[str, str]:
    """What is measured together -> its text. Pages of fewer than a hundred words are pooled with
    those of the same address, and addresses that still have too few with each other.
    """
    found, short = {}, {}
    for page in pages:
        text = text_of(blocks(page.html, whole=page.name == "message"), prose)
        if len(text.split()) >= FEWEST:
            found[str(page)] = text
        else:
            short.setdefault(page.name, []).append(text)
    rest = []
    for name, texts in short.items():
        lines = list(dict.fromkeys(line for text in texts for line in text.splitlines()))
        if sum(len(line.split()) for line in lines) >= FEWEST:
            found[f"short pages of {name}"] = "\n".join(lines)
        else:
            rest += lines
    return found | ({"other short pages": "\n".join(dict.fromkeys(rest))} if rest else {})
