"""The two commands, the locks, the static build and the production stack, as on a newcomer's
machine.
"""

import ast
import inspect
import json
import os
import re
import shlex
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

import dev
from sds.celery import app

LOCKS = ["requirements.lock", "requirements-dev.lock", "requirements-node.lock"]
COMPOSE = yaml.safe_load((dev.ROOT / "docker-compose.yml").read_text())["services"]
APP = ["migrate", "web", "worker", "mailer", "beat"]


def pins(lock):
    return set(re.findall(r"^([a-z0-9-]+==[^ ;]+)", (dev.ROOT / lock).read_text(), re.M))


# ---- refusals ----


def test_an_old_python_can_read_the_script_far_enough_to_be_refused_kindly():
    ast.parse((dev.ROOT / "dev.py").read_text(), feature_version=(3, 7))
    with pytest.raises(SystemExit, match="needs Python 3.11 or newer, this one is 3.9"):
        dev.check_platform("darwin", (3, 9, 6))


def test_other_systems_are_refused_kindly():
    with pytest.raises(SystemExit, match="Linux and macOS"):
        dev.check_platform("win32", (3, 12, 0))


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 14, 1)])
def test_supported_pythons_pass(version):
    dev.check_platform("linux", version)


def test_a_port_in_use_is_said_in_a_sentence():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(SystemExit, match=r"Port \d+ on 127.0.0.1 cannot be used"):
            dev.check_port(*taken.getsockname())


def test_the_demo_refuses_other_modes(monkeypatch):
    monkeypatch.setenv("SDS_MODE", "production")
    with pytest.raises(SystemExit, match="demo's accounts belong in no other"):
        dev.demo(["--port", "0"])


