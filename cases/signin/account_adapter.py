"""How people sign in, where it differs from allauth's own way.

Staff: e-mail address and password, and a second step where the council asks for one. Residents: a
code by e-mail. Here: who may use a code, and that nobody makes an account alone. Not here: how
guessing is slowed (front_door.py), the pages.
"""

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.stagekit import clear_login
from allauth.account.internal.userkit import filter_users_by_email
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import get_connection
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.common.refusals import NotYet
from cases.letters.delivery import Unsure, problem_words
from cases.signin import front_door

logger = structlog.get_logger()
CODE = "account/email/login_code"
NO_CODE = "account/email/unknown_account"
NOT_SENT = _(
    "We could not send you the e-mail just now. Wait a few minutes, then ask for it again. "
    "If it comes late, what it "
    "says no longer works. Or phone the council."
)


def works_for_a_council(user) -> bool:
    """Has a seat today, or may open the set-up pages: a mailbox alone must not open people's
    records.
    """
    # access imports models; allauth may load this before
    from cases.access import seats_of  # noqa: PLC0415

    return bool(user.is_staff or seats_of(user))


class Adapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _(
            "The e-mail address or the password is not right. Check both and try again"
        ),
        "incorrect_code": _(
            "That is not the code we sent. Check the newest e-mail from us and try again"
        ),
        "incorrect_password": _("That is not your password"),
        "too_many_login_attempts": _("There were too many tries. Wait 5 minutes, then try again"),
    }

    def get_client_ip(self, request):
        """The library's own limits see the address that all others see."""
        return front_door.client_address(request)

    def authenticate(self, request, **credentials):
        """A right password takes its own try back, at a sign-in or when it is asked once more."""
        user = super().authenticate(request, **credentials)
        if user is not None:
            front_door.take_back(getattr(request, "tried", None))
        return user

    def is_open_for_signup(self, request):
        """Accounts come from asking for support, or from a colleague who does the set-up."""
        return False

    def clean_email(self, email):
        """No adding of addresses: one that nobody has checked would catch the codes of whoever it
        belongs to.
        """
        if self.request.resolver_match.url_name == "account_email":
            raise ValidationError(
                _("Your e-mail address is part of your record. Ask us to change it")
            )
        return super().clean_email(email)

    def send_mail(self, template_prefix, email, context):
        """A colleague who asks for a code gets the letter a stranger gets; the pages are the same
        already.
        """
        if template_prefix == CODE and any(map(works_for_a_council, filter_users_by_email(email))):
            template_prefix, context = NO_CODE, {}
        context = {
            "mode": settings.MODE,
            "minutes": settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60,
        } | context
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, Unsure) as problem:  # every address alike: nobody learns which are known
            logger.warning(
                "a sign-in mail was not sent", code=problem_words(problem.__cause__ or problem)
            )
            raise NotYet(NOT_SENT) from problem

    def render_mail(self, *args, **kwargs):
        """Sent in the request (ADR 0012), which waits for the mail server much shorter than the
        jobs do.
        """
        mail = super().render_mail(*args, **kwargs)
        mail.connection = get_connection(timeout=settings.EMAIL_TIMEOUT_SIGN_IN)
        return mail

    def pre_login(self, request, user, **how):
        """The lock behind it: even a guessed or leaked code signs no colleague in."""
        records = get_authentication_records(request, user)
        by_code = bool(records) and records[-1]["method"] == "code"
        if by_code and works_for_a_council(user):
            clear_login(request)
            return HttpResponseRedirect(reverse("account_login"))
        return super().pre_login(request, user, **how)
