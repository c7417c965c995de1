"""Five ways through the whole journey, each without scripts and with them, from asking to a budget
that runs.

Without e-mail; without telephone and e-mail; on borrowed devices with the code; through somebody
who helps; on paper, keyed in by a worker. Their own part is done in a browser, page by page; what
the council does in between goes over the wire by its real pages (wire.py), and is walked in a
browser by test_whole_journey. A run that is not full goes each way in one of the two modes, and the
next one in the other.
"""

import re
import uuid
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest

from tests import sample
from tests.stories import people
from tests.stories.hands import Hands
from tests.stories.wire import Staff, case
from tests.walks import doing

MODES = {False: "without scripts", True: "with scripts"}


def in_turn(place):
    """Both modes; in a run that is not full the one whose turn it is."""
    return pytest.mark.parametrize(
        "script",
        [
            pytest.param(
                script, id=name, marks=() if sample.its_turn(place + script, 2) else sample.full
            )
            for script, name in MODES.items()
        ],
    )


class Council:
    """The council's part of a journey."""

    def __init__(self, browser, stack):
        self.browser, self.stack, self.staff = browser, stack, {}

    def __getattr__(self, role):
        if role not in self.staff:
            self.staff[role] = Staff(self.browser, self.stack, role)
        return self.staff[role]

    def triage(self, ref):
        path = f"/cases/{ref}/triage/"
        named = {
            field: SimpleNamespace(pk=self.duty.option(path, field, words))
            for field, words in (("worker", "Robin Ash"), ("team", "North team"))
        }
        doing.triage(self.duty, case(ref), SimpleNamespace(**named))

    def decide(self, ref):
        """Needs are found, and with that the indicative budget is there."""
        doing.determine(self.worker, case(ref))

    def charge(self, ref, weekly):
        """What the person pays is decided."""
        self.worker.send(
            f"/cases/{ref}/contribution/",
            state="recorded",
            weekly=weekly,
            valid_from=date.today(),
            source="Finance system",
        )

    def agree(self, ref):
        """Whoever has the turn agrees the plan."""
        path = f"/cases/{ref}/agree_plan/"
        found = next(
            s for s in (self.worker, self.manager) if s.client.get(path).status_code == 200
        )
        page = found.open(path)
        asked = {"reason_code": "chose_less", "reason_text": "Two hours are enough for now"}
        found.send(
            path, page=page, **{k: v for k, v in asked.items() if k in page.form("key").kinds}
        )

    def set_up(self, ref, name):
        allowed = f"/cases/{ref}/record/confirm_payment_allowed/"
        self.worker.send(allowed, looked_on=date.today(), confirmed="on")
        doing.sign(self.finance, case(ref), signed_by=name)
        path = f"/cases/{ref}/start_line/"
        line = self.finance.open(path).form("line").choices["line"][0]
        doing.start(self.finance, case(ref), SimpleNamespace(pk=line))
        doing.run(self.finance, case(ref))


@pytest.fixture(scope="module")
def council(browser, stack):
    made = Council(browser, stack)
    yield made
    for staff in made.staff.values():
        staff.close()


@pytest.fixture
def device(browser, stack, script):
    """A new device each time it is asked for: nothing of an earlier one is on it."""
    made = []

    def new():
        made.append(Hands(browser, stack, width=1280 if script else 320, script=script))
        return made[-1]

    yield new
    for hands in made:
        hands.close()


def fill_in(hands, ref):
    """From the page of the case to the answers that are sent."""
    hands.go(f"/cases/{ref}/")
    hands.press("Tell us about your life")
    hands.press("Start")
    asked = people.answer_all(hands)
    hands.sees("I manage some of it")
    people.send_answers(hands)
    hands.sees(ref)
    return asked


def plan_and_send(hands, ref):
    """The budget is seen, then the plan written and sent."""
    hands.go(f"/cases/{ref}/budget/")
    hands.sees("a week", "Your points")
    people.write_plan(hands, ref)
    hands.go(f"/cases/{ref}/submit_plan/")
    hands.sees("£32.58")
    people.send_answers(hands)
    hands.go(f"/cases/{ref}/")
    hands.sees("Agreeing your plan")


WHOLE = "Your personal budget: what it costs to meet your needs"
OURS, YOURS = "What the council pays of it", "What you pay of it"


