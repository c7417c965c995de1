"""The slow way to the entitlement: the written specification read word for word.

One plain loop over each single day, exact fractions, nothing remembered between days but sums.
Shares no code with the product and imports none of it: it is what the product's reading is
compared with. Speed is no aim here, and neither is a good message for bad input.

Where the specification leaves room, this is how it is read here:

1.  A payment of 0.00 is not made: neither new days nor an amount owed bring any money. New days
    worth 0.00 with an amount owed are a payment and cover their days. A payment that recovery
    brings to 0.00 is made.
2.  `A` with payments that all cover no days is as with nothing paid: the day before the first
    line, decision or extra. Where there is none of these either, there is no `A`: E(A) is 0, and
    an amount owed shows but goes in no payment.
3.  First line, decision or extra: the earliest day written in any of them, whether the line's
    plan was ever decided or not.
4.  With nothing charged, `B` is the day before everything: both charge differences are 0.00. A
    period between pay days that holds `B` gives a charge for its days after `B`.
5.  An amount owed goes only with the first payment or alone; an instalment is taken only while
    something was paid too much. Recoveries and settled rows count whatever their day is beside
    `until`, as the facts stand.
6.  An instalment taken in part (the payment was smaller) has its rest taken from the next
    payments, still one instalment a payment. Instalments of one day: in the order written.
7.  A decision whose plan has no lines is a decision in force: the contribution of its days is
    not owed. After the end there is no decision in force, so no contribution; extras go on.
8.  On a day without an agreement the contribution is taken as in `net`: there is no direct
    payment to take it from, so it is charged.
9.  A suspension that is made good changes nothing in E; a `once` line is paid in it on its day.
10. A `once` line is not paid after its `to`, even where a suspension held it until then. Its
    amount is the one priced for the day it is paid on. An origin is the first of its copies, so
    an origin and a copy in one plan are two copies in one plan.
11. `N weeks a year` of a line shorter than its first year: the days of the own year are its own
    days, as with `year`.
12. Contribution rows told on a day count from that day. The sum decided for a day is the latest
    row from that day or before, told or not.
13. A sum written as text has 1 to 7 figures before the point. Parts that may be null are: a
    line's `route`, `to`, `weeks` and `origin`, `told_on`, a suspension's `to`, `end`, and both
    covers of a paid row. Charged rows always cover days.
"""

import re
from datetime import date, timedelta
from fractions import Fraction
from math import floor

BY_THE_WEEK = ("hour", "day", "session", "week")
UNITS = (*BY_THE_WEEK, "month", "year", "once")
ROUTES = ("direct_payment", "council_managed", "provider_held")
FUNDERS = ("council", "health", "s117", "person")
BASES = ("net", "gross", "person_first")
COLUMNS = (
    "direct_payment",
    "managed",
    "provider_held",
    "contribution_taken",
    "contribution_charged",
    "contribution_not_owed",
)
ONE_DAY = timedelta(days=1)
NO_MONEY = Fraction(0)


class Refused(ValueError):
    """A FACTS document that section 7 refuses."""


# --- a day's money (section 2) ---------------------------------------------------------------


def anniversary(first, years):
    """The same day of the year so many years later; 28 February for a 29th in a common year."""
    try:
        return first.replace(year=first.year + years)
    except ValueError:
        return date(first.year + years, 2, 28)


def days_of_own_year(line, day):
    """How many days the line's own year has that `day` lies in."""
    if line["to"] is not None and line["to"] < anniversary(line["from"], 1) - ONE_DAY:
        return (line["to"] - line["from"]).days + 1
    years = 0
    while anniversary(line["from"], years + 1) <= day:
        years += 1
    return (anniversary(line["from"], years + 1) - anniversary(line["from"], years)).days


def days_of_month(day):
    first = day.replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    return (following - first).days


def amount_on(facts, line, day):
    """The amount of one native period, as priced for the day."""
    amount, since = line["amount"], None
    for price in facts["prices"]:
        if price["line"] == line["id"] and price["from"] <= day:
            if since is None or price["from"] > since:
                amount, since = price["amount"], price["from"]
    return amount


def latest(rows, day):
    """The row in force on a day: the latest one from that day or before; None before the first."""
    found = None
    for row in rows:
        if row["from"] <= day and (found is None or row["from"] > found["from"]):
            found = row
    return found


def decision_in_force(facts, day):
    if facts["end"] is not None and day > facts["end"]:
        return None
    return latest(facts["decisions"], day)


