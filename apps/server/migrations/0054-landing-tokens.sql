-- Soft landing where a meter has no link: power-limit tokens that purchases bring about, and the limit that the next sale's
-- token allows again.

SET LOCAL search_path = prewatt;

-- Null: the meter was sent no limit token of the soft landing since the last lift.
ALTER TABLE meters ADD COLUMN lift_power_w bigint CHECK (lift_power_w > 0);
CREATE INDEX meters_landed ON meters (utility_id, bucket, connection_id) WHERE lift_power_w IS NOT NULL;
GRANT UPDATE (lift_power_w) ON meters TO prewatt_app;

-- The second person's yes to a limit of the soft landing is the one to the rule set.
ALTER TABLE grants
  ADD COLUMN rules_version integer,
  ADD CONSTRAINT grants_rules_version_fkey FOREIGN KEY (utility_id, rules_version)
    REFERENCES protection_rule_sets (utility_id, version),
  ADD CONSTRAINT grants_of_rules CHECK (rules_version IS NULL OR kind = 'setMaximumPowerLimit'),
  DROP CONSTRAINT grants_check2,
  ADD CONSTRAINT grants_asked CHECK ((kind = 'freeUnits' OR rules_version IS NOT NULL) = (requested_by IS NULL));

CREATE TABLE landing_tokens (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  connection_id uuid NOT NULL,
  meter_id uuid NOT NULL,
  grant_id uuid NOT NULL,
  rules_version integer NOT NULL,
  -- The spell begins with the last sale; each step of the rules once in it.
  spell_sale_id uuid NOT NULL,
  step smallint NOT NULL CHECK (step BETWEEN 1 AND 5),
  power_w bigint NOT NULL CHECK (power_w > 0),
  lift_power_w bigint NOT NULL,
  -- When credit should end by the purchases, and when under the limit: what the customer was told.
  expected_at timestamptz NOT NULL,
  lasts_until timestamptz NOT NULL,
  sent_at timestamptz NOT NULL,
  state text NOT NULL CHECK (state IN ('sent', 'replaced', 'lifted')),
  state_at timestamptz NOT NULL,
  -- What lifted it: a sale's token, or a grant of its own.
  lift_sale_id uuid,
  lift_grant_id uuid,
  PRIMARY KEY (bucket, id),
  UNIQUE (bucket, connection_id, spell_sale_id, step),
  CHECK (lift_power_w >= power_w AND lasts_until > expected_at),
  CHECK ((state = 'lifted') = (num_nonnulls(lift_sale_id, lift_grant_id) = 1)),
  FOREIGN KEY (bucket, connection_id) REFERENCES connections (bucket, id),
  FOREIGN KEY (bucket, meter_id) REFERENCES meters (bucket, id),
  FOREIGN KEY (bucket, grant_id) REFERENCES grants (bucket, id),
  FOREIGN KEY (bucket, lift_grant_id) REFERENCES grants (bucket, id)
);
CREATE UNIQUE INDEX landing_tokens_sent_once ON landing_tokens (bucket, meter_id) WHERE state = 'sent';
CREATE INDEX landing_tokens_newest ON landing_tokens (utility_id, id DESC);
CREATE INDEX landing_tokens_by_grant ON landing_tokens (bucket, grant_id);
CREATE INDEX landing_tokens_by_lift ON landing_tokens (bucket, lift_sale_id) WHERE lift_sale_id IS NOT NULL;

ALTER TABLE landing_tokens ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON landing_tokens TO prewatt_app
  USING (utility_id = (SELECT prewatt.current_utility())) WITH CHECK (utility_id = (SELECT prewatt.current_utility()));
GRANT SELECT, INSERT ON landing_tokens TO prewatt_app;
GRANT UPDATE (state, state_at, lift_sale_id, lift_grant_id) ON landing_tokens TO prewatt_app;
