from django.http import Http404


def act(request, **kwargs):
    raise Http404


def triage(request, **kwargs):
    raise Http404


def start_assessment(request, **kwargs):
    raise Http404


def reassign(request, **kwargs):
    raise Http404
