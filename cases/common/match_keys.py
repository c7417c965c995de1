"""By what a person is found again: keys of their name, birthday, numbers and address, and how alike
two people are.

Pure: no database. Names are folded as people type them on the keyboard they have, so that every key
is made of a-z and 0-9 and sorts alike on every database. Not here: the rows (`models.people`), the
search (`caseload.lists`), who decides that two are one (`records.same_person`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import jellyfish
from anyascii import anyascii

LONGEST = 40
POSTCODE = re.compile(r"\b([a-z]{1,2}[0-9][a-z0-9]?) ?([0-9][a-z]{2})\b")
LIKELY = Fraction(1, 2)  # alike enough to ask somebody
WEIGHTS = {
    "name": Fraction(1, 2),
    "born": Fraction(2, 5),
    "born_nearly": Fraction(1, 4),
    "phone": Fraction(1, 5),
    "postcode": Fraction(1, 5),
    "house": Fraction(1, 10),
}


@dataclass(frozen=True)
class Known:
    """What is known of somebody, as it was typed; "" and None for nothing. `nhs`: ten digits."""

    name: str
    other_names: str = ""
    born: date | None = None
    nhs: str = ""
    phone: str = ""
    address: str = ""


def folded_words(text: str) -> list[str]:
    """The words of a text in a-z and 0-9: without accents, capitals, apostrophes and hyphens, and
    in Latin letters whatever it was written in.
    """
    plain = anyascii(text).casefold()
    return re.findall(r"[a-z0-9]+", re.sub(r"['`\"]", "", plain))


def name_words(name: str) -> set[str]:
    """Every word by which somebody may look for a name: O'Neill as oneill, o and neill; Smith-Jones
    as smith, jones and smithjones.
    """
    whole = folded_words(name)
    parts = re.findall(r"[a-z0-9]+", anyascii(name).casefold())
    pairs = (first + second for first, second in zip(parts, parts[1:], strict=False))
    return {word[:LONGEST] for word in (*whole, *parts, *pairs)}


def match_keys(known: Known) -> set[tuple[str, str]]:
    """(kind, key) of everything by which somebody is found: `name`, `sound`, `born`, `nhs`,
    `phone`, `postcode`, `place`.
    """
    names = (known.name, *known.other_names.split(","))
    found = {("name", word) for name in names for word in name_words(name)}
    found |= {("sound", sound) for name in names for sound in sounds(name)}
    found |= {("place", word[:LONGEST]) for word in folded_words(known.address)}
    single = {
        "born": known.born.isoformat().replace("-", "") if known.born else "",
        "nhs": known.nhs,
        "phone": phone_digits(known.phone),
        "postcode": postcode(known.address),
    }
    return {(kind, key) for kind, key in (*found, *single.items()) if key}


def sounds(name: str) -> set[str]:
    """How the words of a name sound in English; words of one letter don't."""
    found = (jellyfish.metaphone(word) for word in folded_words(name) if len(word) > 1)
    return {"".join(folded_words(sound))[:LONGEST] for sound in found} - {""}


def phone_digits(phone: str) -> str:
    """The last ten figures of a telephone number, however it was typed; "" for fewer."""
    digits = "".join(c for c in phone if c in "0123456789")
    return digits[-10:] if len(digits) >= 10 else ""


def postcode(address: str) -> str:
    """The last thing in an address that is formed as a postcode, without its space; "" for none."""
    found = POSTCODE.findall(anyascii(address).casefold())
    return "".join(found[-1]) if found else ""


def birthdays_to_try(born: date | None) -> list[date]:
    """A birthday, and the same with day and month the other way round."""
    if born is None:
        return []
    return [born, date(born.year, born.day, born.month)] if born.day <= 12 else [born]


def likeness(one: Known, other: Known) -> Fraction:
    """How alike two people are: 0 for certainly two, 1 and more for one NHS number. Above `LIKELY`
    somebody decides. Two NHS numbers are two people.
    """
    if one.nhs and other.nhs:
        return Fraction(1 if one.nhs == other.nhs else 0)
    names = max(
        _names_alike(a, b)
        for a in (one.name, *_named(one.other_names))
        for b in (other.name, *_named(other.other_names))
    )
    found = WEIGHTS["name"] * names + _born_alike(one.born, other.born)
    phone, code = phone_digits(one.phone), postcode(one.address)
    found += WEIGHTS["phone"] if phone and phone == phone_digits(other.phone) else 0
    found += WEIGHTS["postcode"] if code and code == postcode(other.address) else 0
    house = folded_words(one.address)[:2]
    found += WEIGHTS["house"] if house and house == folded_words(other.address)[:2] else 0
    return max(found, Fraction(0)) if names > Fraction(1, 2) else Fraction(0)


def _named(names: str) -> Iterable[str]:
    return (name for name in names.split(",") if name.strip())


def _names_alike(one: str, other: str) -> Fraction:
    """0 to 1, whichever of their words stands first."""
    first, second = (" ".join(sorted(folded_words(name))) for name in (one, other))
    return Fraction(jellyfish.jaro_winkler_similarity(first, second)).limit_denominator(1000)


def _born_alike(one: date | None, other: date | None) -> Fraction:
    """Nothing where one is not known; taken away where they differ by more than a slip."""
    if one is None or other is None:
        return Fraction(0)
    if one == other:
        return WEIGHTS["born"]
    slips = sum(a != b for a, b in zip(f"{one:%Y%m%d}", f"{other:%Y%m%d}", strict=True))
    nearly = other in birthdays_to_try(one) or slips == 1
    return WEIGHTS["born_nearly"] if nearly else -WEIGHTS["born"]
