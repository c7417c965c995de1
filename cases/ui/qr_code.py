"""A QR code as inline SVG: black on white, without a style or a script, so that the page's own
rules let it stand.
"""

import segno
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe


def picture(text: str, label: str) -> SafeString:
    """`label` says what it is to those who don't see it; the words it carries stand beside it on
    every page.
    """
    drawn = segno.make(text, error="m", micro=False).svg_inline(
        scale=4, border=4, svgclass=None, lineclass=None, omitsize=True
    )
    return format_html(
        '<div class="app-qr" role="img" aria-label="{}">{}</div>', label, mark_safe(drawn)
    )  # noqa: S308
