"""Mail by SMTP that tells how far it came: Django's backend, with one question answered that
smtplib leaves open.

smtplib says "disconnected" of a server that never answered and of one that took the whole letter
and then was silent. The second may have delivered it. Not here: what follows from that (`delivery`,
`outbox`).
"""

import re
import smtplib
from typing import Any

from django.core.mail.backends.smtp import EmailBackend

from cases.letters.delivery import Unsure, problem_words


class _Talk(smtplib.SMTP):
    """A conversation. `handed_over`: the letter is out and unanswered; `accepted`: the server
    has said yes."""

    handed_over = accepted = False

    def data(self, msg: Any) -> tuple[int, bytes]:
        """As smtplib's own, step by step, to know where it stopped."""
        code, said = self.docmd("data")
        if code != 354:
            raise smtplib.SMTPDataError(code, said)
        self.handed_over = True
        try:
            self.send(
                re.sub(rb"(?m)^\.", b"..", msg)
                + (b".\r\n" if msg.endswith(b"\r\n") else b"\r\n.\r\n")
            )
        except smtplib.SMTPServerDisconnected:
            self.handed_over = False  # without the full stop at its end no server takes a letter
            raise
        code, said = self.getreply()
        if code < 200:
            raise smtplib.SMTPServerDisconnected("An answer that is none")
        self.handed_over, self.accepted = False, code == 250
        return code, said


class Plain(_Talk):
    """From the first word in the clear; STARTTLS may follow."""


class Sealed(_Talk, smtplib.SMTP_SSL):
    """In TLS from the first word."""


class Backend(EmailBackend):
    """Raises Unsure where a letter was handed over and not answered; what fails after the yes
    fails nothing."""

    handed_over = accepted = False

    @property
    def connection_class(self):
        return Sealed if self.use_ssl else Plain

    def send_messages(self, email_messages):
        try:
            return super().send_messages(email_messages)
        except Exception as problem:  # the job's time limit too: the letter may be out
            if self.accepted:
                return len(email_messages)
            if self.handed_over:
                raise Unsure(problem_words(problem)) from problem
            raise

    def _send(self, email_message):
        talk = self.connection
        self.handed_over = self.accepted = False
        try:
            return super()._send(email_message)
        finally:
            self.handed_over, self.accepted = talk.handed_over, talk.accepted