def is_held(facts, day):
    """Whether the day lies in a suspension that is not made good."""
    for one in facts["suspensions"]:
        if one["from"] <= day and (one["to"] is None or day <= one["to"]) and not one["make_good"]:
            return True
    return False


def can_be_paid(facts, line, day):
    """Whether the line has money of the council's on this day at all."""
    if day < line["from"] or (line["to"] is not None and day > line["to"]):
        return False
    decision = decision_in_force(facts, day)
    if decision is None or decision["plan"] != line["plan"]:
        return False
    if line["funder"] != "council":
        return False
    if line["route"] == "direct_payment":
        if latest(facts["agreements"], day) is None or is_held(facts, day):
            return False
    return True


def rate(facts, line, day):
    """The exact pounds of one day of a line that can be paid on it and is not `once`."""
    amount = amount_on(facts, line, day)
    if line["unit"] == "month":
        return amount / days_of_month(day)
    if line["unit"] == "year":
        return amount / days_of_own_year(line, day)
    if line["weeks"] is None or line["weeks"] >= 52:
        return amount / 7
    return min(amount / 7, line["weeks"] * amount / days_of_own_year(line, day))


def contribution(facts, day):
    """A seventh of the sum decided for the day, at most of the sum told by then."""
    if decision_in_force(facts, day) is None:
        return NO_MONEY
    decided = latest(facts["contributions"], day)
    told = latest(
        [one for one in facts["contributions"] if one["told_on"] and one["told_on"] <= day], day
    )
    if decided is None or told is None:
        return NO_MONEY
    return min(decided["weekly"], told["weekly"]) / 7


def each_day(facts, last):
    """The six exact sums of each day, from the first day with anything to the last one asked."""
    day = first_day(facts)
    once_paid = set()
    while day is not None and day <= last:
        cost = dict.fromkeys(ROUTES, NO_MONEY)
        chargeable = dict.fromkeys(ROUTES, NO_MONEY)
        for line in facts["lines"]:
            if not can_be_paid(facts, line, day):
                continue
            if line["unit"] == "once":
                first_copy = line["origin"] or line["id"]
                if first_copy not in once_paid:
                    once_paid.add(first_copy)
                    cost[line["route"]] += amount_on(facts, line, day)
                continue
            money = rate(facts, line, day)
            cost[line["route"]] += money
            if not line["free"]:
                chargeable[line["route"]] += money
        due = contribution(facts, day)
        agreement = latest(facts["agreements"], day)
        others = chargeable["council_managed"] + chargeable["provider_held"]
        if agreement is not None and agreement["basis"] == "gross":
            taken = NO_MONEY
            charged = min(due, chargeable["direct_payment"] + others)
        else:
            taken = min(due, chargeable["direct_payment"])
            charged = min(due - taken, others)
        extras = sum((one["amount"] for one in facts["extras"] if one["on"] == day), NO_MONEY)
        yield (
            day,
            {
                "direct_payment": cost["direct_payment"] - taken + extras,
                "managed": cost["council_managed"],
                "provider_held": cost["provider_held"],
                "contribution_taken": taken,
                "contribution_charged": charged,
                "contribution_not_owed": due - taken - charged,
            },
        )
        day += ONE_DAY


def first_day(facts):
    """The first line, decision or extra; None where there is none of them."""
    days = [one["from"] for one in facts["lines"]]
    days += [one["from"] for one in facts["decisions"]]
    days += [one["on"] for one in facts["extras"]]
    return min(days) if days else None


# --- pounds and pence (section 3), pay days (section 4) ---------------------------------------


def pence(money):
    """To the penny, half up, in whole pence."""
    return floor(money * 100 + Fraction(1, 2))


def text(whole_pence):
    return f"{whole_pence // 100}.{whole_pence % 100:02d}"


def is_pay_day(facts, day):
    calendar = facts["pay_calendar"]
    return (day - calendar["anchor"]).days % (7 * calendar["cycle_weeks"]) == 0


def next_pay_day(facts, day):
    """The first pay day after the day."""
    day += ONE_DAY
    while not is_pay_day(facts, day):
        day += ONE_DAY
    return day


class Sums:
    """Every day's six sums and what they come to from the beginning."""

    def __init__(self, facts, last):
        self.days, self.of, self.running = [], {}, {}
        total = dict.fromkeys(COLUMNS, NO_MONEY)
        for day, sums in each_day(facts, last):
            total = {
                column: total[column] + sums[column] if sums[column] else total[column]
                for column in COLUMNS
            }
            self.days.append(day)
            self.of[day], self.running[day] = sums, total

    def to(self, column, day):
        """The pence of one column of all days up to and including `day`."""
        if not self.days or day < self.days[0]:
            return 0
        return pence(self.running[day][column])

    def between(self, column, first, last):
        return self.to(column, last) - self.to(column, first - ONE_DAY)

    def on(self, column, day):
        return self.of[day][column] if day in self.of else NO_MONEY


