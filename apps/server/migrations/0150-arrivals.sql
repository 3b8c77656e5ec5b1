-- Money that came without an order: somebody paid a pay-bill or a bank account by himself and named an account. It stands here
-- from the moment that it was heard of until it has paid for a meter, stands on the operators' list, or came to nothing.

SET LOCAL search_path = prewatt;

CREATE TABLE arrivals (
  id uuid PRIMARY KEY,
  utility_id uuid NOT NULL REFERENCES utilities,
  provider text NOT NULL,
  provider_reference text NOT NULL CHECK (length(provider_reference) BETWEEN 1 AND 200),
  -- As it was said; the provider's own answer comes before it.
  amount_minor bigint NOT NULL CHECK (amount_minor > 0),
  currency_code text NOT NULL CHECK (length(currency_code) BETWEEN 1 AND 12),
  -- What the payer wrote, untouched.
  account text CHECK (length(account) BETWEEN 1 AND 200),
  payer_phone text CHECK (length(payer_phone) BETWEEN 8 AND 16),
  payer_name text CHECK (length(payer_name) BETWEEN 1 AND 200),
  paid_at timestamptz,
  -- Signed and complete, or a line of the bank's own statement: nobody is asked.
  is_proved boolean NOT NULL,
  -- The provider's name of the request, where it is asked by that.
  provider_request text,
  -- A part of the address at which the provider's answer comes: nobody can guess it.
  answer_secret text NOT NULL CHECK (length(answer_secret) >= 32),
  came_at timestamptz NOT NULL,
  state text NOT NULL CHECK (state IN ('heard', 'matched', 'placed', 'unallocated', 'dropped')),
  decided_at timestamptz,
  next_check_at timestamptz,
  checks integer NOT NULL DEFAULT 0,
  -- The payment that it named, or that was made for it.
  payment_bucket smallint,
  payment_id uuid,
  CONSTRAINT arrivals_once UNIQUE (utility_id, provider, provider_reference),
  CONSTRAINT arrivals_of_payment CHECK ((payment_bucket IS NULL) = (payment_id IS NULL)),
  CONSTRAINT arrivals_decided CHECK ((state = 'heard') = (decided_at IS NULL)),
  CONSTRAINT arrivals_asked CHECK (state IN ('heard', 'matched') OR next_check_at IS NULL),
  CONSTRAINT arrivals_paid CHECK (state NOT IN ('matched', 'placed') OR payment_id IS NOT NULL),
  FOREIGN KEY (payment_bucket, payment_id) REFERENCES payments (bucket, id)
);
CREATE INDEX arrivals_to_check ON arrivals (utility_id, next_check_at) WHERE next_check_at IS NOT NULL;
ALTER TABLE arrivals ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON arrivals TO prewatt_app
  USING (utility_id = (SELECT current_utility())) WITH CHECK (utility_id = (SELECT current_utility()));
GRANT SELECT, INSERT ON arrivals TO prewatt_app;
GRANT UPDATE (state, decided_at, next_check_at, checks, payment_bucket, payment_id) ON arrivals TO prewatt_app;

-- The end of a payment's id is what the customer's statement shows: a rail may send it back as the account.
CREATE INDEX payment_directory_by_account ON payment_directory (right(payment_id::text, 12));

-- Money of the list may have come without an order: its reference is taken by no payment.
ALTER TABLE provider_reference_directory ALTER COLUMN payment_id DROP NOT NULL;
ALTER TABLE unallocated_money ADD COLUMN account text CHECK (length(account) BETWEEN 1 AND 200),
  ADD COLUMN payer_phone text CHECK (length(payer_phone) BETWEEN 8 AND 16),
  ADD COLUMN payer_name text CHECK (length(payer_name) BETWEEN 1 AND 200);
GRANT INSERT (account, payer_phone, payer_name) ON unallocated_money TO prewatt_app;
ALTER TABLE unallocated_money DROP CONSTRAINT unallocated_money_cause_check;
ALTER TABLE unallocated_money ADD CONSTRAINT unallocated_money_cause_check CHECK (cause IN ('otherCurrency', 'secondPayment',
  'referenceReused', 'unknownAccount', 'meterBlocked', 'amountDiffers', 'notProved'));
