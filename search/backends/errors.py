"""What a search can fail with."""


class SearchUnavailableError(Exception):
    """The engine does not answer, or has no index yet; nothing is known about hits."""
