"""Coming back with a code and a second fact: how a code is spelled and read, and what a fact is.

The same answer, and the same work, for a code that exists and one that doesn't: the slow hash
always runs, and tries count under what was typed, known or not. Not here: how guessing is slowed
(front_door.py), pages (views/come_back.py), who makes a code (requests.py), the ten-minute codes
(one_time_codes.py).
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from django.contrib.auth.hashers import check_password, make_password
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import ReturnCode, User
from cases.models.case import REF_LETTERS
from cases.signin import front_door
from cases.signin.front_door import keyed

LENGTH = 8  # 28 letters and digits: 38 bits, and the fact comes on top
MONTHS = {m: n for n, m in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
DAY_FIRST = re.compile(r"(\d{1,2})(?:st|nd|rd|th)? ?(\d{1,2}|[a-z]{3,9}) ?(\d{4})")
YEAR_FIRST = re.compile(r"(\d{4}) (\d{1,2}) (\d{1,2})")


@dataclass(frozen=True)
class Answer:
    """What came of a try: a user, or a sentence for the reader. `locked`: it was not even looked
    at.
    """

    user: User | None = None
    sentence: str = ""
    locked: bool = False


def spelled(salt: str) -> str:
    """The code of a row, as it is read aloud: KTQX-7R4M. Nothing of it is stored."""
    number = int(keyed("code", salt), 16)
    letters = []
    for _place in range(LENGTH):
        number, rest = divmod(number, len(REF_LETTERS))
        letters.append(REF_LETTERS[rest])
    return f"{''.join(letters[:4])}-{''.join(letters[4:])}"


def normalised_code(typed: str) -> str:
    """A code as it is compared: capitals, without spaces, hyphens and whatever else came with
    it.
    """
    flat = unicodedata.normalize("NFKC", typed).upper()
    return "".join(c for c in flat if c.isalnum())[:40]


def folded(typed: str) -> str:
    """A second fact as it is compared: a date however it was written, anything else without case,
    accents and gaps.
    """
    born = as_date(typed)
    if born:
        return born.isoformat()
    flat = unicodedata.normalize("NFKD", typed).casefold()
    return "".join(c for c in flat if c.isalnum())


def as_date(typed: str) -> date | None:
    """The date that somebody wrote, day first: 27/3/1950, 27 March 1950, 1950-03-27."""
    words = " ".join(re.findall(r"[0-9a-z]+", typed.casefold()))
    found, turned = DAY_FIRST.fullmatch(words), YEAR_FIRST.fullmatch(words)
    if turned:
        day, month, year = turned[3], turned[2], turned[1]
    elif found:
        day, month, year = found[1], found[2], found[3]
    else:
        return None
    try:
        return date(
            int(year), int(month) if month.isdigit() else MONTHS.get(month[:3], 0), int(day)
        )
    except ValueError:
        return None


def hashed(fact: str) -> str:
    """The slow hash of a fact, over its keyed hash: few people have many birthdays."""
    return make_password(keyed("fact", folded(fact)))


@cache
def _nobodys() -> str:
    return make_password(secrets.token_hex(16))


def new_salt() -> str:
    """A salt whose code nobody has."""
    while True:
        salt = secrets.token_hex(16)
        if not ReturnCode.objects.filter(lookup=lookup(spelled(salt))).exists():
            return salt


def lookup(code: str) -> str:
    return keyed("lookup", normalised_code(code))


def try_code(
    *, code: str, fact: str, address: str, tokens: Sequence[str] = (), now: datetime | None = None
) -> Answer:
    """Whose code this is, if the fact goes with it. Counts the try before it looks.

    `tokens`: what the cookie of a known browser holds.
    """
    now = now or timezone.now()
    row = ReturnCode.objects.select_related("user").filter(lookup=lookup(code)).first()
    user = row.user if row else None
    tried = front_door.count(
        "code", typed=normalised_code(code), address=address, user=user, tokens=tokens, now=now
    )
    if tried.wait:
        return Answer(sentence=front_door.too_many(tried.wait), locked=True)
    fits = check_password(keyed("fact", folded(fact)), row.fact if row else _nobodys())
    if row is None or not fits or not row.lives(now) or not row.user.is_active:
        return Answer(
            sentence=_(
                "That code and that second fact do not go together. Check both and try again."
            )
        )
    front_door.take_back(tried)
    ReturnCode.objects.filter(pk=row.pk).update(used_at=now)
    return Answer(user=row.user)
