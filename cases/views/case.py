from django.http import Http404


def case_page(request, **kwargs):
    raise Http404


def determine(request, **kwargs):
    raise Http404


def agree_answer(request, **kwargs):
    raise Http404


def answers(request, **kwargs):
    raise Http404


def comment(request, **kwargs):
    raise Http404
