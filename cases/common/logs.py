"""Logs as data, without personal data: a path never carries a query string, and no free value of a
request is kept.
"""

import re
from collections.abc import MutableMapping
from typing import Any

KEPT = {
    "event",
    "level",
    "timestamp",
    "request_id",
    "user_id",
    "code",
    "request",
    "task",
    "task_id",
    "logger",
    "job",
    "count",
    "seconds",
    "exception",
    "parent_task_id",
}


def redact(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> dict[str, Any]:
    """A structlog processor: only known keys, and of the request only method and path without the
    survey's token.
    """
    kept = {k: v for k, v in event.items() if k in KEPT}
    if "request" in kept:
        path = str(kept["request"]).split("?", 1)[0]
        kept["request"] = (
            re.sub(r"/survey/[^/ ]+", "/survey/-", path).replace("\n", " ").replace("\r", " ")
        )
    return kept
