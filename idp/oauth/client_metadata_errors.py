"""Why client metadata is refused, by the codes of RFC 7591 3.2.2."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


class ClientMetadataError(Exception):
    """Metadata that may not be registered: `code` is that of RFC 7591 3.2.2, `field` the one to mend.

    The message is ours alone: nothing of what was sent is in it. `others` are further mistakes of the same
    registration, so that all are told at once; the first one's code stands for them.
    """

    def __init__(self, field: str, message: str, code: str = "invalid_client_metadata") -> None:
        super().__init__(f"{field}: {message}")
        self.field, self.message, self.code = field, message, code
        self.others: Sequence[ClientMetadataError] = ()

    @property
    def all(self) -> Sequence[ClientMetadataError]:
        """One mistake a field: what follows from the first is not told beside it."""
        found: dict[str, ClientMetadataError] = {}
        for each in (self, *self.others):
            found.setdefault(each.field, each)
        return tuple(found.values())


def refuse(mistakes: Iterable[ClientMetadataError]) -> None:
    """Raises ClientMetadataError where there is a mistake: the first one, with all others."""
    found = list(mistakes)
    if found:
        found[0].others = tuple(found[1:])
        raise found[0]
