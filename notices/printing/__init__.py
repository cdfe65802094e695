"""HTML to PDF/A. Importing this package loads no PDF library, so the portal starts without them."""

from notices.printing.job import EmbeddedFile, PrintedFile
from notices.printing.parts import INSTALL_LINE, missing_parts, part_versions
from notices.printing.qr import qr_data_uri, qr_png, qr_svg
from notices.printing.rendering import (
    PrintingFaultError,
    PrintingUnavailable,
    UnprintableTextError,
    print_pdf,
    render_pdf,
)

__all__ = [
    "INSTALL_LINE",
    "EmbeddedFile",
    "PrintedFile",
    "PrintingFaultError",
    "PrintingUnavailable",
    "UnprintableTextError",
    "missing_parts",
    "part_versions",
    "print_pdf",
    "qr_data_uri",
    "qr_png",
    "qr_svg",
    "render_pdf",
]
