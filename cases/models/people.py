"""People with a case, and who may act for them."""

import unicodedata
from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.common.match_keys import LONGEST, Known, match_keys
from cases.models.council import Council, Dated, User

CONTACT_BY = {
    "email": _("E-mail"),
    "text": _("Text message"),
    "phone": _("Telephone call"),
    "letter": _("Letter"),
}
FORMATS = {
    "standard": _("Standard print"),
    "large_print": _("Large print"),
    "easy_read": _("Easy read"),
    "audio": _("Audio, or read out to me"),
    "bsl": _("British Sign Language"),
}
NEED_GROUPS = {
    "physical": _("Physical support"),
    "sensory": _("Sensory support"),
    "memory": _("Memory and cognition"),
    "learning": _("Learning disability"),
    "mental_health": _("Mental health"),
    "carer": _("Support as a carer"),
    "other": _("Something else"),
}
AGE_BANDS = {"18-64": "18 to 64", "65-84": "65 to 84", "85+": "85 and over", "": "Not known"}
SCOPES = {"see": _("See"), "fill": _("Fill in"), "send": _("Send"), "money": _("Handle money")}
KINDS = {
    "self": _("Themselves"),
    "family": _("Family or friend"),
    "advocate": _("Independent advocate"),
    "broker": _("Broker"),
    "user_led": _("User-led organisation"),
    "lpa": _("Attorney (lasting power of attorney)"),
    "deputy": _("Deputy of the court"),
    "appointee": _("Appointee for benefits"),
    "nominated": _("Nominated person"),
    "authorised": _("Authorised person"),
}
PROOFS = {
    "consent": _("The person's consent"),
    "lpa": _("Lasting power of attorney"),
    "deputy": _("Order of the Court of Protection (deputy)"),
    "appointee": _("Appointee for benefits"),
}


def searchable(text: str) -> str:
    """Casefolded and without accents: SQLite folds ASCII only, so the folding is ours on both
    databases.
    """
    flat = unicodedata.normalize("NFKD", text)
    return "".join(c for c in flat if not unicodedata.combining(c)).casefold()


def nhs_words(number: str) -> str:
    """An NHS number as it is read aloud: 943 476 5919."""
    return f"{number[:3]} {number[3:6]} {number[6:]}" if number else ""


