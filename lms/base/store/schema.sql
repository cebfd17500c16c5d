-- Every table, as PostgreSQL has it. Made by `python3 go.py write`; a test compares it with the code.

CREATE TABLE attempts_attempt (
    id VARCHAR(36) NOT NULL,
    person_id VARCHAR(36) NOT NULL,
    registration VARCHAR(36) NOT NULL,
    kind VARCHAR(16) NOT NULL,
    course_id VARCHAR(64),
    activity_id VARCHAR(64),
    item_id VARCHAR(64) NOT NULL,
    title VARCHAR(200) NOT NULL,
    version VARCHAR(64) NOT NULL,
    is_practice BOOLEAN NOT NULL,
    number INTEGER NOT NULL,
    status VARCHAR(16) NOT NULL,
    step INTEGER NOT NULL,
    seed VARCHAR(40) NOT NULL,
    state TEXT NOT NULL,
    progress FLOAT NOT NULL,
    minutes_left INTEGER NOT NULL,
    started_at VARCHAR(27) NOT NULL,
    moved_at VARCHAR(27) NOT NULL,
    ended_at VARCHAR(27),
    ending VARCHAR(64),
    success BOOLEAN,
    score FLOAT,
    timing INTEGER DEFAULT '0' NOT NULL,
    CONSTRAINT pk_attempts_attempt PRIMARY KEY (id),
    CONSTRAINT fk_attempts_attempt_person_id FOREIGN KEY(person_id) REFERENCES people_person (id)
);

CREATE INDEX ix_attempts_attempt_item ON attempts_attempt (kind, item_id, is_practice);

CREATE INDEX ix_attempts_attempt_open ON attempts_attempt (person_id, status, moved_at);

CREATE UNIQUE INDEX uq_attempts_attempt_try ON attempts_attempt (person_id, course_id, activity_id, number);

CREATE TABLE attempts_event (
    attempt_id VARCHAR(36) NOT NULL,
    seq INTEGER NOT NULL,
    at VARCHAR(27) NOT NULL,
    body TEXT NOT NULL,
    CONSTRAINT pk_attempts_event PRIMARY KEY (attempt_id, seq),
    CONSTRAINT fk_attempts_event_attempt_id FOREIGN KEY(attempt_id) REFERENCES attempts_attempt (id)
);

CREATE TABLE attempts_text (
    attempt_id VARCHAR(36) NOT NULL,
    field VARCHAR(64) NOT NULL,
    body TEXT NOT NULL,
    at VARCHAR(27) NOT NULL,
    CONSTRAINT pk_attempts_text PRIMARY KEY (attempt_id, field),
    CONSTRAINT fk_attempts_text_attempt_id FOREIGN KEY(attempt_id) REFERENCES attempts_attempt (id)
);

CREATE TABLE certificates_certificate (
    id VARCHAR(22) NOT NULL,
    registration_id VARCHAR(36) NOT NULL,
    person_id VARCHAR(36),
    name VARCHAR(200),
    name_seal VARCHAR(64),
    facts TEXT NOT NULL,
    seal VARCHAR(64) NOT NULL,
    issued_at VARCHAR(27) NOT NULL,
    CONSTRAINT pk_certificates_certificate PRIMARY KEY (id),
    CONSTRAINT uq_certificates_certificate_registration_id UNIQUE (registration_id),
    CONSTRAINT fk_certificates_certificate_registration_id FOREIGN KEY(registration_id) REFERENCES enrolment_registration (id),
    CONSTRAINT fk_certificates_certificate_person_id FOREIGN KEY(person_id) REFERENCES people_person (id)
);

CREATE INDEX ix_certificates_certificate_person_id ON certificates_certificate (person_id);

CREATE TABLE certificates_file (
    certificate_id VARCHAR(22) NOT NULL,
    locale VARCHAR(10) NOT NULL,
    pdf BYTEA,
    tries INTEGER NOT NULL,
    due_at VARCHAR(27),
    CONSTRAINT pk_certificates_file PRIMARY KEY (certificate_id),
    CONSTRAINT fk_certificates_file_certificate_id FOREIGN KEY(certificate_id) REFERENCES certificates_certificate (id)
);

CREATE INDEX ix_certificates_file_due_at ON certificates_file (due_at);

