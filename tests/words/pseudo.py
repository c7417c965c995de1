"""A language that nobody speaks: every string that goes through gettext comes out in brackets,
longer and accented.

It stands in for a translation while a test runs, under the code of a language that Django knows and
we don't offer: Esperanto, written from left to right, and Hebrew, from right to left. So no
catalogue has to be made or kept, and whatever comes out without brackets did not go through
gettext. Not here: whether a page leaves room for longer words (the browser stories see to that).
"""

import gettext
import re
from contextlib import contextmanager

from django.test import override_settings
from django.utils import translation
from django.utils.translation import trans_real

LEFT_TO_RIGHT, RIGHT_TO_LEFT = "eo", "he"
OPEN, CLOSE = "⟦", "⟧"
ACCENTS = str.maketrans("aeiouyncszAEIOUYNCSZ", "áéíóúýñçšžÁÉÍÓÚÝÑÇŠŽ")
# What a translator leaves alone: placeholders, tags, entities.
KEPT = re.compile(r"(%\(\w+\)[sd]|%[sd%]|\{\w*\}|<[^>]*>|&\w+;)")
LONGER = 0.4


def pseudo(words: str) -> str:
    """The words in brackets, with accents, 40% longer; white space at both ends stays outside."""
    bare = words.strip()
    if not bare:
        return words
    said = "".join(
        part if n % 2 else part.translate(ACCENTS) for n, part in enumerate(KEPT.split(bare))
    )
    before, after = words[: len(words) - len(words.lstrip())], words[len(words.rstrip()) :]
    return before + OPEN + said + "·" * round(len(bare) * LONGER) + CLOSE + after


class Pseudo(gettext.NullTranslations):
    """Stands in for Django's translation of one language."""

    def __init__(self, language: str):
        super().__init__()
        self._language = language

    def language(self):
        return self._language

    def to_language(self):
        return self._language

    def gettext(self, message):
        return pseudo(message.rpartition("\x04")[2])

    def ngettext(self, one, many, number):
        return pseudo((one if number == 1 else many).rpartition("\x04")[2])


@contextmanager
def spoken(language: str = LEFT_TO_RIGHT):
    """Everything in here is shown in the language that nobody speaks."""
    with override_settings(LANGUAGE_CODE=language, LANGUAGES=[(language, "Pseudo")]):
        trans_real._translations[language] = Pseudo(
            language
        )  # changed settings have just emptied it
        with translation.override(language):
            yield
    # and leaving them empties it again
