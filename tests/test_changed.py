"""What `dev.py test --changed` chooses: in a small made-up tree, and in this one."""

import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest

import dev
from tests import changed

TREE = {
    "cases/__init__.py": "",
    "cases/apps.py": 'JOINING = (\n    "cases.rules",\n)\n',
    "cases/models/__init__.py": "",
    "cases/rules.py": "def guard():\n    from cases.days import DAY\n    return DAY\n",
    "cases/days.py": '"""Not an import: "cases.lonely"."""\nDAY = 1\n',
    "cases/lonely.py": "",
    "cases/urls.py": """
from django.urls import path
from cases.views import letter, plan
urlpatterns = [
    path("cases/<str:ref>/letter/<int:seq>/", letter.show, name="letter"),
    path("cases/<str:ref>/plan/", plan.show, name="plan"),
]
""",
    "cases/views/__init__.py": "",
    "cases/views/letter.py": 'PAGE = "cases/letter.html"\n',
    "cases/views/plan.py": "",
    "cases/middleware.py": "",
    "cases/tasks.py": "",
    "cases/management/commands/sweep.py": "",
    "cases/templatetags/marks.py": "",
    "sds/__init__.py": "from sds import celery\n",
    "sds/celery.py": 'NAMES = "sds.settings"\n',
    "sds/urls.py": 'TAKEN_IN = "cases.urls"\n',
    "sds/settings.py": """
MIDDLEWARE = ["cases.middleware.headers"]
ROOT_URLCONF = "sds.urls"
CELERY_BEAT = {"task": "cases.tasks.sweep"}
""",
    "templates/base.html": "{% load i18n marks %}",
    "templates/cases/letter.html": '{% extends "base.html" %}',
    "templates/cases/by_code.html": "",
    "tests/__init__.py": "",
    "tests/cast.py": "from cases import models\n",
    "tests/conftest.py": """
import pytest
from cases import lonely
from tests import cast as people
@pytest.fixture
def cast():
    return people
@pytest.fixture
def a_case(cast):
    return cast
@pytest.fixture(autouse=True)
def _lonely():
    return lonely
""",
    "tests/test_conventions.py": "",
    "tests/test_docs.py": "",
    "tests/test_crawl.py": "",
    "tests/walks/test_roles.py": "def test_it(stack):\n    pass\n",
    "tests/walks/conftest.py": """
import pytest
from tests.walks import doing
@pytest.fixture
def stack():
    return doing.start()
""",
    "tests/walks/doing.py": "",
    "tests/test_days.py": "import cases.days\n",
    "tests/test_moves.py": "def test_it(a_case):\n    pass\n",
    "tests/test_letter.py": 'def test_it(get, ref):\n    get(f"/cases/{ref}/letter/7/")\n',
    "tests/test_plan.py": 'from django.urls import reverse\nAT = reverse("cases:plan")\n',
    "tests/test_any.py": 'def test_it(see, name):\n    see(f"cases:{name}")\n',
    "tests/test_sweep.py": 'call_command("sweep")\n',
    "docs/journey.md": "",
    "pyproject.toml": "",
}
ALWAYS = "conventions"
WALKED = {"crawl", "roles"}


@pytest.fixture
def tree(tmp_path):
    for name, text in TREE.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def chosen(tree, *files):
    choice = changed.choose(tree, files)
    assert not choice.whole
    names = {Path(file).stem.removeprefix("test_") for file in choice.files}
    assert ALWAYS in names
    return names - {ALWAYS}


@pytest.mark.parametrize(
    ("file", "names"),
    [
        # Imported: by a test, and in a function of a module that a dotted string joins to the
        # models, which the fixtures a_case and cast lead to.
        ("cases/days.py", {"days", "moves"}),
        ("cases/rules.py", {"moves"}),
        ("cases/apps.py", {"moves"}),
        ("tests/walks/doing.py", {"roles"}),
        # A docstring is no import, and what conftest imports for itself belongs to no fixture.
        ("cases/lonely.py", set()),
        # An address by its path and by its name; a name put together may be any.
        ("cases/views/letter.py", {"letter", "any"} | WALKED),
        ("cases/views/plan.py", {"plan", "any"} | WALKED),
        ("cases/middleware.py", {"letter", "plan", "any"} | WALKED),
        # No page runs a job, and a package's import of Celery is nobody's way to all addresses.
        ("cases/tasks.py", set()),
        ("cases/management/commands/sweep.py", {"sweep"}),
        # A template through the view that names it, through the one that extends it, or by nobody.
        ("templates/cases/letter.html", {"letter", "any"} | WALKED),
        ("templates/base.html", {"letter", "any"} | WALKED),
        ("cases/templatetags/marks.py", {"letter", "any"} | WALKED),
        ("templates/cases/by_code.html", WALKED),
        ("tests/test_letter.py", {"letter"}),
        ("docs/journey.md", {"docs"}),
    ],
)
def test_a_changed_file_chooses_the_tests_that_reach_it(tree, file, names):
    assert chosen(tree, file) == names


