CREATE TABLE account (
	subject VARCHAR(64) NOT NULL, 
	person_id VARCHAR(32), 
	organisation_id VARCHAR(32), 
	identity_level INTEGER, 
	state VARCHAR(30) NOT NULL, 
	lock_reason VARCHAR(40), 
	locked_by VARCHAR(20), 
	locked_at DATETIME, 
	opened_at DATETIME NOT NULL, locked_from VARCHAR(30), 
	CONSTRAINT pk_account PRIMARY KEY (subject), 
	CONSTRAINT ck_account_lock_reason CHECK ((state = 'locked') = (lock_reason IS NOT NULL)), 
	CONSTRAINT ck_account_state CHECK (state IN ('pending_verification', 'issued', 'active', 'locked', 'closed')), 
	CONSTRAINT ck_account_level CHECK ((organisation_id IS NULL AND identity_level IS NOT NULL AND identity_level IN (1, 2)) OR (organisation_id IS NOT NULL AND identity_level IS NULL)), 
	CONSTRAINT ck_account_one_holder CHECK ((person_id IS NULL) <> (organisation_id IS NULL)), 
	CONSTRAINT fk_account_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id) ON DELETE CASCADE, 
	CONSTRAINT fk_account_person_id_person FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE CASCADE, 
	CONSTRAINT uq_account_organisation_id UNIQUE (organisation_id), 
	CONSTRAINT uq_account_person_id UNIQUE (person_id)
)

CREATE TABLE account_activation (
	subject VARCHAR(64) NOT NULL, 
	code_hash VARCHAR(64) NOT NULL, 
	expires_at DATETIME NOT NULL, 
	ticket_hash VARCHAR(64), 
	ticket_expires_at DATETIME, 
	password_hash VARCHAR(200), 
	passcode_hash VARCHAR(200), 
	seed BLOB, 
	done_at DATETIME, 
	CONSTRAINT pk_account_activation PRIMARY KEY (subject), 
	CONSTRAINT fk_account_activation_subject_account FOREIGN KEY(subject) REFERENCES account (subject) ON DELETE CASCADE, 
	CONSTRAINT uq_account_activation_code_hash UNIQUE (code_hash), 
	CONSTRAINT uq_account_activation_ticket_hash UNIQUE (ticket_hash)
)

CREATE TABLE account_application (
	id VARCHAR(32) NOT NULL, 
	receipt VARCHAR(24) NOT NULL, 
	person_id VARCHAR(32) NOT NULL, 
	open_of VARCHAR(34), 
	level INTEGER NOT NULL, 
	state VARCHAR(10) NOT NULL, 
	phone_number VARCHAR(16) NOT NULL, 
	email VARCHAR(254), 
	received_at DATETIME NOT NULL, 
	due_on DATE NOT NULL, 
	decided_at DATETIME, 
	decided_by VARCHAR(32), 
	refusal VARCHAR(40), 
	CONSTRAINT pk_account_application PRIMARY KEY (id), 
	CONSTRAINT ck_account_application_decided CHECK ((state = 'received') = (decided_at IS NULL)), 
	CONSTRAINT ck_account_application_level CHECK (level IN (1, 2)), 
	CONSTRAINT ck_account_application_state CHECK (state IN ('received', 'approved', 'refused')), 
	CONSTRAINT fk_account_application_person_id_person FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE CASCADE, 
	CONSTRAINT uq_account_application_open_of UNIQUE (open_of), 
	CONSTRAINT uq_account_application_receipt UNIQUE (receipt)
)

CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
)

CREATE TABLE audit_head (
	id INTEGER NOT NULL, 
	sequence INTEGER NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	seal VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_audit_head PRIMARY KEY (id), 
	CONSTRAINT ck_audit_head_only_one CHECK (id = 1)
)

CREATE TABLE audit_record (
	sequence INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	event VARCHAR(64) NOT NULL, 
	subject VARCHAR(64), 
	client_id VARCHAR(255), 
	details TEXT NOT NULL, 
	previous_hash VARCHAR(64) NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_audit_record PRIMARY KEY (sequence)
)

CREATE TABLE authenticator (
	subject VARCHAR(64) NOT NULL, 
	password_hash VARCHAR(200), 
	passcode_hash VARCHAR(200), 
	one_time_code_seed BLOB, 
	one_time_code_step BIGINT, 
	CONSTRAINT pk_authenticator PRIMARY KEY (subject), 
	CONSTRAINT fk_authenticator_subject_account FOREIGN KEY(subject) REFERENCES account (subject) ON DELETE CASCADE
)

CREATE TABLE browser_session (
	id VARCHAR(32) NOT NULL, 
	secret_hash VARCHAR(64) NOT NULL, 
	csrf_token VARCHAR(43) NOT NULL, 
	created_at DATETIME NOT NULL, 
	last_used_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	subject VARCHAR(64), 
	acr VARCHAR(64), 
	amr VARCHAR(100) NOT NULL, 
	auth_time DATETIME, acting_for VARCHAR(64), user_agent VARCHAR(300) DEFAULT '' NOT NULL, address VARCHAR(45) DEFAULT '' NOT NULL, 
	CONSTRAINT pk_browser_session PRIMARY KEY (id), 
	CONSTRAINT uq_browser_session_secret_hash UNIQUE (secret_hash)
)

CREATE TABLE counter_show (
	token_hash VARCHAR(64) NOT NULL, 
	holder VARCHAR(64) NOT NULL, 
	document_id VARCHAR(32) NOT NULL, 
	presentation TEXT NOT NULL, 
	created_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	taken_at DATETIME, 
	CONSTRAINT pk_counter_show PRIMARY KEY (token_hash)
)

