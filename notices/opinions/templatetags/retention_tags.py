"""The periods of retention for the privacy notice."""

from __future__ import annotations

from django import template

from notices.opinions.retention import retention_words

register = template.Library()
register.simple_tag(retention_words)