# --- what was paid and what follows (section 5) -----------------------------------------------


def last_covered(rows):
    covered = [one["covers_to"] for one in rows if one["covers_to"] is not None]
    return max(covered) if covered else None


def new_days(facts, sums, after, until):
    """The covers that follow day `after`: each begins on or before `until`."""
    found = []
    day = after + ONE_DAY
    while day <= until:
        if sums.on("direct_payment", day) == 0:
            day += ONE_DAY
            continue
        following = next_pay_day(facts, day)
        if (following - day).days < 7:
            following = next_pay_day(facts, following)
        last = following - ONE_DAY
        while sums.on("direct_payment", last) == 0:
            last -= ONE_DAY
        found.append((day, last))
        day = last + ONE_DAY
    return found


def still_to_recover(facts):
    """The instalments in order of their days, and what of each no payment has recovered yet."""
    instalments = sorted(facts["recoveries"], key=lambda one: one["on"])
    left = [pence(one["amount"]) for one in instalments]
    recovered_before = sum(one["recovered"] for one in facts["paid"])
    for number in range(len(left)):
        filled = min(left[number], recovered_before)
        left[number] -= filled
        recovered_before -= filled
    return instalments, left


def payments_to_come(facts, sums, after, owed, too_much, until):
    """The payments not yet made that are due by `until`."""
    planned = []
    for first, last in new_days(facts, sums, after, until):
        regular = sums.between("direct_payment", first, last)
        planned.append({"on": first, "first": first, "last": last, "regular": regular, "owed": 0})
    if owed:
        by = next_pay_day(facts, after)
        if planned and planned[0]["on"] <= by:
            planned[0]["owed"] = owed
        elif by <= until:
            alone = {"on": by, "first": None, "last": None, "regular": 0, "owed": owed}
            planned.insert(0, alone)
    instalments, left = still_to_recover(facts)
    stands = too_much
    found = []
    for one in planned:
        whole = one["regular"] + one["owed"]
        if whole == 0:
            continue
        taken = 0
        for number, instalment in enumerate(instalments):
            if left[number] > 0:
                if instalment["on"] <= one["on"]:
                    taken = min(left[number], whole, stands)
                    left[number] -= taken
                    stands -= taken
                break
        found.append(
            {
                "on": one["on"].isoformat(),
                "covers_from": one["first"] and one["first"].isoformat(),
                "covers_to": one["last"] and one["last"].isoformat(),
                "amount": text(whole - taken),
                "of": {
                    "regular": text(one["regular"]),
                    "owed": text(one["owed"]),
                    "recovered": text(taken),
                },
            }
        )
    return found


def charges_to_come(facts, sums, after, until):
    """A charge for each period between pay days that ends by `until`, of its days after `after`."""
    found = []
    with_a_charge = []
    for day in sums.days:
        if day > until:
            break
        if (after is None or day > after) and sums.on("contribution_charged", day) > 0:
            with_a_charge.append(day)
        if is_pay_day(facts, day + ONE_DAY):
            if with_a_charge:
                first, last = with_a_charge[0], with_a_charge[-1]
                amount = sums.between("contribution_charged", first, last)
                if amount:
                    found.append(
                        {
                            "covers_from": first.isoformat(),
                            "covers_to": last.isoformat(),
                            "amount": text(amount),
                        }
                    )
            with_a_charge = []
    return found


def runs(sums, until):
    """The longest runs of days with the same six sums, rounded each as its own sum."""
    found = []
    for day in sums.days:
        if day > until:
            break
        if found and found[-1]["sums"] == sums.of[day]:
            found[-1]["to"] = day
        else:
            found.append({"from": day, "to": day, "sums": sums.of[day]})
    return [
        {"from": run["from"].isoformat(), "to": run["to"].isoformat()}
        | {column: text(sums.between(column, run["from"], run["to"])) for column in COLUMNS}
        for run in found
        if any(run["sums"].values())
    ]


