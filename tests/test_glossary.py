"""The glossary for developers says what the code does: its places exist, words to avoid are no
names.
"""

import ast
import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ("cases", "budgets", "poet")
# What each app has for Django or by kind of file; every other package is a room.
KINDS = {"actions", "forms", "management", "migrations", "models", "templatetags", "views"}
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "docs/glossary.md").read_text().splitlines()
    if line.startswith("| ") and not line.startswith("| Term")
]
PLACES = sorted({place for row in ROWS for place in re.findall(r"`([\w.]+)`", row[-1])})
AVOIDED = sorted({word.strip() for row in ROWS for word in row[2].split(",")})
ROOMS = sorted(
    f"{app}.{path.parent.name}"
    for app in APPS
    for path in (ROOT / app).glob("*/__init__.py")
    if path.parent.name not in KINDS
)


def in_words(name):
    """A name as its words: `has_turn` and `HasTurn` are " has turn "."""
    parts = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    return f" {parts.replace('_', ' ').strip()} "


def public_names():
    for app in (*APPS, "sds"):
        for path in (ROOT / app).rglob("*.py"):
            if "migrations" in path.parts:
                continue
            yield path, path.stem
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name[0] != "_":
                    yield path, node.name


NAMES = [(path, name, in_words(name)) for path, name in public_names()]


def test_every_term_has_a_meaning_a_word_to_avoid_and_a_place():
    assert len(ROWS) >= 50
    for row in ROWS:
        assert len(row) == 4 and all(row) and "`" in row[3], row


@pytest.mark.parametrize("place", PLACES)
def test_a_place_in_the_code_exists(place):
    try:
        importlib.import_module(place)
    except ModuleNotFoundError:
        module, _dot, name = place.rpartition(".")
        assert hasattr(importlib.import_module(module), name)


@pytest.mark.parametrize("word", AVOIDED)
def test_a_word_to_avoid_is_no_name(word):
    wanted = in_words(word.replace(" ", "_").replace("-", "_"))
    found = [f"{path.relative_to(ROOT)}: {name}" for path, name, words in NAMES if wanted in words]
    assert not found


def test_every_room_is_on_the_page():
    named = {".".join(place.split(".")[:2]) for place in PLACES}
    assert set(ROOMS) <= named, set(ROOMS) - named


@pytest.mark.parametrize("name", ["way_of_paying", "WayIn", "way"])
def test_a_name_is_taken_apart_into_its_words(name):
    assert " way " in in_words(name) and " way " not in in_words("away_from_home")
