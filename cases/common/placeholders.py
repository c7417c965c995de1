"""Words that stand in a box only so that it is not empty: "tbc", "n/a", "to be arranged".

Here: whether words leave open what was asked. Not here: which answers a safeguard needs, and the
sentence that refuses (`budgets.payments.support_instead`). Start with `is_left_open`.
"""

import re
import unicodedata

# what leaves the answer for later wherever it stands, and what is no answer by itself
LATER = re.compile(
    r"\b(t ?b ?[acd]|asap|to follow|we are looking|(being|will be|getting) (arranged|found|sorted)"
    r"|to be (confirmed|arranged|agreed|decided|determined|found|announced)"
    r"|not (yet )?(known|arranged|agreed|decided|clear)( yet)?|unknown|pending|don t know)\b"
)
NO_ANSWER = frozenset(
    "no|none|nil|nothing|na|n a|later|soon|not applicable|no support|no one|nobody|somebody|someone"
    "|anybody|as above|same|see above|see notes|various|yes|ok|x|xx|test|support|help".split("|")
)
SHORTEST = 2  # letters: a name has at least these


def is_left_open(words: str) -> bool:
    """Does it only fill the box, or put the answer off? "Home care, times tbc" puts it off too."""
    folded = unicodedata.normalize("NFKC", words).casefold()
    plain = " ".join(re.findall(r"[^\W_]+", folded))
    letters = sum(mark.isalpha() for mark in plain)
    return letters < SHORTEST or plain in NO_ANSWER or LATER.search(plain) is not None
