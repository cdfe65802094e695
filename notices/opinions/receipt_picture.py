"""The receipt as a picture to keep with a long press: printed like the PDF, on one long narrow page, and rendered."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from notices.opinions.models import Opinion
from notices.printing import render_pdf
from notices.record_language import in_chinese
from search.extraction import render_document

# A picture is read on a phone: two device pixels for each of the 360 of its page, in greys under this size.
WIDTH = 720
MAX_BYTES = 300_000
# A longer text would make a picture that no phone shows sharply; the PDF holds all of it.
MAX_CHARACTERS = 600
MAX_LINES = 30


@in_chinese
def receipt_picture(opinion: Opinion, context: dict[str, Any]) -> bytes:
    """Return the picture, PNG in greys, 720 pixels wide.

    Rendering runs in a process of its own. Raises what ``render_pdf`` raises, and RenderingError.
    """
    shown = "\n".join(opinion.text[:MAX_CHARACTERS].split("\n")[:MAX_LINES])
    pdf = render_pdf(
        "opinions/receipt_picture.html",
        {**context, "shown_text": shown, "cut": shown != opinion.text, "characters": len(opinion.text)},
        title=_("公众意见回执 %(number)s") % {"number": opinion.number},
        created=opinion.recorded_at,
        missing_glyphs="spell",
    )
    return render_document(pdf, width=WIDTH, max_bytes=MAX_BYTES)