CREATE TABLE document (
	id VARCHAR(32) NOT NULL, 
	holder VARCHAR(64) NOT NULL, 
	vct VARCHAR(128) NOT NULL, 
	issuer_id VARCHAR(64) NOT NULL, 
	document_number VARCHAR(64) NOT NULL, 
	sd_jwt TEXT NOT NULL, 
	issued_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, 
	status INTEGER NOT NULL, 
	status_list INTEGER NOT NULL, 
	status_index INTEGER NOT NULL, 
	superseded_by VARCHAR(32), 
	seed_key VARCHAR(200), 
	seed_digest VARCHAR(64), status_reason VARCHAR(200), 
	CONSTRAINT pk_document PRIMARY KEY (id), 
	CONSTRAINT uq_document_issuer_id_status_list_status_index UNIQUE (issuer_id, status_list, status_index)
)

CREATE TABLE document_look_up (
	id VARCHAR(32) NOT NULL, 
	officer_id VARCHAR(32) NOT NULL, 
	holder VARCHAR(64) NOT NULL, 
	purpose VARCHAR(40) NOT NULL, 
	case_number VARCHAR(40) NOT NULL, 
	opened_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	CONSTRAINT pk_document_look_up PRIMARY KEY (id)
)

CREATE TABLE document_request (
	id VARCHAR(32) NOT NULL, 
	receipt VARCHAR(24) NOT NULL, 
	holder VARCHAR(64) NOT NULL, 
	type_id VARCHAR(64) NOT NULL, 
	purpose VARCHAR(40) NOT NULL, 
	business_ban_asked BOOLEAN NOT NULL, 
	received_at DATETIME NOT NULL, 
	due_on DATE NOT NULL, 
	state VARCHAR(10) NOT NULL, 
	open_of VARCHAR(140), 
	decided_at DATETIME, 
	decided_by VARCHAR(32), 
	reason VARCHAR(40), 
	document_id VARCHAR(32), 
	CONSTRAINT pk_document_request PRIMARY KEY (id), 
	CONSTRAINT ck_document_request_state CHECK (state IN ('open', 'issued', 'refused', 'withdrawn')), 
	CONSTRAINT uq_document_request_open_of UNIQUE (open_of), 
	CONSTRAINT uq_document_request_receipt UNIQUE (receipt)
)

CREATE TABLE holder_key (
	document_id VARCHAR(32) NOT NULL, 
	sealed BLOB NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_holder_key PRIMARY KEY (document_id), 
	CONSTRAINT fk_holder_key_document_id_document FOREIGN KEY(document_id) REFERENCES document (id) ON DELETE CASCADE
)

CREATE TABLE identity_paper (
	person_id VARCHAR(32) NOT NULL, 
	kind VARCHAR(30) NOT NULL, 
	number VARCHAR(20) NOT NULL, 
	issued_on DATE NOT NULL, 
	expires_on DATE, 
	CONSTRAINT pk_identity_paper PRIMARY KEY (person_id), 
	CONSTRAINT ck_identity_paper_kind CHECK (kind IN ('identity_card', 'permanent_residence_card', 'temporary_residence_card')), 
	CONSTRAINT fk_identity_paper_person_id_person FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE CASCADE
)

CREATE TABLE judicial_record (
	holder VARCHAR(64) NOT NULL, 
	record TEXT NOT NULL, 
	updated_at DATETIME NOT NULL, 
	CONSTRAINT pk_judicial_record PRIMARY KEY (holder)
)

CREATE TABLE kinship (
	person_id VARCHAR(32) NOT NULL, 
	relative_id VARCHAR(32) NOT NULL, 
	kind VARCHAR(10) NOT NULL, 
	CONSTRAINT pk_kinship PRIMARY KEY (person_id, relative_id, kind), 
	CONSTRAINT ck_kinship_kind CHECK (kind IN ('father', 'mother', 'guardian')), 
	CONSTRAINT fk_kinship_person_id_person FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE CASCADE, 
	CONSTRAINT fk_kinship_relative_id_person FOREIGN KEY(relative_id) REFERENCES person (id) ON DELETE CASCADE
)

CREATE TABLE mock_message (
	id VARCHAR(32) NOT NULL, 
	phone_number VARCHAR(16) NOT NULL, 
	text_vi TEXT NOT NULL, 
	text_en TEXT NOT NULL, 
	sent_at DATETIME NOT NULL, 
	CONSTRAINT pk_mock_message PRIMARY KEY (id)
)

CREATE TABLE oauth_access_token (
	token_hash VARCHAR(64) NOT NULL, 
	grant_id VARCHAR(32) NOT NULL, 
	scope VARCHAR(500) NOT NULL, 
	created_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, audience JSON, cnf JSON, 
	CONSTRAINT pk_oauth_access_token PRIMARY KEY (token_hash), 
	CONSTRAINT fk_oauth_access_token_grant_id_oauth_grant FOREIGN KEY(grant_id) REFERENCES oauth_grant (id) ON DELETE CASCADE
)

