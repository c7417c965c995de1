"""The file with which councils compare: sums and counts of one year, never a percentage, never a
person. Pure.

Format `sds-benchmark-1` (docs/benchmark-file.md): a JSON object whose `checksum` is the SHA-256 of
everything else in canonical form. A file is taken whole or refused whole, with a sentence that says
why.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from django.utils.translation import gettext as _

from cases.common.refusals import NotYet
from poet.results.suppression import SMALLEST_BASE
from poet.statistics import SMALLEST_SHOWN

FORMAT = "sds-benchmark-1"
LARGEST = 1_000_000  # bytes; a real file has a tenth of it
MOST = 10_000_000  # a count beyond the people of England's councils is a slip
FIELDS = {"format", "council", "year", "made_on", "asked", "answered", "figures"}
ROW = {"who", "domain", "question", "view", "group", "n", "good", "middle", "bad"}
VIEWS = ("all", "route", "age", "route_age")
WHO = ("person", "carer", "worker")
# three counts and their sum, each rounded to the nearest 5, miss each other by no more than this
SLACK = 5


def checksum(content: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical form of the file without its checksum."""
    plain = {key: value for key, value in content.items() if key != "checksum"}
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def write(content: Mapping[str, Any]) -> str:
    """The file as text, with its checksum."""
    whole = {**content, "checksum": checksum(content)}
    return json.dumps(whole, indent=1, sort_keys=True, ensure_ascii=True) + "\n"


def parse_file(raw: bytes) -> dict[str, Any]:
    """The content of a file that is right in all its parts. Raises NotYet with a sentence, and then
    nothing of it counts.
    """
    if len(raw) > LARGEST:
        raise NotYet(_("This file is too large to be a benchmark file."), field="file")
    try:
        content = json.loads(
            raw.decode("utf-8"), parse_constant=_no_number, object_pairs_hook=_once
        )
    except (ValueError, RecursionError):
        raise NotYet(
            _("This is not a benchmark file: it cannot be read as JSON."), field="file"
        ) from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise NotYet(_("This is not a benchmark file of a kind that is known here."), field="file")
    if set(content) != FIELDS | {"checksum"}:
        raise NotYet(
            _("This file lacks a part, or has one that does not belong there."), field="file"
        )
    if content["checksum"] != checksum(content):
        raise NotYet(
            _(
                "The checksum does not fit: the file was changed after it was made. Ask for "
                "it again."
            ),
            field="file",
        )
    _head(content)
    seen: set[tuple[str, ...]] = set()
    for number, row in enumerate(content["figures"], 1):
        _row(number, row, seen)
    return content


def _no_number(name: str) -> None:
    raise ValueError(name)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("twice")
    return found


def _head(content: dict[str, Any]) -> None:
    texts = [content[name] for name in ("council", "year", "made_on")]
    if not all(_text(text, 120) and text for text in texts):
        raise NotYet(
            _("This file does not say whose it is, for which year, or when it was made."),
            field="file",
        )
    if not (len(content["year"]) == 4 and content["year"].isascii() and content["year"].isdigit()):
        raise NotYet(_("The year of this file is not a year such as 2026."), field="file")
    if not isinstance(content["figures"], list) or not content["figures"]:
        raise NotYet(_("There are no figures in this file."), field="file")
    asked, answered = content["asked"], content["answered"]
    if not _count(asked) or not _count(answered):
        raise NotYet(
            _("The numbers of people asked and answered must be whole numbers."), field="file"
        )
    if asked and answered > asked:
        raise NotYet(
            _("More people answered than were asked: that is over 100 per cent."), field="file"
        )


def _count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST


def _text(value: Any, longest: int) -> bool:
    """Words that any database keeps: no control characters, no halves of characters."""
    return isinstance(value, str) and len(value) <= longest and value.isprintable()


def _row(number: int, row: Any, seen: set[tuple[str, ...]]) -> None:
    """One figure. Raises NotYet with its number."""
    words = next(chain(_name_faults(row, seen), _count_faults(row)), None)
    if words:
        raise NotYet(
            _("Figure %(n)s: %(words)s Nothing was taken from this file.")
            % {"n": number, "words": words},
            field="file",
        )
    seen.add(_names(row))


def _names(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(row[name] for name in ("who", "question", "view", "group"))


def _name_faults(row: Any, seen: set[tuple[str, ...]]) -> Iterator[str]:
    """What is wrong with a figure's parts and names, one after the other: the first tells enough,
    and what comes after may not be looked at.
    """
    if not isinstance(row, dict) or set(row) != ROW:
        yield _("a part is missing, or one does not belong there.")
    if not all(_text(text, 80) for text in (*_names(row), row["domain"])):
        yield _("its names are not words.")
    if row["who"] not in WHO or row["view"] not in VIEWS:
        yield _("it is of a group that is not compared.")
    if _names(row) in seen:
        yield _("it is there twice.")


def _count_faults(row: dict[str, Any]) -> Iterator[str]:
    """What is wrong with its counts, in the same way."""
    shown = [row[name] for name in ("good", "middle", "bad") if row[name] is not None]
    if not all(map(_count, [row["n"], *shown])):
        yield _("a count is not a whole number.")
    if row["n"] < SMALLEST_BASE or any(count < SMALLEST_SHOWN for count in shown):
        yield _("a count lies under the line below which counts are hidden.")
    if any(count % 5 for count in (row["n"], *shown)):
        yield _("a count is not rounded to 5.")
    if any(count > row["n"] for count in shown):
        yield _("a share of it is over 100 per cent.")
    total = sum(shown)
    if total - row["n"] > SLACK or (len(shown) == 3 and row["n"] - total > SLACK):
        yield _("its counts do not add up.")
    if len(shown) == 2:
        yield _("a hidden count follows from the others.")
