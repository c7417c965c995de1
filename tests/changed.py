"""What a change touches: from changed files to the test files that reach one of them.

Here: the graph of files, read from their text, and the choice. Not here: who runs the tests
(dev.py). Only Python's own library. The choice is for the time between two whole runs: what
happens only while the code runs (a page that leads on to another, a name put together) is not seen.

A file reaches what it imports, also inside a function, and the packages that lie on the way; what a
dotted string names (`JOINING`, settings, a process's command); a template that it names; the code
behind an address or a command that a test names; and what a fixture of conftest is made of. Who
reaches an app's models reaches its `apps.py`, because the app's rules join the moves.
"""

import ast
import re
import subprocess
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

FOLDERS = ("cases", "budgets", "poet", "sds", "tests", "bench")
SCRIPTS = ("dev.py",)
ALWAYS = ("tests/test_conventions.py",)
# They open every page, at addresses that they read from other pages.
WALKERS = ("tests/walks/", "tests/stories/", "tests/test_crawl.py")
RENDERING = ("tests/walks/", "tests/words/", "tests/test_crawl.py")
DOCS = ("tests/test_docs.py", "tests/test_glossary.py", "tests/words/test_no_more_than_true.py")
# Every test stands on these; a migration is in every test's database.
GROUND = re.compile(
    r"(^|/)(conftest|urls)\.py$|/migrations/|^sds/"
    r"|^tests/(cast|template_database)\.py$"
)
# Settings that name what no page needs: all addresses, and jobs.
NOT_OF_PAGES = ("ROOT_URLCONF", "WSGI_APPLICATION", "CELERY")
DOTTED = re.compile(r"[a-z_]\w*(\.\w+)+")
BY_NAME = ("usefixtures", "getfixturevalue")  # the other ways of taking a fixture
GAP = "{}"  # stands in a string for what is put in when the code runs


# ---- reading one file ----


@cache
def nodes(tree: ast.AST) -> list[ast.AST]:
    """All nodes of a file: walking it is the slow part."""
    return list(ast.walk(tree))


