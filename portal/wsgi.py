"""Entry point for WSGI servers."""

import os

from django.core.wsgi import get_wsgi_application

from portal.backups.unfinished import refuse_unfinished

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")
application = get_wsgi_application()
# After the settings are there. A server that loads this ends with the sentence of the error.
refuse_unfinished()
