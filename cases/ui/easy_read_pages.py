"""The easy words of this app's pages for everybody: data only, put into `easy_read.PAGES` when the
app is ready.
"""

from django.utils.translation import gettext_lazy as _

from cases.ui.easy_read import Easy

SAFE = ("danger", _("Is somebody in danger now? Phone 999."))
HELP = ("phone", _("Do you need help? %(Phone_us)s."))
TOGETHER = ("together", _("Somebody you trust can help you."))

PAGES = {
    "cases:start": Easy(
        (
            ("question", _("Is life hard? Do you need help at home?")),
            ("together", _("Do you look after somebody?")),
            ("talk", _("Tell your council. You can do it here.")),
            ("money", _("The council tells you how much money there may be.")),
            ("tick", _("You choose the help you want.")),
            ("home", _("First choose your council.")),
            SAFE,
        )
    ),
    "cases:council": Easy(
        (
            ("talk", _("Ask for help here. It takes about 5 minutes.")),
            ("no", _("You do not need an account.")),
            ("money", _("It does not matter how much money you have.")),
            ("person", _("Choose who needs help. That is the first question.")),
            TOGETHER,
            HELP,
            SAFE,
        )
    ),
    "cases:ask": Easy(
        (
            ("write", _("Tell us what is hard. Use your own words.")),
            ("phone", _("Tell us how we can reach you safely.")),
            ("no", _("You can leave out many of the questions.")),
            ("danger", _("Is somebody in danger? Or without food or medicine? Choose “Yes”.")),
            ("phone", _("Then we ask for a number that is safe. We ring it.")),
            ("letter", _("At the end, send it to us.")),
            TOGETHER,
            SAFE,
        )
    ),
    "cases:asked": Easy(
        (
            ("tick", _("We have what you wrote.")),
            ("key", _("Keep your reference. It helps us to find you.")),
            ("person", _("A social worker reads it.")),
            ("talk", _("Then we get in touch with you.")),
            HELP,
            SAFE,
        )
    ),
    "cases:start_part": Easy(
        (
            ("write", _("Answer what you can.")),
            ("tick", _("We keep each page when you go on.")),
            ("clock", _("You can stop. You can come back later.")),
            ("letter", _("The council reads it when you send it.")),
            ("danger", _("Is somebody in danger? Or without food or medicine? Choose “Yes”.")),
            ("phone", _("Then we ask for a number that is safe. We ring it.")),
            TOGETHER,
            SAFE,
        )
    ),
    "cases:start_place": Easy(
        (
            ("key", _("We give you a code. Write it down.")),
            ("question", _("You choose one more thing that only you know.")),
            ("computer", _("With both you can come back on any computer or phone.")),
            ("lock", _("Choose something that nobody at home can guess.")),
        )
    ),
    "cases:start_check": Easy(
        (
            ("eye", _("Read what you wrote.")),
            ("write", _("You can change it.")),
            ("letter", _("Is it right? Then send it.")),
            HELP,
        )
    ),
    "cases:come_back": Easy(
        (
            ("key", _("Type your code.")),
            ("question", _("Type the other thing that you chose.")),
            ("computer", _("Then you can go on.")),
            ("phone", _("Have you lost the code? %(Phone_us)s. We make a new one.")),
        )
    ),
    "cases:ask_text": Easy(
        (
            ("phone", _("Type the number of your mobile phone.")),
            ("letter", _("We send you a text with a code.")),
            ("computer", _("Type the code on the next page.")),
        )
    ),
    "cases:confirm_text": Easy(
        (
            ("phone", _("Look at your phone. We sent you a text.")),
            ("key", _("Type the code here.")),
            ("clock", _("The code works for 10 minutes.")),
        )
    ),
    "cases:blank_paper": Easy(
        (
            ("paper", _("These are the questions about your life.")),
            ("write", _("Print them. Write your answers by hand.")),
            ("no", _("You can leave questions out.")),
            ("letter", _("Send it to us, or bring it.")),
            TOGETHER,
        )
    ),
    "cases:privacy": Easy(
        (
            ("write", _("We use what you tell us to find the right help with you.")),
            ("person", _("You can read it.")),
            ("together", _("The people who work with you read it.")),
            ("money", _("The people who pay the money read only what they need.")),
            ("no", _("Nobody helps you here unless you said yes.")),
            ("eye", _("We write down who looked, and when.")),
            (
                "letter",
                _("Our messages say nothing about you. They say that there is something to read."),
            ),
            ("clock", _("Did you not send it? After 90 days we delete it.")),
            (
                "computer",
                _(
                    "We keep a small note in your browser. It keeps you signed in and your "
                    "pages safe."
                ),
            ),
            ("sums", _("We count answers. Our pages do not show who said what.")),
            ("eye", _("But the people who run the computers could find out.")),
            ("lock", _("Programs test how safe it is. No outside expert has tested it yet.")),
            ("paper", _("You can ask for a copy. You can say that something is wrong.")),
            (
                "home",
                _("Your council looks after what you tell us. It says for how long it keeps it."),
            ),
        ),
        _("Privacy"),
    ),
    "cases:accessibility": Easy(
        (
            ("together", _("We want everybody to be able to use these pages.")),
            (
                "computer",
                _("You can use them with a keyboard or your voice. You can hear them read out."),
            ),
            ("eye", _("You can make the words bigger.")),
            ("phone", _("They work on a small phone.")),
            ("clock", _("You can stop and come back. We keep each page.")),
            ("letter", _("You can have letters in large print. We can read them to you.")),
            ("tick", _("Programs test our pages.")),
            ("no", _("Disabled people have not tested them yet. Some things may not work.")),
            ("talk", _("There are no videos in sign language. The pages are in English only.")),
            ("phone", _("Does something not work? %(Phone_us)s. We do it with you another way.")),
        ),
        _("Accessibility statement"),
    ),
    "account_login": Easy(
        (
            ("letter", _("You get help from us, or you help somebody? Press “Send me a code”.")),
            ("key", _("Do you have a code from us? Press “I have a code”.")),
            ("home", _("Are you new here? Ask for support first.")),
            ("person", _("The other box is for people who work for the council.")),
            HELP,
        )
    ),
    "account_request_login_code": Easy(
        (
            ("computer", _("Type your e-mail address.")),
            ("letter", _("We send you a code.")),
            ("key", _("Type the code on the next page.")),
            HELP,
        )
    ),
    "account_confirm_login_code": Easy(
        (
            ("letter", _("Look at your e-mail. We sent you a code.")),
            ("key", _("Type the code here.")),
            ("clock", _("The code works for 10 minutes.")),
            HELP,
        )
    ),
    "account_reset_password": Easy(
        (
            ("person", _("This page is for people who work for the council.")),
            ("letter", _("Do you get help from us? You need no password. We send you a code.")),
            HELP,
        )
    ),
    "account_reset_password_done": Easy(
        (
            ("letter", _("Look at your e-mail.")),
            HELP,
        )
    ),
    "account_signup": Easy(
        (
            ("no", _("You cannot make an account here.")),
            ("talk", _("Ask for support first. Then you can sign in.")),
            HELP,
        )
    ),
    "account_inactive": Easy(
        (
            ("no", _("This account is closed.")),
            HELP,
        )
    ),
}