def entitlement(document, until):
    """The OUT document of a FACTS document, both as section 7 writes them.

    `document`: a dict as read from JSON; `until`: a date. Raises Refused.
    """
    facts = parsed(document)
    a_day, b_day = last_covered(facts["paid"]), last_covered(facts["charged"])
    beginning = first_day(facts)
    if a_day is None and beginning is not None:
        a_day = beginning - ONE_DAY
    # A payment due on the last day asked runs to the pay day after the next at most.
    furthest = next_pay_day(facts, next_pay_day(facts, max(filter(None, (until, a_day, b_day)))))
    sums = Sums(facts, furthest)
    paid = sum(pence(one["amount"]) for one in facts["paid"])
    settled = sum(pence(one["amount"]) for one in facts["settled"])
    due = sums.to("direct_payment", a_day) if a_day is not None else 0
    balance = due - paid + settled
    charged = sum(pence(one["amount"]) for one in facts["charged"])
    due_in_charges = sums.to("contribution_charged", b_day) if b_day is not None else 0
    charge_balance = due_in_charges - charged
    owed, too_much = max(balance, 0), max(-balance, 0)
    payments = []
    if a_day is not None:
        payments = payments_to_come(facts, sums, a_day, owed, too_much, until)
    return {
        "entitlement": runs(sums, until),
        "payments": payments,
        "charges": charges_to_come(facts, sums, b_day, until),
        "owed": text(owed),
        "paid_too_much": text(too_much),
        "charged_too_much": text(max(-charge_balance, 0)),
        "charged_too_little": text(max(charge_balance, 0)),
    }


# --- the document (section 7) -----------------------------------------------------------------


def refuse_unless(right, sentence):
    if not right:
        raise Refused(sentence)


def a_day_of(value):
    refuse_unless(
        isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value), value
    )
    try:
        day = date.fromisoformat(value)
    except ValueError as wrong:
        raise Refused(f"{value} is no day.") from wrong
    refuse_unless(2015 <= day.year <= 2100, f"{value} is not between 2015 and 2100.")
    return day


def a_sum_of(value):
    good = isinstance(value, str) and re.fullmatch(r"[0-9]{1,7}\.[0-9]{2}", value)
    refuse_unless(good, f"{value} is no sum of money.")
    return Fraction(value)


def a_choice_of(*choices):
    def check(value):
        refuse_unless(isinstance(value, str) and value in choices, f"{value} is not known.")
        return value

    return check


def a_number_of(lowest, highest):
    def check(value):
        whole = isinstance(value, int) and not isinstance(value, bool)
        refuse_unless(whole and lowest <= value, f"{value} is no such number.")
        refuse_unless(highest is None or value <= highest, f"{value} is too high.")
        return value

    return check


def a_word(value):
    refuse_unless(isinstance(value, str) and value, f"{value} is no name.")
    return value


def yes_or_no(value):
    refuse_unless(isinstance(value, bool), f"{value} is neither true nor false.")
    return value


def or_null(check):
    return lambda value: None if value is None else check(value)


PARTS = {"regular": (a_sum_of,), "owed": (a_sum_of,), "recovered": (a_sum_of,)}
DATED_SUM = {"on": (a_day_of,), "amount": (a_sum_of,)}
# Each field: how it is read and, where it may be left out, what it then is.
FIELDS = {
    "lines": {
        "id": (a_word,),
        "plan": (a_number_of(1, None),),
        "route": (or_null(a_choice_of(*ROUTES)),),
        "funder": (a_choice_of(*FUNDERS),),
        "unit": (a_choice_of(*UNITS),),
        "amount": (a_sum_of,),
        "from": (a_day_of,),
        "to": (or_null(a_day_of), None),
        "weeks": (or_null(a_number_of(1, 53)), None),
        "free": (yes_or_no, False),
        "origin": (or_null(a_word), None),
    },
    "prices": {"line": (a_word,), "from": (a_day_of,), "amount": (a_sum_of,)},
    "decisions": {"plan": (a_number_of(1, None),), "from": (a_day_of,)},
    "contributions": {
        "from": (a_day_of,),
        "weekly": (a_sum_of,),
        "told_on": (or_null(a_day_of),),
    },
    "agreements": {"from": (a_day_of,), "basis": (a_choice_of(*BASES),)},
    "suspensions": {"from": (a_day_of,), "to": (or_null(a_day_of),), "make_good": (yes_or_no,)},
    "paid": {
        "on": (a_day_of,),
        "covers_from": (or_null(a_day_of),),
        "covers_to": (or_null(a_day_of),),
        "amount": (a_sum_of,),
        "of": (lambda value: a_record_of(value, PARTS), None),
    },
    "charged": {"covers_from": (a_day_of,), "covers_to": (a_day_of,), "amount": (a_sum_of,)},
    "recoveries": DATED_SUM,
    "settled": DATED_SUM,
    "extras": DATED_SUM,
}
CALENDAR = {"anchor": (a_day_of,), "cycle_weeks": (a_number_of(2, 4),)}


