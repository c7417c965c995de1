"""Tests of the codebase itself: what keeps it small and honest when nobody is looking."""

import ast
import re
import subprocess
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from importlinter.cli import lint_imports

from cases import journey
from cases.journey import hooks
from cases.letters.phrases import OWED
from cases.models import Seat
from tests import both_databases, conftest, progress, sample

ROOT = Path(__file__).resolve().parent.parent
APPS = ("cases", "budgets", "poet")
CASE_MOVE = ROOT / "cases/models/case.py"


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
    """Every module and name that a file imports, with the module before it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{name.name}" for name in node.names)


def test_the_contracts_between_apps_and_rooms_are_kept(monkeypatch, capsys):
    """Who may import whom stands in pyproject.toml, under `tool.importlinter`."""
    monkeypatch.chdir(ROOT)
    assert lint_imports(no_cache=True, no_logo=True) == 0, capsys.readouterr().out


@pytest.mark.parametrize(
    "name",
    [
        "cases/journey/table.py",
        "cases/journey/codes.py",
        "cases/journey/side_clocks.py",
        *(f"budgets/allocation/{name}.py" for name in "allocator answers methods".split()),
    ],
)
def test_data_and_sums_take_nothing_of_the_framework_but_translation(name):
    used = {module for module in imports(ROOT / name) if module.startswith("django")}
    assert {module.rpartition(".")[0] or module for module in used} <= {
        "django.utils",
        "django.utils.translation",
    }, used


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


LONGEST = 40  # lines of a function, its docstring aside


def lines_of(function):
    """How many lines a function has without its docstring; those of a function inside it count."""
    first = function.body[0]
    said = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    docstring = first.end_lineno - first.lineno + 1 if said else 0
    return function.end_lineno - function.lineno + 1 - docstring


def test_no_function_is_long():
    long = {
        f"{path.relative_to(ROOT)}: {node.name} has {lines_of(node)} lines"
        for path in [*sources(*APPS, "sds", "bench"), ROOT / "dev.py"]
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and lines_of(node) > LONGEST
    }
    assert not long, "\n".join(sorted(long))


def test_the_lines_of_a_function_are_counted_without_its_docstring():
    source = 'def f():\n    """One\n    two."""\n    return {\n        1: 2,\n    }\n'
    assert lines_of(ast.parse(source).body[0]) == 4


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


# Variables that hold something else as well as the model of that name.
OTHER_THINGS = {"draft", "clock", "letter", "asked"}


def _models_by_name():
    """`plan_line` -> PlanLine: what a variable of this name holds."""
    models_ = [m for app in APPS for m in apps.get_app_config(app).get_models()]
    named = {re.sub(r"(?<!^)(?=[A-Z])", "_", m.__name__).lower(): m for m in models_}
    return {name: model for name, model in named.items() if name not in OTHER_THINGS}


def _belongs(model, name):
    return hasattr(model, name) or name in {f.name for f in model._meta.get_fields()}


def test_nothing_is_hung_on_a_row():
    """A row has its columns and what its class declares. Who reads it, or what a page has found out
    about it, is handed on beside it (`access.Reading`): a reader and a type checker can see that.
    """
    named = _models_by_name()
    found, looked = [], 0
    for path in sources(*APPS, "sds"):
        for node in ast.walk(ast.parse(path.read_text())):
            hung = []
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                hung = [(node.value, node.attr)]
            elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("setattr", "getattr"):
                name = node.args[1]  # a name that is worked out is not known here
                hung = [(node.args[0], name.value)] if isinstance(name, ast.Constant) else []
            for holder, name in hung:
                model = named.get(ast.unparse(holder).rpartition(".")[2])
                looked += model is not None
                if model and not _belongs(model, name):
                    found.append(f"{path.relative_to(ROOT)}:{node.lineno}: {ast.unparse(node)}")
    assert looked > 20 and not found, found


def test_templates_read_of_a_case_only_what_a_case_has():
    case = _models_by_name()["case"]
    for path in (ROOT / "templates").rglob("*.*"):
        tags = " ".join(re.findall(r"{[{%].*?[%}]}", path.read_text(), re.S))
        for name in re.findall(r"(?<![\w.])case\.(\w+)", tags):
            assert _belongs(case, name), f"{path.relative_to(ROOT)} reads case.{name}"


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


def test_a_lock_of_a_council_leaves_room_for_rows_that_name_it():
    """Every new row of a case names its council, and PostgreSQL then takes a share of the council's
    key: a whole lock of it would wait for the case and the case for it.
    """
    for path in sources(*APPS, "sds"):
        locks = re.findall(
            r"Council\.objects(?:\s*\.\w+\([^()]*\))*?\s*\.select_for_update\(([^)]*)\)",
            path.read_text(),
        )
        assert set(locks) <= {"no_key=True"}, path


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


def test_what_takes_turns_on_the_second_database_is_one_of_both_and_has_no_turns_of_its_own():
    """Turns within turns could leave a part out for ever."""
    taking = both_databases.files(both_databases.IN_TURNS)
    assert len(taking) == len(set(taking)) == len(both_databases.places(both_databases.IN_TURNS))
    assert set(taking) <= set(both_databases.files(both_databases.BOTH))
    own = re.compile(r"in_turns\(|its_turn\(|crossed\(|sample\.turns\(")
    assert not [name for name in taking if own.search((ROOT / name).read_text())]


def test_the_second_database_runs_the_files_of_its_list_and_says_what_it_leaves_out():

    class Asked:
        rootpath, told = ROOT, []
        hook = SimpleNamespace(pytest_deselected=lambda items: Asked.told.extend(items))

        @staticmethod
        def getoption(name):
            return name == "--second-database"

    def item(name, **marks):
        own = []
        return SimpleNamespace(
            path=ROOT / name,
            get_closest_marker=marks.get,
            nodeid=name,
            marks=own,
            add_marker=own.append,
        )

    kept, once = item("tests/cases/test_locks.py"), item("tests/test_dev.py")
    marked = item("tests/test_crawl.py", sqlite_only=True)
    turns = [item(name) for name in both_databases.files(both_databases.IN_TURNS)]
    items = [kept, once, marked, *turns]
    conftest.pytest_collection_modifyitems(Asked, items)
    assert items == [kept, *turns] and Asked.told == [once, marked]
    left = [one for one in turns if one.marks]
    assert all(one.marks[0].kwargs["reason"] == sample.WHY for one in left) and not kept.marks
    # each list is taken by itself: of so many a fourth runs, whoever's turn it is
    assert sample.FULL or len(turns) / 5 < len(turns) - len(left) < len(turns) / 3
    said = "\n".join(conftest.pytest_report_header(Asked))
    (files,) = (names for why, names in both_databases.ONCE.items() if why.startswith("the repos"))
    left_out = f"{len(files.split())} files: the repository, its commands"
    assert f"run once, on SQLite, and not here: {left_out}" in said


def test_a_sample_holds_each_kind_and_over_its_turns_the_whole():
    steps, roles = "abcdefgh", range(14)
    for each in (1, 2):
        turns = [sample.crossed(steps, roles, each, turn) for turn in range(len(steps))]
        for found in turns:
            assert {step for step, _role in found} == set(steps)
            assert Counter(role for _step, role in found) == dict.fromkeys(roles, each)
        assert set.union(*turns) == {(step, role) for step in steps for role in roles}
    with pytest.raises(AssertionError, match="each kind once"):
        sample.crossed(steps, range(3), 2)
    if not sample.FULL:
        taken = [[turn for turn in range(6) if sample.its_turn(at, 6, turn)] for at in range(50)]
        assert all(len(turns) == 1 for turns in taken)


def test_what_a_sample_leaves_out_is_said_once():
    def report(when, **properties):
        return SimpleNamespace(when=when, user_properties=list(properties.items()))

    left = {"left out": "killed at 9 of 50 pages"}
    reports = [report("setup", **left), report("call", **left), report("call", **left)]
    assert sample.lines([*reports, report("call", examined={})]) == ["killed at 9 of 50 pages"]


def test_what_is_long_and_what_belongs_together_is_there():
    missing = [name for name in conftest.LONG | conftest.TOGETHER if not (ROOT / name).is_file()]
    assert not missing
    shared = {
        file.relative_to(ROOT).as_posix()
        for file in (ROOT / "tests").rglob("test_*.py")
        if 'fixture(scope="module")' in file.read_text() and file.parent.name != "stories"
    }
    assert shared - {"tests/test_conventions.py"} == conftest.TOGETHER, "else prepared twice"


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
    assert lines == ["FAILED tests/cases/test_a.py::one"]  # at once
    report("tests/cases/test_b.py::two")
    report("tests/test_docs.py::x", "???", failed=True)  # a worker died in it
    assert lines[1:] == [
        "cases is done at 0:00: 2 tests, 6 s of work, 1 failed",
        "FAILED tests/test_docs.py::x",
        "docs is done at 0:00: 1 tests, 2 s of work, 1 failed",
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
