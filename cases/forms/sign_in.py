"""The one form of the sign-in library that is ours in part: asking for a code by e-mail counts like
every other door.
"""

from allauth.account.forms import RequestLoginCodeForm
from allauth.core import context
from django.core.exceptions import ValidationError

from cases.common.refusals import NotYet
from cases.signin import one_time_codes


class AskCodeForm(RequestLoginCodeForm):
    """Known and unknown addresses are counted alike, so that neither is told from the other."""

    def clean_email(self):
        email = super().clean_email()
        try:
            one_time_codes.may_send(context.request, to=email.lower(), owner=self._user)
        except NotYet as no:
            raise ValidationError(no.sentence) from no
        return email