CREATE TABLE oauth_authorization_code (
	code_hash VARCHAR(64) NOT NULL, 
	grant_id VARCHAR(32) NOT NULL, 
	client_id VARCHAR(100) NOT NULL, 
	redirect_uri TEXT NOT NULL, 
	code_challenge VARCHAR(43), 
	expires_at DATETIME NOT NULL, 
	used_at DATETIME, dpop_jkt VARCHAR(43), 
	CONSTRAINT pk_oauth_authorization_code PRIMARY KEY (code_hash), 
	CONSTRAINT fk_oauth_authorization_code_grant_id_oauth_grant FOREIGN KEY(grant_id) REFERENCES oauth_grant (id) ON DELETE CASCADE
)

CREATE TABLE "oauth_client" (
	client_id VARCHAR(100) NOT NULL, 
	client_id_issued_at DATETIME NOT NULL, 
	client_secret_hash VARCHAR(64), 
	client_name_vi VARCHAR(200) NOT NULL, 
	client_name_en VARCHAR(200) NOT NULL, 
	application_type VARCHAR(10) NOT NULL, 
	token_endpoint_auth_method VARCHAR(40) NOT NULL, 
	id_token_signed_response_alg VARCHAR(10) NOT NULL, 
	sector_identifier VARCHAR(255) NOT NULL, 
	scope VARCHAR(500) NOT NULL, 
	redirect_uris JSON NOT NULL, 
	post_logout_redirect_uris JSON NOT NULL, 
	request_uris JSON NOT NULL, 
	response_uris JSON NOT NULL, 
	document_types JSON NOT NULL, 
	grant_types JSON NOT NULL, 
	response_types JSON NOT NULL, 
	contacts JSON NOT NULL, 
	default_acr_values JSON NOT NULL, 
	jwks JSON, 
	client_uri VARCHAR(500), 
	policy_uri VARCHAR(500), 
	tos_uri VARCHAR(500), 
	default_max_age INTEGER, 
	require_pkce BOOLEAN NOT NULL, 
	logo_uri VARCHAR(500), 
	jwks_uri VARCHAR(500), 
	sector_identifier_uri VARCHAR(500), 
	initiate_login_uri VARCHAR(500), 
	frontchannel_logout_uri VARCHAR(500), 
	backchannel_logout_uri VARCHAR(500), 
	tls_client_auth_subject_dn VARCHAR(500), 
	tls_client_auth_san_uri VARCHAR(500), 
	tls_client_auth_san_dns VARCHAR(255), 
	tls_client_auth_san_email VARCHAR(255), 
	token_endpoint_auth_signing_alg VARCHAR(10), 
	userinfo_signed_response_alg VARCHAR(10), 
	request_object_signing_alg VARCHAR(10), 
	authorization_signed_response_alg VARCHAR(10), 
	introspection_signed_response_alg VARCHAR(10), 
	id_token_encrypted_response_alg VARCHAR(20), 
	id_token_encrypted_response_enc VARCHAR(20), 
	userinfo_encrypted_response_alg VARCHAR(20), 
	userinfo_encrypted_response_enc VARCHAR(20), 
	authorization_encrypted_response_alg VARCHAR(20), 
	authorization_encrypted_response_enc VARCHAR(20), 
	introspection_encrypted_response_alg VARCHAR(20), 
	introspection_encrypted_response_enc VARCHAR(20), 
	tls_client_auth_san_ip VARCHAR(45), 
	software_id VARCHAR(200), 
	software_version VARCHAR(100), 
	registration_access_token_hash VARCHAR(64), 
	require_auth_time BOOLEAN DEFAULT 0 NOT NULL, 
	frontchannel_logout_session_required BOOLEAN DEFAULT 0 NOT NULL, 
	backchannel_logout_session_required BOOLEAN DEFAULT 0 NOT NULL, 
	require_pushed_authorization_requests BOOLEAN DEFAULT 0 NOT NULL, 
	require_signed_request_object BOOLEAN DEFAULT 0 NOT NULL, 
	dpop_bound_access_tokens BOOLEAN DEFAULT 0 NOT NULL, 
	tls_client_certificate_bound_access_tokens BOOLEAN DEFAULT 0 NOT NULL, 
	lenient JSON DEFAULT '[]' NOT NULL, 
	identity_levels JSON DEFAULT '[]' NOT NULL, 
	resources JSON DEFAULT '[]' NOT NULL, 
	disabled_at DATETIME, 
	registered_by VARCHAR(20) DEFAULT 'operator' NOT NULL, 
	subject_type VARCHAR(10) DEFAULT 'pairwise' NOT NULL, 
	profile VARCHAR(30) DEFAULT 'oidc' NOT NULL, 
	access_token_format VARCHAR(10) DEFAULT 'opaque' NOT NULL, registrable_scope VARCHAR(500), 
	CONSTRAINT pk_oauth_client PRIMARY KEY (client_id)
)

CREATE TABLE oauth_consent (
	id VARCHAR(32) NOT NULL, 
	client_id VARCHAR(100) NOT NULL, 
	subject VARCHAR(64) NOT NULL, 
	scope VARCHAR(500) NOT NULL, 
	claims JSON NOT NULL, 
	language VARCHAR(5) NOT NULL, 
	shown_hash VARCHAR(64) NOT NULL, 
	given_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	withdrawn_at DATETIME, acting_for VARCHAR(64), 
	CONSTRAINT pk_oauth_consent PRIMARY KEY (id), 
	CONSTRAINT fk_oauth_consent_client_id_oauth_client FOREIGN KEY(client_id) REFERENCES oauth_client (client_id) ON DELETE CASCADE
)

