"""Every parser of what strangers send, as a function of bytes: it ends in a value or in a named refusal.

`SEEDS` are real texts that a mutation starts from. Used by hypothesis in the suite and by atheris in `make fuzz`.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from verifier_world import AUDIENCE, NONCE, NOW, PERSON, World

from demo_client import direct_post, lists, logout_token
from demo_client.dcql import QueryNotSatisfied, presentations, query_for
from idp.documents import dcql
from idp.documents.sd_jwt.disclosures import parse_disclosure
from idp.documents.sd_jwt.encoding import b64url_encode, json_decode
from idp.documents.sd_jwt.errors import SdJwtError
from idp.documents.sd_jwt.jws import parse_jws
from idp.documents.sd_jwt.parsing import parse
from idp.documents.sd_jwt.selecting import claims_of
from idp.documents.verifier.certificates import load_der, load_pem, subject_key_identifier, uris
from idp.documents.verifier.errors import VerificationError
from idp.documents.verifier.key_binding import ExpectedKeyBinding
from idp.documents.verifier.labels import Labels
from idp.documents.verifier.status import StatusLists, read_reference
from idp.documents.verifier.status_list import decode_status_list, encode_status_list
from idp.documents.verifier.trust import TrustList
from idp.documents.verifier.type_rules import TypeRules
from idp.documents.verifier.verify import verify
