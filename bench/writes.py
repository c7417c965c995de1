"""Transitions a second with 50 clients: with nothing kept, with appended deltas and a drain, with
cells upserted (G8).

A client is a process that sends the statements of a transition (lock, visit closed and opened,
case, turn, event, commit with fsync) as bare SQL, on cases of its own. On a copy of the database,
because what upserted cells leave behind is not kept right. PostgreSQL only. `python -m
bench.writes`
"""

import multiprocessing
import os
import sys
import time
from functools import partial
from random import Random

import psycopg2

from bench import setting
from bench.rounds import interleave, machine, number, ratio, tell, versions

CLIENTS, SECONDS = 50, 3.0
MOVE = (
    "SELECT id, visit_seq FROM cases_case WHERE id = %(case)s FOR UPDATE",
    "UPDATE cases_turn SET ended_at = now() WHERE ended_at IS NULL AND visit_id IN "
    "(SELECT id FROM cases_visit WHERE case_id = %(case)s AND left_at IS NULL)",
    "UPDATE cases_visit SET left_at = greatest(now(), entered_at), days = %(days)s, month = "
    "%(month)s "
    "WHERE case_id = %(case)s AND left_at IS NULL",
    "INSERT INTO cases_event (council_id, case_id, seq, verb, role, at, recorded_at, codes, "
    "body_hash, previous, hash) "
    "SELECT council_id, id, head_seq + 1, 'bench', 'worker', now(), now(), '{}', '', "
    "head_hash, %(hash)s "
    "FROM cases_case WHERE id = %(case)s",
    "INSERT INTO cases_visit (council_id, case_id, seq, step, cycle, cycle_no, entered_at, "
    "due_at, paused_days, loop, "
    "team_id, route, need_group, age_band, journey_version, person_days, council_days, "
    "panel_days, other_days) "
    "SELECT council_id, id, visit_seq + 1, 'plan', 'first', 1, now(), now() + interval '28 "
    "days', 0, false, team_id, "
    "route, need_group, age_band, 1, 0, 0, 0, 0 FROM cases_case WHERE id = %(case)s",
    "INSERT INTO cases_turn (visit_id, role, began_at, event_id) SELECT v.id, 'person', "
    "now(), e.id FROM cases_visit v "
    "JOIN cases_event e ON e.case_id = v.case_id WHERE v.case_id = %(case)s AND v.left_at IS NULL "
    "ORDER BY e.seq DESC LIMIT 1",
    "UPDATE cases_case SET step = 'plan', step_since = now(), turn = 'person', turn_since = now(), "
    "visit_seq = visit_seq + 1, head_seq = head_seq + 1, head_hash = %(hash)s, version = "
    "version + 1 "
    "WHERE id = %(case)s",
)
DELTA = (
    "INSERT INTO cases_timedelta (council_id, kind, sign, step, team_id, route, need, age, "
    "version, month, days, net, "
    "due, ok, loop, turn, day, turn_day, due_day, person_days, council_days, panel_days, "
    "other_days) VALUES "
    "(%(council)s, 'closed', 1, 'plan', %(team)s, 'direct_payment', 'physical', '18-64', 1, "
    "%(month)s, %(days)s, %(days)s, "
    "true, true, false, '', NULL, NULL, '9999-12-31', %(days)s, 0, 0, 0), "
    "(%(council)s, 'open', -1, 'plan', %(team)s, '', '', '', 0, NULL, NULL, NULL, false, "
    "false, false, 'person', %(day)s, "
    "%(day)s, %(day)s, 0, 0, 0, 0), "
    "(%(council)s, 'open', 1, 'plan', %(team)s, '', '', '', 0, NULL, NULL, NULL, false, "
    "false, false, 'person', "
    "current_date, current_date, current_date, 0, 0, 0, 0)",
)
CELLS = (
    ("", ""),
    ("age", "18-64"),
    ("need", "physical"),
    ("route", "direct_payment"),
    ("team", "%(team)s"),
    ("version", "1"),
)
UPSERT = tuple(
    "INSERT INTO cases_stepdays (council_id, dim, key, measure, month, step, days, n, due, "
    "ok, loops, person_days, "
    f"council_days, panel_days, other_days) VALUES (%(council)s, '{dim}', '{key}', 'gross', "
    "%(month)s, 'plan', %(days)s, "
    "1, 1, 1, 0, %(days)s, 0, 0, 0) ON CONFLICT (council_id, dim, key, measure, month, step, "
    "days) DO UPDATE SET "
    "n = cases_stepdays.n + 1, due = cases_stepdays.due + 1, ok = cases_stepdays.ok + 1, "
    "person_days = cases_stepdays.person_days + excluded.person_days"
    for dim, key in CELLS
)
MORE = {"none": (), "delta": DELTA, "upsert": UPSERT}


