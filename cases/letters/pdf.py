"""Tagged PDF (PDF/UA-1) by typst: words in as data, bytes out. No database.

typst refuses to make a PDF/UA with a character that no font can show. What the fonts here lack is
found out by asking it, remembered, and replaced by a question mark, and the PDF says so. An emoji
is always given by its name, so that the same letter is the same whatever was printed before. The
page of the letter shows every character.
"""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.utils.translation import gettext as _

SOURCES = Path(__file__).resolve().parent.parent / "typst"
SIZES = {"print": 14, "large": 18}  # points
FONTS = ("Arial", "Liberation Sans", "DejaVu Sans", "Libertinus Serif", "DejaVu Sans Mono")
TRIES = 10  # then nothing but Latin letters: strange input never keeps a server busy for long
REFUSED = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)
ESCAPED = re.compile(r"\\u\{([0-9a-fA-F]+)\}")
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufff0-\uffff]")
LONG = re.compile(r"\S{40,}")
LATIN = re.compile("[\x20-\u024f\u2010-\u2027\u20ac]")
EMOJI = re.compile("[\U0001f000-\U0001faff]")
# A font has a script or has it not: two characters without a shape speak for all of it; but not of
# these.
IN_PART = {"LATIN", "GREEK", "CYRILLIC", "ARABIC", "HEBREW"}
SPEAKS_FOR_ALL = 2
MISSING: set[str] = set()  # characters that no font here shows


@cache
def _fonts() -> tuple[Any, list[str]]:
    """The fonts of the machine, and which of ours are among them: without one, typst's own."""
    found = typst.Fonts(font_paths=settings.LETTER_FONTS)
    there = set(found.families())
    return found, [name for name in FONTS if name in there]


def make(source: str, data: dict[str, Any], *, size: str, on: date) -> bytes:
    """A PDF of `cases/typst/<source>.typ`: the same data and day give the same bytes on the same
    machine.
    """
    fonts, names = _fonts()
    given = data | {
        "size": SIZES[size],
        "fonts": names,
        "year": on.year,
        "month": on.month,
        "day": on.day,
    }
    midday = int(datetime(on.year, on.month, on.day, 12).timestamp())
    for attempt in range(TRIES + 1):
        shown, changed = _displayable(given, only_latin=attempt == TRIES)
        shown["note"] = (
            _("Some characters can't be printed here. The page of your case shows them.")
            if changed
            else ""
        )
        try:
            return typst.compile(
                SOURCES / f"{source}.typ",
                root=SOURCES,
                font_paths=fonts,
                timestamp=midday,
                pdf_standards=["ua-1"],
                sys_inputs={"data": json.dumps(shown)},
            )
        except typst.TypstError as problem:
            if (
                not _learn(problem.message, json.dumps(shown, ensure_ascii=False))
                and attempt < TRIES - 1
            ):
                raise
    raise RuntimeError(
        "No PDF could be made"
    )  # pragma: no cover  the last attempt shows Latin letters only


@lru_cache(maxsize=32)
def blank(source: str, data: str, size: str, on: date) -> bytes:
    """A PDF that says nothing of anybody, such as a blank form: made once. `data`: JSON."""
    return make(source, json.loads(data), size=size, on=on)


def _learn(message: str, data: str) -> bool:
    """Remember what the fonts lack; False where typst complains of something else. Where it names a
    plain letter, the mark that stands on it is meant.
    """
    found = REFUSED.search(message)
    if not found:
        return False
    text = ESCAPED.sub(lambda m: chr(int(m[1], 16)), found[1])
    meant = {c for c in text if c > "~"} or set(re.findall(f"{re.escape(text)}([^\x00-~])", data))
    MISSING.update(meant)
    return bool(meant)


def _script(char: str) -> str:
    """The script of a character by its name: CJK, DEVANAGARI; nameless ones are one script."""
    return unicodedata.name(char, "NAMELESS").split()[0]


