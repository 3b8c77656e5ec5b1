-- E-mail beside text messages: the address of whoever has a phone, proved by a code that was sent there, what they want by mail, and
-- what became of each mail.

SET LOCAL search_path = prewatt;

CREATE TABLE mail_address_directory (
  phone text PRIMARY KEY CHECK (length(phone) BETWEEN 8 AND 16),
  address text NOT NULL CHECK (length(address) BETWEEN 3 AND 254),
  -- Nothing but a code is sent before.
  proved_at timestamptz,
  -- SHA-256 of phone, address and code; null once it is used, or tried too often.
  code_hash bytea CHECK (length(code_hash) = 32),
  code_until timestamptz,
  code_tries smallint NOT NULL DEFAULT 0,
  receipts boolean NOT NULL DEFAULT true,
  warnings boolean NOT NULL DEFAULT true,
  others boolean NOT NULL DEFAULT true,
  -- A mail server said that there is no such mailbox; nothing is sent until the address is proved again.
  refused_at timestamptz,
  changed_at timestamptz NOT NULL
);
GRANT SELECT, INSERT, DELETE ON mail_address_directory TO prewatt_app;
GRANT UPDATE (address, proved_at, code_hash, code_until, code_tries, receipts, warnings, others, refused_at, changed_at)
  ON mail_address_directory TO prewatt_app;

-- One for each message that goes by mail, too. Written before it is handed over: `tries` above one says that it may have come before.
CREATE TABLE mails (
  bucket smallint NOT NULL,
  message_id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities (id),
  tries smallint NOT NULL CHECK (tries >= 1),
  tried_at timestamptz NOT NULL,
  taken_at timestamptz,
  refused_at timestamptz,
  -- Of the mail server, for the operator.
  reason text CHECK (length(reason) <= 300),
  PRIMARY KEY (bucket, message_id),
  FOREIGN KEY (bucket, message_id) REFERENCES messages (bucket, id),
  CHECK (taken_at IS NULL OR refused_at IS NULL)
);
ALTER TABLE mails ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON mails FOR ALL TO prewatt_app
  USING (utility_id = (SELECT current_utility())) WITH CHECK (utility_id = (SELECT current_utility()));
GRANT SELECT, INSERT ON mails TO prewatt_app;
GRANT UPDATE (tries, tried_at, taken_at, refused_at, reason) ON mails TO prewatt_app;
