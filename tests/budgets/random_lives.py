"""Random lives of money: FACTS documents as `entitlement.md` 7 writes them, valid and rich.

A life is lived in an order of arrival. At each turn the clock goes on, some facts are written
(for days gone by, for today, for days ahead), and what the reading of the facts known by then
says is due is paid and charged, as printed. Later facts change what those days should have been.

The reading that pays is the oracle's. With `--module` a product's function is laid beside it:

    python -m tests.budgets.entitlement_facts --count 300 --seed 1 --module package.module.function

where `function(facts, until)` takes the FACTS document and a date and returns the OUT document.
The first life that differs is printed with facts deleted as long as the two still differ.
"""

import argparse
import copy
import importlib
import json
import sys
from datetime import date, timedelta
from random import Random

from tests.budgets.entitlement_oracle import Refused, entitlement, parsed

BY_THE_WEEK = ("hour", "day", "session", "week")
LEAP_DAYS = (date(2020, 2, 29), date(2024, 2, 29), date(2028, 2, 29))
LISTS = (
    "lines",
    "prices",
    "decisions",
    "contributions",
    "agreements",
    "suspensions",
    "paid",
    "charged",
    "recoveries",
    "settled",
    "extras",
)
LEFT_OUT = {"to": None, "weeks": None, "free": False, "origin": None}


def in_pence(text):
    return int(text.replace(".", ""))


def as_text(pence):
    return f"{pence // 100}.{pence % 100:02d}"


