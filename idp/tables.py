"""Every table of the provider: importing this module registers them all, for the migrations and their test."""

from __future__ import annotations

import idp.accounts.applications.models
import idp.accounts.models
import idp.accounts.officers.models
import idp.accounts.organisations.models
import idp.accounts.passkeys.models
import idp.accounts.phone.models
import idp.accounts.qr_sign_in.models
import idp.audit.models
import idp.documents.models
import idp.documents.presentation_models
import idp.documents.request_models
import idp.oauth.models
import idp.sessions
import idp.throttling

ALL = (
    idp.accounts.applications.models,
    idp.accounts.models,
    idp.accounts.officers.models,
    idp.accounts.organisations.models,
    idp.accounts.passkeys.models,
    idp.accounts.phone.models,
    idp.accounts.qr_sign_in.models,
    idp.audit.models,
    idp.documents.models,
    idp.documents.presentation_models,
    idp.documents.request_models,
    idp.oauth.models,
    idp.sessions,
    idp.throttling,
)