def test_several_files_choose_together_and_each_says_why(tree):
    choice = changed.choose(tree, ["docs/journey.md", "cases/days.py", "cases/days.py"])
    assert choice.reasons == [
        "cases/days.py: 2 test files, which reach it",
        "docs/journey.md: 1 test files, which read the documents",
    ]
    lines = []
    changed.tell(choice, 2, lines.append)
    assert lines[-1] == "Chosen: 4 test files (tests 4)."
    assert changed.choose(tree, []).files == ["tests/test_conventions.py"]


def test_a_deleted_file_chooses_those_that_still_name_it(tree):
    for name in ("cases/days.py", "templates/base.html", "tests/test_plan.py"):
        (tree / name).unlink()
    assert chosen(tree, "cases/days.py") == {"days", "moves"}
    assert chosen(tree, "templates/base.html") == {"letter", "any"} | WALKED
    assert chosen(tree, "tests/test_plan.py") == set()


@pytest.mark.parametrize(
    "file",
    """pyproject.toml requirements.lock static/scss/govuk.scss .ci/run sds/settings.py cases/urls.py
    tests/conftest.py tests/stories/conftest.py tests/cast.py cases/migrations/0002_more.py
    budgets/data/charging_rates.csv manage.py""".split(),
)
def test_what_any_test_may_stand_on_runs_the_whole_suite_and_says_so(tree, file):
    choice = changed.choose(tree, ["docs/journey.md", file])
    assert choice.files == [] and file in choice.whole
    lines = []
    changed.tell(choice, 2, lines.append)
    assert lines[-1] == f"The whole suite runs: {file} has changed, and any test may stand on it."


def test_a_file_that_is_no_python_yet_is_named_in_a_sentence(tree):
    (tree / "cases/days.py").write_text("DAY = (")
    with pytest.raises(SystemExit, match="cases/days.py is not Python yet"):
        changed.choose(tree, ["cases/rules.py"])


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("/cases/AB12CD/plan/part/3/", True),
        ("/cases/{}/plan/part/{}/?for=person#top", True),
        ("/plan/part/3/", True),
        ("/cases/{}/{}/{}/{}/", True),
        ("/cases/AB12CD/plan/", False),
        ("budgets:plan_part", True),
        ("budgets:{}", True),
        ("budgets:plan", False),
        ("cases:plan_part", False),
        ("the plan / part 3", False),
    ],
)
def test_an_address_is_known_by_its_name_or_the_end_of_its_path(text, named):
    path = changed.segments("cases/<str:ref>/plan/part/<int:number>/")
    address = changed.Address("budgets:plan_part", path, "budgets.views.plan")
    assert changed.is_named(address, text) is named


# ---- asking git ----


def git(folder, *words):
    who = ["-c", "user.name=Nobody", "-c", "user.email=nobody@example.org"]
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


def test_committed_uncommitted_deleted_and_new_files_have_changed(tmp_path):
    for name in ("kept.py", "committed.py", "edited.py", "moved.py"):
        (tmp_path / name).write_text(f"# {name}\n")
    (tmp_path / ".gitignore").write_text("ignored.py\n")
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "begin")
    git(tmp_path, "checkout", "-q", "-b", "mine")
    (tmp_path / "committed.py").write_text("1\n")
    git(tmp_path, "mv", "moved.py", "to here.py")
    git(tmp_path, "commit", "-q", "-a", "-m", "more")
    git(tmp_path, "checkout", "-q", "main")
    (tmp_path / "kept.py").write_text("of main, not of this branch\n")
    git(tmp_path, "commit", "-q", "-a", "-m", "elsewhere")
    git(tmp_path, "checkout", "-q", "mine")
    (tmp_path / "edited.py").write_text("2\n")
    (tmp_path / "ignored.py").write_text("")
    (tmp_path / "new.py").write_text("")
    assert changed.changed_files(tmp_path) == [
        "committed.py",
        "edited.py",
        "moved.py",
        "new.py",
        "to here.py",
    ]