CREATE TABLE oauth_grant (
	id VARCHAR(32) NOT NULL, 
	client_id VARCHAR(100) NOT NULL, 
	subject VARCHAR(64) NOT NULL, 
	session_id VARCHAR(32) NOT NULL, 
	scope VARCHAR(500) NOT NULL, 
	claims JSON NOT NULL, 
	nonce TEXT, 
	acr VARCHAR(64) NOT NULL, 
	amr VARCHAR(100) NOT NULL, 
	auth_time DATETIME NOT NULL, 
	created_at DATETIME NOT NULL, 
	revoked_at DATETIME, acting_for VARCHAR(64), last_used_at DATETIME, resource JSON, 
	CONSTRAINT pk_oauth_grant PRIMARY KEY (id), 
	CONSTRAINT fk_oauth_grant_client_id_oauth_client FOREIGN KEY(client_id) REFERENCES oauth_client (client_id) ON DELETE CASCADE
)

CREATE TABLE oauth_initial_access_token (
	token_hash VARCHAR(64) NOT NULL, 
	id VARCHAR(16) NOT NULL, 
	label VARCHAR(100) NOT NULL, 
	scope VARCHAR(500) NOT NULL, 
	uses_left INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	CONSTRAINT pk_oauth_initial_access_token PRIMARY KEY (token_hash), 
	CONSTRAINT uq_oauth_initial_access_token_id UNIQUE (id)
)

CREATE TABLE oauth_logout_delivery (
	id VARCHAR(32) NOT NULL, 
	client_id VARCHAR(100) NOT NULL, 
	session_id VARCHAR(32) NOT NULL, 
	subject VARCHAR(64) NOT NULL, 
	acting_for VARCHAR(64), 
	created_at DATETIME NOT NULL, 
	attempts INTEGER NOT NULL, 
	next_at DATETIME, 
	delivered_at DATETIME, 
	last_error VARCHAR(40), 
	CONSTRAINT pk_oauth_logout_delivery PRIMARY KEY (id), 
	CONSTRAINT fk_oauth_logout_delivery_client_id_oauth_client FOREIGN KEY(client_id) REFERENCES oauth_client (client_id) ON DELETE CASCADE
)

CREATE TABLE oauth_pending_authorization (
	id VARCHAR(43) NOT NULL, 
	browser_hash VARCHAR(64), 
	client_id VARCHAR(100) NOT NULL, 
	request JSON NOT NULL, 
	created_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	sign_in_asked_at DATETIME, 
	account_chosen BOOLEAN NOT NULL, 
	answered_at DATETIME, acting_sub VARCHAR(64), pushed_hash VARCHAR(64), 
	CONSTRAINT pk_oauth_pending_authorization PRIMARY KEY (id), 
	CONSTRAINT fk_oauth_pending_authorization_client_id_oauth_client FOREIGN KEY(client_id) REFERENCES oauth_client (client_id) ON DELETE CASCADE
)

CREATE TABLE oauth_pushed_request (
	reference_hash VARCHAR(64) NOT NULL, 
	client_id VARCHAR(100) NOT NULL, 
	parameters JSON NOT NULL, 
	signed BOOLEAN NOT NULL, 
	expires_at DATETIME NOT NULL, 
	used_at DATETIME, 
	CONSTRAINT pk_oauth_pushed_request PRIMARY KEY (reference_hash), 
	CONSTRAINT fk_oauth_pushed_request_client_id_oauth_client FOREIGN KEY(client_id) REFERENCES oauth_client (client_id) ON DELETE CASCADE
)

CREATE TABLE oauth_refresh_token (
	token_hash VARCHAR(64) NOT NULL, 
	grant_id VARCHAR(32) NOT NULL, 
	client_id VARCHAR(100) NOT NULL, 
	scope VARCHAR(500) NOT NULL, 
	created_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	used_at DATETIME, cnf JSON, 
	CONSTRAINT pk_oauth_refresh_token PRIMARY KEY (token_hash), 
	CONSTRAINT fk_oauth_refresh_token_grant_id_oauth_grant FOREIGN KEY(grant_id) REFERENCES oauth_grant (id) ON DELETE CASCADE
)

CREATE TABLE oauth_used_assertion (
	client_id VARCHAR(100) NOT NULL, 
	jti_hash VARCHAR(64) NOT NULL, 
	expires_at DATETIME NOT NULL, 
	CONSTRAINT pk_oauth_used_assertion PRIMARY KEY (client_id, jti_hash)
)

CREATE TABLE oauth_used_proof (
	proof_hash VARCHAR(64) NOT NULL, 
	expires_at DATETIME NOT NULL, 
	CONSTRAINT pk_oauth_used_proof PRIMARY KEY (proof_hash)
)

CREATE TABLE "officer" (
	id VARCHAR(32) NOT NULL, 
	login VARCHAR(40) NOT NULL, 
	full_name VARCHAR(300) NOT NULL, 
	role VARCHAR(20) NOT NULL, 
	active BOOLEAN NOT NULL, 
	password_hash VARCHAR(200) NOT NULL, 
	code_seed BLOB NOT NULL, 
	code_step BIGINT, 
	office VARCHAR(20) DEFAULT 'provincial' NOT NULL, 
	CONSTRAINT pk_officer PRIMARY KEY (id), 
	CONSTRAINT uq_officer_login UNIQUE (login), 
	CONSTRAINT ck_officer_role CHECK (role IN ('registration', 'supervisor', 'auditor', 'client_registrar', 'records'))
)

