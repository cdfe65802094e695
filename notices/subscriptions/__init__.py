"""Alerts by e-mail without an account: asked for on a page, confirmed by mail, stopped by one click."""
