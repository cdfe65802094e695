"""The framework's own behaviour suite held against a backend of ours; started by test_conformance."""

from django.test import TestCase
from modelsearch.backends import get_search_backend
from modelsearch.test.testapp import models
from modelsearch.tests import test_backends

from tests.search.backends.conformance_settings import BACKEND


class BackendBehaviour(test_backends.BackendTests, TestCase):
    """All of it, nothing skipped."""

    backend_path = BACKEND

    def clear_index_entries(self) -> None:
        """The index may live outside the database, whose rows the suite would otherwise remove."""
        get_search_backend("default").reset_indexes()

    def test_reset_indexes_leaves_nothing_to_find(self) -> None:
        self.backend.reset_indexes()
        assert self.backend.search("JavaScript", models.Book).count() == 0
