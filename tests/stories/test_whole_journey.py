"""The story the service exists for: someone asks, a direct payment runs, the survey is answered,
the dashboard moves.

In a real browser, on the whole stack; each role does its own part on its own pages.
"""

import re
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest

from tests.stories.hands import Hands

PERSON = "ivy.marsh@people.example"


@pytest.fixture(scope="module")
def team(browser, stack):
    """Each role at a browser of their own; the person on a phone without script."""
    made = {}

    def somebody(name, **how):
        if name not in made:
            made[name] = Hands(browser, stack, **how)
        return made[name]

    yield somebody
    for hands in made.values():
        hands.close()


@pytest.fixture(scope="module")
def told():
    """What one chapter of the story leaves to the next."""
    return {}


def person(team):
    return team("person", width=320, script=False)


def answer_until_check(hands):
    """Answer every question as it comes: some help, nobody unpaid, a few words."""
    for _page in range(80):
        if "/assessment/" not in hands.page.url or re.search(
            r"/submit_assessment/", hands.page.url
        ):
            return
        if hands.page.url.rstrip("/").endswith("/assessment"):
            return
        if hands.page.locator("textarea[name=value]").count():
            hands.fill("value", "I manage some of it")
        elif hands.page.locator("[name=value][value=none]").count():
            hands.choose("value", "none")
        else:
            hands.choose("value", "1")
        hands.press("Save and go on")
    raise AssertionError("the questions don't end")


def test_1_somebody_asks_on_a_phone_without_script(team, told):
    hands = person(team)
    hands.go("/brackenshire/")
    hands.press("Me: I need support")
    hands.choose("contact_by", "email")
    hands.fill("contact_note", "Not before ten")
    hands.press("Save and go on")
    hands.sees(
        "There is a problem"
    )  # the e-mail address is missing, and what was typed is still there
    assert hands.page.title().startswith("Error: ")
    assert hands.page.locator("[name=contact_note]").input_value() == "Not before ten"
    hands.fill("email", PERSON)
    hands.press("Save and go on")
    hands.choose("kind", "word")
    hands.fill("fact", "Marmalade")
    hands.press("Give me my code")
    code = hands.page.inner_text(".app-code")
    hands.press("Go on")
    hands.fill("words", "I find the mornings hard since my fall")
    hands.choose("danger", "no")
    hands.press("Save and go on")
    hands.press("Sign out")
    hands.go("/come-back/")
    hands.fill("code", code.lower().replace("-", " "))
    hands.fill("fact", "MARMALADE")
    hands.page.locator("main form button[type=submit]").first.click()
    hands.page.wait_for_load_state()
    hands.fill("name", "Ivy Marsh")
    hands.press("Save and go on")
    hands.sees("I find the mornings hard since my fall")
    hands.press("Send my request")
    told["ref"] = re.search(r"\b([A-HJ-NP-RT-Y346789]{6})\b", hands.page.inner_text("main"))[1]
    assert not hands.overflows()
    hands.press("Sign out")


def test_2_the_self_assessment_opens_at_once_and_can_be_left_and_found_again(team, told):
    hands = person(team)
    hands.sign_in_by_code(PERSON)
    hands.go(f"/cases/{told['ref']}/assessment/")
    hands.press("Start")
    hands.fill("value", "My cat and my garden")
    hands.press("Save and come back later")
    hands.go(f"/cases/{told['ref']}/assessment/about.important/")
    assert hands.page.locator("textarea[name=value]").input_value() == "My cat and my garden"
    hands.press("Save and go on")
    answer_until_check(hands)
    hands.go(f"/cases/{told['ref']}/submit_assessment/")
    hands.sees("My cat and my garden")
    hands.page.locator("main form button[type=submit]").last.click()
    hands.page.wait_for_load_state()
    hands.sees(told["ref"])


def test_3_the_duty_worker_decides_the_next_step(team, told):
    hands = team("duty")
    hands.sign_in("duty")
    hands.go("/staff/")
    hands.fill("words", "ivy marsh")
    hands.press("Search")
    hands.sees("Ivy Marsh")
    assert "ivy" not in hands.page.url.lower()
    hands.go(f"/cases/{told['ref']}/triage/")
    for name, value in (
        ("urgency", "routine"),
        ("safeguarding", "no"),
        ("capacity", "yes"),
        ("advocate", "no"),
        ("mode", "own"),
        ("to", "assess"),
    ):
        hands.choose(name, value)
    hands.select("worker", "Robin Ash")
    hands.select("team", "North team")
    hands.date("next_contact", date.today() + timedelta(days=7))
    hands.page.locator("main form button[type=submit]").last.click()
    hands.page.wait_for_load_state()
    assert hands.page.locator(".govuk-error-summary").count() == 0, hands.text()