def read_the_decision(hands, ref, pays=None):
    """Three numbers, of which two make the first; what nobody has decided is no number.
    `pays`: what was decided that the person pays a week.
    """
    people.read_letter(hands, ref, "Your plan is agreed")
    said = {row: people.answer_to(hands, row) for row in (WHOLE, OURS, YOURS)}
    assert said[WHOLE] == "£32.58 a week (£1,694.16 a year)"
    if pays is None:
        assert said[OURS] == "Not decided yet. It is your personal budget less what you pay."
        assert said[YOURS].startswith("Not decided yet.") and "you pay nothing" in said[YOURS]
        assert "£" not in said[OURS] + said[YOURS]
        return
    whole, ours, yours = (sums(words) for words in said.values())
    assert yours == [pays, pays * 52]
    assert whole == [a + b for a, b in zip(ours, yours, strict=True)], said


def sums(words):
    return [Decimal(one.replace(",", "")) for one in re.findall(r"£([\d,]+\.\d\d)", words)]


def sees_it_run(hands, ref):
    hands.go(f"/cases/{ref}/")
    hands.sees("Your budget is running", "£32.58")
    assert not hands.overflows()


def by_oneself(council, device, name, way, pays=None, **where):
    """Ask, answer, plan, read: always signed in by the code, always signed out in between. `pays`:
    what is decided before the plan is agreed that they pay a week.
    """
    me = device()
    code = people.ask(me, name, way, **where)
    ref = people.send_request(me, name)
    fill_in(me, ref)
    me.press("Sign out")
    council.triage(ref)
    council.decide(ref)
    people.come_back(me, code)
    plan_and_send(me, ref)
    me.press("Sign out")
    if pays:
        council.charge(ref, pays)
    council.agree(ref)
    people.come_back(me, code)
    read_the_decision(me, ref, pays)
    council.set_up(ref, name)
    sees_it_run(me, ref)


@in_turn(0)
def test_without_an_email_address(council, device, script):
    by_oneself(
        council, device, "Nell Ember", "phone", phone="01632 960 112", contact_note="Not before ten"
    )


@in_turn(1)
def test_without_a_telephone_and_without_email(council, device, script):
    where = {"address": "4 Quay Row, Bracken"}
    by_oneself(council, device, "Noah Penn", "letter", pays=Decimal("10.00"), **where)


@in_turn(2)
def test_on_borrowed_devices_with_the_code(council, device, script):
    """Each part on another device; what was open on one is not there for whoever has it next."""
    first = device()
    code = people.ask(first, "Bo Lend", "letter", address="7 Mill Yard, Bracken")
    first.press("Sign out")
    second = device()
    people.come_back(second, code)
    ref = people.send_request(second, "Bo Lend")
    second.go(f"/cases/{ref}/assessment/")
    second.press("Start")
    second.fill("value", "My library card")
    second.press("Save and go on")
    second.press("Sign out")
    second.page.go_back()
    second.page.wait_for_load_state()
    assert "My library card" not in second.text() and ref not in second.text(), (
        "Back shows the next person nothing"
    )
    third = device()
    people.come_back(third, code)
    third.go(f"/cases/{ref}/assessment/about.important/")
    assert third.page.locator("textarea[name=value]").input_value() == "My library card"
    people.answer_all(third)
    people.send_answers(third)
    third.press("Exit quickly") if third.page.get_by_role(
        "link", name="Exit quickly"
    ).count() else third.press("Sign out")
    council.triage(ref)
    council.decide(ref)
    fourth = device()
    people.come_back(fourth, code)
    plan_and_send(fourth, ref)
    council.agree(ref)
    council.set_up(ref, "Bo Lend")
    fifth = device()
    people.come_back(fifth, code)
    read_the_decision(fifth, ref)
    sees_it_run(fifth, ref)
    first.go(f"/cases/{ref}/")
    assert "/accounts/login/" in first.page.url, (
        "whoever has the first device now is asked to sign in"
    )


