"""The menu of staff: each page says beside itself what it is called there and for whom.

Here: the order, and how a page says it. Not here: who may open a page (each asks by itself, a link
grants nothing), the links at the foot (`page_context`).
"""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, TypeVar

from django.urls import NoReverseMatch, resolve, reverse

View = TypeVar("View", bound=Callable[..., Any])
Entries = tuple[tuple[Any, frozenset[str]], ...]
ORDER = (
    "cases:my_day",
    "cases:caseload",
    "cases:waiting",
    "budgets:finance_home",
    "cases:queue",
    "budgets:batches",
    "budgets:charge_lists",
    "cases:ask_for_someone",
    "poet:dashboard",
    "budgets:routes_overview",
    "budgets:providers",
    "poet:results",
    "cases:reach",
    "cases:service",
    "budgets:studio",
    "budgets:panel_agenda",
    "budgets:spending",
    "budgets:charging_rates",
    "budgets:ledger_formats",
)


def in_menu(words: Any, roles: Iterable[str]) -> Callable[[View], View]:
    """Says of a page: it stands in the menu under these words for seats of these roles. They may be
    fewer than may open it: a manager comes to the spending from the dashboard.
    """

    def declare(view: View) -> View:
        said: Entries = getattr(view, "menu", ())
        view.menu = ((words, frozenset(roles)), *said)  # type: ignore[attr-defined]  # functions take it
        return view

    return declare


def places(roles: Iterable[str]) -> list[tuple[str, str]]:
    """(words, name of the address) of what stands in the menu of these roles, in order."""
    mine = set(roles)
    return [
        (str(words), name) for name in ORDER for words, theirs in entries(name) if mine & theirs
    ]


@cache
def entries(name: str) -> Entries:
    """(words, roles) that a page has said of itself; none where the app of the page is not here."""
    try:
        page: Any = resolve(reverse(name)).func
    except NoReverseMatch:
        return ()
    return page.menu
