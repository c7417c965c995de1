"""A question set as a file: reading it, checking it whole, and refusing it with every fault named.

A file is a JSON object: "code", "version", "instrument" (person, carer or worker), "title",
"licence" and "questions", a list of objects with

- "id": its name for ever, small letters, figures and _; "text"; "short" (the row's name in tables);
  "easy" (the
  easy-read sentence, else `text`);
- "scale": change, ease, quality, agree, known or text; "labels": a licensed set's own words for the
  scale's values;
- "block": outcomes, quality, process or words; "domain": what it is about, by which results are
  compared;
- "core": in the short form; "review": a review asks this itself; "condition": one of
  `questions.CONDITIONS`;
- "wellbeing" and "themes": lists of tags (Care Act wellbeing areas, Making it Real), never a score;
- "reworded": true where an id is kept from an earlier version though its text is new and its
  meaning is not.

Here: no database but for what was published before, which the caller passes in. Not here: asking.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cases.assessment.questions import WELLBEING
from poet.models import INSTRUMENTS

DATA = Path(__file__).resolve().parent.parent / "data"
LARGEST = 200_000  # bytes: a question set is a page or two
NEEDED = ("id", "text", "short", "scale", "block", "domain")
KNOWN = {
    *NEEDED,
    "easy",
    "core",
    "review",
    "condition",
    "wellbeing",
    "themes",
    "labels",
    "reworded",
}
MEANING = ("scale", "block", "domain")  # what an id keeps for ever, beside its text


class BadFile(ValueError):
    """The file is refused whole. `faults`: one sentence each, naming what is wrong."""

    def __init__(self, *faults: str) -> None:
        super().__init__(" ".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Checked:
    """A set that may be published, as far as its own file tells."""

    code: str
    version: int
    instrument: str
    title: str
    licence: str
    questions: list[dict]


def columns(checked: Checked) -> dict[str, Any]:
    """The columns of the row that keeps it."""
    names = ("code", "version", "instrument", "title", "licence")
    return {name: getattr(checked, name) for name in names} | {"definition": checked.questions}


def parse_file(path: Path) -> Any:
    """What stands in a file. Raises BadFile where it is no JSON."""
    try:
        if path.stat().st_size > LARGEST:
            raise BadFile(f"The file is larger than {LARGEST:,} bytes.")
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise BadFile(f"The file can't be read: {problem.strerror}.") from None
    except UnicodeDecodeError:
        raise BadFile("The file is not written in UTF-8.") from None
    except (json.JSONDecodeError, RecursionError) as problem:
        where = f" in line {problem.lineno}" if isinstance(problem, json.JSONDecodeError) else ""
        raise BadFile(f"The file is not valid JSON{where}.") from None


def check(content: Any) -> Checked:
    """The set that a file's content describes. Raises BadFile with every fault found."""
    if not isinstance(content, dict):
        raise BadFile("The file must hold one object with code, version, instrument and questions.")
    faults = list(_head(content))
    listed = content.get("questions")
    if (
        not isinstance(listed, list)
        or not listed
        or not all(isinstance(spec, dict) for spec in listed)
    ):
        raise BadFile(*faults, "“questions” must be a list of at least one question.")
    ids = Counter(str(spec.get("id")) for spec in listed)
    faults += [
        f"The id “{ident}” stands {n} times; each question needs its own."
        for ident, n in ids.items()
        if n > 1
    ]
    for place, spec in enumerate(listed, 1):
        faults += _question(spec, place)
    if not any(spec.get("scale") != "text" for spec in listed):
        faults.append("At least one question must be answered on a scale.")
    if faults:
        raise BadFile(*faults)
    return Checked(
        content["code"],
        content["version"],
        content["instrument"],
        str(content.get("title", ""))[:120],
        str(content.get("licence", ""))[:200],
        listed,
    )