def test_fresh_never_empties_a_database_of_somebody_else(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://elsewhere/people")
    with pytest.raises(SystemExit, match="never what DATABASE_URL names"):
        dev.load(SimpleNamespace(fresh=True, cases=None), {})


def test_a_missing_venv_module_names_the_package_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr(dev, "PYTHON", tmp_path / "none")
    monkeypatch.setattr(dev.shutil, "which", lambda *_, **__: None)
    monkeypatch.setattr(dev.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SystemExit, match="apt install python3-venv"):
        dev.make_venv()


def test_a_missing_browser_fails_in_ci_and_is_said_elsewhere(monkeypatch):
    monkeypatch.setattr(dev, "browser", lambda: None)
    monkeypatch.delenv("CI", raising=False)
    assert "browser stories: no Chromium" in list(dev.not_run(full=True))
    monkeypatch.setenv("CI", "true")
    with pytest.raises(SystemExit, match="no Chromium"):
        list(dev.not_run(full=True))


def test_the_second_database_must_be_one(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with pytest.raises(SystemExit, match="needs a PostgreSQL database in DATABASE_URL"):
        dev.test(["--second-database"])


# ---- what is redone, and what is kept ----


def test_a_digest_changes_with_name_and_content(tmp_path, monkeypatch):
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    (tmp_path / "a").write_text("one")
    first = dev.digest(tmp_path)
    (tmp_path / "a").write_text("two")
    second = dev.digest(tmp_path)
    (tmp_path / "a").rename(tmp_path / "b")
    assert len({first, second, dev.digest(tmp_path)}) == 3


def fake_run(monkeypatch, tmp_path, people):
    """dev.load with the steps recorded instead of done."""
    steps = []

    def run(what, command, env=None):
        steps.append(command[2:])
        if command[2] == "demo":
            assert (tmp_path / "demo-loading").exists()
            if people == "the load fails":
                raise SystemExit("failed")
        if dev.UNKNOWN_MIGRATIONS in command:
            return (
                "unknown migrations: 0002_timing\n"
                if people == "older"
                else "unknown migrations:\n"
            )
        return f"{people == 'there'}\n"

    monkeypatch.setattr(dev, "run", run)
    monkeypatch.setattr(dev, "DATA", tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return steps


def test_the_first_start_makes_the_data(monkeypatch, tmp_path):
    steps = fake_run(monkeypatch, tmp_path, people="none")
    dev.load(SimpleNamespace(fresh=False, cases=12), {})
    assert [step[0] for step in steps] == ["migrate", "createcachetable", "shell", "demo"]
    assert steps[-1] == ["demo", "--cases", "12"]
    assert not (tmp_path / "demo-loading").exists()


def test_the_second_start_keeps_the_data(monkeypatch, tmp_path):
    steps = fake_run(monkeypatch, tmp_path, people="there")
    (tmp_path / "sds.sqlite3").touch()
    dev.load(SimpleNamespace(fresh=False, cases=None), {})
    assert (tmp_path / "sds.sqlite3").exists()
    assert [step[0] for step in steps] == ["shell", "migrate", "createcachetable", "shell"]


def test_data_of_a_version_without_an_upgrade_is_said_and_made_anew(monkeypatch, tmp_path, capsys):
    steps = fake_run(monkeypatch, tmp_path, people="older")
    (tmp_path / "sds.sqlite3").touch()
    dev.load(SimpleNamespace(fresh=False, cases=None), {})
    assert not (tmp_path / "sds.sqlite3").exists() and steps[-1] == ["demo"]
    assert "no upgrade leads here: it is thrown away and made anew" in capsys.readouterr().out


def test_somebody_elses_database_without_an_upgrade_is_left_as_it_is(monkeypatch, tmp_path):
    steps = fake_run(monkeypatch, tmp_path, people="older")
    monkeypatch.setenv("DATABASE_URL", "postgres://elsewhere/people")
    with pytest.raises(SystemExit, match="no upgrade leads here .* Name an empty one"):
        dev.load(SimpleNamespace(fresh=False, cases=None), {})
    assert [step[0] for step in steps] == ["shell"]


@pytest.mark.parametrize("later, said", [((), []), (("0002_of_before",), ["0002_of_before"])])
def test_a_migration_that_this_version_does_not_have_is_seen(tmp_path, later, said):
    database = tmp_path / "sds.sqlite3"
    with sqlite3.connect(database) as made:
        made.execute("CREATE TABLE django_migrations (id INTEGER PRIMARY KEY, app, name, applied)")
        rows = [("cases", name) for name in ("0001_founding", *later)] + [("else", "0009_gone")]
        made.executemany(
            "INSERT INTO django_migrations (app, name, applied) VALUES (?, ?, '2026-11-01')", rows
        )
    env = dev.environment("test", DATABASE_URL=f"sqlite:///{database}")
    assert dev.unknown_migrations(env) == said


def test_a_load_cut_short_is_thrown_away_at_the_next_start(monkeypatch, tmp_path):
    fake_run(monkeypatch, tmp_path, people="the load fails")
    with pytest.raises(SystemExit):
        dev.load(SimpleNamespace(fresh=False, cases=None), {})
    (tmp_path / "sds.sqlite3").touch()
    steps = fake_run(monkeypatch, tmp_path, people="none")
    dev.load(SimpleNamespace(fresh=False, cases=None), {})
    assert not (tmp_path / "sds.sqlite3").exists()
    assert steps[-1] == ["demo"]


def test_one_sign_in_per_role_is_printed(monkeypatch, tmp_path):
    monkeypatch.setattr(dev, "DATA", tmp_path)
    people = [("worker", "a@x", "first"), ("worker", "b@x", "second"), ("resident", "c@x", None)]
    rows = [{"role": role, "sign_in": name, "password": word} for role, name, word in people]
    (tmp_path / "demo-accounts.json").write_text(json.dumps(rows))
    text = "\n".join(dev.accounts())
    assert "first" in text and "second" not in text
    assert re.search(r"resident +c@x +\(a code", text)


# ---- starting and stopping ----

SLEEP = (
    "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; "
    "time.sleep(60)', '{}'])"
)


def with_tag(tag):
    """The processes that carry the tag on their command line."""
    listed = subprocess.run(
        ["ps", "-A", "-ww", "-o", "stat=,args="], capture_output=True, text=True
    ).stdout
    return [line for line in listed.splitlines() if tag in line and line[0] != "Z"]


def wait_until(true, seconds=10):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def test_when_one_process_ends_its_last_words_are_shown_and_the_rest_stop(capsys):
    tag = f"tag-{os.getpid()}-dies"
    long = [sys.executable, "-c", SLEEP.format(tag)]
    short = [sys.executable, "-c", "print('no broker'); raise SystemExit(3)"]
    assert dev.serve({"web": long, "worker": short}, None, "http://127.0.0.1:9/", "") == ["worker"]
    shown = capsys.readouterr().out
    assert "worker ended, exit code 3. Last lines:\nno broker" in shown
    wait_until(lambda: not with_tag(tag))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_every_process_and_its_children(number, tmp_path):
    tag = f"tag-{os.getpid()}-{number.name}"
    script = tmp_path / "start.py"
    script.write_text(
        f"import signal, sys\nsys.path.insert(0, {str(dev.ROOT)!r})\nimport dev\n"
        f"for number in (signal.SIGINT, signal.SIGTERM): signal.signal(number, dev.interrupt)\n"
        f"command = [sys.executable, '-c', {SLEEP.format(tag)!r}]\n"
        "sys.exit(len(dev.serve({'web': command, 'worker': command}, None, "
        "'http://127.0.0.1:9/', '')))\n"
    )
    started = subprocess.Popen([sys.executable, script], stdout=subprocess.DEVNULL)
    try:
        wait_until(lambda: len(with_tag(tag)) == 4)
    finally:
        started.send_signal(number)
    assert started.wait(15) == 0
    wait_until(lambda: not with_tag(tag))


# ---- locks and static build ----


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_hashes_and_no_host_is_named(lock):
    text = (dev.ROOT / lock).read_text()
    assert not re.search(r"https?://|file:|--(extra-)?index-url|--find-links", text)
    entries = re.split(r"\n(?=\S)", text.strip())
    assert entries and all(re.match(r"[a-z0-9-]+==\S+", entry) for entry in entries)
    assert all("--hash=sha256:" in entry for entry in entries)


def test_the_dev_lock_holds_all_of_the_other():
    assert pins("requirements.lock") < pins("requirements-dev.lock")


def test_the_node_lock_names_no_host_and_has_hashes():
    text = (dev.ROOT / "package-lock.json").read_text()
    assert not re.search(r"https?://", text)
    packages = {name: entry for name, entry in json.loads(text)["packages"].items() if name}
    assert all("resolved" not in entry and entry["integrity"] for entry in packages.values())


def test_the_built_css_names_no_gds_font():
    css = (dev.BUILD / "govuk" / "govuk.css").read_text()
    assert "govuk-button" in css and "Arial" in css
    assert not re.search(r"@font-face|GDS Transport", css, re.I)
    assert "initAll" in (dev.BUILD / "govuk" / "govuk-frontend.min.js").read_text()


def test_nothing_built_or_secret_is_committed():
    if not (dev.ROOT / ".git").exists():
        pytest.skip("not a git clone")
    # A clone that another user owns is still this clone.
    owner = ["-c", "safe.directory=*"]
    listed = subprocess.run(
        ["git", *owner, "ls-files"], cwd=dev.ROOT, capture_output=True, text=True
    ).stdout
    assert "dev.py" in listed
    assert not re.search(r"^(\.build|\.venv|\.data|node_modules)/|^\.env$|\.min\.js$", listed, re.M)


# ---- production ----


def test_compose_has_every_service_and_waits_for_the_migration():
    assert set(COMPOSE) == {*APP, "database", "redis", "cache"}
    assert COMPOSE["database"]["image"] == "postgres:17"
    for name in ("web", "worker", "mailer", "beat"):
        waits = COMPOSE[name]["depends_on"]
        assert waits["migrate"]["condition"] == "service_completed_successfully"
        assert waits["database"]["condition"] == waits["redis"]["condition"] == "service_healthy"
    assert COMPOSE["migrate"]["restart"] == "no"
    assert "migrate --noinput" in COMPOSE["migrate"]["command"]
    assert "createcachetable" in COMPOSE["migrate"]["command"]


def test_compose_runs_the_commands_of_the_demo():
    for name, command in dev.commands("0.0.0.0:8000").items():
        assert shlex.split(COMPOSE[name]["command"]) == command


def test_the_queue_throws_nothing_away_and_the_cache_has_an_end():
    queue, cache = (shlex.split(COMPOSE[name]["command"]) for name in ("redis", "cache"))
    assert (
        queue[queue.index("--maxmemory-policy") + 1] == "noeviction" and "--maxmemory" not in queue
    )
    assert (
        cache[cache.index("--maxmemory-policy") + 1].startswith("allkeys")
        and "--maxmemory" in cache
    )
    assert not any("cache" in COMPOSE[name]["depends_on"] for name in APP), "nothing waits for it"


def test_compose_asks_readyz_and_the_others_for_their_health():
    assert "/readyz" in COMPOSE["web"]["healthcheck"]["test"][-1]
    assert all(
        "healthcheck" in COMPOSE[name]
        for name in ("web", "worker", "mailer", "database", "redis", "cache")
    )
    for name, node in (
        ("worker", "celery@"),
        ("mailer", "mailer@"),
    ):  # the name under which each answers
        assert f"--destination {node}$$HOSTNAME" in COMPOSE[name]["healthcheck"]["test"][1]
        assert ("--hostname mailer@%h" in COMPOSE[name]["command"]) is (node == "mailer@")


def test_each_queue_has_a_worker_and_sending_has_its_own():
    workers = {name: command for name, command in dev.commands("x").items() if "worker" in command}
    queues = {name: command[command.index("--queues") + 1] for name, command in workers.items()}
    assert queues == {"worker": app.conf.task_default_queue, "mailer": "mail"}
    routed = {route["queue"] for route in app.conf.task_routes.values()}
    assert routed == {"mail"} and set(app.conf.task_routes) == {"cases.tasks.send_messages"}
    assert set(app.conf.task_routes) <= {one["task"] for one in app.conf.beat_schedule.values()}
    ast.parse(COMPOSE["web"]["healthcheck"]["test"][-1])


def test_compose_sets_production_and_holds_no_secret():
    required = (
        "SECRET_KEY ALLOWED_HOSTS SITE_URL EMAIL_HOST DEFAULT_FROM_EMAIL TRUSTED_PROXY_COUNT"
    ).split()
    for name in APP:
        env = COMPOSE[name]["environment"]
        assert env["SDS_MODE"] == "production"
        assert env["CELERY_BROKER_URL"].startswith("redis://")
        assert (
            env["CACHE_URL"].startswith("redis://") and env["CACHE_URL"] != env["CELERY_BROKER_URL"]
        )
        assert env["DATABASE_URL"].startswith("postgres://sds:${POSTGRES_PASSWORD:?")
        assert all(env[key].startswith(f"${{{key}:?") for key in required)
        assert env["EMAIL_HOST_PASSWORD"] == "${EMAIL_HOST_PASSWORD:-}"
    assert COMPOSE["database"]["environment"]["POSTGRES_PASSWORD"].startswith(
        "${POSTGRES_PASSWORD:?"
    )


def test_only_the_web_is_reached_from_outside_and_only_from_this_machine_by_default():
    assert [name for name in COMPOSE if "ports" in COMPOSE[name]] == ["web"]
    assert COMPOSE["web"]["ports"] == ["${WEB_LISTEN:-127.0.0.1:8000}:8000"]


def test_the_example_explains_every_variable_and_fills_in_no_secret():
    used = set(re.findall(r"\$\{([A-Z_]+)", (dev.ROOT / "docker-compose.yml").read_text()))
    lines = (dev.ROOT / ".env.example").read_text().splitlines()
    given = dict(line.split("=", 1) for line in lines if re.match(r"[A-Z]", line))
    assert set(given) == used
    for name in ("SECRET_KEY", "POSTGRES_PASSWORD", "EMAIL_HOST_PASSWORD", "ALLOWED_HOSTS"):
        assert given[name] == ""


def test_the_image_runs_as_nobody_special_and_leaves_private_files_out():
    lines = (dev.ROOT / "Dockerfile").read_text().splitlines()
    users = [line for line in lines if line.startswith("USER")]
    assert users == ["USER app"]
    assert any("--require-hashes -r requirements.lock" in line for line in lines)
    assert not any("SECRET_KEY" in line or "PASSWORD" in line for line in lines)
    ignored = (dev.ROOT / ".dockerignore").read_text().split()
    assert {".git", ".venv", ".data", ".env", "node_modules"} <= set(ignored)


GOOD = {
    "SDS_MODE": "production",
    "SECRET_KEY": "k" * 50,
    "ALLOWED_HOSTS": "support.example",
    "DATABASE_URL": "postgres://sds:x@127.0.0.1:1/sds",
    "CELERY_BROKER_URL": "redis://127.0.0.1:1/0",
    "CACHE_URL": "redis://127.0.0.1:2/0",
    "TRUSTED_PROXY_COUNT": "1",
    "CSRF_TRUSTED_ORIGINS": "",
}


@pytest.mark.parametrize(
    "change, complaint",
    [
        ({}, None),
        ({"SECRET_KEY": None}, "SECRET_KEY must be set"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY must be set"),
        ({"ALLOWED_HOSTS": None}, "ALLOWED_HOSTS must name"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must name"),
        ({"DATABASE_URL": None}, "DATABASE_URL must name a PostgreSQL"),
        ({"TRUSTED_PROXY_COUNT": None}, "TRUSTED_PROXY_COUNT must say how many"),
        ({"TRUSTED_PROXY_COUNT": "-1"}, "TRUSTED_PROXY_COUNT must say how many"),
        ({"TRUSTED_PROXY_COUNT": "one"}, "TRUSTED_PROXY_COUNT must say how many"),
        ({"TRUSTED_PROXY_COUNT": "0"}, None),
        ({"CACHE_URL": None}, "CACHE_URL must name a Redis"),
        ({"CACHE_URL": "locmem://"}, "CACHE_URL must name a Redis"),
        ({"CACHE_URL": "redis://127.0.0.1:1/5"}, "CACHE_URL must name another Redis"),
        ({"EMAIL_USE_TLS": "true", "EMAIL_USE_SSL": "true"}, "not both"),
        ({"EMAIL_USE_SSL": "true", "EMAIL_TIMEOUT": "90"}, None),
        ({"EMAIL_TIMEOUT": "0"}, "EMAIL_TIMEOUT is 0"),
        ({"EMAIL_TIMEOUT_SIGN_IN": "-1"}, "EMAIL_TIMEOUT_SIGN_IN is -1"),
    ],
)
def test_production_refuses_unsafe_settings(change, complaint):
    wanted = {key: value for key, value in {**GOOD, **change}.items() if value is not None}
    mine = {*GOOD, *change}
    env = {key: value for key, value in os.environ.items() if key not in mine} | wanted
    done = subprocess.run(
        [sys.executable, "-c", "import sds.settings"],
        cwd=dev.ROOT,
        env=env,
        capture_output=True,
        text=True,
    )
    assert (done.returncode == 0) == (complaint is None), done.stderr
    assert complaint is None or complaint in done.stderr


def test_the_ci_script_is_sound_shell():
    script = dev.ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    subprocess.run(["bash", "-n", script], check=True)
    assert "python3 dev.py test" in script.read_text()


# ---- what runs beside the tests ----


def test_what_runs_beside_is_shown_at_the_end_and_counts(capfd):
    failed = []
    for number in (0, 3):
        command = [sys.executable, "-c", f"print('said'); raise SystemExit({number})"]
        with dev.beside(f"check {number}", command, dict(os.environ), failed):
            print("meanwhile")
    assert failed == ["check 3"]
    said = capfd.readouterr().out
    assert said.split() == "meanwhile == check 0 said meanwhile == check 3 said".split()


def test_what_runs_beside_ends_with_what_it_runs_beside():
    failed, began = [], time.monotonic()
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    with pytest.raises(KeyboardInterrupt), dev.beside("long", command, dict(os.environ), failed):
        raise KeyboardInterrupt
    assert time.monotonic() - began < 30 and failed == []


# ---- hooks before a commit ----


def test_the_hooks_before_a_commit_are_local_and_run_what_lint_runs():
    repos = yaml.safe_load((dev.ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    assert [repo["repo"] for repo in repos] == ["local"]
    hooks = {hook["id"]: shlex.split(hook["entry"]) for hook in repos[0]["hooks"]}
    assert all(hook["language"] == "system" for hook in repos[0]["hooks"])
    programs = [
        next(word for word in entry if word.startswith(".venv/")) for entry in hooks.values()
    ]
    lint = inspect.getsource(dev.style)
    assert {Path(name).name for name in programs} == {"ruff", "lint-imports", "python"}
    assert all(f'"{word}"' in lint for word in ("ruff", "lint-imports", "makemigrations"))
    assert "makemigrations" in hooks["makemigrations"]
