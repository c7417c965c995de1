"""Tests of the codebase itself: what keeps it small and honest when nobody is looking."""

import ast
import re
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection, models, transaction

from cases import journey
from cases.journey import hooks
from cases.letters.phrases import OWED
from cases.models import Seat
from tests import both_databases, conftest, progress

ROOT = Path(__file__).resolve().parent.parent
APPS = ("cases", "budgets", "poet")
LAYER = {"cases": 0, "budgets": 1, "poet": 2, "sds": 3}
CASE_MOVE = (
    ROOT / "cases/models/case.py"
)  # `move` imports access inside the function: the one exception


def sources(*folders):
    return [
        p for f in folders for p in sorted((ROOT / f).rglob("*.py")) if "migrations" not in p.parts
    ]


def tracked():
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return [ROOT / line for line in listed.splitlines() if (ROOT / line).is_file()]


def imports(path):
    """(module, inside a function?) of every import of a file, relative ones resolved."""
    tree = ast.parse(path.read_text())
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    inside = {n for f in ast.walk(tree) if isinstance(f, ast.FunctionDef) for n in ast.walk(f)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((a.name, node in inside) for a in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(filter(None, [base, node.module or ""]))
            yield module, node in inside
            yield from ((f"{module}.{a.name}", node in inside) for a in node.names)


@pytest.mark.parametrize("app", APPS)
def test_imports_between_apps_point_one_way(app):
    for path in sources(app):
        for module, _inside in imports(path):
            other = module.split(".")[0]
            if other in LAYER:
                assert LAYER[other] <= LAYER[app], f"{path.relative_to(ROOT)} imports {module}"


def test_inside_cases_models_and_access_import_nothing_above_them():
    above = (
        "actions",
        "views",
        "forms",
        "filters",
        "letters",
        "timings",
        "tasks",
        "sweep",
        "outbox",
    )
    for path in sources("cases/models"):
        for module, inside in imports(path):
            if module.startswith("cases."):
                assert module.split(".")[1] not in above, f"{path.name} imports {module}"
                allowed = inside and path == CASE_MOVE
                assert module != "cases.access" or allowed, f"{path.name} imports access"
    for name in (
        "access.py",
        "journey/replay.py",
        "journey/hooks.py",
        "journey/table.py",
        "ledger.py",
    ):
        for module, _inside in imports(ROOT / "cases" / name):
            if module.startswith("cases."):
                assert module.split(".")[1] not in above, f"{name} imports {module}"


def test_journey_is_data_only():
    for module, _inside in imports(ROOT / "cases/journey/table.py"):
        assert module.split(".")[0] in ("__future__", "dataclasses", "typing", "django", "cases"), (
            module
        )
        assert module.split(".")[0] != "cases" or module.startswith(
            ("cases.journey.codes", "cases.journey.side_clocks")
        ), module
        assert not module.startswith("django") or module.startswith("django.utils.translation"), (
            module
        )


def test_every_guarded_move_has_its_guard_and_no_hook_names_an_unknown_move():
    guarded = {m.name for m in journey.MOVES.values() if m.guarded}
    assert guarded == set(hooks.GUARDS), guarded ^ set(hooks.GUARDS)
    recorded = {
        verb for c in journey.CLOCKS.values() for verb in (*c.starts, *c.ends)
    }  # some are no moves
    assert set(hooks.AFTERS) <= set(journey.MOVES) | recorded | set(OWED)
    assert set(hooks.TOLD) <= set(journey.MOVES) | set(OWED)
    assert set(hooks.TURNS) <= set(journey.STEPS)


def test_a_step_is_written_only_by_move():
    for path in sources(*APPS):
        text = path.read_text()
        if path.parent == ROOT / "cases/models":
            continue
        assert not re.search(r"\.update\([^)]*\b(step|turn)=", text), path
        assert not re.search(r"\bcase\.(step|turn|due_at) *= ", text), path


def test_every_move_has_an_address_and_the_page_says_its_name():
    from django.urls import reverse

    for move in journey.MOVES.values():
        kwargs = {"ref": "AB34CD"} | ({"move": move.name} if move.page == "cases:act" else {})
        assert reverse(move.page, kwargs=kwargs).startswith("/cases/AB34CD/"), move.name


def test_no_binary_float_stands_near_money():
    for path in sources("budgets"):
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), (
                f"{path}:{node.lineno}"
            )
            assert not (isinstance(node, ast.Name) and node.id == "float"), f"{path}:{node.lineno}"
    for model in apps.get_app_config("budgets").get_models():
        for field in model._meta.get_fields():
            assert not isinstance(field, models.FloatField), field


def test_files_and_functions_stay_small_and_modules_say_what_they_are():
    for path in sources(*APPS, "sds"):
        text = path.read_text()
        if text.strip() and path.name != "__init__.py":
            assert ast.get_docstring(ast.parse(text)), (
                f"{path.relative_to(ROOT)} says nothing of itself"
            )
    for path in (ROOT / "templates").rglob("*.html"):
        assert len(path.read_text().splitlines()) <= 120, f"{path.relative_to(ROOT)} is long"


def test_every_template_is_used():
    named = "\n".join(
        p.read_text() for p in [*sources(*APPS, "sds"), *(ROOT / "templates").rglob("*.html")]
    )
    libraries = (
        "account/",
        "allauth/",
        "govuk/",
        "letters/",
        "messages/",
        "admin/",
        "django/",
        "django_filters/",
        "mfa/",
    )
    for path in (ROOT / "templates").rglob("*.*"):
        name = str(path.relative_to(ROOT / "templates"))
        if name.startswith(libraries) or name in (
            "400.html",
            "403.html",
            "404.html",
            "409.html",
            "429.html",
            "500.html",
            "503.html",
        ):
            continue
        assert name in named, f"{name} is used nowhere"


def test_login_is_the_default_and_each_exception_says_why():
    for path in sources(*APPS):
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                names = {ast.unparse(d) for d in node.decorator_list}
                if "login_not_required" in names:
                    assert ast.get_docstring(node), (
                        f"{path.name}: {node.name} is open to all and doesn't say why"
                    )


def test_every_view_of_a_record_fetches_and_authorises_first():
    """A view that takes `ref` begins with get_case, or hands on to one that does."""
    for path in sources("cases/views", "budgets/views", "poet"):
        if "views" not in str(path):
            continue
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and [a.arg for a in node.args.args][:2] == [
                "request",
                "ref",
            ]:
                body = [
                    s
                    for s in node.body
                    if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))
                ]
                assert "get_case(" in ast.unparse(body[0]) or "request, ref" in ast.unparse(
                    body[0]
                ), f"{path.relative_to(ROOT)}: {node.name} does not begin with get_case"


