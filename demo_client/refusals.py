"""Which words a refusal is told in: many codes, few messages. `presentation.refused.<group>` holds them."""

from __future__ import annotations

GROUPS: dict[str, tuple[str, ...]] = {
    "changed": (
        "not_a_document", "malformed", "algorithm_not_allowed", "signature_invalid", "claim_collision",
        "hash_algorithm_not_supported", "disclosure_malformed", "reserved_claim_name", "duplicate_digest",
        "duplicate_disclosure", "unreferenced_disclosure", "misplaced_digest", "claim_not_disclosable",
        "wrong_type", "missing_claim",
    ),
    "untrusted": (
        "certificate_malformed", "certificate_expired", "issuer_not_trusted", "issuer_mismatch",
        "type_not_allowed_for_issuer",
    ),
    "expired": ("expired",),
    "not_yet_valid": ("not_yet_valid",),
    "revoked": ("revoked",),
    "suspended": ("suspended",),
    "superseded": ("superseded",),
    "status": (
        "status_unknown", "status_list_malformed", "status_list_not_trusted", "status_list_not_yet_valid",
        "status_index_out_of_range", "status_not_understood", "status_not_checked",
    ),
    "status_outdated": ("status_list_expired", "status_outdated"),
    "status_unreachable": ("status_list_unreachable",),
    "binding": (
        "key_binding_missing", "key_binding_malformed", "key_binding_wrong_type", "wrong_audience",
        "key_binding_algorithm_not_allowed", "key_binding_signature_invalid", "key_binding_wrong_audience",
        "key_binding_wrong_nonce", "key_binding_wrong_hash", "key_binding_stale", "key_binding_unexpected",
    ),
    "person": ("person_not_disclosed", "wrong_person"),
    "other_document": ("wrong_document_type", "credential_not_asked"),
    "incomplete": ("claims_missing", "credential_missing", "response_malformed"),
    "too_old": ("too_old",),
    "lists": (
        "trust_list_malformed", "trust_list_not_trusted", "trust_list_expired", "trust_list_rollback",
        "root_not_usable",
    ),
}  # fmt: skip
GROUP_OF = {code: group for group, codes in GROUPS.items() for code in codes}
KINDS = {"yes": "valid", "no": "refused"}


def group_of(code: str) -> str:
    """The message group of a refusal's code."""
    return GROUP_OF.get(code, "other")


def kind_of(answer: str) -> str:
    """How an answer is shown: only yes is good, only no is refused."""
    return KINDS.get(answer, "neutral")
