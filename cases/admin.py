"""Set-up by a council's own administrators: teams, seats, targets. Never a person, a case or an
event.

`CouncilAdmin` is the base of every set-up page, of other apps too: rows and choices of the councils
in which the user holds an admin seat, added and not edited, never deleted. Whoever sets up a
council sees none of its cases.
"""

from allauth.account.decorators import secure_admin_login
from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from cases import access
from cases.models import Council, Seat, Target, Team, User

admin.site.site_header = admin.site.site_title = _("Set-up")
admin.site.index_title = _("Your council's settings")
# One way in, with the second step where it is asked for; allauth has it replaced like this.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]


def councils_of(user):
    """The councils a user may set up: those of their admin seats; all for a superuser."""
    if user.is_superuser:
        return Council.objects.all()
    seats = [s.council_id for s in access.seats_of(user) if s.role == "admin"]
    return Council.objects.filter(pk__in=seats)


class CouncilForm(forms.ModelForm):
    """Whatever a row points to belongs to the row's own council."""

    def _get_validation_exclusions(self):
        # Fields that can't be changed are not on the page, but the constraints that name them must
        # hold too.
        return set() if self.instance.pk else super()._get_validation_exclusions()

    def clean(self):
        found = super().clean()
        council = found.get("council")
        for name, value in list(found.items()):
            belongs = getattr(value, "council_id", None)
            if council and belongs and belongs != council.pk:
                self.add_error(name, _("This belongs to another council."))
        return found


class CouncilAdmin(admin.ModelAdmin):
    """Rows of one's own councils. `changes`: the fields that may be changed afterwards; none by
    default.
    """

    form = CouncilForm
    changes: tuple[str, ...] = ()
    actions = None
    show_facets = admin.ShowFacets.NEVER

    def _allowed(self, request, obj=None):
        user = request.user
        if not (user.is_active and user.is_staff):
            return False
        councils = councils_of(user)
        return councils.exists() if obj is None else councils.filter(pk=obj.council_id).exists()

    def has_module_permission(self, request):
        return self._allowed(request)

    def has_view_permission(self, request, obj=None):
        return self._allowed(request, obj)

    def has_add_permission(self, request):
        return self._allowed(request)

    def has_change_permission(self, request, obj=None):
        return bool(self.changes) and self._allowed(request, obj)

    def has_delete_permission(self, request, obj=None):
        return False

    def get_queryset(self, request):
        return super().get_queryset(request).filter(council__in=councils_of(request.user))

    def get_readonly_fields(self, request, obj=None):
        if obj is None:
            return ()
        return [f for f in self._fields_shown() if f not in self.changes]

    def _fields_shown(self):
        return list(
            self.fields
            or [f.name for f in self.model._meta.fields if f.editable and not f.primary_key]
        )

    def formfield_for_foreignkey(self, db_field, request, **options):
        related = db_field.remote_field.model
        if related is Council:
            options["queryset"] = councils_of(request.user)
        elif related is User:
            seats = Seat.objects.filter(council__in=councils_of(request.user))
            options["queryset"] = User.objects.filter(pk__in=seats.values("user_id"))
        elif any(f.name == "council" for f in related._meta.fields):
            options["queryset"] = related._default_manager.filter(
                council__in=councils_of(request.user)
            )
        return super().formfield_for_foreignkey(db_field, request, **options)

    def formfield_for_dbfield(self, db_field, request, **options):
        """Without the buttons beside a choice that lead to other pages."""
        field = super().formfield_for_dbfield(db_field, request, **options)
        if field and hasattr(field.widget, "can_add_related"):
            field.widget.can_add_related = field.widget.can_change_related = (
                field.widget.can_view_related
            ) = False
        return field


class OwnTeams(admin.SimpleListFilter):
    """A filter that offers no other council's teams."""

    title, parameter_name = _("team"), "team"

    def lookups(self, request, model_admin):
        return [(t.pk, t.name) for t in Team.objects.filter(council__in=councils_of(request.user))]

    def queryset(self, request, queryset):
        return (
            queryset.filter(team_id=self.value()) if (self.value() or "").isdecimal() else queryset
        )


@admin.register(Team)
class TeamAdmin(CouncilAdmin):
    fields = ("council", "name", "intake", "email")
    list_display = ("name", "council", "intake", "email")
    changes = ("name", "email")


class SeatForm(CouncilForm):
    """A colleague is named by e-mail address: no list of all users of the installation is ever
    offered.
    """

    email = forms.EmailField(label=_("colleague's e-mail address"))
    colleague = forms.CharField(label=_("colleague's name"), max_length=120, required=False)

    class Meta:
        model = Seat
        fields = ("council", "team", "role", "valid_from", "valid_to")

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        if self.instance.pk:
            for name in ("email", "colleague"):
                self.fields.pop(name, None)

    def clean_email(self):
        return self.cleaned_data["email"].lower()


@admin.register(Seat)
class SeatAdmin(CouncilAdmin):
    """A seat ends by its last date; who had which role when stays on record."""

    form = SeatForm
    list_display = ("user", "role", "team", "council", "valid_from", "valid_to")
    list_filter = ("role", OwnTeams)
    list_select_related = ("user", "team", "council")
    changes = ("valid_to",)

    def get_fields(self, request, obj=None):
        who = ("email", "colleague") if obj is None else ("user",)
        return (*who, "council", "team", "role", "valid_from", "valid_to")

    def get_readonly_fields(self, request, obj=None):
        return [f for f in self.get_fields(request, obj) if f not in self.changes] if obj else ()

    def save_model(self, request, obj, form, change):
        if not change:
            obj.user = self._colleague(form.cleaned_data)
        super().save_model(request, obj, form, change)

    def _colleague(self, given) -> User:
        """The user of an address, made without a password where there is none: they set their own
        by mail.
        """
        user = User.objects.filter(email__iexact=given["email"]).first()
        user = user or User.objects.create_user(given["email"], name=given["colleague"])
        if given["role"] == "admin" and not user.is_staff:
            User.objects.filter(pk=user.pk).update(is_staff=True)
        return user


@admin.register(Target)
class TargetAdmin(CouncilAdmin):
    """Targets are added with the date from which they hold; deadlines already given stay as they
    are.
    """

    fields = ("council", "step", "days", "valid_from", "reason")
    list_display = ("step", "days", "valid_from", "council", "reason")
    list_filter = ("step",)


# Other packages bring pages of their own; here only set-up is done.
OURS = {"cases", "budgets", "poet"}
for _model in [m for m in admin.site._registry if m._meta.app_label not in OURS]:
    admin.site.unregister(_model)
