"""Backup and restoration of an installation, and its move to another database."""