class Life:
    """The facts of one case as they become known; `clock` is the day it has got to."""

    def __init__(self, rng):
        self.rng = rng
        self.start = self.a_start()
        self.clock = self.start
        self.last_day = self.start + timedelta(days=rng.randint(183, 1095))
        self.names = 0
        self.tiny = rng.random() < 0.08  # a life of pennies: payments of 0.00 that are not made
        self.facts = {
            "pay_calendar": {
                "anchor": (self.start + timedelta(days=rng.randint(-60, 60))).isoformat(),
                "cycle_weeks": rng.choice((2, 4)),
            },
            "end": None,
            **{name: [] for name in LISTS},
        }

    def a_start(self):
        if self.rng.random() < 0.25:
            return self.rng.choice(LEAP_DAYS[1:]) + timedelta(days=self.rng.randint(-40, 10))
        return date(2022, 1, 1) + timedelta(days=self.rng.randint(0, 2400))

    def chance(self, share):
        return self.rng.random() < share

    def near(self, back, ahead):
        """A day not far from the clock, as text."""
        return (self.clock + timedelta(days=self.rng.randint(-back, ahead))).isoformat()

    def later(self, day, longest):
        return (date.fromisoformat(day) + timedelta(days=self.rng.randint(0, longest))).isoformat()

    def money(self, highest):
        """Pounds: now and then nothing or a few pence, often a round sum."""
        kind = self.rng.random()
        if kind < 0.03:
            return "0.00"
        if kind < 0.12 or self.tiny:
            return as_text(self.rng.randint(1, 60))
        if kind < 0.5:
            return as_text(100 * self.rng.randint(1, highest))
        return as_text(self.rng.randint(1, 100 * highest))

    # --- facts -------------------------------------------------------------------------------

    def new_line(self, plan, begin):
        unit = self.rng.choice(
            (*BY_THE_WEEK, "week", "week", "month", "month", "year", "year", "once")
        )
        funder = self.rng.choice(("council",) * 8 + ("health", "s117", "person"))
        route = self.rng.choice(
            ("direct_payment",) * 4 + ("council_managed",) * 3 + ("provider_held",) * 3
        )
        highest = {"month": 900, "year": 9000, "once": 1500}.get(unit, 300)
        first = begin + timedelta(days=self.rng.choice((0, 0, 0, self.rng.randint(-90, 60))))
        leap_day = min(LEAP_DAYS, key=lambda day: abs(day - begin))
        if self.chance(0.01) or (abs(leap_day - begin).days < 60 and self.chance(0.3)):
            first = leap_day
        self.names += 1
        line = {
            "id": f"line {self.names}",
            "plan": plan,
            "route": None if funder != "council" and self.chance(0.5) else route,
            "funder": funder,
            "unit": unit,
            "amount": self.money(highest),
            "from": first.isoformat(),
            "to": None,
            "weeks": None,
            "free": self.chance(0.15),
            "origin": None,
        }
        if self.chance(0.35):
            line["to"] = self.later(line["from"], self.rng.choice((0, 20, 120, 364, 366, 1200)))
        if unit in BY_THE_WEEK and self.chance(0.4):
            line["weeks"] = self.rng.choice((1, 4, 6, 12, 26, 40, 50, 51, 52, 53))
        return line

    def copied_line(self, line, plan):
        self.names += 1
        found = line | {"id": f"line {self.names}", "plan": plan}
        if line["unit"] == "once":
            found["origin"] = line["origin"] or line["id"]
        if self.chance(0.35):
            found["amount"] = self.money(400)
        if self.chance(0.3):
            found["to"] = None if line["to"] else self.later(line["from"], 1000)
        if self.chance(0.1) and line["funder"] == "council":
            found["route"] = self.rng.choice(("direct_payment", "council_managed", "provider_held"))
        return found

    def decide(self, facts):
        """A plan with lines copied from an earlier one, a plan restored, or one without lines."""
        plans = sorted({one["plan"] for one in facts["lines"] + facts["decisions"]})
        first = self.near(60, 45)
        kind = self.rng.random()
        if plans and kind < 0.15:
            facts["decisions"].append({"plan": self.rng.choice(plans), "from": first})
            return
        plan = max(plans, default=0) + self.rng.randint(1, 2)
        facts["decisions"].append({"plan": plan, "from": first})
        if plans and kind < 0.22:
            return
        before = self.rng.choice(plans) if plans else None
        for line in [one for one in facts["lines"] if one["plan"] == before]:
            if self.chance(0.7):
                facts["lines"].append(self.copied_line(line, plan))
        for _ in range(self.rng.randint(0, 3)):
            facts["lines"].append(self.new_line(plan, date.fromisoformat(first)))
        if self.chance(0.7):  # most people have a direct payment that goes on
            usual = self.new_line(plan, date.fromisoformat(first))
            usual |= {"route": "direct_payment", "funder": "council", "to": None}
            facts["lines"].append(usual)

    def price(self, facts):
        line = self.rng.choice(facts["lines"])
        day = line["from"] if self.chance(0.1) else max(self.near(120, 60), line["from"])
        facts["prices"].append(
            {"line": line["id"], "from": day, "amount": self.money(400)},
        )
        if self.chance(0.3):  # support that didn't come: a price for those days and one back
            back = {"line": line["id"], "from": self.later(day, 21), "amount": line["amount"]}
            facts["prices"].append(back)

    def contribute(self, facts):
        first = self.near(90, 60)
        kind = self.rng.random()
        told = None  # not told yet
        if kind < 0.3:
            told = first
        elif kind < 0.6:
            told = self.later(first, 60)
        elif kind < 0.85:
            told = (date.fromisoformat(first) - timedelta(days=self.rng.randint(1, 60))).isoformat()
        facts["contributions"].append(
            {"from": first, "weekly": self.money(self.rng.choice((30, 300))), "told_on": told},
        )

    def tell(self, facts):
        one = self.rng.choice(facts["contributions"])
        one["told_on"] = self.near(30, 10)

    def agree(self, facts):
        basis = self.rng.choice(("net", "net", "gross", "person_first"))
        facts["agreements"].append({"from": self.near(40, 30), "basis": basis})

    def suspend(self, facts):
        first = self.near(60, 20)
        last = None if self.chance(0.3) else self.later(first, 60)
        made_good = last is not None and self.chance(0.3)
        facts["suspensions"].append({"from": first, "to": last, "make_good": made_good})

    def resume(self, facts):
        one = self.rng.choice(facts["suspensions"])
        one["to"] = self.later(one["from"], 60)
        one["make_good"] = self.chance(0.4)

    def end(self, facts):
        facts["end"] = None if facts["end"] and self.chance(0.6) else self.near(60, 120)

    def extra(self, facts):
        facts["extras"].append({"on": self.near(40, 40), "amount": self.money(800)})

    def correct_line(self, facts):
        line = self.rng.choice(facts["lines"])
        kind = self.rng.random()
        if kind < 0.4:
            line["to"] = None if line["to"] and self.chance(0.5) else self.later(line["from"], 500)
        elif kind < 0.7:
            line["from"] = self.near(60, 30)
        elif kind < 0.85:
            line["free"] = not line["free"]
        else:
            line["amount"] = self.money(300)

    def strike(self, facts):
        """A corrected row: out of the reading as if it had never been written."""
        name = self.rng.choice(
            (
                "prices",
                "decisions",
                "contributions",
                "agreements",
                "suspensions",
                "extras",
                "settled",
            )
        )
        if facts[name]:
            facts[name].remove(self.rng.choice(facts[name]))

    def send_back(self, facts):
        """The bank returns a payment: it is left out."""
        facts["paid"].remove(self.rng.choice(facts["paid"]))

    def recover(self, facts):
        stands = in_pence(entitlement(facts, self.clock)["paid_too_much"])
        if not stands and self.chance(0.8):
            return
        for _ in range(self.rng.randint(1, 5)):
            sum_of_one = self.rng.randint(1, self.rng.choice((stands + 1, 5000)))
            facts["recoveries"].append({"on": self.near(20, 90), "amount": as_text(sum_of_one)})

    def settle(self, facts):
        stands = in_pence(entitlement(facts, self.clock)["paid_too_much"])
        if not stands and self.chance(0.9):
            return
        written_off = stands if self.chance(0.4) else self.rng.randint(1, max(stands, 2000))
        facts["settled"].append({"on": self.near(20, 20), "amount": as_text(written_off)})

    def act(self, wanted):
        """Write a fact; one that section 7 refuses is not written."""
        facts = copy.deepcopy(self.facts)
        try:
            wanted(facts)
            parsed(facts)
        except (Refused, IndexError):  # IndexError: there is nothing yet to choose from
            return
        days = [one["on"] for one in facts["recoveries"]]
        if len(days) == len(set(days)):  # the specification orders instalments by day alone
            self.facts = facts

    # --- money that leaves -------------------------------------------------------------------

    def pay(self):
        """A batch: what is due by the clock, or a few days ahead, as the facts now say."""
        said = entitlement(self.facts, self.clock + timedelta(days=self.rng.choice((0, 0, 2, 9))))
        for payment in said["payments"]:
            if self.chance(0.04):
                continue  # left out of the batch with a reason
            if self.chance(0.04):  # made elsewhere, and not what this reading would have paid
                payment["amount"] = self.money(900)
                del payment["of"]
            elif self.chance(0.15):
                del payment["of"]
            self.facts["paid"].append(payment)
        if self.chance(0.7):
            self.facts["charged"] += said["charges"]

    def open_with_money_running(self):
        """One opening row for all that was paid elsewhere."""
        last = self.clock + timedelta(days=self.rng.randint(0, 27))
        said = entitlement(self.facts, last)
        if said["entitlement"]:
            whole = sum(in_pence(run["direct_payment"]) for run in said["entitlement"])
            first = said["entitlement"][0]["from"]
            self.facts["paid"].append(
                {
                    "on": self.clock.isoformat(),
                    "covers_from": first,
                    "covers_to": last.isoformat(),
                    "amount": as_text(whole),
                }
            )

    # --- the life ----------------------------------------------------------------------------

    def lived(self):
        self.act(self.decide)
        if self.chance(0.92):
            self.act(self.agree)
        if self.chance(0.5):
            self.act(self.contribute)
        turns = self.rng.randint(3, 9)
        steps = sorted(self.rng.random() for _ in range(turns))
        if self.chance(0.1):
            self.clock += timedelta(days=self.rng.randint(20, 90))
            self.open_with_money_running()
        began, whole = self.clock, max((self.last_day - self.clock).days, 1)
        for step in steps:
            self.clock = began + timedelta(days=round(step * whole))
            if self.chance(0.75):
                self.pay()
            for _ in range(self.rng.randint(1, 4)):
                self.act(self.a_turn(step))
        if self.chance(0.4):
            self.act(self.recover)
        if self.chance(0.3):
            self.pay()
        ahead = self.rng.choice((self.rng.randint(-90, 60), self.rng.randint(0, 150), 60))
        until = self.clock + timedelta(days=ahead)
        return self.written(), until

    def a_turn(self, step):
        acts = (
            [self.decide] * 4
            + [self.price] * 4
            + [self.contribute] * 4
            + [self.agree] * 2
            + [self.suspend] * 2
            + [self.resume] * 3
            + [self.tell, self.extra, self.strike, self.send_back]
            + [self.recover] * 2
            + [self.settle, self.correct_line, self.correct_line]
        )
        if step > 0.7:
            acts += [self.end] * 2
        return self.rng.choice(acts)

    def written(self):
        """The document as it might come: rows in any order, what may be left out left out."""
        facts = {}
        for name, value in self.facts.items():
            if name in LISTS:
                self.rng.shuffle(value)
            if not value and self.chance(0.5):
                continue
            facts[name] = value
        for line in facts.get("lines", []):
            for name, default in LEFT_OUT.items():
                if line[name] == default and self.chance(0.5):
                    del line[name]
        return facts


