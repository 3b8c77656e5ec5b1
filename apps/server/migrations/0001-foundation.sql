-- Prewatt's tables. Rules: every row carries utility_id and row-level security walls tenants off; every row that belongs
-- to a connection carries bucket, which leads each key; append-only tables get no UPDATE or DELETE privilege.
-- The server's role is prewatt_app: no superuser, no BYPASSRLS, owner of nothing.

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'prewatt_app') THEN
    CREATE ROLE prewatt_app NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
  END IF;
END
$$;

CREATE SCHEMA prewatt;
SET LOCAL search_path = prewatt;
GRANT USAGE ON SCHEMA prewatt TO prewatt_app;

-- The tenant of the present transaction; null outside one, and then no row is visible.
CREATE FUNCTION current_utility() RETURNS uuid LANGUAGE sql STABLE
  RETURN nullif(current_setting('prewatt.utility_id', true), '')::uuid;

-- What has no bucket: small, referred to by id alone.

CREATE TABLE utilities (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  zone text NOT NULL,
  currency_code text NOT NULL CHECK (currency_code ~ '^[A-Z]{3}$'),
  currency_scale smallint NOT NULL CHECK (currency_scale BETWEEN 0 AND 3),
  minimum_purchase_minor bigint NOT NULL CHECK (minimum_purchase_minor > 0),
  maximum_purchase_minor bigint NOT NULL CHECK (maximum_purchase_minor >= minimum_purchase_minor),
  help_phone text,
  -- The portable rule document of packages/protection.
  protection_rules jsonb NOT NULL,
  created_at timestamptz NOT NULL
);

CREATE TABLE tariffs (
  id uuid PRIMARY KEY,
  utility_id uuid NOT NULL REFERENCES utilities,
  name text NOT NULL,
  version integer NOT NULL CHECK (version > 0),
  document jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  UNIQUE (utility_id, name, version)
);

CREATE TABLE vending_keys (
  id uuid PRIMARY KEY,
  utility_id uuid NOT NULL REFERENCES utilities,
  supply_group_code text NOT NULL CHECK (supply_group_code ~ '^\d{6}$'),
  key_revision smallint NOT NULL CHECK (key_revision BETWEEN 1 AND 9),
  key_type smallint NOT NULL CHECK (key_type BETWEEN 0 AND 3),
  key_expiry smallint NOT NULL CHECK (key_expiry BETWEEN 0 AND 255),
  base_date smallint NOT NULL CHECK (base_date IN (93, 14, 35)),
  dkga text NOT NULL CHECK (dkga IN ('dkga02', 'dkga04')),
  -- AES-256-GCM under the master key: nonce, tag, ciphertext. The plain key is never stored.
  sealed bytea NOT NULL,
  created_at timestamptz NOT NULL,
  UNIQUE (utility_id, supply_group_code, key_revision)
);

CREATE TABLE operators (
  id uuid PRIMARY KEY,
  utility_id uuid NOT NULL REFERENCES utilities,
  auth_user_id text NOT NULL UNIQUE,
  name text NOT NULL,
  role text NOT NULL CHECK (role IN ('administrator', 'operator', 'viewer')),
  created_at timestamptz NOT NULL
);

-- Directories: what must be unique without a bucket, or is looked up before the tenant is known. They answer with
-- tenant and bucket, nothing else, and so are the only tables without row-level security.

CREATE TABLE meter_directory (
  meter_pan text PRIMARY KEY CHECK (meter_pan ~ '^\d{18}$'),
  utility_id uuid NOT NULL REFERENCES utilities,
  bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 1023),
  connection_id uuid NOT NULL,
  meter_id uuid NOT NULL
);

CREATE TABLE phone_directory (
  phone text NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 1023),
  connection_id uuid NOT NULL,
  PRIMARY KEY (phone, connection_id)
);

CREATE TABLE payment_directory (
  payment_id uuid PRIMARY KEY,
  utility_id uuid NOT NULL REFERENCES utilities,
  bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 1023)
);