CREATE TABLE officer_look_up (
	id VARCHAR(32) NOT NULL, 
	officer_id VARCHAR(32) NOT NULL, 
	person_id VARCHAR(32) NOT NULL, 
	purpose VARCHAR(40) NOT NULL, 
	case_number VARCHAR(40) NOT NULL, 
	opened_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	CONSTRAINT pk_officer_look_up PRIMARY KEY (id), 
	CONSTRAINT fk_officer_look_up_officer_id_officer FOREIGN KEY(officer_id) REFERENCES officer (id) ON DELETE CASCADE, 
	CONSTRAINT fk_officer_look_up_person_id_person FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE CASCADE
)

CREATE TABLE officer_organisation_look_up (
	id VARCHAR(32) NOT NULL, 
	officer_id VARCHAR(32) NOT NULL, 
	organisation_id VARCHAR(32) NOT NULL, 
	purpose VARCHAR(40) NOT NULL, 
	case_number VARCHAR(40) NOT NULL, 
	opened_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	CONSTRAINT pk_officer_organisation_look_up PRIMARY KEY (id), 
	CONSTRAINT fk_officer_organisation_look_up_officer_id_officer FOREIGN KEY(officer_id) REFERENCES officer (id) ON DELETE CASCADE, 
	CONSTRAINT fk_officer_organisation_look_up_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id) ON DELETE CASCADE
)

CREATE TABLE officer_request (
	id VARCHAR(32) NOT NULL, 
	subject VARCHAR(64) NOT NULL, 
	open_of VARCHAR(64), 
	kind VARCHAR(10) NOT NULL, 
	state VARCHAR(10) NOT NULL, 
	purpose VARCHAR(40) NOT NULL, 
	case_number VARCHAR(40) NOT NULL, 
	asked_by VARCHAR(32) NOT NULL, 
	asked_at DATETIME NOT NULL, 
	decided_by VARCHAR(32), 
	decided_at DATETIME, 
	CONSTRAINT pk_officer_request PRIMARY KEY (id), 
	CONSTRAINT ck_officer_request_four_eyes CHECK (decided_by IS NULL OR decided_by <> asked_by), 
	CONSTRAINT ck_officer_request_kind CHECK (kind IN ('lock', 'unlock')), 
	CONSTRAINT ck_officer_request_state CHECK (state IN ('open', 'approved', 'refused')), 
	CONSTRAINT fk_officer_request_asked_by_officer FOREIGN KEY(asked_by) REFERENCES officer (id), 
	CONSTRAINT fk_officer_request_decided_by_officer FOREIGN KEY(decided_by) REFERENCES officer (id), 
	CONSTRAINT fk_officer_request_subject_account FOREIGN KEY(subject) REFERENCES account (subject) ON DELETE CASCADE, 
	CONSTRAINT uq_officer_request_open_of UNIQUE (open_of)
)

CREATE TABLE officer_session (
	id VARCHAR(32) NOT NULL, 
	secret_hash VARCHAR(64) NOT NULL, 
	csrf_token VARCHAR(43) NOT NULL, 
	officer_id VARCHAR(32), 
	last_used_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	CONSTRAINT pk_officer_session PRIMARY KEY (id), 
	CONSTRAINT fk_officer_session_officer_id_officer FOREIGN KEY(officer_id) REFERENCES officer (id) ON DELETE CASCADE, 
	CONSTRAINT uq_officer_session_secret_hash UNIQUE (secret_hash)
)

CREATE TABLE organisation (
	id VARCHAR(32) NOT NULL, 
	number VARCHAR(14) NOT NULL, 
	name VARCHAR(300) NOT NULL, 
	name_en VARCHAR(300) NOT NULL, dissolved_on DATE, 
	CONSTRAINT pk_organisation PRIMARY KEY (id), 
	CONSTRAINT uq_organisation_number UNIQUE (number)
)

CREATE TABLE organisation_application (
	id VARCHAR(32) NOT NULL, 
	organisation_id VARCHAR(32) NOT NULL, 
	subject VARCHAR(64) NOT NULL, 
	state VARCHAR(10) NOT NULL, 
	refusal VARCHAR(40), 
	applied_at DATETIME NOT NULL, 
	due_on DATE NOT NULL, 
	decided_at DATETIME, 
	decided_by VARCHAR(64), 
	CONSTRAINT pk_organisation_application PRIMARY KEY (id), 
	CONSTRAINT ck_organisation_application_state CHECK (state IN ('waiting', 'approved', 'refused')), 
	CONSTRAINT ck_organisation_application_refusal CHECK ((state = 'refused') = (refusal IS NOT NULL)), 
	CONSTRAINT fk_organisation_application_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id) ON DELETE CASCADE, 
	CONSTRAINT fk_organisation_application_subject_account FOREIGN KEY(subject) REFERENCES account (subject) ON DELETE CASCADE
)

CREATE TABLE passkey (
	id VARCHAR(32) NOT NULL, 
	subject VARCHAR(64) NOT NULL, 
	credential_id VARCHAR(1400) NOT NULL, 
	public_key BLOB NOT NULL, 
	sign_count BIGINT NOT NULL, 
	transports JSON NOT NULL, 
	aaguid VARCHAR(36) NOT NULL, 
	backup_eligible BOOLEAN NOT NULL, 
	backed_up BOOLEAN NOT NULL, 
	name VARCHAR(60) NOT NULL, 
	created_at DATETIME NOT NULL, 
	last_used_at DATETIME, 
	removed_at DATETIME, 
	CONSTRAINT pk_passkey PRIMARY KEY (id), 
	CONSTRAINT fk_passkey_subject_account FOREIGN KEY(subject) REFERENCES account (subject) ON DELETE CASCADE, 
	CONSTRAINT uq_passkey_credential_id UNIQUE (credential_id)
)

