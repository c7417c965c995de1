"""The words of the law and of the field that people meet here, each with what it means in plain
words.

`explained` goes over a page that is about to be shown: the first use of such a word in running text
leads to its meaning, and the meanings of all that stand on the page follow at its end. So no page
has to remember to explain, and a word that is not here must not be used
(tests/words/jargon.py). Letters explain in their own sentences, because paper has no links.
Meanings follow the Care Act 2014 and its statutory guidance; they explain, and grant nothing.
"""

import re
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Term:
    """`word` as people read it, any `others` of the same meaning, and what it means."""

    code: str
    word: object
    meaning: object
    others: tuple = ()

    def pattern(self) -> str:
        return "|".join(re.escape(escape(str(word))) for word in (self.word, *self.others))


TERMS = (
    Term(
        "indicative-budget",
        _("indicative budget"),
        _(
            "A first idea of how much money there may be for your support. It can still go "
            "up or down."
        ),
    ),
    Term(
        "direct-payment",
        _("direct payment"),
        _(
            "The council pays the money to you, or to someone you choose, and you arrange "
            "the support yourself."
        ),
    ),
    Term(
        "eligible-needs",
        _("eligible needs"),
        _("The needs that the council must look at how to meet."),
    ),
    Term(
        "self-assessment",
        _("self-assessment"),
        _("What you tell us yourself about your life, what is hard, and what you want."),
    ),
    Term(
        "assessment",
        _("assessment"),
        _("We find out with you what is hard in your life, and what help you need."),
    ),
    Term(
        "advocate",
        _("advocate"),
        _("Somebody who is not from the council and helps you to say what you want."),
    ),
    Term(
        "panel",
        _("panel"),
        _("A group of people who look together at plans that are an exception."),
    ),
    Term("contribution", _("contribution"), _("What you pay yourself towards your support.")),
    Term(
        "ombudsman",
        _("ombudsman"),
        _("Somebody outside the council who looks at complaints about councils."),
    ),
    Term(
        "attorney",
        _("power of attorney"),
        _("A legal paper in which a person names somebody who may decide for them."),
        (_("attorney"),),
    ),
    Term(
        "deputy",
        _("deputy of the court"),
        _("Somebody whom a court has chosen to decide for a person."),
    ),
    Term("appointee", _("appointee"), _("Somebody who looks after a person’s benefits for them.")),
    Term("broker", _("broker"), _("Somebody who helps you to plan and arrange your support.")),
    Term(
        "held-account",
        _("provider-held account"),
        _("A provider that you choose keeps the money and uses it as you say."),
    ),
    Term("provider", _("provider"), _("A person or a firm that gives support.")),
    Term(
        "personal-assistant", _("personal assistant"), _("Somebody whom you employ to support you.")
    ),
    Term("user-led", _("user-led organisation"), _("A group that is run by disabled people.")),
    Term(
        "allocation",
        _("allocation scheme"),
        _("A council’s rules for working out how much money there is for support."),
    ),
)
# What is no running text: other people's words in boxes, and all that is not shown.
UNSEEN = re.compile(r"<(script|style|textarea|option|svg)\b.*?</\1>|<[^>]*>", re.S)
# Running text, where a word may become a link: a plain paragraph, up to its first tag.
PROSE = r'(<p class="govuk-body(?:-l)?">[^<]*?)\b({word})'


def explained(html: str) -> tuple[str, list[Term]]:
    """The page's content with the first use of each term in a paragraph as a link, and the terms
    that stand on it.
    """
    text, found = UNSEEN.sub(" ", html), []
    for term in TERMS:
        pattern = term.pattern()
        if not re.search(rf"\b(?:{pattern})", text, re.I):
            continue
        found.append(term)
        link = rf'\1<a class="govuk-link" href="#word-{term.code}">\2</a>'
        html = re.sub(PROSE.format(word=pattern), link, html, count=1, flags=re.I)
    return html, found
