"""Signing in to the admin: second factor, lock-out, session limits, and at least one operator."""
