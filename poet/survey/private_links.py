"""The private link and the code of an invitation, and the key of its half answers.

All three are worked out from the invitation with the installation's secret, so a reminder carries
the link of the first letter and nothing that opens an answer lies in the database: there stand only
hashes. Letters carry the code, which is short enough to be typed. Not here: what an open link may
do (actions, views).
"""

import base64
import hashlib
import re

from django.db.models import Q
from django.utils.crypto import salted_hmac

from cases.models.case import REF_LETTERS
from poet.models import Invitation

CODE_LETTERS = 12  # of 28 that are not mistaken for each other: 57 bits
GROUP = 4


def _secret(purpose: str, invitation) -> bytes:
    return salted_hmac(f"poet.survey.{purpose}", str(invitation.pk), algorithm="sha256").digest()


def token_of(invitation) -> str:
    """The 43 characters of the private link."""
    return base64.urlsafe_b64encode(_secret("link", invitation)).decode().rstrip("=")


def code_of(invitation) -> str:
    """The code of a letter, in groups: ABCD-EFGH-JKMN."""
    number, letters = int.from_bytes(_secret("code", invitation), "big"), ""
    for _n in range(CODE_LETTERS):
        number, place = divmod(number, len(REF_LETTERS))
        letters += REF_LETTERS[place]
    return "-".join(letters[n : n + GROUP] for n in range(0, CODE_LETTERS, GROUP))


def draft_key(invitation) -> str:
    """Under what the half answers of an invitation are kept."""
    return _secret("draft", invitation).hex()


def digest(token: str) -> str:
    """What is kept of a token. It can't be guessed backwards: a link is 256 random-looking bits, a
    code 57.
    """
    return hashlib.sha256(token.encode()).hexdigest()


def normal(code: str) -> str:
    """A code as it was typed, in the form that is kept: capitals, without spaces and dashes."""
    return re.sub(r"[^A-Z0-9]", "", code.upper())


def hashes(invitation) -> dict[str, str]:
    """The two columns by which a link or a code is found again."""
    return {
        "token_hash": digest(token_of(invitation)),
        "code_hash": digest(normal(code_of(invitation))),
    }


def named(token: str) -> Q:
    """The condition that a link's token or a typed code belongs to an invitation."""
    token = token[:100]
    return Q(token_hash=digest(token)) | Q(code_hash=digest(normal(token)))


def opens(token: str) -> Q:
    """The same, and that it can still be answered."""
    return named(token) & Q(answered=False, stopped_at=None)


def find(token: str) -> Invitation | None:
    """The open invitation behind a link or a code; None for one that is used, over, forged or
    nobody's.
    """
    found = Invitation.objects.select_related("case__council", "case__person", "question_set")
    return found.filter(opens(token)).first()
