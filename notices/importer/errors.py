"""What can go wrong with files that people bring."""


class UnreadableFileError(ValueError):
    """A file whose text cannot be read; the message says in Chinese what to do."""
