"""What is looked at on one page in the browser, and how often it was.

Here: widths, states of the browser, the keyboard; `examined` counts every look, so that the report
can say what was done and nothing is left out in silence. The questions themselves are in probes.js
and in axe. Not here: which pages (crawling.py).
"""

from collections import Counter
from pathlib import Path

from tests.sample import FULL

WIDTHS = (320, 768, 1280) if FULL else (320, 1280)
PROBES = Path(__file__).with_name("probes.js").read_text()
ADMINS_OWN = (
    "Applying inline style violates"  # its date pickers ask for it, are refused, and work without
)
KEPT = "Words that I would not like to write twice"
SPACING = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
                 word-spacing: 0.16em !important }
             p { margin-bottom: 2em !important }"""  # WCAG 1.4.12
TWICE = "html { font-size: 200% !important }"  # WCAG 1.4.4
FORCED = {"forced_colors": "active", "color_scheme": "dark"}
USUAL = {
    "forced_colors": "none",
    "color_scheme": "light",
    "reduced_motion": "no-preference",
    "media": "screen",
}


class Looking:
    """One browser that looks at pages: what was wrong, what was asked, what help each page
    gives.
    """

    def __init__(self, hands):
        self.hands, self.page, self.examined, self.help = hands, hands.page, Counter(), {}
        self.controls = 0

    def ask(self, *questions):
        """The sentences of some probes, in one go."""
        self.ready()
        return self.page.evaluate(
            "(all) => all.flatMap(([name, value]) => probes[name](value))",
            [one if isinstance(one, tuple) else (one, None) for one in questions],
        )

    def ready(self):
        self.hands.axe(only=["document-title"]) if not self.page.evaluate(
            "() => Boolean(window.axe)"
        ) else None
        self.page.evaluate(PROBES) if not self.page.evaluate(
            "() => Boolean(window.probes)"
        ) else None

    def size(self, width, height=900):
        self.page.set_viewport_size({"width": width, "height": height})

    def sideways(self):
        return ["it scrolls sideways"] if self.hands.overflows() else []

    def counted(self, state, wrong):
        self.examined[state] += 1
        return [f"{state}: {one}" for one in wrong]

    def widths(self, state, widths=WIDTHS, big=False):
        """The page as it is, at each width: axe, targets, nothing cut off, nothing over anything,
        no sideways.
        """
        wrong = []
        for width in widths:
            self.size(width)
            found = (
                self.sideways()
                + self.hands.axe(contrast=width == widths[0])
                + self.ask(("targets", big), "clipped", "stacked")
            )
            wrong += self.counted(f"{state}, {width} px", found)
        return wrong + self.ask("names", "outline", "tables")

    def larger(self, widths):
        """400 % is a window of 320 x 256; the spacing of WCAG 1.4.12; letters of twice the size."""
        self.size(320, 256)
        wrong = self.counted("400 % (320 x 256 px)", self.sideways() + self.ask("clipped"))
        for css, state, at in (
            (SPACING, "text spacing", widths),
            (TWICE, "text of 200 %", (1280,)),
        ):
            self.ask(("wear", css))
            for width in at:
                self.size(width)
                wrong += self.counted(f"{state}, {width} px", self.sideways() + self.ask("clipped"))
            self.ask(("wear", ""))
        return wrong

    def keyboard(self, width, state="keyboard", forced=False):
        """From the top by Tab to every control, in the order as seen; the skip link; what opens
        closes.
        """
        self.size(width)
        self.ready()
        press, stops = self.page.keyboard.press, self.page.evaluate("() => probes.watch()")
        for pressed in range(1, stops + 12):
            press("Tab")
            if pressed >= stops and self.page.evaluate("() => probes.reached()"):
                break
        wrong = self.ask(("told", forced))
        self.controls += stops
        if not forced:
            self.page.evaluate("() => probes.watch()")
            press("Tab")
            wrong += (
                []
                if self.page.evaluate("() => document.activeElement.matches('.govuk-skip-link')")
                else ["Tab does not begin with the skip link"]
            )
            press("Enter")
            press("Tab")
            wrong += (
                []
                if self.page.evaluate("() => probes.inMain()")
                else ["the skip link leads elsewhere"]
            )
            wrong += self.ask("opens")
        return self.counted(f"{state}, {width} px", wrong)

    def others(self):
        """Other people's settings, and paper."""
        self.page.emulate_media(
            **(FORCED | {"color_scheme": "light"})
        )  # axe takes a ground that is not set for white
        wrong = self.counted(
            "forced colours", self.hands.axe(only=["color-contrast"]) + self.ask("vanished")
        )
        self.page.emulate_media(**FORCED)
        wrong += self.counted("forced colours, dark", self.ask("vanished"))
        wrong += self.keyboard(320, "keyboard in forced colours", forced=True)
        self.page.emulate_media(**(USUAL | {"color_scheme": "dark", "reduced_motion": "reduce"}))
        wrong += self.counted("dark scheme", self.hands.axe(only=["color-contrast"]))
        wrong += self.counted("reduced motion", self.ask("moves"))
        self.page.emulate_media(**(USUAL | {"media": "print"}))
        self.size(700)
        wrong += self.counted("print", self.ask("printed", "clipped"))
        self.page.emulate_media(**USUAL)
        return wrong

    def open(self, path, width=320, status=(200, 422)):
        """The page, and what is wrong before anybody looks: its status, other hosts, what the
        browser refused.
        """
        self.hands.refused.clear()
        self.size(width)
        answer = self.page.goto(self.hands.stack.url + path)
        return [] if answer.status in status else [f"status {answer.status}"]

    def refused(self, path):
        admin = path.startswith("/admin/")
        return [one for one in self.hands.refused if not (admin and one.startswith(ADMINS_OWN))]

    def look(self, path, *, resident=False, everything=FULL, status=(200, 422)):
        """One page in every way of this run. Django's own set-up pages are only opened and shown to
        axe.
        """
        wrong = self.open(path, status=status)
        if path.startswith("/admin/"):
            for width in WIDTHS:
                self.size(width)
                wrong += self.counted(
                    f"set-up pages, {width} px", self.sideways() + self.hands.axe(width == 320)
                )
        else:
            wrong += self.widths("plain", big=resident) + (self.ask("wayOut") if resident else [])
            self.help[path] = self.page.evaluate("() => probes.help()")
            if resident or everything:
                wrong += self.larger(WIDTHS if everything else (320,))
                wrong += [
                    one
                    for width in (WIDTHS if everything else (320,))
                    for one in self.keyboard(width)
                ]
            wrong += self.others() if everything else []
        return [f"{path}: {one}" for one in wrong + self.refused(path)]

    def without_scripts(self, path):
        """The page with its scripts kept away. It can still run what axe is."""
        self.hands.context.route("**/*.js", lambda route: route.abort())
        wrong = self.open(path) + self.widths("without scripts")
        wrong += [one for one in self.refused(path) if "ERR_FAILED" not in one]
        self.hands.context.unroute("**/*.js")
        return [f"{path}, without scripts: {one}" for one in wrong]

    def sent_empty(self, path):
        """Send the page's form with words in its boxes and nothing chosen. What is wrong with the
        page that comes back, and its HTML: ([], "") where there is no such form, or where the words
        were enough.
        """
        self.size(320)
        if self.page.goto(self.hands.stack.url + path).status != 200:
            return [], ""
        forms = self.page.locator("main form[method=post]")
        if (
            not forms.count()
            or not forms.first.locator("input:not([type=hidden]), textarea, select").count()
        ):
            return [], ""
        self.page.evaluate(
            "() => document.querySelectorAll('details').forEach((one) => (one.open = true))"
        )
        box = forms.first.locator("textarea").first
        if box.count():
            box.fill(KEPT)
        with self.page.expect_navigation() as way:
            forms.first.locator("button[type=submit]").first.click()
        if not self.page.locator(".govuk-error-summary").count():
            return [], ""
        wrong = (
            []
            if self.page.title().startswith("Error: ")
            else [f"its title is “{self.page.title()}”"]
        )
        wrong += [] if not box.count() or box.input_value() == KEPT else ["what was typed is gone"]
        links = self.page.locator(".govuk-error-summary a")
        ids = links.evaluate_all("all => all.map(a => a.getAttribute('href'))")
        wrong += [
            f"{one} leads nowhere"
            for one in ids
            if not one.startswith("#") or not self.page.locator(one).count()
        ]
        focused = self.page.evaluate("() => document.activeElement.matches('.govuk-error-summary')")
        wrong += [] if focused else ["the summary of mistakes has not got the focus"]
        wrong += (
            self.widths("sent empty")
            + self.larger((320,))
            + self.keyboard(320, "keyboard, sent empty")
        )
        return [f"{path}, sent empty: {one}" for one in wrong], way.value.text()
