-- The schema that the migrations lead to, for reading and reviewing. Made by `npm run schema`; the tests
-- fail when it is not current. Not for restoring: roles and graphile_worker are not in it.

CREATE SCHEMA auth;

CREATE SCHEMA prewatt;

CREATE SCHEMA prewatt_log;

CREATE SCHEMA prewatt_migrations;

CREATE OR REPLACE FUNCTION prewatt.accounts_stand()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  RAISE restrict_violation USING MESSAGE = 'accounts of the ledger are never changed or deleted';
END
$function$;

CREATE OR REPLACE FUNCTION prewatt.change_role(of_approval uuid, approver uuid, now timestamp with time zone)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'prewatt', 'pg_temp'
AS $function$
DECLARE
  a approvals;
  o operators;
BEGIN
  SELECT * INTO a FROM approvals WHERE id = of_approval AND utility_id = current_utility() AND kind = 'operatorRole';
  SELECT * INTO o FROM operators WHERE id = (a.payload ->> 'operatorId')::uuid AND utility_id = a.utility_id FOR UPDATE;
  IF o.id IS NULL OR o.role <> a.payload ->> 'fromRole' OR o.role = a.payload ->> 'role' OR o.role = 'auditor' THEN
    RETURN false;
  END IF;
  INSERT INTO operator_role_changes (approval_id, utility_id, operator_id, from_role, to_role, requested_by, approved_by, at)
    VALUES (a.id, a.utility_id, o.id, o.role, a.payload ->> 'role', a.requested_by, approver, now);
  UPDATE operators SET role = a.payload ->> 'role' WHERE id = o.id;
  RETURN true;
END
$function$;

CREATE OR REPLACE FUNCTION prewatt.connection_has_customer()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'prewatt', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO occupancies (bucket, id, utility_id, connection_id, customer_id, began_at)
    VALUES (NEW.bucket, gen_random_uuid(), NEW.utility_id, NEW.id,
      customer_of_phone(NEW.utility_id, NEW.customer_name, NEW.customer_phone, NEW.created_at), NEW.created_at);
  RETURN NULL;
END
$function$;

CREATE OR REPLACE FUNCTION prewatt.current_utility()
 RETURNS uuid
 LANGUAGE sql
 STABLE
RETURN (NULLIF(current_setting('prewatt.utility_id'::text, true), ''::text))::uuid;

CREATE OR REPLACE FUNCTION prewatt.customer_of_phone(of_utility uuid, of_name text, of_phone text, at timestamp with time zone)
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO 'prewatt', 'pg_temp'
AS $function$
DECLARE
  found uuid;
BEGIN
  SELECT id INTO found FROM customers WHERE utility_id = of_utility AND phone = of_phone AND merged_into IS NULL;
  IF found IS NULL THEN
    INSERT INTO customers (id, utility_id, name, phone, changed_at, created_at)
      VALUES (gen_random_uuid(), of_utility, left(coalesce(nullif(of_name, ''), of_phone), 120), of_phone, at, at)
      ON CONFLICT (utility_id, phone) WHERE merged_into IS NULL DO UPDATE SET phone = excluded.phone RETURNING id INTO found;
  END IF;
  RETURN found;
END
$function$;

CREATE OR REPLACE FUNCTION prewatt.customers_by_words(words text, most integer)
 RETURNS TABLE(customer_id uuid)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'prewatt', 'pg_temp'
AS $function$
DECLARE
  wanted tsquery;
BEGIN
  SELECT string_agg(quote_literal(word) || ':*', ' & ')::tsquery INTO wanted
    FROM unnest(tsvector_to_array(words_of(words))) AS word;
  IF wanted IS NULL THEN
    RETURN;
  END IF;
  RETURN QUERY SELECT c.id FROM customers c
    WHERE words_of(c.name) @@ wanted AND c.utility_id = current_utility() AND c.merged_into IS NULL LIMIT most;
END
$function$;

CREATE OR REPLACE FUNCTION prewatt.drop_old_network_readings(most integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'prewatt', 'pg_temp'
AS $function$
DECLARE
  oldest timestamptz;
  readings integer;
  voltages integer;
BEGIN
  SELECT (date_trunc('month', clock_timestamp() AT TIME ZONE 'UTC')
      - make_interval(months => greatest(coalesce(max(readings_kept_months), 36), 13))) AT TIME ZONE 'UTC'
    INTO oldest FROM utilities;
  DELETE FROM network_readings WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM network_readings WHERE starts_at < oldest LIMIT most FOR UPDATE SKIP LOCKED));
  GET DIAGNOSTICS readings = ROW_COUNT;
  DELETE FROM network_voltages WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM network_voltages WHERE starts_at < oldest LIMIT most FOR UPDATE SKIP LOCKED));
  GET DIAGNOSTICS voltages = ROW_COUNT;
  RETURN readings + voltages;
END
$function$;

CREATE OR REPLACE FUNCTION prewatt.drop_old_readings()
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'prewatt', 'pg_temp'
AS $function$
DECLARE
  kept smallint;
  oldest date;
  partition record;
  dropped integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('prewatt.readings'));
  SELECT max(readings_kept_months) INTO kept FROM utilities;
  oldest := date_trunc('month', clock_timestamp() AT TIME ZONE 'UTC')::date
    - make_interval(months => greatest(coalesce(kept, 36), 13));
  FOR partition IN
    SELECT c.relname AS name, to_date(substring(c.relname FROM 10), 'YYYY_MM') AS month
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'prewatt.readings'::regclass AND c.relname ~ '^readings_\d{4}_\d{2}$'
  LOOP
    CONTINUE WHEN partition.month >= oldest;
    CONTINUE WHEN EXISTS (SELECT FROM usage_days WHERE stale_at IS NOT NULL
      AND day BETWEEN partition.month - 1 AND partition.month + 32);
    EXECUTE format('DROP TABLE prewatt.%I', partition.name);
    dropped := dropped + 1;
  END LOOP;
  RETURN dropped;
END
$function$;

CREATE OR REPLACE FUNCTION prewatt.emergency_acts_are_allowed()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'prewatt', 'pg_temp'
AS $function$
DECLARE
  rule emergency_rules;
  used integer;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('emergency ' || NEW.utility_id, 0));
  SELECT * INTO rule FROM emergency_rules WHERE utility_id = NEW.utility_id ORDER BY version DESC LIMIT 1;
  SELECT count(*) INTO used FROM emergency_acts WHERE utility_id = NEW.utility_id
    AND done_at >= date_trunc('day', clock_timestamp(), 'UTC');
  IF rule.version IS NULL OR NEW.rules_version <> rule.version OR NEW.kind <> ALL (rule.kinds) OR used >= rule.per_day
    OR NOT EXISTS (SELECT FROM operators o WHERE o.id = NEW.operator_id AND o.utility_id = NEW.utility_id
      AND o.role = ANY (rule.roles))
    OR NOT EXISTS (SELECT FROM approvals a WHERE a.id = NEW.approval_id AND a.utility_id = NEW.utility_id
      AND a.kind = NEW.kind AND a.requested_by = NEW.operator_id AND a.state = 'awaiting') THEN
    RAISE EXCEPTION 'no rule allows this emergency act' USING ERRCODE = 'check_violation', CONSTRAINT = 'emergency_acts_allowed';
  END IF;
  RETURN NEW;
END
$function$;

CREATE OR REPLACE FUNCTION prewatt.end_sessions_of_phone()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  DELETE FROM auth.session s USING auth."user" u WHERE u.id = s."userId" AND u."phoneNumber" = OLD.phone;
  RETURN NULL;
END
$function$;

CREATE OR REPLACE FUNCTION prewatt.first_reading(of_bucket smallint, of_meter uuid, of_register smallint, after_at timestamp with time zone, until_at timestamp with time zone, OUT read_at timestamp with time zone, OUT value bigint)
 RETURNS record
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'prewatt', 'pg_temp'
AS $function$
BEGIN
  SELECT r.read_at, r.value INTO read_at, value FROM readings r
  WHERE r.bucket = of_bucket AND r.meter_id = of_meter AND r.register = of_register
    AND r.read_at > after_at AND r.read_at <= until_at
  ORDER BY r.read_at LIMIT 1;
END
$function$;

CREATE OR REPLACE FUNCTION prewatt.forget_provider_notifications(kept_days integer, refused_days integer, most_bytes bigint)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'prewatt', 'pg_temp'
AS $function$
DECLARE
  gone integer;
BEGIN
  DELETE FROM provider_notifications n USING (
    SELECT id FROM (
      SELECT id, heard_at, made, sum(length(body)::bigint + 512) OVER (ORDER BY heard_at DESC, id DESC) AS bytes
      FROM provider_notifications WHERE utility_id = current_utility()
    ) kept
    WHERE heard_at < clock_timestamp() - make_interval(days => greatest(kept_days, 30))
      OR (heard_at < clock_timestamp() - make_interval(days => greatest(refused_days, 7))
        AND made IN ('unlistedSender', 'wrongSecret', 'badSignature', 'staleSignature', 'malformed', 'unknownPayment', 'aside'))
      OR bytes > greatest(most_bytes, 100000000)
    ORDER BY heard_at LIMIT 5000
  ) old
  WHERE n.id = old.id;
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN gone;
END
$function$;

CREATE OR REPLACE FUNCTION prewatt.forget_webhook_events(kept_days integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'prewatt', 'pg_temp'
AS $function$
DECLARE
  gone uuid[];
BEGIN
  SELECT array_agg(old.id) INTO gone FROM (
    SELECT e.id FROM webhook_events e
    WHERE e.utility_id = current_utility()
      AND e.at < clock_timestamp() - make_interval(days => greatest(kept_days, 30))
      AND NOT EXISTS (SELECT FROM webhook_deliveries d WHERE d.event_id = e.id AND d.state = 'waiting')
    ORDER BY e.at LIMIT 5000
  ) old;
  DELETE FROM webhook_deliveries WHERE event_id = ANY (gone);
  DELETE FROM webhook_events WHERE id = ANY (gone);
  RETURN coalesce(cardinality(gone), 0);
END
$function$;

CREATE OR REPLACE FUNCTION prewatt.home_of_customer(of_bucket smallint, of_connection uuid, of_name text, of_phone text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'prewatt', 'pg_temp'
AS $function$
DECLARE
  lives uuid := customer_of_phone(current_utility(), of_name, of_phone, now());
BEGIN
  IF NOT EXISTS (SELECT FROM occupancies WHERE bucket = of_bucket AND connection_id = of_connection
      AND ended_at IS NULL AND customer_id = lives) THEN
    UPDATE occupancies SET ended_at = greatest(now(), began_at) WHERE bucket = of_bucket
      AND connection_id = of_connection AND ended_at IS NULL;
    INSERT INTO occupancies (bucket, id, utility_id, connection_id, customer_id, began_at, shows_from)
      VALUES (of_bucket, gen_random_uuid(), current_utility(), of_connection, lives, now(), now());
  END IF;
END
$function$;

CREATE OR REPLACE FUNCTION prewatt.homes_by_meter_digits(digits text, most integer)
 RETURNS TABLE(bucket smallint, connection_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'prewatt', 'pg_temp'
AS $function$
  SELECT found.bucket, found.connection_id FROM (
    (SELECT d.bucket, d.connection_id FROM meter_directory d WHERE d.utility_id = current_utility()
      AND d.meter_pan ~>=~ digits AND d.meter_pan ~<~ (digits || ':') ORDER BY d.meter_pan USING ~<~ LIMIT most)
    UNION
    (SELECT d.bucket, d.connection_id FROM meter_directory d WHERE d.utility_id = current_utility()
      AND substr(d.meter_pan, 7) ~>=~ digits AND substr(d.meter_pan, 7) ~<~ (digits || ':')
      ORDER BY substr(d.meter_pan, 7) USING ~<~ LIMIT most)
    UNION
    (SELECT d.bucket, d.connection_id FROM meter_directory d WHERE d.utility_id = current_utility()
      AND reverse(d.meter_pan) ~>=~ reverse(digits) AND reverse(d.meter_pan) ~<~ (reverse(digits) || ':')
      ORDER BY reverse(d.meter_pan) USING ~<~ LIMIT most)) AS found
  LIMIT most
$function$;

CREATE OR REPLACE FUNCTION prewatt.homes_by_phone_digits(digits text, most integer)
 RETURNS TABLE(bucket smallint, connection_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'prewatt', 'pg_temp'
AS $function$
  SELECT d.bucket, d.connection_id FROM phone_directory d WHERE d.utility_id = current_utility()
    AND reverse(d.phone) ~>=~ reverse(digits) AND reverse(d.phone) ~<~ (reverse(digits) || ':')
  ORDER BY reverse(d.phone) USING ~<~ LIMIT most
$function$;

CREATE OR REPLACE FUNCTION prewatt.homes_by_words(words text, most integer)
 RETURNS TABLE(bucket smallint, connection_id uuid)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'prewatt', 'pg_temp'
AS $function$
DECLARE
  wanted tsquery;
BEGIN
  SELECT string_agg(quote_literal(word) || ':*', ' & ')::tsquery INTO wanted
    FROM unnest(tsvector_to_array(words_of(words))) AS word;
  IF wanted IS NULL THEN
    RETURN;
  END IF;
  -- Of a word that most homes have, not all are read to show a few; those of that name stand first.
  RETURN QUERY SELECT few.bucket, few.id FROM (
      SELECT c.bucket, c.id, c.name FROM connections c
      WHERE words_of(c.name || ' ' || coalesce(c.customer_name, '') || ' ' || c.address) @@ wanted
        AND c.utility_id = current_utility() AND c.closed_at IS NULL
      LIMIT 400) AS few
    ORDER BY words_of(few.name) @@ wanted DESC, few.name, few.id LIMIT most;
END
$function$;

CREATE OR REPLACE FUNCTION prewatt.install_jobs_end()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  IF OLD.state <> 'open' THEN
    RAISE restrict_violation USING MESSAGE = 'an install job that has ended is never changed';
  END IF;
  IF NEW.state = 'closed' AND EXISTS (
    SELECT FROM unnest(NEW.steps) AS needed (step)
    WHERE coalesce((SELECT e.what FROM prewatt.install_events e
      WHERE e.bucket = NEW.bucket AND e.job_id = NEW.id AND e.step = needed.step
      ORDER BY e.ordinal DESC LIMIT 1), 'notStarted') NOT IN ('passed', 'skipped')
  ) THEN
    RAISE check_violation USING MESSAGE = 'an install job with a step that has not passed is not closed';
  END IF;
  RETURN NEW;
END
$function$;

CREATE OR REPLACE FUNCTION prewatt.join_team(of_invitation uuid, sign_in text, now timestamp with time zone)
 RETURNS uuid
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'prewatt', 'pg_temp'
AS $function$
DECLARE
  i operator_invitations;
BEGIN
  SELECT * INTO i FROM operator_invitations WHERE id = of_invitation AND utility_id = current_utility() FOR UPDATE;
  IF i.id IS NULL OR i.joined_at IS NOT NULL OR i.withdrawn_at IS NOT NULL OR i.expires_at <= clock_timestamp() THEN
    RETURN NULL;
  END IF;
  IF NOT EXISTS (SELECT FROM approvals a WHERE a.id = i.approval_id AND a.utility_id = i.utility_id
      AND a.kind = 'operatorInvite' AND a.state = 'done' AND a.decided_by <> a.requested_by
      AND a.payload ->> 'email' = i.email AND a.payload ->> 'name' = i.name AND a.payload ->> 'role' = i.role
      AND (a.payload ->> 'days')::integer IS NOT DISTINCT FROM i.days
      AND (a.payload ->> 'operatorId')::uuid IS NOT DISTINCT FROM i.operator_id) THEN
    RETURN NULL;
  END IF;
  IF i.operator_id IS NULL THEN
    IF EXISTS (SELECT FROM operator_directory WHERE auth_user_id = sign_in) THEN RETURN NULL; END IF;
    INSERT INTO operator_directory (auth_user_id, utility_id) VALUES (sign_in, i.utility_id);
    INSERT INTO operators (id, utility_id, auth_user_id, name, role, created_at, ends_at)
      VALUES (i.id, i.utility_id, sign_in, i.name, i.role, now, clock_timestamp() + make_interval(days => i.days));
  ELSIF NOT EXISTS (SELECT FROM operators o WHERE o.id = i.operator_id AND o.utility_id = i.utility_id
      AND o.auth_user_id = sign_in) THEN
    RETURN NULL;
  END IF;
  UPDATE operator_invitations SET joined_at = now WHERE id = i.id;
  RETURN coalesce(i.operator_id, i.id);
END
$function$;

CREATE OR REPLACE FUNCTION prewatt.keys_stand()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  RAISE restrict_violation USING MESSAGE =
    format('rows of "%s" are never deleted, and what names them or what they refer to never changes', TG_TABLE_NAME);
END
$function$;

CREATE OR REPLACE FUNCTION prewatt.last_reading(of_bucket smallint, of_meter uuid, of_register smallint, after_at timestamp with time zone, until_at timestamp with time zone, OUT read_at timestamp with time zone, OUT value bigint)
 RETURNS record
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'prewatt', 'pg_temp'
AS $function$
BEGIN
  SELECT r.read_at, r.value INTO read_at, value FROM readings r
  WHERE r.bucket = of_bucket AND r.meter_id = of_meter AND r.register = of_register
    AND r.read_at > after_at AND r.read_at <= until_at
  ORDER BY r.read_at DESC LIMIT 1;
END
$function$;

CREATE OR REPLACE FUNCTION prewatt.meters_are_known()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  IF NOT EXISTS (SELECT FROM prewatt.meter_directory d WHERE d.meter_pan = NEW.meter_pan AND d.meter_id = NEW.id) THEN
    RAISE foreign_key_violation USING MESSAGE = 'a meter that is not in the directory';
  END IF;
  RETURN NEW;
END
$function$;

CREATE OR REPLACE FUNCTION prewatt.meters_begin_beyond()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'prewatt', 'pg_temp'
AS $function$
BEGIN
  NEW.last_tid := greatest(NEW.last_tid, (SELECT tid_passed(k.base_date) FROM vending_keys k
    WHERE k.utility_id = NEW.utility_id AND k.supply_group_code = NEW.supply_group_code AND k.key_revision = NEW.key_revision));
  RETURN NEW;
END
$function$;

CREATE OR REPLACE FUNCTION prewatt.next_entry()
 RETURNS bigint
 LANGUAGE sql
RETURN CASE WHEN (pg_current_xact_id() IS NOT NULL) THEN nextval('prewatt.entries'::regclass) ELSE NULL::bigint END;

CREATE OR REPLACE FUNCTION prewatt.payments_by_reference(beginning text, most integer)
 RETURNS TABLE(bucket smallint, sale_id uuid, vendor_id uuid, provider_reference text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'prewatt', 'pg_temp'
AS $function$
  SELECT p.bucket, p.sale_id, p.vendor_id, p.provider_reference FROM payments p
  WHERE p.utility_id = current_utility() AND p.provider_reference IS NOT NULL
    AND lower(p.provider_reference) ~>=~ lower(beginning) AND lower(p.provider_reference) ~<~ (lower(beginning) || '~')
  ORDER BY lower(p.provider_reference) USING ~<~ LIMIT most
$function$;

CREATE OR REPLACE FUNCTION prewatt.posting_ids(transfer_id uuid)
 RETURNS uuid[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN ARRAY[transfer_id, (OVERLAY((transfer_id)::text PLACING '00'::text FROM 35))::uuid];

CREATE OR REPLACE FUNCTION prewatt.postings_hold()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  IF EXISTS (SELECT FROM posted p, unnest(p.debit_kinds, p.debit_subject_ids, p.credit_kinds, p.credit_subject_ids)
      AS t (debit_kind, debit_subject_id, credit_kind, credit_subject_id)
    WHERE (t.debit_kind = t.credit_kind AND t.debit_subject_id = t.credit_subject_id)
      OR (t.debit_kind IN ('vendorFloat', 'vendorCommission') AND t.debit_subject_id IS DISTINCT FROM p.vendor_id)
      OR (t.credit_kind IN ('vendorFloat', 'vendorCommission') AND t.credit_subject_id IS DISTINCT FROM p.vendor_id)) THEN
    RAISE check_violation USING
      MESSAGE = 'new row for relation "postings" violates check constraint: a transfer to itself, or of another vendor';
  END IF;
  -- A subquery that is no join: it stays a look-up by key, however many accounts there are.
  IF EXISTS (
    SELECT FROM (
      SELECT bucket, utility_id, unnest(debit_kinds) AS kind, unnest(debit_subject_ids) AS subject_id FROM posted
      UNION SELECT bucket, utility_id, unnest(credit_kinds), unnest(credit_subject_ids) FROM posted
    ) used
    WHERE (SELECT true FROM prewatt.ledger_accounts a WHERE a.bucket = used.bucket AND a.utility_id = used.utility_id
      AND a.kind = used.kind AND a.subject_id = used.subject_id) IS NULL
  ) THEN
    RAISE foreign_key_violation USING
      MESSAGE = 'insert on table "postings" violates foreign key: an account is not in "ledger_accounts"';
  END IF;
  RETURN NULL;
END
$function$;

CREATE OR REPLACE FUNCTION prewatt.prepare_readings_month(month_start date)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'prewatt', 'pg_temp'
AS $function$
DECLARE
  first date := date_trunc('month', month_start)::date;
  partition text := 'readings_' || to_char(first, 'YYYY_MM');
  lower_bound timestamptz := first::timestamp AT TIME ZONE 'UTC';
  upper_bound timestamptz := (first + interval '1 month')::timestamp AT TIME ZONE 'UTC';
BEGIN
  IF first NOT BETWEEN clock_timestamp() - interval '10 years' AND clock_timestamp() + interval '5 years' THEN
    RETURN;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('prewatt.readings'));
  IF to_regclass('prewatt.' || partition) IS NOT NULL THEN
    RETURN;
  END IF;
  -- A month that already has rows in the default partition stays there: moving them is an operator's job.
  IF EXISTS (SELECT 1 FROM readings_default WHERE read_at >= lower_bound AND read_at < upper_bound) THEN
    RETURN;
  END IF;
  EXECUTE format('CREATE TABLE prewatt.%I PARTITION OF prewatt.readings FOR VALUES FROM (%L) TO (%L)',
    partition, lower_bound, upper_bound);
  EXECUTE format('ALTER TABLE prewatt.%I ENABLE ROW LEVEL SECURITY', partition);
END
$function$;

CREATE OR REPLACE FUNCTION prewatt.reading_at(of_bucket smallint, of_meter uuid, of_register smallint, at timestamp with time zone)
 RETURNS bigint
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'prewatt', 'pg_temp'
AS $function$
BEGIN
  RETURN (SELECT r.value FROM readings r WHERE r.bucket = of_bucket AND r.meter_id = of_meter
    AND r.register = of_register AND r.read_at = at);
END
$function$;

CREATE OR REPLACE FUNCTION prewatt.reading_points(of_bucket smallint, of_meter uuid, of_register smallint, after_at timestamp with time zone, until_at timestamp with time zone)
 RETURNS bytea
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'prewatt', 'pg_temp'
AS $function$
BEGIN
  RETURN (SELECT string_agg(timestamptz_send(r.read_at) || int8send(r.value), ''::bytea ORDER BY r.read_at)
    FROM readings r WHERE r.bucket = of_bucket AND r.meter_id = of_meter AND r.register = of_register
      AND r.read_at > after_at AND r.read_at <= until_at);
END
$function$;

CREATE OR REPLACE FUNCTION prewatt.readings_around(of_bucket smallint, of_meter uuid, of_register smallint, after_at timestamp with time zone, until_at timestamp with time zone, more_after integer)
 RETURNS bytea
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'prewatt', 'pg_temp'
AS $function$
BEGIN
  RETURN (SELECT string_agg(timestamptz_send(f.read_at) || int8send(f.value)
      || timestamptz_send(f.received_at), ''::bytea)
    FROM (
      (SELECT r.read_at, r.value, r.received_at FROM readings r WHERE r.bucket = of_bucket
        AND r.meter_id = of_meter AND r.register = of_register AND r.read_at <= after_at
        ORDER BY r.read_at DESC LIMIT 1)
      UNION ALL (SELECT r.read_at, r.value, r.received_at FROM readings r WHERE r.bucket = of_bucket
        AND r.meter_id = of_meter AND r.register = of_register
        AND r.read_at > after_at AND r.read_at <= until_at)
      UNION ALL (SELECT r.read_at, r.value, r.received_at FROM readings r WHERE r.bucket = of_bucket
        AND r.meter_id = of_meter AND r.register = of_register AND r.read_at > until_at
        ORDER BY r.read_at LIMIT more_after)) AS f);
END
$function$;

CREATE OR REPLACE FUNCTION prewatt.reversals_have_their_transfer()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  IF NOT EXISTS (SELECT FROM prewatt.transfers t WHERE t.bucket = NEW.bucket
      AND t.posting_id = ANY (prewatt.posting_ids(NEW.reverses_id)) AND t.id = NEW.reverses_id) THEN
    RAISE foreign_key_violation USING
      MESSAGE = 'insert on table "postings" violates foreign key: what is reversed is not in "transfers"';
  END IF;
  RETURN NULL;
END
$function$;

CREATE OR REPLACE FUNCTION prewatt.reversed_transfers_stand()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  IF EXISTS (SELECT FROM prewatt.postings r WHERE r.bucket = OLD.bucket
      AND r.reverses_id BETWEEN OLD.id AND prewatt.transfer_id(OLD.id, cardinality(OLD.reasons))) THEN
    RAISE foreign_key_violation USING MESSAGE = 'a transfer that was reversed is never deleted';
  END IF;
  RETURN NULL;
END
$function$;

CREATE OR REPLACE FUNCTION prewatt.sale_changes_meter()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  IF OLD.issued_at IS NOT NULL THEN
    RAISE restrict_violation USING MESSAGE = 'the meter of a sale with tokens never changes';
  END IF;
  IF (SELECT true FROM prewatt.meters m WHERE m.bucket = NEW.bucket AND m.id = NEW.meter_id
      AND m.connection_id = NEW.connection_id) IS NULL THEN
    RAISE foreign_key_violation USING
      MESSAGE = 'update of table "sales" violates foreign key: a meter of its connection is not in "meters"';
  END IF;
  RETURN NEW;
END
$function$;

CREATE OR REPLACE FUNCTION prewatt.sales_have_their_meter()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  IF EXISTS (SELECT FROM made WHERE (SELECT true FROM prewatt.meters m WHERE m.bucket = made.bucket
      AND m.id = made.meter_id AND m.connection_id = made.connection_id) IS NULL) THEN
    RAISE foreign_key_violation USING
      MESSAGE = 'insert on table "sales" violates foreign key: a meter of its connection is not in "meters"';
  END IF;
  RETURN NULL;
END
$function$;

CREATE OR REPLACE FUNCTION prewatt.set_customer(of_bucket smallint, of_connection uuid, new_name text, new_phone text)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'prewatt', 'pg_temp'
AS $function$
BEGIN
  UPDATE connections SET customer_name = new_name, customer_phone = new_phone
    WHERE bucket = of_bucket AND id = of_connection AND utility_id = current_utility() AND closed_at IS NULL;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  DELETE FROM phone_directory WHERE bucket = of_bucket AND connection_id = of_connection AND phone IS DISTINCT FROM new_phone;
  IF new_phone IS NULL THEN
    RETURN true;
  END IF;
  INSERT INTO phone_directory (phone, utility_id, bucket, connection_id)
    VALUES (new_phone, current_utility(), of_bucket, of_connection) ON CONFLICT DO NOTHING;
  PERFORM home_of_customer(of_bucket, of_connection, new_name, new_phone);
  RETURN true;
END
$function$;

CREATE OR REPLACE FUNCTION prewatt.set_document_texts(legal text, tax text, address text, footer text)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'prewatt', 'pg_temp'
AS $function$UPDATE prewatt.utilities SET legal_name = legal, tax_number = tax, postal_address = address, receipt_footer = footer
  WHERE id = prewatt.current_utility()$function$;

CREATE OR REPLACE FUNCTION prewatt.set_identity_warn_days(days smallint)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'prewatt', 'pg_temp'
AS $function$UPDATE prewatt.utilities SET identity_warn_days = days WHERE id = prewatt.current_utility()$function$;

CREATE OR REPLACE FUNCTION prewatt.set_page_writing(language text, hours smallint, form text)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'prewatt', 'pg_temp'
AS $function$UPDATE prewatt.utilities SET page_language = language, clock_hours = hours, money_form = form
  WHERE id = prewatt.current_utility()$function$;

CREATE OR REPLACE FUNCTION prewatt.set_protection_rules(document jsonb)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'prewatt', 'pg_temp'
AS $function$UPDATE prewatt.utilities SET protection_rules = document WHERE id = prewatt.current_utility()$function$;

CREATE OR REPLACE FUNCTION prewatt.set_silent_after_hours(hours smallint)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'prewatt', 'pg_temp'
AS $function$UPDATE prewatt.utilities SET silent_after_hours = hours WHERE id = prewatt.current_utility()$function$;

CREATE OR REPLACE FUNCTION prewatt.settle()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'prewatt', 'pg_temp'
AS $function$
BEGIN
  NEW.settled := next_entry();
  RETURN NEW;
END
$function$;

CREATE OR REPLACE FUNCTION prewatt.tid_at(base_date smallint, at timestamp with time zone)
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE STRICT
AS $function$
  SELECT least(16777215, greatest(0, floor((extract(epoch FROM at) - extract(epoch FROM (CASE base_date
    WHEN 93 THEN '1993-01-01Z' WHEN 14 THEN '2014-01-01Z' ELSE '2035-01-01Z' END)::timestamptz)) / 60)))::integer
$function$;

CREATE OR REPLACE FUNCTION prewatt.tid_passed(base_date smallint)
 RETURNS integer
 LANGUAGE sql
 STABLE
 SET search_path TO 'prewatt', 'pg_temp'
AS $function$
  SELECT max(tid_at(base_date, e.tids_from)) FROM epochs e
$function$;

CREATE OR REPLACE FUNCTION prewatt.tokens_by_last_digits(last_digits text, most integer)
 RETURNS TABLE(bucket smallint, connection_id uuid, sale_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'prewatt', 'pg_temp'
AS $function$
  SELECT t.bucket, t.connection_id, t.sale_id FROM tokens t
  WHERE t.utility_id = current_utility() AND length(last_digits) IN (4, 20)
    AND "right"(t.digits, 4) = "right"(last_digits, 4) AND "right"(t.digits, length(last_digits)) = last_digits
  ORDER BY t.issued_at DESC LIMIT most
$function$;

CREATE OR REPLACE FUNCTION prewatt.tokens_have_their_sale()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  IF EXISTS (SELECT FROM made WHERE (SELECT true FROM prewatt.meters m WHERE m.bucket = made.bucket
      AND m.id = made.meter_id AND m.connection_id = made.connection_id) IS NULL) THEN
    RAISE foreign_key_violation USING
      MESSAGE = 'insert on table "tokens" violates foreign key: a meter is not in "meters"';
  END IF;
  IF EXISTS (SELECT FROM made WHERE sale_id IS NOT NULL AND (SELECT true FROM prewatt.sales s
      WHERE s.id = made.sale_id AND s.bucket + 0 = made.bucket AND s.connection_id = made.connection_id) IS NULL) THEN
    RAISE foreign_key_violation USING
      MESSAGE = 'insert on table "tokens" violates foreign key: a sale is not in "sales"';
  END IF;
  RETURN NULL;
END
$function$;

CREATE OR REPLACE FUNCTION prewatt.transfer_id(posting_id uuid, place bigint)
 RETURNS uuid
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN CASE place WHEN 1 THEN posting_id ELSE (OVERLAY((posting_id)::text PLACING lpad(to_hex((place - 1)), 2, '0'::text) FROM 35))::uuid END;

CREATE OR REPLACE FUNCTION prewatt.undo_connection(of_bucket smallint, of_connection uuid, undone_at timestamp with time zone)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'prewatt', 'pg_temp'
AS $function$
DECLARE
  pan text;
BEGIN
  SELECT m.meter_pan INTO pan FROM connections c JOIN meters m ON m.bucket = c.bucket AND m.connection_id = c.id
    WHERE c.bucket = of_bucket AND c.id = of_connection AND c.utility_id = current_utility() AND c.closed_at IS NULL AND c.created_at <= undone_at
      AND m.retired_at IS NULL AND m.last_tid IS NULL
      AND c.prepaid_minor = 0 AND c.credit_mode = 'token'
    FOR UPDATE OF c, m;
  IF NOT FOUND
    OR EXISTS (SELECT FROM meters m WHERE m.bucket = of_bucket AND m.connection_id = of_connection AND m.retired_at IS NOT NULL)
    OR EXISTS (SELECT FROM postings p WHERE p.bucket = of_bucket AND p.connection_id = of_connection)
    OR EXISTS (SELECT FROM sales s WHERE s.bucket = of_bucket AND s.connection_id = of_connection)
    OR EXISTS (SELECT FROM debts d WHERE d.bucket = of_bucket AND d.connection_id = of_connection)
    OR EXISTS (SELECT FROM tokens t WHERE t.bucket = of_bucket AND t.connection_id = of_connection AND t.kind <> 'test')
    OR EXISTS (SELECT FROM mode_changes m WHERE m.bucket = of_bucket AND m.connection_id = of_connection)
  THEN
    RETURN false;
  END IF;
  UPDATE meters SET retired_at = undone_at WHERE bucket = of_bucket AND connection_id = of_connection AND retired_at IS NULL;
  UPDATE connections SET closed_at = undone_at WHERE bucket = of_bucket AND id = of_connection;
  DELETE FROM meter_directory WHERE meter_pan = pan AND bucket = of_bucket AND connection_id = of_connection;
  DELETE FROM phone_directory WHERE bucket = of_bucket AND connection_id = of_connection;
  RETURN true;
END
$function$;

CREATE OR REPLACE FUNCTION prewatt.vendor_sales_have_their_sale()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  IF EXISTS (SELECT FROM made WHERE (SELECT true FROM prewatt.sales s WHERE s.id = made.sale_id
      AND s.bucket + 0 = made.bucket AND s.connection_id = made.connection_id) IS NULL) THEN
    RAISE foreign_key_violation USING
      MESSAGE = 'insert on table "vendor_sales" violates foreign key: a sale is not in "sales"';
  END IF;
  IF EXISTS (SELECT FROM (SELECT DISTINCT shift_id, vendor_id FROM made) used
      WHERE (SELECT true FROM prewatt.vendor_shifts s WHERE s.id = used.shift_id
        AND s.vendor_id = used.vendor_id) IS NULL) THEN
    RAISE foreign_key_violation USING
      MESSAGE = 'insert on table "vendor_sales" violates foreign key: a shift of its vendor is not in "vendor_shifts"';
  END IF;
  RETURN NULL;
END
$function$;

CREATE OR REPLACE FUNCTION prewatt.words_of(text)
 RETURNS tsvector
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
RETURN to_tsvector('simple'::regconfig, translate($1, '-/.,_:@+''#&()"'::text, '              '::text));

CREATE OR REPLACE FUNCTION prewatt_log.begin_utility()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO prewatt_log.heads (utility_id) VALUES (NEW.id);
  PERFORM prewatt_log.tell_columns(NULL, NEW.id);
  RETURN NULL;
END
$function$;

CREATE OR REPLACE FUNCTION prewatt_log.check_types(of_table text, names text[])
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
  other text;
BEGIN
  SELECT format('%s %s', attname, atttypid::regtype) INTO other FROM pg_attribute
  WHERE attrelid = format('prewatt.%I', of_table)::regclass AND attname = ANY (names) AND atttypid <> ALL (
    '{boolean,bytea,bigint,smallint,integer,text,date,timestamptz,numeric,uuid,jsonb,text[],bigint[],uuid[]}'::regtype[])
  ORDER BY attnum LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the token log has no bytes for % of %: see apps/verifier/src/row-bytes.ts', other, of_table;
  END IF;
END
$function$;

CREATE OR REPLACE FUNCTION prewatt_log.cover(of_table text, left_out text DEFAULT ''::text, digested text DEFAULT ''::text, public text DEFAULT NULL::text, utility text DEFAULT 'r.utility_id'::text, is_append_only boolean DEFAULT false, is_found boolean DEFAULT false, is_rare boolean DEFAULT false)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
  relation regclass := format('prewatt.%I', of_table)::regclass;
  key_names text[];
  names text[];
  next integer := 1 + coalesce((SELECT max(number) FROM prewatt_log.columns WHERE table_name = of_table), 0);
  o jsonb;
BEGIN
  SELECT array_agg(a.attname ORDER BY k.ordinality) INTO key_names
  FROM pg_index i CROSS JOIN unnest(i.indkey::smallint[]) WITH ORDINALITY k (attnum, ordinality)
  JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
  WHERE i.indrelid = relation AND i.indisprimary;
  SELECT array_agg(attname ORDER BY attnum) INTO names FROM pg_attribute
  WHERE attrelid = relation AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
    AND attname <> ALL (string_to_array(left_out, ' '));
  PERFORM prewatt_log.check_types(of_table, names);
  SELECT jsonb_build_object('table', of_table, 'number', next, 'utility', utility, 'public', public, 'isRare', is_rare,
    'entry', CASE WHEN is_found THEN 'r.entered' ELSE 'NULL::bigint' END,
    'keyText', (SELECT string_agg(prewatt_log.key_part(k.name, a.atttypid::regtype), ' || '','' || ' ORDER BY k.ordinality)
      FROM unnest(key_names) WITH ORDINALITY k (name, ordinality)
      JOIN pg_attribute a ON a.attrelid = relation AND a.attname = k.name),
    'rowBytes', 'record_send(ROW(' || (SELECT string_agg(CASE WHEN name = ANY (string_to_array(digested, ' '))
      THEN format('encode(sha256(convert_to(r.%I::text, ''UTF8'')), ''hex'')', name) ELSE format('r.%I', name) END, ', ')
      FROM unnest(names) name) || '))') INTO o;
  INSERT INTO prewatt_log.columns VALUES (of_table, next, key_names,
    (SELECT array_agg(CASE WHEN name = ANY (string_to_array(digested, ' ')) THEN 'sha256(' || name || ')' ELSE name END)
      FROM unnest(names) name), is_append_only, o);
  PERFORM prewatt_log.make_trigger_function(of_table);
  EXECUTE format('CREATE OR REPLACE TRIGGER log_insert AFTER INSERT ON %s REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION prewatt_log.%I()', relation, of_table);
  IF is_rare THEN
    EXECUTE format('DROP TRIGGER IF EXISTS log_update ON %s', relation);
    -- The function, and not its operator: what a dump writes of an operator between rows is read as one for each column.
    EXECUTE format('CREATE TRIGGER log_update AFTER UPDATE ON %s FOR EACH ROW WHEN (record_image_ne(ROW(%s), ROW(%s)))
      EXECUTE FUNCTION prewatt_log.%I()', relation,
      (SELECT string_agg(format('NEW.%I', name), ', ') FROM unnest(names) name),
      (SELECT string_agg(format('OLD.%I', name), ', ') FROM unnest(names) name), of_table);
  ELSE
    EXECUTE format('CREATE OR REPLACE TRIGGER log_update AFTER UPDATE ON %s
      REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
      FOR EACH STATEMENT EXECUTE FUNCTION prewatt_log.%I()', relation, of_table);
  END IF;
  EXECUTE format('CREATE OR REPLACE TRIGGER log_delete AFTER DELETE ON %s REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION prewatt_log.%I()', relation, of_table);
  PERFORM prewatt_log.tell_columns(of_table, NULL);
  -- Rows of before the log.
  IF next = 1 THEN
    EXECUTE format($f$
      DO $body$
      DECLARE
        secret bytea := uuid_send(gen_random_uuid());
      BEGIN
        %s
      END
      $body$ $f$, prewatt_log.leaves_of(o, 'found', relation || ' r'));
  END IF;
END
$function$;

CREATE OR REPLACE FUNCTION prewatt_log.give_places(most integer)
 RETURNS TABLE(place bigint, hash bytea)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
  of_utility uuid := prewatt.current_utility();
  head prewatt_log.heads;
  next bigint;
  newest bigint;
BEGIN
  -- Read before this transaction has a number of its own: whoever drew a number up to there has a lower one.
  IF pg_current_xact_id_if_assigned() IS NULL THEN
    SELECT max(l.id) INTO newest FROM prewatt_log.leaves l WHERE l.utility_id = of_utility;
  END IF;
  SELECT * INTO head FROM prewatt_log.heads h WHERE h.utility_id = of_utility FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN RETURN; END IF;
  -- Every transaction that may have drawn a number up to `watched` is over: no leaf is missing below it.
  IF head.watched_by < pg_snapshot_xmin(pg_current_snapshot()) THEN
    UPDATE prewatt_log.heads h SET done_to = least(head.watched, coalesce((SELECT min(l.id) - 1 FROM prewatt_log.leaves l
        WHERE l.utility_id = of_utility AND l.id > head.done_to AND l.id <= head.watched AND NOT EXISTS (
          SELECT FROM prewatt_log.entries e WHERE e.utility_id = of_utility AND e.leaf_id = l.id)), head.watched)),
      watched = NULL, watched_by = NULL WHERE h.utility_id = of_utility RETURNING * INTO head;
  END IF;
  -- A number that no transaction has had yet is of the cluster that a copy came from; only this transaction's own may
  -- look like one.
  IF head.watched_by >= pg_snapshot_xmax(pg_current_snapshot())
      AND head.watched_by IS DISTINCT FROM pg_current_xact_id_if_assigned() THEN
    UPDATE prewatt_log.heads h SET watched = NULL, watched_by = NULL
    WHERE h.utility_id = of_utility RETURNING * INTO head;
  END IF;
  IF head.watched_by IS NULL AND newest > head.done_to THEN
    UPDATE prewatt_log.heads h SET watched = newest, watched_by = pg_current_xact_id() WHERE h.utility_id = of_utility;
  END IF;
  SELECT coalesce(max(e.place) + 1, 0) INTO next FROM prewatt_log.entries e WHERE e.utility_id = of_utility;
  RETURN QUERY
  WITH taken AS (
    SELECT l.id, l.leaf FROM prewatt_log.leaves l
    WHERE l.utility_id = of_utility AND l.id > head.done_to AND NOT EXISTS (
      SELECT FROM prewatt_log.entries e WHERE e.utility_id = of_utility AND e.leaf_id = l.id)
    ORDER BY l.id LIMIT most
  ), placed AS (
    INSERT INTO prewatt_log.entries (utility_id, place, leaf_id)
    SELECT of_utility, next - 1 + row_number() OVER (ORDER BY t.id), t.id FROM taken t
    RETURNING entries.place, entries.leaf_id
  )
  SELECT p.place, sha256('\x00'::bytea || t.leaf) FROM placed p JOIN taken t ON t.id = p.leaf_id ORDER BY p.place;
END
$function$;

CREATE OR REPLACE FUNCTION prewatt_log.head(what text)
 RETURNS text
 LANGUAGE sql
RETURN (((((((('prewatt-log/1
{'::text || what) || ',"by":'::text) || (to_json(CASE current_setting('role'::text) WHEN 'none'::text THEN (SESSION_USER)::text ELSE current_setting('role'::text) END))::text) || CASE WHEN (current_setting('role'::text) <> ALL (ARRAY['none'::text, (SESSION_USER)::text])) THEN (',"login":'::text || (to_json((SESSION_USER)::text))::text) ELSE ''::text END) || COALESCE((',"for":'::text || (to_json(NULLIF(current_setting('prewatt.log_for'::text, true), ''::text)))::text), ''::text)) || ',"at":"'::text) || to_char((clock_timestamp() AT TIME ZONE 'UTC'::text), 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'::text)) || '"}
'::text);

CREATE OR REPLACE FUNCTION prewatt_log.key_part(name text, type regtype)
 RETURNS text
 LANGUAGE sql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  SELECT CASE
    WHEN type IN ('smallint'::regtype, 'integer'::regtype, 'bigint'::regtype) THEN format('r.%I', name)
    WHEN type IN ('uuid'::regtype, 'date'::regtype, 'timestamptz'::regtype) THEN format('''"'' || r.%I || ''"''', name)
    ELSE format('to_json(r.%I)::text', name)
  END
$function$;

CREATE OR REPLACE FUNCTION prewatt_log.leaf_of(o jsonb, op text, of_rows text)
 RETURNS text
 LANGUAGE sql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  SELECT format($f$
  INSERT INTO prewatt_log.leaves (utility_id, table_name, salt, from_entry, to_entry, leaf)
  SELECT prewatt.current_utility(), '%1$s', secret, min(%5$s), max(%5$s),
    convert_to(prewatt_log.head('"table":"%1$s","op":"%2$s","columns":%3$s') || string_agg(%6$s, E'\n') || E'\n', 'UTF8')
  FROM (SELECT r.*, '[' || %7$s || ']' AS log_key FROM %8$s LIMIT 201) r
  HAVING count(*) BETWEEN 1 AND 200 AND bool_and(%4$s = (SELECT prewatt.current_utility()))
    AND octet_length(string_agg(%6$s, E'\n')) <= 60000;
  IF NOT FOUND THEN %9$s
  END IF;$f$,
    o ->> 'table', op, o ->> 'number', o ->> 'utility', CASE op WHEN 'insert' THEN o ->> 'entry' ELSE 'NULL::bigint' END,
    prewatt_log.line_of(o, op), o ->> 'keyText', of_rows, prewatt_log.leaves_of(o, op, of_rows))
$function$;

CREATE OR REPLACE FUNCTION prewatt_log.leaves_of(o jsonb, op text, of_rows text)
 RETURNS text
 LANGUAGE sql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  SELECT format($f$
  INSERT INTO prewatt_log.leaves (utility_id, table_name, salt, from_entry, to_entry, leaf)
  SELECT l.utility_id, '%1$s', secret, min(l.entry), max(l.entry), convert_to(prewatt_log.head('"table":"%1$s","op":"%2$s","columns":%3$s')
    || string_agg(l.line, E'\n' ORDER BY l.n) || E'\n', 'UTF8')
  FROM (SELECT s.*, sum(1 + octet_length(s.line)) OVER (ROWS UNBOUNDED PRECEDING) / 60000 AS part
    FROM (SELECT %4$s AS utility_id, row_number() OVER () AS n, %5$s AS entry, %6$s AS line
      FROM (SELECT r.*, '[' || %7$s || ']' AS log_key FROM %8$s) r) s) l
  WHERE l.utility_id IS NOT NULL
  GROUP BY l.utility_id, (l.n - 1) / 200, l.part
  ORDER BY min(l.n);$f$,
    o ->> 'table', op, o ->> 'number', o ->> 'utility',
    CASE WHEN op IN ('insert', 'found') THEN o ->> 'entry' ELSE 'NULL::bigint' END,
    prewatt_log.line_of(o, op), o ->> 'keyText', of_rows)
$function$;

CREATE OR REPLACE FUNCTION prewatt_log.line_of(o jsonb, op text)
 RETURNS text
 LANGUAGE sql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  SELECT CASE op WHEN 'delete' THEN $q$r.log_key || E'\t-'$q$ ELSE format(
    $q$r.log_key || E'\t' || encode(sha256(sha256(secret || convert_to(r.log_key, 'UTF8')) || %s), 'base64')%s$q$,
    coalesce(o ->> 'rowBytes', format($q$convert_to(%s, 'UTF8')$q$, o ->> 'rowText')),
    coalesce($q$ || coalesce(E'\t' || $q$ || (o ->> 'public') || $q$, '')$q$, '')) END
$function$;

CREATE OR REPLACE FUNCTION prewatt_log.make_trigger_function(of_table text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
  c prewatt_log.columns;
  names text[];
BEGIN
  SELECT * INTO c FROM prewatt_log.columns WHERE table_name = of_table ORDER BY number DESC LIMIT 1;
  SELECT array_agg(regexp_replace(name, '^sha256\((.*)\)$', '\1') ORDER BY n) INTO names
  FROM unnest(c.list) WITH ORDINALITY l (name, n);
  EXECUTE format($f$
    CREATE OR REPLACE FUNCTION prewatt_log.%1$I() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' SET client_encoding = 'UTF8'
    SET enable_nestloop = off AS $body$
    DECLARE
      secret bytea := uuid_send(gen_random_uuid());
    BEGIN
      IF TG_RELID <> 'prewatt.%1$I'::regclass THEN
        RAISE EXCEPTION 'leaves of %1$s are made of its own rows alone' USING ERRCODE = 'insufficient_privilege';
      END IF;
      IF TG_OP = 'INSERT' THEN %2$s
      ELSIF TG_OP = 'UPDATE' THEN %3$s
      ELSE %4$s
      END IF;
      RETURN NULL;
    END
    $body$ $f$, of_table, prewatt_log.leaf_of(c.sql, 'insert', 'new_rows r'),
    prewatt_log.leaf_of(c.sql, 'update', CASE WHEN (c.sql ->> 'isRare')::boolean THEN '(SELECT NEW.*) r'
      ELSE format('new_rows r LEFT JOIN old_rows was ON (%s) WHERE ROW(%s)::record *<> ROW(%s)::record',
        (SELECT string_agg(format('was.%1$I = r.%1$I', name), ' AND ') FROM unnest(c.key) name),
        (SELECT string_agg(format('r.%I', name), ', ') FROM unnest(names) name),
        (SELECT string_agg(format('was.%I', name), ', ') FROM unnest(names) name)) END),
    prewatt_log.leaf_of(c.sql, 'delete', 'old_rows r'));
  EXECUTE format('REVOKE ALL ON FUNCTION prewatt_log.%I() FROM PUBLIC', of_table);
END
$function$;

CREATE OR REPLACE FUNCTION prewatt_log.tell_columns(of_table text, of_utility uuid)
 RETURNS void
 LANGUAGE sql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  INSERT INTO prewatt_log.leaves (utility_id, salt, leaf)
  SELECT u.id, uuid_send(gen_random_uuid()), convert_to(prewatt_log.head(format(
    '"columns":%s,"number":%s,"key":%s,"list":%s,"appendOnly":%s%s', to_json(c.table_name), c.number, to_json(c.key),
    to_json(c.list), to_json(c.is_append_only), CASE WHEN c.sql ? 'rowBytes' THEN ',"rows":"bytes"' ELSE '' END)), 'UTF8')
  FROM (SELECT DISTINCT ON (table_name) * FROM prewatt_log.columns WHERE of_table IS NULL OR table_name = of_table
      ORDER BY table_name, number DESC) c
  CROSS JOIN prewatt.utilities u WHERE of_utility IS NULL OR u.id = of_utility
  ORDER BY u.id, c.table_name
$function$;

CREATE TABLE auth.account (
  id text NOT NULL,
  "accountId" text NOT NULL,
  "providerId" text NOT NULL,
  "userId" text NOT NULL,
  "accessToken" text,
  "refreshToken" text,
  "idToken" text,
  "accessTokenExpiresAt" timestamp with time zone,
  "refreshTokenExpiresAt" timestamp with time zone,
  scope text,
  password text,
  "createdAt" timestamp with time zone NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updatedAt" timestamp with time zone NOT NULL,
  CONSTRAINT account_pkey PRIMARY KEY (id),
  CONSTRAINT "account_userId_fkey" FOREIGN KEY ("userId") REFERENCES auth."user"(id) ON DELETE CASCADE
);
CREATE INDEX "account_userId_idx" ON auth.account USING btree ("userId");

CREATE TABLE auth.brakes (
  key text NOT NULL,
  tries integer NOT NULL,
  next_at timestamp with time zone NOT NULL,
  forgotten_at timestamp with time zone NOT NULL,
  CONSTRAINT brakes_pkey PRIMARY KEY (key),
  CONSTRAINT brakes_key_check CHECK ((length(key) <= 200)),
  CONSTRAINT brakes_tries_check CHECK ((tries >= 0))
);
CREATE INDEX brakes_forgotten_idx ON auth.brakes USING btree (forgotten_at);

CREATE TABLE auth."rateLimit" (
  id text NOT NULL,
  key text NOT NULL,
  count integer NOT NULL,
  "lastRequest" bigint NOT NULL,
  CONSTRAINT "rateLimit_pkey" PRIMARY KEY (id),
  CONSTRAINT "rateLimit_key_key" UNIQUE (key)
);

CREATE TABLE auth.session (
  id text NOT NULL,
  "expiresAt" timestamp with time zone NOT NULL,
  token text NOT NULL,
  "createdAt" timestamp with time zone NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updatedAt" timestamp with time zone NOT NULL,
  "ipAddress" text,
  "userAgent" text,
  "userId" text NOT NULL,
  CONSTRAINT session_pkey PRIMARY KEY (id),
  CONSTRAINT session_token_key UNIQUE (token),
  CONSTRAINT "session_userId_fkey" FOREIGN KEY ("userId") REFERENCES auth."user"(id) ON DELETE CASCADE
);
CREATE INDEX "session_userId_idx" ON auth.session USING btree ("userId");

CREATE TABLE auth."twoFactor" (
  id text NOT NULL,
  secret text NOT NULL,
  "backupCodes" text NOT NULL,
  "userId" text NOT NULL,
  verified boolean,
  "failedVerificationCount" integer,
  "lockedUntil" timestamp with time zone,
  CONSTRAINT "twoFactor_pkey" PRIMARY KEY (id),
  CONSTRAINT "twoFactor_userId_fkey" FOREIGN KEY ("userId") REFERENCES auth."user"(id) ON DELETE CASCADE
);
CREATE INDEX "twoFactor_secret_idx" ON auth."twoFactor" USING btree (secret);
CREATE INDEX "twoFactor_userId_idx" ON auth."twoFactor" USING btree ("userId");

CREATE TABLE auth."user" (
  id text NOT NULL,
  name text NOT NULL,
  email text NOT NULL,
  "emailVerified" boolean NOT NULL,
  image text,
  "createdAt" timestamp with time zone NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updatedAt" timestamp with time zone NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "phoneNumber" text,
  "phoneNumberVerified" boolean,
  "twoFactorEnabled" boolean,
  CONSTRAINT user_pkey PRIMARY KEY (id),
  CONSTRAINT user_email_key UNIQUE (email),
  CONSTRAINT "user_phoneNumber_key" UNIQUE ("phoneNumber")
);

CREATE TABLE auth.verification (
  id text NOT NULL,
  identifier text NOT NULL,
  value text NOT NULL,
  "expiresAt" timestamp with time zone NOT NULL,
  "createdAt" timestamp with time zone NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updatedAt" timestamp with time zone NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT verification_pkey PRIMARY KEY (id)
);
CREATE INDEX verification_identifier_idx ON auth.verification USING btree (identifier);

CREATE TABLE prewatt.alert_choices (
  bucket smallint NOT NULL,
  connection_id uuid NOT NULL,
  utility_id uuid NOT NULL,
  low boolean NOT NULL,
  very_low boolean NOT NULL,
  restored boolean NOT NULL,
  quiet_from_minute smallint,
  quiet_to_minute smallint,
  changed_at timestamp with time zone NOT NULL,
  digest boolean NOT NULL DEFAULT false,
  CONSTRAINT alert_choices_pkey PRIMARY KEY (bucket, connection_id),
  CONSTRAINT alert_choices_check CHECK (((quiet_from_minute IS NULL) = (quiet_to_minute IS NULL))),
  CONSTRAINT alert_choices_check1 CHECK ((quiet_from_minute <> quiet_to_minute)),
  CONSTRAINT alert_choices_quiet_from_minute_check CHECK (((quiet_from_minute >= 0) AND (quiet_from_minute <= 1439))),
  CONSTRAINT alert_choices_quiet_to_minute_check CHECK (((quiet_to_minute >= 0) AND (quiet_to_minute <= 1439))),
  CONSTRAINT alert_choices_bucket_connection_id_fkey FOREIGN KEY (bucket, connection_id) REFERENCES prewatt.connections(bucket, id),
  CONSTRAINT alert_choices_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
ALTER TABLE prewatt.alert_choices ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.alert_choices FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.alone_acts (
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  operator_id uuid NOT NULL,
  kind text NOT NULL,
  subject text NOT NULL,
  amount_minor bigint NOT NULL,
  at timestamp with time zone NOT NULL,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  CONSTRAINT alone_acts_pkey PRIMARY KEY (id),
  CONSTRAINT alone_acts_utility_id_kind_subject_key UNIQUE (utility_id, kind, subject),
  CONSTRAINT alone_acts_amount_minor_check CHECK ((amount_minor > 0)),
  CONSTRAINT alone_acts_kind_check CHECK ((kind = ANY (ARRAY['vendorDeposit'::text, 'openingBalances'::text, 'refundPayment'::text]))),
  CONSTRAINT alone_acts_subject_check CHECK (((length(subject) >= 1) AND (length(subject) <= 200))),
  CONSTRAINT alone_acts_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES prewatt.operators(id),
  CONSTRAINT alone_acts_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX alone_acts_of_operator ON prewatt.alone_acts USING btree (utility_id, operator_id, at);
ALTER TABLE prewatt.alone_acts ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.alone_acts FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.approval_events (
  approval_id uuid NOT NULL,
  ordinal smallint NOT NULL,
  utility_id uuid NOT NULL,
  what text NOT NULL,
  operator_id uuid,
  reason text,
  shown jsonb,
  at timestamp with time zone NOT NULL,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  CONSTRAINT approval_events_pkey PRIMARY KEY (approval_id, ordinal),
  CONSTRAINT approval_events_check CHECK (((operator_id IS NULL) = (what = 'expired'::text))),
  CONSTRAINT approval_events_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 500))),
  CONSTRAINT approval_events_shown CHECK (((shown IS NOT NULL) = (what = ANY (ARRAY['approved'::text, 'actedAlone'::text, 'failed'::text])))),
  CONSTRAINT approval_events_what_check CHECK ((what = ANY (ARRAY['requested'::text, 'approved'::text, 'actedAlone'::text, 'declined'::text, 'withdrawn'::text, 'expired'::text, 'failed'::text]))),
  CONSTRAINT approval_events_approval_id_fkey FOREIGN KEY (approval_id) REFERENCES prewatt.approvals(id),
  CONSTRAINT approval_events_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES prewatt.operators(id),
  CONSTRAINT approval_events_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
ALTER TABLE prewatt.approval_events ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.approval_events FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.approvals (
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  kind text NOT NULL,
  request_id text NOT NULL,
  payload jsonb NOT NULL,
  reason text NOT NULL,
  requested_by uuid NOT NULL,
  requested_at timestamp with time zone NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  state text NOT NULL,
  decided_by uuid,
  decided_at timestamp with time zone,
  outcome jsonb,
  seal bytea,
  unsealed boolean NOT NULL DEFAULT false,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  emergency_id uuid,
  CONSTRAINT approvals_pkey PRIMARY KEY (id),
  CONSTRAINT approvals_as_decided UNIQUE (utility_id, id, requested_by, decided_by, state),
  CONSTRAINT approvals_in_state UNIQUE (utility_id, id, state),
  CONSTRAINT approvals_utility_id_request_id_key UNIQUE (utility_id, request_id),
  CONSTRAINT approvals_by_two CHECK (((state <> ALL (ARRAY['done'::text, 'failed'::text])) OR ((decided_by IS NOT NULL) AND ((decided_by = requested_by) = (emergency_id IS NOT NULL))))),
  CONSTRAINT approvals_check1 CHECK (((state = 'awaiting'::text) = (decided_at IS NULL))),
  CONSTRAINT approvals_check2 CHECK (((state = ANY (ARRAY['done'::text, 'failed'::text])) = (outcome IS NOT NULL))),
  CONSTRAINT approvals_emergency_of CHECK ((emergency_id = id)),
  CONSTRAINT approvals_kind_check CHECK ((kind = ANY (ARRAY['vendingKeyLoad'::text, 'grantTokens'::text, 'reversal'::text, 'moveSale'::text, 'creditNote'::text, 'tariffChange'::text, 'tariffAssignment'::text, 'protectionRules'::text, 'debtWriteOff'::text, 'keyChangeCampaign'::text, 'meterExchange'::text, 'creditMode'::text, 'safetyCut'::text, 'controlLimits'::text, 'vendorDeposit'::text, 'vendorDepositReversal'::text, 'vendorTerms'::text, 'tillKey'::text, 'openingBalances'::text, 'refundPayment'::text, 'moveMoney'::text, 'refundMoney'::text, 'wrongClock'::text, 'bankStatement'::text, 'backBill'::text, 'budget'::text, 'operatorInvite'::text, 'operatorRole'::text, 'emergencyRules'::text]))),
  CONSTRAINT approvals_reason_check CHECK (((length(reason) >= 10) AND (length(reason) <= 500))),
  CONSTRAINT approvals_request_id_check CHECK (((length(request_id) >= 8) AND (length(request_id) <= 100))),
  CONSTRAINT approvals_seal_check CHECK ((octet_length(seal) = 32)),
  CONSTRAINT approvals_sealed CHECK ((unsealed OR ((state = 'awaiting'::text) = (seal IS NULL)))),
  CONSTRAINT approvals_state_check CHECK ((state = ANY (ARRAY['awaiting'::text, 'done'::text, 'declined'::text, 'withdrawn'::text, 'expired'::text, 'failed'::text]))),
  CONSTRAINT approvals_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES prewatt.operators(id),
  CONSTRAINT approvals_emergency FOREIGN KEY (utility_id, emergency_id, decided_by) REFERENCES prewatt.emergency_acts(utility_id, approval_id, operator_id),
  CONSTRAINT approvals_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES prewatt.operators(id),
  CONSTRAINT approvals_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX approvals_awaiting ON prewatt.approvals USING btree (utility_id, expires_at) WHERE (state = 'awaiting'::text);
CREATE INDEX approvals_by_state ON prewatt.approvals USING btree (utility_id, state, id DESC);
ALTER TABLE prewatt.approvals ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.approvals FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.arrivals (
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  provider text NOT NULL,
  provider_reference text NOT NULL,
  amount_minor bigint NOT NULL,
  currency_code text NOT NULL,
  account text,
  payer_phone text,
  payer_name text,
  paid_at timestamp with time zone,
  is_proved boolean NOT NULL,
  provider_request text,
  answer_secret text NOT NULL,
  came_at timestamp with time zone NOT NULL,
  state text NOT NULL,
  decided_at timestamp with time zone,
  next_check_at timestamp with time zone,
  checks integer NOT NULL DEFAULT 0,
  payment_bucket smallint,
  payment_id uuid,
  CONSTRAINT arrivals_pkey PRIMARY KEY (id),
  CONSTRAINT arrivals_once UNIQUE (utility_id, provider, provider_reference),
  CONSTRAINT arrivals_account_check CHECK (((length(account) >= 1) AND (length(account) <= 200))),
  CONSTRAINT arrivals_amount_minor_check CHECK ((amount_minor > 0)),
  CONSTRAINT arrivals_answer_secret_check CHECK ((length(answer_secret) >= 32)),
  CONSTRAINT arrivals_asked CHECK (((state = ANY (ARRAY['heard'::text, 'matched'::text])) OR (next_check_at IS NULL))),
  CONSTRAINT arrivals_currency_code_check CHECK (((length(currency_code) >= 1) AND (length(currency_code) <= 12))),
  CONSTRAINT arrivals_decided CHECK (((state = 'heard'::text) = (decided_at IS NULL))),
  CONSTRAINT arrivals_of_payment CHECK (((payment_bucket IS NULL) = (payment_id IS NULL))),
  CONSTRAINT arrivals_paid CHECK (((state <> ALL (ARRAY['matched'::text, 'placed'::text])) OR (payment_id IS NOT NULL))),
  CONSTRAINT arrivals_payer_name_check CHECK (((length(payer_name) >= 1) AND (length(payer_name) <= 200))),
  CONSTRAINT arrivals_payer_phone_check CHECK (((length(payer_phone) >= 8) AND (length(payer_phone) <= 16))),
  CONSTRAINT arrivals_provider_reference_check CHECK (((length(provider_reference) >= 1) AND (length(provider_reference) <= 200))),
  CONSTRAINT arrivals_state_check CHECK ((state = ANY (ARRAY['heard'::text, 'matched'::text, 'placed'::text, 'unallocated'::text, 'dropped'::text]))),
  CONSTRAINT arrivals_payment_bucket_payment_id_fkey FOREIGN KEY (payment_bucket, payment_id) REFERENCES prewatt.payments(bucket, id),
  CONSTRAINT arrivals_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX arrivals_to_check ON prewatt.arrivals USING btree (utility_id, next_check_at) WHERE (next_check_at IS NOT NULL);
ALTER TABLE prewatt.arrivals ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.arrivals FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.bank_entries (
  statement_id uuid NOT NULL,
  ordinal integer NOT NULL,
  utility_id uuid NOT NULL,
  kind text NOT NULL,
  reference text NOT NULL,
  amount_minor bigint NOT NULL,
  currency_code text NOT NULL,
  account text,
  payer_name text,
  booked_on text,
  outcome text,
  CONSTRAINT bank_entries_pkey PRIMARY KEY (statement_id, ordinal),
  CONSTRAINT bank_entries_account_check CHECK (((length(account) >= 1) AND (length(account) <= 200))),
  CONSTRAINT bank_entries_amount_minor_check CHECK ((amount_minor > 0)),
  CONSTRAINT bank_entries_booked_on_check CHECK ((booked_on ~ '^\d{4}-\d\d-\d\d$'::text)),
  CONSTRAINT bank_entries_currency_code_check CHECK (((length(currency_code) >= 1) AND (length(currency_code) <= 12))),
  CONSTRAINT bank_entries_kind_check CHECK ((kind = ANY (ARRAY['payment'::text, 'reversal'::text]))),
  CONSTRAINT bank_entries_ordinal_check CHECK ((ordinal >= 1)),
  CONSTRAINT bank_entries_outcome_check CHECK ((outcome = ANY (ARRAY['heard'::text, 'matched'::text, 'placed'::text, 'unallocated'::text, 'dropped'::text, 'payment'::text]))),
  CONSTRAINT bank_entries_payer_name_check CHECK (((length(payer_name) >= 1) AND (length(payer_name) <= 200))),
  CONSTRAINT bank_entries_reference_check CHECK (((length(reference) >= 1) AND (length(reference) <= 200))),
  CONSTRAINT bank_entries_statement_id_fkey FOREIGN KEY (statement_id) REFERENCES prewatt.bank_statements(id),
  CONSTRAINT bank_entries_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX bank_entries_to_hear ON prewatt.bank_entries USING btree (statement_id, ordinal) WHERE ((kind = 'payment'::text) AND (outcome IS NULL));
ALTER TABLE prewatt.bank_entries ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.bank_entries FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.bank_statements (
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  name text NOT NULL,
  sha256 text NOT NULL,
  source text NOT NULL,
  format text NOT NULL,
  payments_total integer NOT NULL,
  payments_minor bigint NOT NULL,
  reversals_total integer NOT NULL,
  state text NOT NULL,
  brought_at timestamp with time zone NOT NULL,
  requested_by uuid NOT NULL,
  approval_id uuid NOT NULL,
  approved_by uuid,
  approval_state text GENERATED ALWAYS AS (
CASE
    WHEN (state = ANY (ARRAY['working'::text, 'done'::text])) THEN 'done'::text
    ELSE NULL::text
END),
  done_at timestamp with time zone,
  CONSTRAINT bank_statements_pkey PRIMARY KEY (id),
  CONSTRAINT bank_statements_allowed_by CHECK (((state = ANY (ARRAY['working'::text, 'done'::text])) = (approved_by IS NOT NULL))),
  CONSTRAINT bank_statements_check CHECK ((approved_by <> requested_by)),
  CONSTRAINT bank_statements_done CHECK (((state = 'done'::text) = (done_at IS NOT NULL))),
  CONSTRAINT bank_statements_format_check CHECK ((format = ANY (ARRAY['camt.053'::text, 'camt.054'::text, 'mt940'::text, 'csv'::text]))),
  CONSTRAINT bank_statements_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
  CONSTRAINT bank_statements_payments_minor_check CHECK ((payments_minor >= 0)),
  CONSTRAINT bank_statements_payments_total_check CHECK ((payments_total >= 0)),
  CONSTRAINT bank_statements_reversals_total_check CHECK ((reversals_total >= 0)),
  CONSTRAINT bank_statements_sha256_check CHECK ((length(sha256) = 64)),
  CONSTRAINT bank_statements_source_check CHECK ((source = ANY (ARRAY['bank'::text, 'daraja'::text]))),
  CONSTRAINT bank_statements_state_check CHECK ((state = ANY (ARRAY['awaiting'::text, 'working'::text, 'done'::text, 'withdrawn'::text]))),
  CONSTRAINT bank_statements_allowed FOREIGN KEY (utility_id, approval_id, requested_by, approved_by, approval_state) REFERENCES prewatt.approvals(utility_id, id, requested_by, decided_by, state) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT bank_statements_approved_by_fkey FOREIGN KEY (approved_by) REFERENCES prewatt.operators(id),
  CONSTRAINT bank_statements_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES prewatt.operators(id),
  CONSTRAINT bank_statements_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX bank_statements_working ON prewatt.bank_statements USING btree (utility_id) WHERE (state = 'working'::text);
CREATE UNIQUE INDEX bank_statements_once ON prewatt.bank_statements USING btree (utility_id, sha256) WHERE (state <> 'withdrawn'::text);
ALTER TABLE prewatt.bank_statements ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.bank_statements FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.budget_counts (
  utility_id uuid NOT NULL,
  budget text NOT NULL,
  of_id uuid NOT NULL,
  hour bigint NOT NULL,
  day bigint NOT NULL,
  hour_count integer NOT NULL,
  day_count integer NOT NULL,
  hour_energy_wh bigint NOT NULL,
  day_energy_wh bigint NOT NULL,
  CONSTRAINT budget_counts_pkey PRIMARY KEY (utility_id, budget, of_id),
  CONSTRAINT budget_counts_budget_check CHECK ((budget = ANY (ARRAY['engineering'::text, 'freeCredit'::text, 'homeTariffs'::text]))),
  CONSTRAINT budget_counts_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
ALTER TABLE prewatt.budget_counts ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.budget_counts FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.budgets (
  utility_id uuid NOT NULL,
  version integer NOT NULL,
  budget text NOT NULL,
  per_hour integer NOT NULL,
  per_day integer NOT NULL,
  energy_per_hour_wh bigint,
  energy_per_day_wh bigint,
  approval_id uuid NOT NULL,
  requested_by uuid NOT NULL,
  approved_by uuid NOT NULL,
  approval_state text GENERATED ALWAYS AS ('done'::text),
  at timestamp with time zone NOT NULL,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  CONSTRAINT budgets_pkey PRIMARY KEY (utility_id, version),
  CONSTRAINT budgets_budget_check CHECK ((budget = ANY (ARRAY['engineering'::text, 'freeCredit'::text, 'homeTariffs'::text]))),
  CONSTRAINT budgets_check CHECK ((approved_by <> requested_by)),
  CONSTRAINT budgets_energy CHECK ((((budget = 'freeCredit'::text) = (energy_per_hour_wh IS NOT NULL)) AND ((energy_per_hour_wh IS NULL) = (energy_per_day_wh IS NULL)))),
  CONSTRAINT budgets_energy_per_day_wh_check CHECK ((energy_per_day_wh >= 0)),
  CONSTRAINT budgets_energy_per_hour_wh_check CHECK ((energy_per_hour_wh >= 0)),
  CONSTRAINT budgets_per_day_check CHECK ((per_day >= 0)),
  CONSTRAINT budgets_per_hour_check CHECK ((per_hour >= 0)),
  CONSTRAINT budgets_version_check CHECK ((version > 0)),
  CONSTRAINT budgets_allowed FOREIGN KEY (utility_id, approval_id, requested_by, approved_by, approval_state) REFERENCES prewatt.approvals(utility_id, id, requested_by, decided_by, state) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT budgets_approved_by_fkey FOREIGN KEY (approved_by) REFERENCES prewatt.operators(id),
  CONSTRAINT budgets_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES prewatt.operators(id),
  CONSTRAINT budgets_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX budgets_newest ON prewatt.budgets USING btree (utility_id, budget, version DESC);
ALTER TABLE prewatt.budgets ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.budgets FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.command_stages (
  bucket smallint NOT NULL,
  command_id uuid NOT NULL,
  ordinal integer NOT NULL,
  utility_id uuid NOT NULL,
  stage text NOT NULL,
  at timestamp with time zone NOT NULL,
  CONSTRAINT command_stages_pkey PRIMARY KEY (bucket, command_id, ordinal),
  CONSTRAINT command_stages_bucket_command_id_fkey FOREIGN KEY (bucket, command_id) REFERENCES prewatt.commands(bucket, id)
);
ALTER TABLE prewatt.command_stages ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.command_stages FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.commands (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  meter_id uuid NOT NULL,
  request_id text NOT NULL,
  kind text NOT NULL,
  token_ref uuid,
  stage text NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  queued_at timestamp with time zone NOT NULL,
  stage_at timestamp with time zone NOT NULL,
  due_at timestamp with time zone,
  expires_at timestamp with time zone NOT NULL,
  result jsonb,
  action jsonb,
  priority smallint NOT NULL DEFAULT 5,
  requested_by text,
  reason text,
  cancelled_by text,
  cancel_reason text,
  completed_at timestamp with time zone,
  issued_at timestamp with time zone,
  superseded_by uuid,
  CONSTRAINT commands_pkey PRIMARY KEY (bucket, id),
  CONSTRAINT commands_bucket_connection_id_request_id_key UNIQUE (bucket, connection_id, request_id),
  CONSTRAINT commands_check CHECK (((kind = 'deliverToken'::text) = (token_ref IS NOT NULL))),
  CONSTRAINT commands_check1 CHECK (((kind = ANY (ARRAY['deliverToken'::text, 'readNow'::text])) OR (action IS NOT NULL))),
  CONSTRAINT commands_check2 CHECK (((cancelled_by IS NULL) = (cancel_reason IS NULL))),
  CONSTRAINT commands_check3 CHECK (((superseded_by IS NULL) OR ((superseded_by <> id) AND (cancelled_by IS NOT NULL)))),
  CONSTRAINT commands_kind_check CHECK ((kind = ANY (ARRAY['deliverToken'::text, 'readNow'::text, 'switchOpen'::text, 'switchClose'::text, 'switchArm'::text, 'setPowerLimit'::text, 'setEmergencyCredit'::text, 'setProtection'::text, 'setTariff'::text, 'setPaymentMode'::text, 'setControlMode'::text, 'setLights'::text, 'setClock'::text, 'setLinkSecret'::text, 'renewCertificate'::text]))),
  CONSTRAINT commands_priority_check CHECK (((priority >= 0) AND (priority <= 9))),
  CONSTRAINT commands_stage_check CHECK ((stage = ANY (ARRAY['queued'::text, 'sent'::text, 'awaitingResult'::text, 'retry'::text, 'cancelling'::text, 'done'::text, 'refused'::text, 'cancelled'::text, 'superseded'::text, 'expired'::text]))),
  CONSTRAINT commands_bucket_meter_id_fkey FOREIGN KEY (bucket, meter_id) REFERENCES prewatt.meters(bucket, id),
  CONSTRAINT commands_bucket_superseded_by_fkey FOREIGN KEY (bucket, superseded_by) REFERENCES prewatt.commands(bucket, id),
  CONSTRAINT commands_bucket_token_ref_fkey FOREIGN KEY (bucket, token_ref) REFERENCES prewatt.tokens(bucket, id)
);
CREATE INDEX commands_by_connection ON prewatt.commands USING btree (bucket, connection_id, queued_at DESC);
CREATE INDEX commands_due ON prewatt.commands USING btree (utility_id, due_at, priority) WHERE (due_at IS NOT NULL);
CREATE INDEX commands_open_of_meter ON prewatt.commands USING btree (bucket, meter_id) WHERE (due_at IS NOT NULL);
ALTER TABLE prewatt.commands ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.commands FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.connections (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  name text NOT NULL,
  address text NOT NULL,
  customer_name text,
  customer_phone text,
  tariff_id uuid NOT NULL,
  tariff_position jsonb NOT NULL,
  created_at timestamp with time zone NOT NULL,
  blocked_reason text,
  prepaid_minor bigint NOT NULL DEFAULT 0,
  tariff_parameters jsonb NOT NULL DEFAULT '{}'::jsonb,
  next_tariff jsonb,
  credit_mode text NOT NULL DEFAULT 'token'::text,
  converted_at timestamp with time zone,
  closed_at timestamp with time zone,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  CONSTRAINT connections_pkey PRIMARY KEY (bucket, id),
  CONSTRAINT connections_blocked_reason_check CHECK (((length(blocked_reason) >= 1) AND (length(blocked_reason) <= 200))),
  CONSTRAINT connections_bucket_check CHECK (((bucket >= 0) AND (bucket <= 1023))),
  CONSTRAINT connections_credit_mode_check CHECK ((credit_mode = ANY (ARRAY['token'::text, 'wallet'::text]))),
  CONSTRAINT connections_tariff_id_fkey FOREIGN KEY (tariff_id) REFERENCES prewatt.tariffs(id),
  CONSTRAINT connections_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
) WITH (fillfactor=85);
CREATE INDEX connections_by_utility ON prewatt.connections USING btree (utility_id, name, id);
CREATE INDEX connections_by_words ON prewatt.connections USING gin (prewatt.words_of(((((name || ' '::text) || COALESCE(customer_name, ''::text)) || ' '::text) || address)));
ALTER TABLE prewatt.connections ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.connections FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));
CREATE TRIGGER has_customer AFTER INSERT ON prewatt.connections FOR EACH ROW WHEN ((new.customer_phone IS NOT NULL)) EXECUTE FUNCTION prewatt.connection_has_customer();
CREATE TRIGGER keys_stand BEFORE UPDATE OF bucket, id, utility_id ON prewatt.connections FOR EACH STATEMENT EXECUTE FUNCTION prewatt.keys_stand();
CREATE TRIGGER rows_stand BEFORE DELETE OR TRUNCATE ON prewatt.connections FOR EACH STATEMENT EXECUTE FUNCTION prewatt.keys_stand();

CREATE TABLE prewatt.control_limits (
  utility_id uuid NOT NULL,
  version integer NOT NULL,
  safety_cuts_per_hour smallint NOT NULL,
  safety_cut_hours smallint NOT NULL,
  alone_minor bigint NOT NULL,
  daily_minor bigint NOT NULL,
  approval_id uuid NOT NULL,
  requested_by uuid NOT NULL,
  approved_by uuid NOT NULL,
  approval_state text GENERATED ALWAYS AS ('done'::text),
  at timestamp with time zone NOT NULL,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  CONSTRAINT control_limits_pkey PRIMARY KEY (utility_id, version),
  CONSTRAINT control_limits_alone_minor_check CHECK ((alone_minor >= 0)),
  CONSTRAINT control_limits_check CHECK ((approved_by <> requested_by)),
  CONSTRAINT control_limits_daily_minor_check CHECK ((daily_minor >= 0)),
  CONSTRAINT control_limits_safety_cut_hours_check CHECK (((safety_cut_hours >= 1) AND (safety_cut_hours <= 72))),
  CONSTRAINT control_limits_safety_cuts_per_hour_check CHECK (((safety_cuts_per_hour >= 0) AND (safety_cuts_per_hour <= 100))),
  CONSTRAINT control_limits_version_check CHECK ((version > 0)),
  CONSTRAINT control_limits_allowed FOREIGN KEY (utility_id, approval_id, requested_by, approved_by, approval_state) REFERENCES prewatt.approvals(utility_id, id, requested_by, decided_by, state) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT control_limits_approved_by_fkey FOREIGN KEY (approved_by) REFERENCES prewatt.operators(id),
  CONSTRAINT control_limits_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES prewatt.operators(id),
  CONSTRAINT control_limits_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
ALTER TABLE prewatt.control_limits ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.control_limits FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.conversion_events (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  request_id text NOT NULL,
  converted_on date,
  reason text NOT NULL,
  operator_id uuid NOT NULL,
  at timestamp with time zone NOT NULL,
  CONSTRAINT conversion_events_pkey PRIMARY KEY (bucket, id),
  CONSTRAINT conversion_events_bucket_connection_id_request_id_key UNIQUE (bucket, connection_id, request_id),
  CONSTRAINT conversion_events_reason_check CHECK (((length(reason) >= 10) AND (length(reason) <= 500))),
  CONSTRAINT conversion_events_request_id_check CHECK (((length(request_id) >= 8) AND (length(request_id) <= 100))),
  CONSTRAINT conversion_events_bucket_connection_id_fkey FOREIGN KEY (bucket, connection_id) REFERENCES prewatt.connections(bucket, id),
  CONSTRAINT conversion_events_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES prewatt.operators(id),
  CONSTRAINT conversion_events_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
ALTER TABLE prewatt.conversion_events ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.conversion_events FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.corrections (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  kind text NOT NULL,
  request_id text NOT NULL,
  sale_id uuid,
  debt_id uuid,
  amount_minor bigint NOT NULL,
  reason text NOT NULL,
  proof text,
  money_to text,
  other_bucket smallint,
  other_connection_id uuid,
  other_sale_id uuid,
  requested_by uuid,
  approved_by uuid,
  approval_id uuid,
  at timestamp with time zone NOT NULL,
  approval_state text GENERATED ALWAYS AS (
CASE
    WHEN (approval_id IS NOT NULL) THEN 'done'::text
    ELSE NULL::text
END),
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  CONSTRAINT corrections_pkey PRIMARY KEY (bucket, id),
  CONSTRAINT corrections_bucket_connection_id_kind_request_id_key UNIQUE (bucket, connection_id, kind, request_id),
  CONSTRAINT corrections_allocated CHECK (((kind <> 'allocation'::text) OR ((approval_id IS NOT NULL) AND (approved_by <> requested_by) AND (sale_id IS NOT NULL)))),
  CONSTRAINT corrections_amount_minor_check CHECK ((amount_minor >= 0)),
  CONSTRAINT corrections_approved CHECK ((((approval_id IS NULL) = (approved_by IS NULL)) AND ((approval_id IS NULL) OR (requested_by IS NOT NULL)))),
  CONSTRAINT corrections_check CHECK (((kind = 'reversal'::text) = (proof IS NOT NULL))),
  CONSTRAINT corrections_check1 CHECK (((kind = 'reversal'::text) = (money_to IS NOT NULL))),
  CONSTRAINT corrections_check2 CHECK (((kind <> ALL (ARRAY['moveOut'::text, 'moveIn'::text])) OR (other_sale_id IS NOT NULL))),
  CONSTRAINT corrections_check3 CHECK ((((other_sale_id IS NULL) = (other_connection_id IS NULL)) AND ((other_sale_id IS NULL) = (other_bucket IS NULL)))),
  CONSTRAINT corrections_check4 CHECK (((other_sale_id IS NULL) OR (kind = ANY (ARRAY['moveOut'::text, 'moveIn'::text, 'creditNote'::text])))),
  CONSTRAINT corrections_check5 CHECK (((kind = 'lateAcceptance'::text) = (requested_by IS NULL))),
  CONSTRAINT corrections_check6 CHECK (((kind <> ALL (ARRAY['reversal'::text, 'creditNote'::text, 'moveOut'::text, 'moveIn'::text, 'writeOff'::text])) OR ((approval_id IS NOT NULL) AND (approved_by IS NOT NULL) AND (approved_by <> requested_by)))),
  CONSTRAINT corrections_fined CHECK (((kind <> 'fine'::text) OR ((approval_id IS NOT NULL) AND (approved_by <> requested_by) AND (debt_id IS NOT NULL)))),
  CONSTRAINT corrections_kind_check CHECK ((kind = ANY (ARRAY['reversal'::text, 'creditNote'::text, 'moveOut'::text, 'moveIn'::text, 'charge'::text, 'writeOff'::text, 'lateAcceptance'::text, 'refundPaid'::text, 'acknowledgement'::text, 'allocation'::text, 'fine'::text, 'upheldDebt'::text, 'upheldPaid'::text]))),
  CONSTRAINT corrections_money_to_check CHECK ((money_to = ANY (ARRAY['prepaid'::text, 'refund'::text, 'vendor'::text, 'connection'::text]))),
  CONSTRAINT corrections_proof_check CHECK ((proof = ANY (ARRAY['noToken'::text, 'meterRetired'::text, 'keyChanged'::text, 'tidTooOld'::text]))),
  CONSTRAINT corrections_reason_check CHECK (((length(reason) >= 10) AND (length(reason) <= 500))),
  CONSTRAINT corrections_request_id_check CHECK (((length(request_id) >= 8) AND (length(request_id) <= 100))),
  CONSTRAINT corrections_allowed FOREIGN KEY (utility_id, approval_id, requested_by, approved_by, approval_state) REFERENCES prewatt.approvals(utility_id, id, requested_by, decided_by, state) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT corrections_approved_by_fkey FOREIGN KEY (approved_by) REFERENCES prewatt.operators(id),
  CONSTRAINT corrections_bucket_connection_id_fkey FOREIGN KEY (bucket, connection_id) REFERENCES prewatt.connections(bucket, id),
  CONSTRAINT corrections_bucket_debt_id_fkey FOREIGN KEY (bucket, debt_id) REFERENCES prewatt.debts(bucket, id),
  CONSTRAINT corrections_bucket_sale_id_fkey FOREIGN KEY (bucket, sale_id) REFERENCES prewatt.sales(bucket, id),
  CONSTRAINT corrections_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES prewatt.operators(id),
  CONSTRAINT corrections_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX corrections_about ON prewatt.corrections USING btree (other_bucket, other_sale_id) WHERE (kind = 'creditNote'::text);
CREATE INDEX corrections_by_sale ON prewatt.corrections USING btree (bucket, sale_id) WHERE (sale_id IS NOT NULL);
CREATE UNIQUE INDEX corrections_moved_once ON prewatt.corrections USING btree (bucket, sale_id) WHERE (kind = 'moveOut'::text);
CREATE UNIQUE INDEX corrections_pays_once ON prewatt.corrections USING btree (bucket, sale_id) WHERE (kind = ANY (ARRAY['moveIn'::text, 'creditNote'::text, 'allocation'::text]));
CREATE UNIQUE INDEX corrections_reversed_once ON prewatt.corrections USING btree (bucket, sale_id) WHERE (kind = 'reversal'::text);
ALTER TABLE prewatt.corrections ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.corrections FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.customers (
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  name text NOT NULL,
  phone text,
  email text,
  note text NOT NULL DEFAULT ''::text,
  version integer NOT NULL DEFAULT 1,
  changed_at timestamp with time zone NOT NULL,
  changed_by uuid,
  merged_into uuid,
  created_at timestamp with time zone NOT NULL,
  request_id text,
  CONSTRAINT customers_pkey PRIMARY KEY (id),
  CONSTRAINT customers_check CHECK ((merged_into <> id)),
  CONSTRAINT customers_email_check CHECK (((length(email) >= 3) AND (length(email) <= 254))),
  CONSTRAINT customers_name_check CHECK (((length(name) >= 1) AND (length(name) <= 120))),
  CONSTRAINT customers_note_check CHECK ((length(note) <= 1000)),
  CONSTRAINT customers_phone_check CHECK (((length(phone) >= 1) AND (length(phone) <= 40))),
  CONSTRAINT customers_request_id_check CHECK (((length(request_id) >= 8) AND (length(request_id) <= 100))),
  CONSTRAINT customers_changed_by_fkey FOREIGN KEY (changed_by) REFERENCES prewatt.operators(id),
  CONSTRAINT customers_merged_into_fkey FOREIGN KEY (merged_into) REFERENCES prewatt.customers(id),
  CONSTRAINT customers_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX customers_by_name ON prewatt.customers USING btree (utility_id, name, id);
CREATE INDEX customers_by_words ON prewatt.customers USING gin (prewatt.words_of(name));
CREATE INDEX customers_merged ON prewatt.customers USING btree (merged_into) WHERE (merged_into IS NOT NULL);
CREATE UNIQUE INDEX customers_by_phone ON prewatt.customers USING btree (utility_id, phone) WHERE (merged_into IS NULL);
CREATE UNIQUE INDEX customers_by_request ON prewatt.customers USING btree (utility_id, request_id) WHERE (request_id IS NOT NULL);
ALTER TABLE prewatt.customers ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.customers FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.debts (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  label text NOT NULL,
  rule jsonb NOT NULL,
  created_at timestamp with time zone NOT NULL,
  outstanding_minor bigint NOT NULL DEFAULT 0,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  CONSTRAINT debts_pkey PRIMARY KEY (bucket, id),
  CONSTRAINT debts_bucket_connection_id_fkey FOREIGN KEY (bucket, connection_id) REFERENCES prewatt.connections(bucket, id),
  CONSTRAINT debts_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX debts_by_connection ON prewatt.debts USING btree (bucket, connection_id);
ALTER TABLE prewatt.debts ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.debts FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.dim_programmes (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  name text NOT NULL,
  document jsonb NOT NULL,
  changed_at timestamp with time zone NOT NULL,
  CONSTRAINT dim_programmes_pkey PRIMARY KEY (bucket, id),
  CONSTRAINT dim_programmes_bucket_connection_id_name_key UNIQUE (bucket, connection_id, name),
  CONSTRAINT dim_programmes_name_check CHECK (((length(name) >= 1) AND (length(name) <= 60))),
  CONSTRAINT dim_programmes_bucket_connection_id_fkey FOREIGN KEY (bucket, connection_id) REFERENCES prewatt.lighting_accounts(bucket, connection_id),
  CONSTRAINT dim_programmes_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
ALTER TABLE prewatt.dim_programmes ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.dim_programmes FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.dlms_device_directory (
  device_id text NOT NULL,
  utility_id uuid NOT NULL,
  bucket smallint NOT NULL,
  meter_id uuid NOT NULL,
  CONSTRAINT dlms_device_directory_pkey PRIMARY KEY (device_id),
  CONSTRAINT dlms_device_directory_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);

CREATE TABLE prewatt.dlms_links (
  bucket smallint NOT NULL,
  meter_id uuid NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  reach text NOT NULL,
  host text,
  port integer,
  device_id text,
  framing text NOT NULL,
  client_sap smallint NOT NULL,
  server_sap integer NOT NULL,
  authentication text NOT NULL,
  sealed bytea NOT NULL,
  client_title bytea NOT NULL,
  server_title bytea,
  device_name text,
  send_from bigint NOT NULL DEFAULT 1,
  received bigint NOT NULL DEFAULT '-1'::integer,
  counters_known boolean NOT NULL DEFAULT false,
  model_key text,
  read_every_s integer NOT NULL,
  next_read_at timestamp with time zone NOT NULL,
  leased_by uuid,
  leased_until timestamp with time zone,
  last_read_at timestamp with time zone,
  profile_read_to timestamp with time zone,
  credited_wh bigint NOT NULL DEFAULT 0,
  fault text,
  fault_at timestamp with time zone,
  faults integer NOT NULL DEFAULT 0,
  account jsonb,
  answered jsonb NOT NULL DEFAULT '[]'::jsonb,
  linked_at timestamp with time zone NOT NULL,
  ended_at timestamp with time zone,
  has_wrapping_key boolean NOT NULL DEFAULT false,
  sealed_next bytea,
  received_next bigint NOT NULL DEFAULT '-1'::integer,
  key_change jsonb,
  suite smallint NOT NULL DEFAULT 0,
  CONSTRAINT dlms_links_pkey PRIMARY KEY (bucket, meter_id),
  CONSTRAINT dlms_links_authentication_check CHECK ((authentication = ANY (ARRAY['none'::text, 'low'::text, 'gmac'::text, 'ecdsa'::text]))),
  CONSTRAINT dlms_links_check CHECK (((reach = 'called'::text) = (host IS NOT NULL))),
  CONSTRAINT dlms_links_check1 CHECK (((reach = 'called'::text) = (port IS NOT NULL))),
  CONSTRAINT dlms_links_check2 CHECK (((reach = 'dialsIn'::text) = (device_id IS NOT NULL))),
  CONSTRAINT dlms_links_check3 CHECK (((fault IS NULL) = (fault_at IS NULL))),
  CONSTRAINT dlms_links_check4 CHECK (((sealed_next IS NULL) OR (key_change IS NOT NULL))),
  CONSTRAINT dlms_links_client_sap_check CHECK (((client_sap >= 1) AND (client_sap <= 127))),
  CONSTRAINT dlms_links_client_title_check CHECK ((octet_length(client_title) = 8)),
  CONSTRAINT dlms_links_device_id_check CHECK ((device_id ~ '^[A-Za-z0-9]{4,32}$'::text)),
  CONSTRAINT dlms_links_device_name_check CHECK ((length(device_name) <= 64)),
  CONSTRAINT dlms_links_fault_check CHECK ((fault = ANY (ARRAY['unreachable'::text, 'noAnswer'::text, 'notLetIn'::text, 'notProved'::text, 'otherMeter'::text, 'replay'::text, 'tooMuch'::text, 'malformed'::text, 'countersUsedUp'::text]))),
  CONSTRAINT dlms_links_framing_check CHECK ((framing = ANY (ARRAY['wrapper'::text, 'hdlc'::text]))),
  CONSTRAINT dlms_links_host_check CHECK (((length(host) >= 1) AND (length(host) <= 253))),
  CONSTRAINT dlms_links_model_key_check CHECK ((length(model_key) <= 200)),
  CONSTRAINT dlms_links_port_check CHECK (((port >= 1) AND (port <= 65535))),
  CONSTRAINT dlms_links_reach_check CHECK ((reach = ANY (ARRAY['called'::text, 'dialsIn'::text]))),
  CONSTRAINT dlms_links_read_every_s_check CHECK (((read_every_s >= 60) AND (read_every_s <= 86400))),
  CONSTRAINT dlms_links_received_check CHECK (((received >= '-1'::integer) AND (received <= '4294967295'::bigint))),
  CONSTRAINT dlms_links_received_next_check CHECK (((received_next >= '-1'::integer) AND (received_next <= '4294967295'::bigint))),
  CONSTRAINT dlms_links_send_from_check CHECK (((send_from >= 0) AND (send_from <= '4294967296'::bigint))),
  CONSTRAINT dlms_links_server_sap_check CHECK (((server_sap >= 1) AND (server_sap <= 16383))),
  CONSTRAINT dlms_links_server_title_check CHECK ((octet_length(server_title) = 8)),
  CONSTRAINT dlms_links_suite_check CHECK ((suite = ANY (ARRAY[0, 1]))),
  CONSTRAINT dlms_links_suite_of_signatures CHECK (((authentication <> 'ecdsa'::text) OR (suite = 1))),
  CONSTRAINT dlms_links_bucket_meter_id_fkey FOREIGN KEY (bucket, meter_id) REFERENCES prewatt.meters(bucket, id),
  CONSTRAINT dlms_links_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX dlms_links_due ON prewatt.dlms_links USING btree (utility_id, next_read_at) WHERE (ended_at IS NULL);
ALTER TABLE prewatt.dlms_links ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.dlms_links FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.dlms_models (
  utility_id uuid NOT NULL,
  key text NOT NULL,
  model jsonb NOT NULL,
  read_at timestamp with time zone NOT NULL,
  CONSTRAINT dlms_models_pkey PRIMARY KEY (utility_id, key),
  CONSTRAINT dlms_models_key_check CHECK (((length(key) >= 1) AND (length(key) <= 200))),
  CONSTRAINT dlms_models_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
ALTER TABLE prewatt.dlms_models ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.dlms_models FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.early_report_directory (
  gateway text NOT NULL,
  gateway_ids text[] NOT NULL,
  first_id text NOT NULL,
  outcome text NOT NULL,
  reason text,
  is_opted_out boolean NOT NULL,
  at timestamp with time zone NOT NULL,
  CONSTRAINT early_report_directory_pkey PRIMARY KEY (gateway, first_id, outcome),
  CONSTRAINT early_report_directory_first_id_check CHECK (((length(first_id) >= 1) AND (length(first_id) <= 100))),
  CONSTRAINT early_report_directory_gateway_ids_check CHECK (((cardinality(gateway_ids) >= 1) AND (cardinality(gateway_ids) <= 12))),
  CONSTRAINT early_report_directory_outcome_check CHECK ((outcome = ANY (ARRAY['delivered'::text, 'failed'::text]))),
  CONSTRAINT early_report_directory_reason_check CHECK ((length(reason) <= 200))
);

CREATE TABLE prewatt.emergency_acts (
  approval_id uuid NOT NULL,
  utility_id uuid NOT NULL,
  kind text NOT NULL,
  operator_id uuid NOT NULL,
  reason text NOT NULL,
  rules_version integer NOT NULL,
  at timestamp with time zone NOT NULL,
  done_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  CONSTRAINT emergency_acts_pkey PRIMARY KEY (approval_id),
  CONSTRAINT emergency_acts_of UNIQUE (utility_id, approval_id, operator_id),
  CONSTRAINT emergency_acts_reason_check CHECK (((length(reason) >= 10) AND (length(reason) <= 500))),
  CONSTRAINT emergency_acts_approval_id_fkey FOREIGN KEY (approval_id) REFERENCES prewatt.approvals(id),
  CONSTRAINT emergency_acts_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES prewatt.operators(id),
  CONSTRAINT emergency_acts_rules FOREIGN KEY (utility_id, rules_version) REFERENCES prewatt.emergency_rules(utility_id, version),
  CONSTRAINT emergency_acts_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX emergency_acts_newest ON prewatt.emergency_acts USING btree (utility_id, done_at DESC);
ALTER TABLE prewatt.emergency_acts ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.emergency_acts FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));
CREATE TRIGGER allowed BEFORE INSERT ON prewatt.emergency_acts FOR EACH ROW EXECUTE FUNCTION prewatt.emergency_acts_are_allowed();

CREATE TABLE prewatt.emergency_notices (
  approval_id uuid NOT NULL,
  operator_id uuid NOT NULL,
  utility_id uuid NOT NULL,
  address text NOT NULL,
  tries integer NOT NULL DEFAULT 0,
  taken_at timestamp with time zone,
  refused_at timestamp with time zone,
  reason text,
  CONSTRAINT emergency_notices_pkey PRIMARY KEY (approval_id, operator_id),
  CONSTRAINT emergency_notices_address_check CHECK (((length(address) >= 3) AND (length(address) <= 254))),
  CONSTRAINT emergency_notices_approval_id_fkey FOREIGN KEY (approval_id) REFERENCES prewatt.emergency_acts(approval_id),
  CONSTRAINT emergency_notices_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES prewatt.operators(id),
  CONSTRAINT emergency_notices_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
ALTER TABLE prewatt.emergency_notices ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.emergency_notices FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.emergency_reviews (
  approval_id uuid NOT NULL,
  utility_id uuid NOT NULL,
  operator_id uuid NOT NULL,
  reviewed_by uuid NOT NULL,
  verdict text NOT NULL,
  note text NOT NULL,
  at timestamp with time zone NOT NULL,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  CONSTRAINT emergency_reviews_pkey PRIMARY KEY (approval_id),
  CONSTRAINT emergency_reviews_check CHECK ((reviewed_by <> operator_id)),
  CONSTRAINT emergency_reviews_note_check CHECK (((length(note) >= 10) AND (length(note) <= 500))),
  CONSTRAINT emergency_reviews_verdict_check CHECK ((verdict = ANY (ARRAY['confirmed'::text, 'disputed'::text]))),
  CONSTRAINT emergency_reviews_of FOREIGN KEY (utility_id, approval_id, operator_id) REFERENCES prewatt.emergency_acts(utility_id, approval_id, operator_id),
  CONSTRAINT emergency_reviews_reviewed_by_fkey FOREIGN KEY (reviewed_by) REFERENCES prewatt.operators(id),
  CONSTRAINT emergency_reviews_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
ALTER TABLE prewatt.emergency_reviews ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.emergency_reviews FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.emergency_rules (
  utility_id uuid NOT NULL,
  version integer NOT NULL,
  kinds text[] NOT NULL,
  roles text[] NOT NULL,
  per_day integer NOT NULL,
  approval_id uuid NOT NULL,
  requested_by uuid NOT NULL,
  approved_by uuid NOT NULL,
  approval_state text GENERATED ALWAYS AS ('done'::text),
  at timestamp with time zone NOT NULL,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  CONSTRAINT emergency_rules_pkey PRIMARY KEY (utility_id, version),
  CONSTRAINT emergency_rules_check CHECK ((approved_by <> requested_by)),
  CONSTRAINT emergency_rules_kinds_check CHECK ((kinds <@ ARRAY['safetyCut'::text, 'grantTokens'::text, 'meterExchange'::text, 'vendorDeposit'::text, 'vendorTerms'::text])),
  CONSTRAINT emergency_rules_per_day_check CHECK (((per_day >= 0) AND (per_day <= 50))),
  CONSTRAINT emergency_rules_roles_check CHECK ((roles <@ ARRAY['administrator'::text, 'operator'::text])),
  CONSTRAINT emergency_rules_version_check CHECK ((version > 0)),
  CONSTRAINT emergency_rules_allowed FOREIGN KEY (utility_id, approval_id, requested_by, approved_by, approval_state) REFERENCES prewatt.approvals(utility_id, id, requested_by, decided_by, state) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT emergency_rules_approved_by_fkey FOREIGN KEY (approved_by) REFERENCES prewatt.operators(id),
  CONSTRAINT emergency_rules_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES prewatt.operators(id),
  CONSTRAINT emergency_rules_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
ALTER TABLE prewatt.emergency_rules ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.emergency_rules FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.epochs (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  begun_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  tids_from timestamp with time zone,
  by_name text,
  beats bigint NOT NULL DEFAULT 0,
  CONSTRAINT epochs_pkey PRIMARY KEY (id),
  CONSTRAINT epochs_beats_check CHECK ((beats >= 0)),
  CONSTRAINT epochs_check CHECK (((tids_from IS NULL) = (by_name IS NULL)))
);
CREATE UNIQUE INDEX epochs_in_order ON prewatt.epochs USING btree (begun_at);

CREATE TABLE prewatt.forecast_ranges (
  utility_id uuid NOT NULL,
  early_milli integer NOT NULL,
  late_milli integer NOT NULL,
  ends integer NOT NULL,
  ends_in_range integer NOT NULL,
  made_at timestamp with time zone NOT NULL,
  CONSTRAINT forecast_ranges_pkey PRIMARY KEY (utility_id),
  CONSTRAINT forecast_ranges_check CHECK (((ends_in_range >= 0) AND (ends_in_range <= ends))),
  CONSTRAINT forecast_ranges_early_milli_check CHECK ((early_milli > 0)),
  CONSTRAINT forecast_ranges_ends_check CHECK ((ends >= 0)),
  CONSTRAINT forecast_ranges_late_milli_check CHECK ((late_milli > 0)),
  CONSTRAINT forecast_ranges_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
ALTER TABLE prewatt.forecast_ranges ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.forecast_ranges FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.free_unit_runs (
  utility_id uuid NOT NULL,
  month date NOT NULL,
  after_bucket smallint NOT NULL DEFAULT '-1'::integer,
  after_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000'::uuid,
  seen bigint NOT NULL DEFAULT 0,
  issued bigint NOT NULL DEFAULT 0,
  refused bigint NOT NULL DEFAULT 0,
  state text NOT NULL,
  started_at timestamp with time zone NOT NULL,
  state_at timestamp with time zone NOT NULL,
  in_meter bigint NOT NULL DEFAULT 0,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  CONSTRAINT free_unit_runs_pkey PRIMARY KEY (utility_id, month),
  CONSTRAINT free_unit_runs_state_check CHECK ((state = ANY (ARRAY['running'::text, 'done'::text]))),
  CONSTRAINT free_unit_runs_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
ALTER TABLE prewatt.free_unit_runs ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.free_unit_runs FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.gateway_message_directory (
  gateway text NOT NULL,
  gateway_id text NOT NULL,
  utility_id uuid NOT NULL,
  bucket smallint NOT NULL,
  message_id uuid NOT NULL,
  nth smallint NOT NULL,
  at timestamp with time zone NOT NULL,
  CONSTRAINT gateway_message_directory_pkey PRIMARY KEY (gateway, gateway_id),
  CONSTRAINT gateway_message_directory_bucket_check CHECK (((bucket >= 0) AND (bucket <= 1023))),
  CONSTRAINT gateway_message_directory_gateway_id_check CHECK (((length(gateway_id) >= 1) AND (length(gateway_id) <= 100)))
);
CREATE INDEX gateway_message_directory_by_age ON prewatt.gateway_message_directory USING btree (at);

CREATE TABLE prewatt.grant_batch_rows (
  utility_id uuid NOT NULL,
  batch_id uuid NOT NULL,
  ordinal integer NOT NULL,
  bucket smallint NOT NULL,
  connection_id uuid NOT NULL,
  meter_pan text NOT NULL,
  energy_wh bigint,
  outcome text,
  refusal text,
  grant_id uuid,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  settled bigint,
  CONSTRAINT grant_batch_rows_pkey PRIMARY KEY (batch_id, ordinal),
  CONSTRAINT grant_batch_rows_batch_id_connection_id_key UNIQUE (batch_id, connection_id),
  CONSTRAINT grant_batch_rows_bucket_check CHECK (((bucket >= 0) AND (bucket <= 1023))),
  CONSTRAINT grant_batch_rows_check CHECK (((NOT (outcome IS DISTINCT FROM 'refused'::text)) = (refusal IS NOT NULL))),
  CONSTRAINT grant_batch_rows_check1 CHECK (((NOT (outcome IS DISTINCT FROM 'issued'::text)) = (grant_id IS NOT NULL))),
  CONSTRAINT grant_batch_rows_energy_wh_check CHECK ((energy_wh > 0)),
  CONSTRAINT grant_batch_rows_outcome_check CHECK ((outcome = ANY (ARRAY['issued'::text, 'refused'::text]))),
  CONSTRAINT grant_batch_rows_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES prewatt.grant_batches(id),
  CONSTRAINT grant_batch_rows_bucket_connection_id_fkey FOREIGN KEY (bucket, connection_id) REFERENCES prewatt.connections(bucket, id),
  CONSTRAINT grant_batch_rows_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX grant_batch_rows_waiting ON prewatt.grant_batch_rows USING btree (batch_id, ordinal) WHERE (outcome IS NULL);
ALTER TABLE prewatt.grant_batch_rows ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.grant_batch_rows FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));
CREATE TRIGGER settle BEFORE INSERT OR UPDATE ON prewatt.grant_batch_rows FOR EACH ROW WHEN (((new.settled IS NULL) AND (new.outcome IS NOT NULL))) EXECUTE FUNCTION prewatt.settle();

CREATE TABLE prewatt.grant_batches (
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  request_id text NOT NULL,
  kind text NOT NULL,
  reason text NOT NULL,
  requested_by uuid NOT NULL,
  digest text NOT NULL,
  rows_total integer NOT NULL,
  energy_total_wh bigint NOT NULL,
  approval_id uuid,
  state text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  state_at timestamp with time zone NOT NULL,
  approval_state text GENERATED ALWAYS AS (
CASE
    WHEN (state = ANY (ARRAY['issuing'::text, 'done'::text])) THEN 'done'::text
    ELSE NULL::text
END),
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  settled bigint,
  CONSTRAINT grant_batches_pkey PRIMARY KEY (id),
  CONSTRAINT grant_batches_utility_id_request_id_key UNIQUE (utility_id, request_id),
  CONSTRAINT grant_batches_check CHECK (((state = 'awaitingApproval'::text) OR (approval_id IS NOT NULL))),
  CONSTRAINT grant_batches_digest_check CHECK ((digest ~ '^[0-9a-f]{64}$'::text)),
  CONSTRAINT grant_batches_energy_total_wh_check CHECK ((energy_total_wh >= 0)),
  CONSTRAINT grant_batches_kind_check CHECK ((kind = ANY (ARRAY['freeCredit'::text, 'clearCredit'::text]))),
  CONSTRAINT grant_batches_reason_check CHECK (((length(reason) >= 10) AND (length(reason) <= 500))),
  CONSTRAINT grant_batches_request_id_check CHECK (((length(request_id) >= 8) AND (length(request_id) <= 100))),
  CONSTRAINT grant_batches_rows_total_check CHECK ((rows_total > 0)),
  CONSTRAINT grant_batches_state_check CHECK ((state = ANY (ARRAY['awaitingApproval'::text, 'issuing'::text, 'done'::text, 'closed'::text]))),
  CONSTRAINT grant_batches_allowed FOREIGN KEY (utility_id, approval_id, approval_state) REFERENCES prewatt.approvals(utility_id, id, state) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT grant_batches_approval_id_fkey FOREIGN KEY (approval_id) REFERENCES prewatt.approvals(id),
  CONSTRAINT grant_batches_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES prewatt.operators(id),
  CONSTRAINT grant_batches_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
ALTER TABLE prewatt.grant_batches ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.grant_batches FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));
CREATE TRIGGER settle BEFORE INSERT OR UPDATE ON prewatt.grant_batches FOR EACH ROW WHEN (((new.settled IS NULL) AND (new.state = 'done'::text))) EXECUTE FUNCTION prewatt.settle();

CREATE TABLE prewatt.grant_views (
  bucket smallint NOT NULL,
  grant_id uuid NOT NULL,
  ordinal integer NOT NULL,
  utility_id uuid NOT NULL,
  operator_id uuid NOT NULL,
  at timestamp with time zone NOT NULL,
  CONSTRAINT grant_views_pkey PRIMARY KEY (bucket, grant_id, ordinal),
  CONSTRAINT grant_views_bucket_grant_id_fkey FOREIGN KEY (bucket, grant_id) REFERENCES prewatt.grants(bucket, id),
  CONSTRAINT grant_views_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES prewatt.operators(id),
  CONSTRAINT grant_views_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
ALTER TABLE prewatt.grant_views ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.grant_views FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.grants (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  meter_id uuid NOT NULL,
  request_id text NOT NULL,
  kind text NOT NULL,
  energy_wh bigint,
  parameters jsonb NOT NULL,
  reason text NOT NULL,
  requested_by uuid,
  approval_id uuid,
  month date,
  tariff_version_id uuid,
  state text NOT NULL,
  refusal text,
  issued_at timestamp with time zone NOT NULL,
  state_at timestamp with time zone NOT NULL,
  seen_at timestamp with time zone,
  seen_by uuid,
  seen_reason text,
  amount_minor bigint,
  transfer_id uuid,
  rules_version integer,
  approval_state text GENERATED ALWAYS AS (
CASE
    WHEN (approval_id IS NOT NULL) THEN 'done'::text
    ELSE NULL::text
END),
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  settled bigint,
  CONSTRAINT grants_pkey PRIMARY KEY (bucket, id),
  CONSTRAINT grants_bucket_connection_id_request_id_key UNIQUE (bucket, connection_id, request_id),
  CONSTRAINT grants_amount_minor_check CHECK ((amount_minor > 0)),
  CONSTRAINT grants_asked CHECK ((((kind = 'freeUnits'::text) OR (rules_version IS NOT NULL)) = (requested_by IS NULL))),
  CONSTRAINT grants_check1 CHECK (((kind <> ALL (ARRAY['freeCredit'::text, 'replacement'::text, 'clearCredit'::text])) OR (approval_id IS NOT NULL))),
  CONSTRAINT grants_check3 CHECK (((kind = 'freeUnits'::text) = (month IS NOT NULL))),
  CONSTRAINT grants_check4 CHECK (((kind = 'freeUnits'::text) = (tariff_version_id IS NOT NULL))),
  CONSTRAINT grants_check5 CHECK (((state = 'refused'::text) = (refusal IS NOT NULL))),
  CONSTRAINT grants_energy_wh_check CHECK ((energy_wh > 0)),
  CONSTRAINT grants_given CHECK (
CASE kind
    WHEN 'freeUnits'::text THEN ((energy_wh IS NOT NULL) AND (amount_minor IS NULL))
    WHEN 'freeCredit'::text THEN (energy_wh IS NOT NULL)
    WHEN 'replacement'::text THEN (num_nonnulls(energy_wh, amount_minor) = 1)
    ELSE (num_nonnulls(energy_wh, amount_minor) = 0)
END),
  CONSTRAINT grants_in_money CHECK (((transfer_id IS NULL) OR ((amount_minor IS NOT NULL) AND (kind = 'freeCredit'::text) AND (state = 'accepted'::text)))),
  CONSTRAINT grants_kind_check CHECK ((kind = ANY (ARRAY['freeUnits'::text, 'freeCredit'::text, 'replacement'::text, 'clearCredit'::text, 'clearTamper'::text, 'setMaximumPowerLimit'::text, 'setPhaseUnbalanceLimit'::text, 'test'::text, 'keyChange'::text]))),
  CONSTRAINT grants_of_rules CHECK (((rules_version IS NULL) OR (kind = 'setMaximumPowerLimit'::text))),
  CONSTRAINT grants_reason_check CHECK (((length(reason) >= 10) AND (length(reason) <= 500))),
  CONSTRAINT grants_request_id_check CHECK (((length(request_id) >= 8) AND (length(request_id) <= 100))),
  CONSTRAINT grants_seen CHECK ((((seen_at IS NULL) = (seen_by IS NULL)) AND ((seen_at IS NULL) = (seen_reason IS NULL)) AND ((seen_at IS NULL) OR (state = ANY (ARRAY['refused'::text, 'unconfirmed'::text]))))),
  CONSTRAINT grants_seen_reason_check CHECK (((length(seen_reason) >= 10) AND (length(seen_reason) <= 500))),
  CONSTRAINT grants_state_check CHECK ((state = ANY (ARRAY['issued'::text, 'accepted'::text, 'refused'::text, 'unconfirmed'::text]))),
  CONSTRAINT grants_allowed FOREIGN KEY (utility_id, approval_id, approval_state) REFERENCES prewatt.approvals(utility_id, id, state) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT grants_approval_id_fkey FOREIGN KEY (approval_id) REFERENCES prewatt.approvals(id),
  CONSTRAINT grants_bucket_connection_id_fkey FOREIGN KEY (bucket, connection_id) REFERENCES prewatt.connections(bucket, id),
  CONSTRAINT grants_bucket_meter_id_fkey FOREIGN KEY (bucket, meter_id) REFERENCES prewatt.meters(bucket, id),
  CONSTRAINT grants_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES prewatt.operators(id),
  CONSTRAINT grants_rules_version_fkey FOREIGN KEY (utility_id, rules_version) REFERENCES prewatt.protection_rule_sets(utility_id, version),
  CONSTRAINT grants_seen_by_fkey FOREIGN KEY (seen_by) REFERENCES prewatt.operators(id),
  CONSTRAINT grants_tariff_version_id_fkey FOREIGN KEY (tariff_version_id) REFERENCES prewatt.tariffs(id),
  CONSTRAINT grants_transfer_fkey FOREIGN KEY (bucket, transfer_id) REFERENCES prewatt.postings(bucket, id),
  CONSTRAINT grants_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX grants_by_connection ON prewatt.grants USING btree (bucket, connection_id, issued_at DESC);
CREATE INDEX grants_by_id ON prewatt.grants USING btree (id);
CREATE INDEX grants_open ON prewatt.grants USING btree (utility_id, state_at) WHERE ((state = ANY (ARRAY['refused'::text, 'unconfirmed'::text])) AND (seen_at IS NULL));
CREATE UNIQUE INDEX grants_by_transfer ON prewatt.grants USING btree (bucket, transfer_id) WHERE (transfer_id IS NOT NULL);
CREATE UNIQUE INDEX grants_month_once ON prewatt.grants USING btree (bucket, connection_id, month) WHERE (month IS NOT NULL);
ALTER TABLE prewatt.grants ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.grants FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));
CREATE TRIGGER settle BEFORE INSERT OR UPDATE ON prewatt.grants FOR EACH ROW WHEN (((new.settled IS NULL) AND (new.state = 'accepted'::text) AND (new.kind <> 'keyChange'::text))) EXECUTE FUNCTION prewatt.settle();

CREATE TABLE prewatt.home_flag_events (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  request_id text NOT NULL,
  kind text NOT NULL,
  what text NOT NULL,
  evidence text NOT NULL,
  expires_on date,
  operator_id uuid NOT NULL,
  at timestamp with time zone NOT NULL,
  CONSTRAINT home_flag_events_pkey PRIMARY KEY (bucket, id),
  CONSTRAINT home_flag_events_bucket_connection_id_request_id_key UNIQUE (bucket, connection_id, request_id),
  CONSTRAINT home_flag_events_check CHECK (((what = 'set'::text) OR (expires_on IS NULL))),
  CONSTRAINT home_flag_events_evidence_check CHECK (((length(evidence) >= 10) AND (length(evidence) <= 500))),
  CONSTRAINT home_flag_events_kind_check CHECK ((kind = ANY (ARRAY['medical'::text, 'vulnerable'::text]))),
  CONSTRAINT home_flag_events_request_id_check CHECK (((length(request_id) >= 8) AND (length(request_id) <= 100))),
  CONSTRAINT home_flag_events_what_check CHECK ((what = ANY (ARRAY['set'::text, 'ended'::text]))),
  CONSTRAINT home_flag_events_bucket_connection_id_fkey FOREIGN KEY (bucket, connection_id) REFERENCES prewatt.connections(bucket, id),
  CONSTRAINT home_flag_events_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES prewatt.operators(id),
  CONSTRAINT home_flag_events_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX home_flag_events_by_kind ON prewatt.home_flag_events USING btree (bucket, connection_id, kind, id DESC);
ALTER TABLE prewatt.home_flag_events ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.home_flag_events FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.import_chunks (
  utility_id uuid NOT NULL,
  import_id uuid NOT NULL,
  ordinal integer NOT NULL,
  rows jsonb NOT NULL,
  CONSTRAINT import_chunks_pkey PRIMARY KEY (import_id, ordinal),
  CONSTRAINT import_chunks_ordinal_check CHECK ((ordinal >= 0)),
  CONSTRAINT import_chunks_utility_id_import_id_fkey FOREIGN KEY (utility_id, import_id) REFERENCES prewatt.imports(utility_id, id)
);
ALTER TABLE prewatt.import_chunks ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.import_chunks FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.import_rows (
  utility_id uuid NOT NULL,
  import_id uuid NOT NULL,
  line integer NOT NULL,
  row_key text,
  outcome text NOT NULL,
  faults jsonb NOT NULL,
  at timestamp with time zone NOT NULL,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  CONSTRAINT import_rows_pkey PRIMARY KEY (import_id, line),
  CONSTRAINT import_rows_line_check CHECK ((line > 1)),
  CONSTRAINT import_rows_outcome_check CHECK ((outcome = ANY (ARRAY['created'::text, 'unchanged'::text, 'refused'::text]))),
  CONSTRAINT import_rows_utility_id_import_id_fkey FOREIGN KEY (utility_id, import_id) REFERENCES prewatt.imports(utility_id, id)
);
CREATE INDEX import_rows_by_key ON prewatt.import_rows USING btree (import_id, row_key);
CREATE INDEX import_rows_refused ON prewatt.import_rows USING btree (import_id, line) WHERE (outcome = 'refused'::text);
ALTER TABLE prewatt.import_rows ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.import_rows FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.imports (
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  kind text NOT NULL,
  dry_run boolean NOT NULL,
  file_name text NOT NULL,
  sha256 text NOT NULL,
  size_bytes integer NOT NULL,
  columns jsonb NOT NULL,
  rows_total integer NOT NULL,
  chunks_total integer NOT NULL,
  next_chunk integer NOT NULL DEFAULT 0,
  rows_created integer NOT NULL DEFAULT 0,
  rows_unchanged integer NOT NULL DEFAULT 0,
  rows_refused integer NOT NULL DEFAULT 0,
  state text NOT NULL,
  requested_by text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  state_at timestamp with time zone NOT NULL,
  due_at timestamp with time zone,
  operator_id uuid,
  value_minor bigint,
  approval_id uuid,
  of_before boolean NOT NULL DEFAULT false,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  settled bigint,
  CONSTRAINT imports_pkey PRIMARY KEY (id),
  CONSTRAINT imports_utility_id_id_key UNIQUE (utility_id, id),
  CONSTRAINT imports_by CHECK ((of_before OR (operator_id IS NOT NULL))),
  CONSTRAINT imports_check CHECK (((next_chunk >= 0) AND (next_chunk <= chunks_total))),
  CONSTRAINT imports_check1 CHECK (((state = ANY (ARRAY['queued'::text, 'running'::text])) = (due_at IS NOT NULL))),
  CONSTRAINT imports_check2 CHECK (((state = 'done'::text) <= (next_chunk = chunks_total))),
  CONSTRAINT imports_check3 CHECK ((((rows_created + rows_unchanged) + rows_refused) <= rows_total)),
  CONSTRAINT imports_chunks_total_check CHECK ((chunks_total > 0)),
  CONSTRAINT imports_file_name_check CHECK (((length(file_name) >= 1) AND (length(file_name) <= 200))),
  CONSTRAINT imports_kind_check CHECK ((kind = ANY (ARRAY['connections'::text, 'arrears'::text, 'openingBalances'::text, 'networkNodes'::text, 'networkPlacements'::text, 'networkReadings'::text, 'networkVoltages'::text]))),
  CONSTRAINT imports_rows_created_check CHECK ((rows_created >= 0)),
  CONSTRAINT imports_rows_refused_check CHECK ((rows_refused >= 0)),
  CONSTRAINT imports_rows_total_check CHECK ((rows_total > 0)),
  CONSTRAINT imports_rows_unchanged_check CHECK ((rows_unchanged >= 0)),
  CONSTRAINT imports_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text)),
  CONSTRAINT imports_size_bytes_check CHECK ((size_bytes > 0)),
  CONSTRAINT imports_state_check CHECK ((state = ANY (ARRAY['awaiting'::text, 'queued'::text, 'running'::text, 'done'::text, 'cancelled'::text]))),
  CONSTRAINT imports_value CHECK ((of_before OR (((kind = 'openingBalances'::text) AND (NOT dry_run)) = (value_minor IS NOT NULL)))),
  CONSTRAINT imports_value_minor_check CHECK ((value_minor >= 0)),
  CONSTRAINT imports_approval_id_fkey FOREIGN KEY (approval_id) REFERENCES prewatt.approvals(id),
  CONSTRAINT imports_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES prewatt.operators(id),
  CONSTRAINT imports_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX imports_by_time ON prewatt.imports USING btree (utility_id, id DESC);
CREATE INDEX imports_due ON prewatt.imports USING btree (utility_id, due_at) WHERE (due_at IS NOT NULL);
CREATE UNIQUE INDEX imports_file_once ON prewatt.imports USING btree (utility_id, kind, sha256) WHERE (NOT dry_run);
ALTER TABLE prewatt.imports ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.imports FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));
CREATE TRIGGER settle BEFORE INSERT OR UPDATE ON prewatt.imports FOR EACH ROW WHEN (((new.settled IS NULL) AND (new.state = 'done'::text))) EXECUTE FUNCTION prewatt.settle();

CREATE TABLE prewatt.inbound_texts (
  utility_id uuid NOT NULL,
  id uuid NOT NULL,
  gateway text NOT NULL,
  gateway_id text NOT NULL,
  phone text NOT NULL,
  bucket smallint,
  connection_id uuid,
  text text NOT NULL,
  answer text,
  state text NOT NULL,
  at timestamp with time zone NOT NULL,
  done_at timestamp with time zone,
  done_by uuid,
  CONSTRAINT inbound_texts_pkey PRIMARY KEY (utility_id, id),
  CONSTRAINT inbound_texts_utility_id_gateway_gateway_id_key UNIQUE (utility_id, gateway, gateway_id),
  CONSTRAINT inbound_texts_answer_check CHECK ((length(answer) <= 1000)),
  CONSTRAINT inbound_texts_check CHECK (((state = 'done'::text) = ((done_at IS NOT NULL) AND (done_by IS NOT NULL)))),
  CONSTRAINT inbound_texts_gateway_check CHECK (((length(gateway) >= 1) AND (length(gateway) <= 32))),
  CONSTRAINT inbound_texts_gateway_id_check CHECK (((length(gateway_id) >= 1) AND (length(gateway_id) <= 100))),
  CONSTRAINT inbound_texts_phone_check CHECK (((length(phone) >= 1) AND (length(phone) <= 40))),
  CONSTRAINT inbound_texts_state_check CHECK ((state = ANY (ARRAY['answered'::text, 'open'::text, 'done'::text]))),
  CONSTRAINT inbound_texts_text_check CHECK ((length(text) <= 2000)),
  CONSTRAINT inbound_texts_bucket_connection_id_fkey FOREIGN KEY (bucket, connection_id) REFERENCES prewatt.connections(bucket, id),
  CONSTRAINT inbound_texts_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX inbound_texts_open ON prewatt.inbound_texts USING btree (utility_id, id) WHERE (state = 'open'::text);
ALTER TABLE prewatt.inbound_texts ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.inbound_texts FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.install_events (
  bucket smallint NOT NULL,
  job_id uuid NOT NULL,
  ordinal integer NOT NULL,
  utility_id uuid NOT NULL,
  what text NOT NULL,
  step text,
  evidence jsonb NOT NULL,
  words text,
  operator_id uuid,
  request_id text,
  request_digest text,
  at timestamp with time zone NOT NULL,
  CONSTRAINT install_events_pkey PRIMARY KEY (bucket, job_id, ordinal),
  CONSTRAINT install_events_bucket_job_id_request_id_key UNIQUE (bucket, job_id, request_id),
  CONSTRAINT install_events_check CHECK (((what = ANY (ARRAY['running'::text, 'passed'::text, 'failed'::text, 'skipped'::text])) = (step IS NOT NULL))),
  CONSTRAINT install_events_check1 CHECK (((what <> ALL (ARRAY['failed'::text, 'skipped'::text])) OR (words IS NOT NULL))),
  CONSTRAINT install_events_check2 CHECK (((what <> 'skipped'::text) OR (step = ANY (ARRAY['link'::text, 'remoteRead'::text, 'carryOver'::text])))),
  CONSTRAINT install_events_check3 CHECK (((request_id IS NULL) = (request_digest IS NULL))),
  CONSTRAINT install_events_step_check CHECK ((step = ANY (ARRAY['oldMeter'::text, 'meter'::text, 'exchange'::text, 'link'::text, 'carryOver'::text, 'testToken'::text, 'remoteRead'::text, 'switchOpen'::text, 'switchClose'::text, 'load'::text, 'startReading'::text]))),
  CONSTRAINT install_events_what_check CHECK ((what = ANY (ARRAY['opened'::text, 'assigned'::text, 'taken'::text, 'running'::text, 'passed'::text, 'failed'::text, 'skipped'::text, 'closed'::text, 'cancelled'::text]))),
  CONSTRAINT install_events_bucket_job_id_fkey FOREIGN KEY (bucket, job_id) REFERENCES prewatt.install_jobs(bucket, id),
  CONSTRAINT install_events_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES prewatt.operators(id),
  CONSTRAINT install_events_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX install_events_by_step ON prewatt.install_events USING btree (bucket, job_id, step, ordinal DESC);
ALTER TABLE prewatt.install_events ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.install_events FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.install_jobs (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  request_id text NOT NULL,
  request_digest text NOT NULL,
  kind text NOT NULL,
  name text NOT NULL,
  address text NOT NULL,
  note text NOT NULL,
  was_postpaid boolean NOT NULL,
  plan jsonb NOT NULL,
  expected_meter_pan text,
  has_link boolean NOT NULL,
  steps text[] NOT NULL,
  old_meter_id uuid,
  meter_id uuid,
  opened_by uuid NOT NULL,
  opened_at timestamp with time zone NOT NULL,
  assigned_to uuid,
  state text NOT NULL DEFAULT 'open'::text,
  state_at timestamp with time zone NOT NULL,
  ended_by uuid,
  end_reason text,
  is_watched boolean NOT NULL DEFAULT false,
  CONSTRAINT install_jobs_pkey PRIMARY KEY (bucket, id),
  CONSTRAINT install_jobs_check CHECK (((kind = 'newConnection'::text) = (old_meter_id IS NULL))),
  CONSTRAINT install_jobs_check1 CHECK (((state = 'open'::text) = (ended_by IS NULL))),
  CONSTRAINT install_jobs_check2 CHECK (((state <> 'cancelled'::text) OR (end_reason IS NOT NULL))),
  CONSTRAINT install_jobs_check3 CHECK (((state <> 'closed'::text) OR (meter_id IS NOT NULL))),
  CONSTRAINT install_jobs_check4 CHECK (((state = 'open'::text) OR (NOT is_watched))),
  CONSTRAINT install_jobs_end_reason_check CHECK ((length(end_reason) <= 500)),
  CONSTRAINT install_jobs_kind_check CHECK ((kind = ANY (ARRAY['newConnection'::text, 'newMeter'::text, 'exchange'::text]))),
  CONSTRAINT install_jobs_note_check CHECK ((length(note) <= 500)),
  CONSTRAINT install_jobs_state_check CHECK ((state = ANY (ARRAY['open'::text, 'closed'::text, 'cancelled'::text]))),
  CONSTRAINT install_jobs_steps_check CHECK ((cardinality(steps) > 0)),
  CONSTRAINT install_jobs_assigned_to_fkey FOREIGN KEY (assigned_to) REFERENCES prewatt.operators(id),
  CONSTRAINT install_jobs_bucket_meter_id_fkey FOREIGN KEY (bucket, meter_id) REFERENCES prewatt.meters(bucket, id),
  CONSTRAINT install_jobs_bucket_old_meter_id_fkey FOREIGN KEY (bucket, old_meter_id) REFERENCES prewatt.meters(bucket, id),
  CONSTRAINT install_jobs_ended_by_fkey FOREIGN KEY (ended_by) REFERENCES prewatt.operators(id),
  CONSTRAINT install_jobs_opened_by_fkey FOREIGN KEY (opened_by) REFERENCES prewatt.operators(id),
  CONSTRAINT install_jobs_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX install_jobs_by_connection ON prewatt.install_jobs USING btree (bucket, connection_id, opened_at DESC);
CREATE INDEX install_jobs_by_id ON prewatt.install_jobs USING btree (id);
CREATE INDEX install_jobs_by_request ON prewatt.install_jobs USING btree (utility_id, request_id);
CREATE INDEX install_jobs_by_state ON prewatt.install_jobs USING btree (utility_id, state, opened_at);
CREATE INDEX install_jobs_watched ON prewatt.install_jobs USING btree (utility_id) WHERE is_watched;
CREATE UNIQUE INDEX install_jobs_one_open ON prewatt.install_jobs USING btree (bucket, connection_id) WHERE (state = 'open'::text);
ALTER TABLE prewatt.install_jobs ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.install_jobs FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));
CREATE TRIGGER install_jobs_end BEFORE UPDATE ON prewatt.install_jobs FOR EACH ROW EXECUTE FUNCTION prewatt.install_jobs_end();

CREATE TABLE prewatt.integration_key_directory (
  key_id uuid NOT NULL,
  utility_id uuid NOT NULL,
  CONSTRAINT integration_key_directory_pkey PRIMARY KEY (key_id),
  CONSTRAINT integration_key_directory_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);

CREATE TABLE prewatt.integration_keys (
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  integration_id uuid NOT NULL,
  request_id text NOT NULL,
  secret_hash bytea NOT NULL,
  created_at timestamp with time zone NOT NULL,
  expires_at timestamp with time zone,
  last_used_at timestamp with time zone,
  CONSTRAINT integration_keys_pkey PRIMARY KEY (id),
  CONSTRAINT integration_keys_utility_id_request_id_key UNIQUE (utility_id, request_id),
  CONSTRAINT integration_keys_request_id_check CHECK (((length(request_id) >= 1) AND (length(request_id) <= 200))),
  CONSTRAINT integration_keys_secret_hash_check CHECK ((octet_length(secret_hash) = 32)),
  CONSTRAINT integration_keys_id_fkey FOREIGN KEY (id) REFERENCES prewatt.integration_key_directory(key_id),
  CONSTRAINT integration_keys_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id),
  CONSTRAINT integration_keys_utility_id_integration_id_fkey FOREIGN KEY (utility_id, integration_id) REFERENCES prewatt.integrations(utility_id, id)
);
CREATE INDEX integration_keys_of ON prewatt.integration_keys USING btree (utility_id, integration_id, created_at);
ALTER TABLE prewatt.integration_keys ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.integration_keys FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.integrations (
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  name text NOT NULL,
  scopes text[] NOT NULL,
  requests_per_minute integer NOT NULL,
  created_at timestamp with time zone NOT NULL,
  created_by uuid NOT NULL,
  created_by_name text NOT NULL,
  revoked_at timestamp with time zone,
  revoked_reason text,
  CONSTRAINT integrations_pkey PRIMARY KEY (id),
  CONSTRAINT integrations_utility_id_id_key UNIQUE (utility_id, id),
  CONSTRAINT integrations_check CHECK (((revoked_at IS NULL) = (revoked_reason IS NULL))),
  CONSTRAINT integrations_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100))),
  CONSTRAINT integrations_requests_per_minute_check CHECK (((requests_per_minute >= 1) AND (requests_per_minute <= 6000))),
  CONSTRAINT integrations_revoked_reason_check CHECK (((length(revoked_reason) >= 3) AND (length(revoked_reason) <= 500))),
  CONSTRAINT integrations_scopes_check CHECK ((cardinality(scopes) >= 1)),
  CONSTRAINT integrations_created_by_fkey FOREIGN KEY (created_by) REFERENCES prewatt.operators(id),
  CONSTRAINT integrations_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE UNIQUE INDEX integrations_one_name ON prewatt.integrations USING btree (utility_id, name) WHERE (revoked_at IS NULL);
ALTER TABLE prewatt.integrations ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.integrations FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.kept_cards (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  payment_id uuid NOT NULL,
  provider text NOT NULL,
  phone text NOT NULL,
  label text NOT NULL,
  sealed bytea,
  kept_at timestamp with time zone NOT NULL,
  ended_at timestamp with time zone,
  CONSTRAINT kept_cards_pkey PRIMARY KEY (bucket, id),
  CONSTRAINT kept_cards_bucket_check CHECK (((bucket >= 0) AND (bucket <= 1023))),
  CONSTRAINT kept_cards_forgotten CHECK (((ended_at IS NULL) = (sealed IS NOT NULL))),
  CONSTRAINT kept_cards_label_check CHECK (((length(label) >= 1) AND (length(label) <= 60))),
  CONSTRAINT kept_cards_phone_check CHECK (((length(phone) >= 8) AND (length(phone) <= 16))),
  CONSTRAINT kept_cards_provider_check CHECK (((length(provider) >= 1) AND (length(provider) <= 40))),
  CONSTRAINT kept_cards_bucket_connection_id_fkey FOREIGN KEY (bucket, connection_id) REFERENCES prewatt.connections(bucket, id),
  CONSTRAINT kept_cards_bucket_payment_id_fkey FOREIGN KEY (bucket, payment_id) REFERENCES prewatt.payments(bucket, id),
  CONSTRAINT kept_cards_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE UNIQUE INDEX kept_cards_one ON prewatt.kept_cards USING btree (bucket, connection_id) WHERE (ended_at IS NULL);
ALTER TABLE prewatt.kept_cards ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.kept_cards FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.key_change_campaigns (
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  request_id text NOT NULL,
  name text NOT NULL,
  reason text NOT NULL,
  from_supply_group_code text NOT NULL,
  from_key_revision smallint NOT NULL,
  to_supply_group_code text NOT NULL,
  to_key_revision smallint NOT NULL,
  to_tariff_index text,
  requested_by uuid NOT NULL,
  meters_total integer NOT NULL,
  created_at timestamp with time zone NOT NULL,
  meters_digest text,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  CONSTRAINT key_change_campaigns_pkey PRIMARY KEY (id),
  CONSTRAINT key_change_campaigns_utility_id_request_id_key UNIQUE (utility_id, request_id),
  CONSTRAINT key_change_campaigns_meters_digest_check CHECK ((meters_digest ~ '^[0-9a-f]{64}$'::text)),
  CONSTRAINT key_change_campaigns_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100))),
  CONSTRAINT key_change_campaigns_reason_check CHECK (((length(reason) >= 10) AND (length(reason) <= 500))),
  CONSTRAINT key_change_campaigns_request_id_check CHECK (((length(request_id) >= 8) AND (length(request_id) <= 100))),
  CONSTRAINT key_change_campaigns_to_tariff_index_check CHECK ((to_tariff_index ~ '^\d{2}$'::text)),
  CONSTRAINT key_change_campaigns_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES prewatt.operators(id),
  CONSTRAINT key_change_campaigns_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
ALTER TABLE prewatt.key_change_campaigns ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.key_change_campaigns FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.key_change_meters (
  campaign_id uuid NOT NULL,
  bucket smallint NOT NULL,
  meter_id uuid NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  begun_at timestamp with time zone,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  CONSTRAINT key_change_meters_pkey PRIMARY KEY (campaign_id, bucket, meter_id),
  CONSTRAINT key_change_meters_bucket_meter_id_fkey FOREIGN KEY (bucket, meter_id) REFERENCES prewatt.meters(bucket, id),
  CONSTRAINT key_change_meters_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES prewatt.key_change_campaigns(id),
  CONSTRAINT key_change_meters_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX key_change_meters_by_meter ON prewatt.key_change_meters USING btree (bucket, meter_id);
CREATE INDEX key_change_meters_waiting ON prewatt.key_change_meters USING btree (campaign_id, bucket, meter_id) WHERE (begun_at IS NULL);
ALTER TABLE prewatt.key_change_meters ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.key_change_meters FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.key_change_sets (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  meter_id uuid NOT NULL,
  sale_id uuid,
  grant_id uuid,
  from_supply_group_code text NOT NULL,
  from_tariff_index text NOT NULL,
  from_key_revision smallint NOT NULL,
  to_supply_group_code text NOT NULL,
  to_tariff_index text NOT NULL,
  to_key_revision smallint NOT NULL,
  state text NOT NULL,
  refusal text,
  issued_at timestamp with time zone NOT NULL,
  state_at timestamp with time zone NOT NULL,
  heard_at timestamp with time zone,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  settled bigint,
  CONSTRAINT key_change_sets_pkey PRIMARY KEY (bucket, id),
  CONSTRAINT key_change_sets_check CHECK (((sale_id IS NULL) <> (grant_id IS NULL))),
  CONSTRAINT key_change_sets_check1 CHECK (((state = 'failed'::text) = (refusal IS NOT NULL))),
  CONSTRAINT key_change_sets_state_check CHECK ((state = ANY (ARRAY['issued'::text, 'done'::text, 'failed'::text]))),
  CONSTRAINT key_change_sets_bucket_grant_id_fkey FOREIGN KEY (bucket, grant_id) REFERENCES prewatt.grants(bucket, id),
  CONSTRAINT key_change_sets_bucket_meter_id_fkey FOREIGN KEY (bucket, meter_id) REFERENCES prewatt.meters(bucket, id),
  CONSTRAINT key_change_sets_bucket_sale_id_fkey FOREIGN KEY (bucket, sale_id) REFERENCES prewatt.sales(bucket, id),
  CONSTRAINT key_change_sets_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX key_change_sets_by_meter ON prewatt.key_change_sets USING btree (bucket, meter_id, issued_at DESC);
CREATE INDEX key_change_sets_open ON prewatt.key_change_sets USING btree (utility_id, issued_at) WHERE (state = 'issued'::text);
ALTER TABLE prewatt.key_change_sets ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.key_change_sets FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));
CREATE TRIGGER settle BEFORE INSERT OR UPDATE ON prewatt.key_change_sets FOR EACH ROW WHEN (((new.settled IS NULL) AND (new.state = 'done'::text))) EXECUTE FUNCTION prewatt.settle();

CREATE TABLE prewatt.key_components (
  load_id uuid NOT NULL,
  ordinal smallint NOT NULL,
  utility_id uuid NOT NULL,
  entered_by uuid NOT NULL,
  check_value text NOT NULL,
  sealed bytea,
  entered_at timestamp with time zone NOT NULL,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  CONSTRAINT key_components_pkey PRIMARY KEY (load_id, ordinal),
  CONSTRAINT key_components_load_id_entered_by_key UNIQUE (load_id, entered_by),
  CONSTRAINT key_components_check_value_check CHECK ((check_value ~ '^[0-9A-F]{6}$'::text)),
  CONSTRAINT key_components_ordinal_check CHECK ((ordinal = ANY (ARRAY[1, 2]))),
  CONSTRAINT key_components_entered_by_fkey FOREIGN KEY (entered_by) REFERENCES prewatt.operators(id),
  CONSTRAINT key_components_load_id_fkey FOREIGN KEY (load_id) REFERENCES prewatt.key_loads(id),
  CONSTRAINT key_components_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
ALTER TABLE prewatt.key_components ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.key_components FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.key_loads (
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  request_id text NOT NULL,
  supply_group_code text NOT NULL,
  key_revision smallint NOT NULL,
  key_type smallint NOT NULL,
  key_expiry smallint NOT NULL,
  base_date smallint NOT NULL,
  dkga text NOT NULL,
  expected_check_value text,
  reason text NOT NULL,
  opened_by uuid NOT NULL,
  opened_at timestamp with time zone NOT NULL,
  approval_id uuid,
  state text NOT NULL,
  state_at timestamp with time zone NOT NULL,
  approval_state text GENERATED ALWAYS AS (
CASE
    WHEN (state = 'loaded'::text) THEN 'done'::text
    ELSE NULL::text
END),
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  settled bigint,
  CONSTRAINT key_loads_pkey PRIMARY KEY (id),
  CONSTRAINT key_loads_utility_id_request_id_key UNIQUE (utility_id, request_id),
  CONSTRAINT key_loads_base_date_check CHECK ((base_date = ANY (ARRAY[93, 14, 35]))),
  CONSTRAINT key_loads_dkga_check CHECK ((dkga = ANY (ARRAY['dkga02'::text, 'dkga04'::text]))),
  CONSTRAINT key_loads_expected_check_value_check CHECK ((expected_check_value ~ '^[0-9A-F]{6}$'::text)),
  CONSTRAINT key_loads_key_expiry_check CHECK (((key_expiry >= 0) AND (key_expiry <= 255))),
  CONSTRAINT key_loads_key_revision_check CHECK (((key_revision >= 1) AND (key_revision <= 9))),
  CONSTRAINT key_loads_key_type_check CHECK (((key_type >= 0) AND (key_type <= 3))),
  CONSTRAINT key_loads_loaded CHECK (((state <> 'loaded'::text) OR (approval_id IS NOT NULL))),
  CONSTRAINT key_loads_reason_check CHECK (((length(reason) >= 10) AND (length(reason) <= 500))),
  CONSTRAINT key_loads_request_id_check CHECK (((length(request_id) >= 8) AND (length(request_id) <= 100))),
  CONSTRAINT key_loads_state_check CHECK ((state = ANY (ARRAY['collecting'::text, 'awaitingApproval'::text, 'loaded'::text, 'closed'::text]))),
  CONSTRAINT key_loads_supply_group_code_check CHECK ((supply_group_code ~ '^\d{6}$'::text)),
  CONSTRAINT key_loads_allowed FOREIGN KEY (utility_id, approval_id, approval_state) REFERENCES prewatt.approvals(utility_id, id, state) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT key_loads_approval_id_fkey FOREIGN KEY (approval_id) REFERENCES prewatt.approvals(id),
  CONSTRAINT key_loads_opened_by_fkey FOREIGN KEY (opened_by) REFERENCES prewatt.operators(id),
  CONSTRAINT key_loads_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE UNIQUE INDEX key_loads_open_once ON prewatt.key_loads USING btree (utility_id, supply_group_code, key_revision) WHERE (state = ANY (ARRAY['collecting'::text, 'awaitingApproval'::text]));
ALTER TABLE prewatt.key_loads ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.key_loads FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));
CREATE TRIGGER settle BEFORE INSERT OR UPDATE ON prewatt.key_loads FOR EACH ROW WHEN (((new.settled IS NULL) AND (new.state = 'loaded'::text))) EXECUTE FUNCTION prewatt.settle();

CREATE TABLE prewatt.lamp_faults (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  lamp_id uuid NOT NULL,
  fault text NOT NULL,
  since_at timestamp with time zone NOT NULL,
  ended_at timestamp with time zone,
  CONSTRAINT lamp_faults_pkey PRIMARY KEY (bucket, id),
  CONSTRAINT lamp_faults_bucket_lamp_id_fkey FOREIGN KEY (bucket, lamp_id) REFERENCES prewatt.lamps(bucket, id),
  CONSTRAINT lamp_faults_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX lamp_faults_of ON prewatt.lamp_faults USING btree (bucket, lamp_id) WHERE (ended_at IS NULL);
ALTER TABLE prewatt.lamp_faults ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.lamp_faults FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.lamp_groups (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  name text NOT NULL,
  programme_id uuid NOT NULL,
  CONSTRAINT lamp_groups_pkey PRIMARY KEY (bucket, id),
  CONSTRAINT lamp_groups_bucket_connection_id_name_key UNIQUE (bucket, connection_id, name),
  CONSTRAINT lamp_groups_name_check CHECK (((length(name) >= 1) AND (length(name) <= 60))),
  CONSTRAINT lamp_groups_bucket_connection_id_fkey FOREIGN KEY (bucket, connection_id) REFERENCES prewatt.lighting_accounts(bucket, connection_id),
  CONSTRAINT lamp_groups_bucket_programme_id_fkey FOREIGN KEY (bucket, programme_id) REFERENCES prewatt.dim_programmes(bucket, id),
  CONSTRAINT lamp_groups_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
ALTER TABLE prewatt.lamp_groups ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.lamp_groups FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.lamp_links (
  bucket smallint NOT NULL,
  lamp_id uuid NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  endpoint text NOT NULL,
  proof text NOT NULL,
  sealed bytea,
  counter bigint NOT NULL DEFAULT '-1'::integer,
  serial text,
  registered_at timestamp with time zone,
  heard_at timestamp with time zone,
  address text,
  speaks text,
  sleeps boolean,
  objects text,
  fault text,
  fault_at timestamp with time zone,
  faults integer NOT NULL DEFAULT 0,
  linked_at timestamp with time zone NOT NULL,
  ended_at timestamp with time zone,
  CONSTRAINT lamp_links_pkey PRIMARY KEY (bucket, lamp_id),
  CONSTRAINT lamp_links_address_check CHECK ((length(address) <= 64)),
  CONSTRAINT lamp_links_check CHECK (((proof = 'secret'::text) = (sealed IS NOT NULL))),
  CONSTRAINT lamp_links_check1 CHECK (((fault IS NULL) = (fault_at IS NULL))),
  CONSTRAINT lamp_links_counter_check CHECK (((counter >= '-1'::integer) AND (counter <= '9007199254740991'::bigint))),
  CONSTRAINT lamp_links_endpoint_check CHECK ((endpoint ~ '^[!-~]{1,128}$'::text)),
  CONSTRAINT lamp_links_fault_check CHECK ((fault = ANY (ARRAY['unreachable'::text, 'noAnswer'::text, 'notLetIn'::text, 'notProved'::text, 'otherMeter'::text, 'replay'::text, 'tooMuch'::text, 'malformed'::text, 'countersUsedUp'::text]))),
  CONSTRAINT lamp_links_objects_check CHECK ((length(objects) <= 400)),
  CONSTRAINT lamp_links_proof_check CHECK ((proof = ANY (ARRAY['secret'::text, 'none'::text]))),
  CONSTRAINT lamp_links_serial_check CHECK ((length(serial) <= 64)),
  CONSTRAINT lamp_links_speaks_check CHECK ((speaks = ANY (ARRAY['messages'::text, 'objects'::text]))),
  CONSTRAINT lamp_links_bucket_lamp_id_fkey FOREIGN KEY (bucket, lamp_id) REFERENCES prewatt.lamps(bucket, id),
  CONSTRAINT lamp_links_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
ALTER TABLE prewatt.lamp_links ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.lamp_links FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.lamp_nights (
  bucket smallint NOT NULL,
  lamp_id uuid NOT NULL,
  night date NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  energy_wh bigint NOT NULL,
  CONSTRAINT lamp_nights_pkey PRIMARY KEY (bucket, lamp_id, night),
  CONSTRAINT lamp_nights_energy_wh_check CHECK ((energy_wh >= 0)),
  CONSTRAINT lamp_nights_bucket_lamp_id_fkey FOREIGN KEY (bucket, lamp_id) REFERENCES prewatt.lamps(bucket, id),
  CONSTRAINT lamp_nights_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
ALTER TABLE prewatt.lamp_nights ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.lamp_nights FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.lamps (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  group_id uuid NOT NULL,
  name text NOT NULL,
  full_milli_w integer NOT NULL,
  standby_milli_w integer NOT NULL,
  floor_percent smallint,
  asked_percent smallint,
  asked_because text,
  asked_at timestamp with time zone,
  stage text NOT NULL DEFAULT 'none'::text,
  tries integer NOT NULL DEFAULT 0,
  level_percent smallint,
  level_since timestamp with time zone,
  milli_w integer,
  counter_wh bigint,
  counted_wh bigint NOT NULL DEFAULT 0,
  read_at timestamp with time zone,
  recent jsonb NOT NULL DEFAULT '[]'::jsonb,
  fault text,
  fault_at timestamp with time zone,
  visit_at timestamp with time zone NOT NULL,
  added_at timestamp with time zone NOT NULL,
  removed_at timestamp with time zone,
  CONSTRAINT lamps_pkey PRIMARY KEY (bucket, id),
  CONSTRAINT lamps_asked_because_check CHECK ((asked_because = ANY (ARRAY['programme'::text, 'override'::text, 'lowCredit'::text, 'noCredit'::text, 'protected'::text]))),
  CONSTRAINT lamps_asked_percent_check CHECK (((asked_percent >= 0) AND (asked_percent <= 100))),
  CONSTRAINT lamps_check CHECK (((fault IS NULL) = (fault_at IS NULL))),
  CONSTRAINT lamps_check1 CHECK ((num_nonnulls(asked_percent, asked_because, asked_at) = ANY (ARRAY[0, 3]))),
  CONSTRAINT lamps_counted_wh_check CHECK ((counted_wh >= 0)),
  CONSTRAINT lamps_counter_wh_check CHECK ((counter_wh >= 0)),
  CONSTRAINT lamps_fault_check CHECK ((fault = ANY (ARRAY['dark'::text, 'burnsByDay'::text, 'overPower'::text, 'underPower'::text, 'flickers'::text, 'silent'::text, 'leaps'::text]))),
  CONSTRAINT lamps_floor_percent_check CHECK (((floor_percent >= 1) AND (floor_percent <= 100))),
  CONSTRAINT lamps_full_milli_w_check CHECK (((full_milli_w >= 1000) AND (full_milli_w <= 2000000))),
  CONSTRAINT lamps_level_percent_check CHECK (((level_percent >= 0) AND (level_percent <= 100))),
  CONSTRAINT lamps_milli_w_check CHECK ((milli_w >= 0)),
  CONSTRAINT lamps_name_check CHECK (((length(name) >= 1) AND (length(name) <= 60))),
  CONSTRAINT lamps_stage_check CHECK ((stage = ANY (ARRAY['none'::text, 'asked'::text, 'applied'::text, 'late'::text]))),
  CONSTRAINT lamps_standby_milli_w_check CHECK (((standby_milli_w >= 0) AND (standby_milli_w <= 50000))),
  CONSTRAINT lamps_bucket_connection_id_fkey FOREIGN KEY (bucket, connection_id) REFERENCES prewatt.lighting_accounts(bucket, connection_id),
  CONSTRAINT lamps_bucket_group_id_fkey FOREIGN KEY (bucket, group_id) REFERENCES prewatt.lamp_groups(bucket, id),
  CONSTRAINT lamps_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX lamps_due ON prewatt.lamps USING btree (utility_id, visit_at) WHERE (removed_at IS NULL);
CREATE UNIQUE INDEX lamps_name ON prewatt.lamps USING btree (bucket, connection_id, name) WHERE (removed_at IS NULL);
ALTER TABLE prewatt.lamps ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.lamps FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.landing_tokens (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  meter_id uuid NOT NULL,
  grant_id uuid NOT NULL,
  rules_version integer NOT NULL,
  spell_sale_id uuid NOT NULL,
  step smallint NOT NULL,
  power_w bigint NOT NULL,
  lift_power_w bigint NOT NULL,
  expected_at timestamp with time zone NOT NULL,
  lasts_until timestamp with time zone NOT NULL,
  sent_at timestamp with time zone NOT NULL,
  state text NOT NULL,
  state_at timestamp with time zone NOT NULL,
  lift_sale_id uuid,
  lift_grant_id uuid,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  settled bigint,
  CONSTRAINT landing_tokens_pkey PRIMARY KEY (bucket, id),
  CONSTRAINT landing_tokens_bucket_connection_id_spell_sale_id_step_key UNIQUE (bucket, connection_id, spell_sale_id, step),
  CONSTRAINT landing_tokens_check CHECK (((lift_power_w >= power_w) AND (lasts_until > expected_at))),
  CONSTRAINT landing_tokens_check1 CHECK (((state = 'lifted'::text) = (num_nonnulls(lift_sale_id, lift_grant_id) = 1))),
  CONSTRAINT landing_tokens_power_w_check CHECK ((power_w > 0)),
  CONSTRAINT landing_tokens_state_check CHECK ((state = ANY (ARRAY['sent'::text, 'replaced'::text, 'lifted'::text]))),
  CONSTRAINT landing_tokens_step_check CHECK (((step >= 1) AND (step <= 5))),
  CONSTRAINT landing_tokens_bucket_connection_id_fkey FOREIGN KEY (bucket, connection_id) REFERENCES prewatt.connections(bucket, id),
  CONSTRAINT landing_tokens_bucket_grant_id_fkey FOREIGN KEY (bucket, grant_id) REFERENCES prewatt.grants(bucket, id),
  CONSTRAINT landing_tokens_bucket_lift_grant_id_fkey FOREIGN KEY (bucket, lift_grant_id) REFERENCES prewatt.grants(bucket, id),
  CONSTRAINT landing_tokens_bucket_meter_id_fkey FOREIGN KEY (bucket, meter_id) REFERENCES prewatt.meters(bucket, id),
  CONSTRAINT landing_tokens_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX landing_tokens_by_grant ON prewatt.landing_tokens USING btree (bucket, grant_id);
CREATE INDEX landing_tokens_by_lift ON prewatt.landing_tokens USING btree (bucket, lift_sale_id) WHERE (lift_sale_id IS NOT NULL);
CREATE INDEX landing_tokens_newest ON prewatt.landing_tokens USING btree (utility_id, id DESC);
CREATE UNIQUE INDEX landing_tokens_sent_once ON prewatt.landing_tokens USING btree (bucket, meter_id) WHERE (state = 'sent'::text);
ALTER TABLE prewatt.landing_tokens ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.landing_tokens FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));
CREATE TRIGGER settle BEFORE INSERT OR UPDATE ON prewatt.landing_tokens FOR EACH ROW WHEN (((new.settled IS NULL) AND (new.state = 'lifted'::text))) EXECUTE FUNCTION prewatt.settle();

CREATE TABLE prewatt.late_tokens (
  bucket smallint NOT NULL,
  meter_id uuid NOT NULL,
  sequence bigint NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  energy_wh bigint NOT NULL,
  at timestamp with time zone NOT NULL,
  state text NOT NULL,
  mode_change_id uuid,
  amount_minor bigint,
  state_at timestamp with time zone NOT NULL,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  settled bigint,
  CONSTRAINT late_tokens_pkey PRIMARY KEY (bucket, meter_id, sequence),
  CONSTRAINT late_tokens_amount_minor_check CHECK ((amount_minor >= 0)),
  CONSTRAINT late_tokens_check CHECK ((((state = 'carried'::text) = (amount_minor IS NOT NULL)) AND ((state = 'carried'::text) <= (mode_change_id IS NOT NULL)))),
  CONSTRAINT late_tokens_energy_wh_check CHECK ((energy_wh > 0)),
  CONSTRAINT late_tokens_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'carried'::text, 'kept'::text]))),
  CONSTRAINT late_tokens_bucket_connection_id_fkey FOREIGN KEY (bucket, connection_id) REFERENCES prewatt.connections(bucket, id),
  CONSTRAINT late_tokens_bucket_meter_id_sequence_fkey FOREIGN KEY (bucket, meter_id, sequence) REFERENCES prewatt.meter_events(bucket, meter_id, sequence),
  CONSTRAINT late_tokens_bucket_mode_change_id_fkey FOREIGN KEY (bucket, mode_change_id) REFERENCES prewatt.mode_changes(bucket, id),
  CONSTRAINT late_tokens_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX late_tokens_by_connection ON prewatt.late_tokens USING btree (bucket, connection_id);
CREATE INDEX late_tokens_waiting ON prewatt.late_tokens USING btree (utility_id, at) WHERE (state = 'waiting'::text);
ALTER TABLE prewatt.late_tokens ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.late_tokens FOR ALL TO prewatt_app USING ((utility_id = prewatt.current_utility())) WITH CHECK ((utility_id = prewatt.current_utility()));
CREATE TRIGGER settle BEFORE INSERT OR UPDATE ON prewatt.late_tokens FOR EACH ROW WHEN (((new.settled IS NULL) AND (new.state = 'carried'::text))) EXECUTE FUNCTION prewatt.settle();

CREATE TABLE prewatt.ledger_accounts (
  bucket smallint NOT NULL,
  utility_id uuid NOT NULL,
  kind text NOT NULL,
  subject_id uuid NOT NULL,
  created_at timestamp with time zone NOT NULL,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  CONSTRAINT ledger_accounts_pkey PRIMARY KEY (bucket, utility_id, kind, subject_id),
  CONSTRAINT ledger_accounts_kind_check CHECK ((kind = ANY (ARRAY['providerClearing'::text, 'customerPrepaid'::text, 'customerDebt'::text, 'openingBalance'::text, 'bank'::text, 'vendorFloat'::text, 'vendorCommission'::text, 'energySales'::text, 'tax'::text, 'fees'::text, 'betweenConnections'::text, 'refundsDue'::text, 'creditNotes'::text, 'otherCharges'::text, 'fines'::text, 'debtWrittenOff'::text, 'providerFees'::text]))),
  CONSTRAINT ledger_accounts_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
ALTER TABLE prewatt.ledger_accounts ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.ledger_accounts FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));
CREATE TRIGGER accounts_stand BEFORE DELETE OR UPDATE OR TRUNCATE ON prewatt.ledger_accounts FOR EACH STATEMENT EXECUTE FUNCTION prewatt.accounts_stand();

CREATE TABLE prewatt.light_overrides (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  request_id text NOT NULL,
  group_id uuid,
  lamp_id uuid,
  level_percent smallint NOT NULL,
  from_at timestamp with time zone NOT NULL,
  until_at timestamp with time zone NOT NULL,
  reason text NOT NULL,
  asked_by uuid NOT NULL,
  ended_at timestamp with time zone,
  CONSTRAINT light_overrides_pkey PRIMARY KEY (bucket, id),
  CONSTRAINT light_overrides_bucket_connection_id_request_id_key UNIQUE (bucket, connection_id, request_id),
  CONSTRAINT light_overrides_check CHECK ((num_nonnulls(group_id, lamp_id) <= 1)),
  CONSTRAINT light_overrides_check1 CHECK ((until_at > from_at)),
  CONSTRAINT light_overrides_level_percent_check CHECK (((level_percent >= 0) AND (level_percent <= 100))),
  CONSTRAINT light_overrides_reason_check CHECK (((length(reason) >= 5) AND (length(reason) <= 500))),
  CONSTRAINT light_overrides_request_id_check CHECK (((length(request_id) >= 8) AND (length(request_id) <= 100))),
  CONSTRAINT light_overrides_asked_by_fkey FOREIGN KEY (asked_by) REFERENCES prewatt.operators(id),
  CONSTRAINT light_overrides_bucket_connection_id_fkey FOREIGN KEY (bucket, connection_id) REFERENCES prewatt.lighting_accounts(bucket, connection_id),
  CONSTRAINT light_overrides_bucket_group_id_fkey FOREIGN KEY (bucket, group_id) REFERENCES prewatt.lamp_groups(bucket, id),
  CONSTRAINT light_overrides_bucket_lamp_id_fkey FOREIGN KEY (bucket, lamp_id) REFERENCES prewatt.lamps(bucket, id),
  CONSTRAINT light_overrides_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
ALTER TABLE prewatt.light_overrides ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.light_overrides FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.lighting_accounts (
  bucket smallint NOT NULL,
  connection_id uuid NOT NULL,
  utility_id uuid NOT NULL,
  meter_id uuid NOT NULL,
  latitude_micro_deg integer NOT NULL,
  longitude_micro_deg integer NOT NULL,
  dim_below_nights smallint NOT NULL,
  dim_to_percent smallint NOT NULL,
  standing text NOT NULL,
  standing_at timestamp with time zone NOT NULL,
  nights_left_tenths integer,
  is_open boolean NOT NULL DEFAULT false,
  counted_wh bigint NOT NULL DEFAULT 0,
  said_until timestamp with time zone NOT NULL,
  answered jsonb NOT NULL DEFAULT '[]'::jsonb,
  look_at timestamp with time zone NOT NULL,
  opened_at timestamp with time zone NOT NULL,
  opened_by uuid NOT NULL,
  metered_by text NOT NULL DEFAULT 'lamps'::text,
  closed_at timestamp with time zone,
  circuit_group_id uuid,
  circuit_full_w integer,
  circuit_on_from_percent smallint,
  circuit_is_protected boolean,
  circuit_generation integer NOT NULL DEFAULT 0,
  circuit_told jsonb,
  CONSTRAINT lighting_accounts_pkey PRIMARY KEY (bucket, connection_id),
  CONSTRAINT lighting_accounts_bucket_check CHECK (((bucket >= 0) AND (bucket <= 1023))),
  CONSTRAINT lighting_accounts_circuit CHECK (((num_nonnulls(circuit_group_id, circuit_full_w, circuit_on_from_percent, circuit_is_protected) = ANY (ARRAY[0, 4])) AND ((circuit_group_id IS NULL) OR (metered_by = 'meter'::text)))),
  CONSTRAINT lighting_accounts_circuit_full_w CHECK (((circuit_full_w >= 1) AND (circuit_full_w <= 100000))),
  CONSTRAINT lighting_accounts_circuit_on_from CHECK (((circuit_on_from_percent >= 1) AND (circuit_on_from_percent <= 100))),
  CONSTRAINT lighting_accounts_counted_wh_check CHECK ((counted_wh >= 0)),
  CONSTRAINT lighting_accounts_dim_below_nights_check CHECK (((dim_below_nights >= 0) AND (dim_below_nights <= 30))),
  CONSTRAINT lighting_accounts_dim_to_percent_check CHECK (((dim_to_percent >= 1) AND (dim_to_percent <= 99))),
  CONSTRAINT lighting_accounts_latitude_micro_deg_check CHECK (((latitude_micro_deg >= '-90000000'::integer) AND (latitude_micro_deg <= 90000000))),
  CONSTRAINT lighting_accounts_longitude_micro_deg_check CHECK (((longitude_micro_deg >= '-180000000'::integer) AND (longitude_micro_deg <= 180000000))),
  CONSTRAINT lighting_accounts_metered_by_check CHECK ((metered_by = ANY (ARRAY['lamps'::text, 'meter'::text]))),
  CONSTRAINT lighting_accounts_nights_left_tenths_check CHECK ((nights_left_tenths >= 0)),
  CONSTRAINT lighting_accounts_standing_check CHECK ((standing = ANY (ARRAY['enough'::text, 'low'::text, 'usedUp'::text]))),
  CONSTRAINT lighting_accounts_bucket_connection_id_fkey FOREIGN KEY (bucket, connection_id) REFERENCES prewatt.connections(bucket, id),
  CONSTRAINT lighting_accounts_bucket_meter_id_fkey FOREIGN KEY (bucket, meter_id) REFERENCES prewatt.meters(bucket, id),
  CONSTRAINT lighting_accounts_circuit_group FOREIGN KEY (bucket, circuit_group_id) REFERENCES prewatt.lamp_groups(bucket, id),
  CONSTRAINT lighting_accounts_opened_by_fkey FOREIGN KEY (opened_by) REFERENCES prewatt.operators(id),
  CONSTRAINT lighting_accounts_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX lighting_accounts_due ON prewatt.lighting_accounts USING btree (utility_id, look_at);
ALTER TABLE prewatt.lighting_accounts ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.lighting_accounts FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.link_acts (
  bucket smallint NOT NULL,
  meter_id uuid NOT NULL,
  ordinal integer NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  act text NOT NULL,
  request_id text,
  done_by text,
  reason text,
  at timestamp with time zone NOT NULL,
  secret_hash bytea,
  serial text,
  CONSTRAINT link_acts_pkey PRIMARY KEY (bucket, meter_id, ordinal),
  CONSTRAINT link_acts_bucket_meter_id_request_id_key UNIQUE (bucket, meter_id, request_id),
  CONSTRAINT link_acts_act_check CHECK ((act = ANY (ARRAY['claimed'::text, 'paired'::text, 'rotationAsked'::text, 'rotated'::text, 'revoked'::text, 'certified'::text, 'renewed'::text, 'driverLinked'::text, 'driverEnded'::text, 'driverKeysAsked'::text, 'driverKeysChanged'::text]))),
  CONSTRAINT link_acts_certificate_check CHECK (((act <> ALL (ARRAY['certified'::text, 'renewed'::text])) OR (serial IS NOT NULL))),
  CONSTRAINT link_acts_check CHECK (((act = ANY (ARRAY['claimed'::text, 'rotated'::text, 'renewed'::text, 'driverKeysChanged'::text])) = (done_by IS NULL))),
  CONSTRAINT link_acts_check1 CHECK (((done_by IS NULL) = ((reason IS NULL) AND (request_id IS NULL)))),
  CONSTRAINT link_acts_check2 CHECK (((secret_hash IS NULL) OR ((act = 'paired'::text) AND (octet_length(secret_hash) = 32)))),
  CONSTRAINT link_acts_serial_check CHECK ((serial ~ '^[0-9a-f]{16}$'::text)),
  CONSTRAINT link_acts_bucket_meter_id_fkey FOREIGN KEY (bucket, meter_id) REFERENCES prewatt.meters(bucket, id),
  CONSTRAINT link_acts_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX link_acts_asked ON prewatt.link_acts USING btree (utility_id, bucket, meter_id) WHERE (act = 'rotationAsked'::text);
ALTER TABLE prewatt.link_acts ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.link_acts FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.link_refusals (
  bucket smallint NOT NULL,
  meter_id uuid NOT NULL,
  reason text NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  times bigint NOT NULL,
  serial text,
  first_at timestamp with time zone NOT NULL,
  last_at timestamp with time zone NOT NULL,
  CONSTRAINT link_refusals_pkey PRIMARY KEY (bucket, meter_id, reason),
  CONSTRAINT link_refusals_reason_check CHECK ((reason = ANY (ARRAY['wrongSecret'::text, 'linkRevoked'::text, 'certificateNeeded'::text, 'certificateForeign'::text, 'certificateRevoked'::text, 'certificateReplaced'::text, 'certificateExpired'::text, 'certificateNotYetValid'::text, 'meterRetired'::text]))),
  CONSTRAINT link_refusals_serial_check CHECK ((length(serial) <= 64)),
  CONSTRAINT link_refusals_times_check CHECK ((times > 0)),
  CONSTRAINT link_refusals_bucket_meter_id_fkey FOREIGN KEY (bucket, meter_id) REFERENCES prewatt.meters(bucket, id),
  CONSTRAINT link_refusals_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
ALTER TABLE prewatt.link_refusals ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.link_refusals FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.lwm2m_endpoint_directory (
  endpoint text NOT NULL,
  utility_id uuid NOT NULL,
  bucket smallint NOT NULL,
  meter_id uuid NOT NULL,
  CONSTRAINT lwm2m_endpoint_directory_pkey PRIMARY KEY (endpoint),
  CONSTRAINT lwm2m_endpoint_directory_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);

CREATE TABLE prewatt.lwm2m_links (
  bucket smallint NOT NULL,
  meter_id uuid NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  endpoint text NOT NULL,
  proof text NOT NULL,
  sealed bytea,
  counter bigint NOT NULL DEFAULT '-1'::integer,
  read_every_s integer NOT NULL,
  serial text,
  registered_at timestamp with time zone,
  heard_at timestamp with time zone,
  address text,
  speaks text,
  sleeps boolean,
  objects text,
  fault text,
  fault_at timestamp with time zone,
  faults integer NOT NULL DEFAULT 0,
  answered jsonb NOT NULL DEFAULT '[]'::jsonb,
  linked_at timestamp with time zone NOT NULL,
  ended_at timestamp with time zone,
  CONSTRAINT lwm2m_links_pkey PRIMARY KEY (bucket, meter_id),
  CONSTRAINT lwm2m_links_address_check CHECK ((length(address) <= 64)),
  CONSTRAINT lwm2m_links_check CHECK (((proof = 'secret'::text) = (sealed IS NOT NULL))),
  CONSTRAINT lwm2m_links_check1 CHECK (((fault IS NULL) = (fault_at IS NULL))),
  CONSTRAINT lwm2m_links_counter_check CHECK (((counter >= '-1'::integer) AND (counter <= '9007199254740991'::bigint))),
  CONSTRAINT lwm2m_links_endpoint_check CHECK ((endpoint ~ '^[!-~]{1,128}$'::text)),
  CONSTRAINT lwm2m_links_fault_check CHECK ((fault = ANY (ARRAY['unreachable'::text, 'noAnswer'::text, 'notLetIn'::text, 'notProved'::text, 'otherMeter'::text, 'replay'::text, 'tooMuch'::text, 'malformed'::text, 'countersUsedUp'::text]))),
  CONSTRAINT lwm2m_links_objects_check CHECK ((length(objects) <= 400)),
  CONSTRAINT lwm2m_links_proof_check CHECK ((proof = ANY (ARRAY['secret'::text, 'none'::text]))),
  CONSTRAINT lwm2m_links_read_every_s_check CHECK (((read_every_s >= 60) AND (read_every_s <= 86400))),
  CONSTRAINT lwm2m_links_serial_check CHECK ((length(serial) <= 64)),
  CONSTRAINT lwm2m_links_speaks_check CHECK ((speaks = ANY (ARRAY['messages'::text, 'objects'::text]))),
  CONSTRAINT lwm2m_links_bucket_meter_id_fkey FOREIGN KEY (bucket, meter_id) REFERENCES prewatt.meters(bucket, id),
  CONSTRAINT lwm2m_links_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
ALTER TABLE prewatt.lwm2m_links ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.lwm2m_links FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.mail_address_directory (
  phone text NOT NULL,
  address text NOT NULL,
  proved_at timestamp with time zone,
  code_hash bytea,
  code_until timestamp with time zone,
  code_tries smallint NOT NULL DEFAULT 0,
  receipts boolean NOT NULL DEFAULT true,
  warnings boolean NOT NULL DEFAULT true,
  others boolean NOT NULL DEFAULT true,
  refused_at timestamp with time zone,
  changed_at timestamp with time zone NOT NULL,
  wanted_address text,
  CONSTRAINT mail_address_directory_pkey PRIMARY KEY (phone),
  CONSTRAINT mail_address_directory_address_check CHECK (((length(address) >= 3) AND (length(address) <= 254))),
  CONSTRAINT mail_address_directory_code_hash_check CHECK ((length(code_hash) = 32)),
  CONSTRAINT mail_address_directory_phone_check CHECK (((length(phone) >= 8) AND (length(phone) <= 16))),
  CONSTRAINT mail_address_directory_wanted_address_check CHECK (((length(wanted_address) >= 3) AND (length(wanted_address) <= 254)))
);

CREATE TABLE prewatt.mails (
  bucket smallint NOT NULL,
  message_id uuid NOT NULL,
  utility_id uuid NOT NULL,
  tries smallint NOT NULL,
  tried_at timestamp with time zone NOT NULL,
  taken_at timestamp with time zone,
  refused_at timestamp with time zone,
  reason text,
  CONSTRAINT mails_pkey PRIMARY KEY (bucket, message_id),
  CONSTRAINT mails_check CHECK (((taken_at IS NULL) OR (refused_at IS NULL))),
  CONSTRAINT mails_reason_check CHECK ((length(reason) <= 300)),
  CONSTRAINT mails_tries_check CHECK ((tries >= 1)),
  CONSTRAINT mails_bucket_message_id_fkey FOREIGN KEY (bucket, message_id) REFERENCES prewatt.messages(bucket, id),
  CONSTRAINT mails_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
ALTER TABLE prewatt.mails ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.mails FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.message_attempts (
  bucket smallint NOT NULL,
  message_id uuid NOT NULL,
  nth smallint NOT NULL,
  utility_id uuid NOT NULL,
  gateway text NOT NULL,
  outcome text NOT NULL,
  reason text,
  tries integer NOT NULL,
  at timestamp with time zone NOT NULL,
  outcome_at timestamp with time zone NOT NULL,
  CONSTRAINT message_attempts_pkey PRIMARY KEY (bucket, message_id, nth),
  CONSTRAINT message_attempts_gateway_check CHECK (((length(gateway) >= 1) AND (length(gateway) <= 32))),
  CONSTRAINT message_attempts_nth_check CHECK (((nth >= 1) AND (nth <= 100))),
  CONSTRAINT message_attempts_outcome_check CHECK ((outcome = ANY (ARRAY['handing'::text, 'accepted'::text, 'refused'::text, 'later'::text, 'unknown'::text, 'delivered'::text, 'undelivered'::text]))),
  CONSTRAINT message_attempts_reason_check CHECK ((length(reason) <= 200)),
  CONSTRAINT message_attempts_tries_check CHECK ((tries > 0)),
  CONSTRAINT message_attempts_bucket_message_id_fkey FOREIGN KEY (bucket, message_id) REFERENCES prewatt.messages(bucket, id)
);
ALTER TABLE prewatt.message_attempts ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.message_attempts FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.messages (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  kind text NOT NULL,
  fact_key text NOT NULL,
  phone text NOT NULL,
  text text NOT NULL,
  state text NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  created_at timestamp with time zone NOT NULL,
  state_at timestamp with time zone NOT NULL,
  due_at timestamp with time zone,
  about_at timestamp with time zone,
  check_at timestamp with time zone,
  CONSTRAINT messages_pkey PRIMARY KEY (bucket, id),
  CONSTRAINT messages_bucket_connection_id_fact_key_key UNIQUE (bucket, connection_id, fact_key),
  CONSTRAINT messages_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'queued'::text, 'sent'::text, 'delivered'::text, 'failed'::text, 'dropped'::text]))),
  CONSTRAINT messages_waiting_check CHECK (((state <> 'waiting'::text) OR (due_at IS NOT NULL))),
  CONSTRAINT messages_bucket_connection_id_fkey FOREIGN KEY (bucket, connection_id) REFERENCES prewatt.connections(bucket, id)
);
CREATE INDEX messages_by_connection ON prewatt.messages USING btree (bucket, connection_id, created_at DESC);
CREATE INDEX messages_to_check ON prewatt.messages USING btree (utility_id, check_at) WHERE (check_at IS NOT NULL);
CREATE INDEX messages_waiting ON prewatt.messages USING btree (utility_id, due_at) WHERE (state = 'waiting'::text);
ALTER TABLE prewatt.messages ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.messages FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.meter_alerts (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  meter_id uuid NOT NULL,
  kind text NOT NULL,
  code text NOT NULL,
  fact bigint NOT NULL,
  since_at timestamp with time zone NOT NULL,
  noticed_at timestamp with time zone NOT NULL,
  ended_at timestamp with time zone,
  seen_at timestamp with time zone,
  seen_by uuid,
  seen_reason text,
  CONSTRAINT meter_alerts_pkey PRIMARY KEY (bucket, id),
  CONSTRAINT meter_alerts_bucket_meter_id_kind_fact_key UNIQUE (bucket, meter_id, kind, fact),
  CONSTRAINT meter_alerts_check CHECK ((((seen_at IS NULL) = (seen_by IS NULL)) AND ((seen_at IS NULL) = (seen_reason IS NULL)))),
  CONSTRAINT meter_alerts_kind_check CHECK ((kind = ANY (ARRAY['silent'::text, 'tamper'::text, 'walletChange'::text, 'walletSupply'::text, 'walletReadings'::text, 'walletRating'::text, 'walletJump'::text, 'walletBalance'::text, 'certificateEnds'::text, 'certificateEnded'::text, 'renewalFailed'::text, 'tooMuchWork'::text, 'driverFault'::text, 'card'::text, 'lamps'::text, 'rulesRefused'::text, 'owesMuch'::text]))),
  CONSTRAINT meter_alerts_seen_reason_check CHECK (((length(seen_reason) >= 10) AND (length(seen_reason) <= 500))),
  CONSTRAINT meter_alerts_bucket_connection_id_fkey FOREIGN KEY (bucket, connection_id) REFERENCES prewatt.connections(bucket, id),
  CONSTRAINT meter_alerts_bucket_meter_id_fkey FOREIGN KEY (bucket, meter_id) REFERENCES prewatt.meters(bucket, id),
  CONSTRAINT meter_alerts_seen_by_fkey FOREIGN KEY (seen_by) REFERENCES prewatt.operators(id),
  CONSTRAINT meter_alerts_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX meter_alerts_open ON prewatt.meter_alerts USING btree (utility_id, since_at) WHERE (ended_at IS NULL);
CREATE UNIQUE INDEX meter_alerts_once ON prewatt.meter_alerts USING btree (bucket, meter_id, kind, code) WHERE ((ended_at IS NULL) AND (seen_at IS NULL));
ALTER TABLE prewatt.meter_alerts ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.meter_alerts FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.meter_authorities (
  utility_id uuid NOT NULL,
  ordinal integer NOT NULL,
  certificate bytea NOT NULL,
  sealed bytea NOT NULL,
  made_at timestamp with time zone NOT NULL,
  not_after timestamp with time zone NOT NULL,
  CONSTRAINT meter_authorities_pkey PRIMARY KEY (utility_id, ordinal),
  CONSTRAINT meter_authorities_ordinal_check CHECK ((ordinal > 0)),
  CONSTRAINT meter_authorities_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
ALTER TABLE prewatt.meter_authorities ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.meter_authorities FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.meter_certificates (
  bucket smallint NOT NULL,
  meter_id uuid NOT NULL,
  serial text NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  authority integer NOT NULL,
  fingerprint bytea NOT NULL,
  public_key_hash bytea NOT NULL,
  certificate bytea NOT NULL,
  origin text NOT NULL,
  not_before timestamp with time zone NOT NULL,
  not_after timestamp with time zone NOT NULL,
  issued_at timestamp with time zone NOT NULL,
  first_used_at timestamp with time zone,
  ended_at timestamp with time zone,
  end_reason text,
  CONSTRAINT meter_certificates_pkey PRIMARY KEY (bucket, meter_id, serial),
  CONSTRAINT meter_certificates_bucket_meter_id_fingerprint_key UNIQUE (bucket, meter_id, fingerprint),
  CONSTRAINT meter_certificates_check CHECK ((not_before < not_after)),
  CONSTRAINT meter_certificates_check1 CHECK (((ended_at IS NULL) = (end_reason IS NULL))),
  CONSTRAINT meter_certificates_end_reason_check CHECK ((end_reason = ANY (ARRAY['replaced'::text, 'revoked'::text]))),
  CONSTRAINT meter_certificates_fingerprint_check CHECK ((octet_length(fingerprint) = 32)),
  CONSTRAINT meter_certificates_origin_check CHECK ((origin = ANY (ARRAY['request'::text, 'made'::text, 'renewal'::text]))),
  CONSTRAINT meter_certificates_public_key_hash_check CHECK ((octet_length(public_key_hash) = 32)),
  CONSTRAINT meter_certificates_serial_check CHECK ((serial ~ '^[0-9a-f]{16}$'::text)),
  CONSTRAINT meter_certificates_bucket_meter_id_fkey FOREIGN KEY (bucket, meter_id) REFERENCES prewatt.meters(bucket, id),
  CONSTRAINT meter_certificates_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX meter_certificates_alive ON prewatt.meter_certificates USING btree (utility_id, not_after) WHERE (ended_at IS NULL);
CREATE INDEX meter_certificates_ended ON prewatt.meter_certificates USING btree (utility_id, not_after) WHERE (ended_at IS NOT NULL);
CREATE INDEX meter_certificates_waiting ON prewatt.meter_certificates USING btree (utility_id, bucket, meter_id) WHERE ((ended_at IS NULL) AND (first_used_at IS NULL));
ALTER TABLE prewatt.meter_certificates ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.meter_certificates FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.meter_directory (
  meter_pan text NOT NULL,
  utility_id uuid NOT NULL,
  bucket smallint NOT NULL,
  connection_id uuid NOT NULL,
  meter_id uuid NOT NULL,
  CONSTRAINT meter_directory_pkey PRIMARY KEY (meter_pan),
  CONSTRAINT meter_directory_bucket_check CHECK (((bucket >= 0) AND (bucket <= 1023))),
  CONSTRAINT meter_directory_meter_pan_check CHECK ((meter_pan ~ '^\d{18}$'::text)),
  CONSTRAINT meter_directory_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX meter_directory_by_first_digits ON prewatt.meter_directory USING btree (utility_id, meter_pan text_pattern_ops);
CREATE INDEX meter_directory_by_last_digits ON prewatt.meter_directory USING btree (utility_id, reverse(meter_pan) text_pattern_ops);
CREATE INDEX meter_directory_by_own_digits ON prewatt.meter_directory USING btree (utility_id, substr(meter_pan, 7) text_pattern_ops);

CREATE TABLE prewatt.meter_events (
  bucket smallint NOT NULL,
  meter_id uuid NOT NULL,
  sequence bigint NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  at timestamp with time zone NOT NULL,
  code text NOT NULL,
  detail jsonb NOT NULL,
  received_at timestamp with time zone NOT NULL,
  CONSTRAINT meter_events_pkey PRIMARY KEY (bucket, meter_id, sequence),
  CONSTRAINT meter_events_bucket_meter_id_fkey FOREIGN KEY (bucket, meter_id) REFERENCES prewatt.meters(bucket, id)
);
CREATE INDEX meter_events_by_time ON prewatt.meter_events USING btree (bucket, connection_id, at DESC);
ALTER TABLE prewatt.meter_events ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.meter_events FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.meter_exchanges (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  old_meter_id uuid NOT NULL,
  new_meter_id uuid NOT NULL,
  balance_from text NOT NULL,
  balance_wh bigint NOT NULL,
  carried_wh bigint NOT NULL,
  grant_id uuid,
  reason text NOT NULL,
  requested_by uuid NOT NULL,
  approved_by uuid NOT NULL,
  approval_id uuid NOT NULL,
  at timestamp with time zone NOT NULL,
  final_from text,
  final_import_wh bigint,
  balance_minor bigint,
  carried_minor bigint,
  per_kwh_micro_minor bigint,
  approval_state text GENERATED ALWAYS AS ('done'::text),
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  CONSTRAINT meter_exchanges_pkey PRIMARY KEY (bucket, id),
  CONSTRAINT meter_exchanges_bucket_new_meter_id_key UNIQUE (bucket, new_meter_id),
  CONSTRAINT meter_exchanges_bucket_old_meter_id_key UNIQUE (bucket, old_meter_id),
  CONSTRAINT meter_exchanges_balance_from_check CHECK ((balance_from = ANY (ARRAY['lastReading'::text, 'stated'::text]))),
  CONSTRAINT meter_exchanges_balance_minor_check CHECK ((balance_minor >= 0)),
  CONSTRAINT meter_exchanges_balance_wh_check CHECK ((balance_wh >= 0)),
  CONSTRAINT meter_exchanges_carried CHECK (((carried_wh >= 0) AND ((balance_minor IS NULL) OR (balance_wh = 0)) AND ((carried_minor IS NULL) OR (carried_wh = 0)) AND
CASE
    WHEN ((balance_minor IS NULL) AND (carried_minor IS NULL)) THEN (carried_wh <= balance_wh)
    WHEN ((balance_minor IS NOT NULL) AND (carried_minor IS NOT NULL)) THEN (carried_minor <= balance_minor)
    WHEN (balance_minor IS NULL) THEN ((carried_minor = 0) OR ((((carried_minor - 1))::numeric * 1000000000.0) < ((balance_wh)::numeric * (per_kwh_micro_minor)::numeric)))
    ELSE ((carried_wh = 0) OR (((carried_wh)::numeric * (per_kwh_micro_minor)::numeric) <= ((balance_minor)::numeric * 1000000000.0)))
END)),
  CONSTRAINT meter_exchanges_carried_minor_check CHECK ((carried_minor >= 0)),
  CONSTRAINT meter_exchanges_final_check CHECK (((final_import_wh IS NOT NULL) <= (final_from IS NOT NULL))),
  CONSTRAINT meter_exchanges_final_from_check CHECK ((final_from = ANY (ARRAY['lastReading'::text, 'display'::text]))),
  CONSTRAINT meter_exchanges_final_import_wh_check CHECK ((final_import_wh >= 0)),
  CONSTRAINT meter_exchanges_granted CHECK ((((carried_wh > 0) OR (COALESCE(carried_minor, (0)::bigint) > 0)) = (grant_id IS NOT NULL))),
  CONSTRAINT meter_exchanges_per_kwh_micro_minor_check CHECK ((per_kwh_micro_minor > 0)),
  CONSTRAINT meter_exchanges_reason_check CHECK (((length(reason) >= 10) AND (length(reason) <= 500))),
  CONSTRAINT meter_exchanges_allowed FOREIGN KEY (utility_id, approval_id, requested_by, approved_by, approval_state) REFERENCES prewatt.approvals(utility_id, id, requested_by, decided_by, state) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT meter_exchanges_approval_id_fkey FOREIGN KEY (approval_id) REFERENCES prewatt.approvals(id),
  CONSTRAINT meter_exchanges_approved_by_fkey FOREIGN KEY (approved_by) REFERENCES prewatt.operators(id),
  CONSTRAINT meter_exchanges_bucket_connection_id_fkey FOREIGN KEY (bucket, connection_id) REFERENCES prewatt.connections(bucket, id),
  CONSTRAINT meter_exchanges_bucket_grant_id_fkey FOREIGN KEY (bucket, grant_id) REFERENCES prewatt.grants(bucket, id),
  CONSTRAINT meter_exchanges_bucket_new_meter_id_fkey FOREIGN KEY (bucket, new_meter_id) REFERENCES prewatt.meters(bucket, id),
  CONSTRAINT meter_exchanges_bucket_old_meter_id_fkey FOREIGN KEY (bucket, old_meter_id) REFERENCES prewatt.meters(bucket, id),
  CONSTRAINT meter_exchanges_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES prewatt.operators(id),
  CONSTRAINT meter_exchanges_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX meter_exchanges_by_connection ON prewatt.meter_exchanges USING btree (bucket, connection_id, at DESC);
ALTER TABLE prewatt.meter_exchanges ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.meter_exchanges FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.meter_protection (
  bucket smallint NOT NULL,
  meter_id uuid NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  generation integer NOT NULL,
  rules_digest text NOT NULL,
  rules_version integer NOT NULL,
  vulnerable boolean,
  medical boolean,
  converted_at timestamp with time zone,
  queued_at timestamp with time zone NOT NULL,
  CONSTRAINT meter_protection_pkey PRIMARY KEY (bucket, meter_id),
  CONSTRAINT meter_protection_generation_check CHECK ((generation > 0)),
  CONSTRAINT meter_protection_rules_version_check CHECK ((rules_version >= 0)),
  CONSTRAINT meter_protection_bucket_meter_id_fkey FOREIGN KEY (bucket, meter_id) REFERENCES prewatt.meters(bucket, id),
  CONSTRAINT meter_protection_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX meter_protection_by_utility ON prewatt.meter_protection USING btree (utility_id, rules_digest);
ALTER TABLE prewatt.meter_protection ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.meter_protection FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.meter_states (
  bucket smallint NOT NULL,
  meter_id uuid NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  captured_at timestamp with time zone NOT NULL,
  last_contact_at timestamp with time zone NOT NULL,
  available_energy_wh bigint NOT NULL,
  power_w bigint NOT NULL,
  import_energy_wh bigint NOT NULL,
  credited_energy_wh bigint NOT NULL,
  owed_energy_wh bigint NOT NULL,
  load_switch text NOT NULL,
  credit_status text NOT NULL,
  link_up boolean,
  link_at timestamp with time zone,
  report jsonb,
  clock_ahead_ms bigint,
  link_session bigint,
  CONSTRAINT meter_states_pkey PRIMARY KEY (bucket, meter_id),
  CONSTRAINT meter_states_credit_status_check CHECK ((credit_status = ANY (ARRAY['inCredit'::text, 'lowCredit'::text, 'outOfCredit'::text]))),
  CONSTRAINT meter_states_link_session_check CHECK ((link_session >= 0)),
  CONSTRAINT meter_states_load_switch_check CHECK ((load_switch = ANY (ARRAY['connected'::text, 'disconnected'::text, 'readyForReconnection'::text]))),
  CONSTRAINT meter_states_report_check CHECK (((jsonb_typeof(report) = 'object'::text) AND (octet_length((report)::text) <= 8192))),
  CONSTRAINT meter_states_bucket_meter_id_fkey FOREIGN KEY (bucket, meter_id) REFERENCES prewatt.meters(bucket, id),
  CONSTRAINT meter_states_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
ALTER TABLE prewatt.meter_states ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.meter_states FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.meter_tariffs (
  bucket smallint NOT NULL,
  meter_id uuid NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  generation integer NOT NULL DEFAULT 0,
  digest text,
  activates_at timestamp with time zone,
  command_id uuid,
  told_at timestamp with time zone,
  held_digest text,
  now_version_id uuid,
  now_standing text,
  next_version_id uuid,
  next_from date,
  next_standing text,
  CONSTRAINT meter_tariffs_pkey PRIMARY KEY (bucket, meter_id),
  CONSTRAINT meter_tariffs_generation_check CHECK ((generation >= 0)),
  CONSTRAINT meter_tariffs_next CHECK ((num_nulls(next_version_id, next_from, next_standing) = ANY (ARRAY[0, 3]))),
  CONSTRAINT meter_tariffs_next_standing_check CHECK ((next_standing = ANY (ARRAY['has'::text, 'told'::text, 'waits'::text, 'refused'::text, 'noLink'::text, 'cannot'::text]))),
  CONSTRAINT meter_tariffs_now_standing_check CHECK ((now_standing = ANY (ARRAY['has'::text, 'told'::text, 'waits'::text, 'refused'::text, 'noLink'::text, 'cannot'::text]))),
  CONSTRAINT meter_tariffs_told CHECK ((num_nulls(digest, activates_at, command_id, told_at) =
CASE generation
    WHEN 0 THEN 4
    ELSE 0
END)),
  CONSTRAINT meter_tariffs_bucket_command_id_fkey FOREIGN KEY (bucket, command_id) REFERENCES prewatt.commands(bucket, id),
  CONSTRAINT meter_tariffs_bucket_meter_id_fkey FOREIGN KEY (bucket, meter_id) REFERENCES prewatt.meters(bucket, id),
  CONSTRAINT meter_tariffs_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX meter_tariffs_by_utility ON prewatt.meter_tariffs USING btree (utility_id, bucket, meter_id);
ALTER TABLE prewatt.meter_tariffs ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.meter_tariffs FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.meters (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  meter_pan text NOT NULL,
  encryption_algorithm text NOT NULL,
  supply_group_code text NOT NULL,
  tariff_index text NOT NULL,
  key_revision smallint NOT NULL,
  secret_hash bytea NOT NULL,
  last_tid integer,
  created_at timestamp with time zone NOT NULL,
  wanted_supply_group_code text,
  wanted_tariff_index text,
  wanted_key_revision smallint,
  retired_at timestamp with time zone,
  final_credited_wh bigint,
  next_secret_hash bytea,
  secret_generation integer NOT NULL DEFAULT 0,
  link_revoked_at timestamp with time zone,
  commanded_at timestamp with time zone,
  lift_power_w bigint,
  starts_in_money jsonb,
  final_credited_minor bigint,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  settled bigint,
  CONSTRAINT meters_pkey PRIMARY KEY (bucket, id),
  CONSTRAINT meters_encryption_algorithm_check CHECK ((encryption_algorithm = ANY (ARRAY['ea07'::text, 'ea11'::text]))),
  CONSTRAINT meters_final_check CHECK (((final_credited_wh IS NULL) OR (retired_at IS NOT NULL))),
  CONSTRAINT meters_final_credited_minor_check CHECK ((final_credited_minor >= 0)),
  CONSTRAINT meters_final_credited_wh_check CHECK ((final_credited_wh >= 0)),
  CONSTRAINT meters_last_tid_check CHECK (((last_tid >= 0) AND (last_tid <= 16777215))),
  CONSTRAINT meters_lift_power_w_check CHECK ((lift_power_w > 0)),
  CONSTRAINT meters_starts_in_money_check CHECK ((jsonb_typeof(((starts_in_money -> 'currency'::text) -> 'scale'::text)) = 'number'::text)),
  CONSTRAINT meters_tariff_index_check CHECK ((tariff_index ~ '^\d{2}$'::text)),
  CONSTRAINT meters_wanted CHECK ((((wanted_supply_group_code IS NULL) = (wanted_tariff_index IS NULL)) AND ((wanted_supply_group_code IS NULL) = (wanted_key_revision IS NULL)))),
  CONSTRAINT meters_wanted_key_revision_check CHECK (((wanted_key_revision >= 1) AND (wanted_key_revision <= 9))),
  CONSTRAINT meters_wanted_supply_group_code_check CHECK ((wanted_supply_group_code ~ '^\d{6}$'::text)),
  CONSTRAINT meters_wanted_tariff_index_check CHECK ((wanted_tariff_index ~ '^\d{2}$'::text)),
  CONSTRAINT meters_bucket_connection_id_fkey FOREIGN KEY (bucket, connection_id) REFERENCES prewatt.connections(bucket, id),
  CONSTRAINT meters_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
) WITH (fillfactor=85);
CREATE INDEX meters_by_connection ON prewatt.meters USING btree (bucket, connection_id);
CREATE INDEX meters_landed ON prewatt.meters USING btree (utility_id, bucket, connection_id) WHERE (lift_power_w IS NOT NULL);
CREATE INDEX meters_link_revoked ON prewatt.meters USING btree (utility_id, bucket, id) WHERE (link_revoked_at IS NOT NULL);
CREATE INDEX meters_secret_waits ON prewatt.meters USING btree (utility_id, bucket, id) WHERE (next_secret_hash IS NOT NULL);
CREATE UNIQUE INDEX meters_active_once ON prewatt.meters USING btree (bucket, connection_id) WHERE (retired_at IS NULL);
ALTER TABLE prewatt.meters ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.meters FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));
CREATE TRIGGER keys_stand BEFORE UPDATE OF bucket, id, utility_id, connection_id ON prewatt.meters FOR EACH STATEMENT EXECUTE FUNCTION prewatt.keys_stand();
CREATE TRIGGER meters_are_known BEFORE INSERT ON prewatt.meters FOR EACH ROW EXECUTE FUNCTION prewatt.meters_are_known();
CREATE TRIGGER meters_begin_beyond BEFORE INSERT ON prewatt.meters FOR EACH ROW EXECUTE FUNCTION prewatt.meters_begin_beyond();
CREATE TRIGGER rows_stand BEFORE DELETE OR TRUNCATE ON prewatt.meters FOR EACH STATEMENT EXECUTE FUNCTION prewatt.keys_stand();
CREATE TRIGGER settle BEFORE INSERT OR UPDATE ON prewatt.meters FOR EACH ROW WHEN (((new.settled IS NULL) AND (new.retired_at IS NOT NULL))) EXECUTE FUNCTION prewatt.settle();

CREATE TABLE prewatt.mode_changes (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  meter_id uuid NOT NULL,
  request_id text NOT NULL,
  to_mode text NOT NULL,
  state text NOT NULL,
  reason text NOT NULL,
  requested_by uuid NOT NULL,
  approved_by uuid NOT NULL,
  approval_id uuid NOT NULL,
  command_id uuid,
  energy_wh bigint,
  amount_minor bigint,
  sale_id uuid,
  problem text,
  at timestamp with time zone NOT NULL,
  state_at timestamp with time zone NOT NULL,
  site_read_at timestamp with time zone,
  site_import_wh bigint,
  debt_id uuid,
  approval_state text GENERATED ALWAYS AS ('done'::text),
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  settled bigint,
  CONSTRAINT mode_changes_pkey PRIMARY KEY (bucket, id),
  CONSTRAINT mode_changes_bucket_connection_id_request_id_key UNIQUE (bucket, connection_id, request_id),
  CONSTRAINT mode_changes_check CHECK ((approved_by <> requested_by)),
  CONSTRAINT mode_changes_check1 CHECK (((state = 'failed'::text) <= (problem IS NOT NULL))),
  CONSTRAINT mode_changes_reason_check CHECK (((length(reason) >= 10) AND (length(reason) <= 500))),
  CONSTRAINT mode_changes_request_id_check CHECK (((length(request_id) >= 8) AND (length(request_id) <= 100))),
  CONSTRAINT mode_changes_site_check CHECK ((((site_read_at IS NULL) = (site_import_wh IS NULL)) AND ((site_read_at IS NOT NULL) <= (to_mode = 'token'::text)))),
  CONSTRAINT mode_changes_site_import_wh_check CHECK ((site_import_wh >= 0)),
  CONSTRAINT mode_changes_state_check CHECK ((state = ANY (ARRAY['awaitingMeter'::text, 'done'::text, 'failed'::text]))),
  CONSTRAINT mode_changes_to_mode_check CHECK ((to_mode = ANY (ARRAY['token'::text, 'wallet'::text]))),
  CONSTRAINT mode_changes_allowed FOREIGN KEY (utility_id, approval_id, requested_by, approved_by, approval_state) REFERENCES prewatt.approvals(utility_id, id, requested_by, decided_by, state) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT mode_changes_approved_by_fkey FOREIGN KEY (approved_by) REFERENCES prewatt.operators(id),
  CONSTRAINT mode_changes_bucket_connection_id_fkey FOREIGN KEY (bucket, connection_id) REFERENCES prewatt.connections(bucket, id),
  CONSTRAINT mode_changes_bucket_meter_id_fkey FOREIGN KEY (bucket, meter_id) REFERENCES prewatt.meters(bucket, id),
  CONSTRAINT mode_changes_debt_fkey FOREIGN KEY (bucket, debt_id) REFERENCES prewatt.debts(bucket, id),
  CONSTRAINT mode_changes_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES prewatt.operators(id)
);
CREATE INDEX mode_changes_failed ON prewatt.mode_changes USING btree (utility_id, at) WHERE (state = 'failed'::text);
CREATE INDEX mode_changes_open ON prewatt.mode_changes USING btree (utility_id, at) WHERE (state = 'awaitingMeter'::text);
CREATE UNIQUE INDEX mode_changes_one_open ON prewatt.mode_changes USING btree (bucket, connection_id) WHERE (state = 'awaitingMeter'::text);
ALTER TABLE prewatt.mode_changes ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.mode_changes FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));
CREATE TRIGGER settle BEFORE INSERT OR UPDATE ON prewatt.mode_changes FOR EACH ROW WHEN (((new.settled IS NULL) AND (new.state = 'done'::text))) EXECUTE FUNCTION prewatt.settle();

CREATE TABLE prewatt.network_balance_days (
  node_id uuid NOT NULL,
  day date NOT NULL,
  utility_id uuid NOT NULL,
  energy_in_wh bigint,
  metered_wh bigint,
  estimated_wh bigint,
  technical_wh bigint,
  unexplained_wh bigint,
  low_wh bigint,
  high_wh bigint,
  half_hours_wh integer[] NOT NULL,
  CONSTRAINT network_balance_days_pkey PRIMARY KEY (node_id, day),
  CONSTRAINT network_balance_days_utility_id_node_id_fkey FOREIGN KEY (utility_id, node_id) REFERENCES prewatt.network_nodes(utility_id, id)
);
ALTER TABLE prewatt.network_balance_days ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.network_balance_days FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.network_balances (
  node_id uuid NOT NULL,
  utility_id uuid NOT NULL,
  round_id uuid NOT NULL,
  state text NOT NULL,
  from_day date NOT NULL,
  days smallint NOT NULL,
  homes integer NOT NULL,
  outage_intervals integer NOT NULL,
  energy_in_wh bigint,
  metered_wh bigint,
  estimated_wh bigint,
  technical_wh bigint,
  unexplained_wh bigint,
  low_wh bigint,
  high_wh bigint,
  technical_range_wh bigint,
  own_homes integer NOT NULL DEFAULT 0,
  buying_homes integer NOT NULL DEFAULT 0,
  sold_wh bigint NOT NULL DEFAULT 0,
  sold_minor bigint NOT NULL DEFAULT 0,
  read_homes integer NOT NULL DEFAULT 0,
  read_counted_wh bigint NOT NULL DEFAULT 0,
  read_sold_wh bigint NOT NULL DEFAULT 0,
  CONSTRAINT network_balances_pkey PRIMARY KEY (node_id),
  CONSTRAINT network_balances_round_id_fkey FOREIGN KEY (round_id) REFERENCES prewatt.revenue_rounds(id),
  CONSTRAINT network_balances_utility_id_node_id_fkey FOREIGN KEY (utility_id, node_id) REFERENCES prewatt.network_nodes(utility_id, id)
);
ALTER TABLE prewatt.network_balances ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.network_balances FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.network_moves (
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  node_id uuid NOT NULL,
  parent_id uuid,
  since date NOT NULL,
  at timestamp with time zone NOT NULL,
  CONSTRAINT network_moves_pkey PRIMARY KEY (id),
  CONSTRAINT network_moves_utility_id_node_id_fkey FOREIGN KEY (utility_id, node_id) REFERENCES prewatt.network_nodes(utility_id, id),
  CONSTRAINT network_moves_utility_id_parent_id_fkey FOREIGN KEY (utility_id, parent_id) REFERENCES prewatt.network_nodes(utility_id, id)
);
CREATE INDEX network_moves_by_node ON prewatt.network_moves USING btree (utility_id, node_id, since, id);
ALTER TABLE prewatt.network_moves ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.network_moves FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.network_nodes (
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  code text NOT NULL,
  name text NOT NULL,
  kind text NOT NULL,
  parent_id uuid,
  created_at timestamp with time zone NOT NULL,
  latitude_micro integer,
  longitude_micro integer,
  CONSTRAINT network_nodes_pkey PRIMARY KEY (id),
  CONSTRAINT network_nodes_utility_id_code_key UNIQUE (utility_id, code),
  CONSTRAINT network_nodes_utility_id_id_key UNIQUE (utility_id, id),
  CONSTRAINT network_nodes_code_check CHECK (((length(code) >= 1) AND (length(code) <= 60))),
  CONSTRAINT network_nodes_kind_check CHECK ((kind = ANY (ARRAY['substation'::text, 'feeder'::text, 'transformer'::text, 'phase'::text]))),
  CONSTRAINT network_nodes_latitude_micro_check CHECK (((latitude_micro >= '-90000000'::integer) AND (latitude_micro <= 90000000))),
  CONSTRAINT network_nodes_longitude_micro_check CHECK (((longitude_micro >= '-180000000'::integer) AND (longitude_micro <= 180000000))),
  CONSTRAINT network_nodes_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100))),
  CONSTRAINT network_nodes_phase_check CHECK (((kind <> 'phase'::text) OR ((parent_id IS NOT NULL) AND (name = ANY (ARRAY['L1'::text, 'L2'::text, 'L3'::text]))))),
  CONSTRAINT network_nodes_place_check CHECK (((latitude_micro IS NULL) = (longitude_micro IS NULL))),
  CONSTRAINT network_nodes_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id),
  CONSTRAINT network_nodes_utility_id_parent_id_fkey FOREIGN KEY (utility_id, parent_id) REFERENCES prewatt.network_nodes(utility_id, id)
);
CREATE UNIQUE INDEX network_nodes_by_phase ON prewatt.network_nodes USING btree (parent_id, name) WHERE (kind = 'phase'::text);
ALTER TABLE prewatt.network_nodes ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.network_nodes FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.network_placements (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  node_id uuid NOT NULL,
  phase text,
  since date,
  source text NOT NULL,
  placed_by uuid,
  at timestamp with time zone NOT NULL,
  CONSTRAINT network_placements_pkey PRIMARY KEY (bucket, id),
  CONSTRAINT network_placements_check CHECK (((source = 'confirmed'::text) = (placed_by IS NOT NULL))),
  CONSTRAINT network_placements_phase_check CHECK ((phase = ANY (ARRAY['L1'::text, 'L2'::text, 'L3'::text, 'all'::text]))),
  CONSTRAINT network_placements_source_check CHECK ((source = ANY (ARRAY['import'::text, 'confirmed'::text]))),
  CONSTRAINT network_placements_bucket_connection_id_fkey FOREIGN KEY (bucket, connection_id) REFERENCES prewatt.connections(bucket, id),
  CONSTRAINT network_placements_placed_by_fkey FOREIGN KEY (placed_by) REFERENCES prewatt.operators(id),
  CONSTRAINT network_placements_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id),
  CONSTRAINT network_placements_utility_id_node_id_fkey FOREIGN KEY (utility_id, node_id) REFERENCES prewatt.network_nodes(utility_id, id)
);
CREATE INDEX network_placements_by_connection ON prewatt.network_placements USING btree (bucket, connection_id, id);
CREATE INDEX network_placements_by_node ON prewatt.network_placements USING btree (utility_id, node_id);
ALTER TABLE prewatt.network_placements ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.network_placements FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.network_readings (
  node_id uuid NOT NULL,
  starts_at timestamp with time zone NOT NULL,
  utility_id uuid NOT NULL,
  energy_wh bigint NOT NULL,
  CONSTRAINT network_readings_pkey PRIMARY KEY (node_id, starts_at),
  CONSTRAINT network_readings_energy_wh_check CHECK (((energy_wh >= 0) AND (energy_wh <= 2000000000))),
  CONSTRAINT network_readings_utility_id_node_id_fkey FOREIGN KEY (utility_id, node_id) REFERENCES prewatt.network_nodes(utility_id, id)
);
CREATE INDEX network_readings_by_time ON prewatt.network_readings USING brin (starts_at);
ALTER TABLE prewatt.network_readings ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.network_readings FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.network_voltages (
  bucket smallint NOT NULL,
  connection_id uuid NOT NULL,
  starts_at timestamp with time zone NOT NULL,
  utility_id uuid NOT NULL,
  deci_volts smallint NOT NULL,
  CONSTRAINT network_voltages_pkey PRIMARY KEY (bucket, connection_id, starts_at),
  CONSTRAINT network_voltages_deci_volts_check CHECK (((deci_volts >= 0) AND (deci_volts <= 10000))),
  CONSTRAINT network_voltages_bucket_connection_id_fkey FOREIGN KEY (bucket, connection_id) REFERENCES prewatt.connections(bucket, id),
  CONSTRAINT network_voltages_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX network_voltages_by_time ON prewatt.network_voltages USING brin (starts_at);
ALTER TABLE prewatt.network_voltages ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.network_voltages FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.occupancies (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  customer_id uuid NOT NULL,
  merged_from uuid,
  began_at timestamp with time zone NOT NULL,
  shows_from timestamp with time zone,
  ended_at timestamp with time zone,
  began_by uuid,
  ended_by uuid,
  final_reading_wh bigint,
  CONSTRAINT occupancies_pkey PRIMARY KEY (bucket, id),
  CONSTRAINT occupancies_bucket_check CHECK (((bucket >= 0) AND (bucket <= 1023))),
  CONSTRAINT occupancies_final_reading_wh_check CHECK ((final_reading_wh >= 0)),
  CONSTRAINT occupancies_began_by_fkey FOREIGN KEY (began_by) REFERENCES prewatt.operators(id),
  CONSTRAINT occupancies_bucket_connection_id_fkey FOREIGN KEY (bucket, connection_id) REFERENCES prewatt.connections(bucket, id),
  CONSTRAINT occupancies_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES prewatt.customers(id),
  CONSTRAINT occupancies_ended_by_fkey FOREIGN KEY (ended_by) REFERENCES prewatt.operators(id),
  CONSTRAINT occupancies_merged_from_fkey FOREIGN KEY (merged_from) REFERENCES prewatt.customers(id),
  CONSTRAINT occupancies_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX occupancies_of_customer ON prewatt.occupancies USING btree (customer_id);
CREATE INDEX occupancies_of_home ON prewatt.occupancies USING btree (bucket, connection_id, began_at);
CREATE UNIQUE INDEX occupancies_one_open ON prewatt.occupancies USING btree (bucket, connection_id) WHERE (ended_at IS NULL);
ALTER TABLE prewatt.occupancies ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.occupancies FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.operator_acts (
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  operator_id uuid,
  by_name text NOT NULL,
  act text NOT NULL,
  subject text NOT NULL,
  details jsonb NOT NULL,
  at timestamp with time zone NOT NULL,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  address text,
  CONSTRAINT operator_acts_pkey PRIMARY KEY (id),
  CONSTRAINT operator_acts_act_check CHECK ((act ~ '^[a-z][A-Za-z]{2,39}$'::text)),
  CONSTRAINT operator_acts_address_check CHECK (((length(address) >= 1) AND (length(address) <= 64))),
  CONSTRAINT operator_acts_by_name_check CHECK (((length(by_name) >= 1) AND (length(by_name) <= 200))),
  CONSTRAINT operator_acts_subject_check CHECK (((length(subject) >= 1) AND (length(subject) <= 200))),
  CONSTRAINT operator_acts_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES prewatt.operators(id),
  CONSTRAINT operator_acts_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX operator_acts_by_subject ON prewatt.operator_acts USING btree (utility_id, subject, at DESC);
CREATE INDEX operator_acts_newest ON prewatt.operator_acts USING btree (utility_id, id DESC);
ALTER TABLE prewatt.operator_acts ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.operator_acts FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.operator_directory (
  auth_user_id text NOT NULL,
  utility_id uuid NOT NULL,
  CONSTRAINT operator_directory_pkey PRIMARY KEY (auth_user_id),
  CONSTRAINT operator_directory_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);

CREATE TABLE prewatt.operator_invitations (
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  operator_id uuid,
  name text NOT NULL,
  email text NOT NULL,
  role text NOT NULL,
  days integer,
  approval_id uuid NOT NULL,
  requested_by uuid NOT NULL,
  approved_by uuid NOT NULL,
  approval_state text GENERATED ALWAYS AS ('done'::text),
  at timestamp with time zone NOT NULL,
  expires_at timestamp with time zone NOT NULL DEFAULT (clock_timestamp() + '3 days'::interval),
  joined_at timestamp with time zone,
  withdrawn_at timestamp with time zone,
  withdrawn_by uuid,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  settled bigint,
  CONSTRAINT operator_invitations_pkey PRIMARY KEY (id),
  CONSTRAINT operator_invitations_approval_id_key UNIQUE (approval_id),
  CONSTRAINT operator_invitations_check CHECK ((approved_by <> requested_by)),
  CONSTRAINT operator_invitations_days CHECK (((operator_id IS NOT NULL) OR ((role = 'auditor'::text) = (days IS NOT NULL)))),
  CONSTRAINT operator_invitations_days_check CHECK (((days >= 1) AND (days <= 90))),
  CONSTRAINT operator_invitations_email_check CHECK (((length(email) >= 3) AND (length(email) <= 200))),
  CONSTRAINT operator_invitations_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100))),
  CONSTRAINT operator_invitations_once CHECK (((joined_at IS NULL) OR (withdrawn_at IS NULL))),
  CONSTRAINT operator_invitations_role_check CHECK ((role = ANY (ARRAY['administrator'::text, 'operator'::text, 'viewer'::text, 'technician'::text, 'auditor'::text]))),
  CONSTRAINT operator_invitations_withdrawn CHECK (((withdrawn_at IS NULL) = (withdrawn_by IS NULL))),
  CONSTRAINT operator_invitations_allowed FOREIGN KEY (utility_id, approval_id, requested_by, approved_by, approval_state) REFERENCES prewatt.approvals(utility_id, id, requested_by, decided_by, state) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT operator_invitations_approved_by_fkey FOREIGN KEY (approved_by) REFERENCES prewatt.operators(id),
  CONSTRAINT operator_invitations_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES prewatt.operators(id),
  CONSTRAINT operator_invitations_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES prewatt.operators(id),
  CONSTRAINT operator_invitations_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id),
  CONSTRAINT operator_invitations_withdrawn_by_fkey FOREIGN KEY (withdrawn_by) REFERENCES prewatt.operators(id)
);
ALTER TABLE prewatt.operator_invitations ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.operator_invitations FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));
CREATE TRIGGER settle BEFORE INSERT OR UPDATE ON prewatt.operator_invitations FOR EACH ROW WHEN (((new.settled IS NULL) AND ((new.joined_at IS NOT NULL) OR (new.withdrawn_at IS NOT NULL)))) EXECUTE FUNCTION prewatt.settle();

CREATE TABLE prewatt.operator_role_changes (
  approval_id uuid NOT NULL,
  utility_id uuid NOT NULL,
  operator_id uuid NOT NULL,
  from_role text NOT NULL,
  to_role text NOT NULL,
  requested_by uuid NOT NULL,
  approved_by uuid NOT NULL,
  approval_state text GENERATED ALWAYS AS ('done'::text),
  at timestamp with time zone NOT NULL,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  CONSTRAINT operator_role_changes_pkey PRIMARY KEY (approval_id),
  CONSTRAINT operator_role_changes_check CHECK ((to_role <> from_role)),
  CONSTRAINT operator_role_changes_check1 CHECK ((approved_by <> requested_by)),
  CONSTRAINT operator_role_changes_allowed FOREIGN KEY (utility_id, approval_id, requested_by, approved_by, approval_state) REFERENCES prewatt.approvals(utility_id, id, requested_by, decided_by, state) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT operator_role_changes_approved_by_fkey FOREIGN KEY (approved_by) REFERENCES prewatt.operators(id),
  CONSTRAINT operator_role_changes_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES prewatt.operators(id),
  CONSTRAINT operator_role_changes_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES prewatt.operators(id),
  CONSTRAINT operator_role_changes_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX operator_role_changes_newest ON prewatt.operator_role_changes USING btree (operator_id, entered DESC);
ALTER TABLE prewatt.operator_role_changes ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.operator_role_changes FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.operators (
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  auth_user_id text NOT NULL,
  name text NOT NULL,
  role text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  ends_at timestamp with time zone,
  CONSTRAINT operators_pkey PRIMARY KEY (id),
  CONSTRAINT operators_auth_user_id_key UNIQUE (auth_user_id),
  CONSTRAINT operators_auditors_end CHECK (((role = 'auditor'::text) = (ends_at IS NOT NULL))),
  CONSTRAINT operators_role_check CHECK ((role = ANY (ARRAY['administrator'::text, 'operator'::text, 'viewer'::text, 'technician'::text, 'auditor'::text]))),
  CONSTRAINT operators_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
ALTER TABLE prewatt.operators ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.operators FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.payment_directory (
  payment_id uuid NOT NULL,
  utility_id uuid NOT NULL,
  bucket smallint NOT NULL,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  CONSTRAINT payment_directory_pkey PRIMARY KEY (payment_id),
  CONSTRAINT payment_directory_bucket_check CHECK (((bucket >= 0) AND (bucket <= 1023))),
  CONSTRAINT payment_directory_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX payment_directory_by_account ON prewatt.payment_directory USING btree ("right"((payment_id)::text, 12));

CREATE TABLE prewatt.payments (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid,
  sale_id uuid,
  provider text NOT NULL,
  amount_minor bigint NOT NULL,
  state text NOT NULL,
  checkout_url text,
  provider_reference text,
  received_minor bigint,
  requested_at timestamp with time zone NOT NULL,
  decided_at timestamp with time zone,
  next_check_at timestamp with time zone,
  checks integer NOT NULL DEFAULT 0,
  provider_request text,
  hinted_reference text,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  settled bigint,
  payer_phone text,
  card_id uuid,
  card_check_at timestamp with time zone,
  vendor_id uuid,
  request_id text,
  asked_by text,
  hinted_minor bigint,
  receipt_phone text,
  CONSTRAINT payments_pkey PRIMARY KEY (bucket, id),
  CONSTRAINT payments_bucket_sale_id_key UNIQUE (bucket, sale_id),
  CONSTRAINT payments_amount_minor_check CHECK ((amount_minor > 0)),
  CONSTRAINT payments_asked_by_check CHECK (((length(asked_by) >= 1) AND (length(asked_by) <= 200))),
  CONSTRAINT payments_check CHECK (((state = 'succeeded'::text) <= ((provider_reference IS NOT NULL) AND (received_minor IS NOT NULL)))),
  CONSTRAINT payments_hinted_minor_check CHECK ((hinted_minor > 0)),
  CONSTRAINT payments_payer_phone_check CHECK (((length(payer_phone) >= 8) AND (length(payer_phone) <= 16))),
  CONSTRAINT payments_purpose CHECK ((((connection_id IS NULL) = (sale_id IS NULL)) AND ((vendor_id IS NULL) = (sale_id IS NOT NULL)) AND ((vendor_id IS NULL) = (request_id IS NULL)) AND ((vendor_id IS NULL) = (asked_by IS NULL)))),
  CONSTRAINT payments_receipt_phone_check CHECK (((length(receipt_phone) >= 8) AND (length(receipt_phone) <= 16))),
  CONSTRAINT payments_received_minor_check CHECK ((received_minor > 0)),
  CONSTRAINT payments_request_id_check CHECK (((length(request_id) >= 8) AND (length(request_id) <= 100))),
  CONSTRAINT payments_state_check CHECK ((state = ANY (ARRAY['requested'::text, 'pending'::text, 'succeeded'::text, 'failed'::text, 'expired'::text]))),
  CONSTRAINT payments_bucket_sale_id_fkey FOREIGN KEY (bucket, sale_id) REFERENCES prewatt.sales(bucket, id),
  CONSTRAINT payments_card FOREIGN KEY (bucket, card_id) REFERENCES prewatt.kept_cards(bucket, id),
  CONSTRAINT payments_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id),
  CONSTRAINT payments_vendor_id_fkey FOREIGN KEY (vendor_id) REFERENCES prewatt.vendors(id)
);
CREATE INDEX payments_by_decision ON prewatt.payments USING btree (utility_id, provider, decided_at) WHERE (state = 'succeeded'::text);
CREATE INDEX payments_by_reference ON prewatt.payments USING btree (utility_id, lower(provider_reference) text_pattern_ops) WHERE (provider_reference IS NOT NULL);
CREATE INDEX payments_cards_to_keep ON prewatt.payments USING btree (utility_id, card_check_at) WHERE ((card_check_at IS NOT NULL) AND (state = 'succeeded'::text));
CREATE INDEX payments_of_vendor_by_time ON prewatt.payments USING btree (vendor_id, requested_at) WHERE (vendor_id IS NOT NULL);
CREATE INDEX payments_phones_to_forget ON prewatt.payments USING btree (utility_id, decided_at) WHERE ((state = ANY (ARRAY['failed'::text, 'expired'::text])) AND (vendor_id IS NULL) AND ((payer_phone IS NOT NULL) OR (receipt_phone IS NOT NULL)));
CREATE INDEX payments_receipts_due ON prewatt.payments USING btree (utility_id) WHERE ((receipt_phone IS NOT NULL) AND (state = 'succeeded'::text));
CREATE INDEX payments_to_check ON prewatt.payments USING btree (utility_id, next_check_at) WHERE (next_check_at IS NOT NULL);
CREATE UNIQUE INDEX payments_of_vendor ON prewatt.payments USING btree (vendor_id, request_id) WHERE (vendor_id IS NOT NULL);
ALTER TABLE prewatt.payments ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.payments FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));
CREATE TRIGGER settle BEFORE INSERT OR UPDATE ON prewatt.payments FOR EACH ROW WHEN (((new.settled IS NULL) AND (new.state = 'succeeded'::text))) EXECUTE FUNCTION prewatt.settle();

CREATE TABLE prewatt.phone_choice_directory (
  phone text NOT NULL,
  stopped_at timestamp with time zone,
  language text,
  changed_at timestamp with time zone NOT NULL,
  CONSTRAINT phone_choice_directory_pkey PRIMARY KEY (phone),
  CONSTRAINT phone_choice_directory_language_check CHECK (((length(language) >= 2) AND (length(language) <= 8))),
  CONSTRAINT phone_choice_directory_phone_check CHECK (((length(phone) >= 8) AND (length(phone) <= 16)))
);

CREATE TABLE prewatt.phone_directory (
  phone text NOT NULL,
  utility_id uuid NOT NULL,
  bucket smallint NOT NULL,
  connection_id uuid NOT NULL,
  CONSTRAINT phone_directory_pkey PRIMARY KEY (phone, connection_id),
  CONSTRAINT phone_directory_bucket_check CHECK (((bucket >= 0) AND (bucket <= 1023))),
  CONSTRAINT phone_directory_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX phone_directory_by_last_digits ON prewatt.phone_directory USING btree (utility_id, reverse(phone) text_pattern_ops);
CREATE TRIGGER sessions_end AFTER DELETE OR UPDATE OF phone ON prewatt.phone_directory FOR EACH ROW EXECUTE FUNCTION prewatt.end_sessions_of_phone();

CREATE TABLE prewatt.placement_findings (
  bucket smallint NOT NULL,
  connection_id uuid NOT NULL,
  utility_id uuid NOT NULL,
  present_node_id uuid,
  suggested_node_id uuid,
  share_percent integer NOT NULL,
  strength_tenths integer NOT NULL,
  found_at timestamp with time zone NOT NULL,
  state text NOT NULL,
  decided_by uuid,
  decided_at timestamp with time zone,
  basis text NOT NULL DEFAULT 'load'::text,
  present_phase text,
  suggested_phase text,
  listed_percent smallint,
  next_percent smallint,
  meters integer,
  pairs integer,
  CONSTRAINT placement_findings_pkey PRIMARY KEY (bucket, connection_id),
  CONSTRAINT placement_findings_basis_check CHECK ((basis = ANY (ARRAY['load'::text, 'voltage'::text]))),
  CONSTRAINT placement_findings_check CHECK (((state = 'looking'::text) = (suggested_node_id IS NULL))),
  CONSTRAINT placement_findings_check1 CHECK (((state = ANY (ARRAY['looking'::text, 'open'::text])) = (decided_by IS NULL))),
  CONSTRAINT placement_findings_check2 CHECK (((decided_by IS NULL) = (decided_at IS NULL))),
  CONSTRAINT placement_findings_present_phase_check CHECK ((present_phase = ANY (ARRAY['L1'::text, 'L2'::text, 'L3'::text, 'all'::text]))),
  CONSTRAINT placement_findings_state_check CHECK ((state = ANY (ARRAY['looking'::text, 'open'::text, 'confirmed'::text, 'dismissed'::text]))),
  CONSTRAINT placement_findings_suggested_phase_check CHECK ((suggested_phase = ANY (ARRAY['L1'::text, 'L2'::text, 'L3'::text]))),
  CONSTRAINT placement_findings_bucket_connection_id_fkey FOREIGN KEY (bucket, connection_id) REFERENCES prewatt.connections(bucket, id),
  CONSTRAINT placement_findings_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES prewatt.operators(id),
  CONSTRAINT placement_findings_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id),
  CONSTRAINT placement_findings_utility_id_suggested_node_id_fkey FOREIGN KEY (utility_id, suggested_node_id) REFERENCES prewatt.network_nodes(utility_id, id)
);
CREATE INDEX placement_findings_by_state ON prewatt.placement_findings USING btree (utility_id, state);
ALTER TABLE prewatt.placement_findings ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.placement_findings FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.postings (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid,
  vendor_id uuid,
  sale_id uuid,
  payment_id uuid,
  correction_id uuid,
  rating_id uuid,
  mode_change_id uuid,
  reverses_id uuid,
  posted_at timestamp with time zone NOT NULL,
  reasons text[] NOT NULL,
  debit_kinds text[] NOT NULL,
  debit_subject_ids uuid[] NOT NULL,
  credit_kinds text[] NOT NULL,
  credit_subject_ids uuid[] NOT NULL,
  amounts_minor bigint[] NOT NULL,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  CONSTRAINT postings_pkey PRIMARY KEY (bucket, id),
  CONSTRAINT postings_alone_check CHECK (((cardinality(reasons) = 1) OR (NOT (reasons && ARRAY['payment'::text, 'openingBalance'::text, 'vendorDeposit'::text, 'vendorPayment'::text, 'reversal'::text])))),
  CONSTRAINT postings_amounts_minor_check CHECK (((0 < ALL (amounts_minor)) IS TRUE)),
  CONSTRAINT postings_connection_check CHECK (((connection_id IS NOT NULL) OR (reasons <@ ARRAY['vendorDeposit'::text, 'vendorPayment'::text, 'reversal'::text, 'providerFee'::text, 'providerFeeBack'::text]))),
  CONSTRAINT postings_places_check CHECK (((cardinality(amounts_minor) = 1) OR (get_byte(uuid_send(id), 15) = 0))),
  CONSTRAINT postings_reasons_check CHECK ((reasons <@ ARRAY['useOwed'::text, 'energy'::text, 'tax'::text, 'vendorSale'::text, 'commission'::text, 'fee'::text, 'debt'::text, 'payment'::text, 'openingDebt'::text, 'openingBalance'::text, 'vendorDeposit'::text, 'vendorPayment'::text, 'reversal'::text, 'moveOut'::text, 'moveIn'::text, 'refund'::text, 'refundPaid'::text, 'creditNote'::text, 'charge'::text, 'writeOff'::text, 'lateEnergy'::text, 'lateTax'::text, 'lateFee'::text, 'carriedEnergy'::text, 'carriedTax'::text, 'lateTokenEnergy'::text, 'lateTokenTax'::text, 'freeCredit'::text, 'allocation'::text, 'providerFee'::text, 'providerFeeBack'::text, 'fine'::text, 'upheldDebt'::text, 'upheldPaid'::text])),
  CONSTRAINT postings_reversal_check CHECK (((reasons[1] = 'reversal'::text) = (reverses_id IS NOT NULL))),
  CONSTRAINT postings_same_lengths_check CHECK (((cardinality(reasons) = cardinality(amounts_minor)) AND (cardinality(debit_kinds) = cardinality(amounts_minor)) AND (cardinality(debit_subject_ids) = cardinality(amounts_minor)) AND (cardinality(credit_kinds) = cardinality(amounts_minor)) AND (cardinality(credit_subject_ids) = cardinality(amounts_minor)))),
  CONSTRAINT postings_transfers_check CHECK (((cardinality(amounts_minor) >= 1) AND (cardinality(amounts_minor) <= 255))),
  CONSTRAINT postings_correction_fkey FOREIGN KEY (bucket, correction_id) REFERENCES prewatt.corrections(bucket, id),
  CONSTRAINT postings_mode_change_fkey FOREIGN KEY (bucket, mode_change_id) REFERENCES prewatt.mode_changes(bucket, id),
  CONSTRAINT postings_rating_fkey FOREIGN KEY (bucket, rating_id) REFERENCES prewatt.ratings(bucket, id)
);
CREATE INDEX postings_by_connection ON prewatt.postings USING btree (bucket, connection_id, sale_id);
CREATE INDEX postings_by_correction ON prewatt.postings USING btree (bucket, correction_id) WHERE (correction_id IS NOT NULL);
CREATE INDEX postings_by_rating ON prewatt.postings USING btree (bucket, rating_id) WHERE (rating_id IS NOT NULL);
CREATE INDEX postings_by_vendor ON prewatt.postings USING btree (utility_id, vendor_id, id) WHERE (vendor_id IS NOT NULL);
CREATE UNIQUE INDEX postings_opening_balance_once ON prewatt.postings USING btree (bucket, connection_id) WHERE (reasons[1] = 'openingBalance'::text);
CREATE UNIQUE INDEX postings_payment_once ON prewatt.postings USING btree (bucket, payment_id) WHERE (payment_id IS NOT NULL);
CREATE UNIQUE INDEX postings_reversed_once ON prewatt.postings USING btree (bucket, reverses_id) WHERE (reverses_id IS NOT NULL);
ALTER TABLE prewatt.postings ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.postings FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));
CREATE TRIGGER keys_stand BEFORE UPDATE OF bucket, id, utility_id ON prewatt.postings FOR EACH STATEMENT EXECUTE FUNCTION prewatt.keys_stand();
CREATE TRIGGER moved_postings_hold AFTER UPDATE ON prewatt.postings REFERENCING NEW TABLE AS posted FOR EACH STATEMENT EXECUTE FUNCTION prewatt.postings_hold();
CREATE TRIGGER postings_hold AFTER INSERT ON prewatt.postings REFERENCING NEW TABLE AS posted FOR EACH STATEMENT EXECUTE FUNCTION prewatt.postings_hold();
CREATE TRIGGER reversals_have_their_transfer AFTER INSERT OR UPDATE ON prewatt.postings FOR EACH ROW WHEN ((new.reverses_id IS NOT NULL)) EXECUTE FUNCTION prewatt.reversals_have_their_transfer();
CREATE TRIGGER reversed_transfers_stand AFTER DELETE ON prewatt.postings FOR EACH ROW EXECUTE FUNCTION prewatt.reversed_transfers_stand();

CREATE TABLE prewatt.proof_results (
  run_id uuid NOT NULL,
  utility_id uuid NOT NULL,
  started_at timestamp with time zone NOT NULL,
  finished_at timestamp with time zone NOT NULL,
  holds boolean NOT NULL,
  laws jsonb NOT NULL,
  history_cut uuid,
  history_count bigint,
  history_digest numeric,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  history jsonb NOT NULL DEFAULT '{}'::jsonb,
  CONSTRAINT proof_results_pkey PRIMARY KEY (run_id),
  CONSTRAINT proof_results_history_count_check CHECK ((history_count >= 0)),
  CONSTRAINT proof_results_run_id_fkey FOREIGN KEY (run_id) REFERENCES prewatt.proof_runs(id),
  CONSTRAINT proof_results_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX proof_results_by_entry ON prewatt.proof_results USING btree (utility_id, entered DESC);
CREATE INDEX proof_results_by_time ON prewatt.proof_results USING btree (utility_id, finished_at DESC);
ALTER TABLE prewatt.proof_results ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.proof_results FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.proof_runs (
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  request_id text NOT NULL,
  requested_by text,
  requested_at timestamp with time zone NOT NULL,
  buckets_done smallint NOT NULL DEFAULT 0,
  CONSTRAINT proof_runs_pkey PRIMARY KEY (id),
  CONSTRAINT proof_runs_utility_id_request_id_key UNIQUE (utility_id, request_id),
  CONSTRAINT proof_runs_buckets_done_check CHECK (((buckets_done >= 0) AND (buckets_done <= 1024))),
  CONSTRAINT proof_runs_request_id_check CHECK (((length(request_id) >= 8) AND (length(request_id) <= 120))),
  CONSTRAINT proof_runs_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX proof_runs_by_time ON prewatt.proof_runs USING btree (utility_id, requested_at DESC, id DESC);
ALTER TABLE prewatt.proof_runs ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.proof_runs FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.protection_replay_homes (
  bucket smallint NOT NULL,
  replay_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  utility_id uuid NOT NULL,
  vulnerable boolean NOT NULL,
  medical boolean NOT NULL,
  now jsonb NOT NULL,
  proposed jsonb NOT NULL,
  CONSTRAINT protection_replay_homes_pkey PRIMARY KEY (bucket, replay_id, connection_id),
  CONSTRAINT protection_replay_homes_bucket_connection_id_fkey FOREIGN KEY (bucket, connection_id) REFERENCES prewatt.connections(bucket, id),
  CONSTRAINT protection_replay_homes_replay_id_fkey FOREIGN KEY (replay_id) REFERENCES prewatt.protection_replays(id),
  CONSTRAINT protection_replay_homes_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX protection_replay_homes_by_replay ON prewatt.protection_replay_homes USING btree (replay_id, bucket, connection_id);
ALTER TABLE prewatt.protection_replay_homes ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.protection_replay_homes FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.protection_replays (
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  request_id text NOT NULL,
  document jsonb NOT NULL,
  compared_with jsonb NOT NULL,
  from_at timestamp with time zone NOT NULL,
  to_at timestamp with time zone NOT NULL,
  requested_by uuid NOT NULL,
  requested_at timestamp with time zone NOT NULL,
  next_chunk integer NOT NULL DEFAULT 0,
  last_bucket smallint NOT NULL DEFAULT '-1'::integer,
  last_connection_id uuid,
  sums jsonb NOT NULL,
  finished_at timestamp with time zone,
  takes_emergency boolean NOT NULL DEFAULT true,
  CONSTRAINT protection_replays_pkey PRIMARY KEY (id),
  CONSTRAINT protection_replays_utility_id_request_id_key UNIQUE (utility_id, request_id),
  CONSTRAINT protection_replays_check CHECK ((to_at > from_at)),
  CONSTRAINT protection_replays_request_id_check CHECK (((length(request_id) >= 8) AND (length(request_id) <= 100))),
  CONSTRAINT protection_replays_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES prewatt.operators(id),
  CONSTRAINT protection_replays_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX protection_replays_newest ON prewatt.protection_replays USING btree (utility_id, id DESC);
ALTER TABLE prewatt.protection_replays ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.protection_replays FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.protection_rule_sets (
  utility_id uuid NOT NULL,
  version integer NOT NULL,
  document jsonb NOT NULL,
  approval_id uuid NOT NULL,
  requested_by uuid NOT NULL,
  approved_by uuid NOT NULL,
  live_at timestamp with time zone NOT NULL,
  approval_state text GENERATED ALWAYS AS ('done'::text),
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  CONSTRAINT protection_rule_sets_pkey PRIMARY KEY (utility_id, version),
  CONSTRAINT protection_rule_sets_check CHECK ((approved_by <> requested_by)),
  CONSTRAINT protection_rule_sets_version_check CHECK ((version > 0)),
  CONSTRAINT protection_rule_sets_allowed FOREIGN KEY (utility_id, approval_id, requested_by, approved_by, approval_state) REFERENCES prewatt.approvals(utility_id, id, requested_by, decided_by, state) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT protection_rule_sets_approval_id_fkey FOREIGN KEY (approval_id) REFERENCES prewatt.approvals(id),
  CONSTRAINT protection_rule_sets_approved_by_fkey FOREIGN KEY (approved_by) REFERENCES prewatt.operators(id),
  CONSTRAINT protection_rule_sets_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES prewatt.operators(id),
  CONSTRAINT protection_rule_sets_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
ALTER TABLE prewatt.protection_rule_sets ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.protection_rule_sets FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.provider_fees (
  utility_id uuid NOT NULL,
  provider text NOT NULL,
  reference text NOT NULL,
  ordinal integer NOT NULL,
  file_id uuid NOT NULL,
  fee_minor bigint NOT NULL,
  on_date date NOT NULL,
  posted_bucket smallint NOT NULL,
  transfer_id uuid,
  reversal_id uuid,
  posted_at timestamp with time zone NOT NULL,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  CONSTRAINT provider_fees_pkey PRIMARY KEY (utility_id, provider, reference, ordinal),
  CONSTRAINT provider_fees_check CHECK (((transfer_id IS NULL) = (fee_minor = 0))),
  CONSTRAINT provider_fees_check1 CHECK (((reversal_id IS NULL) OR (ordinal > 1))),
  CONSTRAINT provider_fees_ordinal_check CHECK ((ordinal > 0)),
  CONSTRAINT provider_fees_posted_bucket_check CHECK (((posted_bucket >= 0) AND (posted_bucket <= 1023))),
  CONSTRAINT provider_fees_file_id_fkey FOREIGN KEY (file_id) REFERENCES prewatt.reconciliation_files(id),
  CONSTRAINT provider_fees_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX provider_fees_by_file ON prewatt.provider_fees USING btree (file_id);
CREATE INDEX provider_fees_by_transfer ON prewatt.provider_fees USING btree (posted_bucket, transfer_id);
ALTER TABLE prewatt.provider_fees ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.provider_fees FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.provider_notifications (
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  provider text NOT NULL,
  heard_at timestamp with time zone NOT NULL,
  last_heard_at timestamp with time zone NOT NULL,
  times integer NOT NULL,
  made text NOT NULL,
  failed_at timestamp with time zone,
  address text NOT NULL,
  path text NOT NULL,
  headers text NOT NULL,
  body bytea NOT NULL,
  payment_bucket smallint,
  payment_id uuid,
  amount_minor bigint,
  currency_code text,
  provider_reference text,
  phone_end text,
  judged_at timestamp with time zone,
  judged_made text,
  judged_by uuid,
  awaits_reading boolean NOT NULL DEFAULT false,
  CONSTRAINT provider_notifications_pkey PRIMARY KEY (id),
  CONSTRAINT provider_notifications_address_check CHECK ((length(address) <= 64)),
  CONSTRAINT provider_notifications_body_check CHECK ((length(body) <= 65536)),
  CONSTRAINT provider_notifications_headers_check CHECK ((length(headers) <= 16384)),
  CONSTRAINT provider_notifications_judged CHECK ((num_nonnulls(judged_at, judged_made, judged_by) = ANY (ARRAY[0, 3]))),
  CONSTRAINT provider_notifications_judged_made_check CHECK ((judged_made = ANY (ARRAY['word'::text, 'hint'::text, 'arrived'::text, 'mayArrive'::text, 'answer'::text, 'refundAnswer'::text, 'aside'::text, 'unlistedSender'::text, 'wrongSecret'::text, 'badSignature'::text, 'staleSignature'::text, 'malformed'::text, 'unknownPayment'::text]))),
  CONSTRAINT provider_notifications_made_check CHECK ((made = ANY (ARRAY['word'::text, 'hint'::text, 'arrived'::text, 'mayArrive'::text, 'answer'::text, 'refundAnswer'::text, 'aside'::text, 'unlistedSender'::text, 'wrongSecret'::text, 'badSignature'::text, 'staleSignature'::text, 'malformed'::text, 'unknownPayment'::text]))),
  CONSTRAINT provider_notifications_of_payment CHECK (((payment_bucket IS NULL) = (payment_id IS NULL))),
  CONSTRAINT provider_notifications_path_check CHECK ((length(path) <= 1000)),
  CONSTRAINT provider_notifications_provider_check CHECK (((length(provider) >= 1) AND (length(provider) <= 40))),
  CONSTRAINT provider_notifications_times_check CHECK ((times >= 1)),
  CONSTRAINT provider_notifications_told CHECK ((((length(currency_code) >= 1) AND (length(currency_code) <= 12)) AND ((length(provider_reference) >= 1) AND (length(provider_reference) <= 200)) AND (phone_end ~ '^[0-9]{3}$'::text)))
);
CREATE INDEX provider_notifications_by_reference ON prewatt.provider_notifications USING btree (utility_id, provider_reference) WHERE (provider_reference IS NOT NULL);
CREATE INDEX provider_notifications_by_time ON prewatt.provider_notifications USING btree (utility_id, heard_at);
CREATE INDEX provider_notifications_failed ON prewatt.provider_notifications USING btree (utility_id) WHERE (failed_at IS NOT NULL);
CREATE INDEX provider_notifications_to_read ON prewatt.provider_notifications USING btree (utility_id, heard_at) WHERE awaits_reading;
ALTER TABLE prewatt.provider_notifications ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.provider_notifications FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.provider_reference_directory (
  provider text NOT NULL,
  provider_reference text NOT NULL,
  payment_id uuid,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  CONSTRAINT provider_reference_directory_pkey PRIMARY KEY (provider, provider_reference)
);

CREATE TABLE prewatt.push_browser_directory (
  endpoint text NOT NULL,
  phone text NOT NULL,
  p256dh text NOT NULL,
  auth text NOT NULL,
  made_at timestamp with time zone NOT NULL,
  CONSTRAINT push_browser_directory_pkey PRIMARY KEY (endpoint),
  CONSTRAINT push_browser_directory_auth_check CHECK (((length(auth) >= 20) AND (length(auth) <= 30))),
  CONSTRAINT push_browser_directory_endpoint_check CHECK (((length(endpoint) >= 10) AND (length(endpoint) <= 1000))),
  CONSTRAINT push_browser_directory_p256dh_check CHECK (((length(p256dh) >= 80) AND (length(p256dh) <= 100))),
  CONSTRAINT push_browser_directory_phone_check CHECK (((length(phone) >= 8) AND (length(phone) <= 16)))
);
CREATE INDEX push_browsers_of_phone ON prewatt.push_browser_directory USING btree (phone, made_at);

CREATE TABLE prewatt.quotes (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  amount_minor bigint NOT NULL,
  brought_forward_minor bigint NOT NULL,
  energy_wh bigint NOT NULL,
  lines jsonb NOT NULL,
  remainder_minor bigint NOT NULL,
  created_at timestamp with time zone NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  tariff_version_id uuid,
  month_energy_before_wh bigint,
  credit_minor bigint,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  CONSTRAINT quotes_pkey PRIMARY KEY (bucket, id),
  CONSTRAINT quotes_amount_minor_check CHECK ((amount_minor > 0)),
  CONSTRAINT quotes_brought_forward_minor_check CHECK ((brought_forward_minor >= 0)),
  CONSTRAINT quotes_credit CHECK (((energy_wh >= 0) AND ((energy_wh = 0) OR (credit_minor IS NULL)))),
  CONSTRAINT quotes_credit_minor_check CHECK ((credit_minor > 0)),
  CONSTRAINT quotes_remainder_minor_check CHECK ((remainder_minor >= 0)),
  CONSTRAINT quotes_bucket_connection_id_fkey FOREIGN KEY (bucket, connection_id) REFERENCES prewatt.connections(bucket, id),
  CONSTRAINT quotes_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
ALTER TABLE prewatt.quotes ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.quotes FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.ratings (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  meter_id uuid NOT NULL,
  starts_at timestamp with time zone NOT NULL,
  ends_at timestamp with time zone NOT NULL,
  ordinal smallint NOT NULL,
  energy_wh bigint NOT NULL,
  charged_minor bigint NOT NULL,
  lines jsonb NOT NULL,
  tariff_version_id uuid NOT NULL,
  position_before jsonb NOT NULL,
  position_after jsonb NOT NULL,
  replaces_id uuid,
  explanation text,
  rated_at timestamp with time zone NOT NULL,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  CONSTRAINT ratings_pkey PRIMARY KEY (bucket, id),
  CONSTRAINT ratings_bucket_connection_id_ends_at_ordinal_key UNIQUE (bucket, connection_id, ends_at, ordinal),
  CONSTRAINT ratings_charged_minor_check CHECK ((charged_minor >= 0)),
  CONSTRAINT ratings_check CHECK ((ends_at > starts_at)),
  CONSTRAINT ratings_check1 CHECK ((((ordinal = 1) = (replaces_id IS NULL)) AND ((ordinal = 1) = (explanation IS NULL)))),
  CONSTRAINT ratings_energy_wh_check CHECK ((energy_wh >= 0)),
  CONSTRAINT ratings_ordinal_check CHECK ((ordinal > 0)),
  CONSTRAINT ratings_bucket_connection_id_fkey FOREIGN KEY (bucket, connection_id) REFERENCES prewatt.connections(bucket, id),
  CONSTRAINT ratings_bucket_meter_id_fkey FOREIGN KEY (bucket, meter_id) REFERENCES prewatt.meters(bucket, id),
  CONSTRAINT ratings_bucket_replaces_id_fkey FOREIGN KEY (bucket, replaces_id) REFERENCES prewatt.ratings(bucket, id),
  CONSTRAINT ratings_tariff_version_id_fkey FOREIGN KEY (tariff_version_id) REFERENCES prewatt.tariffs(id)
);
CREATE UNIQUE INDEX ratings_replaced_once ON prewatt.ratings USING btree (bucket, replaces_id) WHERE (replaces_id IS NOT NULL);
ALTER TABLE prewatt.ratings ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.ratings FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.reading_estimates (
  bucket smallint NOT NULL,
  meter_id uuid NOT NULL,
  starts_at timestamp with time zone NOT NULL,
  ends_at timestamp with time zone NOT NULL,
  ordinal smallint NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  energy_wh bigint NOT NULL,
  method text NOT NULL,
  made_by text,
  reason text,
  made_at timestamp with time zone NOT NULL,
  CONSTRAINT reading_estimates_pkey PRIMARY KEY (bucket, meter_id, starts_at, ends_at, ordinal),
  CONSTRAINT reading_estimates_check CHECK ((ends_at > starts_at)),
  CONSTRAINT reading_estimates_check1 CHECK (((method = 'edited'::text) = ((made_by IS NOT NULL) AND (reason IS NOT NULL)))),
  CONSTRAINT reading_estimates_energy_wh_check CHECK ((energy_wh >= 0)),
  CONSTRAINT reading_estimates_method_check CHECK ((method = ANY (ARRAY['interpolated'::text, 'average'::text, 'edited'::text]))),
  CONSTRAINT reading_estimates_bucket_meter_id_fkey FOREIGN KEY (bucket, meter_id) REFERENCES prewatt.meters(bucket, id),
  CONSTRAINT reading_estimates_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
ALTER TABLE prewatt.reading_estimates ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.reading_estimates FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.reading_findings (
  bucket smallint NOT NULL,
  meter_id uuid NOT NULL,
  register smallint NOT NULL,
  read_at timestamp with time zone NOT NULL,
  finding text NOT NULL,
  ordinal smallint NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  state text NOT NULL,
  detail jsonb NOT NULL,
  decided_by text,
  reason text,
  at timestamp with time zone NOT NULL,
  CONSTRAINT reading_findings_pkey PRIMARY KEY (bucket, meter_id, register, read_at, finding, ordinal),
  CONSTRAINT reading_findings_decided_check CHECK ((((decided_by IS NULL) = (reason IS NULL)) AND ((state <> ALL (ARRAY['accepted'::text, 'rejected'::text])) OR (decided_by IS NOT NULL)) AND ((state <> 'gone'::text) OR (decided_by IS NULL)))),
  CONSTRAINT reading_findings_finding_check CHECK ((finding = ANY (ARRAY['gap'::text, 'spike'::text, 'negative'::text, 'reset'::text, 'unit'::text, 'clockDrift'::text, 'differs'::text]))),
  CONSTRAINT reading_findings_state_check CHECK ((state = ANY (ARRAY['found'::text, 'gone'::text, 'accepted'::text, 'rejected'::text]))),
  CONSTRAINT reading_findings_bucket_meter_id_fkey FOREIGN KEY (bucket, meter_id) REFERENCES prewatt.meters(bucket, id),
  CONSTRAINT reading_findings_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX reading_findings_by_connection ON prewatt.reading_findings USING btree (bucket, connection_id, read_at DESC);
CREATE INDEX reading_findings_found ON prewatt.reading_findings USING btree (utility_id, read_at DESC, bucket, meter_id) WHERE (state = 'found'::text);
ALTER TABLE prewatt.reading_findings ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.reading_findings FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.readings (
  bucket smallint NOT NULL,
  meter_id uuid NOT NULL,
  register smallint NOT NULL,
  read_at timestamp with time zone NOT NULL,
  utility_id uuid NOT NULL,
  value bigint NOT NULL,
  received_at timestamp with time zone NOT NULL,
  meter_flags smallint NOT NULL DEFAULT 0,
  CONSTRAINT readings_pkey PRIMARY KEY (bucket, meter_id, register, read_at),
  CONSTRAINT readings_register_check CHECK ((register > 0))
) PARTITION BY RANGE (read_at);
ALTER TABLE prewatt.readings ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.readings FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.readings_default PARTITION OF prewatt.readings DEFAULT;

CREATE TABLE prewatt.reconciliation_differences (
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  kind text NOT NULL,
  provider text NOT NULL,
  what text NOT NULL,
  reference text NOT NULL,
  ours_minor bigint,
  theirs_minor bigint,
  since date NOT NULL,
  file_id uuid NOT NULL,
  found_at timestamp with time zone NOT NULL,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  CONSTRAINT reconciliation_differences_pkey PRIMARY KEY (id),
  CONSTRAINT reconciliation_differences_utility_id_kind_provider_what_re_key UNIQUE NULLS NOT DISTINCT (utility_id, kind, provider, what, reference, ours_minor, theirs_minor),
  CONSTRAINT reconciliation_differences_kind_check CHECK ((kind = ANY (ARRAY['settlement'::text, 'bank'::text]))),
  CONSTRAINT reconciliation_differences_what_check CHECK ((what = ANY (ARRAY['missingHere'::text, 'missingThere'::text, 'amountDiffers'::text, 'duplicate'::text]))),
  CONSTRAINT reconciliation_differences_file_id_fkey FOREIGN KEY (file_id) REFERENCES prewatt.reconciliation_files(id),
  CONSTRAINT reconciliation_differences_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX reconciliation_differences_by_age ON prewatt.reconciliation_differences USING btree (utility_id, since, id);
CREATE INDEX reconciliation_differences_by_file ON prewatt.reconciliation_differences USING btree (file_id);
ALTER TABLE prewatt.reconciliation_differences ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.reconciliation_differences FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.reconciliation_files (
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  kind text NOT NULL,
  provider text NOT NULL,
  name text NOT NULL,
  digest text NOT NULL,
  row_count integer NOT NULL,
  first_date date NOT NULL,
  last_date date NOT NULL,
  imported_by text NOT NULL,
  imported_at timestamp with time zone NOT NULL,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  mapping jsonb,
  CONSTRAINT reconciliation_files_pkey PRIMARY KEY (id),
  CONSTRAINT reconciliation_files_utility_id_kind_digest_key UNIQUE (utility_id, kind, digest),
  CONSTRAINT reconciliation_files_digest_check CHECK ((digest ~ '^[0-9a-f]{64}$'::text)),
  CONSTRAINT reconciliation_files_kind_check CHECK ((kind = ANY (ARRAY['settlement'::text, 'bank'::text]))),
  CONSTRAINT reconciliation_files_mapping_check CHECK ((jsonb_typeof(mapping) = 'object'::text)),
  CONSTRAINT reconciliation_files_row_count_check CHECK ((row_count > 0)),
  CONSTRAINT reconciliation_files_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
ALTER TABLE prewatt.reconciliation_files ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.reconciliation_files FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.reconciliation_notes (
  difference_id uuid NOT NULL,
  ordinal integer NOT NULL,
  utility_id uuid NOT NULL,
  state text NOT NULL,
  why text NOT NULL,
  noted_by text,
  file_id uuid,
  noted_at timestamp with time zone NOT NULL,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  CONSTRAINT reconciliation_notes_pkey PRIMARY KEY (difference_id, ordinal),
  CONSTRAINT reconciliation_notes_check CHECK (((noted_by IS NULL) <> (file_id IS NULL))),
  CONSTRAINT reconciliation_notes_ordinal_check CHECK ((ordinal > 0)),
  CONSTRAINT reconciliation_notes_state_check CHECK ((state = ANY (ARRAY['open'::text, 'explained'::text, 'closed'::text]))),
  CONSTRAINT reconciliation_notes_why_check CHECK (((length(why) >= 3) AND (length(why) <= 1000))),
  CONSTRAINT reconciliation_notes_difference_id_fkey FOREIGN KEY (difference_id) REFERENCES prewatt.reconciliation_differences(id),
  CONSTRAINT reconciliation_notes_file_id_fkey FOREIGN KEY (file_id) REFERENCES prewatt.reconciliation_files(id),
  CONSTRAINT reconciliation_notes_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX reconciliation_notes_by_file ON prewatt.reconciliation_notes USING btree (file_id) WHERE (file_id IS NOT NULL);
ALTER TABLE prewatt.reconciliation_notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.reconciliation_notes FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.reconciliation_rows (
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  file_id uuid NOT NULL,
  line_number integer NOT NULL,
  kind text NOT NULL,
  provider text NOT NULL,
  reference text NOT NULL,
  amount_minor bigint NOT NULL,
  fee_minor bigint NOT NULL,
  batch text,
  on_date date NOT NULL,
  occurrence integer NOT NULL,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  CONSTRAINT reconciliation_rows_pkey PRIMARY KEY (id),
  CONSTRAINT reconciliation_rows_utility_id_kind_provider_reference_amou_key UNIQUE NULLS NOT DISTINCT (utility_id, kind, provider, reference, amount_minor, fee_minor, batch, on_date, occurrence),
  CONSTRAINT reconciliation_rows_kind_check CHECK ((kind = ANY (ARRAY['settlement'::text, 'bank'::text]))),
  CONSTRAINT reconciliation_rows_line_number_check CHECK ((line_number > 0)),
  CONSTRAINT reconciliation_rows_occurrence_check CHECK ((occurrence > 0)),
  CONSTRAINT reconciliation_rows_file_id_fkey FOREIGN KEY (file_id) REFERENCES prewatt.reconciliation_files(id),
  CONSTRAINT reconciliation_rows_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX reconciliation_rows_by_batch ON prewatt.reconciliation_rows USING btree (utility_id, provider, batch) WHERE (batch IS NOT NULL);
CREATE INDEX reconciliation_rows_by_file ON prewatt.reconciliation_rows USING btree (file_id);
ALTER TABLE prewatt.reconciliation_rows ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.reconciliation_rows FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.refund_orders (
  bucket smallint NOT NULL,
  refund_id uuid NOT NULL,
  utility_id uuid NOT NULL,
  payment_id uuid NOT NULL,
  provider text NOT NULL,
  amount_minor bigint NOT NULL,
  state text NOT NULL,
  provider_refund text,
  requested_by uuid NOT NULL,
  approved_by uuid,
  approval_id uuid,
  asked_at timestamp with time zone NOT NULL,
  decided_at timestamp with time zone,
  next_check_at timestamp with time zone,
  checks integer NOT NULL DEFAULT 0,
  answer_secret uuid NOT NULL DEFAULT gen_random_uuid(),
  CONSTRAINT refund_orders_pkey PRIMARY KEY (bucket, refund_id),
  CONSTRAINT refund_orders_allowed CHECK (((approval_id IS NULL) = (approved_by IS NULL))),
  CONSTRAINT refund_orders_amount_minor_check CHECK ((amount_minor > 0)),
  CONSTRAINT refund_orders_asked CHECK (((state = ANY (ARRAY['asked'::text, 'accepted'::text])) = (next_check_at IS NOT NULL))),
  CONSTRAINT refund_orders_check CHECK ((approved_by <> requested_by)),
  CONSTRAINT refund_orders_decided CHECK (((state = ANY (ARRAY['done'::text, 'failed'::text])) = (decided_at IS NOT NULL))),
  CONSTRAINT refund_orders_provider_refund_check CHECK (((length(provider_refund) >= 1) AND (length(provider_refund) <= 200))),
  CONSTRAINT refund_orders_state_check CHECK ((state = ANY (ARRAY['asked'::text, 'accepted'::text, 'done'::text, 'failed'::text]))),
  CONSTRAINT refund_orders_approval_id_fkey FOREIGN KEY (approval_id) REFERENCES prewatt.approvals(id),
  CONSTRAINT refund_orders_approved_by_fkey FOREIGN KEY (approved_by) REFERENCES prewatt.operators(id),
  CONSTRAINT refund_orders_bucket_payment_id_fkey FOREIGN KEY (bucket, payment_id) REFERENCES prewatt.payments(bucket, id),
  CONSTRAINT refund_orders_bucket_refund_id_fkey FOREIGN KEY (bucket, refund_id) REFERENCES prewatt.refunds(bucket, id),
  CONSTRAINT refund_orders_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES prewatt.operators(id),
  CONSTRAINT refund_orders_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX refund_orders_due ON prewatt.refund_orders USING btree (utility_id, next_check_at) WHERE (next_check_at IS NOT NULL);
ALTER TABLE prewatt.refund_orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.refund_orders FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.refunds (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  sale_id uuid NOT NULL,
  correction_id uuid NOT NULL,
  amount_minor bigint NOT NULL,
  state text NOT NULL,
  due_at timestamp with time zone NOT NULL,
  paid_reference text,
  paid_by uuid,
  paid_at timestamp with time zone,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  settled bigint,
  CONSTRAINT refunds_pkey PRIMARY KEY (bucket, id),
  CONSTRAINT refunds_bucket_sale_id_key UNIQUE (bucket, sale_id),
  CONSTRAINT refunds_amount_minor_check CHECK ((amount_minor > 0)),
  CONSTRAINT refunds_check CHECK (((state = 'paid'::text) = (paid_reference IS NOT NULL))),
  CONSTRAINT refunds_check1 CHECK (((state = 'paid'::text) = (paid_by IS NOT NULL))),
  CONSTRAINT refunds_check2 CHECK (((state = 'paid'::text) = (paid_at IS NOT NULL))),
  CONSTRAINT refunds_paid_reference_check CHECK (((length(paid_reference) >= 1) AND (length(paid_reference) <= 100))),
  CONSTRAINT refunds_state_check CHECK ((state = ANY (ARRAY['due'::text, 'paid'::text]))),
  CONSTRAINT refunds_bucket_correction_id_fkey FOREIGN KEY (bucket, correction_id) REFERENCES prewatt.corrections(bucket, id),
  CONSTRAINT refunds_bucket_sale_id_fkey FOREIGN KEY (bucket, sale_id) REFERENCES prewatt.sales(bucket, id),
  CONSTRAINT refunds_paid_by_fkey FOREIGN KEY (paid_by) REFERENCES prewatt.operators(id),
  CONSTRAINT refunds_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX refunds_by_id ON prewatt.refunds USING btree (id);
CREATE INDEX refunds_due ON prewatt.refunds USING btree (utility_id, due_at) WHERE (state = 'due'::text);
ALTER TABLE prewatt.refunds ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.refunds FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));
CREATE TRIGGER settle BEFORE INSERT OR UPDATE ON prewatt.refunds FOR EACH ROW WHEN (((new.settled IS NULL) AND (new.state = 'paid'::text))) EXECUTE FUNCTION prewatt.settle();

CREATE TABLE prewatt.revenue_case_events (
  bucket smallint NOT NULL,
  case_id uuid NOT NULL,
  ordinal smallint NOT NULL,
  utility_id uuid NOT NULL,
  what text NOT NULL,
  operator_id uuid NOT NULL,
  at timestamp with time zone NOT NULL,
  details jsonb NOT NULL,
  CONSTRAINT revenue_case_events_pkey PRIMARY KEY (bucket, case_id, ordinal),
  CONSTRAINT revenue_case_events_ordinal_check CHECK ((ordinal >= 1)),
  CONSTRAINT revenue_case_events_what_check CHECK ((what = ANY (ARRAY['opened'::text, 'visit'::text, 'found'::text, 'billAsked'::text, 'billed'::text, 'billRefused'::text, 'appealed'::text, 'appealDecided'::text, 'closed'::text]))),
  CONSTRAINT revenue_case_events_bucket_case_id_fkey FOREIGN KEY (bucket, case_id) REFERENCES prewatt.revenue_cases(bucket, id),
  CONSTRAINT revenue_case_events_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES prewatt.operators(id),
  CONSTRAINT revenue_case_events_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
ALTER TABLE prewatt.revenue_case_events ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.revenue_case_events FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.revenue_case_photos (
  bucket smallint NOT NULL,
  case_id uuid NOT NULL,
  sha256 bytea NOT NULL,
  utility_id uuid NOT NULL,
  jpeg bytea NOT NULL,
  sent_by uuid NOT NULL,
  sent_at timestamp with time zone NOT NULL,
  CONSTRAINT revenue_case_photos_pkey PRIMARY KEY (bucket, case_id, sha256),
  CONSTRAINT revenue_case_photos_hash CHECK ((sha256 = sha256(jpeg))),
  CONSTRAINT revenue_case_photos_size CHECK ((octet_length(jpeg) <= 1000000)),
  CONSTRAINT revenue_case_photos_bucket_case_id_fkey FOREIGN KEY (bucket, case_id) REFERENCES prewatt.revenue_cases(bucket, id),
  CONSTRAINT revenue_case_photos_sent_by_fkey FOREIGN KEY (sent_by) REFERENCES prewatt.operators(id),
  CONSTRAINT revenue_case_photos_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
ALTER TABLE prewatt.revenue_case_photos ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.revenue_case_photos FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.revenue_cases (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  request_id text NOT NULL,
  state text NOT NULL,
  visit_on date NOT NULL,
  standing text,
  probability_permille smallint,
  reasons jsonb NOT NULL,
  guard_reason text,
  was_flagged boolean NOT NULL,
  tariff_name text NOT NULL,
  opened_by uuid NOT NULL,
  opened_at timestamp with time zone NOT NULL,
  visitors text[],
  check_in_with text,
  finding text,
  found_by uuid,
  found_at timestamp with time zone,
  bill jsonb,
  billed_minor bigint,
  billed_wh bigint,
  approval_id uuid,
  debt_id uuid,
  appeal_until date,
  closed_by uuid,
  closed_at timestamp with time zone,
  fine_minor bigint,
  fine_debt_id uuid,
  CONSTRAINT revenue_cases_pkey PRIMARY KEY (bucket, id),
  CONSTRAINT revenue_cases_bucket_connection_id_request_id_key UNIQUE (bucket, connection_id, request_id),
  CONSTRAINT revenue_cases_billed CHECK (((billed_minor IS NULL) = (debt_id IS NULL))),
  CONSTRAINT revenue_cases_billed_minor_check CHECK ((billed_minor > 0)),
  CONSTRAINT revenue_cases_by_two CHECK (((billed_minor IS NULL) OR (closed_by IS NULL) OR (closed_by <> found_by))),
  CONSTRAINT revenue_cases_check_in_with_check CHECK (((length(check_in_with) >= 2) AND (length(check_in_with) <= 100))),
  CONSTRAINT revenue_cases_closed CHECK (((state = 'closed'::text) = (closed_at IS NOT NULL))),
  CONSTRAINT revenue_cases_finding_check CHECK ((finding = ANY (ARRAY['theft'::text, 'fault'::text, 'honest'::text, 'noAccess'::text, 'notSafe'::text, 'notVisited'::text]))),
  CONSTRAINT revenue_cases_fined CHECK ((((fine_minor IS NULL) = (fine_debt_id IS NULL)) AND (fine_minor > 0))),
  CONSTRAINT revenue_cases_fined_by_two CHECK (((fine_minor IS NULL) OR (closed_by IS NULL) OR (closed_by <> found_by))),
  CONSTRAINT revenue_cases_found CHECK (((finding IS NULL) = (found_at IS NULL))),
  CONSTRAINT revenue_cases_guard_reason_check CHECK (((length(guard_reason) >= 10) AND (length(guard_reason) <= 500))),
  CONSTRAINT revenue_cases_guarded CHECK (((NOT (standing IS DISTINCT FROM 'visit'::text)) OR (standing IS NULL) OR (guard_reason IS NOT NULL))),
  CONSTRAINT revenue_cases_request_id_check CHECK (((length(request_id) >= 8) AND (length(request_id) <= 100))),
  CONSTRAINT revenue_cases_standing_check CHECK ((standing = ANY (ARRAY['visit'::text, 'support'::text, 'held'::text]))),
  CONSTRAINT revenue_cases_state_check CHECK ((state = ANY (ARRAY['planned'::text, 'visited'::text, 'billing'::text, 'billed'::text, 'appealed'::text, 'closed'::text]))),
  CONSTRAINT revenue_cases_visited CHECK (((finding IS NULL) OR (finding = ANY (ARRAY['notSafe'::text, 'notVisited'::text])) OR (cardinality(visitors) >= 2) OR ((cardinality(visitors) = 1) AND (check_in_with IS NOT NULL)))),
  CONSTRAINT revenue_cases_bucket_connection_id_fkey FOREIGN KEY (bucket, connection_id) REFERENCES prewatt.connections(bucket, id),
  CONSTRAINT revenue_cases_closed_by_fkey FOREIGN KEY (closed_by) REFERENCES prewatt.operators(id),
  CONSTRAINT revenue_cases_found_by_fkey FOREIGN KEY (found_by) REFERENCES prewatt.operators(id),
  CONSTRAINT revenue_cases_opened_by_fkey FOREIGN KEY (opened_by) REFERENCES prewatt.operators(id),
  CONSTRAINT revenue_cases_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX revenue_cases_by_time ON prewatt.revenue_cases USING btree (utility_id, opened_at DESC);
CREATE UNIQUE INDEX revenue_cases_one_open ON prewatt.revenue_cases USING btree (bucket, connection_id) WHERE (state <> 'closed'::text);
ALTER TABLE prewatt.revenue_cases ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.revenue_cases FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.revenue_fine_rules (
  utility_id uuid NOT NULL,
  version integer NOT NULL,
  tariff_name text,
  fixed_minor bigint NOT NULL,
  share_percent smallint NOT NULL,
  reason text NOT NULL,
  request_id text NOT NULL,
  set_by uuid NOT NULL,
  set_at timestamp with time zone NOT NULL,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  CONSTRAINT revenue_fine_rules_pkey PRIMARY KEY (utility_id, version),
  CONSTRAINT revenue_fine_rules_utility_id_request_id_key UNIQUE (utility_id, request_id),
  CONSTRAINT revenue_fine_rules_fixed_minor_check CHECK (((fixed_minor >= 0) AND (fixed_minor <= '1000000000000'::bigint))),
  CONSTRAINT revenue_fine_rules_reason_check CHECK (((length(reason) >= 10) AND (length(reason) <= 500))),
  CONSTRAINT revenue_fine_rules_request_id_check CHECK (((length(request_id) >= 8) AND (length(request_id) <= 100))),
  CONSTRAINT revenue_fine_rules_share_percent_check CHECK (((share_percent >= 0) AND (share_percent <= 300))),
  CONSTRAINT revenue_fine_rules_tariff_name_check CHECK (((length(tariff_name) >= 1) AND (length(tariff_name) <= 200))),
  CONSTRAINT revenue_fine_rules_version_check CHECK ((version > 0)),
  CONSTRAINT revenue_fine_rules_set_by_fkey FOREIGN KEY (set_by) REFERENCES prewatt.operators(id),
  CONSTRAINT revenue_fine_rules_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
ALTER TABLE prewatt.revenue_fine_rules ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.revenue_fine_rules FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.revenue_lines (
  bucket smallint NOT NULL,
  connection_id uuid NOT NULL,
  utility_id uuid NOT NULL,
  node_id uuid,
  round_id uuid NOT NULL,
  standing text NOT NULL,
  held_state text,
  held_words text,
  probability_permille smallint NOT NULL,
  recoverable_wh bigint NOT NULL,
  expected_wh bigint NOT NULL,
  expected_minor bigint,
  reasons jsonb NOT NULL,
  need jsonb NOT NULL,
  chart jsonb NOT NULL,
  doubt text,
  CONSTRAINT revenue_lines_pkey PRIMARY KEY (bucket, connection_id),
  CONSTRAINT revenue_lines_check CHECK (((standing = 'held'::text) <= (held_state IS NOT NULL))),
  CONSTRAINT revenue_lines_probability_permille_check CHECK (((probability_permille >= 0) AND (probability_permille <= 1000))),
  CONSTRAINT revenue_lines_standing_check CHECK ((standing = ANY (ARRAY['visit'::text, 'support'::text, 'held'::text, 'quiet'::text]))),
  CONSTRAINT revenue_lines_bucket_connection_id_fkey FOREIGN KEY (bucket, connection_id) REFERENCES prewatt.connections(bucket, id),
  CONSTRAINT revenue_lines_round_id_fkey FOREIGN KEY (round_id) REFERENCES prewatt.revenue_rounds(id),
  CONSTRAINT revenue_lines_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX revenue_lines_by_worth ON prewatt.revenue_lines USING btree (utility_id, standing, expected_wh DESC);
ALTER TABLE prewatt.revenue_lines ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.revenue_lines FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.revenue_rounds (
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  day date NOT NULL,
  stage text NOT NULL,
  after_code text NOT NULL DEFAULT ''::text,
  after_bucket smallint NOT NULL DEFAULT '-1'::integer,
  after_connection uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000'::uuid,
  step integer NOT NULL DEFAULT 0,
  homes integer NOT NULL DEFAULT 0,
  price_per_kwh_minor bigint,
  town_middle_minor bigint,
  started_at timestamp with time zone NOT NULL,
  done_at timestamp with time zone,
  span_days smallint NOT NULL DEFAULT 60,
  CONSTRAINT revenue_rounds_pkey PRIMARY KEY (id),
  CONSTRAINT revenue_rounds_utility_id_day_key UNIQUE (utility_id, day),
  CONSTRAINT revenue_rounds_check CHECK (((stage = 'done'::text) = (done_at IS NOT NULL))),
  CONSTRAINT revenue_rounds_span_days_check CHECK (((span_days >= 1) AND (span_days <= 60))),
  CONSTRAINT revenue_rounds_stage_check CHECK ((stage = ANY (ARRAY['nodes'::text, 'unplaced'::text, 'placing'::text, 'doubts'::text, 'done'::text]))),
  CONSTRAINT revenue_rounds_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
ALTER TABLE prewatt.revenue_rounds ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.revenue_rounds FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.sale_reprints (
  bucket smallint NOT NULL,
  sale_id uuid NOT NULL,
  ordinal integer NOT NULL,
  utility_id uuid NOT NULL,
  operator_id uuid,
  reason text,
  at timestamp with time zone NOT NULL,
  key_id uuid,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  CONSTRAINT sale_reprints_pkey PRIMARY KEY (bucket, sale_id, ordinal),
  CONSTRAINT sale_reprints_ordinal_check CHECK ((ordinal > 0)),
  CONSTRAINT sale_reprints_printed_by CHECK ((num_nonnulls(operator_id, key_id) = 1)),
  CONSTRAINT sale_reprints_reason_check CHECK (((length(reason) >= 3) AND (length(reason) <= 500))),
  CONSTRAINT sale_reprints_reasoned CHECK (((operator_id IS NULL) = (reason IS NULL))),
  CONSTRAINT sale_reprints_bucket_sale_id_fkey FOREIGN KEY (bucket, sale_id) REFERENCES prewatt.sales(bucket, id),
  CONSTRAINT sale_reprints_key_id_fkey FOREIGN KEY (key_id) REFERENCES prewatt.vendor_keys(id),
  CONSTRAINT sale_reprints_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES prewatt.operators(id),
  CONSTRAINT sale_reprints_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
ALTER TABLE prewatt.sale_reprints ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.sale_reprints FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.sales (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  meter_id uuid NOT NULL,
  request_id text,
  amount_minor bigint NOT NULL,
  state text NOT NULL,
  stuck_reason text,
  brought_forward_minor bigint,
  energy_wh bigint,
  lines jsonb,
  remainder_minor bigint,
  requested_at timestamp with time zone NOT NULL,
  paid_at timestamp with time zone,
  issued_at timestamp with time zone,
  delivered_at timestamp with time zone,
  stuck_at timestamp with time zone,
  reversed_at timestamp with time zone,
  tariff_version_id uuid,
  month_energy_before_wh bigint,
  credit_minor bigint,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  settled bigint,
  recovered_energy_wh bigint,
  recovered_minor bigint,
  CONSTRAINT sales_pkey PRIMARY KEY (bucket, id),
  CONSTRAINT sales_amount_minor_check CHECK ((amount_minor > 0)),
  CONSTRAINT sales_check CHECK (((state = ANY (ARRAY['issued'::text, 'delivered'::text])) <= (energy_wh IS NOT NULL))),
  CONSTRAINT sales_check1 CHECK (((state = 'stuck'::text) <= (stuck_reason IS NOT NULL))),
  CONSTRAINT sales_check2 CHECK (((recovered_energy_wh >= 0) AND (recovered_energy_wh <= energy_wh))),
  CONSTRAINT sales_check3 CHECK (((recovered_minor >= 0) AND (recovered_minor <= COALESCE(credit_minor, (0)::bigint)))),
  CONSTRAINT sales_credit CHECK (((credit_minor IS NULL) OR (energy_wh = 0))),
  CONSTRAINT sales_credit_minor_check CHECK ((credit_minor > 0)),
  CONSTRAINT sales_request_id_check CHECK (((length(request_id) >= 8) AND (length(request_id) <= 100))),
  CONSTRAINT sales_reversed_check CHECK (((state = 'reversed'::text) = (reversed_at IS NOT NULL))),
  CONSTRAINT sales_state_check CHECK ((state = ANY (ARRAY['awaitingPayment'::text, 'paymentRefused'::text, 'paymentExpired'::text, 'issued'::text, 'delivered'::text, 'stuck'::text, 'reversed'::text])))
);
CREATE INDEX sales_by_connection ON prewatt.sales USING btree (bucket, connection_id, requested_at DESC);
CREATE INDEX sales_by_id ON prewatt.sales USING btree (id);
CREATE INDEX sales_by_time ON prewatt.sales USING btree (utility_id, requested_at DESC);
CREATE INDEX sales_held ON prewatt.sales USING btree (bucket, connection_id) WHERE ((state = 'stuck'::text) AND (issued_at IS NULL));
CREATE INDEX sales_reversed_stuck ON prewatt.sales USING btree (utility_id, stuck_at) WHERE ((state = 'reversed'::text) AND (stuck_reason IS NOT NULL));
CREATE INDEX sales_stuck ON prewatt.sales USING btree (utility_id, stuck_at) WHERE (state = 'stuck'::text);
CREATE UNIQUE INDEX sales_requested_once ON prewatt.sales USING btree (bucket, connection_id, request_id) WHERE (request_id IS NOT NULL);
ALTER TABLE prewatt.sales ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.sales FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));
CREATE TRIGGER keys_stand BEFORE UPDATE OF bucket, id, utility_id, connection_id ON prewatt.sales FOR EACH STATEMENT EXECUTE FUNCTION prewatt.keys_stand();
CREATE TRIGGER meter_stands BEFORE UPDATE OF meter_id ON prewatt.sales FOR EACH ROW WHEN ((new.meter_id IS DISTINCT FROM old.meter_id)) EXECUTE FUNCTION prewatt.sale_changes_meter();
CREATE TRIGGER rows_stand BEFORE DELETE OR TRUNCATE ON prewatt.sales FOR EACH STATEMENT EXECUTE FUNCTION prewatt.keys_stand();
CREATE TRIGGER sales_have_their_meter AFTER INSERT ON prewatt.sales REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION prewatt.sales_have_their_meter();
CREATE TRIGGER settle BEFORE INSERT OR UPDATE ON prewatt.sales FOR EACH ROW WHEN (((new.settled IS NULL) AND (new.issued_at IS NOT NULL))) EXECUTE FUNCTION prewatt.settle();

CREATE TABLE prewatt.saved_views (
  utility_id uuid NOT NULL,
  operator_id uuid NOT NULL,
  list text NOT NULL,
  name text NOT NULL,
  search text NOT NULL,
  is_shared boolean NOT NULL,
  saved_at timestamp with time zone NOT NULL,
  CONSTRAINT saved_views_pkey PRIMARY KEY (utility_id, operator_id, list, name),
  CONSTRAINT saved_views_list_check CHECK ((list = ANY (ARRAY['meters'::text, 'sales'::text, 'customers'::text, 'tickets'::text]))),
  CONSTRAINT saved_views_name_check CHECK (((length(name) >= 1) AND (length(name) <= 60))),
  CONSTRAINT saved_views_search_check CHECK ((length(search) <= 1000)),
  CONSTRAINT saved_views_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES prewatt.operators(id),
  CONSTRAINT saved_views_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
ALTER TABLE prewatt.saved_views ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.saved_views FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.server_processes (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  name text NOT NULL,
  state text NOT NULL DEFAULT 'working'::text,
  started_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  seen_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  job_workers text[] NOT NULL DEFAULT '{}'::text[],
  CONSTRAINT server_processes_pkey PRIMARY KEY (id),
  CONSTRAINT server_processes_job_workers_check CHECK ((cardinality(job_workers) <= 100)),
  CONSTRAINT server_processes_name_check CHECK (((length(name) >= 1) AND (length(name) <= 120))),
  CONSTRAINT server_processes_state_check CHECK ((state = ANY (ARRAY['working'::text, 'draining'::text, 'ended'::text])))
);

CREATE TABLE prewatt.setting_rounds (
  utility_id uuid NOT NULL,
  setting text NOT NULL,
  going_by text NOT NULL,
  started_at timestamp with time zone NOT NULL,
  after_bucket smallint NOT NULL,
  after_meter_id uuid NOT NULL,
  finished_at timestamp with time zone,
  CONSTRAINT setting_rounds_pkey PRIMARY KEY (utility_id, setting),
  CONSTRAINT setting_rounds_setting_check CHECK ((setting = ANY (ARRAY['protection'::text, 'tariff'::text]))),
  CONSTRAINT setting_rounds_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
ALTER TABLE prewatt.setting_rounds ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.setting_rounds FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.smart_card_directory (
  card_number text NOT NULL,
  utility_id uuid NOT NULL,
  bucket smallint NOT NULL,
  connection_id uuid NOT NULL,
  CONSTRAINT smart_card_directory_pkey PRIMARY KEY (card_number),
  CONSTRAINT smart_card_directory_card_number_check CHECK ((card_number ~ '^\d{16}$'::text)),
  CONSTRAINT smart_card_directory_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);

CREATE TABLE prewatt.smart_card_loads (
  bucket smallint NOT NULL,
  card_number text NOT NULL,
  count bigint NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  meter_id uuid NOT NULL,
  sale_id uuid NOT NULL,
  token_ids uuid[] NOT NULL,
  operator_id uuid,
  key_id uuid,
  made_at timestamp with time zone NOT NULL,
  answered_at timestamp with time zone,
  outcomes text[],
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  settled bigint,
  CONSTRAINT smart_card_loads_pkey PRIMARY KEY (bucket, card_number, count),
  CONSTRAINT smart_card_loads_bucket_card_number_meter_id_sale_id_key UNIQUE (bucket, card_number, meter_id, sale_id),
  CONSTRAINT smart_card_loads_answered CHECK (((outcomes IS NULL) OR (answered_at IS NOT NULL))),
  CONSTRAINT smart_card_loads_by_one CHECK ((num_nonnulls(operator_id, key_id) = 1)),
  CONSTRAINT smart_card_loads_count_check CHECK (((count >= 1) AND (count <= '4294967295'::bigint))),
  CONSTRAINT smart_card_loads_token_ids_check CHECK (((cardinality(token_ids) >= 1) AND (cardinality(token_ids) <= 4))),
  CONSTRAINT smart_card_loads_bucket_card_number_fkey FOREIGN KEY (bucket, card_number) REFERENCES prewatt.smart_cards(bucket, card_number),
  CONSTRAINT smart_card_loads_bucket_meter_id_fkey FOREIGN KEY (bucket, meter_id) REFERENCES prewatt.meters(bucket, id),
  CONSTRAINT smart_card_loads_bucket_sale_id_fkey FOREIGN KEY (bucket, sale_id) REFERENCES prewatt.sales(bucket, id),
  CONSTRAINT smart_card_loads_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES prewatt.operators(id),
  CONSTRAINT smart_card_loads_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX smart_card_loads_open ON prewatt.smart_card_loads USING btree (bucket, connection_id) WHERE (answered_at IS NULL);
ALTER TABLE prewatt.smart_card_loads ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.smart_card_loads FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));
CREATE TRIGGER settle BEFORE INSERT OR UPDATE ON prewatt.smart_card_loads FOR EACH ROW WHEN (((new.settled IS NULL) AND (new.answered_at IS NOT NULL))) EXECUTE FUNCTION prewatt.settle();

CREATE TABLE prewatt.smart_card_reports (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  card_number text NOT NULL,
  meter_id uuid NOT NULL,
  sequence bigint NOT NULL,
  count bigint NOT NULL,
  outcomes text[] NOT NULL,
  said_at timestamp with time zone NOT NULL,
  available bigint NOT NULL,
  import_energy_wh bigint NOT NULL,
  event_sequence bigint NOT NULL,
  flags text[] NOT NULL,
  came_at timestamp with time zone NOT NULL,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  CONSTRAINT smart_card_reports_pkey PRIMARY KEY (bucket, id),
  CONSTRAINT smart_card_reports_count_check CHECK ((count >= 0)),
  CONSTRAINT smart_card_reports_import_energy_wh_check CHECK ((import_energy_wh >= 0)),
  CONSTRAINT smart_card_reports_sequence_check CHECK ((sequence >= 1)),
  CONSTRAINT smart_card_reports_bucket_card_number_fkey FOREIGN KEY (bucket, card_number) REFERENCES prewatt.smart_cards(bucket, card_number),
  CONSTRAINT smart_card_reports_bucket_meter_id_fkey FOREIGN KEY (bucket, meter_id) REFERENCES prewatt.meters(bucket, id),
  CONSTRAINT smart_card_reports_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX smart_card_reports_newest ON prewatt.smart_card_reports USING btree (bucket, card_number, id DESC);
ALTER TABLE prewatt.smart_card_reports ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.smart_card_reports FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.smart_cards (
  bucket smallint NOT NULL,
  card_number text NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  request_id text NOT NULL,
  medium text NOT NULL,
  replaces text,
  issued_by uuid NOT NULL,
  issued_at timestamp with time zone NOT NULL,
  state text NOT NULL,
  state_at timestamp with time zone NOT NULL,
  seen_count bigint NOT NULL DEFAULT 0,
  seen_meter_id uuid,
  seen_report bigint,
  seen_report_digest text,
  seen_key text,
  seen_at timestamp with time zone,
  refusal text,
  refused_at timestamp with time zone,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  CONSTRAINT smart_cards_pkey PRIMARY KEY (bucket, card_number),
  CONSTRAINT smart_cards_bucket_connection_id_request_id_key UNIQUE (bucket, connection_id, request_id),
  CONSTRAINT smart_cards_bucket_check CHECK (((bucket >= 0) AND (bucket <= 1023))),
  CONSTRAINT smart_cards_card_number_check CHECK ((card_number ~ '^\d{16}$'::text)),
  CONSTRAINT smart_cards_medium_check CHECK ((medium = ANY (ARRAY['memory'::text, 'cpu'::text]))),
  CONSTRAINT smart_cards_refusal_check CHECK (((length(refusal) >= 1) AND (length(refusal) <= 40))),
  CONSTRAINT smart_cards_refused CHECK (((refusal IS NULL) = (refused_at IS NULL))),
  CONSTRAINT smart_cards_report CHECK ((num_nonnulls(seen_report, seen_report_digest, seen_key) = ANY (ARRAY[0, 3]))),
  CONSTRAINT smart_cards_request_id_check CHECK (((length(request_id) >= 8) AND (length(request_id) <= 100))),
  CONSTRAINT smart_cards_seen_count_check CHECK (((seen_count >= 0) AND (seen_count <= '4294967295'::bigint))),
  CONSTRAINT smart_cards_seen_report_check CHECK (((seen_report >= 1) AND (seen_report <= '4294967295'::bigint))),
  CONSTRAINT smart_cards_state_check CHECK ((state = ANY (ARRAY['issued'::text, 'lost'::text, 'blocked'::text, 'replaced'::text]))),
  CONSTRAINT smart_cards_bucket_connection_id_fkey FOREIGN KEY (bucket, connection_id) REFERENCES prewatt.connections(bucket, id),
  CONSTRAINT smart_cards_bucket_replaces_fkey FOREIGN KEY (bucket, replaces) REFERENCES prewatt.smart_cards(bucket, card_number),
  CONSTRAINT smart_cards_issued_by_fkey FOREIGN KEY (issued_by) REFERENCES prewatt.operators(id),
  CONSTRAINT smart_cards_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
ALTER TABLE prewatt.smart_cards ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.smart_cards FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.supply_call_events (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  call_id uuid NOT NULL,
  request_id text NOT NULL,
  what text NOT NULL,
  note text NOT NULL,
  operator_id uuid,
  at timestamp with time zone NOT NULL,
  CONSTRAINT supply_call_events_pkey PRIMARY KEY (bucket, id),
  CONSTRAINT supply_call_events_bucket_call_id_request_id_key UNIQUE (bucket, call_id, request_id),
  CONSTRAINT supply_call_events_note_check CHECK (((length(note) >= 1) AND (length(note) <= 500))),
  CONSTRAINT supply_call_events_request_id_check CHECK (((length(request_id) >= 8) AND (length(request_id) <= 100))),
  CONSTRAINT supply_call_events_what_check CHECK ((what = ANY (ARRAY['called'::text, 'resolved'::text]))),
  CONSTRAINT supply_call_events_bucket_call_id_fkey FOREIGN KEY (bucket, call_id) REFERENCES prewatt.supply_calls(bucket, id),
  CONSTRAINT supply_call_events_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES prewatt.operators(id),
  CONSTRAINT supply_call_events_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
ALTER TABLE prewatt.supply_call_events ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.supply_call_events FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.supply_calls (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  because text NOT NULL,
  out_since timestamp with time zone NOT NULL,
  state text NOT NULL,
  opened_at timestamp with time zone NOT NULL,
  state_at timestamp with time zone NOT NULL,
  CONSTRAINT supply_calls_pkey PRIMARY KEY (bucket, id),
  CONSTRAINT supply_calls_because_check CHECK ((because = ANY (ARRAY['medical'::text, 'vulnerable'::text, 'silence'::text, 'noPurchase'::text]))),
  CONSTRAINT supply_calls_state_check CHECK ((state = ANY (ARRAY['new'::text, 'called'::text, 'resolved'::text]))),
  CONSTRAINT supply_calls_bucket_connection_id_fkey FOREIGN KEY (bucket, connection_id) REFERENCES prewatt.connections(bucket, id),
  CONSTRAINT supply_calls_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX supply_calls_by_connection ON prewatt.supply_calls USING btree (bucket, connection_id, out_since);
CREATE INDEX supply_calls_by_state ON prewatt.supply_calls USING btree (utility_id, state, opened_at);
CREATE UNIQUE INDEX supply_calls_one_open ON prewatt.supply_calls USING btree (bucket, connection_id) WHERE (state <> 'resolved'::text);
ALTER TABLE prewatt.supply_calls ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.supply_calls FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.supply_forecasts (
  bucket smallint NOT NULL,
  connection_id uuid NOT NULL,
  utility_id uuid NOT NULL,
  expected_at timestamp with time zone,
  made_at timestamp with time zone NOT NULL,
  CONSTRAINT supply_forecasts_pkey PRIMARY KEY (bucket, connection_id),
  CONSTRAINT supply_forecasts_bucket_check CHECK (((bucket >= 0) AND (bucket <= 1023))),
  CONSTRAINT supply_forecasts_bucket_connection_id_fkey FOREIGN KEY (bucket, connection_id) REFERENCES prewatt.connections(bucket, id),
  CONSTRAINT supply_forecasts_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX supply_forecasts_by_end ON prewatt.supply_forecasts USING btree (utility_id, expected_at, connection_id) WHERE (expected_at IS NOT NULL);
ALTER TABLE prewatt.supply_forecasts ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.supply_forecasts FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.supply_holds (
  bucket smallint NOT NULL,
  command_id uuid NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  cause text NOT NULL,
  of_job boolean NOT NULL,
  held_by text NOT NULL,
  reason text NOT NULL,
  held_at timestamp with time zone NOT NULL,
  released_at timestamp with time zone,
  released_by text,
  release_reason text,
  release_command_id uuid,
  operator_id uuid,
  asked_at timestamp with time zone,
  ends_at timestamp with time zone,
  approval_id uuid,
  approved_by uuid,
  approval_state text GENERATED ALWAYS AS (
CASE
    WHEN (approval_id IS NOT NULL) THEN 'done'::text
    ELSE NULL::text
END),
  CONSTRAINT supply_holds_pkey PRIMARY KEY (bucket, command_id),
  CONSTRAINT supply_holds_approved CHECK ((((approval_id IS NULL) = (approved_by IS NULL)) AND ((approval_id IS NULL) OR (operator_id IS NOT NULL)))),
  CONSTRAINT supply_holds_cause_check CHECK ((cause = ANY (ARRAY['operator'::text, 'maintenance'::text, 'safety'::text]))),
  CONSTRAINT supply_holds_check CHECK (((released_at IS NULL) = (released_by IS NULL))),
  CONSTRAINT supply_holds_check1 CHECK (((released_at IS NULL) = (release_reason IS NULL))),
  CONSTRAINT supply_holds_check2 CHECK (((released_at IS NULL) = (release_command_id IS NULL))),
  CONSTRAINT supply_holds_end CHECK (((cause = 'safety'::text) = (ends_at IS NOT NULL))),
  CONSTRAINT supply_holds_allowed FOREIGN KEY (utility_id, approval_id, operator_id, approved_by, approval_state) REFERENCES prewatt.approvals(utility_id, id, requested_by, decided_by, state) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT supply_holds_approved_by_fkey FOREIGN KEY (approved_by) REFERENCES prewatt.operators(id),
  CONSTRAINT supply_holds_bucket_command_id_fkey FOREIGN KEY (bucket, command_id) REFERENCES prewatt.commands(bucket, id),
  CONSTRAINT supply_holds_bucket_connection_id_fkey FOREIGN KEY (bucket, connection_id) REFERENCES prewatt.connections(bucket, id),
  CONSTRAINT supply_holds_bucket_release_command_id_fkey FOREIGN KEY (bucket, release_command_id) REFERENCES prewatt.commands(bucket, id),
  CONSTRAINT supply_holds_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES prewatt.operators(id),
  CONSTRAINT supply_holds_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX supply_holds_of_operator ON prewatt.supply_holds USING btree (utility_id, operator_id, asked_at) WHERE (cause = 'safety'::text);
CREATE INDEX supply_holds_safety ON prewatt.supply_holds USING btree (utility_id, released_at) WHERE (cause = 'safety'::text);
CREATE UNIQUE INDEX supply_holds_one ON prewatt.supply_holds USING btree (bucket, connection_id) WHERE (released_at IS NULL);
ALTER TABLE prewatt.supply_holds ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.supply_holds FOR ALL TO prewatt_app USING ((utility_id = prewatt.current_utility())) WITH CHECK ((utility_id = prewatt.current_utility()));

CREATE TABLE prewatt.supply_warnings (
  bucket smallint NOT NULL,
  connection_id uuid NOT NULL,
  utility_id uuid NOT NULL,
  credit text NOT NULL,
  lasts_ms bigint NOT NULL,
  told text[] NOT NULL,
  is_followed boolean NOT NULL,
  look_at timestamp with time zone NOT NULL,
  CONSTRAINT supply_warnings_pkey PRIMARY KEY (bucket, connection_id),
  CONSTRAINT supply_warnings_bucket_check CHECK (((bucket >= 0) AND (bucket <= 1023))),
  CONSTRAINT supply_warnings_told_check CHECK ((told <@ ARRAY['twoDays'::text, 'halfDay'::text, 'surge'::text])),
  CONSTRAINT supply_warnings_bucket_connection_id_fkey FOREIGN KEY (bucket, connection_id) REFERENCES prewatt.connections(bucket, id),
  CONSTRAINT supply_warnings_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX supply_warnings_to_look ON prewatt.supply_warnings USING btree (utility_id, look_at);
ALTER TABLE prewatt.supply_warnings ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.supply_warnings FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.supply_watch (
  bucket smallint NOT NULL,
  connection_id uuid NOT NULL,
  utility_id uuid NOT NULL,
  out_since timestamp with time zone,
  still_since timestamp with time zone NOT NULL,
  import_energy_wh bigint NOT NULL,
  CONSTRAINT supply_watch_pkey PRIMARY KEY (bucket, connection_id),
  CONSTRAINT supply_watch_bucket_connection_id_fkey FOREIGN KEY (bucket, connection_id) REFERENCES prewatt.connections(bucket, id),
  CONSTRAINT supply_watch_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
ALTER TABLE prewatt.supply_watch ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.supply_watch FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.tariff_assignment_batches (
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  request_id text NOT NULL,
  digest text NOT NULL,
  tariff_id uuid,
  undo_of uuid,
  from_date date NOT NULL,
  chosen jsonb NOT NULL,
  reason text NOT NULL,
  requested_by uuid NOT NULL,
  months smallint NOT NULL,
  from_at timestamp with time zone NOT NULL,
  to_at timestamp with time zone NOT NULL,
  rows_total integer NOT NULL,
  rows_done integer NOT NULL DEFAULT 0,
  after_bucket smallint,
  after_id uuid,
  summary jsonb,
  approval_id uuid,
  state text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  state_at timestamp with time zone NOT NULL,
  approval_state text GENERATED ALWAYS AS (
CASE
    WHEN (state = ANY (ARRAY['assigning'::text, 'done'::text])) THEN 'done'::text
    ELSE NULL::text
END),
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  settled bigint,
  CONSTRAINT tariff_assignment_batches_pkey PRIMARY KEY (id),
  CONSTRAINT tariff_assignment_batches_utility_id_request_id_key UNIQUE (utility_id, request_id),
  CONSTRAINT tariff_assignment_batches_check CHECK (((tariff_id IS NULL) = (undo_of IS NOT NULL))),
  CONSTRAINT tariff_assignment_batches_check1 CHECK (((state = ANY (ARRAY['previewing'::text, 'closed'::text])) OR (summary IS NOT NULL))),
  CONSTRAINT tariff_assignment_batches_check2 CHECK (((state = ANY (ARRAY['previewing'::text, 'ready'::text, 'closed'::text])) OR (approval_id IS NOT NULL))),
  CONSTRAINT tariff_assignment_batches_digest_check CHECK ((digest ~ '^[0-9a-f]{64}$'::text)),
  CONSTRAINT tariff_assignment_batches_months_check CHECK (((months >= 1) AND (months <= 24))),
  CONSTRAINT tariff_assignment_batches_reason_check CHECK (((length(reason) >= 10) AND (length(reason) <= 500))),
  CONSTRAINT tariff_assignment_batches_request_id_check CHECK (((length(request_id) >= 8) AND (length(request_id) <= 100))),
  CONSTRAINT tariff_assignment_batches_rows_total_check CHECK ((rows_total > 0)),
  CONSTRAINT tariff_assignment_batches_state_check CHECK ((state = ANY (ARRAY['previewing'::text, 'ready'::text, 'awaitingApproval'::text, 'assigning'::text, 'done'::text, 'closed'::text]))),
  CONSTRAINT tariff_assignment_batches_allowed FOREIGN KEY (utility_id, approval_id, approval_state) REFERENCES prewatt.approvals(utility_id, id, state) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT tariff_assignment_batches_approval_id_fkey FOREIGN KEY (approval_id) REFERENCES prewatt.approvals(id),
  CONSTRAINT tariff_assignment_batches_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES prewatt.operators(id),
  CONSTRAINT tariff_assignment_batches_tariff_id_fkey FOREIGN KEY (tariff_id) REFERENCES prewatt.tariffs(id),
  CONSTRAINT tariff_assignment_batches_undo_of_fkey FOREIGN KEY (undo_of) REFERENCES prewatt.tariff_assignment_batches(id),
  CONSTRAINT tariff_assignment_batches_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX tariff_assignment_batches_newest ON prewatt.tariff_assignment_batches USING btree (utility_id, id DESC);
ALTER TABLE prewatt.tariff_assignment_batches ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.tariff_assignment_batches FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));
CREATE TRIGGER settle BEFORE INSERT OR UPDATE ON prewatt.tariff_assignment_batches FOR EACH ROW WHEN (((new.settled IS NULL) AND (new.state = 'done'::text))) EXECUTE FUNCTION prewatt.settle();

CREATE TABLE prewatt.tariff_assignment_rows (
  bucket smallint NOT NULL,
  batch_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  utility_id uuid NOT NULL,
  before_tariff_id uuid NOT NULL,
  before_parameters jsonb NOT NULL,
  tariff_id uuid NOT NULL,
  parameters jsonb NOT NULL,
  purchases integer,
  refused integer,
  energy_wh bigint,
  before_minor bigint,
  after_minor bigint,
  spent_minor bigint,
  energy_before_wh bigint,
  energy_after_wh bigint,
  outcome text,
  refusal text,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  settled bigint,
  use_of text,
  CONSTRAINT tariff_assignment_rows_pkey PRIMARY KEY (bucket, batch_id, connection_id),
  CONSTRAINT tariff_assignment_rows_bucket_check CHECK (((bucket >= 0) AND (bucket <= 1023))),
  CONSTRAINT tariff_assignment_rows_check CHECK (((NOT (outcome IS DISTINCT FROM 'refused'::text)) = (refusal IS NOT NULL))),
  CONSTRAINT tariff_assignment_rows_outcome_check CHECK ((outcome = ANY (ARRAY['assigned'::text, 'refused'::text]))),
  CONSTRAINT tariff_assignment_rows_use_of_check CHECK ((use_of = ANY (ARRAY['wallet'::text, 'moneyMeter'::text]))),
  CONSTRAINT tariff_assignment_rows_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES prewatt.tariff_assignment_batches(id),
  CONSTRAINT tariff_assignment_rows_before_tariff_id_fkey FOREIGN KEY (before_tariff_id) REFERENCES prewatt.tariffs(id),
  CONSTRAINT tariff_assignment_rows_bucket_connection_id_fkey FOREIGN KEY (bucket, connection_id) REFERENCES prewatt.connections(bucket, id),
  CONSTRAINT tariff_assignment_rows_tariff_id_fkey FOREIGN KEY (tariff_id) REFERENCES prewatt.tariffs(id),
  CONSTRAINT tariff_assignment_rows_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX tariff_assignment_rows_by_change ON prewatt.tariff_assignment_rows USING btree (batch_id, ((after_minor - before_minor)), connection_id);
CREATE INDEX tariff_assignment_rows_in_order ON prewatt.tariff_assignment_rows USING btree (batch_id, bucket, connection_id);
ALTER TABLE prewatt.tariff_assignment_rows ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.tariff_assignment_rows FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));
CREATE TRIGGER settle BEFORE INSERT OR UPDATE ON prewatt.tariff_assignment_rows FOR EACH ROW WHEN (((new.settled IS NULL) AND (new.outcome = 'assigned'::text))) EXECUTE FUNCTION prewatt.settle();

CREATE TABLE prewatt.tariff_assignments (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  request_id text NOT NULL,
  tariff_id uuid NOT NULL,
  parameters jsonb NOT NULL,
  from_date date NOT NULL,
  reason text NOT NULL,
  assigned_by text NOT NULL,
  assigned_at timestamp with time zone NOT NULL,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  CONSTRAINT tariff_assignments_pkey PRIMARY KEY (bucket, id),
  CONSTRAINT tariff_assignments_bucket_connection_id_request_id_key UNIQUE (bucket, connection_id, request_id),
  CONSTRAINT tariff_assignments_reason_check CHECK (((length(reason) >= 10) AND (length(reason) <= 500))),
  CONSTRAINT tariff_assignments_request_id_check CHECK (((length(request_id) >= 8) AND (length(request_id) <= 100))),
  CONSTRAINT tariff_assignments_bucket_connection_id_fkey FOREIGN KEY (bucket, connection_id) REFERENCES prewatt.connections(bucket, id),
  CONSTRAINT tariff_assignments_tariff_id_fkey FOREIGN KEY (tariff_id) REFERENCES prewatt.tariffs(id),
  CONSTRAINT tariff_assignments_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
ALTER TABLE prewatt.tariff_assignments ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.tariff_assignments FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.tariff_back_test_rows (
  bucket smallint NOT NULL,
  back_test_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  utility_id uuid NOT NULL,
  purchases integer NOT NULL,
  refused integer NOT NULL,
  energy_wh bigint NOT NULL,
  before_minor bigint NOT NULL,
  after_minor bigint NOT NULL,
  spent_minor bigint NOT NULL,
  energy_before_wh bigint NOT NULL,
  energy_after_wh bigint NOT NULL,
  use_of text,
  CONSTRAINT tariff_back_test_rows_pkey PRIMARY KEY (bucket, back_test_id, connection_id),
  CONSTRAINT tariff_back_test_rows_use_of_check CHECK ((use_of = ANY (ARRAY['wallet'::text, 'moneyMeter'::text]))),
  CONSTRAINT tariff_back_test_rows_back_test_id_fkey FOREIGN KEY (back_test_id) REFERENCES prewatt.tariff_back_tests(id),
  CONSTRAINT tariff_back_test_rows_bucket_connection_id_fkey FOREIGN KEY (bucket, connection_id) REFERENCES prewatt.connections(bucket, id),
  CONSTRAINT tariff_back_test_rows_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX tariff_back_test_rows_by_change ON prewatt.tariff_back_test_rows USING btree (back_test_id, ((after_minor - before_minor)), connection_id);
ALTER TABLE prewatt.tariff_back_test_rows ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.tariff_back_test_rows FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.tariff_back_tests (
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  version_id uuid NOT NULL,
  baseline_id uuid,
  request_id text NOT NULL,
  months smallint NOT NULL,
  from_at timestamp with time zone NOT NULL,
  to_at timestamp with time zone NOT NULL,
  requested_by text NOT NULL,
  requested_at timestamp with time zone NOT NULL,
  connections_total integer NOT NULL,
  connections_done integer NOT NULL DEFAULT 0,
  after_bucket smallint,
  after_id uuid,
  summary jsonb,
  finished_at timestamp with time zone,
  asks_by uuid,
  CONSTRAINT tariff_back_tests_pkey PRIMARY KEY (id),
  CONSTRAINT tariff_back_tests_utility_id_request_id_key UNIQUE (utility_id, request_id),
  CONSTRAINT tariff_back_tests_check CHECK (((summary IS NULL) = (finished_at IS NULL))),
  CONSTRAINT tariff_back_tests_connections_total_check CHECK ((connections_total >= 0)),
  CONSTRAINT tariff_back_tests_months_check CHECK (((months >= 1) AND (months <= 24))),
  CONSTRAINT tariff_back_tests_request_id_check CHECK (((length(request_id) >= 8) AND (length(request_id) <= 100))),
  CONSTRAINT tariff_back_tests_baseline_id_fkey FOREIGN KEY (baseline_id) REFERENCES prewatt.tariffs(id),
  CONSTRAINT tariff_back_tests_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id),
  CONSTRAINT tariff_back_tests_version_id_fkey FOREIGN KEY (version_id) REFERENCES prewatt.tariffs(id)
);
CREATE INDEX tariff_back_tests_by_version ON prewatt.tariff_back_tests USING btree (version_id, id DESC);
ALTER TABLE prewatt.tariff_back_tests ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.tariff_back_tests FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.tariffs (
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  name text NOT NULL,
  version integer NOT NULL,
  document jsonb NOT NULL,
  created_at timestamp with time zone NOT NULL,
  state text NOT NULL,
  effective_from date NOT NULL,
  effective_to date,
  reason text,
  request_id text,
  document_digest text,
  requested_by text,
  approved_by text,
  approval_id uuid,
  state_at timestamp with time zone NOT NULL,
  withdrawn_by text,
  approval_state text GENERATED ALWAYS AS (
CASE
    WHEN ((state = 'approved'::text) AND (approval_id IS NOT NULL)) THEN 'done'::text
    ELSE NULL::text
END),
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  settled bigint,
  CONSTRAINT tariffs_pkey PRIMARY KEY (id),
  CONSTRAINT tariffs_document_digest_check CHECK ((document_digest ~ '^[0-9a-f]{64}$'::text)),
  CONSTRAINT tariffs_request_id_check CHECK (((length(request_id) >= 8) AND (length(request_id) <= 100))),
  CONSTRAINT tariffs_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'awaitingApproval'::text, 'approved'::text, 'withdrawn'::text]))),
  CONSTRAINT tariffs_version_check CHECK ((version > 0)),
  CONSTRAINT tariffs_allowed FOREIGN KEY (utility_id, approval_id, approval_state) REFERENCES prewatt.approvals(utility_id, id, state) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT tariffs_approval_fkey FOREIGN KEY (approval_id) REFERENCES prewatt.approvals(id),
  CONSTRAINT tariffs_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE UNIQUE INDEX tariffs_request_once ON prewatt.tariffs USING btree (utility_id, request_id) WHERE (request_id IS NOT NULL);
CREATE UNIQUE INDEX tariffs_version_once ON prewatt.tariffs USING btree (utility_id, name, version) WHERE (state <> 'withdrawn'::text);
ALTER TABLE prewatt.tariffs ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.tariffs FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));
CREATE TRIGGER settle BEFORE INSERT OR UPDATE ON prewatt.tariffs FOR EACH ROW WHEN (((new.settled IS NULL) AND (new.state = 'approved'::text))) EXECUTE FUNCTION prewatt.settle();

CREATE TABLE prewatt.ticket_events (
  ticket_id uuid NOT NULL,
  ordinal integer NOT NULL,
  utility_id uuid NOT NULL,
  at timestamp with time zone NOT NULL,
  operator_id uuid,
  event text NOT NULL,
  words text NOT NULL DEFAULT ''::text,
  CONSTRAINT ticket_events_pkey PRIMARY KEY (ticket_id, ordinal),
  CONSTRAINT ticket_events_event_check CHECK ((event = ANY (ARRAY['opened'::text, 'taken'::text, 'given'::text, 'noted'::text, 'closed'::text, 'openedAgain'::text]))),
  CONSTRAINT ticket_events_ordinal_check CHECK ((ordinal > 0)),
  CONSTRAINT ticket_events_words_check CHECK ((length(words) <= 2000)),
  CONSTRAINT ticket_events_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES prewatt.operators(id),
  CONSTRAINT ticket_events_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES prewatt.tickets(id),
  CONSTRAINT ticket_events_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
ALTER TABLE prewatt.ticket_events ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.ticket_events FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.tickets (
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  number integer NOT NULL,
  kind text NOT NULL,
  topic text NOT NULL,
  state text NOT NULL,
  customer_id uuid,
  bucket smallint,
  connection_id uuid,
  words text NOT NULL,
  opened_by uuid,
  request_id text NOT NULL,
  opened_at timestamp with time zone NOT NULL,
  due_at timestamp with time zone NOT NULL,
  assigned_to uuid,
  closed_at timestamp with time zone,
  answer text,
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT tickets_pkey PRIMARY KEY (id),
  CONSTRAINT tickets_utility_id_number_key UNIQUE (utility_id, number),
  CONSTRAINT tickets_utility_id_request_id_key UNIQUE (utility_id, request_id),
  CONSTRAINT tickets_answer_check CHECK (((length(answer) >= 1) AND (length(answer) <= 1000))),
  CONSTRAINT tickets_bucket_check CHECK (((bucket >= 0) AND (bucket <= 1023))),
  CONSTRAINT tickets_closed CHECK ((((state = 'closed'::text) = (closed_at IS NOT NULL)) AND ((state <> 'closed'::text) OR (answer IS NOT NULL)))),
  CONSTRAINT tickets_kind_check CHECK ((kind = ANY (ARRAY['complaint'::text, 'fault'::text, 'request'::text]))),
  CONSTRAINT tickets_number_check CHECK ((number > 0)),
  CONSTRAINT tickets_of_somebody CHECK (((customer_id IS NOT NULL) OR (connection_id IS NOT NULL))),
  CONSTRAINT tickets_place CHECK (((bucket IS NULL) = (connection_id IS NULL))),
  CONSTRAINT tickets_request_id_check CHECK (((length(request_id) >= 8) AND (length(request_id) <= 100))),
  CONSTRAINT tickets_state_check CHECK ((state = ANY (ARRAY['open'::text, 'working'::text, 'closed'::text]))),
  CONSTRAINT tickets_topic_check CHECK ((topic = ANY (ARRAY['noSupply'::text, 'meter'::text, 'charge'::text, 'other'::text]))),
  CONSTRAINT tickets_words_check CHECK (((length(words) >= 1) AND (length(words) <= 2000))),
  CONSTRAINT tickets_assigned_to_fkey FOREIGN KEY (assigned_to) REFERENCES prewatt.operators(id),
  CONSTRAINT tickets_bucket_connection_id_fkey FOREIGN KEY (bucket, connection_id) REFERENCES prewatt.connections(bucket, id),
  CONSTRAINT tickets_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES prewatt.customers(id),
  CONSTRAINT tickets_opened_by_fkey FOREIGN KEY (opened_by) REFERENCES prewatt.operators(id),
  CONSTRAINT tickets_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX tickets_newest ON prewatt.tickets USING btree (utility_id, opened_at DESC);
CREATE INDEX tickets_of_customer ON prewatt.tickets USING btree (customer_id, opened_at DESC);
CREATE INDEX tickets_of_home ON prewatt.tickets USING btree (bucket, connection_id, opened_at DESC);
CREATE INDEX tickets_open ON prewatt.tickets USING btree (utility_id, due_at) WHERE (state <> 'closed'::text);
ALTER TABLE prewatt.tickets ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.tickets FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.tokens (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  meter_id uuid NOT NULL,
  sale_id uuid,
  kind text NOT NULL,
  base_date smallint,
  tid integer,
  digits text NOT NULL,
  energy_wh bigint,
  state text NOT NULL,
  origin text,
  refusal text,
  issued_at timestamp with time zone NOT NULL,
  state_at timestamp with time zone,
  grant_id uuid,
  section smallint,
  amount_e5 bigint,
  heard_at timestamp with time zone,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  settled bigint,
  CONSTRAINT tokens_pkey PRIMARY KEY (bucket, id),
  CONSTRAINT tokens_bucket_meter_id_base_date_tid_key UNIQUE (bucket, meter_id, base_date, tid),
  CONSTRAINT tokens_amount_e5_check CHECK ((amount_e5 > 0)),
  CONSTRAINT tokens_base_date CHECK (((kind = 'test'::text) = (base_date IS NULL))),
  CONSTRAINT tokens_digits_check CHECK ((digits ~ '^\d{20}$'::text)),
  CONSTRAINT tokens_energy CHECK ((num_nonnulls(energy_wh, amount_e5) =
CASE kind
    WHEN 'credit'::text THEN 1
    ELSE 0
END)),
  CONSTRAINT tokens_energy_wh_check CHECK ((energy_wh > 0)),
  CONSTRAINT tokens_kind_check CHECK ((kind = ANY (ARRAY['credit'::text, 'keyChange'::text, 'management'::text, 'test'::text]))),
  CONSTRAINT tokens_of_one CHECK (((sale_id IS NULL) <> (grant_id IS NULL))),
  CONSTRAINT tokens_origin_check CHECK ((origin = ANY (ARRAY['keypad'::text, 'remote'::text, 'card'::text]))),
  CONSTRAINT tokens_section CHECK (((kind = 'keyChange'::text) = (section IS NOT NULL))),
  CONSTRAINT tokens_section_check CHECK (((section >= 1) AND (section <= 4))),
  CONSTRAINT tokens_state_check CHECK ((state = ANY (ARRAY['issued'::text, 'accepted'::text, 'refused'::text]))),
  CONSTRAINT tokens_tid CHECK (((kind = ANY (ARRAY['credit'::text, 'management'::text])) = (tid IS NOT NULL))),
  CONSTRAINT tokens_tid_check CHECK (((tid >= 0) AND (tid <= 16777215))),
  CONSTRAINT tokens_bucket_grant_id_fkey FOREIGN KEY (bucket, grant_id) REFERENCES prewatt.grants(bucket, id)
);
CREATE INDEX tokens_by_connection ON prewatt.tokens USING btree (bucket, connection_id, issued_at DESC);
CREATE INDEX tokens_by_grant ON prewatt.tokens USING btree (bucket, grant_id) WHERE (grant_id IS NOT NULL);
CREATE INDEX tokens_by_last_digits ON prewatt.tokens USING btree (utility_id, "right"(digits, 4), issued_at DESC);
CREATE INDEX tokens_by_sale ON prewatt.tokens USING btree (bucket, sale_id);
CREATE INDEX tokens_untimed ON prewatt.tokens USING btree (bucket, meter_id, id) WHERE (tid IS NULL);
ALTER TABLE prewatt.tokens ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.tokens FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));
CREATE TRIGGER keys_stand BEFORE UPDATE OF bucket, id, utility_id, connection_id, meter_id, sale_id ON prewatt.tokens FOR EACH STATEMENT EXECUTE FUNCTION prewatt.keys_stand();
CREATE TRIGGER settle BEFORE INSERT OR UPDATE ON prewatt.tokens FOR EACH ROW WHEN (((new.settled IS NULL) AND (new.state = 'accepted'::text) AND (new.kind <> 'keyChange'::text))) EXECUTE FUNCTION prewatt.settle();
CREATE TRIGGER tokens_have_their_sale AFTER INSERT ON prewatt.tokens REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION prewatt.tokens_have_their_sale();

CREATE TABLE prewatt.top_up_rules (
  bucket smallint NOT NULL,
  connection_id uuid NOT NULL,
  utility_id uuid NOT NULL,
  is_on boolean NOT NULL,
  way text NOT NULL,
  phone text NOT NULL,
  days_ahead smallint NOT NULL,
  amount_minor bigint NOT NULL,
  most_a_week_minor bigint NOT NULL,
  paused_until timestamp with time zone,
  stopped_at timestamp with time zone,
  stopped_by uuid,
  stop_reason text,
  look_at timestamp with time zone NOT NULL,
  changed_at timestamp with time zone NOT NULL,
  CONSTRAINT top_up_rules_pkey PRIMARY KEY (bucket, connection_id),
  CONSTRAINT top_up_rules_amount_minor_check CHECK ((amount_minor > 0)),
  CONSTRAINT top_up_rules_bucket_check CHECK (((bucket >= 0) AND (bucket <= 1023))),
  CONSTRAINT top_up_rules_days_ahead_check CHECK (((days_ahead >= 1) AND (days_ahead <= 14))),
  CONSTRAINT top_up_rules_phone_check CHECK (((length(phone) >= 8) AND (length(phone) <= 16))),
  CONSTRAINT top_up_rules_stop_reason_check CHECK (((length(stop_reason) >= 1) AND (length(stop_reason) <= 500))),
  CONSTRAINT top_up_rules_stopped CHECK ((((stopped_at IS NULL) = (stopped_by IS NULL)) AND ((stopped_at IS NULL) = (stop_reason IS NULL)))),
  CONSTRAINT top_up_rules_way_check CHECK ((way = ANY (ARRAY['ask'::text, 'card'::text]))),
  CONSTRAINT top_up_rules_week CHECK ((most_a_week_minor >= amount_minor)),
  CONSTRAINT top_up_rules_bucket_connection_id_fkey FOREIGN KEY (bucket, connection_id) REFERENCES prewatt.connections(bucket, id),
  CONSTRAINT top_up_rules_stopped_by_fkey FOREIGN KEY (stopped_by) REFERENCES prewatt.operators(id),
  CONSTRAINT top_up_rules_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX top_up_rules_to_look ON prewatt.top_up_rules USING btree (utility_id, look_at) WHERE (is_on AND (stopped_at IS NULL));
ALTER TABLE prewatt.top_up_rules ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.top_up_rules FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.top_ups (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  way text NOT NULL,
  card_id uuid,
  phone text NOT NULL,
  amount_minor bigint NOT NULL,
  expected_end_at timestamp with time zone NOT NULL,
  days_ahead smallint NOT NULL,
  begun_at timestamp with time zone NOT NULL,
  told_at timestamp with time zone,
  outcome text,
  ended_at timestamp with time zone,
  CONSTRAINT top_ups_pkey PRIMARY KEY (bucket, id),
  CONSTRAINT top_ups_amount_minor_check CHECK ((amount_minor > 0)),
  CONSTRAINT top_ups_bucket_check CHECK (((bucket >= 0) AND (bucket <= 1023))),
  CONSTRAINT top_ups_card CHECK (((way = 'card'::text) = (card_id IS NOT NULL))),
  CONSTRAINT top_ups_ended CHECK (((outcome IS NULL) = (ended_at IS NULL))),
  CONSTRAINT top_ups_outcome_check CHECK ((outcome = ANY (ARRAY['paid'::text, 'notPaid'::text, 'notPossible'::text]))),
  CONSTRAINT top_ups_phone_check CHECK (((length(phone) >= 8) AND (length(phone) <= 16))),
  CONSTRAINT top_ups_way_check CHECK ((way = ANY (ARRAY['ask'::text, 'card'::text]))),
  CONSTRAINT top_ups_bucket_card_id_fkey FOREIGN KEY (bucket, card_id) REFERENCES prewatt.kept_cards(bucket, id),
  CONSTRAINT top_ups_bucket_connection_id_fkey FOREIGN KEY (bucket, connection_id) REFERENCES prewatt.connections(bucket, id),
  CONSTRAINT top_ups_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX top_ups_of_connection ON prewatt.top_ups USING btree (bucket, connection_id, begun_at);
CREATE INDEX top_ups_to_follow ON prewatt.top_ups USING btree (utility_id) WHERE (outcome IS NULL);
CREATE UNIQUE INDEX top_ups_open ON prewatt.top_ups USING btree (bucket, connection_id) WHERE (outcome IS NULL);
ALTER TABLE prewatt.top_ups ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.top_ups FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.unallocated_money (
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  provider text NOT NULL,
  provider_reference text NOT NULL,
  amount_minor bigint NOT NULL,
  currency_code text NOT NULL,
  currency_scale smallint,
  cause text NOT NULL,
  payment_bucket smallint,
  payment_id uuid,
  came_at timestamp with time zone NOT NULL,
  state text NOT NULL DEFAULT 'waiting'::text,
  decided_at timestamp with time zone,
  approval_id uuid,
  requested_by uuid,
  approved_by uuid,
  approval_state text GENERATED ALWAYS AS (
CASE
    WHEN (approval_id IS NOT NULL) THEN 'done'::text
    ELSE NULL::text
END),
  refund_reference text,
  correction_bucket smallint,
  correction_id uuid,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  settled bigint,
  account text,
  payer_phone text,
  payer_name text,
  CONSTRAINT unallocated_money_pkey PRIMARY KEY (id),
  CONSTRAINT unallocated_money_once UNIQUE NULLS NOT DISTINCT (utility_id, provider, provider_reference, payment_id),
  CONSTRAINT unallocated_money_account_check CHECK (((length(account) >= 1) AND (length(account) <= 200))),
  CONSTRAINT unallocated_money_amount_minor_check CHECK ((amount_minor > 0)),
  CONSTRAINT unallocated_money_cause_check CHECK ((cause = ANY (ARRAY['otherCurrency'::text, 'secondPayment'::text, 'referenceReused'::text, 'unknownAccount'::text, 'meterBlocked'::text, 'amountDiffers'::text, 'notProved'::text]))),
  CONSTRAINT unallocated_money_check CHECK ((approved_by <> requested_by)),
  CONSTRAINT unallocated_money_currency_code_check CHECK (((length(currency_code) >= 1) AND (length(currency_code) <= 12))),
  CONSTRAINT unallocated_money_currency_scale_check CHECK (((currency_scale >= 0) AND (currency_scale <= 18))),
  CONSTRAINT unallocated_money_decided CHECK ((num_nonnulls(decided_at, approval_id, requested_by, approved_by) =
CASE state
    WHEN 'waiting'::text THEN 0
    ELSE 4
END)),
  CONSTRAINT unallocated_money_moved CHECK ((num_nonnulls(correction_bucket, correction_id) =
CASE state
    WHEN 'moved'::text THEN 2
    ELSE 0
END)),
  CONSTRAINT unallocated_money_of_payment CHECK (((payment_bucket IS NULL) = (payment_id IS NULL))),
  CONSTRAINT unallocated_money_payer_name_check CHECK (((length(payer_name) >= 1) AND (length(payer_name) <= 200))),
  CONSTRAINT unallocated_money_payer_phone_check CHECK (((length(payer_phone) >= 8) AND (length(payer_phone) <= 16))),
  CONSTRAINT unallocated_money_refund_reference_check CHECK (((length(refund_reference) >= 1) AND (length(refund_reference) <= 100))),
  CONSTRAINT unallocated_money_refunded CHECK (((state = 'refunded'::text) = (refund_reference IS NOT NULL))),
  CONSTRAINT unallocated_money_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'moved'::text, 'refunded'::text]))),
  CONSTRAINT unallocated_money_allowed FOREIGN KEY (utility_id, approval_id, requested_by, approved_by, approval_state) REFERENCES prewatt.approvals(utility_id, id, requested_by, decided_by, state) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT unallocated_money_approved_by_fkey FOREIGN KEY (approved_by) REFERENCES prewatt.operators(id),
  CONSTRAINT unallocated_money_correction_bucket_correction_id_fkey FOREIGN KEY (correction_bucket, correction_id) REFERENCES prewatt.corrections(bucket, id),
  CONSTRAINT unallocated_money_payment_bucket_payment_id_fkey FOREIGN KEY (payment_bucket, payment_id) REFERENCES prewatt.payments(bucket, id),
  CONSTRAINT unallocated_money_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES prewatt.operators(id),
  CONSTRAINT unallocated_money_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX unallocated_money_waiting ON prewatt.unallocated_money USING btree (utility_id, came_at) WHERE (state = 'waiting'::text);
CREATE UNIQUE INDEX unallocated_money_moved_once ON prewatt.unallocated_money USING btree (correction_bucket, correction_id) WHERE (state = 'moved'::text);
ALTER TABLE prewatt.unallocated_money ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.unallocated_money FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));
CREATE TRIGGER settle BEFORE INSERT OR UPDATE ON prewatt.unallocated_money FOR EACH ROW WHEN (((new.settled IS NULL) AND (new.state <> 'waiting'::text))) EXECUTE FUNCTION prewatt.settle();

CREATE TABLE prewatt.usage_days (
  bucket smallint NOT NULL,
  meter_id uuid NOT NULL,
  day date NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  stale_at timestamp with time zone,
  measured_wh bigint NOT NULL DEFAULT 0,
  estimated_wh bigint NOT NULL DEFAULT 0,
  quality text NOT NULL DEFAULT 'incomplete'::text,
  findings integer NOT NULL DEFAULT 0,
  rolled_at timestamp with time zone,
  CONSTRAINT usage_days_pkey PRIMARY KEY (bucket, meter_id, day),
  CONSTRAINT usage_days_estimated_wh_check CHECK ((estimated_wh >= 0)),
  CONSTRAINT usage_days_measured_wh_check CHECK ((measured_wh >= 0)),
  CONSTRAINT usage_days_quality_check CHECK ((quality = ANY (ARRAY['measured'::text, 'estimated'::text, 'incomplete'::text])))
);
CREATE INDEX usage_days_stale ON prewatt.usage_days USING btree (utility_id, stale_at) WHERE (stale_at IS NOT NULL);
ALTER TABLE prewatt.usage_days ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.usage_days FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.usage_months (
  bucket smallint NOT NULL,
  meter_id uuid NOT NULL,
  month date NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  measured_wh bigint NOT NULL,
  estimated_wh bigint NOT NULL,
  whole_days smallint NOT NULL,
  CONSTRAINT usage_months_pkey PRIMARY KEY (bucket, meter_id, month),
  CONSTRAINT usage_months_bucket_meter_id_fkey FOREIGN KEY (bucket, meter_id) REFERENCES prewatt.meters(bucket, id),
  CONSTRAINT usage_months_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
ALTER TABLE prewatt.usage_months ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.usage_months FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.use_count_directory (
  key text NOT NULL,
  from_at timestamp with time zone NOT NULL,
  count integer NOT NULL,
  CONSTRAINT use_count_directory_pkey PRIMARY KEY (key),
  CONSTRAINT use_count_directory_count_check CHECK ((count >= 0)),
  CONSTRAINT use_count_directory_key_check CHECK (((length(key) >= 1) AND (length(key) <= 200)))
) WITH (fillfactor=70);
CREATE INDEX use_count_directory_by_time ON prewatt.use_count_directory USING btree (from_at);

CREATE TABLE prewatt.ussd_session_directory (
  phone text NOT NULL,
  service_code text NOT NULL,
  state jsonb NOT NULL,
  at timestamp with time zone NOT NULL,
  CONSTRAINT ussd_session_directory_pkey PRIMARY KEY (phone, service_code),
  CONSTRAINT ussd_session_directory_phone_check CHECK (((length(phone) >= 8) AND (length(phone) <= 16))),
  CONSTRAINT ussd_session_directory_service_code_check CHECK ((length(service_code) <= 40))
);

CREATE TABLE prewatt.utilities (
  id uuid NOT NULL,
  name text NOT NULL,
  zone text NOT NULL,
  currency_code text NOT NULL,
  currency_scale smallint NOT NULL,
  minimum_purchase_minor bigint NOT NULL,
  maximum_purchase_minor bigint NOT NULL,
  help_phone text,
  protection_rules jsonb NOT NULL,
  created_at timestamp with time zone NOT NULL,
  readings_kept_months smallint NOT NULL DEFAULT 36,
  silent_after_hours smallint NOT NULL DEFAULT 48,
  identity_warn_days smallint NOT NULL DEFAULT 30,
  legal_name text,
  tax_number text,
  postal_address text,
  receipt_footer text,
  page_language text NOT NULL DEFAULT 'en'::text,
  clock_hours smallint NOT NULL DEFAULT 24,
  money_form text NOT NULL DEFAULT 'sign'::text,
  CONSTRAINT utilities_pkey PRIMARY KEY (id),
  CONSTRAINT utilities_check CHECK ((maximum_purchase_minor >= minimum_purchase_minor)),
  CONSTRAINT utilities_clock_hours_check CHECK ((clock_hours = ANY (ARRAY[12, 24]))),
  CONSTRAINT utilities_currency_code_check CHECK ((currency_code ~ '^[A-Z]{3}$'::text)),
  CONSTRAINT utilities_currency_scale_check CHECK (((currency_scale >= 0) AND (currency_scale <= 3))),
  CONSTRAINT utilities_identity_warn_days_check CHECK (((identity_warn_days >= 1) AND (identity_warn_days <= 365))),
  CONSTRAINT utilities_legal_name_check CHECK (((length(legal_name) >= 1) AND (length(legal_name) <= 120))),
  CONSTRAINT utilities_minimum_purchase_minor_check CHECK ((minimum_purchase_minor > 0)),
  CONSTRAINT utilities_money_form_check CHECK ((money_form = ANY (ARRAY['sign'::text, 'code'::text]))),
  CONSTRAINT utilities_page_language_check CHECK ((page_language ~ '^[a-z]{2}$'::text)),
  CONSTRAINT utilities_postal_address_check CHECK (((length(postal_address) >= 1) AND (length(postal_address) <= 300))),
  CONSTRAINT utilities_protection_rules_size CHECK ((length((protection_rules)::text) <= 200000)),
  CONSTRAINT utilities_readings_kept_months_check CHECK (((readings_kept_months >= 13) AND (readings_kept_months <= 600))),
  CONSTRAINT utilities_receipt_footer_check CHECK (((length(receipt_footer) >= 1) AND (length(receipt_footer) <= 300))),
  CONSTRAINT utilities_silent_after_hours_check CHECK (((silent_after_hours >= 1) AND (silent_after_hours <= 8760))),
  CONSTRAINT utilities_tax_number_check CHECK (((length(tax_number) >= 1) AND (length(tax_number) <= 40)))
);
CREATE TRIGGER log_begins AFTER INSERT ON prewatt.utilities FOR EACH ROW EXECUTE FUNCTION prewatt_log.begin_utility();

CREATE TABLE prewatt.utility_setting_events (
  utility_id uuid NOT NULL,
  ordinal integer NOT NULL,
  request_id text NOT NULL,
  setting text NOT NULL,
  value_before text NOT NULL,
  value_after text NOT NULL,
  changed_by uuid NOT NULL,
  reason text NOT NULL,
  at timestamp with time zone NOT NULL,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  CONSTRAINT utility_setting_events_pkey PRIMARY KEY (utility_id, ordinal),
  CONSTRAINT utility_setting_events_utility_id_request_id_key UNIQUE (utility_id, request_id),
  CONSTRAINT utility_setting_events_reason_check CHECK (((length(reason) >= 5) AND (length(reason) <= 500))),
  CONSTRAINT utility_setting_events_setting_check CHECK ((setting = ANY (ARRAY['silentAfterHours'::text, 'identityWarnDays'::text, 'documentTexts'::text, 'pageWriting'::text]))),
  CONSTRAINT utility_setting_events_changed_by_fkey FOREIGN KEY (changed_by) REFERENCES prewatt.operators(id),
  CONSTRAINT utility_setting_events_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
ALTER TABLE prewatt.utility_setting_events ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.utility_setting_events FOR ALL TO prewatt_app USING ((utility_id = prewatt.current_utility())) WITH CHECK ((utility_id = prewatt.current_utility()));

CREATE TABLE prewatt.vending_keys (
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  supply_group_code text NOT NULL,
  key_revision smallint NOT NULL,
  key_type smallint NOT NULL,
  key_expiry smallint NOT NULL,
  base_date smallint NOT NULL,
  dkga text NOT NULL,
  sealed bytea NOT NULL,
  created_at timestamp with time zone NOT NULL,
  load_id uuid,
  check_value text,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  CONSTRAINT vending_keys_pkey PRIMARY KEY (id),
  CONSTRAINT vending_keys_utility_id_supply_group_code_key_revision_key UNIQUE (utility_id, supply_group_code, key_revision),
  CONSTRAINT vending_keys_base_date_check CHECK ((base_date = ANY (ARRAY[93, 14, 35]))),
  CONSTRAINT vending_keys_check_value_check CHECK ((check_value ~ '^[0-9A-F]{6}$'::text)),
  CONSTRAINT vending_keys_dkga_check CHECK ((dkga = ANY (ARRAY['dkga02'::text, 'dkga04'::text]))),
  CONSTRAINT vending_keys_key_expiry_check CHECK (((key_expiry >= 0) AND (key_expiry <= 255))),
  CONSTRAINT vending_keys_key_revision_check CHECK (((key_revision >= 1) AND (key_revision <= 9))),
  CONSTRAINT vending_keys_key_type_check CHECK (((key_type >= 0) AND (key_type <= 3))),
  CONSTRAINT vending_keys_supply_group_code_check CHECK ((supply_group_code ~ '^\d{6}$'::text)),
  CONSTRAINT vending_keys_load_id_fkey FOREIGN KEY (load_id) REFERENCES prewatt.key_loads(id),
  CONSTRAINT vending_keys_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
ALTER TABLE prewatt.vending_keys ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.vending_keys FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.vending_outage_homes (
  outage_id uuid NOT NULL,
  bucket smallint NOT NULL,
  connection_id uuid NOT NULL,
  utility_id uuid NOT NULL,
  seen_at timestamp with time zone NOT NULL,
  CONSTRAINT vending_outage_homes_pkey PRIMARY KEY (outage_id, bucket, connection_id),
  CONSTRAINT vending_outage_homes_bucket_connection_id_fkey FOREIGN KEY (bucket, connection_id) REFERENCES prewatt.connections(bucket, id),
  CONSTRAINT vending_outage_homes_outage_id_fkey FOREIGN KEY (outage_id) REFERENCES prewatt.vending_outages(id),
  CONSTRAINT vending_outage_homes_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
ALTER TABLE prewatt.vending_outage_homes ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.vending_outage_homes FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.vending_outages (
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  began_at timestamp with time zone NOT NULL,
  grace_until timestamp with time zone NOT NULL,
  declared_by uuid,
  request_id text,
  note text,
  ended_at timestamp with time zone,
  end_cause text,
  ended_by uuid,
  hours smallint,
  CONSTRAINT vending_outages_pkey PRIMARY KEY (id),
  CONSTRAINT vending_outages_declared_whole CHECK ((num_nulls(declared_by, request_id, note) = ANY (ARRAY[0, 3]))),
  CONSTRAINT vending_outages_end_cause_check CHECK ((end_cause = ANY (ARRAY['salesGoOn'::text, 'operator'::text, 'timeOver'::text]))),
  CONSTRAINT vending_outages_ended_by_one CHECK ((((end_cause = 'operator'::text) IS NOT TRUE) OR (ended_by IS NOT NULL))),
  CONSTRAINT vending_outages_ended_whole CHECK (((ended_at IS NULL) = (end_cause IS NULL))),
  CONSTRAINT vending_outages_hours_check CHECK (((hours >= 1) AND (hours <= 72))),
  CONSTRAINT vending_outages_in_order CHECK ((grace_until > began_at)),
  CONSTRAINT vending_outages_note_check CHECK (((length(note) >= 1) AND (length(note) <= 500))),
  CONSTRAINT vending_outages_request_id_check CHECK (((length(request_id) >= 8) AND (length(request_id) <= 100))),
  CONSTRAINT vending_outages_declared_by_fkey FOREIGN KEY (declared_by) REFERENCES prewatt.operators(id),
  CONSTRAINT vending_outages_ended_by_fkey FOREIGN KEY (ended_by) REFERENCES prewatt.operators(id),
  CONSTRAINT vending_outages_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX vending_outages_by_time ON prewatt.vending_outages USING btree (utility_id, began_at DESC);
CREATE UNIQUE INDEX vending_outages_asked_once ON prewatt.vending_outages USING btree (utility_id, request_id);
CREATE UNIQUE INDEX vending_outages_one_open ON prewatt.vending_outages USING btree (utility_id) WHERE (ended_at IS NULL);
ALTER TABLE prewatt.vending_outages ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.vending_outages FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.vendor_asks (
  utility_id uuid NOT NULL,
  request_id text NOT NULL,
  asked jsonb NOT NULL,
  vendor_id uuid NOT NULL,
  key_id uuid,
  at timestamp with time zone NOT NULL,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  CONSTRAINT vendor_asks_pkey PRIMARY KEY (utility_id, request_id),
  CONSTRAINT vendor_asks_request_id_check CHECK (((length(request_id) >= 8) AND (length(request_id) <= 100))),
  CONSTRAINT vendor_asks_key_id_fkey FOREIGN KEY (key_id) REFERENCES prewatt.vendor_keys(id),
  CONSTRAINT vendor_asks_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id),
  CONSTRAINT vendor_asks_vendor_id_fkey FOREIGN KEY (vendor_id) REFERENCES prewatt.vendors(id)
);
ALTER TABLE prewatt.vendor_asks ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.vendor_asks FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.vendor_bank_batch_parts (
  sales_batch_id uuid NOT NULL,
  batch_id uuid NOT NULL,
  utility_id uuid NOT NULL,
  CONSTRAINT vendor_bank_batch_parts_pkey PRIMARY KEY (sales_batch_id),
  CONSTRAINT vendor_bank_batch_parts_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES prewatt.vendor_batches(id),
  CONSTRAINT vendor_bank_batch_parts_sales_batch_id_fkey FOREIGN KEY (sales_batch_id) REFERENCES prewatt.vendor_batches(id),
  CONSTRAINT vendor_bank_batch_parts_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX vendor_bank_batch_parts_by_batch ON prewatt.vendor_bank_batch_parts USING btree (batch_id);
ALTER TABLE prewatt.vendor_bank_batch_parts ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.vendor_bank_batch_parts FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.vendor_batch_shifts (
  shift_id uuid NOT NULL,
  batch_id uuid NOT NULL,
  utility_id uuid NOT NULL,
  CONSTRAINT vendor_batch_shifts_pkey PRIMARY KEY (shift_id),
  CONSTRAINT vendor_batch_shifts_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES prewatt.vendor_batches(id),
  CONSTRAINT vendor_batch_shifts_shift_id_fkey FOREIGN KEY (shift_id) REFERENCES prewatt.vendor_shifts(id),
  CONSTRAINT vendor_batch_shifts_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX vendor_batch_shifts_by_batch ON prewatt.vendor_batch_shifts USING btree (batch_id);
ALTER TABLE prewatt.vendor_batch_shifts ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.vendor_batch_shifts FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.vendor_batches (
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  vendor_id uuid NOT NULL,
  kind text NOT NULL,
  number integer NOT NULL,
  started_at timestamp with time zone NOT NULL,
  ended_at timestamp with time zone,
  expected_minor bigint,
  counted_minor bigint,
  start_request text NOT NULL,
  end_request text,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  settled bigint,
  CONSTRAINT vendor_batches_pkey PRIMARY KEY (id),
  CONSTRAINT vendor_batches_vendor_id_kind_end_request_key UNIQUE (vendor_id, kind, end_request),
  CONSTRAINT vendor_batches_vendor_id_kind_number_key UNIQUE (vendor_id, kind, number),
  CONSTRAINT vendor_batches_vendor_id_kind_start_request_key UNIQUE (vendor_id, kind, start_request),
  CONSTRAINT vendor_batches_counted_minor_check CHECK ((counted_minor >= 0)),
  CONSTRAINT vendor_batches_counted_once_ended CHECK (((ended_at IS NOT NULL) OR (counted_minor IS NULL))),
  CONSTRAINT vendor_batches_end_request_check CHECK (((length(end_request) >= 8) AND (length(end_request) <= 100))),
  CONSTRAINT vendor_batches_ended_whole CHECK ((num_nulls(ended_at, expected_minor, end_request) = ANY (ARRAY[0, 3]))),
  CONSTRAINT vendor_batches_expected_minor_check CHECK ((expected_minor >= 0)),
  CONSTRAINT vendor_batches_kind_check CHECK ((kind = ANY (ARRAY['sales'::text, 'bank'::text]))),
  CONSTRAINT vendor_batches_number_check CHECK ((number > 0)),
  CONSTRAINT vendor_batches_start_request_check CHECK (((length(start_request) >= 8) AND (length(start_request) <= 100))),
  CONSTRAINT vendor_batches_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id),
  CONSTRAINT vendor_batches_vendor_id_fkey FOREIGN KEY (vendor_id) REFERENCES prewatt.vendors(id)
);
CREATE UNIQUE INDEX vendor_batches_open_once ON prewatt.vendor_batches USING btree (vendor_id, kind) WHERE (ended_at IS NULL);
ALTER TABLE prewatt.vendor_batches ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.vendor_batches FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));
CREATE TRIGGER settle BEFORE INSERT OR UPDATE ON prewatt.vendor_batches FOR EACH ROW WHEN (((new.settled IS NULL) AND (new.ended_at IS NOT NULL))) EXECUTE FUNCTION prewatt.settle();

CREATE TABLE prewatt.vendor_clerks (
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  vendor_id uuid NOT NULL,
  name text NOT NULL,
  pin_hash text NOT NULL,
  pin_is_own boolean NOT NULL DEFAULT false,
  created_at timestamp with time zone NOT NULL,
  removed_at timestamp with time zone,
  CONSTRAINT vendor_clerks_pkey PRIMARY KEY (id),
  CONSTRAINT vendor_clerks_name_check CHECK (((length(name) >= 1) AND (length(name) <= 60))),
  CONSTRAINT vendor_clerks_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id),
  CONSTRAINT vendor_clerks_vendor_id_fkey FOREIGN KEY (vendor_id) REFERENCES prewatt.vendors(id)
);
CREATE UNIQUE INDEX vendor_clerks_by_name ON prewatt.vendor_clerks USING btree (vendor_id, lower(name)) WHERE (removed_at IS NULL);
ALTER TABLE prewatt.vendor_clerks ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.vendor_clerks FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.vendor_deposit_reversals (
  vendor_deposit_id uuid NOT NULL,
  utility_id uuid NOT NULL,
  vendor_id uuid NOT NULL,
  request_id text NOT NULL,
  reason text NOT NULL,
  transfer_id uuid NOT NULL,
  requested_by uuid NOT NULL,
  approved_by uuid NOT NULL,
  approval_id uuid NOT NULL,
  approval_state text GENERATED ALWAYS AS ('done'::text),
  reversed_at timestamp with time zone NOT NULL,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  CONSTRAINT vendor_deposit_reversals_pkey PRIMARY KEY (vendor_deposit_id),
  CONSTRAINT vendor_deposit_reversals_transfer_id_key UNIQUE (transfer_id),
  CONSTRAINT vendor_deposit_reversals_reason_check CHECK (((length(reason) >= 10) AND (length(reason) <= 500))),
  CONSTRAINT vendor_deposit_reversals_request_id_check CHECK (((length(request_id) >= 8) AND (length(request_id) <= 100))),
  CONSTRAINT vendor_deposit_reversals_allowed FOREIGN KEY (utility_id, approval_id, requested_by, approved_by, approval_state) REFERENCES prewatt.approvals(utility_id, id, requested_by, decided_by, state) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT vendor_deposit_reversals_approved_by_fkey FOREIGN KEY (approved_by) REFERENCES prewatt.operators(id),
  CONSTRAINT vendor_deposit_reversals_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES prewatt.operators(id),
  CONSTRAINT vendor_deposit_reversals_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id),
  CONSTRAINT vendor_deposit_reversals_vendor_deposit_id_fkey FOREIGN KEY (vendor_deposit_id) REFERENCES prewatt.vendor_deposits(id),
  CONSTRAINT vendor_deposit_reversals_vendor_id_fkey FOREIGN KEY (vendor_id) REFERENCES prewatt.vendors(id)
);
CREATE INDEX vendor_deposit_reversals_by_vendor ON prewatt.vendor_deposit_reversals USING btree (vendor_id);
ALTER TABLE prewatt.vendor_deposit_reversals ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.vendor_deposit_reversals FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.vendor_deposits (
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  vendor_id uuid NOT NULL,
  request_id text NOT NULL,
  amount_minor bigint NOT NULL,
  reference text NOT NULL,
  transfer_id uuid NOT NULL,
  recorded_by text NOT NULL,
  recorded_at timestamp with time zone NOT NULL,
  operator_id uuid,
  approval_id uuid,
  approved_by uuid,
  approval_state text GENERATED ALWAYS AS (
CASE
    WHEN (approval_id IS NOT NULL) THEN 'done'::text
    ELSE NULL::text
END),
  of_before boolean NOT NULL DEFAULT false,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  payment_bucket smallint,
  payment_id uuid,
  CONSTRAINT vendor_deposits_pkey PRIMARY KEY (id),
  CONSTRAINT vendor_deposits_payment_id_key UNIQUE (payment_id),
  CONSTRAINT vendor_deposits_transfer_id_key UNIQUE (transfer_id),
  CONSTRAINT vendor_deposits_vendor_id_request_id_key UNIQUE (vendor_id, request_id),
  CONSTRAINT vendor_deposits_amount_minor_check CHECK ((amount_minor > 0)),
  CONSTRAINT vendor_deposits_approved CHECK (((approval_id IS NULL) = (approved_by IS NULL))),
  CONSTRAINT vendor_deposits_by CHECK ((of_before OR ((operator_id IS NOT NULL) = (payment_id IS NULL)))),
  CONSTRAINT vendor_deposits_payment_place CHECK (((payment_bucket IS NULL) = (payment_id IS NULL))),
  CONSTRAINT vendor_deposits_reference_check CHECK (((length(reference) >= 1) AND (length(reference) <= 100))),
  CONSTRAINT vendor_deposits_request_id_check CHECK (((length(request_id) >= 8) AND (length(request_id) <= 100))),
  CONSTRAINT vendor_deposits_allowed FOREIGN KEY (utility_id, approval_id, operator_id, approved_by, approval_state) REFERENCES prewatt.approvals(utility_id, id, requested_by, decided_by, state) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT vendor_deposits_approved_by_fkey FOREIGN KEY (approved_by) REFERENCES prewatt.operators(id),
  CONSTRAINT vendor_deposits_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES prewatt.operators(id),
  CONSTRAINT vendor_deposits_payment FOREIGN KEY (payment_bucket, payment_id) REFERENCES prewatt.payments(bucket, id),
  CONSTRAINT vendor_deposits_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id),
  CONSTRAINT vendor_deposits_vendor_id_fkey FOREIGN KEY (vendor_id) REFERENCES prewatt.vendors(id)
);
ALTER TABLE prewatt.vendor_deposits ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.vendor_deposits FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.vendor_key_directory (
  key_id uuid NOT NULL,
  utility_id uuid NOT NULL,
  CONSTRAINT vendor_key_directory_pkey PRIMARY KEY (key_id),
  CONSTRAINT vendor_key_directory_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);

CREATE TABLE prewatt.vendor_keys (
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  vendor_id uuid NOT NULL,
  label text NOT NULL,
  secret_hash bytea NOT NULL,
  created_at timestamp with time zone NOT NULL,
  revoked_at timestamp with time zone,
  approval_id uuid,
  requested_by uuid,
  approved_by uuid,
  approval_state text GENERATED ALWAYS AS (
CASE
    WHEN (approval_id IS NOT NULL) THEN 'done'::text
    ELSE NULL::text
END),
  of_before boolean NOT NULL DEFAULT false,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  settled bigint,
  CONSTRAINT vendor_keys_pkey PRIMARY KEY (id),
  CONSTRAINT vendor_keys_by CHECK ((of_before OR (num_nulls(approval_id, requested_by, approved_by) = 0))),
  CONSTRAINT vendor_keys_label_check CHECK (((length(label) >= 1) AND (length(label) <= 100))),
  CONSTRAINT vendor_keys_allowed FOREIGN KEY (utility_id, approval_id, requested_by, approved_by, approval_state) REFERENCES prewatt.approvals(utility_id, id, requested_by, decided_by, state) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT vendor_keys_approved_by_fkey FOREIGN KEY (approved_by) REFERENCES prewatt.operators(id),
  CONSTRAINT vendor_keys_id_fkey FOREIGN KEY (id) REFERENCES prewatt.vendor_key_directory(key_id),
  CONSTRAINT vendor_keys_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES prewatt.operators(id),
  CONSTRAINT vendor_keys_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id),
  CONSTRAINT vendor_keys_vendor_id_fkey FOREIGN KEY (vendor_id) REFERENCES prewatt.vendors(id)
);
CREATE INDEX vendor_keys_by_vendor ON prewatt.vendor_keys USING btree (vendor_id);
ALTER TABLE prewatt.vendor_keys ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.vendor_keys FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));
CREATE TRIGGER settle BEFORE INSERT OR UPDATE ON prewatt.vendor_keys FOR EACH ROW WHEN (((new.settled IS NULL) AND (new.revoked_at IS NOT NULL))) EXECUTE FUNCTION prewatt.settle();

CREATE TABLE prewatt.vendor_messages (
  vendor_id uuid NOT NULL,
  client_id text NOT NULL,
  terminal_id text NOT NULL,
  date_time text NOT NULL,
  unique_number text NOT NULL,
  utility_id uuid NOT NULL,
  key_id uuid NOT NULL,
  element text NOT NULL,
  fingerprint text,
  request jsonb,
  state text NOT NULL,
  taken_until timestamp with time zone,
  answer jsonb,
  answered_at timestamp with time zone,
  confirmed_at timestamp with time zone,
  CONSTRAINT vendor_messages_pkey PRIMARY KEY (vendor_id, client_id, terminal_id, date_time, unique_number),
  CONSTRAINT vendor_messages_check CHECK (((state = 'answered'::text) = (answer IS NOT NULL))),
  CONSTRAINT vendor_messages_check1 CHECK (((state = 'answered'::text) = (answered_at IS NOT NULL))),
  CONSTRAINT vendor_messages_check2 CHECK (((state = 'givenUp'::text) OR (fingerprint IS NOT NULL))),
  CONSTRAINT vendor_messages_client_id_check CHECK ((length(client_id) <= 40)),
  CONSTRAINT vendor_messages_date_time_check CHECK ((length(date_time) <= 40)),
  CONSTRAINT vendor_messages_element_check CHECK ((length(element) <= 60)),
  CONSTRAINT vendor_messages_fingerprint_check CHECK ((length(fingerprint) = 64)),
  CONSTRAINT vendor_messages_state_check CHECK ((state = ANY (ARRAY['taken'::text, 'answered'::text, 'givenUp'::text]))),
  CONSTRAINT vendor_messages_terminal_id_check CHECK ((length(terminal_id) <= 40)),
  CONSTRAINT vendor_messages_unique_number_check CHECK ((length(unique_number) <= 18)),
  CONSTRAINT vendor_messages_key_id_fkey FOREIGN KEY (key_id) REFERENCES prewatt.vendor_keys(id),
  CONSTRAINT vendor_messages_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id),
  CONSTRAINT vendor_messages_vendor_id_fkey FOREIGN KEY (vendor_id) REFERENCES prewatt.vendors(id)
);
ALTER TABLE prewatt.vendor_messages ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.vendor_messages FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.vendor_phone_directory (
  code_hash bytea NOT NULL,
  utility_id uuid NOT NULL,
  key_id uuid NOT NULL,
  CONSTRAINT vendor_phone_directory_pkey PRIMARY KEY (code_hash),
  CONSTRAINT vendor_phone_directory_key_id_key UNIQUE (key_id),
  CONSTRAINT vendor_phone_directory_code_hash_check CHECK ((octet_length(code_hash) = 32)),
  CONSTRAINT vendor_phone_directory_key_id_fkey FOREIGN KEY (key_id) REFERENCES prewatt.vendor_key_directory(key_id),
  CONSTRAINT vendor_phone_directory_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);

CREATE TABLE prewatt.vendor_phones (
  key_id uuid NOT NULL,
  utility_id uuid NOT NULL,
  vendor_id uuid NOT NULL,
  code_expires_at timestamp with time zone NOT NULL,
  secret_hash bytea,
  enrolled_at timestamp with time zone,
  clerk_id uuid,
  session_hash bytea,
  signed_in_at timestamp with time zone,
  seen_at timestamp with time zone,
  CONSTRAINT vendor_phones_pkey PRIMARY KEY (key_id),
  CONSTRAINT vendor_phones_check CHECK (((secret_hash IS NULL) = (enrolled_at IS NULL))),
  CONSTRAINT vendor_phones_check1 CHECK ((num_nonnulls(clerk_id, session_hash, signed_in_at, seen_at) = ANY (ARRAY[0, 4]))),
  CONSTRAINT vendor_phones_secret_hash_check CHECK ((octet_length(secret_hash) = 32)),
  CONSTRAINT vendor_phones_session_hash_check CHECK ((octet_length(session_hash) = 32)),
  CONSTRAINT vendor_phones_clerk_id_fkey FOREIGN KEY (clerk_id) REFERENCES prewatt.vendor_clerks(id),
  CONSTRAINT vendor_phones_key_id_fkey FOREIGN KEY (key_id) REFERENCES prewatt.vendor_keys(id),
  CONSTRAINT vendor_phones_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id),
  CONSTRAINT vendor_phones_vendor_id_fkey FOREIGN KEY (vendor_id) REFERENCES prewatt.vendors(id)
);
CREATE INDEX vendor_phones_by_vendor ON prewatt.vendor_phones USING btree (vendor_id);
ALTER TABLE prewatt.vendor_phones ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.vendor_phones FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.vendor_pin_tries (
  key_id uuid NOT NULL,
  clerk_id uuid NOT NULL,
  utility_id uuid NOT NULL,
  wrong smallint NOT NULL,
  CONSTRAINT vendor_pin_tries_pkey PRIMARY KEY (key_id, clerk_id),
  CONSTRAINT vendor_pin_tries_wrong_check CHECK (((wrong >= 1) AND (wrong <= 5))),
  CONSTRAINT vendor_pin_tries_clerk_id_fkey FOREIGN KEY (clerk_id) REFERENCES prewatt.vendor_clerks(id),
  CONSTRAINT vendor_pin_tries_key_id_fkey FOREIGN KEY (key_id) REFERENCES prewatt.vendor_keys(id),
  CONSTRAINT vendor_pin_tries_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX vendor_pin_tries_by_clerk ON prewatt.vendor_pin_tries USING btree (clerk_id);
ALTER TABLE prewatt.vendor_pin_tries ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.vendor_pin_tries FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.vendor_sales (
  bucket smallint NOT NULL,
  sale_id uuid NOT NULL,
  utility_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  vendor_id uuid NOT NULL,
  shift_id uuid NOT NULL,
  amount_minor bigint NOT NULL,
  commission_minor bigint NOT NULL,
  connection_name text NOT NULL,
  reprints integer NOT NULL DEFAULT 0,
  request_id text NOT NULL,
  meter_pan text NOT NULL,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  CONSTRAINT vendor_sales_pkey PRIMARY KEY (bucket, sale_id),
  CONSTRAINT vendor_sales_requested_once UNIQUE (vendor_id, request_id),
  CONSTRAINT vendor_sales_amount_minor_check CHECK ((amount_minor > 0)),
  CONSTRAINT vendor_sales_check CHECK (((commission_minor >= 0) AND (commission_minor <= amount_minor))),
  CONSTRAINT vendor_sales_request_id_check CHECK (((length(request_id) >= 8) AND (length(request_id) <= 100)))
);
CREATE INDEX vendor_sales_by_shift ON prewatt.vendor_sales USING btree (shift_id);
ALTER TABLE prewatt.vendor_sales ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.vendor_sales FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));
CREATE TRIGGER keys_stand BEFORE UPDATE OF bucket, sale_id, utility_id, connection_id, vendor_id, shift_id, request_id, meter_pan ON prewatt.vendor_sales FOR EACH STATEMENT EXECUTE FUNCTION prewatt.keys_stand();
CREATE TRIGGER vendor_sales_have_their_sale AFTER INSERT ON prewatt.vendor_sales REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION prewatt.vendor_sales_have_their_sale();

CREATE TABLE prewatt.vendor_shifts (
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  vendor_id uuid NOT NULL,
  key_id uuid NOT NULL,
  opened_at timestamp with time zone NOT NULL,
  closed_at timestamp with time zone,
  expected_minor bigint,
  counted_minor bigint,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  settled bigint,
  clerk_id uuid,
  end_request text,
  start_request text,
  CONSTRAINT vendor_shifts_pkey PRIMARY KEY (id),
  CONSTRAINT vendor_shifts_vendor_id_end_request_key UNIQUE (vendor_id, end_request),
  CONSTRAINT vendor_shifts_check CHECK (((closed_at IS NULL) = (expected_minor IS NULL))),
  CONSTRAINT vendor_shifts_counted_minor_check CHECK ((counted_minor >= 0)),
  CONSTRAINT vendor_shifts_counted_once_closed CHECK (((closed_at IS NOT NULL) OR (counted_minor IS NULL))),
  CONSTRAINT vendor_shifts_end_request_check CHECK (((length(end_request) >= 8) AND (length(end_request) <= 100))),
  CONSTRAINT vendor_shifts_end_request_once_closed CHECK (((closed_at IS NOT NULL) OR (end_request IS NULL))),
  CONSTRAINT vendor_shifts_expected_minor_check CHECK ((expected_minor >= 0)),
  CONSTRAINT vendor_shifts_start_request_check CHECK (((length(start_request) >= 8) AND (length(start_request) <= 100))),
  CONSTRAINT vendor_shifts_clerk_id_fkey FOREIGN KEY (clerk_id) REFERENCES prewatt.vendor_clerks(id),
  CONSTRAINT vendor_shifts_key_id_fkey FOREIGN KEY (key_id) REFERENCES prewatt.vendor_keys(id),
  CONSTRAINT vendor_shifts_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id),
  CONSTRAINT vendor_shifts_vendor_id_fkey FOREIGN KEY (vendor_id) REFERENCES prewatt.vendors(id)
);
CREATE INDEX vendor_shifts_by_vendor ON prewatt.vendor_shifts USING btree (vendor_id, id);
CREATE UNIQUE INDEX vendor_shifts_open_once ON prewatt.vendor_shifts USING btree (key_id) WHERE (closed_at IS NULL);
CREATE UNIQUE INDEX vendor_shifts_started_once ON prewatt.vendor_shifts USING btree (vendor_id, start_request) WHERE (start_request IS NOT NULL);
ALTER TABLE prewatt.vendor_shifts ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.vendor_shifts FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));
CREATE TRIGGER keys_stand BEFORE UPDATE OF id, utility_id, vendor_id ON prewatt.vendor_shifts FOR EACH STATEMENT EXECUTE FUNCTION prewatt.keys_stand();
CREATE TRIGGER rows_stand BEFORE DELETE OR TRUNCATE ON prewatt.vendor_shifts FOR EACH STATEMENT EXECUTE FUNCTION prewatt.keys_stand();
CREATE TRIGGER settle BEFORE INSERT OR UPDATE ON prewatt.vendor_shifts FOR EACH ROW WHEN (((new.settled IS NULL) AND (new.closed_at IS NOT NULL))) EXECUTE FUNCTION prewatt.settle();

CREATE TABLE prewatt.vendor_site_sales (
  vendor_id uuid NOT NULL,
  request_id text NOT NULL,
  utility_id uuid NOT NULL,
  key_id uuid NOT NULL,
  meter_pan text NOT NULL,
  amount_minor bigint NOT NULL,
  promised_wh bigint NOT NULL,
  sold_at timestamp with time zone NOT NULL,
  clerk_id uuid NOT NULL,
  reported_at timestamp with time zone NOT NULL,
  refusal text,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  CONSTRAINT vendor_site_sales_pkey PRIMARY KEY (vendor_id, request_id),
  CONSTRAINT vendor_site_sales_amount_minor_check CHECK ((amount_minor > 0)),
  CONSTRAINT vendor_site_sales_meter_pan_check CHECK ((meter_pan ~ '^\d{18}$'::text)),
  CONSTRAINT vendor_site_sales_promised_wh_check CHECK ((promised_wh > 0)),
  CONSTRAINT vendor_site_sales_refusal_check CHECK (((length(refusal) >= 1) AND (length(refusal) <= 60))),
  CONSTRAINT vendor_site_sales_request_id_check CHECK (((length(request_id) >= 8) AND (length(request_id) <= 100))),
  CONSTRAINT vendor_site_sales_clerk_id_fkey FOREIGN KEY (clerk_id) REFERENCES prewatt.vendor_clerks(id),
  CONSTRAINT vendor_site_sales_key_id_fkey FOREIGN KEY (key_id) REFERENCES prewatt.vendor_keys(id),
  CONSTRAINT vendor_site_sales_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id),
  CONSTRAINT vendor_site_sales_vendor_id_fkey FOREIGN KEY (vendor_id) REFERENCES prewatt.vendors(id)
);
CREATE INDEX vendor_site_sales_by_time ON prewatt.vendor_site_sales USING btree (vendor_id, sold_at);
ALTER TABLE prewatt.vendor_site_sales ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.vendor_site_sales FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.vendor_terminal_directory (
  certificate_sha256 bytea NOT NULL,
  client_id text NOT NULL,
  terminal_id text NOT NULL,
  utility_id uuid NOT NULL,
  key_id uuid NOT NULL,
  CONSTRAINT vendor_terminal_directory_pkey PRIMARY KEY (certificate_sha256, client_id, terminal_id),
  CONSTRAINT vendor_terminal_directory_key_id_key UNIQUE (key_id),
  CONSTRAINT vendor_terminal_directory_certificate_sha256_check CHECK ((octet_length(certificate_sha256) = 32)),
  CONSTRAINT vendor_terminal_directory_client_id_check CHECK (((length(client_id) >= 1) AND (length(client_id) <= 40))),
  CONSTRAINT vendor_terminal_directory_terminal_id_check CHECK (((length(terminal_id) >= 1) AND (length(terminal_id) <= 40))),
  CONSTRAINT vendor_terminal_directory_key_id_fkey FOREIGN KEY (key_id) REFERENCES prewatt.vendor_key_directory(key_id),
  CONSTRAINT vendor_terminal_directory_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);

CREATE TABLE prewatt.vendor_terminals (
  key_id uuid NOT NULL,
  utility_id uuid NOT NULL,
  vendor_id uuid NOT NULL,
  client_id text NOT NULL,
  terminal_id text NOT NULL,
  certificate_sha256 bytea NOT NULL,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  CONSTRAINT vendor_terminals_pkey PRIMARY KEY (key_id),
  CONSTRAINT vendor_terminals_certificate_sha256_client_id_terminal_id_fkey FOREIGN KEY (certificate_sha256, client_id, terminal_id) REFERENCES prewatt.vendor_terminal_directory(certificate_sha256, client_id, terminal_id),
  CONSTRAINT vendor_terminals_key_id_fkey FOREIGN KEY (key_id) REFERENCES prewatt.vendor_keys(id),
  CONSTRAINT vendor_terminals_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id),
  CONSTRAINT vendor_terminals_vendor_id_fkey FOREIGN KEY (vendor_id) REFERENCES prewatt.vendors(id)
);
ALTER TABLE prewatt.vendor_terminals ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.vendor_terminals FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.vendors (
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  name text NOT NULL,
  blocked_reason text,
  commission_basis_points smallint NOT NULL,
  float_limit_minor bigint NOT NULL,
  float_minor bigint NOT NULL DEFAULT 0,
  tokens_per_hour integer NOT NULL,
  energy_per_hour_wh bigint NOT NULL,
  budget_hour bigint NOT NULL DEFAULT 0,
  hour_tokens bigint NOT NULL DEFAULT 0,
  hour_energy_wh bigint NOT NULL DEFAULT 0,
  created_at timestamp with time zone NOT NULL,
  float_limit_before_minor bigint NOT NULL DEFAULT 0,
  terms_approval_id uuid,
  terms_state text GENERATED ALWAYS AS (
CASE
    WHEN (terms_approval_id IS NOT NULL) THEN 'done'::text
    ELSE NULL::text
END),
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  site_budget_minor bigint NOT NULL DEFAULT 0,
  site_reserved_minor bigint NOT NULL DEFAULT 0,
  site_key_id uuid,
  site_asked_at timestamp with time zone,
  CONSTRAINT vendors_pkey PRIMARY KEY (id),
  CONSTRAINT vendors_utility_id_name_key UNIQUE (utility_id, name),
  CONSTRAINT vendors_blocked_reason_check CHECK (((length(blocked_reason) >= 1) AND (length(blocked_reason) <= 200))),
  CONSTRAINT vendors_commission_basis_points_check CHECK (((commission_basis_points >= 0) AND (commission_basis_points <= 10000))),
  CONSTRAINT vendors_energy_per_hour_wh_check CHECK ((energy_per_hour_wh >= 0)),
  CONSTRAINT vendors_float_limit_by CHECK (((float_limit_minor <= float_limit_before_minor) OR (terms_approval_id IS NOT NULL))),
  CONSTRAINT vendors_float_limit_minor_check CHECK ((float_limit_minor >= 0)),
  CONSTRAINT vendors_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100))),
  CONSTRAINT vendors_site CHECK ((((site_key_id IS NULL) = (site_asked_at IS NULL)) AND ((site_key_id IS NOT NULL) OR (site_reserved_minor = 0)))),
  CONSTRAINT vendors_site_budget_minor_check CHECK ((site_budget_minor >= 0)),
  CONSTRAINT vendors_site_reserved_minor_check CHECK ((site_reserved_minor >= 0)),
  CONSTRAINT vendors_tokens_per_hour_check CHECK ((tokens_per_hour >= 0)),
  CONSTRAINT vendors_site_key_id_fkey FOREIGN KEY (site_key_id) REFERENCES prewatt.vendor_keys(id),
  CONSTRAINT vendors_terms_allowed FOREIGN KEY (utility_id, terms_approval_id, terms_state) REFERENCES prewatt.approvals(utility_id, id, state) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT vendors_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
) WITH (fillfactor=20);
ALTER TABLE prewatt.vendors ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.vendors FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));
CREATE TRIGGER keys_stand BEFORE UPDATE OF id, utility_id ON prewatt.vendors FOR EACH STATEMENT EXECUTE FUNCTION prewatt.keys_stand();
CREATE TRIGGER rows_stand BEFORE DELETE OR TRUNCATE ON prewatt.vendors FOR EACH STATEMENT EXECUTE FUNCTION prewatt.keys_stand();

CREATE TABLE prewatt.wallet_periods (
  bucket smallint NOT NULL,
  connection_id uuid NOT NULL,
  meter_id uuid NOT NULL,
  since_at timestamp with time zone NOT NULL,
  utility_id uuid NOT NULL,
  until_at timestamp with time zone NOT NULL,
  rated_until timestamp with time zone NOT NULL,
  stale_from timestamp with time zone,
  problem text,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  CONSTRAINT wallet_periods_pkey PRIMARY KEY (bucket, connection_id, meter_id, since_at),
  CONSTRAINT wallet_periods_check CHECK ((until_at > since_at)),
  CONSTRAINT wallet_periods_bucket_connection_id_fkey FOREIGN KEY (bucket, connection_id) REFERENCES prewatt.connections(bucket, id),
  CONSTRAINT wallet_periods_bucket_meter_id_fkey FOREIGN KEY (bucket, meter_id) REFERENCES prewatt.meters(bucket, id),
  CONSTRAINT wallet_periods_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX wallet_periods_stale ON prewatt.wallet_periods USING btree (utility_id, stale_from) WHERE (stale_from IS NOT NULL);
ALTER TABLE prewatt.wallet_periods ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.wallet_periods FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.wallets (
  bucket smallint NOT NULL,
  connection_id uuid NOT NULL,
  utility_id uuid NOT NULL,
  meter_id uuid NOT NULL,
  since_at timestamp with time zone,
  rated_until timestamp with time zone NOT NULL,
  stale_from timestamp with time zone,
  problem text,
  supply text NOT NULL,
  supply_at timestamp with time zone NOT NULL,
  promised_until timestamp with time zone,
  supply_ordinal integer NOT NULL DEFAULT 0,
  command_id uuid,
  check_at timestamp with time zone,
  is_low boolean NOT NULL DEFAULT false,
  low_ordinal integer NOT NULL DEFAULT 0,
  until_at timestamp with time zone,
  next_meter_id uuid,
  entered bigint NOT NULL DEFAULT prewatt.next_entry(),
  told_least_minor bigint,
  cut_power_w bigint,
  CONSTRAINT wallets_pkey PRIMARY KEY (bucket, connection_id),
  CONSTRAINT wallets_next_meter_check CHECK (((next_meter_id IS NOT NULL) <= (until_at IS NOT NULL))),
  CONSTRAINT wallets_supply_check CHECK ((supply = ANY (ARRAY['on'::text, 'emergency'::text, 'protected'::text, 'off'::text]))),
  CONSTRAINT wallets_bucket_connection_id_fkey FOREIGN KEY (bucket, connection_id) REFERENCES prewatt.connections(bucket, id),
  CONSTRAINT wallets_bucket_meter_id_fkey FOREIGN KEY (bucket, meter_id) REFERENCES prewatt.meters(bucket, id),
  CONSTRAINT wallets_next_meter_fkey FOREIGN KEY (bucket, next_meter_id) REFERENCES prewatt.meters(bucket, id),
  CONSTRAINT wallets_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX wallets_stale ON prewatt.wallets USING btree (utility_id, stale_from) WHERE (stale_from IS NOT NULL);
CREATE INDEX wallets_to_check ON prewatt.wallets USING btree (utility_id, check_at) WHERE (check_at IS NOT NULL);
ALTER TABLE prewatt.wallets ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.wallets FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.weather_day_events (
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  request_id text NOT NULL,
  date date NOT NULL,
  kind text NOT NULL,
  what text NOT NULL,
  note text NOT NULL,
  operator_id uuid NOT NULL,
  at timestamp with time zone NOT NULL,
  CONSTRAINT weather_day_events_pkey PRIMARY KEY (id),
  CONSTRAINT weather_day_events_utility_id_request_id_date_kind_key UNIQUE (utility_id, request_id, date, kind),
  CONSTRAINT weather_day_events_kind_check CHECK ((kind = ANY (ARRAY['heat'::text, 'cold'::text]))),
  CONSTRAINT weather_day_events_note_check CHECK (((length(note) >= 1) AND (length(note) <= 500))),
  CONSTRAINT weather_day_events_request_id_check CHECK (((length(request_id) >= 8) AND (length(request_id) <= 100))),
  CONSTRAINT weather_day_events_what_check CHECK ((what = ANY (ARRAY['declared'::text, 'withdrawn'::text]))),
  CONSTRAINT weather_day_events_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES prewatt.operators(id),
  CONSTRAINT weather_day_events_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX weather_day_events_by_date ON prewatt.weather_day_events USING btree (utility_id, date, kind, id DESC);
ALTER TABLE prewatt.weather_day_events ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.weather_day_events FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.webhook_deliveries (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  utility_id uuid NOT NULL,
  endpoint_id uuid NOT NULL,
  event_id uuid NOT NULL,
  is_replay boolean NOT NULL DEFAULT false,
  state text NOT NULL DEFAULT 'waiting'::text,
  attempts smallint NOT NULL DEFAULT 0,
  created_at timestamp with time zone NOT NULL,
  due_at timestamp with time zone NOT NULL,
  answer_status smallint,
  answer_fault text,
  answer_ms integer,
  answered_at timestamp with time zone,
  CONSTRAINT webhook_deliveries_pkey PRIMARY KEY (id),
  CONSTRAINT webhook_deliveries_answer_fault_check CHECK ((answer_fault = ANY (ARRAY['timeout'::text, 'notPublic'::text, 'unreachable'::text]))),
  CONSTRAINT webhook_deliveries_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'delivered'::text, 'failed'::text]))),
  CONSTRAINT webhook_deliveries_utility_id_endpoint_id_fkey FOREIGN KEY (utility_id, endpoint_id) REFERENCES prewatt.webhook_endpoints(utility_id, id),
  CONSTRAINT webhook_deliveries_utility_id_event_id_fkey FOREIGN KEY (utility_id, event_id) REFERENCES prewatt.webhook_events(utility_id, id),
  CONSTRAINT webhook_deliveries_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX webhook_deliveries_due ON prewatt.webhook_deliveries USING btree (utility_id, due_at) WHERE (state = 'waiting'::text);
CREATE INDEX webhook_deliveries_newest ON prewatt.webhook_deliveries USING btree (endpoint_id, created_at DESC, id DESC);
CREATE INDEX webhook_deliveries_of_event ON prewatt.webhook_deliveries USING btree (event_id);
ALTER TABLE prewatt.webhook_deliveries ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.webhook_deliveries FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.webhook_endpoints (
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  integration_id uuid NOT NULL,
  url text NOT NULL,
  events text[] NOT NULL,
  state text NOT NULL,
  off_reason text,
  request_id text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  CONSTRAINT webhook_endpoints_pkey PRIMARY KEY (id),
  CONSTRAINT webhook_endpoints_utility_id_id_key UNIQUE (utility_id, id),
  CONSTRAINT webhook_endpoints_utility_id_request_id_key UNIQUE (utility_id, request_id),
  CONSTRAINT webhook_endpoints_check CHECK (((state = 'off'::text) = (off_reason IS NOT NULL))),
  CONSTRAINT webhook_endpoints_events_check CHECK ((cardinality(events) >= 1)),
  CONSTRAINT webhook_endpoints_off_reason_check CHECK ((off_reason = ANY (ARRAY['byHand'::text, 'gone'::text]))),
  CONSTRAINT webhook_endpoints_request_id_check CHECK (((length(request_id) >= 1) AND (length(request_id) <= 200))),
  CONSTRAINT webhook_endpoints_state_check CHECK ((state = ANY (ARRAY['on'::text, 'off'::text]))),
  CONSTRAINT webhook_endpoints_url_check CHECK (((length(url) >= 8) AND (length(url) <= 2000))),
  CONSTRAINT webhook_endpoints_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id),
  CONSTRAINT webhook_endpoints_utility_id_integration_id_fkey FOREIGN KEY (utility_id, integration_id) REFERENCES prewatt.integrations(utility_id, id)
);
CREATE INDEX webhook_endpoints_of ON prewatt.webhook_endpoints USING btree (utility_id, integration_id);
ALTER TABLE prewatt.webhook_endpoints ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.webhook_endpoints FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.webhook_events (
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  type text NOT NULL,
  fact_key text NOT NULL,
  at timestamp with time zone NOT NULL,
  data jsonb NOT NULL,
  CONSTRAINT webhook_events_pkey PRIMARY KEY (id),
  CONSTRAINT webhook_events_utility_id_id_key UNIQUE (utility_id, id),
  CONSTRAINT webhook_events_utility_id_type_fact_key_key UNIQUE (utility_id, type, fact_key),
  CONSTRAINT webhook_events_fact_key_check CHECK (((length(fact_key) >= 1) AND (length(fact_key) <= 200))),
  CONSTRAINT webhook_events_type_check CHECK (((length(type) >= 3) AND (length(type) <= 40))),
  CONSTRAINT webhook_events_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
CREATE INDEX webhook_events_at ON prewatt.webhook_events USING btree (utility_id, at);
ALTER TABLE prewatt.webhook_events ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.webhook_events FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt.webhook_secrets (
  endpoint_id uuid NOT NULL,
  ordinal smallint NOT NULL,
  utility_id uuid NOT NULL,
  request_id text NOT NULL,
  sealed bytea NOT NULL,
  ends_at timestamp with time zone,
  CONSTRAINT webhook_secrets_pkey PRIMARY KEY (endpoint_id, ordinal),
  CONSTRAINT webhook_secrets_utility_id_request_id_key UNIQUE (utility_id, request_id),
  CONSTRAINT webhook_secrets_ordinal_check CHECK ((ordinal >= 1)),
  CONSTRAINT webhook_secrets_request_id_check CHECK (((length(request_id) >= 1) AND (length(request_id) <= 200))),
  CONSTRAINT webhook_secrets_utility_id_endpoint_id_fkey FOREIGN KEY (utility_id, endpoint_id) REFERENCES prewatt.webhook_endpoints(utility_id, id),
  CONSTRAINT webhook_secrets_utility_id_fkey FOREIGN KEY (utility_id) REFERENCES prewatt.utilities(id)
);
ALTER TABLE prewatt.webhook_secrets ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt.webhook_secrets FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt_log.columns (
  table_name text NOT NULL,
  number integer NOT NULL,
  key text[] NOT NULL,
  list text[] NOT NULL,
  is_append_only boolean NOT NULL,
  sql jsonb NOT NULL,
  CONSTRAINT columns_pkey PRIMARY KEY (table_name, number)
);

CREATE TABLE prewatt_log.entries (
  utility_id uuid NOT NULL,
  place bigint NOT NULL,
  leaf_id bigint NOT NULL,
  CONSTRAINT entries_pkey PRIMARY KEY (utility_id, place),
  CONSTRAINT entries_utility_id_leaf_id_key UNIQUE (utility_id, leaf_id),
  CONSTRAINT entries_place_check CHECK ((place >= 0))
);
ALTER TABLE prewatt_log.entries ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt_log.entries FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt_log.heads (
  utility_id uuid NOT NULL,
  size bigint NOT NULL DEFAULT 0,
  peaks bytea NOT NULL DEFAULT '\x'::bytea,
  checkpoint text,
  signed_at timestamp with time zone,
  done_to bigint NOT NULL DEFAULT 0,
  watched bigint,
  watched_by xid8,
  witnessed text,
  witnessed_size bigint,
  witnessed_at timestamp with time zone,
  CONSTRAINT heads_pkey PRIMARY KEY (utility_id),
  CONSTRAINT heads_size_check CHECK ((size >= 0))
);
ALTER TABLE prewatt_log.heads ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt_log.heads FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt_log.keys (
  utility_id uuid NOT NULL,
  origin text NOT NULL,
  public_key bytea NOT NULL,
  sealed bytea NOT NULL,
  made_at timestamp with time zone NOT NULL,
  CONSTRAINT keys_pkey PRIMARY KEY (utility_id),
  CONSTRAINT keys_public_key_check CHECK ((length(public_key) = 32))
);
ALTER TABLE prewatt_log.keys ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt_log.keys FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt_log.leaves (
  id bigint NOT NULL GENERATED AS IDENTITY,
  utility_id uuid NOT NULL,
  table_name text,
  salt bytea NOT NULL,
  first_row bigint,
  from_entry bigint,
  to_entry bigint,
  leaf bytea NOT NULL,
  CONSTRAINT leaves_pkey PRIMARY KEY (utility_id, id)
);
CREATE INDEX leaves_of_tokens ON prewatt_log.leaves USING btree (utility_id, to_entry) WHERE (to_entry IS NOT NULL);
ALTER TABLE prewatt_log.leaves ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt_log.leaves FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt_log.tiles (
  utility_id uuid NOT NULL,
  level smallint NOT NULL,
  index bigint NOT NULL,
  hashes bytea NOT NULL,
  CONSTRAINT tiles_pkey PRIMARY KEY (utility_id, level, index),
  CONSTRAINT tiles_hashes_check CHECK ((length(hashes) = 8192)),
  CONSTRAINT tiles_index_check CHECK ((index >= 0)),
  CONSTRAINT tiles_level_check CHECK ((level >= 0))
);
ALTER TABLE prewatt_log.tiles ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt_log.tiles FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt_log.witnesses (
  utility_id uuid NOT NULL,
  name text NOT NULL,
  size bigint NOT NULL,
  signed_at timestamp with time zone,
  CONSTRAINT witnesses_pkey PRIMARY KEY (utility_id, name),
  CONSTRAINT witnesses_size_check CHECK ((size >= 0))
);
ALTER TABLE prewatt_log.witnesses ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON prewatt_log.witnesses FOR ALL TO prewatt_app USING ((utility_id = ( SELECT prewatt.current_utility() AS current_utility))) WITH CHECK ((utility_id = ( SELECT prewatt.current_utility() AS current_utility)));

CREATE TABLE prewatt_migrations.applied (
  name text NOT NULL,
  checksum text NOT NULL,
  applied_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT applied_pkey PRIMARY KEY (name)
);

CREATE VIEW prewatt.transfers AS
 SELECT p.bucket,
    prewatt.transfer_id(p.id, t.place) AS id,
    p.utility_id,
    p.connection_id,
    t.debit_kind,
    t.debit_subject_id,
    t.credit_kind,
    t.credit_subject_id,
    t.amount_minor,
    t.reason,
    p.sale_id,
    p.payment_id,
    p.reverses_id,
    p.posted_at,
    p.correction_id,
    p.rating_id,
    p.mode_change_id,
    p.id AS posting_id,
    p.vendor_id
   FROM (prewatt.postings p
     CROSS JOIN LATERAL UNNEST(p.debit_kinds, p.debit_subject_ids, p.credit_kinds, p.credit_subject_ids, p.amounts_minor, p.reasons) WITH ORDINALITY t(debit_kind, debit_subject_id, credit_kind, credit_subject_id, amount_minor, reason, place));

GRANT DELETE, INSERT, SELECT ON prewatt.dlms_device_directory TO prewatt_app;
GRANT DELETE, INSERT, SELECT ON prewatt.early_report_directory TO prewatt_app;
GRANT DELETE, INSERT, SELECT ON prewatt.gateway_message_directory TO prewatt_app;
GRANT DELETE, INSERT, SELECT ON prewatt.lwm2m_endpoint_directory TO prewatt_app;
GRANT DELETE, INSERT, SELECT ON prewatt.mail_address_directory TO prewatt_app;
GRANT DELETE, INSERT, SELECT ON prewatt.network_placements TO prewatt_app;
GRANT DELETE, INSERT, SELECT ON prewatt.push_browser_directory TO prewatt_app;
GRANT DELETE, INSERT, SELECT ON prewatt.saved_views TO prewatt_app;
GRANT DELETE, INSERT, SELECT ON prewatt.use_count_directory TO prewatt_app;
GRANT DELETE, INSERT, SELECT ON prewatt.ussd_session_directory TO prewatt_app;
GRANT DELETE, INSERT, SELECT ON prewatt.vendor_pin_tries TO prewatt_app;
GRANT DELETE, INSERT, SELECT, UPDATE ON auth."rateLimit" TO prewatt_sign_in;
GRANT DELETE, INSERT, SELECT, UPDATE ON auth."twoFactor" TO prewatt_sign_in;
GRANT DELETE, INSERT, SELECT, UPDATE ON auth."user" TO prewatt_sign_in;
GRANT DELETE, INSERT, SELECT, UPDATE ON auth.account TO prewatt_sign_in;
GRANT DELETE, INSERT, SELECT, UPDATE ON auth.brakes TO prewatt_sign_in;
GRANT DELETE, INSERT, SELECT, UPDATE ON auth.session TO prewatt_sign_in;
GRANT DELETE, INSERT, SELECT, UPDATE ON auth.verification TO prewatt_sign_in;
GRANT DELETE, SELECT ON prewatt.server_processes TO prewatt_app;
GRANT EXECUTE ON FUNCTION prewatt.change_role(uuid,uuid,timestamp with time zone) TO prewatt_app;
GRANT EXECUTE ON FUNCTION prewatt.customers_by_words(text,integer) TO prewatt_app;
GRANT EXECUTE ON FUNCTION prewatt.drop_old_network_readings(integer) TO prewatt_app;
GRANT EXECUTE ON FUNCTION prewatt.drop_old_readings() TO prewatt_app;
GRANT EXECUTE ON FUNCTION prewatt.forget_provider_notifications(integer,integer,bigint) TO prewatt_app;
GRANT EXECUTE ON FUNCTION prewatt.forget_webhook_events(integer) TO prewatt_app;
GRANT EXECUTE ON FUNCTION prewatt.homes_by_meter_digits(text,integer) TO prewatt_app;
GRANT EXECUTE ON FUNCTION prewatt.homes_by_phone_digits(text,integer) TO prewatt_app;
GRANT EXECUTE ON FUNCTION prewatt.homes_by_words(text,integer) TO prewatt_app;
GRANT EXECUTE ON FUNCTION prewatt.join_team(uuid,text,timestamp with time zone) TO prewatt_app;
GRANT EXECUTE ON FUNCTION prewatt.next_entry() TO prewatt_app;
GRANT EXECUTE ON FUNCTION prewatt.payments_by_reference(text,integer) TO prewatt_app;
GRANT EXECUTE ON FUNCTION prewatt.prepare_readings_month(date) TO prewatt_app;
GRANT EXECUTE ON FUNCTION prewatt.set_customer(smallint,uuid,text,text) TO prewatt_app;
GRANT EXECUTE ON FUNCTION prewatt.set_document_texts(text,text,text,text) TO prewatt_app;
GRANT EXECUTE ON FUNCTION prewatt.set_identity_warn_days(smallint) TO prewatt_app;
GRANT EXECUTE ON FUNCTION prewatt.set_page_writing(text,smallint,text) TO prewatt_app;
GRANT EXECUTE ON FUNCTION prewatt.set_protection_rules(jsonb) TO prewatt_app;
GRANT EXECUTE ON FUNCTION prewatt.set_silent_after_hours(smallint) TO prewatt_app;
GRANT EXECUTE ON FUNCTION prewatt.tokens_by_last_digits(text,integer) TO prewatt_app;
GRANT EXECUTE ON FUNCTION prewatt.undo_connection(smallint,uuid,timestamp with time zone) TO prewatt_app;
GRANT EXECUTE ON FUNCTION prewatt.words_of(text) TO prewatt_app;
GRANT EXECUTE ON FUNCTION prewatt_log.give_places(integer) TO prewatt_app;
GRANT INSERT (account) ON prewatt.unallocated_money TO prewatt_app;
GRANT INSERT (amount_minor) ON prewatt.unallocated_money TO prewatt_app;
GRANT INSERT (amount_minor) ON prewatt.vendor_deposits TO prewatt_app;
GRANT INSERT (amount_minor) ON prewatt.vendor_site_sales TO prewatt_app;
GRANT INSERT (approval_id) ON prewatt.emergency_acts TO prewatt_app;
GRANT INSERT (approval_id) ON prewatt.operator_invitations TO prewatt_app;
GRANT INSERT (approval_id) ON prewatt.vendor_deposit_reversals TO prewatt_app;
GRANT INSERT (approval_id) ON prewatt.vendor_deposits TO prewatt_app;
GRANT INSERT (approval_id) ON prewatt.vendor_keys TO prewatt_app;
GRANT INSERT (approved_by) ON prewatt.operator_invitations TO prewatt_app;
GRANT INSERT (approved_by) ON prewatt.vendor_deposit_reversals TO prewatt_app;
GRANT INSERT (approved_by) ON prewatt.vendor_deposits TO prewatt_app;
GRANT INSERT (approved_by) ON prewatt.vendor_keys TO prewatt_app;
GRANT INSERT (at) ON prewatt.emergency_acts TO prewatt_app;
GRANT INSERT (at) ON prewatt.operator_invitations TO prewatt_app;
GRANT INSERT (available) ON prewatt.smart_card_reports TO prewatt_app;
GRANT INSERT (bucket) ON prewatt.smart_card_loads TO prewatt_app;
GRANT INSERT (bucket) ON prewatt.smart_card_reports TO prewatt_app;
GRANT INSERT (bucket) ON prewatt.smart_cards TO prewatt_app;
GRANT INSERT (came_at) ON prewatt.smart_card_reports TO prewatt_app;
GRANT INSERT (came_at) ON prewatt.unallocated_money TO prewatt_app;
GRANT INSERT (card_number) ON prewatt.smart_card_loads TO prewatt_app;
GRANT INSERT (card_number) ON prewatt.smart_card_reports TO prewatt_app;
GRANT INSERT (card_number) ON prewatt.smart_cards TO prewatt_app;
GRANT INSERT (cause) ON prewatt.unallocated_money TO prewatt_app;
GRANT INSERT (chunks_total) ON prewatt.imports TO prewatt_app;
GRANT INSERT (clerk_id) ON prewatt.vendor_site_sales TO prewatt_app;
GRANT INSERT (columns) ON prewatt.imports TO prewatt_app;
GRANT INSERT (connection_id) ON prewatt.smart_card_loads TO prewatt_app;
GRANT INSERT (connection_id) ON prewatt.smart_card_reports TO prewatt_app;
GRANT INSERT (connection_id) ON prewatt.smart_cards TO prewatt_app;
GRANT INSERT (count) ON prewatt.smart_card_loads TO prewatt_app;
GRANT INSERT (count) ON prewatt.smart_card_reports TO prewatt_app;
GRANT INSERT (created_at) ON prewatt.imports TO prewatt_app;
GRANT INSERT (created_at) ON prewatt.vendor_keys TO prewatt_app;
GRANT INSERT (created_at) ON prewatt.vendors TO prewatt_app;
GRANT INSERT (currency_code) ON prewatt.unallocated_money TO prewatt_app;
GRANT INSERT (currency_scale) ON prewatt.unallocated_money TO prewatt_app;
GRANT INSERT (days) ON prewatt.operator_invitations TO prewatt_app;
GRANT INSERT (dry_run) ON prewatt.imports TO prewatt_app;
GRANT INSERT (email) ON prewatt.operator_invitations TO prewatt_app;
GRANT INSERT (event_sequence) ON prewatt.smart_card_reports TO prewatt_app;
GRANT INSERT (expires_at) ON prewatt.approvals TO prewatt_app;
GRANT INSERT (fee_minor) ON prewatt.provider_fees TO prewatt_app;
GRANT INSERT (file_id) ON prewatt.provider_fees TO prewatt_app;
GRANT INSERT (file_name) ON prewatt.imports TO prewatt_app;
GRANT INSERT (flags) ON prewatt.smart_card_reports TO prewatt_app;
GRANT INSERT (id) ON prewatt.approvals TO prewatt_app;
GRANT INSERT (id) ON prewatt.imports TO prewatt_app;
GRANT INSERT (id) ON prewatt.operator_invitations TO prewatt_app;
GRANT INSERT (id) ON prewatt.server_processes TO prewatt_app;
GRANT INSERT (id) ON prewatt.smart_card_reports TO prewatt_app;
GRANT INSERT (id) ON prewatt.unallocated_money TO prewatt_app;
GRANT INSERT (id) ON prewatt.vendor_deposits TO prewatt_app;
GRANT INSERT (id) ON prewatt.vendor_keys TO prewatt_app;
GRANT INSERT (id) ON prewatt.vendors TO prewatt_app;
GRANT INSERT (import_energy_wh) ON prewatt.smart_card_reports TO prewatt_app;
GRANT INSERT (issued_at) ON prewatt.smart_cards TO prewatt_app;
GRANT INSERT (issued_by) ON prewatt.smart_cards TO prewatt_app;
GRANT INSERT (key_id) ON prewatt.smart_card_loads TO prewatt_app;
GRANT INSERT (key_id) ON prewatt.vendor_site_sales TO prewatt_app;
GRANT INSERT (kind) ON prewatt.approvals TO prewatt_app;
GRANT INSERT (kind) ON prewatt.emergency_acts TO prewatt_app;
GRANT INSERT (kind) ON prewatt.imports TO prewatt_app;
GRANT INSERT (label) ON prewatt.vendor_keys TO prewatt_app;
GRANT INSERT (made_at) ON prewatt.smart_card_loads TO prewatt_app;
GRANT INSERT (medium) ON prewatt.smart_cards TO prewatt_app;
GRANT INSERT (meter_id) ON prewatt.smart_card_loads TO prewatt_app;
GRANT INSERT (meter_id) ON prewatt.smart_card_reports TO prewatt_app;
GRANT INSERT (meter_pan) ON prewatt.vendor_site_sales TO prewatt_app;
GRANT INSERT (name) ON prewatt.operator_invitations TO prewatt_app;
GRANT INSERT (name) ON prewatt.server_processes TO prewatt_app;
GRANT INSERT (name) ON prewatt.vendors TO prewatt_app;
GRANT INSERT (on_date) ON prewatt.provider_fees TO prewatt_app;
GRANT INSERT (operator_id) ON prewatt.emergency_acts TO prewatt_app;
GRANT INSERT (operator_id) ON prewatt.imports TO prewatt_app;
GRANT INSERT (operator_id) ON prewatt.operator_invitations TO prewatt_app;
GRANT INSERT (operator_id) ON prewatt.smart_card_loads TO prewatt_app;
GRANT INSERT (operator_id) ON prewatt.vendor_deposits TO prewatt_app;
GRANT INSERT (ordinal) ON prewatt.provider_fees TO prewatt_app;
GRANT INSERT (outcomes) ON prewatt.smart_card_reports TO prewatt_app;
GRANT INSERT (payer_name) ON prewatt.unallocated_money TO prewatt_app;
GRANT INSERT (payer_phone) ON prewatt.unallocated_money TO prewatt_app;
GRANT INSERT (payload) ON prewatt.approvals TO prewatt_app;
GRANT INSERT (payment_bucket) ON prewatt.unallocated_money TO prewatt_app;
GRANT INSERT (payment_bucket) ON prewatt.vendor_deposits TO prewatt_app;
GRANT INSERT (payment_id) ON prewatt.unallocated_money TO prewatt_app;
GRANT INSERT (payment_id) ON prewatt.vendor_deposits TO prewatt_app;
GRANT INSERT (posted_at) ON prewatt.provider_fees TO prewatt_app;
GRANT INSERT (posted_bucket) ON prewatt.provider_fees TO prewatt_app;
GRANT INSERT (promised_wh) ON prewatt.vendor_site_sales TO prewatt_app;
GRANT INSERT (provider) ON prewatt.provider_fees TO prewatt_app;
GRANT INSERT (provider) ON prewatt.unallocated_money TO prewatt_app;
GRANT INSERT (provider_reference) ON prewatt.unallocated_money TO prewatt_app;
GRANT INSERT (reason) ON prewatt.approvals TO prewatt_app;
GRANT INSERT (reason) ON prewatt.emergency_acts TO prewatt_app;
GRANT INSERT (reason) ON prewatt.vendor_deposit_reversals TO prewatt_app;
GRANT INSERT (recorded_at) ON prewatt.vendor_deposits TO prewatt_app;
GRANT INSERT (recorded_by) ON prewatt.vendor_deposits TO prewatt_app;
GRANT INSERT (reference) ON prewatt.provider_fees TO prewatt_app;
GRANT INSERT (reference) ON prewatt.vendor_deposits TO prewatt_app;
GRANT INSERT (replaces) ON prewatt.smart_cards TO prewatt_app;
GRANT INSERT (reported_at) ON prewatt.vendor_site_sales TO prewatt_app;
GRANT INSERT (request_id) ON prewatt.approvals TO prewatt_app;
GRANT INSERT (request_id) ON prewatt.smart_cards TO prewatt_app;
GRANT INSERT (request_id) ON prewatt.vendor_deposit_reversals TO prewatt_app;
GRANT INSERT (request_id) ON prewatt.vendor_deposits TO prewatt_app;
GRANT INSERT (request_id) ON prewatt.vendor_site_sales TO prewatt_app;
GRANT INSERT (requested_at) ON prewatt.approvals TO prewatt_app;
GRANT INSERT (requested_by) ON prewatt.approvals TO prewatt_app;
GRANT INSERT (requested_by) ON prewatt.imports TO prewatt_app;
GRANT INSERT (requested_by) ON prewatt.operator_invitations TO prewatt_app;
GRANT INSERT (requested_by) ON prewatt.vendor_deposit_reversals TO prewatt_app;
GRANT INSERT (requested_by) ON prewatt.vendor_keys TO prewatt_app;
GRANT INSERT (reversal_id) ON prewatt.provider_fees TO prewatt_app;
GRANT INSERT (reversed_at) ON prewatt.vendor_deposit_reversals TO prewatt_app;
GRANT INSERT (role) ON prewatt.operator_invitations TO prewatt_app;
GRANT INSERT (rows_total) ON prewatt.imports TO prewatt_app;
GRANT INSERT (rules_version) ON prewatt.emergency_acts TO prewatt_app;
GRANT INSERT (said_at) ON prewatt.smart_card_reports TO prewatt_app;
GRANT INSERT (sale_id) ON prewatt.smart_card_loads TO prewatt_app;
GRANT INSERT (secret_hash) ON prewatt.vendor_keys TO prewatt_app;
GRANT INSERT (sequence) ON prewatt.smart_card_reports TO prewatt_app;
GRANT INSERT (sha256) ON prewatt.imports TO prewatt_app;
GRANT INSERT (size_bytes) ON prewatt.imports TO prewatt_app;
GRANT INSERT (sold_at) ON prewatt.vendor_site_sales TO prewatt_app;
GRANT INSERT (token_ids) ON prewatt.smart_card_loads TO prewatt_app;
GRANT INSERT (transfer_id) ON prewatt.provider_fees TO prewatt_app;
GRANT INSERT (transfer_id) ON prewatt.vendor_deposit_reversals TO prewatt_app;
GRANT INSERT (transfer_id) ON prewatt.vendor_deposits TO prewatt_app;
GRANT INSERT (utility_id) ON prewatt.approvals TO prewatt_app;
GRANT INSERT (utility_id) ON prewatt.emergency_acts TO prewatt_app;
GRANT INSERT (utility_id) ON prewatt.imports TO prewatt_app;
GRANT INSERT (utility_id) ON prewatt.operator_invitations TO prewatt_app;
GRANT INSERT (utility_id) ON prewatt.provider_fees TO prewatt_app;
GRANT INSERT (utility_id) ON prewatt.smart_card_loads TO prewatt_app;
GRANT INSERT (utility_id) ON prewatt.smart_card_reports TO prewatt_app;
GRANT INSERT (utility_id) ON prewatt.smart_cards TO prewatt_app;
GRANT INSERT (utility_id) ON prewatt.unallocated_money TO prewatt_app;
GRANT INSERT (utility_id) ON prewatt.vendor_deposit_reversals TO prewatt_app;
GRANT INSERT (utility_id) ON prewatt.vendor_deposits TO prewatt_app;
GRANT INSERT (utility_id) ON prewatt.vendor_keys TO prewatt_app;
GRANT INSERT (utility_id) ON prewatt.vendor_site_sales TO prewatt_app;
GRANT INSERT (utility_id) ON prewatt.vendors TO prewatt_app;
GRANT INSERT (value_minor) ON prewatt.imports TO prewatt_app;
GRANT INSERT (vendor_deposit_id) ON prewatt.vendor_deposit_reversals TO prewatt_app;
GRANT INSERT (vendor_id) ON prewatt.vendor_deposit_reversals TO prewatt_app;
GRANT INSERT (vendor_id) ON prewatt.vendor_deposits TO prewatt_app;
GRANT INSERT (vendor_id) ON prewatt.vendor_keys TO prewatt_app;
GRANT INSERT (vendor_id) ON prewatt.vendor_site_sales TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.alert_choices TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.alone_acts TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.approval_events TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.arrivals TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.bank_entries TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.bank_statements TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.budget_counts TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.budgets TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.command_stages TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.commands TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.connections TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.control_limits TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.conversion_events TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.corrections TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.customers TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.debts TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.dim_programmes TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.dlms_links TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.dlms_models TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.emergency_notices TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.emergency_reviews TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.emergency_rules TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.forecast_ranges TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.free_unit_runs TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.grant_batch_rows TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.grant_batches TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.grant_views TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.grants TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.home_flag_events TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.import_chunks TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.import_rows TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.inbound_texts TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.install_events TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.install_jobs TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.integration_key_directory TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.integration_keys TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.integrations TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.kept_cards TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.key_change_campaigns TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.key_change_meters TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.key_change_sets TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.key_components TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.key_loads TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.lamp_faults TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.lamp_groups TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.lamp_links TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.lamp_nights TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.lamps TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.landing_tokens TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.late_tokens TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.ledger_accounts TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.light_overrides TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.lighting_accounts TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.link_acts TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.link_refusals TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.lwm2m_links TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.mails TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.message_attempts TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.messages TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.meter_alerts TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.meter_authorities TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.meter_certificates TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.meter_directory TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.meter_events TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.meter_exchanges TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.meter_protection TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.meter_states TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.meter_tariffs TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.meters TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.mode_changes TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.network_balance_days TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.network_balances TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.network_moves TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.network_nodes TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.network_readings TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.network_voltages TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.occupancies TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.operator_acts TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.payment_directory TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.payments TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.phone_choice_directory TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.phone_directory TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.placement_findings TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.postings TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.proof_results TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.proof_runs TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.protection_replay_homes TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.protection_replays TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.protection_rule_sets TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.provider_notifications TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.provider_reference_directory TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.quotes TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.ratings TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.reading_estimates TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.reading_findings TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.readings TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.reconciliation_differences TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.reconciliation_files TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.reconciliation_notes TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.reconciliation_rows TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.refund_orders TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.refunds TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.revenue_case_events TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.revenue_case_photos TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.revenue_cases TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.revenue_fine_rules TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.revenue_lines TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.revenue_rounds TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.sale_reprints TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.sales TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.setting_rounds TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.smart_card_directory TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.supply_call_events TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.supply_calls TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.supply_forecasts TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.supply_holds TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.supply_warnings TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.supply_watch TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.tariff_assignment_batches TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.tariff_assignment_rows TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.tariff_assignments TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.tariff_back_test_rows TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.tariff_back_tests TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.tariffs TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.ticket_events TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.tickets TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.tokens TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.top_up_rules TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.top_ups TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.usage_days TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.usage_months TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.utility_setting_events TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.vending_keys TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.vending_outage_homes TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.vending_outages TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.vendor_asks TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.vendor_bank_batch_parts TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.vendor_batch_shifts TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.vendor_batches TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.vendor_clerks TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.vendor_key_directory TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.vendor_messages TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.vendor_phone_directory TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.vendor_phones TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.vendor_sales TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.vendor_shifts TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.vendor_terminal_directory TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.vendor_terminals TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.wallet_periods TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.wallets TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.weather_day_events TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.webhook_deliveries TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.webhook_endpoints TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.webhook_events TO prewatt_app;
GRANT INSERT, SELECT ON prewatt.webhook_secrets TO prewatt_app;
GRANT INSERT, SELECT ON prewatt_log.keys TO prewatt_app;
GRANT INSERT, SELECT ON prewatt_log.tiles TO prewatt_app;
GRANT INSERT, SELECT ON prewatt_log.witnesses TO prewatt_app;
GRANT INSERT, UPDATE (commission_basis_points) ON prewatt.vendors TO prewatt_app;
GRANT INSERT, UPDATE (due_at) ON prewatt.imports TO prewatt_app;
GRANT INSERT, UPDATE (energy_per_hour_wh) ON prewatt.vendors TO prewatt_app;
GRANT INSERT, UPDATE (float_limit_minor) ON prewatt.vendors TO prewatt_app;
GRANT INSERT, UPDATE (job_workers) ON prewatt.server_processes TO prewatt_app;
GRANT INSERT, UPDATE (next_chunk) ON prewatt.imports TO prewatt_app;
GRANT INSERT, UPDATE (refusal) ON prewatt.vendor_site_sales TO prewatt_app;
GRANT INSERT, UPDATE (rows_created) ON prewatt.imports TO prewatt_app;
GRANT INSERT, UPDATE (rows_refused) ON prewatt.imports TO prewatt_app;
GRANT INSERT, UPDATE (rows_unchanged) ON prewatt.imports TO prewatt_app;
GRANT INSERT, UPDATE (state) ON prewatt.approvals TO prewatt_app;
GRANT INSERT, UPDATE (state) ON prewatt.imports TO prewatt_app;
GRANT INSERT, UPDATE (state) ON prewatt.server_processes TO prewatt_app;
GRANT INSERT, UPDATE (state) ON prewatt.smart_cards TO prewatt_app;
GRANT INSERT, UPDATE (state_at) ON prewatt.imports TO prewatt_app;
GRANT INSERT, UPDATE (state_at) ON prewatt.smart_cards TO prewatt_app;
GRANT INSERT, UPDATE (tokens_per_hour) ON prewatt.vendors TO prewatt_app;
GRANT SELECT ON prewatt.approvals TO prewatt_app;
GRANT SELECT ON prewatt.emergency_acts TO prewatt_app;
GRANT SELECT ON prewatt.epochs TO prewatt_app;
GRANT SELECT ON prewatt.imports TO prewatt_app;
GRANT SELECT ON prewatt.operator_directory TO prewatt_app;
GRANT SELECT ON prewatt.operator_invitations TO prewatt_app;
GRANT SELECT ON prewatt.operator_role_changes TO prewatt_app;
GRANT SELECT ON prewatt.operators TO prewatt_app;
GRANT SELECT ON prewatt.provider_fees TO prewatt_app;
GRANT SELECT ON prewatt.smart_card_loads TO prewatt_app;
GRANT SELECT ON prewatt.smart_card_reports TO prewatt_app;
GRANT SELECT ON prewatt.smart_cards TO prewatt_app;
GRANT SELECT ON prewatt.transfers TO prewatt_app;
GRANT SELECT ON prewatt.unallocated_money TO prewatt_app;
GRANT SELECT ON prewatt.utilities TO prewatt_app;
GRANT SELECT ON prewatt.vendor_deposit_reversals TO prewatt_app;
GRANT SELECT ON prewatt.vendor_deposits TO prewatt_app;
GRANT SELECT ON prewatt.vendor_keys TO prewatt_app;
GRANT SELECT ON prewatt.vendor_site_sales TO prewatt_app;
GRANT SELECT ON prewatt.vendors TO prewatt_app;
GRANT SELECT ON prewatt_log.columns TO prewatt_app;
GRANT SELECT ON prewatt_log.entries TO prewatt_app;
GRANT SELECT ON prewatt_log.heads TO prewatt_app;
GRANT SELECT ON prewatt_log.leaves TO prewatt_app;
GRANT SELECT ON prewatt_migrations.applied TO prewatt_app;
GRANT SELECT, USAGE ON SEQUENCE prewatt.entries TO prewatt_app;
GRANT UPDATE (account) ON prewatt.dlms_links TO prewatt_app;
GRANT UPDATE (activates_at) ON prewatt.meter_tariffs TO prewatt_app;
GRANT UPDATE (address) ON prewatt.lamp_links TO prewatt_app;
GRANT UPDATE (address) ON prewatt.lwm2m_links TO prewatt_app;
GRANT UPDATE (address) ON prewatt.mail_address_directory TO prewatt_app;
GRANT UPDATE (after_bucket) ON prewatt.free_unit_runs TO prewatt_app;
GRANT UPDATE (after_bucket) ON prewatt.revenue_rounds TO prewatt_app;
GRANT UPDATE (after_bucket) ON prewatt.setting_rounds TO prewatt_app;
GRANT UPDATE (after_bucket) ON prewatt.tariff_assignment_batches TO prewatt_app;
GRANT UPDATE (after_bucket) ON prewatt.tariff_back_tests TO prewatt_app;
GRANT UPDATE (after_code) ON prewatt.revenue_rounds TO prewatt_app;
GRANT UPDATE (after_connection) ON prewatt.revenue_rounds TO prewatt_app;
GRANT UPDATE (after_id) ON prewatt.free_unit_runs TO prewatt_app;
GRANT UPDATE (after_id) ON prewatt.tariff_assignment_batches TO prewatt_app;
GRANT UPDATE (after_id) ON prewatt.tariff_back_tests TO prewatt_app;
GRANT UPDATE (after_meter_id) ON prewatt.setting_rounds TO prewatt_app;
GRANT UPDATE (after_minor) ON prewatt.tariff_assignment_rows TO prewatt_app;
GRANT UPDATE (amount_minor) ON prewatt.late_tokens TO prewatt_app;
GRANT UPDATE (amount_minor) ON prewatt.mode_changes TO prewatt_app;
GRANT UPDATE (amount_minor) ON prewatt.provider_notifications TO prewatt_app;
GRANT UPDATE (amount_minor) ON prewatt.top_up_rules TO prewatt_app;
GRANT UPDATE (answer) ON prewatt.inbound_texts TO prewatt_app;
GRANT UPDATE (answer) ON prewatt.tickets TO prewatt_app;
GRANT UPDATE (answer) ON prewatt.vendor_messages TO prewatt_app;
GRANT UPDATE (answer_fault) ON prewatt.webhook_deliveries TO prewatt_app;
GRANT UPDATE (answer_ms) ON prewatt.webhook_deliveries TO prewatt_app;
GRANT UPDATE (answer_status) ON prewatt.webhook_deliveries TO prewatt_app;
GRANT UPDATE (answered) ON prewatt.dlms_links TO prewatt_app;
GRANT UPDATE (answered) ON prewatt.lighting_accounts TO prewatt_app;
GRANT UPDATE (answered) ON prewatt.lwm2m_links TO prewatt_app;
GRANT UPDATE (answered_at) ON prewatt.smart_card_loads TO prewatt_app;
GRANT UPDATE (answered_at) ON prewatt.vendor_messages TO prewatt_app;
GRANT UPDATE (answered_at) ON prewatt.webhook_deliveries TO prewatt_app;
GRANT UPDATE (appeal_until) ON prewatt.revenue_cases TO prewatt_app;
GRANT UPDATE (approval_id) ON prewatt.grant_batches TO prewatt_app;
GRANT UPDATE (approval_id) ON prewatt.imports TO prewatt_app;
GRANT UPDATE (approval_id) ON prewatt.key_loads TO prewatt_app;
GRANT UPDATE (approval_id) ON prewatt.revenue_cases TO prewatt_app;
GRANT UPDATE (approval_id) ON prewatt.tariff_assignment_batches TO prewatt_app;
GRANT UPDATE (approval_id) ON prewatt.tariffs TO prewatt_app;
GRANT UPDATE (approval_id) ON prewatt.unallocated_money TO prewatt_app;
GRANT UPDATE (approved_by) ON prewatt.bank_statements TO prewatt_app;
GRANT UPDATE (approved_by) ON prewatt.tariffs TO prewatt_app;
GRANT UPDATE (approved_by) ON prewatt.unallocated_money TO prewatt_app;
GRANT UPDATE (asked_at) ON prewatt.lamps TO prewatt_app;
GRANT UPDATE (asked_because) ON prewatt.lamps TO prewatt_app;
GRANT UPDATE (asked_percent) ON prewatt.lamps TO prewatt_app;
GRANT UPDATE (assigned_to) ON prewatt.install_jobs TO prewatt_app;
GRANT UPDATE (assigned_to) ON prewatt.tickets TO prewatt_app;
GRANT UPDATE (at) ON prewatt.import_rows TO prewatt_app;
GRANT UPDATE (at) ON prewatt.ussd_session_directory TO prewatt_app;
GRANT UPDATE (attempts) ON prewatt.commands TO prewatt_app;
GRANT UPDATE (attempts) ON prewatt.messages TO prewatt_app;
GRANT UPDATE (attempts) ON prewatt.webhook_deliveries TO prewatt_app;
GRANT UPDATE (auth) ON prewatt.push_browser_directory TO prewatt_app;
GRANT UPDATE (authentication) ON prewatt.dlms_links TO prewatt_app;
GRANT UPDATE (available_energy_wh) ON prewatt.meter_states TO prewatt_app;
GRANT UPDATE (awaits_reading) ON prewatt.provider_notifications TO prewatt_app;
GRANT UPDATE (basis) ON prewatt.placement_findings TO prewatt_app;
GRANT UPDATE (beats) ON prewatt.epochs TO prewatt_app;
GRANT UPDATE (before_minor) ON prewatt.tariff_assignment_rows TO prewatt_app;
GRANT UPDATE (begun_at) ON prewatt.key_change_meters TO prewatt_app;
GRANT UPDATE (bill) ON prewatt.revenue_cases TO prewatt_app;
GRANT UPDATE (billed_minor) ON prewatt.revenue_cases TO prewatt_app;
GRANT UPDATE (billed_wh) ON prewatt.revenue_cases TO prewatt_app;
GRANT UPDATE (blocked_reason) ON prewatt.connections TO prewatt_app;
GRANT UPDATE (blocked_reason) ON prewatt.vendors TO prewatt_app;
GRANT UPDATE (brought_forward_minor) ON prewatt.sales TO prewatt_app;
GRANT UPDATE (buckets_done) ON prewatt.proof_runs TO prewatt_app;
GRANT UPDATE (budget_hour) ON prewatt.vendors TO prewatt_app;
GRANT UPDATE (buying_homes) ON prewatt.network_balances TO prewatt_app;
GRANT UPDATE (cancel_reason) ON prewatt.commands TO prewatt_app;
GRANT UPDATE (cancelled_by) ON prewatt.commands TO prewatt_app;
GRANT UPDATE (captured_at) ON prewatt.meter_states TO prewatt_app;
GRANT UPDATE (card_check_at) ON prewatt.payments TO prewatt_app;
GRANT UPDATE (changed_at) ON prewatt.alert_choices TO prewatt_app;
GRANT UPDATE (changed_at) ON prewatt.customers TO prewatt_app;
GRANT UPDATE (changed_at) ON prewatt.dim_programmes TO prewatt_app;
GRANT UPDATE (changed_at) ON prewatt.mail_address_directory TO prewatt_app;
GRANT UPDATE (changed_at) ON prewatt.phone_choice_directory TO prewatt_app;
GRANT UPDATE (changed_at) ON prewatt.top_up_rules TO prewatt_app;
GRANT UPDATE (changed_by) ON prewatt.customers TO prewatt_app;
GRANT UPDATE (chart) ON prewatt.revenue_lines TO prewatt_app;
GRANT UPDATE (check_at) ON prewatt.messages TO prewatt_app;
GRANT UPDATE (check_at) ON prewatt.wallets TO prewatt_app;
GRANT UPDATE (check_in_with) ON prewatt.revenue_cases TO prewatt_app;
GRANT UPDATE (checkout_url) ON prewatt.payments TO prewatt_app;
GRANT UPDATE (checkpoint) ON prewatt_log.heads TO prewatt_app;
GRANT UPDATE (checks) ON prewatt.arrivals TO prewatt_app;
GRANT UPDATE (checks) ON prewatt.payments TO prewatt_app;
GRANT UPDATE (checks) ON prewatt.refund_orders TO prewatt_app;
GRANT UPDATE (circuit_full_w) ON prewatt.lighting_accounts TO prewatt_app;
GRANT UPDATE (circuit_generation) ON prewatt.lighting_accounts TO prewatt_app;
GRANT UPDATE (circuit_group_id) ON prewatt.lighting_accounts TO prewatt_app;
GRANT UPDATE (circuit_is_protected) ON prewatt.lighting_accounts TO prewatt_app;
GRANT UPDATE (circuit_on_from_percent) ON prewatt.lighting_accounts TO prewatt_app;
GRANT UPDATE (circuit_told) ON prewatt.lighting_accounts TO prewatt_app;
GRANT UPDATE (clerk_id) ON prewatt.vendor_phones TO prewatt_app;
GRANT UPDATE (client_sap) ON prewatt.dlms_links TO prewatt_app;
GRANT UPDATE (client_title) ON prewatt.dlms_links TO prewatt_app;
GRANT UPDATE (clock_ahead_ms) ON prewatt.meter_states TO prewatt_app;
GRANT UPDATE (closed_at) ON prewatt.lighting_accounts TO prewatt_app;
GRANT UPDATE (closed_at) ON prewatt.revenue_cases TO prewatt_app;
GRANT UPDATE (closed_at) ON prewatt.tickets TO prewatt_app;
GRANT UPDATE (closed_at) ON prewatt.vendor_shifts TO prewatt_app;
GRANT UPDATE (closed_by) ON prewatt.revenue_cases TO prewatt_app;
GRANT UPDATE (code_hash) ON prewatt.mail_address_directory TO prewatt_app;
GRANT UPDATE (code_tries) ON prewatt.mail_address_directory TO prewatt_app;
GRANT UPDATE (code_until) ON prewatt.mail_address_directory TO prewatt_app;
GRANT UPDATE (command_id) ON prewatt.meter_tariffs TO prewatt_app;
GRANT UPDATE (command_id) ON prewatt.mode_changes TO prewatt_app;
GRANT UPDATE (command_id) ON prewatt.wallets TO prewatt_app;
GRANT UPDATE (commanded_at) ON prewatt.meters TO prewatt_app;
GRANT UPDATE (completed_at) ON prewatt.commands TO prewatt_app;
GRANT UPDATE (confirmed_at) ON prewatt.vendor_messages TO prewatt_app;
GRANT UPDATE (connection_id) ON prewatt.dlms_links TO prewatt_app;
GRANT UPDATE (connection_id) ON prewatt.lamp_links TO prewatt_app;
GRANT UPDATE (connection_id) ON prewatt.lwm2m_links TO prewatt_app;
GRANT UPDATE (connection_id) ON prewatt.usage_months TO prewatt_app;
GRANT UPDATE (connections_done) ON prewatt.tariff_back_tests TO prewatt_app;
GRANT UPDATE (converted_at) ON prewatt.connections TO prewatt_app;
GRANT UPDATE (converted_at) ON prewatt.meter_protection TO prewatt_app;
GRANT UPDATE (correction_bucket) ON prewatt.unallocated_money TO prewatt_app;
GRANT UPDATE (correction_id) ON prewatt.unallocated_money TO prewatt_app;
GRANT UPDATE (count) ON prewatt.use_count_directory TO prewatt_app;
GRANT UPDATE (counted_minor) ON prewatt.vendor_batches TO prewatt_app;
GRANT UPDATE (counted_minor) ON prewatt.vendor_shifts TO prewatt_app;
GRANT UPDATE (counted_wh) ON prewatt.lamps TO prewatt_app;
GRANT UPDATE (counted_wh) ON prewatt.lighting_accounts TO prewatt_app;
GRANT UPDATE (counter) ON prewatt.lamp_links TO prewatt_app;
GRANT UPDATE (counter) ON prewatt.lwm2m_links TO prewatt_app;
GRANT UPDATE (counter_wh) ON prewatt.lamps TO prewatt_app;
GRANT UPDATE (counters_known) ON prewatt.dlms_links TO prewatt_app;
GRANT UPDATE (credit) ON prewatt.supply_warnings TO prewatt_app;
GRANT UPDATE (credit_minor) ON prewatt.sales TO prewatt_app;
GRANT UPDATE (credit_mode) ON prewatt.connections TO prewatt_app;
GRANT UPDATE (credit_status) ON prewatt.meter_states TO prewatt_app;
GRANT UPDATE (credited_energy_wh) ON prewatt.meter_states TO prewatt_app;
GRANT UPDATE (credited_wh) ON prewatt.dlms_links TO prewatt_app;
GRANT UPDATE (currency_code) ON prewatt.provider_notifications TO prewatt_app;
GRANT UPDATE (customer_id) ON prewatt.occupancies TO prewatt_app;
GRANT UPDATE (cut_power_w) ON prewatt.wallets TO prewatt_app;
GRANT UPDATE (day) ON prewatt.budget_counts TO prewatt_app;
GRANT UPDATE (day_count) ON prewatt.budget_counts TO prewatt_app;
GRANT UPDATE (day_energy_wh) ON prewatt.budget_counts TO prewatt_app;
GRANT UPDATE (days) ON prewatt.network_balances TO prewatt_app;
GRANT UPDATE (days_ahead) ON prewatt.top_up_rules TO prewatt_app;
GRANT UPDATE (debt_id) ON prewatt.mode_changes TO prewatt_app;
GRANT UPDATE (debt_id) ON prewatt.revenue_cases TO prewatt_app;
GRANT UPDATE (decided_at) ON prewatt.approvals TO prewatt_app;
GRANT UPDATE (decided_at) ON prewatt.arrivals TO prewatt_app;
GRANT UPDATE (decided_at) ON prewatt.payments TO prewatt_app;
GRANT UPDATE (decided_at) ON prewatt.placement_findings TO prewatt_app;
GRANT UPDATE (decided_at) ON prewatt.refund_orders TO prewatt_app;
GRANT UPDATE (decided_at) ON prewatt.unallocated_money TO prewatt_app;
GRANT UPDATE (decided_by) ON prewatt.approvals TO prewatt_app;
GRANT UPDATE (decided_by) ON prewatt.placement_findings TO prewatt_app;
GRANT UPDATE (delivered_at) ON prewatt.sales TO prewatt_app;
GRANT UPDATE (device_id) ON prewatt.dlms_links TO prewatt_app;
GRANT UPDATE (device_name) ON prewatt.dlms_links TO prewatt_app;
GRANT UPDATE (digest) ON prewatt.alert_choices TO prewatt_app;
GRANT UPDATE (digest) ON prewatt.meter_tariffs TO prewatt_app;
GRANT UPDATE (dim_below_nights) ON prewatt.lighting_accounts TO prewatt_app;
GRANT UPDATE (dim_to_percent) ON prewatt.lighting_accounts TO prewatt_app;
GRANT UPDATE (document) ON prewatt.dim_programmes TO prewatt_app;
GRANT UPDATE (done_at) ON prewatt.bank_statements TO prewatt_app;
GRANT UPDATE (done_at) ON prewatt.inbound_texts TO prewatt_app;
GRANT UPDATE (done_at) ON prewatt.revenue_rounds TO prewatt_app;
GRANT UPDATE (done_by) ON prewatt.inbound_texts TO prewatt_app;
GRANT UPDATE (doubt) ON prewatt.revenue_lines TO prewatt_app;
GRANT UPDATE (due_at) ON prewatt.commands TO prewatt_app;
GRANT UPDATE (due_at) ON prewatt.webhook_deliveries TO prewatt_app;
GRANT UPDATE (early_milli) ON prewatt.forecast_ranges TO prewatt_app;
GRANT UPDATE (email) ON prewatt.customers TO prewatt_app;
GRANT UPDATE (emergency_id) ON prewatt.approvals TO prewatt_app;
GRANT UPDATE (end_cause) ON prewatt.vending_outages TO prewatt_app;
GRANT UPDATE (end_reason) ON prewatt.install_jobs TO prewatt_app;
GRANT UPDATE (end_reason) ON prewatt.meter_certificates TO prewatt_app;
GRANT UPDATE (end_request) ON prewatt.vendor_batches TO prewatt_app;
GRANT UPDATE (end_request) ON prewatt.vendor_shifts TO prewatt_app;
GRANT UPDATE (ended_at) ON prewatt.dlms_links TO prewatt_app;
GRANT UPDATE (ended_at) ON prewatt.kept_cards TO prewatt_app;
GRANT UPDATE (ended_at) ON prewatt.lamp_faults TO prewatt_app;
GRANT UPDATE (ended_at) ON prewatt.lamp_links TO prewatt_app;
GRANT UPDATE (ended_at) ON prewatt.light_overrides TO prewatt_app;
GRANT UPDATE (ended_at) ON prewatt.lwm2m_links TO prewatt_app;
GRANT UPDATE (ended_at) ON prewatt.meter_alerts TO prewatt_app;
GRANT UPDATE (ended_at) ON prewatt.meter_certificates TO prewatt_app;
GRANT UPDATE (ended_at) ON prewatt.occupancies TO prewatt_app;
GRANT UPDATE (ended_at) ON prewatt.top_ups TO prewatt_app;
GRANT UPDATE (ended_at) ON prewatt.vending_outages TO prewatt_app;
GRANT UPDATE (ended_at) ON prewatt.vendor_batches TO prewatt_app;
GRANT UPDATE (ended_by) ON prewatt.install_jobs TO prewatt_app;
GRANT UPDATE (ended_by) ON prewatt.occupancies TO prewatt_app;
GRANT UPDATE (ended_by) ON prewatt.vending_outages TO prewatt_app;
GRANT UPDATE (endpoint) ON prewatt.lamp_links TO prewatt_app;
GRANT UPDATE (endpoint) ON prewatt.lwm2m_links TO prewatt_app;
GRANT UPDATE (ends) ON prewatt.forecast_ranges TO prewatt_app;
GRANT UPDATE (ends_at) ON prewatt.webhook_secrets TO prewatt_app;
GRANT UPDATE (ends_in_range) ON prewatt.forecast_ranges TO prewatt_app;
GRANT UPDATE (energy_after_wh) ON prewatt.tariff_assignment_rows TO prewatt_app;
GRANT UPDATE (energy_before_wh) ON prewatt.tariff_assignment_rows TO prewatt_app;
GRANT UPDATE (energy_in_wh) ON prewatt.network_balance_days TO prewatt_app;
GRANT UPDATE (energy_in_wh) ON prewatt.network_balances TO prewatt_app;
GRANT UPDATE (energy_wh) ON prewatt.lamp_nights TO prewatt_app;
GRANT UPDATE (energy_wh) ON prewatt.mode_changes TO prewatt_app;
GRANT UPDATE (energy_wh) ON prewatt.sales TO prewatt_app;
GRANT UPDATE (energy_wh) ON prewatt.tariff_assignment_rows TO prewatt_app;
GRANT UPDATE (enrolled_at) ON prewatt.vendor_phones TO prewatt_app;
GRANT UPDATE (estimated_wh) ON prewatt.network_balance_days TO prewatt_app;
GRANT UPDATE (estimated_wh) ON prewatt.network_balances TO prewatt_app;
GRANT UPDATE (estimated_wh) ON prewatt.usage_days TO prewatt_app;
GRANT UPDATE (estimated_wh) ON prewatt.usage_months TO prewatt_app;
GRANT UPDATE (expected_at) ON prewatt.supply_forecasts TO prewatt_app;
GRANT UPDATE (expected_minor) ON prewatt.revenue_lines TO prewatt_app;
GRANT UPDATE (expected_minor) ON prewatt.vendor_batches TO prewatt_app;
GRANT UPDATE (expected_minor) ON prewatt.vendor_shifts TO prewatt_app;
GRANT UPDATE (expected_wh) ON prewatt.revenue_lines TO prewatt_app;
GRANT UPDATE (expires_at) ON prewatt.integration_keys TO prewatt_app;
GRANT UPDATE (failed_at) ON prewatt.provider_notifications TO prewatt_app;
GRANT UPDATE (fault) ON prewatt.dlms_links TO prewatt_app;
GRANT UPDATE (fault) ON prewatt.lamp_links TO prewatt_app;
GRANT UPDATE (fault) ON prewatt.lamps TO prewatt_app;
GRANT UPDATE (fault) ON prewatt.lwm2m_links TO prewatt_app;
GRANT UPDATE (fault_at) ON prewatt.dlms_links TO prewatt_app;
GRANT UPDATE (fault_at) ON prewatt.lamp_links TO prewatt_app;
GRANT UPDATE (fault_at) ON prewatt.lamps TO prewatt_app;
GRANT UPDATE (fault_at) ON prewatt.lwm2m_links TO prewatt_app;
GRANT UPDATE (faults) ON prewatt.dlms_links TO prewatt_app;
GRANT UPDATE (faults) ON prewatt.import_rows TO prewatt_app;
GRANT UPDATE (faults) ON prewatt.lamp_links TO prewatt_app;
GRANT UPDATE (faults) ON prewatt.lwm2m_links TO prewatt_app;
GRANT UPDATE (final_credited_minor) ON prewatt.meters TO prewatt_app;
GRANT UPDATE (final_credited_wh) ON prewatt.meters TO prewatt_app;
GRANT UPDATE (final_reading_wh) ON prewatt.occupancies TO prewatt_app;
GRANT UPDATE (finding) ON prewatt.revenue_cases TO prewatt_app;
GRANT UPDATE (findings) ON prewatt.usage_days TO prewatt_app;
GRANT UPDATE (fine_debt_id) ON prewatt.revenue_cases TO prewatt_app;
GRANT UPDATE (fine_minor) ON prewatt.revenue_cases TO prewatt_app;
GRANT UPDATE (finished_at) ON prewatt.protection_replays TO prewatt_app;
GRANT UPDATE (finished_at) ON prewatt.setting_rounds TO prewatt_app;
GRANT UPDATE (finished_at) ON prewatt.tariff_back_tests TO prewatt_app;
GRANT UPDATE (first_used_at) ON prewatt.meter_certificates TO prewatt_app;
GRANT UPDATE (float_minor) ON prewatt.vendors TO prewatt_app;
GRANT UPDATE (floor_percent) ON prewatt.lamps TO prewatt_app;
GRANT UPDATE (found_at) ON prewatt.placement_findings TO prewatt_app;
GRANT UPDATE (found_at) ON prewatt.revenue_cases TO prewatt_app;
GRANT UPDATE (found_by) ON prewatt.revenue_cases TO prewatt_app;
GRANT UPDATE (framing) ON prewatt.dlms_links TO prewatt_app;
GRANT UPDATE (from_at) ON prewatt.use_count_directory TO prewatt_app;
GRANT UPDATE (from_day) ON prewatt.network_balances TO prewatt_app;
GRANT UPDATE (full_milli_w) ON prewatt.lamps TO prewatt_app;
GRANT UPDATE (generation) ON prewatt.meter_protection TO prewatt_app;
GRANT UPDATE (generation) ON prewatt.meter_tariffs TO prewatt_app;
GRANT UPDATE (going_by) ON prewatt.setting_rounds TO prewatt_app;
GRANT UPDATE (grace_until) ON prewatt.vending_outages TO prewatt_app;
GRANT UPDATE (grant_id) ON prewatt.grant_batch_rows TO prewatt_app;
GRANT UPDATE (group_id) ON prewatt.lamps TO prewatt_app;
GRANT UPDATE (half_hours_wh) ON prewatt.network_balance_days TO prewatt_app;
GRANT UPDATE (has_wrapping_key) ON prewatt.dlms_links TO prewatt_app;
GRANT UPDATE (heard_at) ON prewatt.key_change_sets TO prewatt_app;
GRANT UPDATE (heard_at) ON prewatt.lamp_links TO prewatt_app;
GRANT UPDATE (heard_at) ON prewatt.lwm2m_links TO prewatt_app;
GRANT UPDATE (heard_at) ON prewatt.tokens TO prewatt_app;
GRANT UPDATE (held_digest) ON prewatt.meter_tariffs TO prewatt_app;
GRANT UPDATE (held_state) ON prewatt.revenue_lines TO prewatt_app;
GRANT UPDATE (held_words) ON prewatt.revenue_lines TO prewatt_app;
GRANT UPDATE (high_wh) ON prewatt.network_balance_days TO prewatt_app;
GRANT UPDATE (high_wh) ON prewatt.network_balances TO prewatt_app;
GRANT UPDATE (hinted_minor) ON prewatt.payments TO prewatt_app;
GRANT UPDATE (hinted_reference) ON prewatt.payments TO prewatt_app;
GRANT UPDATE (homes) ON prewatt.network_balances TO prewatt_app;
GRANT UPDATE (homes) ON prewatt.revenue_rounds TO prewatt_app;
GRANT UPDATE (host) ON prewatt.dlms_links TO prewatt_app;
GRANT UPDATE (hour) ON prewatt.budget_counts TO prewatt_app;
GRANT UPDATE (hour_count) ON prewatt.budget_counts TO prewatt_app;
GRANT UPDATE (hour_energy_wh) ON prewatt.budget_counts TO prewatt_app;
GRANT UPDATE (hour_energy_wh) ON prewatt.vendors TO prewatt_app;
GRANT UPDATE (hour_tokens) ON prewatt.vendors TO prewatt_app;
GRANT UPDATE (import_energy_wh) ON prewatt.meter_states TO prewatt_app;
GRANT UPDATE (import_energy_wh) ON prewatt.supply_watch TO prewatt_app;
GRANT UPDATE (in_meter) ON prewatt.free_unit_runs TO prewatt_app;
GRANT UPDATE (is_followed) ON prewatt.supply_warnings TO prewatt_app;
GRANT UPDATE (is_low) ON prewatt.wallets TO prewatt_app;
GRANT UPDATE (is_on) ON prewatt.top_up_rules TO prewatt_app;
GRANT UPDATE (is_open) ON prewatt.lighting_accounts TO prewatt_app;
GRANT UPDATE (is_shared) ON prewatt.saved_views TO prewatt_app;
GRANT UPDATE (is_watched) ON prewatt.install_jobs TO prewatt_app;
GRANT UPDATE (issued) ON prewatt.free_unit_runs TO prewatt_app;
GRANT UPDATE (issued_at) ON prewatt.sales TO prewatt_app;
GRANT UPDATE (judged_at) ON prewatt.provider_notifications TO prewatt_app;
GRANT UPDATE (judged_by) ON prewatt.provider_notifications TO prewatt_app;
GRANT UPDATE (judged_made) ON prewatt.provider_notifications TO prewatt_app;
GRANT UPDATE (key_change) ON prewatt.dlms_links TO prewatt_app;
GRANT UPDATE (key_revision) ON prewatt.meters TO prewatt_app;
GRANT UPDATE (language) ON prewatt.phone_choice_directory TO prewatt_app;
GRANT UPDATE (last_at) ON prewatt.link_refusals TO prewatt_app;
GRANT UPDATE (last_bucket) ON prewatt.protection_replays TO prewatt_app;
GRANT UPDATE (last_connection_id) ON prewatt.protection_replays TO prewatt_app;
GRANT UPDATE (last_contact_at) ON prewatt.meter_states TO prewatt_app;
GRANT UPDATE (last_heard_at) ON prewatt.provider_notifications TO prewatt_app;
GRANT UPDATE (last_read_at) ON prewatt.dlms_links TO prewatt_app;
GRANT UPDATE (last_tid) ON prewatt.meters TO prewatt_app;
GRANT UPDATE (last_used_at) ON prewatt.integration_keys TO prewatt_app;
GRANT UPDATE (lasts_ms) ON prewatt.supply_warnings TO prewatt_app;
GRANT UPDATE (late_milli) ON prewatt.forecast_ranges TO prewatt_app;
GRANT UPDATE (latitude_micro) ON prewatt.network_nodes TO prewatt_app;
GRANT UPDATE (latitude_micro_deg) ON prewatt.lighting_accounts TO prewatt_app;
GRANT UPDATE (leased_by) ON prewatt.dlms_links TO prewatt_app;
GRANT UPDATE (leased_until) ON prewatt.dlms_links TO prewatt_app;
GRANT UPDATE (level_percent) ON prewatt.lamps TO prewatt_app;
GRANT UPDATE (level_since) ON prewatt.lamps TO prewatt_app;
GRANT UPDATE (lift_grant_id) ON prewatt.landing_tokens TO prewatt_app;
GRANT UPDATE (lift_power_w) ON prewatt.meters TO prewatt_app;
GRANT UPDATE (lift_sale_id) ON prewatt.landing_tokens TO prewatt_app;
GRANT UPDATE (lines) ON prewatt.sales TO prewatt_app;
GRANT UPDATE (link_at) ON prewatt.meter_states TO prewatt_app;
GRANT UPDATE (link_revoked_at) ON prewatt.meters TO prewatt_app;
GRANT UPDATE (link_session) ON prewatt.meter_states TO prewatt_app;
GRANT UPDATE (link_up) ON prewatt.meter_states TO prewatt_app;
GRANT UPDATE (linked_at) ON prewatt.dlms_links TO prewatt_app;
GRANT UPDATE (linked_at) ON prewatt.lamp_links TO prewatt_app;
GRANT UPDATE (linked_at) ON prewatt.lwm2m_links TO prewatt_app;
GRANT UPDATE (listed_percent) ON prewatt.placement_findings TO prewatt_app;
GRANT UPDATE (load_switch) ON prewatt.meter_states TO prewatt_app;
GRANT UPDATE (longitude_micro) ON prewatt.network_nodes TO prewatt_app;
GRANT UPDATE (longitude_micro_deg) ON prewatt.lighting_accounts TO prewatt_app;
GRANT UPDATE (look_at) ON prewatt.lighting_accounts TO prewatt_app;
GRANT UPDATE (look_at) ON prewatt.supply_warnings TO prewatt_app;
GRANT UPDATE (look_at) ON prewatt.top_up_rules TO prewatt_app;
GRANT UPDATE (low) ON prewatt.alert_choices TO prewatt_app;
GRANT UPDATE (low_ordinal) ON prewatt.wallets TO prewatt_app;
GRANT UPDATE (low_wh) ON prewatt.network_balance_days TO prewatt_app;
GRANT UPDATE (low_wh) ON prewatt.network_balances TO prewatt_app;
GRANT UPDATE (made_at) ON prewatt.forecast_ranges TO prewatt_app;
GRANT UPDATE (made_at) ON prewatt.push_browser_directory TO prewatt_app;
GRANT UPDATE (made_at) ON prewatt.supply_forecasts TO prewatt_app;
GRANT UPDATE (measured_wh) ON prewatt.usage_days TO prewatt_app;
GRANT UPDATE (measured_wh) ON prewatt.usage_months TO prewatt_app;
GRANT UPDATE (medical) ON prewatt.meter_protection TO prewatt_app;
GRANT UPDATE (merged_from) ON prewatt.occupancies TO prewatt_app;
GRANT UPDATE (merged_into) ON prewatt.customers TO prewatt_app;
GRANT UPDATE (meter_id) ON prewatt.install_jobs TO prewatt_app;
GRANT UPDATE (meter_id) ON prewatt.sales TO prewatt_app;
GRANT UPDATE (meter_id) ON prewatt.wallets TO prewatt_app;
GRANT UPDATE (metered_by) ON prewatt.lighting_accounts TO prewatt_app;
GRANT UPDATE (metered_wh) ON prewatt.network_balance_days TO prewatt_app;
GRANT UPDATE (metered_wh) ON prewatt.network_balances TO prewatt_app;
GRANT UPDATE (meters) ON prewatt.placement_findings TO prewatt_app;
GRANT UPDATE (milli_w) ON prewatt.lamps TO prewatt_app;
GRANT UPDATE (mode_change_id) ON prewatt.late_tokens TO prewatt_app;
GRANT UPDATE (model) ON prewatt.dlms_models TO prewatt_app;
GRANT UPDATE (model_key) ON prewatt.dlms_links TO prewatt_app;
GRANT UPDATE (month_energy_before_wh) ON prewatt.sales TO prewatt_app;
GRANT UPDATE (most_a_week_minor) ON prewatt.top_up_rules TO prewatt_app;
GRANT UPDATE (name) ON prewatt.customers TO prewatt_app;
GRANT UPDATE (need) ON prewatt.revenue_lines TO prewatt_app;
GRANT UPDATE (next_check_at) ON prewatt.arrivals TO prewatt_app;
GRANT UPDATE (next_check_at) ON prewatt.payments TO prewatt_app;
GRANT UPDATE (next_check_at) ON prewatt.refund_orders TO prewatt_app;
GRANT UPDATE (next_chunk) ON prewatt.protection_replays TO prewatt_app;
GRANT UPDATE (next_from) ON prewatt.meter_tariffs TO prewatt_app;
GRANT UPDATE (next_meter_id) ON prewatt.wallets TO prewatt_app;
GRANT UPDATE (next_percent) ON prewatt.placement_findings TO prewatt_app;
GRANT UPDATE (next_read_at) ON prewatt.dlms_links TO prewatt_app;
GRANT UPDATE (next_secret_hash) ON prewatt.meters TO prewatt_app;
GRANT UPDATE (next_standing) ON prewatt.meter_tariffs TO prewatt_app;
GRANT UPDATE (next_tariff) ON prewatt.connections TO prewatt_app;
GRANT UPDATE (next_version_id) ON prewatt.meter_tariffs TO prewatt_app;
GRANT UPDATE (nights_left_tenths) ON prewatt.lighting_accounts TO prewatt_app;
GRANT UPDATE (node_id) ON prewatt.revenue_lines TO prewatt_app;
GRANT UPDATE (note) ON prewatt.customers TO prewatt_app;
GRANT UPDATE (now_standing) ON prewatt.meter_tariffs TO prewatt_app;
GRANT UPDATE (now_version_id) ON prewatt.meter_tariffs TO prewatt_app;
GRANT UPDATE (objects) ON prewatt.lamp_links TO prewatt_app;
GRANT UPDATE (objects) ON prewatt.lwm2m_links TO prewatt_app;
GRANT UPDATE (off_reason) ON prewatt.webhook_endpoints TO prewatt_app;
GRANT UPDATE (origin) ON prewatt.tokens TO prewatt_app;
GRANT UPDATE (others) ON prewatt.mail_address_directory TO prewatt_app;
GRANT UPDATE (out_since) ON prewatt.supply_watch TO prewatt_app;
GRANT UPDATE (outage_intervals) ON prewatt.network_balances TO prewatt_app;
GRANT UPDATE (outcome) ON prewatt.approvals TO prewatt_app;
GRANT UPDATE (outcome) ON prewatt.bank_entries TO prewatt_app;
GRANT UPDATE (outcome) ON prewatt.grant_batch_rows TO prewatt_app;
GRANT UPDATE (outcome) ON prewatt.import_rows TO prewatt_app;
GRANT UPDATE (outcome) ON prewatt.message_attempts TO prewatt_app;
GRANT UPDATE (outcome) ON prewatt.tariff_assignment_rows TO prewatt_app;
GRANT UPDATE (outcome) ON prewatt.top_ups TO prewatt_app;
GRANT UPDATE (outcome_at) ON prewatt.message_attempts TO prewatt_app;
GRANT UPDATE (outcomes) ON prewatt.smart_card_loads TO prewatt_app;
GRANT UPDATE (outstanding_minor) ON prewatt.debts TO prewatt_app;
GRANT UPDATE (owed_energy_wh) ON prewatt.meter_states TO prewatt_app;
GRANT UPDATE (own_homes) ON prewatt.network_balances TO prewatt_app;
GRANT UPDATE (p256dh) ON prewatt.push_browser_directory TO prewatt_app;
GRANT UPDATE (paid_at) ON prewatt.refunds TO prewatt_app;
GRANT UPDATE (paid_at) ON prewatt.sales TO prewatt_app;
GRANT UPDATE (paid_by) ON prewatt.refunds TO prewatt_app;
GRANT UPDATE (paid_reference) ON prewatt.refunds TO prewatt_app;
GRANT UPDATE (pairs) ON prewatt.placement_findings TO prewatt_app;
GRANT UPDATE (paused_until) ON prewatt.top_up_rules TO prewatt_app;
GRANT UPDATE (payer_phone) ON prewatt.payments TO prewatt_app;
GRANT UPDATE (payment_bucket) ON prewatt.arrivals TO prewatt_app;
GRANT UPDATE (payment_id) ON prewatt.arrivals TO prewatt_app;
GRANT UPDATE (peaks) ON prewatt_log.heads TO prewatt_app;
GRANT UPDATE (phone) ON prewatt.customers TO prewatt_app;
GRANT UPDATE (phone) ON prewatt.push_browser_directory TO prewatt_app;
GRANT UPDATE (phone) ON prewatt.top_up_rules TO prewatt_app;
GRANT UPDATE (phone_end) ON prewatt.provider_notifications TO prewatt_app;
GRANT UPDATE (pin_hash) ON prewatt.vendor_clerks TO prewatt_app;
GRANT UPDATE (pin_is_own) ON prewatt.vendor_clerks TO prewatt_app;
GRANT UPDATE (port) ON prewatt.dlms_links TO prewatt_app;
GRANT UPDATE (power_w) ON prewatt.meter_states TO prewatt_app;
GRANT UPDATE (prepaid_minor) ON prewatt.connections TO prewatt_app;
GRANT UPDATE (present_node_id) ON prewatt.placement_findings TO prewatt_app;
GRANT UPDATE (present_phase) ON prewatt.placement_findings TO prewatt_app;
GRANT UPDATE (probability_permille) ON prewatt.revenue_lines TO prewatt_app;
GRANT UPDATE (problem) ON prewatt.mode_changes TO prewatt_app;
GRANT UPDATE (problem) ON prewatt.wallet_periods TO prewatt_app;
GRANT UPDATE (problem) ON prewatt.wallets TO prewatt_app;
GRANT UPDATE (profile_read_to) ON prewatt.dlms_links TO prewatt_app;
GRANT UPDATE (programme_id) ON prewatt.lamp_groups TO prewatt_app;
GRANT UPDATE (promised_until) ON prewatt.wallets TO prewatt_app;
GRANT UPDATE (proof) ON prewatt.lamp_links TO prewatt_app;
GRANT UPDATE (proof) ON prewatt.lwm2m_links TO prewatt_app;
GRANT UPDATE (proved_at) ON prewatt.mail_address_directory TO prewatt_app;
GRANT UPDATE (provider_reference) ON prewatt.payments TO prewatt_app;
GRANT UPDATE (provider_reference) ON prewatt.provider_notifications TO prewatt_app;
GRANT UPDATE (provider_refund) ON prewatt.refund_orders TO prewatt_app;
GRANT UPDATE (provider_request) ON prewatt.payments TO prewatt_app;
GRANT UPDATE (purchases) ON prewatt.tariff_assignment_rows TO prewatt_app;
GRANT UPDATE (quality) ON prewatt.usage_days TO prewatt_app;
GRANT UPDATE (queued_at) ON prewatt.meter_protection TO prewatt_app;
GRANT UPDATE (quiet_from_minute) ON prewatt.alert_choices TO prewatt_app;
GRANT UPDATE (quiet_to_minute) ON prewatt.alert_choices TO prewatt_app;
GRANT UPDATE (rated_until) ON prewatt.wallet_periods TO prewatt_app;
GRANT UPDATE (rated_until) ON prewatt.wallets TO prewatt_app;
GRANT UPDATE (reach) ON prewatt.dlms_links TO prewatt_app;
GRANT UPDATE (read_at) ON prewatt.dlms_models TO prewatt_app;
GRANT UPDATE (read_at) ON prewatt.lamps TO prewatt_app;
GRANT UPDATE (read_counted_wh) ON prewatt.network_balances TO prewatt_app;
GRANT UPDATE (read_every_s) ON prewatt.dlms_links TO prewatt_app;
GRANT UPDATE (read_every_s) ON prewatt.lwm2m_links TO prewatt_app;
GRANT UPDATE (read_homes) ON prewatt.network_balances TO prewatt_app;
GRANT UPDATE (read_sold_wh) ON prewatt.network_balances TO prewatt_app;
GRANT UPDATE (reason) ON prewatt.emergency_notices TO prewatt_app;
GRANT UPDATE (reason) ON prewatt.mails TO prewatt_app;
GRANT UPDATE (reason) ON prewatt.message_attempts TO prewatt_app;
GRANT UPDATE (reasons) ON prewatt.revenue_lines TO prewatt_app;
GRANT UPDATE (receipt_phone) ON prewatt.payments TO prewatt_app;
GRANT UPDATE (receipts) ON prewatt.mail_address_directory TO prewatt_app;
GRANT UPDATE (received) ON prewatt.dlms_links TO prewatt_app;
GRANT UPDATE (received_minor) ON prewatt.payments TO prewatt_app;
GRANT UPDATE (received_next) ON prewatt.dlms_links TO prewatt_app;
GRANT UPDATE (recent) ON prewatt.lamps TO prewatt_app;
GRANT UPDATE (recoverable_wh) ON prewatt.revenue_lines TO prewatt_app;
GRANT UPDATE (recovered_energy_wh) ON prewatt.sales TO prewatt_app;
GRANT UPDATE (recovered_minor) ON prewatt.sales TO prewatt_app;
GRANT UPDATE (refund_reference) ON prewatt.unallocated_money TO prewatt_app;
GRANT UPDATE (refusal) ON prewatt.grant_batch_rows TO prewatt_app;
GRANT UPDATE (refusal) ON prewatt.grants TO prewatt_app;
GRANT UPDATE (refusal) ON prewatt.key_change_sets TO prewatt_app;
GRANT UPDATE (refusal) ON prewatt.smart_cards TO prewatt_app;
GRANT UPDATE (refusal) ON prewatt.tariff_assignment_rows TO prewatt_app;
GRANT UPDATE (refusal) ON prewatt.tokens TO prewatt_app;
GRANT UPDATE (refused) ON prewatt.free_unit_runs TO prewatt_app;
GRANT UPDATE (refused) ON prewatt.tariff_assignment_rows TO prewatt_app;
GRANT UPDATE (refused_at) ON prewatt.emergency_notices TO prewatt_app;
GRANT UPDATE (refused_at) ON prewatt.mail_address_directory TO prewatt_app;
GRANT UPDATE (refused_at) ON prewatt.mails TO prewatt_app;
GRANT UPDATE (refused_at) ON prewatt.smart_cards TO prewatt_app;
GRANT UPDATE (registered_at) ON prewatt.lamp_links TO prewatt_app;
GRANT UPDATE (registered_at) ON prewatt.lwm2m_links TO prewatt_app;
GRANT UPDATE (release_command_id) ON prewatt.supply_holds TO prewatt_app;
GRANT UPDATE (release_reason) ON prewatt.supply_holds TO prewatt_app;
GRANT UPDATE (released_at) ON prewatt.supply_holds TO prewatt_app;
GRANT UPDATE (released_by) ON prewatt.supply_holds TO prewatt_app;
GRANT UPDATE (remainder_minor) ON prewatt.sales TO prewatt_app;
GRANT UPDATE (removed_at) ON prewatt.lamps TO prewatt_app;
GRANT UPDATE (removed_at) ON prewatt.vendor_clerks TO prewatt_app;
GRANT UPDATE (report) ON prewatt.meter_states TO prewatt_app;
GRANT UPDATE (requested_by) ON prewatt.unallocated_money TO prewatt_app;
GRANT UPDATE (restored) ON prewatt.alert_choices TO prewatt_app;
GRANT UPDATE (result) ON prewatt.commands TO prewatt_app;
GRANT UPDATE (retired_at) ON prewatt.meters TO prewatt_app;
GRANT UPDATE (reversed_at) ON prewatt.sales TO prewatt_app;
GRANT UPDATE (revoked_at) ON prewatt.integrations TO prewatt_app;
GRANT UPDATE (revoked_at) ON prewatt.vendor_keys TO prewatt_app;
GRANT UPDATE (revoked_reason) ON prewatt.integrations TO prewatt_app;
GRANT UPDATE (rolled_at) ON prewatt.usage_days TO prewatt_app;
GRANT UPDATE (round_id) ON prewatt.network_balances TO prewatt_app;
GRANT UPDATE (round_id) ON prewatt.revenue_lines TO prewatt_app;
GRANT UPDATE (row_key) ON prewatt.import_rows TO prewatt_app;
GRANT UPDATE (rows_done) ON prewatt.tariff_assignment_batches TO prewatt_app;
GRANT UPDATE (rules_digest) ON prewatt.meter_protection TO prewatt_app;
GRANT UPDATE (rules_version) ON prewatt.meter_protection TO prewatt_app;
GRANT UPDATE (said_until) ON prewatt.lighting_accounts TO prewatt_app;
GRANT UPDATE (sale_id) ON prewatt.mode_changes TO prewatt_app;
GRANT UPDATE (saved_at) ON prewatt.saved_views TO prewatt_app;
GRANT UPDATE (seal) ON prewatt.approvals TO prewatt_app;
GRANT UPDATE (sealed) ON prewatt.dlms_links TO prewatt_app;
GRANT UPDATE (sealed) ON prewatt.kept_cards TO prewatt_app;
GRANT UPDATE (sealed) ON prewatt.key_components TO prewatt_app;
GRANT UPDATE (sealed) ON prewatt.lamp_links TO prewatt_app;
GRANT UPDATE (sealed) ON prewatt.lwm2m_links TO prewatt_app;
GRANT UPDATE (sealed_next) ON prewatt.dlms_links TO prewatt_app;
GRANT UPDATE (search) ON prewatt.saved_views TO prewatt_app;
GRANT UPDATE (secret_generation) ON prewatt.meters TO prewatt_app;
GRANT UPDATE (secret_hash) ON prewatt.meters TO prewatt_app;
GRANT UPDATE (secret_hash) ON prewatt.vendor_phones TO prewatt_app;
GRANT UPDATE (seen) ON prewatt.free_unit_runs TO prewatt_app;
GRANT UPDATE (seen_at) ON prewatt.grants TO prewatt_app;
GRANT UPDATE (seen_at) ON prewatt.meter_alerts TO prewatt_app;
GRANT UPDATE (seen_at) ON prewatt.server_processes TO prewatt_app;
GRANT UPDATE (seen_at) ON prewatt.smart_cards TO prewatt_app;
GRANT UPDATE (seen_at) ON prewatt.vendor_phones TO prewatt_app;
GRANT UPDATE (seen_by) ON prewatt.grants TO prewatt_app;
GRANT UPDATE (seen_by) ON prewatt.meter_alerts TO prewatt_app;
GRANT UPDATE (seen_count) ON prewatt.smart_cards TO prewatt_app;
GRANT UPDATE (seen_key) ON prewatt.smart_cards TO prewatt_app;
GRANT UPDATE (seen_meter_id) ON prewatt.smart_cards TO prewatt_app;
GRANT UPDATE (seen_reason) ON prewatt.grants TO prewatt_app;
GRANT UPDATE (seen_reason) ON prewatt.meter_alerts TO prewatt_app;
GRANT UPDATE (seen_report) ON prewatt.smart_cards TO prewatt_app;
GRANT UPDATE (seen_report_digest) ON prewatt.smart_cards TO prewatt_app;
GRANT UPDATE (send_from) ON prewatt.dlms_links TO prewatt_app;
GRANT UPDATE (serial) ON prewatt.lamp_links TO prewatt_app;
GRANT UPDATE (serial) ON prewatt.link_refusals TO prewatt_app;
GRANT UPDATE (serial) ON prewatt.lwm2m_links TO prewatt_app;
GRANT UPDATE (server_sap) ON prewatt.dlms_links TO prewatt_app;
GRANT UPDATE (server_title) ON prewatt.dlms_links TO prewatt_app;
GRANT UPDATE (session_hash) ON prewatt.vendor_phones TO prewatt_app;
GRANT UPDATE (share_percent) ON prewatt.placement_findings TO prewatt_app;
GRANT UPDATE (signed_at) ON prewatt_log.heads TO prewatt_app;
GRANT UPDATE (signed_at) ON prewatt_log.witnesses TO prewatt_app;
GRANT UPDATE (signed_in_at) ON prewatt.vendor_phones TO prewatt_app;
GRANT UPDATE (since_at) ON prewatt.wallets TO prewatt_app;
GRANT UPDATE (site_asked_at) ON prewatt.vendors TO prewatt_app;
GRANT UPDATE (site_budget_minor) ON prewatt.vendors TO prewatt_app;
GRANT UPDATE (site_key_id) ON prewatt.vendors TO prewatt_app;
GRANT UPDATE (site_reserved_minor) ON prewatt.vendors TO prewatt_app;
GRANT UPDATE (size) ON prewatt_log.heads TO prewatt_app;
GRANT UPDATE (size) ON prewatt_log.witnesses TO prewatt_app;
GRANT UPDATE (sleeps) ON prewatt.lamp_links TO prewatt_app;
GRANT UPDATE (sleeps) ON prewatt.lwm2m_links TO prewatt_app;
GRANT UPDATE (sold_minor) ON prewatt.network_balances TO prewatt_app;
GRANT UPDATE (sold_wh) ON prewatt.network_balances TO prewatt_app;
GRANT UPDATE (speaks) ON prewatt.lamp_links TO prewatt_app;
GRANT UPDATE (speaks) ON prewatt.lwm2m_links TO prewatt_app;
GRANT UPDATE (spent_minor) ON prewatt.tariff_assignment_rows TO prewatt_app;
GRANT UPDATE (stage) ON prewatt.commands TO prewatt_app;
GRANT UPDATE (stage) ON prewatt.lamps TO prewatt_app;
GRANT UPDATE (stage) ON prewatt.revenue_rounds TO prewatt_app;
GRANT UPDATE (stage_at) ON prewatt.commands TO prewatt_app;
GRANT UPDATE (stale_at) ON prewatt.usage_days TO prewatt_app;
GRANT UPDATE (stale_from) ON prewatt.wallet_periods TO prewatt_app;
GRANT UPDATE (stale_from) ON prewatt.wallets TO prewatt_app;
GRANT UPDATE (standby_milli_w) ON prewatt.lamps TO prewatt_app;
GRANT UPDATE (standing) ON prewatt.lighting_accounts TO prewatt_app;
GRANT UPDATE (standing) ON prewatt.revenue_lines TO prewatt_app;
GRANT UPDATE (standing_at) ON prewatt.lighting_accounts TO prewatt_app;
GRANT UPDATE (started_at) ON prewatt.setting_rounds TO prewatt_app;
GRANT UPDATE (state) ON prewatt.arrivals TO prewatt_app;
GRANT UPDATE (state) ON prewatt.bank_statements TO prewatt_app;
GRANT UPDATE (state) ON prewatt.free_unit_runs TO prewatt_app;
GRANT UPDATE (state) ON prewatt.grant_batches TO prewatt_app;
GRANT UPDATE (state) ON prewatt.grants TO prewatt_app;
GRANT UPDATE (state) ON prewatt.inbound_texts TO prewatt_app;
GRANT UPDATE (state) ON prewatt.install_jobs TO prewatt_app;
GRANT UPDATE (state) ON prewatt.key_change_sets TO prewatt_app;
GRANT UPDATE (state) ON prewatt.key_loads TO prewatt_app;
GRANT UPDATE (state) ON prewatt.landing_tokens TO prewatt_app;
GRANT UPDATE (state) ON prewatt.late_tokens TO prewatt_app;
GRANT UPDATE (state) ON prewatt.messages TO prewatt_app;
GRANT UPDATE (state) ON prewatt.mode_changes TO prewatt_app;
GRANT UPDATE (state) ON prewatt.network_balances TO prewatt_app;
GRANT UPDATE (state) ON prewatt.payments TO prewatt_app;
GRANT UPDATE (state) ON prewatt.placement_findings TO prewatt_app;
GRANT UPDATE (state) ON prewatt.refund_orders TO prewatt_app;
GRANT UPDATE (state) ON prewatt.refunds TO prewatt_app;
GRANT UPDATE (state) ON prewatt.revenue_cases TO prewatt_app;
GRANT UPDATE (state) ON prewatt.sales TO prewatt_app;
GRANT UPDATE (state) ON prewatt.supply_calls TO prewatt_app;
GRANT UPDATE (state) ON prewatt.tariff_assignment_batches TO prewatt_app;
GRANT UPDATE (state) ON prewatt.tariffs TO prewatt_app;
GRANT UPDATE (state) ON prewatt.tickets TO prewatt_app;
GRANT UPDATE (state) ON prewatt.tokens TO prewatt_app;
GRANT UPDATE (state) ON prewatt.unallocated_money TO prewatt_app;
GRANT UPDATE (state) ON prewatt.ussd_session_directory TO prewatt_app;
GRANT UPDATE (state) ON prewatt.vendor_messages TO prewatt_app;
GRANT UPDATE (state) ON prewatt.webhook_deliveries TO prewatt_app;
GRANT UPDATE (state) ON prewatt.webhook_endpoints TO prewatt_app;
GRANT UPDATE (state_at) ON prewatt.free_unit_runs TO prewatt_app;
GRANT UPDATE (state_at) ON prewatt.grant_batches TO prewatt_app;
GRANT UPDATE (state_at) ON prewatt.grants TO prewatt_app;
GRANT UPDATE (state_at) ON prewatt.install_jobs TO prewatt_app;
GRANT UPDATE (state_at) ON prewatt.key_change_sets TO prewatt_app;
GRANT UPDATE (state_at) ON prewatt.key_loads TO prewatt_app;
GRANT UPDATE (state_at) ON prewatt.landing_tokens TO prewatt_app;
GRANT UPDATE (state_at) ON prewatt.late_tokens TO prewatt_app;
GRANT UPDATE (state_at) ON prewatt.messages TO prewatt_app;
GRANT UPDATE (state_at) ON prewatt.mode_changes TO prewatt_app;
GRANT UPDATE (state_at) ON prewatt.supply_calls TO prewatt_app;
GRANT UPDATE (state_at) ON prewatt.tariff_assignment_batches TO prewatt_app;
GRANT UPDATE (state_at) ON prewatt.tariffs TO prewatt_app;
GRANT UPDATE (state_at) ON prewatt.tokens TO prewatt_app;
GRANT UPDATE (step) ON prewatt.revenue_rounds TO prewatt_app;
GRANT UPDATE (still_since) ON prewatt.supply_watch TO prewatt_app;
GRANT UPDATE (stop_reason) ON prewatt.top_up_rules TO prewatt_app;
GRANT UPDATE (stopped_at) ON prewatt.phone_choice_directory TO prewatt_app;
GRANT UPDATE (stopped_at) ON prewatt.top_up_rules TO prewatt_app;
GRANT UPDATE (stopped_by) ON prewatt.top_up_rules TO prewatt_app;
GRANT UPDATE (strength_tenths) ON prewatt.placement_findings TO prewatt_app;
GRANT UPDATE (stuck_at) ON prewatt.sales TO prewatt_app;
GRANT UPDATE (stuck_reason) ON prewatt.sales TO prewatt_app;
GRANT UPDATE (suggested_node_id) ON prewatt.placement_findings TO prewatt_app;
GRANT UPDATE (suggested_phase) ON prewatt.placement_findings TO prewatt_app;
GRANT UPDATE (suite) ON prewatt.dlms_links TO prewatt_app;
GRANT UPDATE (summary) ON prewatt.tariff_assignment_batches TO prewatt_app;
GRANT UPDATE (summary) ON prewatt.tariff_back_tests TO prewatt_app;
GRANT UPDATE (sums) ON prewatt.protection_replays TO prewatt_app;
GRANT UPDATE (superseded_by) ON prewatt.commands TO prewatt_app;
GRANT UPDATE (supply) ON prewatt.wallets TO prewatt_app;
GRANT UPDATE (supply_at) ON prewatt.wallets TO prewatt_app;
GRANT UPDATE (supply_group_code) ON prewatt.meters TO prewatt_app;
GRANT UPDATE (supply_ordinal) ON prewatt.wallets TO prewatt_app;
GRANT UPDATE (taken_at) ON prewatt.emergency_notices TO prewatt_app;
GRANT UPDATE (taken_at) ON prewatt.mails TO prewatt_app;
GRANT UPDATE (taken_until) ON prewatt.vendor_messages TO prewatt_app;
GRANT UPDATE (tariff_id) ON prewatt.connections TO prewatt_app;
GRANT UPDATE (tariff_index) ON prewatt.meters TO prewatt_app;
GRANT UPDATE (tariff_parameters) ON prewatt.connections TO prewatt_app;
GRANT UPDATE (tariff_position) ON prewatt.connections TO prewatt_app;
GRANT UPDATE (tariff_version_id) ON prewatt.sales TO prewatt_app;
GRANT UPDATE (technical_range_wh) ON prewatt.network_balances TO prewatt_app;
GRANT UPDATE (technical_wh) ON prewatt.network_balance_days TO prewatt_app;
GRANT UPDATE (technical_wh) ON prewatt.network_balances TO prewatt_app;
GRANT UPDATE (terms_approval_id) ON prewatt.vendors TO prewatt_app;
GRANT UPDATE (times) ON prewatt.link_refusals TO prewatt_app;
GRANT UPDATE (times) ON prewatt.provider_notifications TO prewatt_app;
GRANT UPDATE (told) ON prewatt.supply_warnings TO prewatt_app;
GRANT UPDATE (told_at) ON prewatt.meter_tariffs TO prewatt_app;
GRANT UPDATE (told_at) ON prewatt.top_ups TO prewatt_app;
GRANT UPDATE (told_least_minor) ON prewatt.wallets TO prewatt_app;
GRANT UPDATE (tried_at) ON prewatt.mails TO prewatt_app;
GRANT UPDATE (tries) ON prewatt.emergency_notices TO prewatt_app;
GRANT UPDATE (tries) ON prewatt.lamps TO prewatt_app;
GRANT UPDATE (tries) ON prewatt.mails TO prewatt_app;
GRANT UPDATE (tries) ON prewatt.message_attempts TO prewatt_app;
GRANT UPDATE (unexplained_wh) ON prewatt.network_balance_days TO prewatt_app;
GRANT UPDATE (unexplained_wh) ON prewatt.network_balances TO prewatt_app;
GRANT UPDATE (until_at) ON prewatt.wallets TO prewatt_app;
GRANT UPDATE (use_of) ON prewatt.tariff_assignment_rows TO prewatt_app;
GRANT UPDATE (version) ON prewatt.customers TO prewatt_app;
GRANT UPDATE (version) ON prewatt.tickets TO prewatt_app;
GRANT UPDATE (very_low) ON prewatt.alert_choices TO prewatt_app;
GRANT UPDATE (visit_at) ON prewatt.lamps TO prewatt_app;
GRANT UPDATE (visitors) ON prewatt.revenue_cases TO prewatt_app;
GRANT UPDATE (vulnerable) ON prewatt.meter_protection TO prewatt_app;
GRANT UPDATE (wanted_address) ON prewatt.mail_address_directory TO prewatt_app;
GRANT UPDATE (wanted_key_revision) ON prewatt.meters TO prewatt_app;
GRANT UPDATE (wanted_supply_group_code) ON prewatt.meters TO prewatt_app;
GRANT UPDATE (wanted_tariff_index) ON prewatt.meters TO prewatt_app;
GRANT UPDATE (warnings) ON prewatt.mail_address_directory TO prewatt_app;
GRANT UPDATE (way) ON prewatt.top_up_rules TO prewatt_app;
GRANT UPDATE (whole_days) ON prewatt.usage_months TO prewatt_app;
GRANT UPDATE (withdrawn_at) ON prewatt.operator_invitations TO prewatt_app;
GRANT UPDATE (withdrawn_by) ON prewatt.operator_invitations TO prewatt_app;
GRANT UPDATE (withdrawn_by) ON prewatt.tariffs TO prewatt_app;
GRANT UPDATE (witnessed) ON prewatt_log.heads TO prewatt_app;
GRANT UPDATE (witnessed_at) ON prewatt_log.heads TO prewatt_app;
GRANT UPDATE (witnessed_size) ON prewatt_log.heads TO prewatt_app;
GRANT UPDATE (wrong) ON prewatt.vendor_pin_tries TO prewatt_app;
GRANT USAGE ON SCHEMA auth TO prewatt_sign_in;
GRANT USAGE ON SCHEMA prewatt TO prewatt_app;
GRANT USAGE ON SCHEMA prewatt_log TO prewatt_app;
GRANT USAGE ON SCHEMA prewatt_migrations TO prewatt_app;
