"""The easy words of the survey and of what is published: data only, put into `easy_read.PAGES` when
the app is ready.
"""

from django.utils.translation import gettext_lazy as _

from cases.ui.easy_read import Easy

HARM = ("danger", _("Does somebody hurt you? %(Phone_us)s. In danger now, phone 999."))
# true until answers are sealed: no page may promise more
RUN = ("eye", _("But the people who run the computers could find out."))
PAGES = {
    "poet:survey_code": Easy(
        (
            ("letter", _("There is a code in your letter.")),
            ("key", _("Type it here.")),
            ("question", _("Then you see some questions.")),
            HARM,
        )
    ),
    "poet:survey": Easy(
        (
            ("question", _("We have some short questions for you.")),
            ("no", _("You can say no.")),
            ("lock", _("We do not keep your name with your answers.")),
            RUN,
            ("tick", _("Your support stays the same.")),
            ("together", _("Somebody you trust can help you.")),
            ("clock", _("We keep each answer. You can stop and go on later.")),
            HARM,
        )
    ),
    "poet:survey_question": Easy(
        (
            ("question", _("Choose one answer. You can leave it out.")),
            ("clock", _("You can stop and go on later.")),
        )
    ),
    "poet:survey_check": Easy(
        (
            ("eye", _("Look at your answers. You can change them.")),
            ("letter", _("Then send them.")),
            ("lock", _("Our pages do not show that it was you.")),
            RUN,
        )
    ),
    "poet:survey_thanks": Easy(
        (
            ("tick", _("Thank you. We have your answers.")),
            HARM,
        )
    ),
    "poet:survey_paper": Easy(
        (
            ("paper", _("You can print the questions.")),
            ("write", _("Write your answers by hand, and send them to us.")),
        )
    ),
    "poet:local_account": Easy(
        (
            ("talk", _("We asked people how their life is with support.")),
            ("sums", _("This page shows what they said, in numbers.")),
            ("lock", _("It does not show who said what.")),
            ("phone", _("It is a lot to read. Do you want us to explain it? %(Phone_us)s.")),
        )
    ),
    "poet:you_said": Easy(
        (
            ("talk", _("People told us what is good and what is not.")),
            ("tick", _("This page says what we do about it.")),
            HARM,
        )
    ),
}
