from django.http import Http404


def start(request, **kwargs):
    raise Http404


def accessibility(request, **kwargs):
    raise Http404


def privacy(request, **kwargs):
    raise Http404


def ask(request, **kwargs):
    raise Http404


def ask_for_someone(request, **kwargs):
    raise Http404


def council_start(request, **kwargs):
    raise Http404


def asked(request, **kwargs):
    raise Http404
