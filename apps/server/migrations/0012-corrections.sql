-- Corrections: what is put right after a sale. A correction says what was done, why, and who asked for and allowed it;
-- its money is transfers that name it. Nothing of the old is changed: a reversal is new transfers that name the old ones.

SET LOCAL search_path = prewatt;

ALTER TABLE ledger_accounts DROP CONSTRAINT ledger_accounts_kind_check;
ALTER TABLE ledger_accounts ADD CONSTRAINT ledger_accounts_kind_check CHECK (kind IN ('providerClearing',
  'customerPrepaid', 'customerDebt', 'openingBalance', 'bank', 'vendorFloat', 'vendorCommission', 'energySales', 'tax',
  'fees', 'betweenConnections', 'refundsDue', 'creditNotes', 'otherCharges', 'debtWrittenOff'));
ALTER TABLE transfers DROP CONSTRAINT transfers_reason_check;
ALTER TABLE transfers ADD CONSTRAINT transfers_reason_check CHECK (reason IN ('payment', 'energy', 'tax', 'fee', 'debt',
  'openingDebt', 'openingBalance', 'vendorSale', 'commission', 'vendorDeposit', 'reversal', 'moveOut', 'moveIn', 'refund',
  'refundPaid', 'creditNote', 'charge', 'writeOff', 'lateEnergy', 'lateTax', 'lateFee'));

-- A sale whose token provably was not accepted and whose money went back. If the token is accepted all the same (typed
-- from paper), the sale stays reversed, gets a stuck_reason and so stands on the attention list.
ALTER TABLE sales DROP CONSTRAINT sales_state_check;
ALTER TABLE sales ADD CONSTRAINT sales_state_check CHECK (state IN ('awaitingPayment', 'paymentRefused',
  'paymentExpired', 'issued', 'delivered', 'stuck', 'reversed'));
ALTER TABLE sales ADD COLUMN reversed_at timestamptz;
ALTER TABLE sales ADD CONSTRAINT sales_reversed_check CHECK ((state = 'reversed') = (reversed_at IS NOT NULL));
CREATE INDEX sales_reversed_stuck ON sales (utility_id, stuck_at) WHERE state = 'reversed' AND stuck_reason IS NOT NULL;

-- A connection has one meter at a time; those of before stay, retired, with their number in the directory.
ALTER TABLE meters ADD COLUMN retired_at timestamptz;
ALTER TABLE meters DROP CONSTRAINT meters_bucket_connection_id_key;
CREATE UNIQUE INDEX meters_active_once ON meters (bucket, connection_id) WHERE retired_at IS NULL;
CREATE INDEX meters_by_connection ON meters (bucket, connection_id);

CREATE TABLE corrections (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  connection_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('reversal', 'creditNote', 'moveOut', 'moveIn', 'charge', 'writeOff',
    'lateAcceptance', 'refundPaid')),
  -- The caller's name of the act, once for a connection and kind.
  request_id text NOT NULL CHECK (length(request_id) BETWEEN 8 AND 100),
  -- The sale that is put right; of a moveIn or a credit note the new sale that it pays for.
  sale_id uuid,
  debt_id uuid,
  amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
  reason text NOT NULL CHECK (length(reason) BETWEEN 10 AND 500),
  -- Why the tokens can be in no meter and come into none: for a reversal, never without.
  proof text CHECK (proof IN ('noToken', 'meterRetired', 'keyChanged', 'tidTooOld')),
  -- Where the money of a reversal went.
  money_to text CHECK (money_to IN ('prepaid', 'refund', 'vendor', 'connection')),
  -- The other side of a moved sale: both name each other. Of a credit note the sale that it is about.
  other_bucket smallint,
  other_connection_id uuid,
  other_sale_id uuid,
  -- Who asked and who allowed it; null when a rule did it.
  requested_by uuid REFERENCES operators,
  approved_by uuid REFERENCES operators,
  approval_id uuid,
  at timestamptz NOT NULL,
  PRIMARY KEY (bucket, id),
  UNIQUE (bucket, connection_id, kind, request_id),
  FOREIGN KEY (bucket, connection_id) REFERENCES connections (bucket, id),
  FOREIGN KEY (bucket, sale_id) REFERENCES sales (bucket, id),
  FOREIGN KEY (bucket, debt_id) REFERENCES debts (bucket, id),
  CHECK ((kind = 'reversal') = (proof IS NOT NULL)),
  CHECK ((kind = 'reversal') = (money_to IS NOT NULL)),
  CHECK (kind NOT IN ('moveOut', 'moveIn') OR other_sale_id IS NOT NULL),
  CHECK ((other_sale_id IS NULL) = (other_connection_id IS NULL) AND (other_sale_id IS NULL) = (other_bucket IS NULL)),
  CHECK (other_sale_id IS NULL OR kind IN ('moveOut', 'moveIn', 'creditNote')),
  CHECK ((kind = 'lateAcceptance') = (requested_by IS NULL)),
  -- What gives money away takes two people.
  CHECK (kind NOT IN ('reversal', 'creditNote', 'moveOut', 'moveIn', 'writeOff') OR (approval_id IS NOT NULL
    AND approved_by IS NOT NULL AND approved_by <> requested_by))
);
CREATE INDEX corrections_by_sale ON corrections (bucket, sale_id) WHERE sale_id IS NOT NULL;
-- A sale is reversed once, and moved once.
CREATE UNIQUE INDEX corrections_reversed_once ON corrections (bucket, sale_id) WHERE kind = 'reversal';
CREATE UNIQUE INDEX corrections_moved_once ON corrections (bucket, sale_id) WHERE kind = 'moveOut';
CREATE UNIQUE INDEX corrections_pays_once ON corrections (bucket, sale_id) WHERE kind IN ('moveIn', 'creditNote');
CREATE INDEX corrections_about ON corrections (other_bucket, other_sale_id) WHERE kind = 'creditNote';