CREATE TABLE debrief_answer (
    attempt_id VARCHAR(36) NOT NULL,
    field VARCHAR(80) NOT NULL,
    body TEXT NOT NULL,
    at VARCHAR(27) NOT NULL,
    CONSTRAINT pk_debrief_answer PRIMARY KEY (attempt_id, field),
    CONSTRAINT fk_debrief_answer_attempt_id FOREIGN KEY(attempt_id) REFERENCES debrief_debrief (attempt_id)
);

CREATE TABLE debrief_debrief (
    attempt_id VARCHAR(36) NOT NULL,
    person_id VARCHAR(36) NOT NULL,
    status VARCHAR(16) NOT NULL,
    began_at VARCHAR(27) NOT NULL,
    ended_at VARCHAR(27),
    reason TEXT,
    CONSTRAINT pk_debrief_debrief PRIMARY KEY (attempt_id),
    CONSTRAINT fk_debrief_debrief_attempt_id FOREIGN KEY(attempt_id) REFERENCES attempts_attempt (id),
    CONSTRAINT fk_debrief_debrief_person_id FOREIGN KEY(person_id) REFERENCES people_person (id)
);

CREATE INDEX ix_debrief_debrief_person_id ON debrief_debrief (person_id);

CREATE TABLE enrolment_registration (
    id VARCHAR(36) NOT NULL,
    person_id VARCHAR(36) NOT NULL,
    course_id VARCHAR(64) NOT NULL,
    enrolled_by VARCHAR(36),
    enrolled_at VARCHAR(27) NOT NULL,
    due_on VARCHAR(10),
    completed_at VARCHAR(27),
    completed_version VARCHAR(64),
    CONSTRAINT pk_enrolment_registration PRIMARY KEY (id),
    CONSTRAINT uq_enrolment_registration_person_id_course_id UNIQUE (person_id, course_id),
    CONSTRAINT fk_enrolment_registration_person_id FOREIGN KEY(person_id) REFERENCES people_person (id)
);

CREATE INDEX ix_enrolment_registration_course_id ON enrolment_registration (course_id);

CREATE TABLE enrolment_standing (
    registration_id VARCHAR(36) NOT NULL,
    activity_id VARCHAR(64) NOT NULL,
    version VARCHAR(64) NOT NULL,
    completed_at VARCHAR(27),
    passed_at VARCHAR(27),
    score FLOAT,
    debriefed_at VARCHAR(27),
    summary_at VARCHAR(27),
    CONSTRAINT pk_enrolment_standing PRIMARY KEY (registration_id, activity_id),
    CONSTRAINT fk_enrolment_standing_registration_id FOREIGN KEY(registration_id) REFERENCES enrolment_registration (id)
);

CREATE TABLE library_item (
    kind VARCHAR(16) NOT NULL,
    id VARCHAR(64) NOT NULL,
    path VARCHAR(400) NOT NULL,
    seen VARCHAR(64) NOT NULL,
    version VARCHAR(64),
    card TEXT,
    problems TEXT NOT NULL,
    is_present BOOLEAN NOT NULL,
    checked_at VARCHAR(27) NOT NULL,
    CONSTRAINT pk_library_item PRIMARY KEY (kind, id)
);

CREATE TABLE library_media (
    hash VARCHAR(64) NOT NULL,
    media_type VARCHAR(100) NOT NULL,
    content BYTEA NOT NULL,
    CONSTRAINT pk_library_media PRIMARY KEY (hash)
);

CREATE TABLE library_version (
    hash VARCHAR(64) NOT NULL,
    kind VARCHAR(16) NOT NULL,
    item_id VARCHAR(64) NOT NULL,
    body BYTEA NOT NULL,
    kept_at VARCHAR(27) NOT NULL,
    CONSTRAINT pk_library_version PRIMARY KEY (hash)
);

CREATE INDEX ix_library_version_item_id ON library_version (item_id);

CREATE TABLE lrs_activity (
    mark BYTEA NOT NULL,
    iri TEXT NOT NULL,
    definition TEXT NOT NULL,
    CONSTRAINT pk_lrs_activity PRIMARY KEY (mark)
);

