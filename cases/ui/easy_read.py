"""Easy read: each page for everybody again, in short sentences with a picture beside each.

`PAGES` holds the words by the name of the page's address; other apps add theirs in
`AppConfig.ready`. Whoever chooses easy read keeps it, in this browser, until they choose the longer
words again. On a page with something to fill in or to look up, the easy words stand above it; with
`title` they stand in place of the page. Pictures are the drawings in static/easy. Not here:
easy-read letters (templates.py), the survey's easy questions (poet/survey/questions.py).
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

KEY = "easy_read"


@dataclass(frozen=True)
class Easy:
    """`list_presenter`: (picture, sentence), which may say `%(phone_us)s`. `title`: the heading of
    words that stand in place of the page's own.
    """

    rows: tuple[tuple[str, Any], ...]
    title: Any = ""


PAGES: dict[str, Easy] = {}


def easy_read_context(request, facts: dict[str, str]) -> dict | None:
    """What a page's template needs: the easy words, if they are wanted, and the link to the other
    view. None where there are none. `facts`: how people reach the council (`reach.Reach.facts`).
    """
    match = getattr(request, "resolver_match", None)
    easy = PAGES.get(match.view_name) if match else None
    if match is None or easy is None:
        return None
    wanted = chosen(request)
    other = reverse("cases:easy_read", args=["off" if wanted else "on"])
    # An address that is itself a key stands on no page: the browser says by itself where it came
    # from.
    here = "" if "token" in match.kwargs else f"?{urlencode({'to': request.get_full_path()})}"
    return {
        "on": wanted,
        "href": other + here,
        "rows": [(picture, str(words) % facts) for picture, words in easy.rows] if wanted else (),
        "title": easy.title if wanted else "",
    }


def chosen(request) -> bool:
    """Has easy read been chosen in this browser?"""
    return bool(hasattr(request, "session") and request.session.get(KEY))