CREATE TABLE passkey_challenge (
	value_hash VARCHAR(64) NOT NULL, 
	session_id VARCHAR(32) NOT NULL, 
	purpose VARCHAR(12) NOT NULL, 
	expires_at DATETIME NOT NULL, 
	CONSTRAINT pk_passkey_challenge PRIMARY KEY (value_hash), 
	CONSTRAINT ck_passkey_challenge_purpose CHECK (purpose IN ('register', 'authenticate'))
)

CREATE TABLE passport (
	person_id VARCHAR(32) NOT NULL, 
	number VARCHAR(20) NOT NULL, 
	country VARCHAR(2) NOT NULL, 
	expires_on DATE NOT NULL, biometrics_taken_on DATE, 
	CONSTRAINT pk_passport PRIMARY KEY (person_id), 
	CONSTRAINT fk_passport_person_id_person FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE CASCADE
)

CREATE TABLE person (
	id VARCHAR(32) NOT NULL, 
	personal_id_number VARCHAR(12) NOT NULL, 
	kind VARCHAR(10) NOT NULL, 
	full_name VARCHAR(300) NOT NULL, 
	name_key VARCHAR(300) NOT NULL, 
	birthdate DATE NOT NULL, 
	sex VARCHAR(6) NOT NULL, 
	nationalities JSON NOT NULL, 
	birth_registered_at VARCHAR(300), 
	place_of_origin VARCHAR(300), 
	permanent_address JSON, 
	current_address JSON, 
	phone_number VARCHAR(16), 
	email VARCHAR(254), 
	locale VARCHAR(12) NOT NULL, 
	updated_at DATETIME NOT NULL, 
	CONSTRAINT pk_person PRIMARY KEY (id), 
	CONSTRAINT ck_person_kind CHECK (kind IN ('citizen', 'foreigner')), 
	CONSTRAINT ck_person_sex CHECK (sex IN ('male', 'female')), 
	CONSTRAINT uq_person_personal_id_number UNIQUE (personal_id_number)
)

CREATE TABLE phone_challenge (
	value_hash VARCHAR(64) NOT NULL, 
	session_id VARCHAR(32) NOT NULL, 
	purpose VARCHAR(4) NOT NULL, 
	expires_at DATETIME NOT NULL, 
	CONSTRAINT pk_phone_challenge PRIMARY KEY (value_hash), 
	CONSTRAINT ck_phone_challenge_purpose CHECK (purpose IN ('bind', 'open'))
)

CREATE TABLE phone_decision (
	device_id VARCHAR(32) NOT NULL, 
	jti VARCHAR(64) NOT NULL, 
	transaction_id VARCHAR(64) NOT NULL, 
	signed TEXT NOT NULL, 
	decided_at DATETIME NOT NULL, 
	CONSTRAINT pk_phone_decision PRIMARY KEY (device_id, jti), 
	CONSTRAINT fk_phone_decision_device_id_phone_device FOREIGN KEY(device_id) REFERENCES phone_device (id) ON DELETE CASCADE
)

CREATE TABLE phone_device (
	id VARCHAR(32) NOT NULL, 
	subject VARCHAR(64) NOT NULL, 
	name VARCHAR(60) NOT NULL, 
	public_jwk JSON NOT NULL, 
	thumbprint VARCHAR(43) NOT NULL, 
	bind_method VARCHAR(60) NOT NULL, 
	bound_at DATETIME NOT NULL, 
	last_used_at DATETIME NOT NULL, 
	session_id VARCHAR(32), 
	removed_at DATETIME, 
	CONSTRAINT pk_phone_device PRIMARY KEY (id), 
	CONSTRAINT fk_phone_device_subject_account FOREIGN KEY(subject) REFERENCES account (subject) ON DELETE CASCADE, 
	CONSTRAINT uq_phone_device_thumbprint UNIQUE (thumbprint)
)

CREATE TABLE phone_notice (
	id VARCHAR(32) NOT NULL, 
	device_id VARCHAR(32) NOT NULL, 
	event VARCHAR(20) NOT NULL, 
	about VARCHAR(60) NOT NULL, 
	address VARCHAR(45) NOT NULL, 
	created_at DATETIME NOT NULL, 
	seen_at DATETIME, 
	CONSTRAINT pk_phone_notice PRIMARY KEY (id), 
	CONSTRAINT ck_phone_notice_event CHECK (event IN ('device_bound', 'device_removed', 'not_me')), 
	CONSTRAINT fk_phone_notice_device_id_phone_device FOREIGN KEY(device_id) REFERENCES phone_device (id) ON DELETE CASCADE
)

CREATE TABLE presentation_record (
	id INTEGER NOT NULL, 
	holder VARCHAR(64) NOT NULL, 
	client_id VARCHAR(255) NOT NULL, 
	party TEXT NOT NULL, 
	procedure TEXT, 
	documents TEXT NOT NULL, 
	outcome VARCHAR(16) NOT NULL, 
	reason VARCHAR(64), 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_presentation_record PRIMARY KEY (id)
)

CREATE TABLE presentation_transaction (
	id VARCHAR(43) NOT NULL, 
	session_id VARCHAR(32) NOT NULL, 
	client_id VARCHAR(255) NOT NULL, 
	request_uri TEXT NOT NULL, 
	request_uri_method VARCHAR(4) NOT NULL, 
	other_device BOOLEAN NOT NULL, 
	request TEXT, 
	request_hash VARCHAR(64), 
	created_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	confirmed_at DATETIME, 
	answered_at DATETIME, 
	outcome VARCHAR(16), 
	answer_key VARCHAR(64), 
	CONSTRAINT pk_presentation_transaction PRIMARY KEY (id), 
	CONSTRAINT uq_presentation_transaction_answer_key UNIQUE (answer_key)
)