@in_turn(3)
def test_through_somebody_who_helps(council, device, script):
    """A daughter asks, is checked, and does it all; until then she sees her own words alone."""
    hers = device()
    address = f"dot.{uuid.uuid4().hex[:8]}@people.example"
    hers.go("/brackenshire/ask/?for=other")
    hers.choose("contact_by", "letter")
    for field, words in (
        ("address", "9 Weir Side, Bracken"),
        ("words", "My mother does not eat"),
        ("name", "Una Keen"),
        ("asker_name", "Dot Keen"),
        ("relation", "daughter"),
        ("asker_email", address),
    ):
        hers.fill(field, words)
    hers.choose("danger", "no")
    hers.choose("knows", "yes")
    hers.press("Send my request")
    ref = people.REF.search(hers.page.inner_text("main"))[1]
    hers.sign_in_by_code(address)
    hers.go("/home/")
    hers.sees("My mother does not eat")
    assert "Una" not in hers.text() and hers.go(f"/cases/{ref}/").status == 404
    council.triage(ref)
    check = council.worker.open(f"/cases/{ref}/").link("Check it")
    council.worker.send(
        check,
        decision="yes",
        proof="consent",
        evidence="Una said yes to me at home",
        seen_on=date.today(),
        scope=["see", "fill", "send", "money"],
    )
    fill_in(hers, ref)
    assert address in council.worker.open(f"/cases/{ref}/answers/").text, (
        "who gave an answer is kept and shown"
    )
    council.decide(ref)
    plan_and_send(hers, ref)
    council.agree(ref)
    read_the_decision(hers, ref)
    council.set_up(ref, "Una Keen")
    sees_it_run(hers, ref)
    helpers = council.worker.open(f"/cases/{ref}/helpers/")
    council.worker.send(helpers.link("Stop their help"))
    assert hers.go(f"/cases/{ref}/").status == 404, "it holds from the next page on"


@in_turn(4)
def test_on_paper_keyed_in_by_a_worker(council, device, script):
    """Somebody who only ever holds paper: a worker types in what it says, and every answer is a
    letter to post.
    """
    desk = device()
    desk.sign_in("worker")
    desk.go("/staff/ask/")
    on = date.today() - timedelta(days=3)
    for field, value in (
        ("channel", "paper"),
        ("kind", "adult"),
        ("danger", "no"),
        ("contact_by", "letter"),
    ):
        desk.choose(field, value)
    for field, words in (
        ("words", "I fell in May"),
        ("name", "Pax Reams"),
        ("address", "2 Inkwell Lane, Bracken"),
    ):
        desk.fill(field, words)
    desk.date("asked_on", on)
    people.send_answers(desk)
    ref = people.REF.search(desk.text().split("Reference ")[1])[1]
    council.triage(ref)
    desk.go(f"/cases/{ref}/paper/")
    desk.sees(ref, "Pax Reams")
    desk.go(f"/cases/{ref}/assessment/")
    desk.choose("how", "paper")
    desk.date("on", on)
    people.go_on(desk)
    desk.sees("You are writing down the answers of Pax Reams", "On paper")
    people.answer_all(desk)
    people.send_answers(desk)
    desk.sees("How the answers were given", "On paper")
    council.decide(ref)
    desk.go(f"/cases/{ref}/budget/")
    desk.sees("a week")
    people.write_plan(desk, ref)
    desk.go(f"/cases/{ref}/submit_plan/?for=person")
    desk.sees("Recorded for Pax Reams")
    if desk.page.locator("[name=told_by]").count():
        desk.page.locator("[name=told_by]").first.check()
    if desk.page.locator("[name=read_back]").count():
        desk.page.locator("[name=read_back]").check()
    people.send_answers(desk)
    council.agree(ref)
    council.set_up(ref, "Pax Reams")
    desk.go(f"/cases/{ref}/letters/")
    for title in (
        "You have asked for support",
        "Your assessment",
        "Our decision",
        "Your indicative budget",
        "Your plan is agreed",
    ):
        desk.sees(title)
    printed = (
        desk.page.get_by_role("row")
        .filter(has_text="Your plan is agreed")
        .get_by_role("link", name="PDF")
        .first
    )
    answer = desk.context.request.get(desk.stack.url + printed.get_attribute("href"))
    assert answer.ok and answer.body().startswith(b"%PDF")
    desk.go("/staff/letters/")
    desk.sees("Pax Reams", "2 Inkwell Lane, Bracken")


def test_the_record_of_all_of_them_is_whole(council, stack):
    assert council.staff, "the journeys ran before this"
    stack.manage("check_journey")
    stack.manage("verify_events")
