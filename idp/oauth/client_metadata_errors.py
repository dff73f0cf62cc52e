"""Why client metadata is refused, by the codes of RFC 7591 3.2.2."""

from __future__ import annotations


class ClientMetadataError(Exception):
    """Metadata that may not be registered: `code` is that of RFC 7591 3.2.2, `field` the one to mend.

    The message is ours alone: nothing of what was sent is in it.
    """

    def __init__(self, field: str, message: str, code: str = "invalid_client_metadata") -> None:
        super().__init__(f"{field}: {message}")
        self.field, self.message, self.code = field, message, code
