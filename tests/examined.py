"""The accessibility report at the end of a run: what was looked at, how often, with what, and what
was not.

The stories hand over their counts as properties of their reports, so that they arrive from
whichever process ran them.
"""

from collections import Counter

from tests import sample

NOT_EXAMINED = (
    "people: nobody who uses a screen reader, a switch or easy read has tried these pages yet",
    "browsers other than Chromium, and screen readers themselves",
    "Django's set-up pages (/admin/): opened and shown to axe, at each width, and nothing else",
    (
        "the second council's public pages: the same templates; its cases are those with long "
        "names, in a full run"
    ),
    "PDFs (tests/cases/test_pdf.py), e-mails and texts",
)
ONLY_FULL = (
    "768 px; without scripts; forms sent empty; the keyboard on staff pages; forced colours, "
    "dark, reduced motion and "
    "print; each page again for each role; long and right-to-left names; empty lists; easy "
    "read; time-outs: "
    "`python3 dev.py test --full`",
)


def lines(reports):
    """The report as lines; none where no page was crawled."""
    found = [
        value
        for one in reports
        if one.when == "call"
        for name, value in one.user_properties
        if name == "examined"
    ]
    if not found:
        return
    roles, looks, names = Counter(), Counter(), set()
    for one in found:
        roles[one.get("role", "")] += one.get("pages", 0)
        looks.update(one["looks"])
        names.update(one.get("names", ()))
    roles.pop("", None)
    yield (
        f"{sum(one.get('looked', 0) for one in found)} pages (shapes of addresses) were "
        "looked at in the browser."
    )
    yield "Pages by role: " + ", ".join(f"{role} {number}" for role, number in roles.items())
    yield (
        "Rules: axe-core's WCAG 2.0, 2.1 and 2.2 A and AA and best practice; "
        "html-validate's recommended ones; our own"
    )
    yield (
        "probes (names, outline, tables, targets, text cut off or overlapping, focus, "
        "order, help, the way out)."
    )
    yield f"{sum(one.get('stops', 0) for one in found)} stops of the keyboard. Looks:"
    yield from (f"  {number:>5}  {state}" for state, number in sorted(looks.items()))
    yield f"Faults: {sum(one['faults'] for one in found)}"
    yield (
        "Allowed: aria-allowed-attr on the Design System's radios with a conditional "
        "answer, and nothing else"
    )
    yield "Not examined:"
    yield from (f"  {one}" for one in (*NOT_EXAMINED, *(() if sample.FULL else ONLY_FULL)))
    if unseen := sorted(every_name() - names):
        yield (
            "  addresses that no link of these roles leads to, or that show no page: "
            f"{', '.join(unseen)}"
        )


def every_name():
    from django.urls import get_resolver

    def walk(resolver, space=""):
        for entry in resolver.url_patterns:
            if hasattr(entry, "url_patterns"):
                yield from (
                    ()
                    if entry.namespace == "admin"
                    else walk(entry, f"{entry.namespace}:" if entry.namespace else "")
                )
            elif entry.name:
                yield f"{space}{entry.name}"

    return set(walk(get_resolver()))