CREATE TABLE provider_reference_directory (
  provider text NOT NULL,
  provider_reference text NOT NULL,
  payment_id uuid NOT NULL,
  PRIMARY KEY (provider, provider_reference)
);

CREATE TABLE operator_directory (
  auth_user_id text PRIMARY KEY,
  utility_id uuid NOT NULL REFERENCES utilities
);

-- What belongs to a connection.

CREATE TABLE connections (
  bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 1023),
  id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  name text NOT NULL,
  address text NOT NULL,
  customer_name text,
  customer_phone text,
  tariff_id uuid NOT NULL REFERENCES tariffs,
  -- Where the month stands for block tariffs and fixed charges; owned by packages/tariff.
  tariff_position jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (bucket, id)
);
CREATE INDEX connections_by_utility ON connections (utility_id, name, id);

CREATE TABLE meters (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  connection_id uuid NOT NULL,
  meter_pan text NOT NULL REFERENCES meter_directory,
  encryption_algorithm text NOT NULL CHECK (encryption_algorithm IN ('ea07', 'ea11')),
  supply_group_code text NOT NULL,
  tariff_index text NOT NULL CHECK (tariff_index ~ '^\d{2}$'),
  key_revision smallint NOT NULL,
  -- SHA-256 of the meter's MQTT secret (128 random bits, so a plain hash is enough).
  secret_hash bytea NOT NULL,
  -- The last TID issued for this meter under its key's base date: uniqueness rests on this row's lock.
  last_tid integer CHECK (last_tid BETWEEN 0 AND 16777215),
  created_at timestamptz NOT NULL,
  PRIMARY KEY (bucket, id),
  UNIQUE (bucket, connection_id),
  FOREIGN KEY (bucket, connection_id) REFERENCES connections (bucket, id)
);

-- The last state each meter reported. Not history: the readings are.
CREATE TABLE meter_states (
  bucket smallint NOT NULL,
  meter_id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  connection_id uuid NOT NULL,
  captured_at timestamptz NOT NULL,
  last_contact_at timestamptz NOT NULL,
  available_energy_wh bigint NOT NULL,
  power_w bigint NOT NULL,
  import_energy_wh bigint NOT NULL,
  credited_energy_wh bigint NOT NULL,
  owed_energy_wh bigint NOT NULL,
  load_switch text NOT NULL CHECK (load_switch IN ('connected', 'disconnected', 'readyForReconnection')),
  credit_status text NOT NULL CHECK (credit_status IN ('inCredit', 'lowCredit', 'outOfCredit')),
  PRIMARY KEY (bucket, meter_id),
  FOREIGN KEY (bucket, meter_id) REFERENCES meters (bucket, id)
);

-- Double entry. An account is named by its kind and its subject: a connection, a debt, or the utility itself for the
-- control accounts, which exist once per bucket so that no row is hot.

CREATE TABLE ledger_accounts (
  bucket smallint NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  kind text NOT NULL CHECK (kind IN ('providerClearing', 'customerPrepaid', 'customerDebt', 'openingBalance',
    'energySales', 'tax', 'fees')),
  subject_id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (bucket, utility_id, kind, subject_id)
);

