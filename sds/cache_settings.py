"""Which caches there are. "default" holds the limits of the sign-in library, which knows no other
name; "figures" what takes long to count. The one never pushes out the other. Sessions and our own
limits are rows of the database.

Not here: what happens when one fails (cases/common/caches.py).
"""

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured


def table(name: str, most: int) -> dict:
    return {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": name,
        "OPTIONS": {"MAX_ENTRIES": most},
    }


LIMITS, FIGURES = table("limit_entries", 100_000), table("cache_entries", 10_000)


def in_tables() -> dict:
    """For the demonstration and for tests."""
    return {"default": LIMITS, "figures": FIGURES}


def in_redis(url: str, broker: str) -> dict:
    """For production: a Redis of its own, which may throw away what is old, as the one of the queue
    may not.
    """
    if not url.startswith(("redis://", "rediss://")):
        raise ImproperlyConfigured("CACHE_URL must name a Redis in production: redis://...")
    if urlsplit(url).netloc == urlsplit(broker).netloc:
        raise ImproperlyConfigured(
            "CACHE_URL must name another Redis than CELERY_BROKER_URL: that one must lose nothing."
        )
    redis = {"BACKEND": "cases.common.caches.Redis", "LOCATION": url}
    return {
        "default": redis | {"OPTIONS": {"otherwise": "limit_rows"}},
        "figures": redis | {"KEY_PREFIX": "figures", "OPTIONS": {"otherwise": "figure_rows"}},
        "limit_rows": LIMITS,
        "figure_rows": FIGURES,
    }
