-- Who works for the utility is said by two people: whoever is invited, and each change of a role. One person takes away.

SET LOCAL search_path = prewatt;

-- An invitation that two people allowed. Its link and its code are made of the master key and stand nowhere.
CREATE TABLE operator_invitations (
  id uuid PRIMARY KEY,
  utility_id uuid NOT NULL REFERENCES utilities,
  -- Of somebody who is in the team and gets another password; null of a new person, who gets the invitation's id.
  operator_id uuid REFERENCES operators,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  email text NOT NULL CHECK (length(email) BETWEEN 3 AND 200),
  role text NOT NULL CHECK (role IN ('administrator', 'operator', 'viewer', 'technician', 'auditor')),
  -- Of an auditor alone: when the sign-in ends by itself, from the day of joining on.
  days integer CHECK (days BETWEEN 1 AND 90),
  approval_id uuid NOT NULL UNIQUE,
  requested_by uuid NOT NULL REFERENCES operators,
  approved_by uuid NOT NULL REFERENCES operators CHECK (approved_by <> requested_by),
  approval_state text GENERATED ALWAYS AS ('done'::text) STORED,
  at timestamptz NOT NULL,
  -- Real time; the server's role can neither say nor move it.
  expires_at timestamptz NOT NULL DEFAULT clock_timestamp() + interval '3 days',
  joined_at timestamptz,
  withdrawn_at timestamptz,
  withdrawn_by uuid REFERENCES operators,
  entered bigint NOT NULL DEFAULT next_entry(),
  settled bigint,
  CONSTRAINT operator_invitations_once CHECK (joined_at IS NULL OR withdrawn_at IS NULL),
  CONSTRAINT operator_invitations_withdrawn CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL)),
  CONSTRAINT operator_invitations_days CHECK (operator_id IS NOT NULL OR (role = 'auditor') = (days IS NOT NULL)),
  CONSTRAINT operator_invitations_allowed FOREIGN KEY (utility_id, approval_id, requested_by, approved_by, approval_state)
    REFERENCES approvals (utility_id, id, requested_by, decided_by, state) DEFERRABLE INITIALLY DEFERRED
);

CREATE TRIGGER settle BEFORE INSERT OR UPDATE ON operator_invitations FOR EACH ROW
  WHEN (NEW.settled IS NULL AND (NEW.joined_at IS NOT NULL OR NEW.withdrawn_at IS NOT NULL)) EXECUTE FUNCTION settle();

CREATE TABLE operator_role_changes (
  approval_id uuid PRIMARY KEY,
  utility_id uuid NOT NULL REFERENCES utilities,
  operator_id uuid NOT NULL REFERENCES operators,
  from_role text NOT NULL,
  to_role text NOT NULL CHECK (to_role <> from_role),
  requested_by uuid NOT NULL REFERENCES operators,
  approved_by uuid NOT NULL REFERENCES operators CHECK (approved_by <> requested_by),
  approval_state text GENERATED ALWAYS AS ('done'::text) STORED,
  at timestamptz NOT NULL,
  entered bigint NOT NULL DEFAULT next_entry(),
  CONSTRAINT operator_role_changes_allowed FOREIGN KEY (utility_id, approval_id, requested_by, approved_by, approval_state)
    REFERENCES approvals (utility_id, id, requested_by, decided_by, state) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX operator_role_changes_newest ON operator_role_changes (operator_id, entered DESC);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['operator_invitations', 'operator_role_changes'] LOOP
    EXECUTE format('ALTER TABLE prewatt.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant ON prewatt.%I TO prewatt_app
      USING (utility_id = (SELECT prewatt.current_utility()))
      WITH CHECK (utility_id = (SELECT prewatt.current_utility()))', name);
  END LOOP;
END
$$;
GRANT SELECT ON operator_invitations, operator_role_changes TO prewatt_app;
GRANT INSERT (id, utility_id, operator_id, name, email, role, days, approval_id, requested_by, approved_by, at)
  ON operator_invitations TO prewatt_app;
GRANT UPDATE (withdrawn_at, withdrawn_by) ON operator_invitations TO prewatt_app;

-- The invited person comes: an operator is made, once, as the approval says. The server's role cannot make one otherwise.
-- Answers who joined; null when the invitation is used, over, withdrawn, or not as it was allowed.
CREATE FUNCTION join_team(of_invitation uuid, sign_in text, now timestamptz) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = prewatt, pg_temp AS $$
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
$$;

-- Carries out what two people allowed, as it stands in the approval, in the transaction of the yes.
CREATE FUNCTION change_role(of_approval uuid, approver uuid, now timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = prewatt, pg_temp AS $$
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
$$;
REVOKE ALL ON FUNCTION join_team(uuid, text, timestamptz), change_role(uuid, uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION join_team(uuid, text, timestamptz), change_role(uuid, uuid, timestamptz) TO prewatt_app;

SELECT prewatt_log.cover('operator_invitations');
SELECT prewatt_log.cover('operator_role_changes', is_append_only => true);

ALTER TABLE approvals DROP CONSTRAINT approvals_kind_check;
ALTER TABLE approvals ADD CONSTRAINT approvals_kind_check CHECK (kind IN ('vendingKeyLoad', 'grantTokens', 'reversal',
  'moveSale', 'creditNote', 'tariffChange', 'tariffAssignment', 'protectionRules', 'debtWriteOff', 'keyChangeCampaign',
  'meterExchange', 'creditMode', 'safetyCut', 'controlLimits', 'vendorDeposit', 'vendorDepositReversal', 'vendorTerms', 'tillKey',
  'openingBalances', 'refundPayment', 'moveMoney', 'refundMoney', 'wrongClock', 'bankStatement', 'backBill', 'budget',
  'operatorInvite', 'operatorRole')) NOT VALID;
ALTER TABLE approvals VALIDATE CONSTRAINT approvals_kind_check;
