"""A cache that may fail: whatever goes wrong with Redis is a miss, and no page or sign-in waits for
it.

`Redis` is Django's own backend with that one difference. Meanwhile another cache stands in, a
table: limits go on, and a large council is not counted anew for each reader. Once it has failed it
is left alone for some seconds, by all threads and caches of the process, so that a frozen one costs
one short time-out and not one for each thing that is read. Not here: which caches there are
(sds/cache_settings.py).
"""

from __future__ import annotations

import logging
import time
from typing import Any

from django.core.cache import caches
from django.core.cache.backends.redis import RedisCache
from django.utils.connection import ConnectionProxy
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

log = logging.getLogger(__name__)
WAITS = 0.25  # seconds for an answer, and as many for a connection
RESTS = 10  # seconds in which a Redis that failed is not asked
# What takes long to count. Django's `cache` is for limits alone.
figures = ConnectionProxy(caches, "figures")

_resting: dict[str, float] = {}  # by server: until when, on the clock of time.monotonic


class Redis(RedisCache):
    """OPTIONS: `otherwise`, the alias of the cache that stands in."""

    def __init__(self, server, params):
        options = dict(params.get("OPTIONS", {}))
        self._otherwise = options.pop("otherwise")
        once = {
            "socket_timeout": WAITS,
            "socket_connect_timeout": WAITS,
            "retry": Retry(NoBackoff(), 0),
        }
        super().__init__(server, params | {"OPTIONS": once | options})
        self._name = str(server)

    def works(self) -> bool:
        """May it be asked? After a rest one thread tries, by writing: one that is full can still be
        read.
        """
        until = _resting.get(self._name)
        if until is None:
            return True
        if time.monotonic() < until:
            return False
        self._rest()
        try:
            self._cache.set("works", 1, 1)
        except (RedisError, OSError):
            return False
        _resting.pop(self._name, None)
        return True

    def _rest(self) -> None:
        _resting[self._name] = time.monotonic() + RESTS

    def _ask(self, method: str, *args, **kwargs) -> Any:
        if self.works():
            try:
                return getattr(super(), method)(*args, **kwargs)
            except (RedisError, OSError) as error:
                log.warning(
                    "The cache failed (%s) and is left alone for %s seconds",
                    type(error).__name__,
                    RESTS,
                )
                self._rest()
        return getattr(caches[self._otherwise], method)(*args, **kwargs)


def _guarded(method: str):
    def guarded(self, *args, **kwargs):
        return self._ask(method, *args, **kwargs)

    return guarded


for _method in "add get set touch delete get_many has_key incr set_many delete_many clear".split():
    setattr(Redis, _method, _guarded(_method))