def lives(seed, count, skip=0):
    """Yield `count` lives as (FACTS document, day asked for); the same for the same seed."""
    for number in range(skip, skip + count):
        yield Life(Random(f"{seed} {number}")).lived()


# --- beside a product's function ----------------------------------------------------------------


def difference(product, facts, until):
    """The first part in which the product's answer differs, as text; None where it agrees."""
    said = entitlement(facts, until)
    try:
        found = product(copy.deepcopy(facts), until)
    except Exception as wrong:
        return f"the product raised {type(wrong).__name__}: {wrong}"
    for part in (*said, *sorted(set(found) - set(said))):
        if part not in said or part not in found or found[part] != said[part]:
            return f"{part}\n  oracle:  {said.get(part)}\n  product: {found.get(part)}"
    return None


def without(facts, name, first, last):
    """The document without some rows; prices and copies of a deleted line go with it."""
    found = copy.deepcopy(facts)
    del found[name][first:last]
    if name == "lines":
        ids = {one["id"] for one in found["lines"]}
        found["prices"] = [one for one in found.get("prices", []) if one["line"] in ids]
        for line in found["lines"]:
            if line.get("origin") not in ids:
                line.pop("origin", None)
    return found


def plainer(facts, until):
    """Documents with as many rows, each with one field made plainer."""
    if facts.get("end"):
        yield facts | {"end": None}, until
    for name in LISTS:
        for number, row in enumerate(facts.get(name, [])):
            for field, value in row.items():
                plain = {
                    "to": None,
                    "weeks": None,
                    "free": False,
                    "origin": None,
                    "make_good": False,
                    "told_on": row.get("from"),
                    "unit": "week",
                    "amount": "7.00",
                    "weekly": "7.00",
                }
                if field not in plain or value == plain[field]:
                    continue
                found = copy.deepcopy(facts)
                found[name][number][field] = plain[field]
                yield found, until
    for days in (100, 28, 7, 1):
        if until - timedelta(days=days) >= date(2015, 1, 1):
            yield facts, until - timedelta(days=days)


