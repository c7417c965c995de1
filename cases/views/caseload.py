from django.http import Http404


def caseload(request, **kwargs):
    raise Http404


def waiting(request, **kwargs):
    raise Http404


def queue(request, **kwargs):
    raise Http404


def search(request, **kwargs):
    raise Http404


def letters_to_print(request, **kwargs):
    raise Http404
