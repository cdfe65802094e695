"""QR codes as SVG: drawn as lines, sharp at any size, black on white."""

from __future__ import annotations

from base64 import b64encode
from io import BytesIO

import segno

QUIET_ZONE = 4  # modules, ISO/IEC 18004


def qr_svg(text: str, *, border: int = QUIET_ZONE) -> str:
    """Return an SVG element with the QR code of a text; ``border`` is the white edge in modules.

    Error correction Q (25 %) at least, so that a creased or stained poster is still read.
    """
    buffer = BytesIO()
    segno.make(text, error="q", boost_error=True, micro=False).save(
        buffer, kind="svg", border=border, xmldecl=False, svgns=True, omitsize=True, dark="#000", light="#fff"
    )
    return buffer.getvalue().decode()


def qr_data_uri(text: str, *, border: int = 0) -> str:
    """Return the QR code as an address for ``<img src>``, whose ``alt`` makes it speakable in a tagged PDF.

    Without an edge by default: on white paper the margins of the style sheet are the quiet zone, and the code stands
    flush with the text.
    """
    return f"data:image/svg+xml;base64,{b64encode(qr_svg(text, border=border).encode()).decode()}"


def qr_png(text: str, *, scale: int = 8) -> bytes:
    """Return the QR code of a text as a PNG picture for a Word file; ``scale`` is the width of a module in pixels."""
    buffer = BytesIO()
    segno.make(text, error="q", boost_error=True, micro=False).save(
        buffer, kind="png", border=QUIET_ZONE, scale=scale
    )
    return buffer.getvalue()