ALTER TABLE transfers ADD COLUMN correction_id uuid;
ALTER TABLE transfers ADD CONSTRAINT transfers_correction_fkey
  FOREIGN KEY (bucket, correction_id) REFERENCES corrections (bucket, id);
CREATE INDEX transfers_by_correction ON transfers (bucket, correction_id) WHERE correction_id IS NOT NULL;

-- Money that is the payer's again and has not been paid out: a list until somebody did.
CREATE TABLE refunds (
  bucket smallint NOT NULL,
  id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  connection_id uuid NOT NULL,
  sale_id uuid NOT NULL,
  correction_id uuid NOT NULL,
  amount_minor bigint NOT NULL CHECK (amount_minor > 0),
  state text NOT NULL CHECK (state IN ('due', 'paid')),
  due_at timestamptz NOT NULL,
  -- The bank's name of the payment, and who recorded it.
  paid_reference text CHECK (length(paid_reference) BETWEEN 1 AND 100),
  paid_by uuid REFERENCES operators,
  paid_at timestamptz,
  PRIMARY KEY (bucket, id),
  UNIQUE (bucket, sale_id),
  FOREIGN KEY (bucket, sale_id) REFERENCES sales (bucket, id),
  FOREIGN KEY (bucket, correction_id) REFERENCES corrections (bucket, id),
  CHECK ((state = 'paid') = (paid_reference IS NOT NULL)),
  CHECK ((state = 'paid') = (paid_by IS NOT NULL)),
  CHECK ((state = 'paid') = (paid_at IS NOT NULL))
);
CREATE INDEX refunds_due ON refunds (utility_id, due_at) WHERE state = 'due';

-- Each time an operator printed a sale's tokens again: who, and which copy it was.
CREATE TABLE sale_reprints (
  bucket smallint NOT NULL,
  sale_id uuid NOT NULL,
  ordinal integer NOT NULL CHECK (ordinal > 0),
  utility_id uuid NOT NULL REFERENCES utilities,
  operator_id uuid NOT NULL REFERENCES operators,
  reason text NOT NULL CHECK (length(reason) BETWEEN 3 AND 500),
  at timestamptz NOT NULL,
  PRIMARY KEY (bucket, sale_id, ordinal),
  FOREIGN KEY (bucket, sale_id) REFERENCES sales (bucket, id)
);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['corrections', 'refunds', 'sale_reprints']
  LOOP
    EXECUTE format('ALTER TABLE prewatt.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant ON prewatt.%I TO prewatt_app
      USING (utility_id = prewatt.current_utility()) WITH CHECK (utility_id = prewatt.current_utility())', name);
  END LOOP;
END
$$;

GRANT SELECT, INSERT ON corrections, refunds, sale_reprints TO prewatt_app;
GRANT UPDATE (state, paid_reference, paid_by, paid_at) ON refunds TO prewatt_app;
