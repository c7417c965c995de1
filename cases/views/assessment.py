from django.http import Http404


def task_list(request, **kwargs):
    raise Http404


def question(request, **kwargs):
    raise Http404


def check_answers(request, **kwargs):
    raise Http404
