"""What tests of more than one file begin with."""

import pytest
from django.test import Client

from tests.cases.test_start import begin, finish


@pytest.fixture
def code(cast):
    """A code whose request was sent: code, case."""
    device = Client()
    found = begin(device)
    finish(device)
    return found