def shrunk(facts, until, differs):
    """The facts with rows deleted and fields made plainer as long as `differs(facts, until)`."""

    def still(candidate, day):
        try:
            parsed(candidate)
        except Refused:
            return False
        return differs(candidate, day)

    changed = True
    while changed:
        changed = False
        for size in (16, 4, 1):
            for name in LISTS:
                first = 0
                while first < len(facts.get(name, [])):
                    candidate = without(facts, name, first, first + size)
                    if still(candidate, until):
                        facts, changed = candidate, True
                    else:
                        first += size
        for candidate, day in plainer(facts, until):
            if still(candidate, day):
                facts, until, changed = candidate, day, True
                break
    return {name: value for name, value in facts.items() if value}, until


def named(dotted):
    module, _, function = dotted.rpartition(".")
    return getattr(importlib.import_module(module), function)


def compare(product, seed, count, skip=0, out=sys.stdout):
    """Lay the product beside the oracle; True where every life agrees. Prints the first that
    does not, shrunk."""
    for number, (facts, until) in enumerate(lives(seed, count, skip), skip):
        if difference(product, facts, until) is None:
            continue
        facts, until = shrunk(
            facts, until, lambda one, day: difference(product, one, day) is not None
        )
        print(f"Life {number} of seed {seed} differs. Shrunk, --until {until}:", file=out)
        print(json.dumps(facts, indent=1), file=out)
        print(difference(product, facts, until), file=out)
        return False
    print(f"{count} lives of seed {seed} agree.", file=out)
    return True


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--skip", type=int, default=0, help="lives of this seed to pass over")
    parser.add_argument("--module", help="dotted name of the product's function")
    asked = parser.parse_args(arguments)
    if asked.module is None:
        for facts, until in lives(asked.seed, asked.count, asked.skip):
            print(json.dumps({"facts": facts, "until": until.isoformat()}))
        return 0
    return 0 if compare(named(asked.module), asked.seed, asked.count, asked.skip) else 1


if __name__ == "__main__":
    sys.exit(main())
