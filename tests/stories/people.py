"""What people do again and again in these stories, at a browser: ask, come back, answer, plan, read
what was decided.
"""

import re

from tests.stories.hands import Hands

REF = re.compile(r"\b([A-HJ-NP-RT-Y346789]{6})\b")


def go_on(hands: Hands):
    """The page's own button."""
    hands.page.locator("main form button[type=submit]").first.click()
    hands.page.wait_for_load_state()


def refused(hands: Hands) -> str:
    summary = hands.page.locator(".govuk-error-summary")
    return summary.inner_text() if summary.count() else ""


def ask(hands: Hands, name, way, fact="Marmalade", **where) -> str:
    """Ask for oneself without an account, to the page with the code; returns the code."""
    hands.go("/brackenshire/")
    hands.press("Me: I need support")
    hands.choose("contact_by", way)
    for field, value in where.items():
        hands.fill(field, value)
    go_on(hands)
    hands.choose("kind", "word")
    hands.fill("fact", fact)
    hands.press("Give me my code")
    code = hands.page.inner_text(".app-code")
    hands.press("Go on")
    hands.fill("words", f"{name} finds the mornings hard")
    hands.choose("danger", "no")
    go_on(hands)
    return code


def send_request(hands: Hands, name) -> str:
    """The last page of asking, the check, and off; returns the reference."""
    hands.fill("name", name)
    go_on(hands)
    hands.press("Send my request")
    return REF.search(hands.page.inner_text("main"))[1]


def come_back(hands: Hands, code, fact="Marmalade"):
    """Sign in with the code on any device. With scripts the square on paper fills in the code."""
    hands.go(f"/come-back/#{code.replace('-', '')}" if hands.script else "/come-back/")
    if hands.script:
        assert hands.page.locator("[name=code]").input_value() == code.replace("-", "")
    else:
        hands.fill("code", code.lower())
    hands.fill("fact", fact.upper())
    go_on(hands)
    assert not refused(hands), refused(hands)


def answer(hands: Hands, words="I manage some of it"):
    """One question: words, nobody unpaid, or a little help."""
    if hands.page.locator("textarea[name=value]").count():
        hands.fill("value", words)
    elif hands.page.locator("[name=value][value=none]").count():
        hands.choose("value", "none")
    else:
        hands.choose("value", "1")


def answer_all(hands: Hands, words="I manage some of it") -> int:
    """From the question that is open to “check your answers”; returns how many there were."""
    for count in range(120):
        if "/submit_assessment/" in hands.page.url:
            return count
        answer(hands, words)
        hands.press("Save and go on")
    raise AssertionError("the questions don't end")


def send_answers(hands: Hands):
    hands.page.locator("main form button[type=submit]").last.click()
    hands.page.wait_for_load_state()
    assert not refused(hands), refused(hands)


def write_plan(hands: Hands, ref, route="direct_payment"):
    """The plan part by part: words, one piece of support with its cost, the way to take the money;
    not sent yet.
    """
    plan = f"/cases/{ref}/plan/"
    for part, text in (("what_matters", "My garden"), ("goals", "Out twice a week")):
        hands.go(f"{plan}part/{part}/")
        hands.fill(part, text)
        go_on(hands)
    hands.go(f"{plan}line/")
    hands.fill("what", "Help to wash and dress")
    hands.page.select_option("select[name=outcome]", "hygiene")
    hands.choose("who", "agency")
    go_on(hands)
    hands.fill("quantity", "2")
    hands.choose("unit", "hour")
    hands.fill("rate", "16.29")
    go_on(hands)
    hands.sees("£32.58")
    hands.go(f"{plan}part/routes/")
    hands.page.locator(f"input[type=radio][value={route}]").check()
    go_on(hands)
    for part in ("enough", "helped"):
        hands.go(f"{plan}part/{part}/")
        hands.choose(part, "yes")
        go_on(hands)
    hands.go(f"{plan}part/contribution/")
    hands.page.locator("[name=contribution_seen]").check()
    go_on(hands)


def read_letter(hands: Hands, ref, title):
    """Open a letter from the page of the case."""
    hands.go(f"/cases/{ref}/")
    hands.page.get_by_role("link", name=title).first.click()
    hands.page.wait_for_load_state()


def answer_to(hands, row):
    """What the letter says beside these words."""
    key = hands.page.locator("dt").filter(has_text=re.compile(rf"^\s*{re.escape(row)}\s*$"))
    return " ".join(key.locator("xpath=following-sibling::dd[1]").inner_text().split())