def a_record_of(value, fields):
    refuse_unless(isinstance(value, dict), f"{value} is no record.")
    for name in value:
        refuse_unless(name in fields, f"{name} is not known.")
    record = {}
    for name, (check, *left_out) in fields.items():
        refuse_unless(name in value or left_out, f"{name} is missing.")
        record[name] = check(value[name]) if name in value else left_out[0]
    return record


def refuse_two_alike(values, sentence):
    values = list(values)
    refuse_unless(len(values) == len(set(values)), sentence)


def refuse_reversed(rows, first, last):
    for one in rows:
        if one[first] is not None and one[last] is not None:
            refuse_unless(one[first] <= one[last], f"{one[last]} is before {one[first]}.")


def refuse_a_shared_day(rows, first, last):
    for number, one in enumerate(rows):
        for other in rows[number + 1 :]:
            apart = (one[last] is not None and one[last] < other[first]) or (
                other[last] is not None and other[last] < one[first]
            )
            refuse_unless(apart, f"{one[first]} and {other[first]} share a day.")


def parsed(document):
    """The facts with days as dates and sums as fractions, every list there. Raises Refused."""
    refuse_unless(isinstance(document, dict), "No record of facts.")
    for name in document:
        known = name in FIELDS or name in ("pay_calendar", "end")
        refuse_unless(known, f"{name} is not known.")
    refuse_unless("pay_calendar" in document, "pay_calendar is missing.")
    facts = {"pay_calendar": a_record_of(document["pay_calendar"], CALENDAR)}
    refuse_unless(facts["pay_calendar"]["cycle_weeks"] in (2, 4), "cycle_weeks is 2 or 4.")
    facts["end"] = or_null(a_day_of)(document.get("end"))
    for name, fields in FIELDS.items():
        rows = document.get(name, [])
        refuse_unless(isinstance(rows, list), f"{name} is no list.")
        facts[name] = [a_record_of(one, fields) for one in rows]
    refuse_wrong_lines(facts)
    refuse_reversed(facts["suspensions"], "from", "to")
    refuse_a_shared_day(facts["suspensions"], "from", "to")
    for one in facts["suspensions"]:
        refuse_unless(one["to"] or not one["make_good"], "make_good without an end.")
    for name in ("decisions", "contributions", "agreements"):
        refuse_two_alike((one["from"] for one in facts[name]), f"Two {name} of one day.")
    for one in facts["paid"]:
        both = (one["covers_from"] is None) == (one["covers_to"] is None)
        refuse_unless(both, "One cover date without the other.")
        parts = one.pop("of")
        one["recovered"] = pence(parts["recovered"]) if parts else 0
        if parts:
            whole = parts["regular"] + parts["owed"] - parts["recovered"]
            refuse_unless(one["amount"] == whole, "Parts that don't add up.")
    for name in ("paid", "charged"):
        refuse_reversed(facts[name], "covers_from", "covers_to")
        covering = [one for one in facts[name] if one["covers_from"] is not None]
        refuse_a_shared_day(covering, "covers_from", "covers_to")
    return facts


def refuse_wrong_lines(facts):
    lines = {one["id"]: one for one in facts["lines"]}
    refuse_two_alike((one["id"] for one in facts["lines"]), "Two ids alike.")
    refuse_reversed(facts["lines"], "from", "to")
    copies = []
    for one in facts["lines"]:
        refuse_unless(one["route"] or one["funder"] != "council", "A council's line has a route.")
        by_the_week = one["unit"] in BY_THE_WEEK
        refuse_unless(by_the_week or one["weeks"] is None, "Weeks of a line not by the week.")
        if one["origin"] is not None:
            first = lines.get(one["origin"])
            right = first is not None and first is not one and first["origin"] is None
            right = right and first["unit"] == "once" and one["unit"] == "once"
            refuse_unless(right, "An origin that is no other once line without one.")
        if one["unit"] == "once":
            copies.append((one["origin"] or one["id"], one["plan"]))
    refuse_two_alike(copies, "Two copies in one plan.")
    refuse_two_alike(
        ((one["line"], one["from"]) for one in facts["prices"]), "Two prices of a line on one day."
    )
    for one in facts["prices"]:
        refuse_unless(one["line"] in lines, "A price of no line.")
        refuse_unless(one["from"] >= lines[one["line"]]["from"], "A price before its line.")
