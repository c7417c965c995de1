"""What the tests of the person's record share: opening a page, sending its form as it stands."""

from django.urls import reverse


def page(client, case, view, *args):
    return client.get(reverse(f"cases:{view}", args=[case.ref, *args]))


def body(response) -> str:
    return response.content.decode()


def post(client, case, view, /, *args, **data):
    """Open a form and send it as it stands, with these answers."""
    address = reverse(f"cases:{view}", args=[case.ref, *args])
    form = client.get(address).context["form"]
    hidden = {
        name: form[name].value() for name in ("seen", "key", "version") if name in form.fields
    }
    return client.post(address, {k: v for k, v in (hidden | data).items() if v is not None})


def boxes(name, day) -> dict:
    """The three boxes of a date."""
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}