CREATE TABLE transfers (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  debit_kind text NOT NULL,
  debit_subject_id uuid NOT NULL,
  credit_kind text NOT NULL,
  credit_subject_id uuid NOT NULL,
  amount_minor bigint NOT NULL CHECK (amount_minor > 0),
  reason text NOT NULL CHECK (reason IN ('payment', 'energy', 'tax', 'fee', 'debt', 'openingDebt', 'reversal')),
  connection_id uuid NOT NULL,
  sale_id uuid,
  payment_id uuid,
  reverses_id uuid,
  posted_at timestamptz NOT NULL,
  PRIMARY KEY (bucket, id),
  CHECK ((debit_kind, debit_subject_id) <> (credit_kind, credit_subject_id)),
  CHECK ((reason = 'reversal') = (reverses_id IS NOT NULL)),
  FOREIGN KEY (bucket, utility_id, debit_kind, debit_subject_id) REFERENCES ledger_accounts,
  FOREIGN KEY (bucket, utility_id, credit_kind, credit_subject_id) REFERENCES ledger_accounts,
  FOREIGN KEY (bucket, reverses_id) REFERENCES transfers (bucket, id)
);
CREATE UNIQUE INDEX transfers_reversed_once ON transfers (bucket, reverses_id) WHERE reverses_id IS NOT NULL;
CREATE UNIQUE INDEX transfers_payment_once ON transfers (bucket, payment_id) WHERE reason = 'payment';
CREATE INDEX transfers_by_debit ON transfers (bucket, debit_kind, debit_subject_id);
CREATE INDEX transfers_by_credit ON transfers (bucket, credit_kind, credit_subject_id);
CREATE INDEX transfers_by_sale ON transfers (bucket, sale_id);

CREATE TABLE debts (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  connection_id uuid NOT NULL,
  label text NOT NULL,
  rule jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (bucket, id),
  FOREIGN KEY (bucket, connection_id) REFERENCES connections (bucket, id)
);
CREATE INDEX debts_by_connection ON debts (bucket, connection_id);

CREATE TABLE quotes (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  connection_id uuid NOT NULL,
  amount_minor bigint NOT NULL CHECK (amount_minor > 0),
  brought_forward_minor bigint NOT NULL CHECK (brought_forward_minor >= 0),
  energy_wh bigint NOT NULL CHECK (energy_wh > 0),
  lines jsonb NOT NULL,
  remainder_minor bigint NOT NULL CHECK (remainder_minor >= 0),
  created_at timestamptz NOT NULL,
  -- Real time, not business time: it bounds how long a person may think.
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (bucket, id),
  FOREIGN KEY (bucket, connection_id) REFERENCES connections (bucket, id)
);

CREATE TABLE sales (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  connection_id uuid NOT NULL,
  meter_id uuid NOT NULL,
  -- The caller's idempotency key: the same request again gets the first answer.
  request_id text NOT NULL CHECK (length(request_id) BETWEEN 8 AND 100),
  amount_minor bigint NOT NULL CHECK (amount_minor > 0),
  state text NOT NULL CHECK (state IN ('awaitingPayment', 'paymentRefused', 'paymentExpired', 'issued',
    'delivered', 'stuck')),
  stuck_reason text,
  brought_forward_minor bigint,
  energy_wh bigint,
  lines jsonb,
  remainder_minor bigint,
  requested_at timestamptz NOT NULL,
  paid_at timestamptz,
  issued_at timestamptz,
  delivered_at timestamptz,
  stuck_at timestamptz,
  PRIMARY KEY (bucket, id),
  UNIQUE (bucket, connection_id, request_id),
  CHECK ((state IN ('issued', 'delivered')) <= (energy_wh IS NOT NULL)),
  CHECK ((state = 'stuck') <= (stuck_reason IS NOT NULL)),
  FOREIGN KEY (bucket, connection_id) REFERENCES connections (bucket, id),
  FOREIGN KEY (bucket, meter_id) REFERENCES meters (bucket, id)
);
-- For an operator's page, which knows a sale by its id alone.
CREATE INDEX sales_by_id ON sales (id);
CREATE INDEX sales_by_connection ON sales (bucket, connection_id, requested_at DESC);
CREATE INDEX sales_by_time ON sales (utility_id, requested_at DESC);
CREATE INDEX sales_stuck ON sales (utility_id, stuck_at) WHERE state = 'stuck';
CREATE INDEX sales_undelivered ON sales (utility_id, issued_at) WHERE state = 'issued';

