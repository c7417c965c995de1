"""A line when a part of the suite is done: how many tests, how long they took, how many failed.

A part is a folder of tests (cases, walks, words ...) or a file beside them (crawl, docs ...).
"""

import time
from collections import Counter

import pytest


def part(nodeid: str) -> str:
    """`tests/cases/test_move.py::test_x` is of "cases", `tests/test_crawl.py::test_y` of
    "crawl".
    """
    folder, *rest = nodeid.split("::")[0].removeprefix("tests/").split("/")
    return folder if rest else folder.removeprefix("test_").removesuffix(".py")


class Progress:
    """`write`: a function that prints one line. With several processes, it stands in the one that
    hands out the tests.
    """

    def __init__(self, write):
        self.write, self.began = write, time.monotonic()
        self.tests, self.left, self.seconds, self.failed = (Counter() for _n in range(4))

    def begin(self, ids) -> None:
        """Each worker collects the same tests: the first who says so counts."""
        if not self.tests:
            self.tests = Counter(map(part, ids))
            self.left = Counter(self.tests)

    def pytest_collection_finish(self, session):
        self.begin([item.nodeid for item in session.items])

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node, ids):
        self.begin(ids)

    def pytest_runtest_logreport(self, report):
        name = part(report.nodeid)
        self.seconds[name] += report.duration
        self.failed[name] += report.failed
        if report.failed:
            self.write(f"FAILED {report.nodeid}")
        # xdist reports a test in which a worker died once, with "???".
        if report.when not in ("teardown", "???") or len(self.tests) < 2:
            return
        self.left[name] -= 1
        if not self.left[name]:
            minutes, seconds = divmod(int(time.monotonic() - self.began), 60)
            self.write(
                f"{name} is done at {minutes}:{seconds:02}: {self.tests[name]} tests, "
                f"{self.seconds[name]:.0f} s of work, {self.failed[name]} failed"
            )
