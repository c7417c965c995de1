"""Where our own pages are."""

from functools import cache

from django.urls import reverse


@cache
def address(name: str, *args: str) -> str:
    """Where one of our pages is: asked for hundreds of times a page, and always the same."""
    return reverse(f"poet:{name}", args=args)
