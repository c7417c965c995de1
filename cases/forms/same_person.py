"""Which of those who are known somebody is, asked at a request. Shape only; who is alike stands in
`records.same_person`.
"""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.records.same_person import Match
from cases.ui.date_words import day

NEW = "new"
ALIKE = _("Somebody whom you can’t open here, with a like name. Ask a manager before you go on")


def match_words(match: Match) -> str:
    """Who it is, as far as the reader may know: nothing of a record that they could not open."""
    if not match.seen:
        return str(ALIKE)
    person = match.person
    return ", ".join(
        filter(
            None,
            (
                person.name,
                str(_("born %(day)s") % {"day": day(person.born)}) if person.born else "",
                " ".join(person.address.split()),
                str(_("open case: %(refs)s") % {"refs": ", ".join(match.open)})
                if match.open
                else "",
            ),
        )
    )


def same_as_field(matches: list[Match]) -> forms.ChoiceField:
    """Which of those who are known it is, or nobody of them. A record that the reader can't open
    can't be chosen: the choice would show it.
    """
    choices = [(str(m.person.pk), match_words(m)) for m in matches if m.seen]
    hidden = _("There is also somebody with a like name whom you can’t open here.")
    return forms.ChoiceField(
        label=_("Is it one of these people?"),
        choices=[*choices, (NEW, _("None of them: a new record"))],
        widget=forms.RadioSelect,
        required=False,
        help_text="" if all(m.seen for m in matches) else hidden,
    )