def test_a_lock_is_of_one_table_and_what_is_beside_it_is_read_afterwards():
    """PostgreSQL gives whoever has waited for a row its newest version, but beside it what it had
    joined before the wait: a case that has come meanwhile is None there. `Case._locked` alone does,
    and reads again when somebody was there. `tests/conftest.py` looks at what is asked while the
    tests run.
    """
    found = set()
    for path in sources(*APPS, "sds"):
        for node in ast.walk(ast.parse(path.read_text())):
            called = {part.func.attr: part for part in _chain(node)}
            if "select_for_update" in called:
                beside = called.keys() & {"select_related", "annotate", "alias", "union"}
                of = [word for word in called["select_for_update"].keywords if word.arg == "of"]
                found |= {path} if beside or of else set()
    assert found <= {CASE_MOVE}, f"a lock over a join: {found - {CASE_MOVE}}"
    assert CASE_MOVE.read_text().count("select_for_update(of=") == 1


def _chain(node):
    """The calls of an expression like `a.b().c()`, the last one first."""
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        yield node
        node = node.func.value


def test_the_tests_themselves_refuse_a_lock_over_a_join(db):
    with transaction.atomic(), pytest.raises(AssertionError, match="locks over a join"):
        Seat.objects.select_for_update().filter(user__name="Worker").first()
    with transaction.atomic():
        Seat.objects.select_for_update().filter(user_id=1).order_by("pk").first()


def test_migrations_are_complete(db):
    from io import StringIO

    from django.core.management import call_command

    call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())


def test_no_model_is_deleted_in_a_cascade():
    """Records are blanked or disposed of, never swept away with something else."""
    for app in APPS:
        for model in apps.get_app_config(app).get_models():
            for field in model._meta.get_fields():
                if (
                    isinstance(field, models.ForeignKey | models.OneToOneField)
                    and field.model is model
                ):
                    assert field.remote_field.on_delete is not models.CASCADE, field


def test_each_test_file_says_whether_it_runs_on_the_second_database():
    named = both_databases.files(both_databases.BOTH) + both_databases.files(both_databases.ONCE)
    there = [str(path.relative_to(ROOT)) for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted(named) == sorted(there)


def test_the_second_database_runs_the_files_of_its_list_and_says_what_it_leaves_out():

    class Asked:
        rootpath, told = ROOT, []
        hook = SimpleNamespace(pytest_deselected=lambda items: Asked.told.extend(items))

        @staticmethod
        def getoption(name):
            return name == "--second-database"

    def item(name, **marks):
        return SimpleNamespace(path=ROOT / name, get_closest_marker=marks.get)

    kept, once = item("tests/cases/test_locks.py"), item("tests/test_dev.py")
    marked = item("tests/test_crawl.py", sqlite_only=True)
    items = [kept, once, marked]
    conftest.pytest_collection_modifyitems(Asked, items)
    assert items == [kept] and Asked.told == [once, marked]
    said = "\n".join(conftest.pytest_report_header(Asked))
    assert "run once, on SQLite, and not here: 4 files: the repository, its commands" in said


def test_a_part_that_is_done_is_said_with_its_tests_seconds_and_failures():
    lines = []
    shown = progress.Progress(lines.append)
    shown.begin(
        ["tests/cases/test_a.py::one", "tests/cases/test_b.py::two", "tests/test_docs.py::x"]
    )
    shown.begin(["tests/cases/test_a.py::one"])  # the second worker's

    def report(nodeid, when="teardown", failed=False):
        shown.pytest_runtest_logreport(
            SimpleNamespace(nodeid=nodeid, when=when, failed=failed, duration=2.0)
        )

    report("tests/cases/test_a.py::one", "call", failed=True)
    report("tests/cases/test_a.py::one")
    assert lines == []
    report("tests/cases/test_b.py::two")
    report("tests/test_docs.py::x")
    assert lines == [
        "cases is done at 0:00: 2 tests, 6 s of work, 1 failed",
        "docs is done at 0:00: 1 tests, 2 s of work, 0 failed",
    ]


def test_both_databases_are_meant(db):
    assert connection.vendor in ("sqlite", "postgresql")


def test_every_dependency_says_why_it_is_there():
    inside = False
    for line in (ROOT / "pyproject.toml").read_text().splitlines():
        if line.startswith(("dependencies = [", "test = [")):
            inside = True
        elif line.startswith("]"):
            inside = False
        elif inside and line.strip():
            assert "#" in line and len(line.split("#", 1)[1].strip()) > 10, line


def test_an_unknown_template_variable_is_a_failure(db):
    from django.template.loader import render_to_string

    with pytest.raises(AssertionError, match="nobody passed"):
        render_to_string("cases/sent.html", {})
