"""What is written about the code agrees with the code, and no file tells where or by whom it was
made.
"""

import re
import subprocess
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command, get_commands

from cases import journey
from cases.management.commands import journey_diagram

ROOT = Path(__file__).resolve().parent.parent
ADRS = sorted(path for path in (ROOT / "docs/adr").glob("*.md") if path.name != "README.md")
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])
README = (ROOT / "README.md").read_text()
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for app in ("cases", "budgets", "poet")
    for path in sorted((ROOT / app).rglob("*.py"))
}


def committed():
    """Every text file of the clone, with its text."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git clone")
    ask = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
    listed = subprocess.run(ask, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if path.is_file() and b"\0" not in (content := path.read_bytes()):
            yield name, content.decode("utf-8")


# ---- the journey's pages ----


@pytest.fixture
def copies(tmp_path, settings):
    """The two pages in a folder of their own, as they are."""
    (tmp_path / "docs").mkdir()
    for name in (journey_diagram.README, journey_diagram.PAGE):
        (tmp_path / name).write_text((ROOT / name).read_text())
    settings.BASE_DIR = tmp_path
    return tmp_path


def diagram(**options):
    out = StringIO()
    call_command("journey_diagram", stdout=out, **options)
    return out.getvalue()


def test_the_pages_say_what_the_table_says():
    assert "Already right" in diagram(check=True)
    assert journey_diagram.mermaid() in README


@pytest.mark.parametrize("name", [journey_diagram.README, journey_diagram.PAGE])
def test_a_page_that_says_something_else_is_found_and_written_anew(copies, name):
    right = (copies / name).read_text()
    (copies / name).write_text(right.replace("triage", "sorting", 1))
    with pytest.raises(CommandError, match=re.escape(f"Out of date: {name}. ")) as found:
        diagram(check=True)
    assert found.value.returncode == 1
    assert "Written" in diagram(write=True)
    assert (copies / name).read_text() == right


def test_a_missing_page_is_out_of_date(copies):
    (copies / journey_diagram.PAGE).unlink()
    with pytest.raises(CommandError, match="Out of date"):
        diagram(check=True)


def test_nothing_is_written_where_a_marker_is_missing(copies):
    path = copies / journey_diagram.README
    path.write_text(path.read_text().replace(journey_diagram.END, ""))
    before = path.read_text()
    with pytest.raises(CommandError, match="markers"):
        diagram(write=True)
    assert path.read_text() == before


def test_every_step_move_and_clock_has_its_row():
    page = diagram()
    rows = {line.split("`")[1] for line in page.splitlines() if line.startswith("| `")}
    assert rows == set(journey.STEPS) | set(journey.MOVES) | set(journey.CLOCKS) | set(
        journey.BEGINNINGS
    )
    assert "{" not in page and "None" not in page


def test_the_readme_keeps_what_stands_around_the_diagram():
    text = f"before\n{journey_diagram.BEGIN}\nold\n{journey_diagram.END}\nafter\n"
    made = journey_diagram.with_diagram(text)
    assert made.startswith("before\n") and made.endswith("\nafter\n") and "\nold\n" not in made
    assert journey_diagram.with_diagram(made) == made


# ---- the other pages ----


def test_the_readme_names_both_commands_and_where_to_start():
    for words in (
        "python3 dev.py demo",
        "python3 dev.py test",
        "Start reading at `cases/journey/table.py`",
    ):
        assert words in README


def test_the_files_of_the_map_exist():
    inside = README.split("## The map")[1].split("```")[1]
    folder, missing = "", []
    for line in inside.strip().splitlines():
        names = re.findall(r"[\w/]+(?:\.py|/)(?=\s|$)", line[:38].split("  *")[0])
        if not line.startswith(" "):
            folder = names[0]
        missing += [
            n for n in names if not (ROOT / n).exists() and not (ROOT / folder / n).exists()
        ]
    assert not missing and inside.count(" * ") == 6


def test_every_link_leads_somewhere():
    for page in PAGES:
        for target in re.findall(r"\]\((?!https?:|mailto:)([^)#]*)(?:#[^)]*)?\)", page.read_text()):
            assert not target or (page.parent / target).exists(), (
                f"{page.relative_to(ROOT)} -> {target}"
            )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_file_and_name_of_the_code_on_a_page_exists(page):
    """`folder/file.py`, `package.module.name` and `module.name`, where there is such a module."""
    for quoted in re.findall(r"`([\w./-]+)`", page.read_text()):
        if "/" in quoted and re.search(r"\.(py|html|md|toml|json|csv)$", quoted):
            assert (ROOT / quoted).is_file(), f"{page.name} names {quoted}"
        elif re.fullmatch(r"[a-z_]+(\.\w+)+", quoted) and not quoted.endswith((".py", ".md")):
            assert named_in_code(quoted), f"{page.name} names {quoted}"


HOW_TO = sorted((ROOT / "docs/how-to").glob("*.md"))


@pytest.mark.parametrize("page", HOW_TO, ids=lambda page: page.stem)
def test_a_page_on_how_to_add_names_files_and_tests_that_exist(page):
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in page.read_text().splitlines()
        if line.startswith("| `")
    ]
    assert len(rows) >= 3
    for file, words, test in rows:
        assert (ROOT / file.strip("`")).is_file() and words, file
        assert "::" in test, f"{file}: which test fails when it is forgotten?"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_test_that_a_page_names_exists(page):
    for file, name in re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", page.read_text()):
        assert re.search(rf"(?m)^def {name}\(", (ROOT / file).read_text()), f"{file}::{name}"


def test_contributing_leads_to_every_page_on_how_to_add():
    text = (ROOT / "CONTRIBUTING.md").read_text()
    assert len(HOW_TO) == 6
    assert all(f"](docs/how-to/{page.name})" in text for page in HOW_TO)


def named_in_code(dotted):
    """Is this a module, or a name in one? True also where its first word is none of ours."""
    parts = dotted.split(".")
    if parts[0] in ("cases", "budgets", "poet"):
        found = MODULES.get(dotted) or MODULES.get(".".join(parts[:-1]))
        return bool(found and (dotted in MODULES or defines(found, parts[-1])))
    same = [path for name, path in MODULES.items() if name.split(".")[-1] == parts[0]]
    return not same or any(defines(path, parts[1]) for path in same)


def defines(path, name):
    """Does a module define or import this name, or is it a module of this package?"""
    inside = path.parent / f"{name}.py"
    if path.name == "__init__.py" and (inside.is_file() or inside.with_suffix("").is_dir()):
        return True
    return bool(
        re.search(
            rf"(?m)^(?:(?:def|class) {name}\b|{name}\b.* = |.*import .*\b{name}\b)|^    {name},",
            path.read_text(),
        )
    )


def test_every_command_that_is_named_exists():
    known = {name for name, app in get_commands().items()}
    for page in PAGES:
        named = re.findall(r"manage\.py ([a-z_]+)", page.read_text())
        assert set(named) <= known, page


def test_every_decision_is_listed_once_with_its_title():
    lines = [
        line
        for line in (ROOT / "docs/adr/README.md").read_text().splitlines()
        if line.startswith("- ")
    ]
    titles = [re.match(r"# (\d+\. .+)", path.read_text())[1] for path in ADRS]
    wanted = [
        f"- [{t.zfill(len(t) + 4 - t.index('.'))}]({p.name})"
        for t, p in zip(titles, ADRS, strict=True)
    ]
    assert lines == wanted
    assert [path.name[:4] for path in ADRS] == [f"{n:04}" for n in range(1, len(ADRS) + 1)]


@pytest.mark.parametrize("path", ADRS, ids=lambda path: path.stem)
def test_a_decision_is_short_and_has_its_three_parts(path):
    text = path.read_text()
    assert re.findall(r"^## (.+)$", text, re.M) == ["Situation", "Decision", "What follows"]
    assert len(text.splitlines()) <= 30


def test_production_explains_every_variable_of_the_example_and_of_compose():
    page = (ROOT / "docs/production.md").read_text()
    named = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.M))
    named |= set(re.findall(r"^\s+([A-Z_]+): ", (ROOT / "docker-compose.yml").read_text(), re.M))
    missing = {name for name in named if f"`{name}`" not in page} - {"POSTGRES_USER", "POSTGRES_DB"}
    assert not missing


def test_the_licence_is_whole_and_named():
    text = (ROOT / "LICENSE").read_text()
    assert re.match(r"\s*GNU AFFERO GENERAL PUBLIC LICENSE\s+Version 3, 19 November 2007\n", text)
    assert re.findall(r"^  (\d+)\. ", text, re.M) == [str(n) for n in range(18)]
    assert "END OF TERMS AND CONDITIONS" in text and "How to Apply These Terms" in text
    assert text.rstrip().endswith("<https://www.gnu.org/licenses/>.")
    assert 'license = "AGPL-3.0-or-later"' in (ROOT / "pyproject.toml").read_text()


# ---- what no file may hold ----

# Each pattern is written with a class of one letter, so that this file does not hold what it looks
# for.
FORBIDDEN = {
    "a package registry": (
        r"pyp[i]\.org|pythonhoste[d]|npmj[s]\.|yarnpk[g]\.|index-url[ " r"=]+\S*:[/]/|artifactor[y]"
    ),
    "a folder of somebody's machine": (
        r"(?<![\w.])/(roo[t]|wor[k]|User[s]|hom[e]/(?!council/)\w+|op[t]|mn[t])/"
    ),
    "a file of somebody's machine": r"[A-Z]:\\\\?User[s]|file:[/]/",
    "how it was made": (
        r"\b(claud[e]|anthropi[c]|chatgp[t]|opena[i]|copilo[t]|language "
        r"mode[l]|sub-?agen[t]s?)\b"
    ),
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_tells_where_it_was_made(what):
    pattern = re.compile(FORBIDDEN[what], re.I)
    found = [f"{name}: {hit[0]}" for name, text in committed() if (hit := pattern.search(text))]
    assert not found


@pytest.mark.parametrize(
    "what, text",
    [
        ("a package registry", "https://pyp" + "i.org/simple"),
        ("a package registry", "--index-url " + "http:" + "//mirror.example"),
        ("a folder of somebody's machine", "open('/hom" + "e/kim/project')"),
        ("a folder of somebody's machine", "see /wor" + "k/main/README.md"),
        ("a file of somebody's machine", "fil" + "e:///etc"),
        ("how it was made", "asked Claud" + "e to"),
    ],
)
def test_the_patterns_find_what_they_are_for(what, text):
    assert re.search(FORBIDDEN[what], text, re.I)


@pytest.mark.parametrize(
    "text", ["/staff/queue/", "/cases/AB34CD/", "/var/lib/postgresql/data", "/home/council/"]
)
def test_addresses_of_the_service_and_of_servers_are_no_folders_of_somebody(text):
    assert not re.search(FORBIDDEN["a folder of somebody's machine"], text)