CREATE TABLE lrs_attachment (
    sha2 VARCHAR(128) NOT NULL,
    content BYTEA NOT NULL,
    CONSTRAINT pk_lrs_attachment PRIMARY KEY (sha2)
);

CREATE TABLE lrs_client (
    id SERIAL NOT NULL,
    name VARCHAR(64) NOT NULL,
    key VARCHAR(32) NOT NULL,
    digest VARCHAR(64) NOT NULL,
    scopes TEXT NOT NULL,
    origins TEXT NOT NULL,
    authority TEXT NOT NULL,
    per_minute INTEGER NOT NULL,
    created_at VARCHAR(27) NOT NULL,
    used_at VARCHAR(27),
    revoked_at VARCHAR(27),
    CONSTRAINT pk_lrs_client PRIMARY KEY (id),
    CONSTRAINT uq_lrs_client_name UNIQUE (name),
    CONSTRAINT uq_lrs_client_key UNIQUE (key)
);

CREATE TABLE lrs_document (
    mark BYTEA NOT NULL,
    shelf BYTEA NOT NULL,
    registration VARCHAR(36),
    name TEXT NOT NULL,
    content_type TEXT NOT NULL,
    content BYTEA NOT NULL,
    etag VARCHAR(40) NOT NULL,
    updated_at VARCHAR(27) NOT NULL,
    agent BYTEA,
    CONSTRAINT pk_lrs_document PRIMARY KEY (mark)
);

CREATE INDEX ix_lrs_document_agent ON lrs_document (agent);

CREATE INDEX ix_lrs_document_shelf ON lrs_document (shelf);

CREATE TABLE lrs_reference (
    mark BIGINT NOT NULL,
    direct SMALLINT NOT NULL,
    statement_seq BIGINT NOT NULL,
    CONSTRAINT pk_lrs_reference PRIMARY KEY (mark, direct, statement_seq)
);

CREATE TABLE lrs_statement (
    seq BIGINT NOT NULL,
    id VARCHAR(36) NOT NULL,
    stored VARCHAR(27) NOT NULL,
    verb TEXT NOT NULL,
    body TEXT NOT NULL,
    voided BOOLEAN NOT NULL,
    private BOOLEAN NOT NULL,
    client_id INTEGER,
    CONSTRAINT pk_lrs_statement PRIMARY KEY (seq),
    CONSTRAINT uq_lrs_statement_id UNIQUE (id),
    CONSTRAINT uq_lrs_statement_stored UNIQUE (stored),
    CONSTRAINT fk_lrs_statement_client_id FOREIGN KEY(client_id) REFERENCES lrs_client (id)
);

CREATE TABLE lrs_use (
    client_id INTEGER NOT NULL,
    minute INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    CONSTRAINT pk_lrs_use PRIMARY KEY (client_id, minute),
    CONSTRAINT fk_lrs_use_client_id FOREIGN KEY(client_id) REFERENCES lrs_client (id)
);

CREATE TABLE people_attempt (
    id SERIAL NOT NULL,
    account_key VARCHAR(64) NOT NULL,
    address_key VARCHAR(64) NOT NULL,
    at VARCHAR(27) NOT NULL,
    CONSTRAINT pk_people_attempt PRIMARY KEY (id)
);

CREATE INDEX ix_people_attempt_account_key_at ON people_attempt (account_key, at);

CREATE INDEX ix_people_attempt_address_key_at ON people_attempt (address_key, at);

CREATE INDEX ix_people_attempt_at ON people_attempt (at);

CREATE TABLE people_erasure (
    person_id VARCHAR(36) NOT NULL,
    by_id VARCHAR(36),
    at VARCHAR(27) NOT NULL,
    tally TEXT NOT NULL,
    CONSTRAINT pk_people_erasure PRIMARY KEY (person_id),
    CONSTRAINT fk_people_erasure_person_id FOREIGN KEY(person_id) REFERENCES people_person (id),
    CONSTRAINT fk_people_erasure_by_id FOREIGN KEY(by_id) REFERENCES people_person (id)
);

CREATE INDEX ix_people_erasure_at ON people_erasure (at);

