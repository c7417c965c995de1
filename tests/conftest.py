"""Fixtures for all tests: the cast, cases walked to a step by real moves, and flushing with the
triggers down.
"""

import gc
import sys
from collections import Counter
from pathlib import Path

import pytest
from django.db import connection
from django.db.models.sql.compiler import SQLCompiler
from django.test import TransactionTestCase
from hypothesis import settings as hypothesis_settings

from cases import ledger
from cases.models import Council
from tests import both_databases, examined, kept_walks, progress, sample, template_database
from tests.cast import Cast

TOGETHER = {
    "tests/words/test_reading.py",
    "tests/test_changed.py",
    "tests/budgets/test_entitlement_oracle.py",
    "tests/poet/test_demo.py",
    "tests/test_upgrade.py",
}
LONG = {
    "tests/test_upgrade.py",
    "tests/words/test_every_string.py",
    "tests/budgets/test_entitlement_lives.py",
    "tests/words/test_odd_words.py",
    "tests/walks/test_bad_input.py",
    "tests/walks/test_record_forms.py",
    "tests/walks/test_asked_once.py",
    "tests/cases/test_kill.py",
    "tests/cases/test_outage_for_real.py",
    "tests/test_dev.py",
}
OURS = str(Path(__file__).resolve().parent.parent / "templates")


class UnknownVariable(str):
    """In our own templates a variable that nobody passed is a mistake, not an empty string."""

    def __contains__(self, item):
        return item == "%s"

    def __mod__(self, name):
        context = sys._getframe(1).f_locals.get("context")
        template = getattr(context, "template", None)
        origin = getattr(getattr(template, "origin", None), "name", "") or ""
        if str(origin).startswith(OURS):
            raise AssertionError(f"{origin}: nobody passed {name}")
        return ""


def pytest_addoption(parser):
    parser.addoption(
        "--second-database",
        action="store_true",
        help="only what runs on both databases (tests/both_databases.py)",
    )


def pytest_configure(config):
    from django.conf import settings

    config.addinivalue_line(
        "markers", "sqlite_only: not with --second-database; says why beside it"
    )
    config.addinivalue_line(
        "markers", "in_turns(n): with --second-database one of n of its parameters, all on SQLite"
    )

    settings.TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = UnknownVariable("unknown")
    # Each test client makes its own chain of middlewares, which would read all static files anew.
    settings.WHITENOISE_AUTOREFRESH = True
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(progress.Progress(said(config)), "progress")


def said(config):
    """A function that writes a line of its own among pytest's dots."""

    def write(line):
        terminal = config.pluginmanager.get_plugin("terminalreporter")
        terminal.write_line("")  # an end to the line of dots
        terminal.write_line(line)

    return write