def _head(content: dict) -> Iterable[str]:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,49}", str(content.get("code", ""))):
        yield "“code” must be a short name of small letters, figures, - and _."
    version = content.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or not 0 < version < 100_000:
        yield "“version” must be a whole number from 1."
    if content.get("instrument") not in INSTRUMENTS:
        yield f"“instrument” must be one of {', '.join(INSTRUMENTS)}."


def _question(spec: dict, place: int) -> Iterable[str]:
    name = f"Question {place} (“{spec.get('id', 'without an id')}”)"
    yield from _field_faults(name, spec)
    yield from _meaning_faults(name, spec)


def _field_faults(name: str, spec: dict) -> Iterable[str]:
    """What is missing, of a wrong kind, or not known."""
    for key in NEEDED:
        if not isinstance(spec.get(key), str) or not spec[key].strip():
            yield f"{name} has no “{key}”."
    if isinstance(spec.get("id"), str) and not re.fullmatch(r"[a-z][a-z0-9_]{0,49}", spec["id"]):
        yield f"{name}: an id is made of small letters, figures and _, and begins with a letter."
    for key in ("core", "review", "reworded"):
        if not isinstance(spec.get(key, False), bool):
            yield f"{name}: “{key}” must be true or false."
    if not isinstance(spec.get("easy", ""), str):
        yield f"{name}: “easy” must be a sentence."
    for key in sorted(set(spec) - KNOWN):
        yield f"{name}: “{key}” is not known."


def _meaning_faults(name: str, spec: dict) -> Iterable[str]:
    """Scale, block, condition and tags: each of those that we know, and fitting each other."""
    from poet.survey import questions  # noqa: PLC0415  (it reads its files with this module)

    if str(spec.get("scale")) not in (*questions.SCALES, questions.TEXT):
        yield f"{name}: the scale must be one of {', '.join((*questions.SCALES, questions.TEXT))}."
    elif not _labels_fit(spec, questions.SCALES.get(spec["scale"], {})):
        yield f"{name}: “labels” must give words for values of its scale."
    if (spec.get("block") == "words") != (spec.get("scale") == questions.TEXT) or spec.get(
        "block"
    ) not in questions.BLOCKS:
        yield (
            f"{name}: the block must be one of {', '.join(questions.BLOCKS)}, and words go "
            "with the scale text."
        )
    elif spec.get("block") == "outcomes" and str(spec.get("scale")) in questions.SCALES.keys() - {
        "change"
    }:
        yield (
            f"{name}: what is asked about outcomes is read as better or worse, so its scale "
            "must be change."
        )
    if "condition" in spec and str(spec["condition"]) not in questions.CONDITIONS:
        yield f"{name}: the condition must be one of {', '.join(questions.CONDITIONS)}."
    for key, allowed in (("wellbeing", WELLBEING), ("themes", questions.THEMES)):
        tags = spec.get(key, [])
        if not isinstance(tags, list) or not all(
            isinstance(tag, str) and tag in allowed for tag in tags
        ):
            yield f"{name}: “{key}” must be a list of {', '.join(allowed)}."


def _labels_fit(spec: dict, scale: dict) -> bool:
    labels = spec.get("labels", {})
    return isinstance(labels, dict) and all(
        value in scale and isinstance(words, str) and words.strip()
        for value, words in labels.items()
    )


def reused(checked: Checked, earlier: Iterable[tuple[str, list[dict]]]) -> list[str]:
    """The ids that mean something else in an earlier set, as sentences. `earlier`: (its name, its
    questions).
    """
    found = {}
    for name, definition in earlier:
        before = {spec["id"]: spec for spec in definition}
        for spec in checked.questions:
            old = before.get(spec["id"])
            if old is None or spec["id"] in found:
                continue
            changed = [key for key in MEANING if spec[key] != old[key]]
            if changed or (spec["text"] != old["text"] and not spec.get("reworded")):
                what = ", ".join(changed or ["text"])
                found[spec["id"]] = (
                    f"The id “{spec['id']}” means something else in {name} ({what}); a new "
                    "question needs a new id."
                )
    return list(found.values())