class Clients:
    """Fifty processes with a connection each, that transit when they are told to."""

    def __init__(self, address: str, facts: dict) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipes, self.processes = [], []
        for place in range(CLIENTS):
            here, there = context.Pipe()
            process = context.Process(
                target=client, args=(address, place, facts, there), daemon=True
            )
            process.start()
            self.pipes.append(here)
            self.processes.append(process)
        for pipe in self.pipes:
            pipe.recv()

    def rate(self, side: str) -> float:
        """Transitions a second of all together; beside appended deltas a drain runs every
        second.
        """
        until = time.time() + SECONDS
        for pipe in self.pipes:
            pipe.send((side, until))
        while side == "delta" and time.time() < until:
            began = time.time()
            histogram_drain()
            time.sleep(max(0, min(1 - (time.time() - began), until - time.time())))
        return sum(pipe.recv() for pipe in self.pipes) / SECONDS

    def close(self) -> None:
        for pipe in self.pipes:
            pipe.send(None)
        for process in self.processes:
            process.join(10)


def client(address: str, place: int, facts: dict, pipe) -> None:
    """One of the fifty, on cases that no other one takes."""
    rng, connection = Random(place), psycopg2.connect(address)
    pipe.send("ready")
    with connection.cursor() as cursor:
        while task := pipe.recv():
            side, until = task
            made = 0
            while time.time() < until:
                arguments = facts | {
                    "case": rng.choice(facts["open"][place::CLIENTS]),
                    "days": rng.randrange(60),
                    "team": rng.choice(facts["teams"]),
                    "hash": "0" * 64,
                }
                for statement in (*MOVE, *MORE[side]):
                    cursor.execute(statement, arguments)
                connection.commit()
                made += 1
            pipe.send(made)


def histogram_drain() -> None:
    from cases.figures import histogram  # the clients start without Django

    while histogram.drain() == histogram.BATCH:
        pass


def main() -> int:
    if not setting.server():
        print("\nwrites: not run: PostgreSQL only, and DATABASE_URL names none")
        return 0
    size = os.environ["BENCH_SIZE"]
    os.environ["DATABASE_URL"] = setting.copied(size, "writes")
    setting.start()
    from django.db import connection  # needs Django

    print(f"\nwrites, {size} cases, {CLIENTS} clients: {machine()}, {versions()}")
    facts = known()
    clients = Clients(os.environ["DATABASE_URL"], facts)
    found = interleave({side: partial(clients.rate, side) for side in MORE})
    clients.close()
    connection.close()
    setting.drop("writes")
    for side, rates in found.items():
        print(
            f"  {side}: {number(ratio(rates, rates)['over'])} a second ({number(min(rates))} "
            f"to {number(max(rates))})"
        )
    for side, words in (("delta", "with deltas"), ("upsert", "upserting")):
        name, unit = f"writes.{side}_to_none", f"transitions a second, {words} / with nothing"
        tell(name, unit, found[side], found["none"], size, "/s")
    return 0


def known() -> dict:
    """What the clients write about: council, day, teams and open cases."""
    from cases.common import dates
    from cases.models import Case, Council, Team

    today = dates.today()
    still_open = Case.objects.exclude(step="closed").order_by("pk")
    return {
        "council": Council.objects.get().pk,
        "month": today.replace(day=1),
        "day": today,
        "teams": list(Team.objects.filter(intake=False).values_list("pk", flat=True)),
        "open": list(still_open.values_list("pk", flat=True)[:20_000]),
    }


if __name__ == "__main__":
    sys.exit(main())
