"""A Status List Token as JWT (Token Status List draft, sections 4.2 and 5.1), taken apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from idp.documents.sd_jwt.errors import SdJwtError
from idp.documents.sd_jwt.jws import UnverifiedJws, parse_jws, verify_signature
from idp.documents.verifier.certificates import Chain, read_chain
from idp.documents.verifier.errors import StatusListMalformed
from idp.documents.verifier.status_list import StatusList, decode_status_list

#: The JOSE `typ`.
TYPE = "statuslist+jwt"
MAX_LENGTH = 2_000_000


@dataclass(frozen=True)
class JwtToken:
    """With what its text alone decides, found out once and only when it is asked for.

    Dates, trust list and issuer are none of that.
    """

    jws: UnverifiedJws

    @property
    def of_its_type(self) -> bool:
        return self.jws.header.get("typ") == TYPE

    @property
    def claims(self) -> Mapping[str, object]:
        """By their names in a JWT; unverified."""
        return self.jws.payload

    @cached_property
    def chain(self) -> Chain:
        """The chain whose first certificate's key made the signature. Raises where it did not."""
        chain = read_chain(self.jws.header)
        verify_signature(self.jws, chain.key())
        return chain

    @cached_property
    def statuses(self) -> StatusList:
        return decode_status_list(self.jws.payload.get("status_list"))


def parse(text: str) -> JwtToken:
    """Raises `StatusListMalformed`."""
    if len(text) > MAX_LENGTH or not text.isascii():
        raise StatusListMalformed("not a status list token")
    try:
        return JwtToken(parse_jws(text.strip("\r\n\t ")))
    except SdJwtError as error:
        raise StatusListMalformed("the status list token cannot be read") from error
