"""What every page needs to know: whose site this is, who is signed in, where they can go.

Here: one context processor. Not here: who may see what (access.py); a link in the navigation grants
nothing.
"""

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.ui import easy_read
from cases.views import menu

BRAND = gettext_lazy("Self-directed support")
COLOUR = "#1d5b6f"
FEW = 4  # councils whose numbers fit at the foot of a page


def page(request) -> dict:
    """Worked out once a request, however many templates are rendered in it."""
    if not hasattr(request, "_page"):
        # reads models, which must be ready first
        from cases.council import contact_details  # noqa: PLC0415

        user = getattr(request, "user", None)
        seats = current_seats(user)
        council = which_council(request, user, seats)
        here = [seat for seat in seats if council and seat.council_id == council.pk]
        colour = getattr(council, "colour", "") or COLOUR
        others = [] if council else few_councils()
        found = contact_details.contact_for(council, others)
        request._page = {
            "council": council,
            "others": [contact_details.contact_for(one) for one in others],
            "reach": found,
            "brand": getattr(council, "name", "") or BRAND,
            "start": reverse("cases:council", args=[council.slug]) if council else "/",
            "colour": colour,
            "ink": ink(colour),
            "nav": navigation(request, user, seats),
            "footer_links": footer_links(council),
            "seats": list(
                {seat.role: seat for seat in here}.values()
            ),  # a role once, however many teams
            "elsewhere": len({seat.council_id for seat in seats}) > 1
            and address("cases:choose_council"),
            "mode": settings.MODE,
            "unfinished": unfinished(council, here),
            **alarms(user, council, here),
            "easy_read": easy_read.easy_read_context(request, found.facts),
        }
    return request._page


def alarms(user, council, here) -> dict:
    """Are reminders and messages at a standstill, for those who can have it put right; and does
    somebody have to be rung? For colleagues alone.
    """
    if not here or council is None:
        return {"stopped": False, "danger": None}
    from cases.danger import phrases  # noqa: PLC0415  (as below)
    from cases.reminders import health  # noqa: PLC0415  (as below)

    stopped, in_danger = health.standing(council, timezone.now())
    tell = any(seat.role in DECIDING | {"admin"} for seat in here)
    return {
        "stopped": stopped and tell,
        "danger": phrases.banner(user, council) if in_danger else None,
    }


def unfinished(council, here) -> int:
    """How many things are missing in the council's set-up. Told to its administrators, who can mend
    them.
    """
    if not any(seat.role == "admin" for seat in here):
        return 0
    from cases.council import set_up  # noqa: PLC0415  (as above)

    return len(set_up.missing(council))


def current_seats(user) -> list:
    if not getattr(user, "is_authenticated", False):
        return []
    # access imports models, which must be ready first
    from cases.access import seats_of  # noqa: PLC0415

    return list(seats_of(user))


def which_council(request, user, seats):
    """The view's choice, where a colleague works now, the address's, a resident's own, or the only
    one.
    """
    if getattr(request, "council", None):
        return request.council
    from cases.access import council_of  # noqa: PLC0415  (as above)
    from cases.models import Council  # noqa: PLC0415

    if seats:
        return council_of(user, request)
    match = getattr(request, "resolver_match", None)
    slug = match and match.kwargs.get("council")
    theirs = Council.objects.all()
    if slug:
        theirs = theirs.filter(slug=slug)
    elif getattr(user, "is_authenticated", False):
        theirs = theirs.filter(people__representations__user=user).distinct()
    found = list(theirs[:2])
    return found[0] if len(found) == 1 else None


def few_councils() -> list:
    """Where nobody can tell yet which council it is: those with a telephone, if they are few enough
    to choose from.
    """
    from cases.models import Council  # noqa: PLC0415  (as above)

    found = list(Council.objects.exclude(help_phone="").order_by("name")[: FEW + 1])
    return found if len(found) <= FEW else []


DECIDING = {"manager", "service_manager"}
FOOTER = [
    (gettext_lazy("How the money is worked out"), "budgets:schemes"),
    (gettext_lazy("Accessibility statement"), "cases:accessibility"),
    (gettext_lazy("Privacy"), "cases:privacy"),
    (gettext_lazy("You said, we did"), "poet:you_said"),
]


def navigation(request, user, seats) -> list[tuple[str, str, bool]]:
    """(words, address, whether we are there). Staff see their lists, everybody else their own
    support.
    """
    signed_in = getattr(user, "is_authenticated", False)
    roles = {seat.role for seat in seats}
    wanted = menu.places(roles)
    if signed_in and not seats:
        wanted.append((_("Your support"), "cases:home"))
    if signed_in and user.is_staff:
        wanted.append((_("Set-up"), "admin:index"))
    found = [(words, address(name)) for words, name in wanted]
    return [(words, href, request.path == href) for words, href in found if href]


def footer_links(council) -> list[tuple[str, str]]:
    slug = getattr(council, "slug", None)
    found = [
        (str(words), address(name) or (address(name, slug) if slug else ""))
        for words, name in FOOTER
    ]
    # AGPL section 13: who uses the service over a network may have its source
    found.append((_("Source code"), settings.SOURCE_URL))
    return [(words, href) for words, href in found if href]


def address(name, *args) -> str | None:
    """The page's address, or None while nobody has written it."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return None


def ink(colour: str) -> str:
    """Black or white, whichever reads better on `colour` (#rgb or #rrggbb). WCAG 2.2, relative
    luminance.
    """
    digits = colour.lstrip("#")
    digits = "".join(d * 2 for d in digits) if len(digits) == 3 else digits
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "#ffffff" if 1.05 / (light + 0.05) >= (light + 0.05) / 0.05 else "#0b0c0c"