def years_of(born: date, on: date) -> int:
    """How old somebody born on a day is on another."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def age_band(born, on) -> str:
    """The age band on a date, or "" when the date of birth is not known."""
    if not born:
        return ""
    years = years_of(born, on)
    return "18-64" if years < 65 else "65-84" if years < 85 else "85+"


# what belongs on a person of what somebody who asks says about reaching them
REACHED_BY = (
    "email",
    "phone",
    "address",
    "contact_by",
    "contact_note",
    "communication",
    "language",
)


class Person(models.Model):
    """Someone with care and support needs, or a carer. Personal data lives here and is blanked,
    never deleted.
    """

    council = models.ForeignKey(Council, models.PROTECT, related_name="people")
    name = models.CharField(_("name"), max_length=200)
    other_names = models.CharField(
        _("other names, such as a former one"), max_length=200, blank=True
    )
    name_search = models.CharField(max_length=200, db_index=True, editable=False)
    born = models.DateField(_("date of birth"), null=True, blank=True)
    nhs_number = models.CharField(_("NHS number"), max_length=10, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    address = models.TextField(_("address"), blank=True)
    contact_by = models.CharField(
        _("safe way to reach them"), max_length=10, choices=CONTACT_BY, default="letter"
    )
    contact_note = models.CharField(_("when, and what never to say"), max_length=300, blank=True)
    communication = models.CharField(
        _("how they take in information"), max_length=15, choices=FORMATS, default="standard"
    )
    language = models.CharField(_("language or interpreter"), max_length=80, blank=True)
    access_needs = models.CharField(
        _("what helps them when we meet or visit"), max_length=300, blank=True
    )
    visit_risks = models.CharField(
        _("what a colleague must know before a visit"), max_length=300, blank=True
    )
    died_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["council", "nhs_number"],
                condition=~Q(nhs_number=""),
                name="nhs_number_once_a_council",
            ),
            models.CheckConstraint(
                condition=Q(contact_by__in=list(CONTACT_BY)), name="person_contact_known"
            ),
        ]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self.name_search = searchable(self.name)  # a copy of the name, not a rule
        super().save(*args, **kwargs)
        self.keep_match_keys()

    def known(self) -> Known:
        """What somebody is found again by."""
        return Known(
            self.name, self.other_names, self.born, self.nhs_number, self.phone, self.address
        )

    def keep_match_keys(self) -> None:
        """Make the rows by which they are found what `match_keys` says; none is written where
        nothing changed.
        """
        wanted = match_keys(self.known())
        there = {(row.kind, row.key): row.pk for row in self.match_keys.all()}
        MatchKey.objects.filter(pk__in=[pk for k, pk in there.items() if k not in wanted]).delete()
        MatchKey.objects.bulk_create(
            MatchKey(council_id=self.council_id, person=self, kind=kind, key=key)
            for kind, key in sorted(wanted - set(there))
        )


MATCH_KINDS = ("name", "sound", "born", "nhs", "phone", "postcode", "place")


class MatchKey(models.Model):
    """One thing by which a person is found again (`common.match_keys`): a copy of what stands on
    the person, never a fact of its own. Keys are of a-z and 0-9, so that they sort alike on both
    databases.
    """

    # both stand first in an index below
    council = models.ForeignKey(Council, models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="match_keys", db_index=False)
    kind = models.CharField(max_length=10, choices=[(kind, kind) for kind in MATCH_KINDS])
    key = models.CharField(max_length=LONGEST)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "key"], name="match_key_once"),
            models.CheckConstraint(
                condition=Q(
                    kind__in=["name", "sound", "born", "nhs", "phone", "postcode", "place"]
                ),
                name="match_key_kind_known",
            ),
        ]
        indexes = [
            models.Index(fields=["council", "kind", "key", "person"], name="people_by_match_key")
        ]


class Representation(Dated):
    """Why a user may act in a person's affairs. `self` is the person's own sign-in: two people may
    share one user.

    Until `checked_at` is set a helper sees only their own `words` (the request they wrote); one who
    was invited also accepts first. `about`: the kind of case it opens, "" for all of the person's,
    so that helping somebody with their own care does not open their case as a carer. `proof`,
    `evidence`, `seen_on`: what the authority rests on, what was seen of it, and when. `ended_by`:
    who said no or took it back, for `end_reason`.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="representations")
    person = models.ForeignKey(Person, models.PROTECT, related_name="representations")
    kind = models.CharField(max_length=12, choices=KINDS)
    scope = models.JSONField(default=list)
    words = models.TextField(blank=True)
    evidence = models.CharField(max_length=200, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    about = models.CharField(max_length=10, blank=True)
    proof = models.CharField(max_length=10, choices=PROOFS, blank=True)
    seen_on = models.DateField(null=True, blank=True)
    invited_at = models.DateTimeField(null=True, blank=True)
    invited_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    end_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=list(KINDS)), name="representation_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(proof="") | Q(proof__in=list(PROOFS)), name="representation_proof_known"
            ),
            models.CheckConstraint(
                condition=Q(invited_at=None, invited_by=None)
                | Q(invited_at__isnull=False, invited_by__isnull=False),
                name="representation_invitation_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="representation_end_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(kind="self", checked_by=None)
                | Q(checked_at=None, checked_by=None)
                | Q(checked_at__isnull=False, checked_by__isnull=False),
                name="representation_check_is_whole",
            ),
            models.UniqueConstraint(
                fields=["user", "person"],
                condition=Q(valid_to=None),
                name="one_open_representation",
            ),
        ]

    @property
    def checked(self) -> bool:
        """Does the authority stand: checked by a worker and, where they were invited, taken on?"""
        return self.kind == "self" or (self.checked_at is not None and not self.invited)

    @property
    def invited(self) -> bool:
        """Asked to help, and has not said yes yet."""
        return self.invited_at is not None and self.accepted_at is None

    def opens(self, case_kind: str) -> bool:
        """Does it open cases of this kind?"""
        return self.about in ("", case_kind)

    def sees(self, case_kind: str) -> bool:
        """Is this a helper who may read the person's cases of this kind?"""
        return (
            self.kind != "self" and self.checked and "see" in self.scope and self.opens(case_kind)
        )
