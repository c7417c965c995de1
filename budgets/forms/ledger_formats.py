"""Forms of the settings of a council's finance ledger. Shape only: what a layout may say is said by
`budgets.ledger`.
"""

from django import forms
from django.utils.translation import gettext_lazy as _

from budgets.payments.ledger_formats import LONGEST
from cases.ui.form_toolkit import OnceForm


class LedgerFormatForm(OnceForm):
    """A layout or a shape as text. `look`: it is only shown what it makes. `problems`: every
    mistake, where there are several.
    """

    problems: list[str] = []
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0)
    text = forms.CharField(
        label=_("Column layout"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 20, "spellcheck": "false"}),
        help_text=_("As JSON. Leave it empty to go back to the layout that this service has."),
    )

    def __init__(self, *args, kind, **options):
        super().__init__(*args, **options)
        if kind == "outgoing":
            self.fields["text"].help_text = _(
                "As JSON. Leave it empty to go back to the layout that this service has. Lists of "
                "charges without columns of their own are written so too, if “what” is a column of "
                "its own and has no codes, or a code for “charge”."
            )
        if kind == "charges":
            self.fields["text"].help_text = _(
                "As JSON. A sum below 0 is paid back to the person. Leave it empty to have no "
                "columns of their own: then they are written as payments are."
            )
        if kind == "creditor":
            self.fields["text"] = forms.CharField(
                label=_("Shape of the creditor numbers"),
                required=False,
                max_length=60,
                help_text=_(
                    "9 stands for a figure, A for a letter, X for either; anything else for "
                    "itself. For example AA999999. Leave it empty if any number is right."
                ),
            )

    def refuse(self, no) -> None:
        self.problems = getattr(no, "problems", [])
        super().refuse(no)
