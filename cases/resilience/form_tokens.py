"""A creating form has one effect, however often it is sent: the second press leads to the first
result.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cases.common.refusals import NotYet
from cases.models import FormToken


def once(key: str | None, *, user: Any, form: str, do: Callable[[], str]) -> str:
    """Run a creating form once: the same key sent again leads to the first result's address.

    `do` creates and returns the address to go to, inside this transaction. Raises NotYet for a key
    of somebody else or of another form.
    """
    try:
        token_key = uuid.UUID(str(key))
    except ValueError:
        raise NotYet(
            _("This form was sent without its number. Open the page again and send it once more.")
        ) from None
    owner = user if getattr(user, "is_authenticated", False) else None
    try:
        with transaction.atomic():
            token = FormToken.objects.create(key=token_key, user=owner, form=form)
            token.result_url = do()
            token.save(update_fields=["result_url"])
            return token.result_url
    except IntegrityError:
        earlier = FormToken.objects.filter(key=token_key).first()
        if earlier is None:
            raise
        if earlier.user != owner or earlier.form != form or not earlier.result_url:
            raise NotYet(_("This form was already sent.")) from None
        return earlier.result_url
