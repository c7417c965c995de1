"""Fields that say more than Django's about how they are drawn; `cases.ui.fields` reads it from
them.
"""

from typing import Any

from django import forms


class DividedChoice(forms.ChoiceField):
    """One of several, with a word between some of them: `dividers` is value -> the word before
    it.
    """

    def __init__(self, *, dividers: dict[str, Any], **options: Any) -> None:
        self.dividers = dividers
        super().__init__(**options)


class Revealing(forms.Field):
    """`reveals`: option value -> names of the fields that stand beneath it."""

    reveals: dict[str, tuple[str, ...]] = {}


class RevealingChoice(Revealing, forms.ChoiceField):
    """One of several, of which some bring further fields."""


class RevealingTick(Revealing, forms.BooleanField):
    """A box that brings further fields where it is ticked (value "on")."""
