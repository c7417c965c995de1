"""The easy words of the money pages for everybody: data only, put into `easy_read.PAGES` when the
app is ready.
"""

from django.utils.translation import gettext_lazy as _

from cases.ui.easy_read import Easy

PAGES = {
    "budgets:schemes": Easy(
        (
            ("write", _("You answer questions about your life.")),
            ("together", _("You and your social worker agree on the answers.")),
            ("sums", _("Then we work out how much money there may be.")),
            ("eye", _("Everybody can see how we do it. The list below shows it.")),
            ("money", _("It is a first idea. It can go up or down.")),
            ("talk", _("Do you think it is wrong? Tell us.")),
        )
    ),
    "budgets:scheme_version": Easy(
        (
            ("sums", _("This page shows how we work out the money.")),
            ("write", _("Each answer counts for something. The tables show how much.")),
            ("computer", _("You can try it with your own answers.")),
            ("phone", _("It is a lot to read. Do you want us to explain it? %(Phone_us)s.")),
        )
    ),
    "budgets:try_it": Easy(
        (
            ("write", _("Choose your answers.")),
            ("sums", _("We show how much money that would be.")),
            ("no", _("We keep nothing of what you choose here.")),
            ("question", _("It is only to try. Nothing is decided.")),
        )
    ),
}
