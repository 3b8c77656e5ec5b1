-- Break-glass: what takes two people is done by the one who asked for it, in an emergency, if a rule of the utility says so. It is told
-- to every administrator, has its own leaf in the token log, and another person looks at it afterwards.

SET LOCAL search_path = prewatt;

-- Set by two people; each change is another version. Without any, nobody acts alone.
CREATE TABLE emergency_rules (
  utility_id uuid NOT NULL REFERENCES utilities,
  version integer NOT NULL CHECK (version > 0),
  -- Never what makes keys, people, rules or prices.
  kinds text[] NOT NULL CHECK (kinds <@ ARRAY['safetyCut', 'grantTokens', 'meterExchange', 'vendorDeposit', 'vendorTerms']),
  roles text[] NOT NULL CHECK (roles <@ ARRAY['administrator', 'operator']),
  -- Of the utility, in a day of UTC.
  per_day integer NOT NULL CHECK (per_day BETWEEN 0 AND 50),
  approval_id uuid NOT NULL,
  requested_by uuid NOT NULL REFERENCES operators,
  approved_by uuid NOT NULL REFERENCES operators CHECK (approved_by <> requested_by),
  approval_state text GENERATED ALWAYS AS ('done'::text) STORED,
  at timestamptz NOT NULL,
  entered bigint NOT NULL DEFAULT next_entry(),
  PRIMARY KEY (utility_id, version),
  CONSTRAINT emergency_rules_allowed FOREIGN KEY (utility_id, approval_id, requested_by, approved_by, approval_state)
    REFERENCES approvals (utility_id, id, requested_by, decided_by, state) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE emergency_acts (
  approval_id uuid PRIMARY KEY REFERENCES approvals,
  utility_id uuid NOT NULL REFERENCES utilities,
  kind text NOT NULL,
  operator_id uuid NOT NULL REFERENCES operators,
  -- Why it cannot wait; why it is wanted stands in the approval.
  reason text NOT NULL CHECK (length(reason) BETWEEN 10 AND 500),
  rules_version integer NOT NULL,
  at timestamptz NOT NULL,
  -- Real time; the server's role can neither say nor move it.
  done_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  entered bigint NOT NULL DEFAULT next_entry(),
  CONSTRAINT emergency_acts_of UNIQUE (utility_id, approval_id, operator_id),
  CONSTRAINT emergency_acts_rules FOREIGN KEY (utility_id, rules_version) REFERENCES emergency_rules (utility_id, version)
);
CREATE INDEX emergency_acts_newest ON emergency_acts (utility_id, done_at DESC);

CREATE TABLE emergency_reviews (
  approval_id uuid PRIMARY KEY,
  utility_id uuid NOT NULL REFERENCES utilities,
  operator_id uuid NOT NULL,
  reviewed_by uuid NOT NULL REFERENCES operators CHECK (reviewed_by <> operator_id),
  verdict text NOT NULL CHECK (verdict IN ('confirmed', 'disputed')),
  note text NOT NULL CHECK (length(note) BETWEEN 10 AND 500),
  at timestamptz NOT NULL,
  entered bigint NOT NULL DEFAULT next_entry(),
  CONSTRAINT emergency_reviews_of FOREIGN KEY (utility_id, approval_id, operator_id)
    REFERENCES emergency_acts (utility_id, approval_id, operator_id)
);

-- Who is told by mail, and what became of it.
CREATE TABLE emergency_notices (
  approval_id uuid NOT NULL REFERENCES emergency_acts,
  operator_id uuid NOT NULL REFERENCES operators,
  utility_id uuid NOT NULL REFERENCES utilities,
  address text NOT NULL CHECK (length(address) BETWEEN 3 AND 254),
  tries integer NOT NULL DEFAULT 0,
  taken_at timestamptz,
  refused_at timestamptz,
  reason text,
  PRIMARY KEY (approval_id, operator_id)
);

-- Whatever the server believes: the rule in force names the kind and the role, and the day has room. One after the other.
CREATE FUNCTION emergency_acts_are_allowed() RETURNS trigger LANGUAGE plpgsql SET search_path = prewatt, pg_temp AS $$
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
$$;
REVOKE ALL ON FUNCTION emergency_acts_are_allowed() FROM PUBLIC;
CREATE TRIGGER allowed BEFORE INSERT ON emergency_acts FOR EACH ROW EXECUTE FUNCTION emergency_acts_are_allowed();

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['emergency_rules', 'emergency_acts', 'emergency_reviews', 'emergency_notices'] LOOP
    EXECUTE format('ALTER TABLE prewatt.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant ON prewatt.%I TO prewatt_app
      USING (utility_id = (SELECT prewatt.current_utility()))
      WITH CHECK (utility_id = (SELECT prewatt.current_utility()))', name);
  END LOOP;
END
$$;
GRANT SELECT, INSERT ON emergency_rules, emergency_reviews, emergency_notices TO prewatt_app;
GRANT SELECT, INSERT (approval_id, utility_id, kind, operator_id, reason, rules_version, at) ON emergency_acts TO prewatt_app;
GRANT UPDATE (tries, taken_at, refused_at, reason) ON emergency_notices TO prewatt_app;

SELECT prewatt_log.cover('emergency_rules', is_append_only => true);
SELECT prewatt_log.cover('emergency_acts', is_append_only => true);
SELECT prewatt_log.cover('emergency_reviews', is_append_only => true);

-- Its own id where one person did it alone: then there is an emergency act of that person, and only then they are one.
ALTER TABLE approvals ADD COLUMN emergency_id uuid;
ALTER TABLE approvals DROP CONSTRAINT approvals_check;
ALTER TABLE approvals ADD CONSTRAINT approvals_by_two CHECK (state NOT IN ('done', 'failed')
  OR decided_by IS NOT NULL AND (decided_by = requested_by) = (emergency_id IS NOT NULL)) NOT VALID;
ALTER TABLE approvals VALIDATE CONSTRAINT approvals_by_two;
ALTER TABLE approvals ADD CONSTRAINT approvals_emergency_of CHECK (emergency_id = id) NOT VALID;
ALTER TABLE approvals VALIDATE CONSTRAINT approvals_emergency_of;
ALTER TABLE approvals ADD CONSTRAINT approvals_emergency FOREIGN KEY (utility_id, emergency_id, decided_by)
  REFERENCES emergency_acts (utility_id, approval_id, operator_id);
GRANT UPDATE (emergency_id) ON approvals TO prewatt_app;
SELECT prewatt_log.cover('approvals');

-- The approval holds who may be one person; of an exchange, too.
ALTER TABLE meter_exchanges DROP CONSTRAINT meter_exchanges_check1;

ALTER TABLE approval_events DROP CONSTRAINT approval_events_what_check;
ALTER TABLE approval_events ADD CONSTRAINT approval_events_what_check CHECK (what IN ('requested', 'approved', 'actedAlone',
  'declined', 'withdrawn', 'expired', 'failed')) NOT VALID;
ALTER TABLE approval_events VALIDATE CONSTRAINT approval_events_what_check;
ALTER TABLE approval_events DROP CONSTRAINT approval_events_check1;
ALTER TABLE approval_events ADD CONSTRAINT approval_events_shown CHECK ((shown IS NOT NULL) = (what IN ('approved', 'actedAlone',
  'failed'))) NOT VALID;
ALTER TABLE approval_events VALIDATE CONSTRAINT approval_events_shown;

ALTER TABLE approvals DROP CONSTRAINT approvals_kind_check;
ALTER TABLE approvals ADD CONSTRAINT approvals_kind_check CHECK (kind IN ('vendingKeyLoad', 'grantTokens', 'reversal',
  'moveSale', 'creditNote', 'tariffChange', 'tariffAssignment', 'protectionRules', 'debtWriteOff', 'keyChangeCampaign',
  'meterExchange', 'creditMode', 'safetyCut', 'controlLimits', 'vendorDeposit', 'vendorDepositReversal', 'vendorTerms', 'tillKey',
  'openingBalances', 'refundPayment', 'moveMoney', 'refundMoney', 'wrongClock', 'bankStatement', 'backBill', 'budget',
  'operatorInvite', 'operatorRole', 'emergencyRules')) NOT VALID;
ALTER TABLE approvals VALIDATE CONSTRAINT approvals_kind_check;
