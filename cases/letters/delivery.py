"""What can become of a message that was handed to a channel, and how a problem is sorted.

The one question is whether the message can have left. Where it can't, trying again harms nobody;
where it can, only a person may decide that it goes out once more. Sources: RFC 5321 sections 4.2
and 4.5.3.2, and the exceptions of smtplib. Not here: what is done about it (`outbox`), the
conversation with a mail server (`smtp`).
"""

from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused

SHUTTING_DOWN = 421  # said in place of any other answer: the whole connection ends


class Undeliverable(Exception):
    """There is nowhere to send this to; trying again will not help."""


class Refused(Undeliverable):
    """There is an address, and whoever should deliver there will not."""


class Later(Exception):
    """Not this one, not now; nothing has left. It uses up no try."""


class Away(Later):
    """The channel itself can't be used: whatever else waits for it need not be tried now."""


class Unsure(Exception):
    """It was handed over whole, and no answer came: it may have arrived."""


def verdict(problem: Exception) -> Exception:
    """The kind of a problem, with words that name no address; what is none of them comes back as
    it is."""
    if isinstance(problem, Undeliverable | Later | Unsure) or not isinstance(problem, OSError):
        return problem
    said, codes = problem_words(problem), _codes(problem)
    if codes and all(map(_about_the_address, codes)):
        return Refused(said)
    if codes and SHUTTING_DOWN not in codes and all(400 <= code < 500 for code in codes):
        return Later(said)
    return Away(said)


def _codes(problem: Exception) -> list[int]:
    """The answers that were about this one message, not about us."""
    if isinstance(problem, SMTPRecipientsRefused):
        return [code for code, _words in problem.recipients.values()]
    return [problem.smtp_code] if isinstance(problem, SMTPDataError) else []


def _about_the_address(code: int) -> bool:
    """The other permanent answers, such as 530 "sign in first", are about how this server is set
    up."""
    return code == 521 or 550 <= code <= 559


def problem_words(problem: Exception) -> str:
    """What went wrong, without the mail server's own words: they often repeat the address."""
    codes = [str(code) for code in _codes(problem)]
    if not codes and isinstance(problem, SMTPException):
        codes = [str(getattr(problem, "smtp_code", ""))]
    return " ".join(filter(None, [type(problem).__name__, *codes]))[:200]