CREATE TABLE payments (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  connection_id uuid NOT NULL,
  sale_id uuid NOT NULL,
  provider text NOT NULL,
  amount_minor bigint NOT NULL CHECK (amount_minor > 0),
  state text NOT NULL CHECK (state IN ('requested', 'pending', 'succeeded', 'failed', 'expired')),
  checkout_url text,
  provider_reference text,
  received_minor bigint CHECK (received_minor > 0),
  requested_at timestamptz NOT NULL,
  decided_at timestamptz,
  -- Real time: when to ask the provider next, and how often we have asked.
  next_check_at timestamptz,
  checks integer NOT NULL DEFAULT 0,
  PRIMARY KEY (bucket, id),
  UNIQUE (bucket, sale_id),
  CHECK ((state = 'succeeded') <= (provider_reference IS NOT NULL AND received_minor IS NOT NULL)),
  FOREIGN KEY (bucket, sale_id) REFERENCES sales (bucket, id)
);
CREATE INDEX payments_to_check ON payments (utility_id, next_check_at) WHERE next_check_at IS NOT NULL;

CREATE TABLE tokens (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  connection_id uuid NOT NULL,
  meter_id uuid NOT NULL,
  sale_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('credit')),
  base_date smallint NOT NULL,
  tid integer NOT NULL CHECK (tid BETWEEN 0 AND 16777215),
  digits text NOT NULL CHECK (digits ~ '^\d{20}$'),
  energy_wh bigint NOT NULL CHECK (energy_wh > 0),
  state text NOT NULL CHECK (state IN ('issued', 'accepted', 'refused')),
  origin text CHECK (origin IN ('keypad', 'remote')),
  refusal text,
  issued_at timestamptz NOT NULL,
  state_at timestamptz,
  PRIMARY KEY (bucket, id),
  UNIQUE (bucket, meter_id, base_date, tid),
  FOREIGN KEY (bucket, sale_id) REFERENCES sales (bucket, id),
  FOREIGN KEY (bucket, meter_id) REFERENCES meters (bucket, id)
);
CREATE INDEX tokens_by_sale ON tokens (bucket, sale_id);
CREATE INDEX tokens_by_connection ON tokens (bucket, connection_id, issued_at DESC);

-- Head-end.

