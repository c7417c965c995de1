"""What a person's hands and eyes do in a story: sign in, fill in, press, read. And what axe
sees.
"""

import re
from pathlib import Path

AXE = Path(__file__).resolve().parent.parent.parent / "node_modules" / "axe-core" / "axe.min.js"

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def allowed(rule, html):
    """The one documented upstream exception: the Design System keeps aria-expanded there on
    purpose.
    """
    return rule == "aria-allowed-attr" and "govuk-radios__input" in html and "aria-expanded" in html


class Hands:
    """One person at one browser."""

    open: "list[Hands]" = []

    def __init__(self, browser, stack, *, width=1280, script=True):
        self.browser, self.stack, self.script = browser, stack, script
        self.context = browser.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=script
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(10_000)
        self.open.append(self)

    def close(self):
        self.open.remove(self)
        self.context.close()

    def go(self, path):
        answer = self.page.goto(path if path.startswith("http") else self.stack.url + path)
        assert answer.status < 500, f"{path}: {answer.status}\n{self.text()[:500]}"
        return answer

    def text(self):
        return self.page.inner_text("body")

    def sees(self, *words):
        shown = re.sub(r"\s+", " ", self.text())
        for word in words:
            assert word in shown, f"“{word}” is not on {self.page.url}:\n{shown[:1500]}"

    def press(self, name):
        """Press the button or follow the link of that name."""
        button = self.page.get_by_role("button", name=name, exact=False)
        (
            button if button.count() else self.page.get_by_role("link", name=name, exact=False)
        ).first.click()
        self.page.wait_for_load_state()

    def confirm(self, *words):
        """Nothing is recorded yet: what the act changes is shown first, and what was typed is
        kept. Look at it, and confirm.
        """
        look = self.page.locator("section#looked")
        assert look.count() == 1, f"nothing to look at on {self.page.url}:\n{self.text()[:1500]}"
        shown = re.sub(r"\s+", " ", look.inner_text())
        for word in ("What this changes", *words):
            assert word in shown, f"“{word}” is not in what changes:\n{shown[:1500]}"
        self.press("Confirm")

    def fill(self, name, value):
        self.page.locator(f"[name='{name}']").first.fill(str(value))

    def choose(self, name, value):
        self.page.locator(f"[name='{name}'][value='{value}']").first.check()

    def select(self, name, label):
        self.page.locator(f"select[name='{name}']").first.select_option(label=label)

    def date(self, name, day):
        for part, number in (("day", day.day), ("month", day.month), ("year", day.year)):
            self.fill(f"{name}_{part}", number)

    def sign_in(self, role, council="Brackenshire"):
        """Staff by password."""
        account = self.stack.accounts()[(council, role)]
        self.go("/accounts/login/")
        self.fill("login", account["sign_in"])
        self.fill("password", account["password"])
        self.page.locator("button[type=submit]:near([name=password])").first.click()
        self.page.wait_for_load_state()
        return account

    def sign_in_by_code(self, address):
        """Residents by an e-mailed code."""
        before = len(self.stack.letters(address))
        self.go("/accounts/login/code/")
        self.fill("email", address)
        self.page.locator("main button[type=submit]").first.click()
        self.page.wait_for_load_state()
        for _try in range(50):
            if len(self.stack.letters(address)) > before:
                break
            self.page.wait_for_timeout(100)
        code = self.stack.wait_for_letter(address, r"(?m)^\s*([A-Z0-9]{4,}(?:-[A-Z0-9]{3,})?)\s*$")
        self.fill("code", code)
        self.page.locator("main button[type=submit]").first.click()
        self.page.wait_for_load_state()

    def axe(self, contrast=True, only=None):
        """What axe finds wrong with the page: WCAG 2.2 A and AA and its best practice; empty when
        nothing. Only what is wrong crosses over from the browser; `contrast=False` leaves out the
        slowest rule, for a second look at the same page, and `only` asks for the rules of those
        names alone.
        """
        if not self.page.evaluate("() => Boolean(window.axe)"):
            self.page.evaluate(AXE.read_text())
        found = self.page.evaluate(
            """([runOnly, contrast]) => axe.run(document, {
                resultTypes: ['violations'], runOnly,
                rules: {'color-contrast': {enabled: contrast}, 'target-size': {enabled: true}},
            }).then(found => found.violations)""",
            [
                {"type": "rule", "values": only} if only else {"type": "tag", "values": RULES},
                contrast,
            ],
        )
        nodes = [
            (violation["id"], node["html"]) for violation in found for node in violation["nodes"]
        ]
        return [f"{rule}: {html[:200]}" for rule, html in nodes if not allowed(rule, html)]

    def overflows(self):
        """Does the page scroll sideways?"""
        return self.page.evaluate(
            "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
        )
