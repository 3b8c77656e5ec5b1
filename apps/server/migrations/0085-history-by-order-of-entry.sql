-- The order in which rows came, which no clock changes: the proof cuts history by it. `entered` is a row's place in the order
-- of all rows, 0 for those of before. What a row learns later and keeps from then on (a payment's answer, a token's
-- acceptance) has a place of its own, `settled`. The proof compares what stood at its last run, whoever owns the database.

SET LOCAL search_path = prewatt;

CREATE SEQUENCE entries;
GRANT USAGE, SELECT ON SEQUENCE entries TO prewatt_app;

CREATE FUNCTION settle() RETURNS trigger LANGUAGE plpgsql SET search_path = prewatt, pg_temp AS $$
BEGIN
  NEW.settled := nextval('prewatt.entries');
  RETURN NEW;
END
$$;

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY[
    'postings', 'ledger_accounts', 'connections', 'debts', 'quotes', 'sales', 'payments', 'tokens', 'grants',
    'grant_batches', 'grant_batch_rows', 'approvals', 'approval_events', 'corrections', 'refunds', 'meter_exchanges',
    'mode_changes', 'key_change_sets', 'landing_tokens', 'late_tokens', 'ratings', 'wallets', 'wallet_periods',
    'vendors', 'vendor_keys', 'vendor_shifts', 'vendor_sales', 'vendor_deposits', 'vendor_asks', 'control_limits',
    'alone_acts', 'tariffs', 'tariff_assignments', 'tariff_assignment_batches', 'tariff_assignment_rows',
    'provider_reference_directory', 'payment_directory', 'meters', 'vending_keys', 'key_loads', 'key_components',
    'key_change_campaigns', 'key_change_meters', 'protection_rule_sets', 'free_unit_runs', 'sale_reprints',
    'reconciliation_files', 'reconciliation_rows', 'reconciliation_differences', 'reconciliation_notes', 'imports',
    'import_rows', 'operator_acts', 'utility_setting_events', 'proof_results'
  ] LOOP
    -- A constant first, so that no row is written anew.
    EXECUTE format('ALTER TABLE prewatt.%I ADD COLUMN entered bigint NOT NULL DEFAULT 0', name);
    EXECUTE format('ALTER TABLE prewatt.%I ALTER COLUMN entered SET DEFAULT nextval(''prewatt.entries'')', name);
  END LOOP;
END
$$;

-- What is settled already counts as of before; only what is still open is written anew.
DO $$
DECLARE
  each record;
BEGIN
  FOR each IN SELECT * FROM (VALUES
    ('sales', 'NEW.issued_at IS NOT NULL'),
    ('payments', 'NEW.state = ''succeeded'''),
    ('tokens', 'NEW.state = ''accepted'' AND NEW.kind <> ''keyChange'''),
    ('grants', 'NEW.state = ''accepted'' AND NEW.kind <> ''keyChange'''),
    ('refunds', 'NEW.state = ''paid'''),
    ('vendor_shifts', 'NEW.closed_at IS NOT NULL'),
    ('mode_changes', 'NEW.state = ''done'''),
    ('key_change_sets', 'NEW.state = ''done'''),
    ('tariffs', 'NEW.state = ''approved'''),
    ('grant_batch_rows', 'NEW.outcome IS NOT NULL'),
    ('grant_batches', 'NEW.state = ''done'''),
    ('tariff_assignment_batches', 'NEW.state = ''done'''),
    ('late_tokens', 'NEW.state = ''carried'''),
    ('landing_tokens', 'NEW.state = ''lifted'''),
    ('key_loads', 'NEW.state = ''loaded'''),
    ('meters', 'NEW.retired_at IS NOT NULL'),
    ('vendor_keys', 'NEW.revoked_at IS NOT NULL'),
    ('tariff_assignment_rows', 'NEW.outcome = ''assigned'''),
    ('imports', 'NEW.state = ''done''')
  ) AS settling (name, condition) LOOP
    EXECUTE format('ALTER TABLE prewatt.%I ADD COLUMN settled bigint DEFAULT 0', each.name);
    EXECUTE format('ALTER TABLE prewatt.%I ALTER COLUMN settled DROP DEFAULT', each.name);
    EXECUTE format('UPDATE prewatt.%I SET settled = NULL WHERE (%s) IS NOT TRUE', each.name,
      replace(each.condition, 'NEW.', ''));
    EXECUTE format('CREATE TRIGGER settle BEFORE INSERT OR UPDATE ON prewatt.%I FOR EACH ROW
      WHEN (NEW.settled IS NULL AND %s) EXECUTE FUNCTION prewatt.settle()', each.name, each.condition);
  END LOOP;
END
$$;

-- The newest result is the one that was entered last, whatever the clock said. Its history is told table by table; the cuts
-- by time of before are no longer compared.
ALTER TABLE proof_results
  ADD COLUMN history jsonb NOT NULL DEFAULT '{}',
  ALTER COLUMN history_cut DROP NOT NULL,
  ALTER COLUMN history_count DROP NOT NULL,
  ALTER COLUMN history_digest DROP NOT NULL;
CREATE INDEX proof_results_by_entry ON proof_results (utility_id, entered DESC);