@cache
def strings(tree: ast.AST) -> frozenset[str]:
    """All strings of a file but its docstrings; of an f-string, the words with gaps."""
    aside: set[int] = set()
    found = set()
    for node in nodes(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            aside.add(id(node.value))
        elif isinstance(node, ast.JoinedStr):
            aside |= set(map(id, node.values))
            parts = [one.value if isinstance(one, ast.Constant) else GAP for one in node.values]
            found.add("".join(map(str, parts)))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            if id(node) not in aside:
                found.add(node.value)
    return frozenset(found)


def imported(tree: ast.AST, package: str) -> Iterator[tuple[str, str]]:
    """(name in this file, dotted name of what it stands for) of every import, wherever it is."""
    for node in nodes(tree):
        if isinstance(node, ast.Import):
            yield from ((one.asname or one.name, one.name) for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1]
            start = ".".join([*above, *filter(None, [node.module])]) if node.level else node.module
            yield from ((one.asname or one.name, f"{start}.{one.name}") for one in node.names)


def is_fixture(function: ast.FunctionDef) -> bool:
    return any("fixture" in ast.unparse(one) for one in function.decorator_list)


def arguments(tree: ast.AST) -> set[str]:
    """What the functions of a file take: among it, fixtures. `usefixtures` and `getfixturevalue`
    name them too; a field of a form that has a fixture's name is none.
    """
    taken: set[str] = set()
    for node in nodes(tree):
        if isinstance(node, ast.FunctionDef):
            taken |= {one.arg for one in (*node.args.args, *node.args.kwonlyargs)}
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(BY_NAME):
            taken |= set(strings(node))
    return taken


# ---- addresses ----


@dataclass(frozen=True)
class Address:
    name: str  # cases:act
    segments: tuple[str, ...]  # cases, {}, do, {}
    view: str  # the module, dotted


def segments(text: str) -> tuple[str, ...]:
    plain = re.sub(r"<[^>]*>|%\w", GAP, text)
    return tuple(
        GAP if GAP in one else one for one in re.split(r"[?#]", plain)[0].split("/") if one
    )


def addresses(tree: ast.AST, package: str) -> Iterator[Address]:
    """Those that one urls.py declares with `path`."""
    names = dict(imported(tree, package))
    for node in nodes(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "path" and len(node.args) > 1:
            route, view = node.args[:2]
            if isinstance(route, ast.Constant) and isinstance(view, ast.Attribute):
                named = [ast.literal_eval(k.value) for k in node.keywords if k.arg == "name"]
                module = names.get(ast.unparse(view.value), "")
                yield Address(f"{package}:{''.join(named)}", segments(str(route.value)), module)


def is_named(address: Address, text: str) -> bool:
    """Whether a string of a test names this address: by name, or by the end of its path."""
    app, colon, name = text.partition(":")
    if colon and app == address.name.partition(":")[0]:
        return name == address.name.partition(":")[2] or GAP in name
    if "/" not in text or re.search(r"\s", text):
        return False
    said, have = segments(text), address.segments
    if not have or all(one == GAP for one in have):
        return text.startswith("/") and len(said) == len(have)
    pairs = list(zip(reversed(said), reversed(have), strict=False))
    return all(a == b or GAP in (a, b) for a, b in pairs) and any(a == b != GAP for a, b in pairs)


# ---- the graph ----


@dataclass
class Graph:
    """Edges between files, by their path from the root; `gone` are files that were deleted."""

    root: Path
    gone: Iterable[str] = ()
    edges: dict[str, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.trees: dict[str, ast.AST] = {}
        for file in self.files():
            try:
                self.trees[file] = ast.parse((self.root / file).read_text())
            except SyntaxError as error:
                raise SystemExit(f"{file} is not Python yet: {error}") from None
        self.modules = {self.dotted(file): file for file in [*self.trees, *self.gone]}
        folder = self.root / "templates"
        self.templates = {
            str(path.relative_to(folder)) for path in folder.rglob("*.*") if path.is_file()
        } | {one.removeprefix("templates/") for one in self.gone if one.startswith("templates/")}
        self.addresses = [
            one
            for file, tree in self.trees.items()
            if file.endswith("/urls.py")
            for one in addresses(tree, file.split("/")[0])
        ]
        self.pages = self.of_every_page()
        for file in self.trees:
            self.edges[file] = set(self.uses(file))
        for name in self.templates:
            self.edges[f"templates/{name}"] = set(self.template_uses(name))
        self.used_by: dict[str, set[str]] = {}
        for file, targets in self.edges.items():
            for target in targets:
                self.used_by.setdefault(target, set()).add(file)

    def files(self) -> list[str]:
        found = [path for name in FOLDERS for path in sorted((self.root / name).rglob("*.py"))]
        found += [self.root / name for name in SCRIPTS if (self.root / name).is_file()]
        return [path.relative_to(self.root).as_posix() for path in found]

    @staticmethod
    def dotted(file: str) -> str:
        return file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    def package(self, file: str) -> str:
        name = self.dotted(file)
        return name if file.endswith("__init__.py") else name.rpartition(".")[0]

    def places(self, name: str) -> Iterator[str]:
        """The files that are run when this dotted name is imported: its module and the packages on
        the way to it.
        """
        parts = name.split(".")
        for length in range(1, len(parts) + 1):
            file = self.modules.get(".".join(parts[:length]))
            if file:
                yield file

    def uses(self, file: str) -> Iterator[str]:
        """What one Python file reaches at once."""
        tree = self.trees[file]
        if file == "sds/__init__.py":  # imports Celery's app for Celery; nothing uses it by this
            return
        for _name, target in imported(tree, self.package(file)):
            yield from self.places(target)
        for text in strings(tree):
            for word in text.split():
                if DOTTED.fullmatch(word):
                    yield from self.places(word)
            if text in self.templates:
                yield f"templates/{text}"
        app = file.split("/")[0]
        if file == f"{app}/models/__init__.py":
            yield from self.places(f"{app}.apps")
        if file.startswith("tests/"):
            yield from self.test_uses(file, tree)

    def test_uses(self, file: str, tree: ast.AST) -> Iterator[str]:
        if file.startswith(WALKERS):
            yield from [*self.places("sds.urls"), *self.pages]
        commands = {one.split(".")[-1]: one for one in self.modules if ".commands." in one}
        for text in strings(tree):
            may = "/" in text or ":" in text
            views = [one.view for one in self.addresses if may and is_named(one, text)]
            if text.startswith(("/admin/", "admin:")):
                views += [f"{name}.admin" for name in FOLDERS]
            for view in views:
                yield from self.places(view)
            if views or text.startswith("/"):
                yield from self.pages
            if text in commands:
                yield from self.places(commands[text])
        taken = arguments(tree)
        for folder in Path(file).parents:
            conftest = self.trees.get(f"{folder}/conftest.py")
            if conftest and conftest is not tree:
                yield from self.fixtures(conftest, taken)

    def fixtures(self, conftest: ast.AST, taken: set[str]) -> Iterator[str]:
        """What the fixtures are made of that a test file takes. What these take themselves is
        added to `taken`: a folder above may have it.
        """
        names = dict(imported(conftest, "tests"))
        made = {
            node.name: node
            for node in nodes(conftest)
            if isinstance(node, ast.FunctionDef) and is_fixture(node)
        }
        todo = [name for name in made if name in taken]
        for name in todo:
            more = arguments(made[name])
            taken |= more
            todo += [one for one in more if one in made and one not in todo]
            for node in ast.walk(made[name]):
                if isinstance(node, ast.Name) and node.id in names:
                    yield from self.places(names[node.id])

    def of_every_page(self) -> set[str]:
        """Middleware, context processors, sign-in: what the settings name but all addresses."""
        settings = self.trees.get("sds/settings.py")
        found: set[str] = set()
        for node in getattr(settings, "body", ()):
            if isinstance(node, ast.Assign):
                if not ast.unparse(node.targets[0]).startswith(NOT_OF_PAGES):
                    for text in filter(DOTTED.fullmatch, strings(node)):
                        found |= set(self.places(text))
        return found

    def template_uses(self, name: str) -> Iterator[str]:
        path = self.root / "templates" / name
        text = path.read_text() if path.is_file() else ""
        for word in re.findall(r"""["']([\w./-]+)["']""", text):
            if word in self.templates:
                yield f"templates/{word}"
        for library in re.findall(r"{% load ([^%]*) %}", text):
            tags = [f"{app}.templatetags.{word}" for word in library.split() for app in FOLDERS]
            yield from (self.modules[tag] for tag in tags if tag in self.modules)

    def reaching(self, file: str) -> set[str]:
        """All files that reach this one, itself among them."""
        found, todo = {file}, [file]
        while todo:
            more = self.used_by.get(todo.pop(), set()) - found
            found |= more
            todo += more
        return found


# ---- the choice ----


@dataclass
class Choice:
    """`whole`: the sentence that says why everything runs, or nothing. `files`: the test files that
    run. `reasons`: a line for each changed file.
    """

    whole: str = ""
    files: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)


def is_test(file: str) -> bool:
    return bool(re.fullmatch(r"tests/(.*/)?test_\w+\.py", file))


def is_doc(file: str) -> bool:
    return file.startswith("docs/") or file.endswith(".md") or file == "LICENSE"


def choose(root: Path, changed: Iterable[str]) -> Choice:
    """The test files that these changed files (paths from the root) reach."""
    changed = sorted(set(changed))
    code = tuple(f"{name}/" for name in FOLDERS)
    for file in changed:
        read = file in SCRIPTS or (file.endswith(".py") and file.startswith(code))
        if GROUND.search(file) or not (read or is_doc(file) or file.startswith("templates/")):
            why = f"The whole suite runs: {file} has changed, and any test may stand on it."
            return Choice(whole=why)
    graph = Graph(root, [file for file in changed if not (root / file).exists()])
    tests = {file for file in graph.trees if is_test(file)}
    chosen, reasons = set(ALWAYS) & tests, []
    for file in changed:
        found, why = files_for(graph, file, tests)
        chosen |= found
        reasons.append(f"{file}: {len(found)} test files, {why}")
    return Choice(files=sorted(chosen), reasons=reasons)


def files_for(graph: Graph, file: str, tests: set[str]) -> tuple[set[str], str]:
    """The test files for one changed file, and why these."""
    if is_doc(file):
        return tests & set(DOCS), "which read the documents"
    reaching = graph.reaching(file)
    code = {one for one in reaching if one.endswith(".py") and "/templatetags/" not in one}
    if file.startswith("templates/") and not code:
        everything = {one for one in tests if one.startswith(RENDERING)}
        return everything, "which render pages: no code names this template"
    return reaching & tests, "which reach it"


def changed_files(root: Path, base: str = "main") -> list[str]:
    """What differs from where this branch left `base`, committed or not, and what is untracked.

    Raises SystemExit where git does not know.
    """

    def git(*words: str) -> list[str]:
        try:
            done = subprocess.run(["git", *words], cwd=root, capture_output=True, text=True)
        except FileNotFoundError:
            raise SystemExit("What has changed is asked of git, and there is none.") from None
        if done.returncode:
            raise SystemExit(f"git does not say what has changed: {done.stderr.strip()}")
        return done.stdout.split("\0" if "-z" in words else None)

    known = git("for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/remotes")
    name = base if base in known or f"origin/{base}" not in known else f"origin/{base}"
    left = git("merge-base", "HEAD", name)[0]
    differs = git("diff", "--name-only", "--no-renames", "--relative", "-z", left, "--")
    untracked = git("ls-files", "--others", "--exclude-standard", "-z")
    return sorted({*differs, *untracked} - {""})


def tell(choice: Choice, changed: int, write: Callable[[str], object] = print) -> None:
    """Say what was chosen, and why."""
    write(f"\nChanged since main: {changed} files.")
    if choice.whole:
        write(choice.whole)
        return
    for line in choice.reasons:
        write(f"  {line}")
    folders = Counter(file.rpartition("/")[0] for file in choice.files)
    counts = ", ".join(f"{name} {count}" for name, count in folders.items())
    write(f"Chosen: {len(choice.files)} test files ({counts}).")