CREATE TABLE people_link (
    id SERIAL NOT NULL,
    person_id VARCHAR(36) NOT NULL,
    secret_hash VARCHAR(64) NOT NULL,
    expires_at VARCHAR(27) NOT NULL,
    used_at VARCHAR(27),
    CONSTRAINT pk_people_link PRIMARY KEY (id),
    CONSTRAINT fk_people_link_person_id FOREIGN KEY(person_id) REFERENCES people_person (id),
    CONSTRAINT uq_people_link_secret_hash UNIQUE (secret_hash)
);

CREATE INDEX ix_people_link_person_id ON people_link (person_id);

CREATE TABLE people_person (
    id VARCHAR(36) NOT NULL,
    name VARCHAR(200),
    mail VARCHAR(254),
    password_hash VARCHAR(200),
    roles TEXT NOT NULL,
    manager_id VARCHAR(36),
    token VARCHAR(32),
    epoch INTEGER NOT NULL,
    locale VARCHAR(10) NOT NULL,
    time_zone VARCHAR(64) NOT NULL,
    created_at VARCHAR(27) NOT NULL,
    erased_at VARCHAR(27),
    is_demo BOOLEAN NOT NULL,
    CONSTRAINT pk_people_person PRIMARY KEY (id),
    CONSTRAINT uq_people_person_mail UNIQUE (mail),
    CONSTRAINT fk_people_person_manager_id FOREIGN KEY(manager_id) REFERENCES people_person (id),
    CONSTRAINT uq_people_person_token UNIQUE (token)
);

CREATE INDEX ix_people_person_manager_id ON people_person (manager_id);

CREATE TABLE people_view (
    id SERIAL NOT NULL,
    viewer_id VARCHAR(36) NOT NULL,
    person_id VARCHAR(36) NOT NULL,
    what VARCHAR(100) NOT NULL,
    at VARCHAR(27) NOT NULL,
    CONSTRAINT pk_people_view PRIMARY KEY (id),
    CONSTRAINT fk_people_view_viewer_id FOREIGN KEY(viewer_id) REFERENCES people_person (id),
    CONSTRAINT fk_people_view_person_id FOREIGN KEY(person_id) REFERENCES people_person (id)
);

CREATE INDEX ix_people_view_at ON people_view (at);

CREATE INDEX ix_people_view_person_id_at ON people_view (person_id, at);

CREATE TABLE tracking_delivery (
    seq BIGSERIAL NOT NULL,
    endpoint_id INTEGER NOT NULL,
    statement_id VARCHAR(36) NOT NULL,
    registration VARCHAR(36),
    body TEXT,
    size INTEGER NOT NULL,
    state VARCHAR(9) NOT NULL,
    recorded_at VARCHAR(27) NOT NULL,
    settled_at VARCHAR(27),
    deferrals INTEGER NOT NULL,
    failed_at VARCHAR(27),
    due_at VARCHAR(27),
    words TEXT,
    attachments TEXT,
    CONSTRAINT pk_tracking_delivery PRIMARY KEY (seq),
    CONSTRAINT uq_tracking_delivery_endpoint_id_statement_id UNIQUE (endpoint_id, statement_id),
    CONSTRAINT fk_tracking_delivery_endpoint_id FOREIGN KEY(endpoint_id) REFERENCES tracking_endpoint (id)
);

CREATE INDEX ix_tracking_delivery_endpoint_id_state_seq ON tracking_delivery (endpoint_id, state, seq);

CREATE TABLE tracking_endpoint (
    id SERIAL NOT NULL,
    name VARCHAR(64) NOT NULL,
    url TEXT NOT NULL,
    version VARCHAR(8) NOT NULL,
    username TEXT NOT NULL,
    secret TEXT NOT NULL,
    actor_key VARCHAR(64) NOT NULL,
    verbs TEXT NOT NULL,
    about TEXT NOT NULL,
    created_at VARCHAR(27) NOT NULL,
    paused BOOLEAN NOT NULL,
    words TEXT NOT NULL,
    "window" INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    broken INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    due_at VARCHAR(27),
    succeeded_at VARCHAR(27),
    delivered INTEGER NOT NULL,
    lease VARCHAR(36),
    leased_until VARCHAR(27),
    others BOOLEAN NOT NULL,
    removed_at VARCHAR(27),
    CONSTRAINT pk_tracking_endpoint PRIMARY KEY (id),
    CONSTRAINT uq_tracking_endpoint_name UNIQUE (name)
);
