"""Creditor numbers: the finance ledger's own numbers for those it pays, and the shape a council's
numbers have.

A mask says the shape: `9` a figure, `A` a letter, `X` either, anything else itself (`a` and `x` in
small letters: the letters A and X). An empty mask: 1 to 20 letters, figures and hyphens. A number
that no other of the council is shaped like is asked again. Not here: whether the ledger knows it.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

LONGEST = 20  # characters of a number, and signs of a mask
FEW = 3  # numbers of a council from which a shape can be told
_KINDS = {"9": r"[0-9]", "A": r"[A-Z]", "X": r"[A-Z0-9]"}
_FREE = re.compile(r"[A-Z0-9-]")
_MASK = re.compile(r"[A-Za-z0-9/.-]*")


def normal(number: str) -> str:
    """The number without blanks and in capitals, as it is kept and written."""
    bare = "".join(number.split())
    return bare.upper() if bare.isascii() else bare


def check_mask(mask: str) -> str:
    """What is wrong with a mask, as a sentence; empty: nothing."""
    bare = "".join(mask.split())
    if len(bare) > LONGEST:
        return _("The shape of creditor numbers has at most %(most)s signs.") % {"most": LONGEST}
    if not _MASK.fullmatch(bare):
        return _("The shape of creditor numbers has letters, figures, hyphens, points and slashes.")
    return ""


def check(number: str, mask: str) -> str:
    """What is wrong with a number, as a sentence; empty: it has the council's shape."""
    found, shape = normal(number), "".join(mask.split())
    if not found:
        return _("Enter the creditor number.")
    if not shape:
        return _check_free(found)
    if _fits(found, shape):
        return ""
    return _one_off(found, shape) or _other_length(found, shape) or _misfit(found, shape)


def doubt(number: str, known: Iterable[str]) -> str:
    """Why a number is asked again where no mask says a shape: none of those that are `known` has
    its shape; "" where one has, or too few are known to tell.
    """
    shapes = Counter(_shape(normal(one)) for one in known)
    if shapes.total() < FEW or _shape(normal(number)) in shapes:
        return ""
    unlike = check(number, shapes.most_common(1)[0][0])
    return _("%(unlike)s Others of this council look like that. Look at it again.") % {
        "unlike": unlike
    }


def _shape(number: str) -> str:
    """A number as a mask: its letters as A, its figures as 9."""
    return re.sub(r"[A-Z]", "A", re.sub(r"[0-9]", "9", number))


def _one_off(number: str, shape: str) -> str:
    """One character too many or too few, and which kind it is; empty: it is something else."""
    said = {"number": number[:40], "words": _in_words(shape)}
    for sign, rest in _without_one(number):
        if _fits(rest, shape):
            what = _("The number has %(sign)s too many: “%(number)s” should be %(words)s.")
            return what % {**said, "sign": _with_article(sign)}
    for kind, rest in _without_one(shape):
        if _fits(number, rest):
            what = _("The number lacks %(kind)s: “%(number)s” should be %(words)s.")
            return what % {**said, "kind": _kind_with_article(kind)}
    return ""


def _other_length(number: str, shape: str) -> str:
    if len(number) == len(shape):
        return ""
    what = _("The length of “%(number)s” is %(found)s, but should be %(wanted)s: %(words)s.")
    said = {"found": len(number), "wanted": len(shape), "words": _in_words(shape)}
    return what % {"number": number[:40], **said}


def _misfit(number: str, shape: str) -> str:
    """The first character that is of another kind."""
    place = next(n for n, sign in enumerate(number) if not _fits(sign, shape[n]))
    what = _("Character %(place)s of “%(number)s” is “%(sign)s”, but should be %(kind)s.")
    said = {"number": number[:40], "sign": number[place]}
    return what % {"place": place + 1, "kind": _kind_with_article(shape[place]), **said}


def _check_free(number: str) -> str:
    strange = next((sign for sign in number if not _FREE.fullmatch(sign)), "")
    if strange:
        return _(
            "The number has “%(sign)s” in it, but may only have letters, figures and hyphens."
        ) % {"sign": strange}
    if len(number) > LONGEST:
        return _("The length of the number is %(found)s, but may be at most %(most)s.") % {
            "found": len(number),
            "most": LONGEST,
        }
    return ""


def _fits(number: str, shape: str) -> bool:
    return len(number) == len(shape) and all(
        re.fullmatch(_KINDS.get(kind, re.escape(kind.upper())), sign)
        for sign, kind in zip(number, shape, strict=True)
    )


def _without_one(text: str) -> Iterator[tuple[str, str]]:
    """Each character, and the text without it; the last one first."""
    for place in reversed(range(len(text))):
        yield text[place], text[:place] + text[place + 1 :]


def _with_article(sign: str) -> str:
    """A character of a number in words."""
    if re.fullmatch(_KINDS["A"], sign):
        return _("a letter")
    return _("a figure") if re.fullmatch(_KINDS["9"], sign) else f"“{sign}”"


def _kind_with_article(kind: str) -> str:
    """A sign of a mask in words."""
    named = {"9": _("a figure"), "A": _("a letter"), "X": _("a letter or figure")}
    return named.get(kind, f"“{kind.upper()}”")


def _in_words(shape: str) -> str:
    """A mask in words: “2 letters, 6 figures”."""
    runs = re.findall(r"9+|A+|X+|[^9AX]+", shape)
    return ", ".join(_run(run) for run in runs)


def _run(run: str) -> str:
    kind, many = run[0], len(run)
    if kind not in _KINDS:
        return f"“{run.upper()}”"
    if many == 1:
        return _kind_with_article(kind)
    return {
        "9": _("%(many)s figures"),
        "A": _("%(many)s letters"),
        "X": _("%(many)s letters or figures"),
    }[kind] % {"many": many}
