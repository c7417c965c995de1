"""Two at once, in real threads with connections of their own. For tests with `transaction=True`."""

import threading
import time
from collections.abc import Callable
from typing import Any

from django.db import connection, connections, transaction


def together(times: int, do: Callable[[], Any]) -> tuple[list, list[Exception]]:
    """Do it so often at the same moment. Returns (results, errors)."""
    return at_once(*[do] * times)


def at_once(*acts: Callable[[], Any]) -> tuple[list, list[Exception]]:
    """Do them all at the same moment. Returns (results, errors)."""
    start, made, wrong = threading.Barrier(len(acts)), [], []

    def one(do):
        try:
            start.wait()
            made.append(do())
        except Exception as problem:  # whatever it was, the test must see it
            wrong.append(problem)
        finally:
            connections.close_all()

    _run([threading.Thread(target=one, args=[do]) for do in acts])
    return made, wrong


def while_held(hold: Callable[[], Any], change: Callable[[], Any], wait: Callable[[], Any]) -> Any:
    """Hold a row, let `wait` run into it, change what is beside it, let go. Returns what `wait`
    made of it, or its error.
    """
    held, found = threading.Event(), []

    def first():
        try:
            with transaction.atomic():
                hold()
                held.set()
                _until_somebody_waits()
                change()
        except Exception as problem:
            found.append(problem)
        finally:
            held.set()
            connections.close_all()

    def second():
        held.wait(10)
        try:
            found.append(wait())
        except Exception as problem:
            found.append(problem)
        finally:
            connections.close_all()

    _run([threading.Thread(target=first), threading.Thread(target=second)])
    assert len(found) == 1, f"whoever held the row failed: {found}"
    return found[0]


def _until_somebody_waits() -> None:
    """PostgreSQL says who waits for a lock; SQLite, where all wait to begin, is given a moment."""
    if connection.vendor != "postgresql":
        time.sleep(0.2)
        return
    waiting = (
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = "
        "ANY(pg_blocking_pids(pid))"
    )
    for _n in range(100):
        with connection.cursor() as cursor:
            cursor.execute(waiting)
            if cursor.fetchone()[0]:
                return
        time.sleep(0.05)
    raise AssertionError("nobody waited for the row")


def _run(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
