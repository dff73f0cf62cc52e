"""What the maker and the reader of a PDF file agree on."""

from __future__ import annotations

ATTACHMENT, FIELD = "document.sd-jwt", "Issuer"
MEDIA_TYPE = "application/dc+sd-jwt"
#: The attachment holds the data that the page shows (ISO 32000-2 section 7.11.3, PDF/A-3 annex E).
RELATIONSHIP = "/Data"
#: A certificate of twenty pages is far below.
MAX_SIZE = 4_000_000