def test_4_the_social_worker_decides_with_reasons_and_the_budget_is_there_at_once(team, told):
    hands = team("worker")
    hands.sign_in("worker")
    hands.go(f"/cases/{told['ref']}/")
    hands.sees("Ivy Marsh", "Confirming")
    hands.go(f"/cases/{told['ref']}/determine/")
    hands.sees("I manage some of it")
    for outcome in ("nutrition", "hygiene"):
        hands.choose(f"tests_{outcome}", "assistance")
        hands.fill(f"reason_{outcome}", "Seen at the visit")
    yes = hands.page.locator("[name=arises]").first.get_attribute("value")
    for name in ("arises", "impact", "eligible"):
        hands.choose(name, yes)
    hands.page.locator("[name=areas]").first.check()
    hands.fill("reasons", "Help is needed every morning")
    hands.page.locator("main form button[type=submit]").last.click()
    hands.page.wait_for_load_state()
    hands.go(f"/cases/{told['ref']}/")
    hands.sees("Planning", "Indicative budget")


def test_5_the_person_sees_every_pound_and_writes_a_plan(team, told):
    hands = person(team)
    hands.go(f"/cases/{told['ref']}/budget/")
    hands.sees("INVENTED", "Your row in the table", "It may go up or down")
    week = re.search(r"£([\d,]+\.\d\d)\s+a week", hands.text())[1].replace(",", "")
    points = re.search(r"Your points\s+([\d.]+)", hands.text())[1]
    cells = (
        hands.page.locator("table")
        .first.locator("tbody tr")
        .evaluate_all(
            "rows => rows.map(r => parseFloat(r.querySelector('td:last-child').innerText))"
        )
    )
    assert sum(cells) == pytest.approx(float(points)), "the sum can be done again by hand"
    shown = hands.text().replace(",", "")
    low, high, year = re.search(
        r"Your row in the table\s+(\d+) to (\d+) points: £([\d.]+) a year", shown
    ).groups()
    assert int(low) <= float(points) <= int(high), "the row is the one these points fall into"
    below, above = re.search(
        r"The row below\s+\d+ to (\d+) points(?s:.*)The row above\s+(\d+) to", shown
    ).groups()
    assert (int(below), int(above)) == (int(low) - 1, int(high) + 1), (
        "the rows either side leave no gap"
    )
    parted = re.search(r"£([\d.]+) ÷ 52 = £([\d.]+)", shown)
    assert parted[1] == year and (Decimal(year) / 52).quantize(
        Decimal("0.01"), ROUND_HALF_UP
    ) == Decimal(parted[2])
    plan = f"/cases/{told['ref']}/plan/"
    hands.go(plan)
    for part, name, text in (
        ("what_matters", "what_matters", "My garden"),
        ("goals", "goals", "Out twice a week"),
    ):
        hands.go(f"{plan}part/{part}/")
        hands.fill(name, text)
        hands.press("Save")
    hands.go(f"{plan}line/")
    hands.fill("what", "Help to wash and dress")
    hands.page.select_option("select[name=outcome]", "hygiene")
    hands.choose("who", "pa")
    hands.page.locator("main form button[type=submit]").last.click()
    hands.page.wait_for_load_state()
    hands.fill("quantity", "2")
    hands.choose("unit", "hour")
    hands.fill("rate", "16.29")
    hands.press("Work it out first")
    hands.sees("What it would cost", "£32.58")
    hands.press("Save and go on")
    hands.sees("£32.58")
    hands.go(f"{plan}part/routes/")
    ways = hands.page.locator("input[type=radio]")
    assert ways.count() == 3 and not any(ways.nth(n).is_checked() for n in range(3)), (
        "none is chosen beforehand"
    )
    hands.page.locator("input[type=radio][value=direct_payment]").check()
    hands.press("Save")
    for part, name, value in (("enough", "enough", "yes"), ("helped", "helped", "yes")):
        hands.go(f"{plan}part/{part}/")
        hands.choose(name, value)
        hands.press("Save")
    hands.go(f"{plan}part/contribution/")
    hands.page.locator("[name=contribution_seen]").check()
    hands.press("Save")
    hands.go(f"/cases/{told['ref']}/submit_plan/")
    hands.page.locator("main form button[type=submit]").last.click()
    hands.page.wait_for_load_state()
    hands.go(f"/cases/{told['ref']}/")
    hands.sees("Agreeing your plan")
    told["week"] = week


def test_6_the_nearest_person_agrees_the_plan(team, told):
    hands = team("worker")
    hands.go(f"/cases/{told['ref']}/agree_plan/")
    hands.sees("Help to wash and dress")
    if hands.page.locator("[name=reason_code]").count():
        hands.page.select_option("select[name=reason_code]", "chose_less")
        hands.fill("reason_text", "Two hours are enough for now")
    hands.page.locator("main form button[type=submit]").last.click()
    hands.page.wait_for_load_state()
    hands.go(f"/cases/{told['ref']}/")
    hands.sees("Set-up", "Decided budget")
    hands.go(f"/cases/{told['ref']}/record/confirm_payment_allowed/")
    hands.date("looked_on", date.today())
    hands.page.locator("[name=confirmed]").first.check()
    hands.page.locator("main form button[type=submit]").last.click()
    hands.page.wait_for_load_state()