CREATE TABLE printed_sheet (
	digest VARCHAR(64) NOT NULL, 
	document_id VARCHAR(32) NOT NULL, 
	printed_at DATETIME NOT NULL, 
	CONSTRAINT pk_printed_sheet PRIMARY KEY (digest), 
	CONSTRAINT fk_printed_sheet_document_id_document FOREIGN KEY(document_id) REFERENCES document (id) ON DELETE CASCADE
)

CREATE TABLE qr_sign_in (
	id VARCHAR(32) NOT NULL, 
	code_hash VARCHAR(64) NOT NULL, 
	user_code_hash VARCHAR(64) NOT NULL, 
	session_id VARCHAR(32) NOT NULL, 
	request_id VARCHAR(43), 
	asked TEXT NOT NULL, 
	request_hash VARCHAR(64) NOT NULL, 
	number INTEGER NOT NULL, 
	choices VARCHAR(20) NOT NULL, 
	state VARCHAR(10) NOT NULL, 
	reason VARCHAR(20), 
	created_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	subject VARCHAR(64), 
	device_id VARCHAR(32), 
	masked_name VARCHAR(20), 
	scanned_at DATETIME, 
	decided_at DATETIME, 
	collected_at DATETIME, asked_from VARCHAR(64), 
	CONSTRAINT pk_qr_sign_in PRIMARY KEY (id), 
	CONSTRAINT ck_qr_sign_in_state CHECK (state IN ('waiting', 'scanned', 'approved', 'refused', 'not_me', 'expired')), 
	CONSTRAINT fk_qr_sign_in_session_id_browser_session FOREIGN KEY(session_id) REFERENCES browser_session (id) ON DELETE CASCADE, 
	CONSTRAINT fk_qr_sign_in_subject_account FOREIGN KEY(subject) REFERENCES account (subject) ON DELETE CASCADE, 
	CONSTRAINT uq_qr_sign_in_code_hash UNIQUE (code_hash), 
	CONSTRAINT uq_qr_sign_in_user_code_hash UNIQUE (user_code_hash)
)

CREATE TABLE register_mark (
	person_id VARCHAR(32) NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	marked_on DATE NOT NULL, 
	CONSTRAINT pk_register_mark PRIMARY KEY (person_id, kind), 
	CONSTRAINT ck_register_mark_kind CHECK (kind IN ('deceased', 'card_revoked', 'card_locked')), 
	CONSTRAINT fk_register_mark_person_id_person FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE CASCADE
)

CREATE TABLE "representation" (
	organisation_id VARCHAR(32) NOT NULL, 
	person_id VARCHAR(32) NOT NULL, 
	role VARCHAR(30) NOT NULL, 
	authorised_by VARCHAR(64), 
	authorised_at DATETIME, 
	CONSTRAINT pk_representation PRIMARY KEY (organisation_id, person_id), 
	CONSTRAINT fk_representation_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id) ON DELETE CASCADE, 
	CONSTRAINT fk_representation_person_id_person FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE CASCADE, 
	CONSTRAINT ck_representation_role CHECK (role IN ('legal_representative', 'staff'))
)

CREATE TABLE sign_in_request (
	id VARCHAR(43) NOT NULL, 
	session_id VARCHAR(32) NOT NULL, 
	request TEXT NOT NULL, 
	expires_at DATETIME NOT NULL, 
	CONSTRAINT pk_sign_in_request PRIMARY KEY (id), 
	CONSTRAINT fk_sign_in_request_session_id_browser_session FOREIGN KEY(session_id) REFERENCES browser_session (id) ON DELETE CASCADE
)

CREATE TABLE status_change (
	id INTEGER NOT NULL, 
	issuer_id VARCHAR(64) NOT NULL, 
	status_list INTEGER NOT NULL, 
	status_index INTEGER NOT NULL, 
	value SMALLINT NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_status_change PRIMARY KEY (id)
)

CREATE TABLE status_list (
	issuer_id VARCHAR(64) NOT NULL, 
	number INTEGER NOT NULL, 
	size INTEGER NOT NULL, 
	used INTEGER NOT NULL, 
	revision INTEGER NOT NULL, 
	changed_at DATETIME NOT NULL, history_from DATETIME, 
	CONSTRAINT pk_status_list PRIMARY KEY (issuer_id, number)
)

CREATE TABLE throttle (
	"key" VARCHAR(64) NOT NULL, 
	failures INTEGER NOT NULL, 
	last_attempt_at DATETIME NOT NULL, 
	blocked_until DATETIME, 
	CONSTRAINT pk_throttle PRIMARY KEY ("key")
)

CREATE TABLE wallet_unlock (
	session_id VARCHAR(32) NOT NULL, 
	subject VARCHAR(64) NOT NULL, 
	until DATETIME NOT NULL, 
	CONSTRAINT pk_wallet_unlock PRIMARY KEY (session_id)
)

CREATE INDEX ix_account_application_person_id ON account_application (person_id)

CREATE INDEX ix_account_application_state_due_on ON account_application (state, due_on)

CREATE INDEX ix_audit_record_at ON audit_record (at)

CREATE INDEX ix_audit_record_event ON audit_record (event)