def _displayable(value: dict[str, Any], only_latin: bool) -> tuple[dict[str, Any], bool]:
    """The same data with what can't be shown replaced; whether anything was lost by it."""
    scripts = [_script(c) for c in tuple(MISSING)]
    gone = {s for s in scripts if scripts.count(s) >= SPEAKS_FOR_ALL} - IN_PART
    lost = False

    def char(c: str) -> str:
        nonlocal lost
        if c <= "~" or not (
            c in MISSING
            or EMOJI.match(c)
            or (gone and _script(c) in gone)
            or (only_latin and not LATIN.match(c))
        ):
            return c
        kind = unicodedata.category(c)
        if kind in ("Mn", "Me", "Cf") or "\U0001f3fb" <= c <= "\U0001f3ff":
            return ""
        if kind in ("So", "Sk"):
            return f"({unicodedata.name(c, 'symbol').lower()})"
        lost = True
        return "?"

    def deep(found: Any) -> Any:
        if isinstance(found, dict):
            return {k: deep(v) for k, v in found.items()}
        if isinstance(found, list):
            return [deep(v) for v in found]
        if not isinstance(found, str):
            return found
        return breakable("".join(map(char, unicodedata.normalize("NFC", CONTROL.sub(" ", found)))))

    keep = {k: value[k] for k in ("fonts", "qr", "colour") if k in value}
    return deep({k: v for k, v in value.items() if k not in keep}) | keep, lost


def breakable(text: str) -> str:
    """A word longer than a line may be broken: somebody's 10,000 letters without a space stay on
    the paper.
    """
    return LONG.sub(
        lambda m: "\u200b".join(m[0][i : i + 30] for i in range(0, len(m[0]), 30)), text
    )


def rtl(text: str) -> bool:
    """Is a line written from right to left, by its first letter with a direction?"""
    return next(
        (d in ("R", "AL") for d in map(unicodedata.bidirectional, text) if d in ("L", "R", "AL")),
        False,
    )


def paper(data: dict[str, Any], size: str, on: date) -> bytes:
    """A paper form (`paper.Paper`) as PDF; a blank one is made once."""
    if data["ref"]:
        return make("form", data, size=size, on=on)
    return blank("form", json.dumps(data, sort_keys=True), size, on)


def lines(text: str) -> list[dict[str, Any]]:
    """Somebody's words as lines, each with its direction."""
    return [{"text": line, "rtl": rtl(line)} for line in text.splitlines() if line.strip()]


def letterhead(content: dict[str, Any]) -> list[str]:
    """The lines under the council's name: where it is, its telephone, and when that is answered."""
    ways = [content["phone"], content.get("hours", "")]  # letters of before say no hours
    return [*content["council_address"].splitlines(), *filter(None, ways)]


def letter(content: dict[str, Any], size: str, needs: str = "") -> bytes:
    """A letter (`writing.compose`) as PDF in standard (14 pt) or large print (18 pt). `needs`: what
    no print meets.
    """
    words = {
        k: content[k] for k in ("title", "written", "ref", "council", "colour", "dear", "closing")
    }
    data = words | {
        "to": lines("\n".join([content["name"], content["address"]])),
        "from": lines("\n".join(letterhead(content))),
        "blocks": [_block(b) for b in content["blocks"]],
        "reference": _("Your reference:"),
        "page": _("Page"),
        "talk": _("If you want to talk to us"),
        "needs": needs,
    }
    return make("letter", data, size=size, on=date.fromisoformat(content["on"]))


def _block(block: dict[str, Any]) -> dict[str, Any]:
    if block["kind"] == "rows":
        return {"kind": "rows", "rows": [[words, lines(value)] for words, value in block["rows"]]}
    if block["kind"] in ("p", "said"):
        return {"kind": "p", "lines": lines(block["text"])}
    return {k: block[k] for k in ("kind", "text", "items") if k in block}