def pytest_collection_finish(session):
    """What was imported and collected stays until the end: not to be looked through for garbage
    again and again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """The stories run in one process, because they share a stack, and so do the tests of a file
    that prepare something dear together; everything else goes where there is room. What belongs
    together begins, what is long alone follows (`LONG`), so that both workers end together.

    xdist's own groups do nothing under pytest 9: it can no longer rename a test.
    """
    from xdist.scheduler import LoadScopeScheduling

    class Together(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            file = nodeid.split("::")[0]
            if file.startswith("tests/stories/"):
                return "stories"
            return file if file in TOGETHER else nodeid

    return Together(config, log)


def pytest_collection_modifyitems(config, items):
    """The longest first. On the second database, leave out what both_databases lists as run once,
    and take the parameters of some tests in turns.
    """
    long = {config.rootpath / name for name in LONG}
    items.sort(key=lambda one: one.path not in long)
    if not config.getoption("--second-database"):
        return
    once = {str(config.rootpath / name) for name in both_databases.files(both_databases.ONCE)}
    here, left = [], []
    for one in items:
        run_once = str(one.path) in once or one.get_closest_marker("sqlite_only")
        (left if run_once else here).append(one)
    items[:] = here
    config.hook.pytest_deselected(items=left)
    places, turns_of = Counter(), both_databases.places(both_databases.IN_TURNS)
    for one in here:
        place = turns_of.get(one.path.relative_to(config.rootpath).as_posix())
        if place is not None and not sample.its_turn(place, both_databases.EVERY):
            one.add_marker(pytest.mark.skip(reason=sample.WHY))
        if turns := one.get_closest_marker("in_turns"):
            test = one.nodeid.split("[")[0]
            if not sample.its_turn(places[test], *turns.args):
                one.add_marker(pytest.mark.skip(reason=sample.WHY))
            places[test] += 1


def pytest_report_header(config):
    if config.getoption("--second-database"):
        yield from (
            (
                f"run once, on SQLite, and not here: {len(names.split())} files: "
                f"{' '.join(why.split())}"
            )
            for why, names in both_databases.ONCE.items()
        )
        if not sample.FULL:
            for why, names in both_databases.IN_TURNS.items():
                yield (
                    f"one in {both_databases.EVERY} here, in turns: {len(names.split())} files: "
                    f"{' '.join(why.split())}"
                )


def pytest_terminal_summary(terminalreporter):
    """What the crawl of all pages has examined, and what it and every other sample has not: nothing
    is left out in silence.
    """
    reports = [
        one for all_ in terminalreporter.stats.values() for one in all_ if hasattr(one, "when")
    ]
    for title, found in (
        ("accessibility: what was examined", list(examined.lines(reports))),
        ("samples: what tests have left out inside themselves (--full)", sample.lines(reports)),
    ):
        if found:
            terminalreporter.section(title)
            terminalreporter.write("\n".join(found) + "\n")


hypothesis_settings.register_profile("suite", deadline=None, max_examples=60, print_blob=True)
hypothesis_settings.load_profile("suite")


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_modify_db_settings, django_db_blocker):
    """pytest-django would run the migrations again for each worker."""
    with django_db_blocker.unblock(), template_database.copied(connection):
        yield


@pytest.fixture(autouse=True, scope="session")
def _flush_with_triggers_down():
    """A test database is flushed by deleting rows, which the append-only triggers refuse."""
    original = TransactionTestCase._fixture_teardown

    def teardown(self):
        ledger.disarm(connection)
        try:
            original(self)
        finally:
            ledger.arm(connection)

    TransactionTestCase._fixture_teardown = teardown
    yield
    TransactionTestCase._fixture_teardown = original


@pytest.fixture(autouse=True, scope="session")
def _no_lock_over_a_join():
    """Whatever a test runs into, on either database: a row is locked by itself and read with others
    afterwards.

    But for `Case._locked`, which reads again when somebody was there before it.
    """
    original = SQLCompiler.as_sql

    def as_sql(self, *args, **kwargs):
        made = original(self, *args, **kwargs)
        if (
            self.query.select_for_update and "own_target" not in self.query.annotations
        ):  # Case._locked
            tables = [table for table, uses in self.query.alias_refcount.items() if uses]
            assert len(tables) < 2, f"locks over a join of {tables}"
        return made

    SQLCompiler.as_sql = as_sql
    yield
    SQLCompiler.as_sql = original


@pytest.fixture(autouse=True)
def _kept_walks(request, monkeypatch):
    """Walks are written again in the tests whose own transaction is undone afterwards, until the
    test changes how a walk would go, and not where it may look at what one does beside writing.
    """
    taken = set(request.fixturenames)
    looks = {"transactional_db", "mailoutbox", "django_capture_on_commit_callbacks"}
    if "db" in taken and not taken & looks:
        changes = [monkeypatch._setattr, monkeypatch._setitem]
        if "settings" in taken:
            changes.append(request.getfixturevalue("settings")._to_restore)
        request.getfixturevalue("db")
        if connection.in_atomic_block and not Council.objects.exists():
            kept_walks.begin(lambda: any(changes))
    yield
    kept_walks.end()


@pytest.fixture
def cast(db):
    """The standing cast, named by role, one of whom must never get in."""
    return kept_walks.again(("cast",), Cast.make)


@pytest.fixture
def a_case(cast):
    """`a_case(at="sign_off")`: a case of the cast's person, walked there by real moves."""
    return cast.a_case


@pytest.fixture
def as_(client):
    """`as_(user)`: a test client signed in as somebody of the cast."""
    from django.test import Client

    def sign_in(user):
        other = Client()
        if user is not None:
            other.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return other

    return sign_in