CREATE INDEX ix_audit_record_subject ON audit_record (subject)

CREATE INDEX ix_browser_session_expires_at ON browser_session (expires_at)

CREATE INDEX ix_browser_session_subject ON browser_session (subject)

CREATE INDEX ix_counter_show_expires_at ON counter_show (expires_at)

CREATE INDEX ix_counter_show_holder ON counter_show (holder)

CREATE INDEX ix_document_holder_superseded_by ON document (holder, superseded_by)

CREATE INDEX ix_document_request_holder ON document_request (holder)

CREATE INDEX ix_document_seed_key ON document (seed_key)

CREATE INDEX ix_mock_message_sent_at ON mock_message (sent_at)

CREATE INDEX ix_oauth_access_token_expires_at ON oauth_access_token (expires_at)

CREATE INDEX ix_oauth_access_token_grant_id ON oauth_access_token (grant_id)

CREATE INDEX ix_oauth_authorization_code_expires_at ON oauth_authorization_code (expires_at)

CREATE INDEX ix_oauth_authorization_code_grant_id ON oauth_authorization_code (grant_id)

CREATE INDEX ix_oauth_consent_client_id ON oauth_consent (client_id)

CREATE INDEX ix_oauth_consent_newest ON oauth_consent (client_id, subject, given_at)

CREATE INDEX ix_oauth_consent_subject ON oauth_consent (subject)

CREATE INDEX ix_oauth_grant_acting_for ON oauth_grant (acting_for)

CREATE INDEX ix_oauth_grant_client_id ON oauth_grant (client_id)

CREATE INDEX ix_oauth_grant_session_id ON oauth_grant (session_id)

CREATE INDEX ix_oauth_grant_subject ON oauth_grant (subject)

CREATE INDEX ix_oauth_initial_access_token_expires_at ON oauth_initial_access_token (expires_at)

CREATE INDEX ix_oauth_logout_delivery_client_id ON oauth_logout_delivery (client_id)

CREATE INDEX ix_oauth_logout_delivery_next_at ON oauth_logout_delivery (next_at)

CREATE INDEX ix_oauth_logout_delivery_session_id ON oauth_logout_delivery (session_id)

CREATE INDEX ix_oauth_pending_authorization_client_id ON oauth_pending_authorization (client_id)

CREATE INDEX ix_oauth_pending_authorization_expires_at ON oauth_pending_authorization (expires_at)

CREATE INDEX ix_oauth_pushed_request_client_id ON oauth_pushed_request (client_id)

CREATE INDEX ix_oauth_pushed_request_expires_at ON oauth_pushed_request (expires_at)

CREATE INDEX ix_oauth_refresh_token_expires_at ON oauth_refresh_token (expires_at)

CREATE INDEX ix_oauth_refresh_token_grant_id ON oauth_refresh_token (grant_id)

CREATE INDEX ix_oauth_used_assertion_expires_at ON oauth_used_assertion (expires_at)

CREATE INDEX ix_oauth_used_proof_expires_at ON oauth_used_proof (expires_at)

CREATE INDEX ix_officer_session_expires_at ON officer_session (expires_at)

CREATE INDEX ix_organisation_application_subject ON organisation_application (subject)

CREATE UNIQUE INDEX ix_organisation_application_waiting ON organisation_application (organisation_id) WHERE state = 'waiting'

CREATE INDEX ix_passkey_challenge_expires_at ON passkey_challenge (expires_at)

CREATE INDEX ix_passkey_challenge_session_id ON passkey_challenge (session_id)

CREATE INDEX ix_passkey_subject ON passkey (subject)

CREATE INDEX ix_person_name_key ON person (name_key)

CREATE INDEX ix_phone_challenge_expires_at ON phone_challenge (expires_at)

CREATE INDEX ix_phone_device_subject ON phone_device (subject)

CREATE INDEX ix_phone_notice_device_id ON phone_notice (device_id)

CREATE INDEX ix_presentation_record_holder ON presentation_record (holder)

CREATE INDEX ix_presentation_transaction_expires_at ON presentation_transaction (expires_at)

CREATE INDEX ix_presentation_transaction_session_id ON presentation_transaction (session_id)

CREATE INDEX ix_printed_sheet_document_id ON printed_sheet (document_id)

CREATE INDEX ix_qr_sign_in_expires_at ON qr_sign_in (expires_at)

CREATE INDEX ix_qr_sign_in_session_id ON qr_sign_in (session_id)

CREATE INDEX ix_qr_sign_in_waiting ON qr_sign_in (asked_from, state, expires_at)

CREATE INDEX ix_sign_in_request_session_id ON sign_in_request (session_id)

CREATE INDEX ix_status_change_list_at ON status_change (issuer_id, status_list, at)

CREATE INDEX ix_throttle_last_attempt_at ON throttle (last_attempt_at)

CREATE TRIGGER audit_record_no_delete BEFORE DELETE ON audit_record BEGIN SELECT RAISE(ABORT, 'audit_record is append-only'); END

CREATE TRIGGER audit_record_no_replace BEFORE INSERT ON audit_record WHEN EXISTS (SELECT 1 FROM audit_record WHERE sequence = NEW.sequence) BEGIN SELECT RAISE(ABORT, 'audit_record is append-only'); END

CREATE TRIGGER audit_record_no_update BEFORE UPDATE ON audit_record BEGIN SELECT RAISE(ABORT, 'audit_record is append-only'); END

INSERT INTO alembic_version (version_num) VALUES ('0025')