def test_where_git_knows_nothing_a_sentence_says_so(tmp_path):
    with pytest.raises(SystemExit, match="git does not say what has changed"):
        changed.changed_files(tmp_path)


# ---- this tree ----


@pytest.fixture(scope="module")
def graph():
    return changed.Graph(dev.ROOT)


def names_for(graph, file):
    assert (dev.ROOT / file).is_file()
    tests = {one for one in graph.trees if changed.is_test(one)}
    found, _why = changed.files_for(graph, file, tests)
    return {one.removeprefix("tests/").removesuffix(".py") for one in found}, len(tests)


def test_money_is_reached_by_its_tests_and_not_by_signing_in(graph):
    names, _all = names_for(graph, "budgets/money/sterling.py")
    assert {"budgets/test_money", "budgets/test_closing", "poet/test_dashboard"} <= names
    assert not {"cases/test_signin", "cases/test_components", "poet/test_statistics"} & names


def test_the_table_of_the_journey_is_reached_by_nearly_everything(graph):
    names, all_ = names_for(graph, "cases/journey/table.py")
    assert len(names) > 0.8 * all_
    assert "budgets/test_small_numbers" not in names


@pytest.mark.parametrize(
    ("file", "reaching", "not_reaching"),
    [
        ("budgets/views/plan.py", "budgets/test_plan_pages test_crawl", "poet/test_dashboard"),
        ("poet/views/survey.py", "poet/test_survey_pages test_crawl", "budgets/test_payments"),
        ("templates/cases/letter.html", "cases/test_letters test_crawl", "budgets/test_payments"),
        (
            "budgets/payments/closing_rules.py",
            "budgets/test_closing cases/test_move",
            "cases/test_signin",
        ),
        ("cases/reminders/sweep_sql.py", "cases/test_sweep", "budgets/test_small_numbers"),
        ("poet/statistics.py", "poet/test_statistics", "cases/test_move"),
        ("dev.py", "test_dev stories/test_five_ways", "cases/test_signin"),
    ],
)
def test_a_change_here_chooses(graph, file, reaching, not_reaching):
    names, _all = names_for(graph, file)
    assert set(reaching.split()) <= names
    assert not set(not_reaching.split()) & names


def test_every_view_is_reached_by_a_test_that_is_no_crawl(graph):
    """Or its address is written in a way that the choice does not see."""
    views = {graph.modules[one.view] for one in graph.addresses if one.view in graph.modules}
    assert len(views) > 40
    for view in views:
        names, _all = names_for(graph, view)
        assert any(one.startswith(("cases/", "budgets/", "poet/")) for one in names), view


# ---- the command ----


def test_the_command_runs_lint_and_what_is_chosen(monkeypatch, graph):
    ran = []

    @contextmanager
    def types(failed):
        ran.append("types")
        yield
        ran.append("typed")
        failed.append("mypy")

    monkeypatch.setattr(changed, "Graph", lambda *_tree: graph)
    monkeypatch.setattr(dev, "install", lambda dev: None)
    monkeypatch.setattr(dev, "static", lambda: None)
    monkeypatch.setattr(dev, "not_run", lambda full: [])
    monkeypatch.setattr(dev, "style", lambda: ran.append("style") or ["ruff check"])
    monkeypatch.setattr(dev, "types", types)
    monkeypatch.setattr(dev, "check", lambda what, command, env: ran.append(command[3:]) or [])
    monkeypatch.setattr(changed, "changed_files", lambda root: ["docs/journey.md"])
    files = sorted([*changed.ALWAYS, *changed.DOCS])
    assert dev.test(["--changed"]) == ["ruff check", "mypy"]
    assert dev.test(["--changed", "-x"]) == ["ruff check", "mypy"]
    one, other = [*files, "-n", "2"], [*files, "-x"]
    assert ran == ["types", "style", one, "typed", "types", "style", other, "typed"]
    monkeypatch.setattr(changed, "changed_files", lambda root: ["pyproject.toml"])
    dev.test(["--changed"])
    assert ran[-2] == ["-n", "2"]
