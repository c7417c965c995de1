"""``manage.py allocate``: the exact JSON, and one sentence with exit code 2 for everything else."""

import json
import os
import subprocess
import sys
from decimal import Decimal as D
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from budgets.allocation import allocator
from budgets.allocation.allocator import SchemeError
from budgets.management.commands import allocate

DATA = Path(allocator.__file__).parents[1] / "data"
DEMO = DATA / "demo_scheme.json"


def vectors(name):
    return json.loads((DATA / name).read_text(encoding="utf-8"))["vectors"]


def answers_file(folder, name, number):
    path = folder / "answers.json"
    path.write_text(json.dumps(vectors(name)[number]["answers"]), encoding="utf-8")
    return str(path)


def refused(*args):
    """Exit code, stdout and stderr of the command run in this process."""
    out, err = StringIO(), StringIO()
    with pytest.raises(SystemExit) as stop:
        call_command(allocate.Command(stdout=out, stderr=err, no_color=True), *args)
    return stop.value.code, out.getvalue(), err.getvalue()


@pytest.mark.parametrize("number", range(4))
def test_the_demo_vectors_as_printed(tmp_path, number):
    out = StringIO()
    command = allocate.Command(stdout=out, no_color=True)
    call_command(command, str(DEMO), answers_file(tmp_path, "demo_scheme.json", number))
    printed, expected = json.loads(out.getvalue()), vectors("demo_scheme.json")[number]["expected"]
    assert list(printed) == ["method", "points", "annual", "weekly", "lines"]
    assert printed["points"] == expected["total_points"]
    assert printed["annual"] == expected["amount_year"] + ".00"
    assert printed["weekly"] == expected["amount_week"]
    assert all(list(line) == ["label", "detail", "amount"] for line in printed["lines"])
    assert sum(D(line["amount"]) for line in printed["lines"]) == D(printed["annual"])
    assert {line["amount"] for line in printed["lines"][:-1]} == {"0.00"}


def test_a_reckoner_and_a_band_as_printed(tmp_path):
    answers = answers_file(tmp_path, "rates_norfolk.json", 0)
    printed = allocate.run(str(DATA / "rates_norfolk.json"), answers, "2023-04-01")
    assert (printed["points"], printed["weekly"], printed["annual"]) == (None, "194.18", "10097.36")
    assert sum(D(line["amount"]) for line in printed["lines"]) == D("10097.36")
    answers = answers_file(tmp_path, "carer_bands_derbyshire.json", 1)
    printed = allocate.run(str(DATA / "carer_bands_derbyshire.json"), answers)
    assert (printed["annual"], printed["weekly"], printed["points"]) == ("175.00", None, None)


def test_points_that_are_not_whole_are_printed_as_text(tmp_path):
    scheme = json.loads(DEMO.read_text(encoding="utf-8"))
    scheme["rounding"]["points"]["unit"] = "0.25"
    scheme["table"] = [{"from": 0, "to": 100, "amount_year": "1"}]
    path = tmp_path / "scheme.json"
    path.write_text(json.dumps(scheme), encoding="utf-8")
    assert (
        allocate.run(str(path), answers_file(tmp_path, "demo_scheme.json", 3))["points"] == "19.75"
    )


def test_outside_the_published_dates(tmp_path):
    answers = answers_file(tmp_path, "rates_shropshire.json", 0)
    code, out, err = refused(str(DATA / "rates_shropshire.json"), answers, "--on", "2025-04-01")
    assert (code, out) == (2, "") and "published to 2025-03-31" in err
    code, out, err = refused(str(DATA / "rates_shropshire.json"), answers, "--on", "tomorrow")
    assert (code, out) == (2, "") and "--on must be a date" in err


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff\xfe\x00", "not JSON"),
        (b"[]", "must be an object"),
        (b"null", "must be an object"),
        (b"{}", "not answered"),
        (b'{"nights": NaN}', "holds NaN, which is not a number"),
        (b'{"nights": {"option": Infinity}}', "holds Infinity"),
        (b'{"nights": {"option": 1}, "nights": {"option": 2}}', '"nights" stands there twice'),
        (b'{"nights": {"option": 1, "option": 2}}', '"option" stands there twice'),
        (b'{"nights": {"option": 1' + b"0" * 6000 + b"}}", "not JSON that can be read"),
        (b'{"nights": {"option": 1e99999999999999999999}}', "not JSON that can be read"),
        (b"[" * 200_000, "not JSON that can be read"),
        (b" " * 5_000_001, "too large"),
    ],
)
def test_answers_files_that_are_refused(tmp_path, content, why):
    path = tmp_path / "answers.json"
    path.write_bytes(content)
    code, out, err = refused(str(DEMO), str(path))
    assert (code, out) == (2, "")
    assert why in err and err.count("\n") == 1 and err.endswith(".\n")


def test_an_option_with_a_point_is_not_an_option_number(tmp_path):
    text = (
        Path(answers_file(tmp_path, "demo_scheme.json", 0))
        .read_text()
        .replace('"option": 0', '"option": 0.0')
    )
    (tmp_path / "answers.json").write_text(text)
    assert "must be a whole number" in refused(str(DEMO), str(tmp_path / "answers.json"))[2]


def test_files_that_are_not_there(tmp_path):
    missing = str(tmp_path / "missing.json")
    for args in (
        (missing, missing),
        (str(DEMO), missing),
        (str(DEMO), str(tmp_path)),
        ("\0", missing),
    ):
        code, out, err = refused(*args)
        assert (code, out) == (2, "") and "cannot be read" in err and err.count("\n") == 1


def test_a_byte_order_mark_is_no_obstacle(tmp_path):
    path = tmp_path / "answers.json"
    path.write_text(json.dumps(vectors("demo_scheme.json")[0]["answers"]), encoding="utf-8-sig")
    assert allocate.run(str(DEMO), str(path))["annual"] == "0.00"


def test_refusals_reach_callers_as_scheme_errors(tmp_path):
    with pytest.raises(SchemeError, match="cannot be read"):
        allocate.run(str(DEMO), str(tmp_path / "none.json"))


def test_the_whole_command_without_a_database(tmp_path):
    """As a person runs it: no database file, no server, and plain ASCII output."""
    root = Path(allocator.__file__).parents[2]
    env = {
        **os.environ,
        "PYTHONIOENCODING": "ascii",
        "DATABASE_URL": f"sqlite:///{tmp_path}/absent/none.sqlite3",
    }
    base = [sys.executable, "manage.py", "allocate", str(DEMO)]
    answers = answers_file(tmp_path, "demo_scheme.json", 3)
    done = subprocess.run(
        [*base, answers], cwd=root, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["annual"] == "5200.00" and done.stderr == ""
    (tmp_path / "answers.json").write_text("{}")
    done = subprocess.run(
        [*base, answers], cwd=root, env=env, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("There is no figure yet") and done.stderr.count("\n") == 1