def name_who_is_paid(team, told):
    """One finance officer names the payee; the other finds it in the day's list and verifies it."""
    hands, second = team("finance"), team("second finance")
    hands.press("Who is paid")
    hands.choose("kind", "person")
    hands.fill("name", "Ivy Marsh")
    hands.fill("creditor", "S077012")
    hands.press("Record who is paid")
    hands.sees("Waits to be verified by a second officer")
    second.sign_in("second_finance")
    second.go("/staff/day/")
    second.sees("Who is paid waits to be verified", told["ref"])
    second.go(f"/cases/{told['ref']}/payee/")
    second.sees("Ivy Marsh", "S077012")
    second.press("I have compared it: verify")
    assert "Waits to be verified" not in second.text()


def test_7_finance_pays_and_the_schedule_adds_up_to_the_penny(team, told):
    hands = team("finance")
    hands.sign_in("finance")
    hands.go("/staff/queue/")
    hands.sees("Ivy Marsh")
    hands.go(f"/cases/{told['ref']}/agreement/")
    hands.fill("signed_by", "Ivy Marsh")
    hands.date("signed_on", date.today())
    hands.choose("signed_as", "person")
    hands.choose("account_type", "own_account")
    hands.choose("basis", "net")
    hands.choose("cycle_weeks", "4")
    hands.date("first_payment_on", date.today())
    hands.press("Record it and plan the payments")
    hands.confirm("£130.32")
    hands.go(f"/cases/{told['ref']}/schedule/")
    coming = hands.page.locator("table").first
    assert coming.locator("thead th").last.inner_text() == "Amount"
    hands.page.locator("main details:has(table) summary").click()
    later = hands.page.locator("main details table")
    sums = [table.locator("tbody tr td:last-child") for table in (coming, later)]
    paid = [words for found in sums for words in found.all_inner_texts()]
    assert paid == [f"£{Decimal(2 * 1629 * 4) / 100:.2f}"] * 13, paid
    hands.sees("Nobody is named yet")
    name_who_is_paid(team, told)
    hands.go(f"/cases/{told['ref']}/start_line/")
    if hands.page.locator("[name=line]").count():
        hands.page.locator("[name=line]").first.check()
    hands.date("started_on", date.today())
    hands.page.locator("main form button[type=submit]").last.click()
    hands.page.wait_for_load_state()
    hands.go(f"/cases/{told['ref']}/start_budget/")
    hands.page.locator("main form button[type=submit]").last.click()
    hands.page.wait_for_load_state()
    tracker = person(team)
    tracker.go(f"/cases/{told['ref']}/")
    tracker.sees("Your budget is running")


def test_8_one_makes_the_batch_another_releases_it_and_the_ledger_answers(team, told, stack):
    hands, second = team("finance"), team("second finance")
    hands.go("/staff/payments/")
    hands.sees(told["ref"], "£130.32")
    hands.press("Make the batch")
    batch = hands.page.url
    hands.sees("Another finance officer releases this batch")
    second.page.goto(batch)
    second.sees(told["ref"])
    second.press("Release the batch")
    hands.page.goto(batch)
    hands.fill("ledger_ref", "L-2041")
    hands.press("Record the answer")
    hands.sees("L-2041")
    reader = person(team)
    reader.go(f"/cases/{told['ref']}/schedule/")
    reader.sees("Paid, batch", "£130.32")
    assert not reader.overflows()
    stack.manage("check_money")


def dashboard_numbers(hands):
    """Finished set-ups and survey answers as the dashboard's own files have them."""
    found = {}
    for name in ("steps", "outcomes"):
        answer = hands.context.request.get(f"{hands.stack.url}/dashboard/{name}.csv")
        found[name] = answer.text() if answer.ok else ""
    return found


def test_9_six_weeks_later_the_survey_is_answered_and_the_dashboard_changed(team, told, stack):
    manager = team("service_manager")
    manager.sign_in("service_manager")
    manager.go("/dashboard/")
    before = manager.page.content()
    later = (date.today() + timedelta(days=43)).isoformat()
    stack.manage("sweep", "--now", f"{later}T09:00:00+00:00")
    link = stack.wait_for_letter(PERSON, r"(http\S+/survey/[^/\s]+/)")
    guest = team("guest", width=320, script=False)
    guest.go(link)
    answered = 0
    for _page in range(12):
        radios = guest.page.locator("main input[type=radio]")
        if radios.count() and not guest.page.locator("[name=helper]").count():
            radios.first.check()
            answered += 1
        guest.page.locator("main form button[type=submit], main a.govuk-button").first.click()
        guest.page.wait_for_load_state()
        if "thanks" in guest.page.url:
            break
    assert answered == 6 and "thanks" in guest.page.url, guest.text()
    again = guest.go(link)
    assert again.status == 200
    guest.sees("Your answers have been sent")
    stranger = team("stranger", width=320, script=False)
    assert stranger.go(link).status == 404
    stranger.sees("There are no questions here now")
    manager.go("/dashboard/")
    assert manager.page.content() != before
    stack.manage("check_journey")
    stack.manage("verify_events")