CREATE TABLE commands (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  connection_id uuid NOT NULL,
  meter_id uuid NOT NULL,
  request_id text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('deliverToken', 'readNow')),
  token_ref uuid,
  stage text NOT NULL CHECK (stage IN ('queued', 'sent', 'awaitingResult', 'retry', 'done', 'refused', 'expired')),
  attempts integer NOT NULL DEFAULT 0,
  queued_at timestamptz NOT NULL,
  stage_at timestamptz NOT NULL,
  due_at timestamptz,
  expires_at timestamptz NOT NULL,
  result jsonb,
  PRIMARY KEY (bucket, id),
  UNIQUE (bucket, connection_id, request_id),
  CHECK ((kind = 'deliverToken') = (token_ref IS NOT NULL)),
  FOREIGN KEY (bucket, meter_id) REFERENCES meters (bucket, id),
  FOREIGN KEY (bucket, token_ref) REFERENCES tokens (bucket, id)
);
CREATE INDEX commands_due ON commands (utility_id, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX commands_by_connection ON commands (bucket, connection_id, queued_at DESC);

CREATE TABLE command_stages (
  bucket smallint NOT NULL,
  command_id uuid NOT NULL,
  ordinal integer NOT NULL,
  utility_id uuid NOT NULL,
  stage text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (bucket, command_id, ordinal),
  FOREIGN KEY (bucket, command_id) REFERENCES commands (bucket, id)
);

CREATE TABLE meter_events (
  bucket smallint NOT NULL,
  meter_id uuid NOT NULL,
  sequence bigint NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  at timestamptz NOT NULL,
  code text NOT NULL,
  detail jsonb NOT NULL,
  received_at timestamptz NOT NULL,
  PRIMARY KEY (bucket, meter_id, sequence),
  FOREIGN KEY (bucket, meter_id) REFERENCES meters (bucket, id)
);
CREATE INDEX meter_events_by_time ON meter_events (bucket, connection_id, at DESC);

CREATE TABLE readings (
  bucket smallint NOT NULL,
  meter_id uuid NOT NULL,
  register text NOT NULL CHECK (register IN ('importEnergyWh')),
  read_at timestamptz NOT NULL,
  utility_id uuid NOT NULL,
  value bigint NOT NULL,
  received_at timestamptz NOT NULL,
  PRIMARY KEY (bucket, meter_id, register, read_at)
) PARTITION BY RANGE (read_at);

-- Months that nobody prepared still have a home; the upkeep job prepares them ahead.
CREATE TABLE readings_default PARTITION OF readings DEFAULT;

CREATE FUNCTION prepare_readings_month(month_start date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = prewatt, pg_temp AS $$
DECLARE
  first date := date_trunc('month', month_start)::date;
  partition text := 'readings_' || to_char(first, 'YYYY_MM');
  lower_bound timestamptz := first::timestamp AT TIME ZONE 'UTC';
  upper_bound timestamptz := (first + interval '1 month')::timestamp AT TIME ZONE 'UTC';
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('prewatt.readings'));
  IF to_regclass('prewatt.' || partition) IS NOT NULL THEN
    RETURN;
  END IF;
  -- A month that already has rows in the default partition stays there: moving them is an operator's job.
  IF EXISTS (SELECT FROM readings_default WHERE read_at >= lower_bound AND read_at < upper_bound) THEN
    RETURN;
  END IF;
  EXECUTE format('CREATE TABLE prewatt.%I PARTITION OF prewatt.readings FOR VALUES FROM (%L) TO (%L)',
    partition, lower_bound, upper_bound);
  EXECUTE format('ALTER TABLE prewatt.%I ENABLE ROW LEVEL SECURITY', partition);
END
$$;
REVOKE ALL ON FUNCTION prepare_readings_month(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION prepare_readings_month(date) TO prewatt_app;

-- Messages to customers.

CREATE TABLE messages (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  connection_id uuid NOT NULL,
  kind text NOT NULL,
  -- What happened, named: the same fact again makes no second message.
  fact_key text NOT NULL,
  phone text NOT NULL,
  text text NOT NULL,
  state text NOT NULL CHECK (state IN ('queued', 'sent', 'failed')),
  attempts integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL,
  state_at timestamptz NOT NULL,
  PRIMARY KEY (bucket, id),
  UNIQUE (bucket, connection_id, fact_key),
  FOREIGN KEY (bucket, connection_id) REFERENCES connections (bucket, id)
);
CREATE INDEX messages_by_connection ON messages (bucket, connection_id, created_at DESC);

-- Row-level security: one policy, the same everywhere.

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['tariffs', 'vending_keys', 'operators', 'connections', 'meters', 'meter_states',
    'ledger_accounts', 'transfers', 'debts', 'quotes', 'sales', 'payments', 'tokens', 'commands', 'command_stages',
    'meter_events', 'readings', 'readings_default', 'messages']
  LOOP
    EXECUTE format('ALTER TABLE prewatt.%I ENABLE ROW LEVEL SECURITY', name);
    IF name <> 'readings_default' THEN
      EXECUTE format('CREATE POLICY tenant ON prewatt.%I TO prewatt_app
        USING (utility_id = prewatt.current_utility()) WITH CHECK (utility_id = prewatt.current_utility())', name);
    END IF;
  END LOOP;
END
$$;

-- Privileges: append-only where history must stand, no DELETE anywhere.
GRANT SELECT ON utilities TO prewatt_app;
GRANT SELECT, INSERT ON tariffs, vending_keys, operators, meter_directory, phone_directory,
  payment_directory, provider_reference_directory, operator_directory TO prewatt_app;
GRANT SELECT, INSERT ON ledger_accounts, transfers, debts, quotes, command_stages, meter_events, readings TO prewatt_app;
GRANT SELECT, INSERT, UPDATE ON connections, meters, meter_states, sales, payments, tokens, commands, messages
  TO prewatt_app;
