-- Money that a provider took and that no sale got: in another currency, a second time for a payment that is settled, or under
-- a reference that paid for something else. It stands here until two people move it to a connection or record that it was
-- paid back. It has no bucket, and its payment may be unknown: money may come without an order.

SET LOCAL search_path = prewatt;

CREATE TABLE unallocated_money (
  id uuid PRIMARY KEY,
  utility_id uuid NOT NULL REFERENCES utilities,
  provider text NOT NULL,
  provider_reference text NOT NULL,
  -- In the smallest unit of its own currency.
  amount_minor bigint NOT NULL CHECK (amount_minor > 0),
  currency_code text NOT NULL CHECK (length(currency_code) BETWEEN 1 AND 12),
  -- How many of its digits stand behind the point; null where the provider does not say so.
  currency_scale smallint CHECK (currency_scale BETWEEN 0 AND 18),
  cause text NOT NULL CHECK (cause IN ('otherCurrency', 'secondPayment', 'referenceReused')),
  -- What the provider named with it.
  payment_bucket smallint,
  payment_id uuid,
  came_at timestamptz NOT NULL,
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'moved', 'refunded')),
  decided_at timestamptz,
  approval_id uuid,
  requested_by uuid REFERENCES operators,
  approved_by uuid REFERENCES operators CHECK (approved_by <> requested_by),
  approval_state text GENERATED ALWAYS AS (CASE WHEN approval_id IS NOT NULL THEN 'done' END) STORED,
  -- Of what was paid back: the provider's or the bank's.
  refund_reference text CHECK (length(refund_reference) BETWEEN 1 AND 100),
  -- Of what was moved: the credit of a connection.
  correction_bucket smallint,
  correction_id uuid,
  entered bigint NOT NULL DEFAULT nextval('prewatt.entries'),
  settled bigint,
  CONSTRAINT unallocated_money_once UNIQUE NULLS NOT DISTINCT (utility_id, provider, provider_reference, payment_id),
  CONSTRAINT unallocated_money_of_payment CHECK ((payment_bucket IS NULL) = (payment_id IS NULL)),
  CONSTRAINT unallocated_money_decided CHECK (
    num_nonnulls(decided_at, approval_id, requested_by, approved_by) = CASE state WHEN 'waiting' THEN 0 ELSE 4 END),
  CONSTRAINT unallocated_money_moved CHECK (num_nonnulls(correction_bucket, correction_id) = CASE state WHEN 'moved' THEN 2 ELSE 0 END),
  CONSTRAINT unallocated_money_refunded CHECK ((state = 'refunded') = (refund_reference IS NOT NULL)),
  FOREIGN KEY (payment_bucket, payment_id) REFERENCES payments (bucket, id),
  FOREIGN KEY (correction_bucket, correction_id) REFERENCES corrections (bucket, id),
  CONSTRAINT unallocated_money_allowed FOREIGN KEY (utility_id, approval_id, requested_by, approved_by, approval_state)
    REFERENCES approvals (utility_id, id, requested_by, decided_by, state) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX unallocated_money_waiting ON unallocated_money (utility_id, came_at) WHERE state = 'waiting';
-- One credit for one sum of money.
CREATE UNIQUE INDEX unallocated_money_moved_once ON unallocated_money (correction_bucket, correction_id) WHERE state = 'moved';
CREATE TRIGGER settle BEFORE INSERT OR UPDATE ON unallocated_money FOR EACH ROW
  WHEN (NEW.settled IS NULL AND NEW.state <> 'waiting') EXECUTE FUNCTION prewatt.settle();
ALTER TABLE unallocated_money ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON unallocated_money TO prewatt_app
  USING (utility_id = (SELECT current_utility())) WITH CHECK (utility_id = (SELECT current_utility()));
GRANT SELECT ON unallocated_money TO prewatt_app;
GRANT INSERT (id, utility_id, provider, provider_reference, amount_minor, currency_code, currency_scale, cause, payment_bucket,
  payment_id, came_at) ON unallocated_money TO prewatt_app;
GRANT UPDATE (state, decided_at, approval_id, requested_by, approved_by, refund_reference, correction_bucket, correction_id)
  ON unallocated_money TO prewatt_app;

ALTER TABLE approvals DROP CONSTRAINT approvals_kind_check;
ALTER TABLE approvals ADD CONSTRAINT approvals_kind_check CHECK (kind IN ('vendingKeyLoad', 'grantTokens', 'reversal',
  'moveSale', 'creditNote', 'tariffChange', 'tariffAssignment', 'protectionRules', 'debtWriteOff', 'keyChangeCampaign',
  'meterExchange', 'creditMode', 'safetyCut', 'controlLimits', 'vendorDeposit', 'vendorTerms', 'tillKey',
  'openingBalances', 'refundPayment', 'moveMoney', 'refundMoney'));

ALTER TABLE corrections DROP CONSTRAINT corrections_kind_check;
ALTER TABLE corrections ADD CONSTRAINT corrections_kind_check CHECK (kind IN ('reversal', 'creditNote', 'moveOut', 'moveIn',
  'charge', 'writeOff', 'lateAcceptance', 'refundPaid', 'acknowledgement', 'allocation'));
ALTER TABLE corrections ADD CONSTRAINT corrections_allocated CHECK (kind <> 'allocation'
  OR (approval_id IS NOT NULL AND approved_by <> requested_by AND sale_id IS NOT NULL));
DROP INDEX corrections_pays_once;
CREATE UNIQUE INDEX corrections_pays_once ON corrections (bucket, sale_id) WHERE kind IN ('moveIn', 'creditNote', 'allocation');

ALTER TABLE postings DROP CONSTRAINT postings_reasons_check;
ALTER TABLE postings ADD CONSTRAINT postings_reasons_check CHECK (reasons <@ ARRAY['useOwed', 'energy', 'tax', 'vendorSale',
  'commission', 'fee', 'debt', 'payment', 'openingDebt', 'openingBalance', 'vendorDeposit', 'reversal', 'moveOut', 'moveIn',
  'refund', 'refundPaid', 'creditNote', 'charge', 'writeOff', 'lateEnergy', 'lateTax', 'lateFee', 'carriedEnergy',
  'carriedTax', 'lateTokenEnergy', 'lateTokenTax', 'freeCredit', 'allocation']);
