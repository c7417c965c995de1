from django.http import Http404


def letter(request, **kwargs):
    raise Http404
