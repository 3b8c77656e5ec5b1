-- A posting is one row: all transfers of one act at one place lie in arrays beside each other, one element a transfer. A
-- sale at a till was four or five rows of `transfers` with two or three index entries each; it is one now. `transfers` is a
-- view of the same columns, one row a transfer, so that who reads them does not care.

SET LOCAL search_path = prewatt;

-- A server of before that still sells waits, instead of writing what the copy would not hold.
LOCK TABLE transfers IN ACCESS EXCLUSIVE MODE;

CREATE TABLE postings (
  bucket smallint NOT NULL,
  -- Of its only transfer, too. Of several it ends in 00, and a transfer's ends in its place.
  id uuid NOT NULL,
  utility_id uuid NOT NULL,
  -- Null: a vendor's deposit concerns none.
  connection_id uuid,
  -- Whose float and commission it moves.
  vendor_id uuid,
  sale_id uuid,
  payment_id uuid,
  correction_id uuid,
  rating_id uuid,
  mode_change_id uuid,
  -- The transfer that this one undoes.
  reverses_id uuid,
  posted_at timestamptz NOT NULL,
  reasons text[] NOT NULL,
  debit_kinds text[] NOT NULL,
  debit_subject_ids uuid[] NOT NULL,
  credit_kinds text[] NOT NULL,
  credit_subject_ids uuid[] NOT NULL,
  amounts_minor bigint[] NOT NULL
);

CREATE FUNCTION transfer_id(posting_id uuid, place bigint) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE place WHEN 1 THEN posting_id
    ELSE overlay(posting_id::text PLACING lpad(to_hex(place - 1), 2, '0') FROM 35)::uuid END;

-- The other way round: the posting that a transfer is the only one of, or one of several.
CREATE FUNCTION posting_ids(transfer_id uuid) RETURNS uuid[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN ARRAY[transfer_id, overlay(transfer_id::text PLACING '00' FROM 35)::uuid];

-- Each transfer was a row and stays one posting, with its identifier.
INSERT INTO postings SELECT bucket, id, utility_id, connection_id,
    CASE WHEN debit_kind IN ('vendorFloat', 'vendorCommission') THEN debit_subject_id
      WHEN credit_kind IN ('vendorFloat', 'vendorCommission') THEN credit_subject_id END,
    sale_id, payment_id, correction_id, rating_id, mode_change_id, reverses_id, posted_at,
    ARRAY[reason], ARRAY[debit_kind], ARRAY[debit_subject_id], ARRAY[credit_kind], ARRAY[credit_subject_id],
    ARRAY[amount_minor]
  FROM transfers ORDER BY bucket, id;
DROP TABLE transfers;
DROP FUNCTION transfers_have_accounts();

ALTER TABLE postings
  ADD PRIMARY KEY (bucket, id),
  -- One element a transfer in each array, none of them null.
  ADD CONSTRAINT postings_same_lengths_check CHECK (
    (cardinality(reasons), cardinality(debit_kinds), cardinality(debit_subject_ids), cardinality(credit_kinds),
      cardinality(credit_subject_ids)) = (cardinality(amounts_minor), cardinality(amounts_minor),
      cardinality(amounts_minor), cardinality(amounts_minor), cardinality(amounts_minor))),
  ADD CONSTRAINT postings_transfers_check CHECK (cardinality(amounts_minor) BETWEEN 1 AND 255),
  ADD CONSTRAINT postings_places_check CHECK (cardinality(amounts_minor) = 1 OR get_byte(uuid_send(id), 15) = 0),
  ADD CONSTRAINT postings_amounts_minor_check CHECK ((0 < ALL (amounts_minor)) IS TRUE),
  ADD CONSTRAINT postings_reasons_check CHECK (reasons <@ ARRAY['energy', 'tax', 'vendorSale', 'commission', 'fee', 'debt',
    'payment', 'openingDebt', 'openingBalance', 'vendorDeposit', 'reversal', 'moveOut', 'moveIn', 'refund', 'refundPaid',
    'creditNote', 'charge', 'writeOff', 'lateEnergy', 'lateTax', 'lateFee', 'carriedEnergy', 'carriedTax',
    'lateTokenEnergy', 'lateTokenTax']),
  ADD CONSTRAINT postings_connection_check CHECK (connection_id IS NOT NULL
    OR reasons <@ ARRAY['vendorDeposit', 'reversal']),
  -- What may be only once, or is undone by name, stands alone.
  ADD CONSTRAINT postings_alone_check CHECK (cardinality(reasons) = 1
    OR NOT reasons && ARRAY['payment', 'openingBalance', 'vendorDeposit', 'reversal']),
  ADD CONSTRAINT postings_reversal_check CHECK ((reasons[1] = 'reversal') = (reverses_id IS NOT NULL)),
  ADD CONSTRAINT postings_correction_fkey FOREIGN KEY (bucket, correction_id) REFERENCES corrections (bucket, id),
  ADD CONSTRAINT postings_rating_fkey FOREIGN KEY (bucket, rating_id) REFERENCES ratings (bucket, id),
  ADD CONSTRAINT postings_mode_change_fkey FOREIGN KEY (bucket, mode_change_id) REFERENCES mode_changes (bucket, id);
CREATE INDEX postings_by_connection ON postings (bucket, connection_id, sale_id);
CREATE INDEX postings_by_vendor ON postings (utility_id, vendor_id, id) WHERE vendor_id IS NOT NULL;
CREATE INDEX postings_by_correction ON postings (bucket, correction_id) WHERE correction_id IS NOT NULL;
CREATE INDEX postings_by_rating ON postings (bucket, rating_id) WHERE rating_id IS NOT NULL;
CREATE UNIQUE INDEX postings_opening_balance_once ON postings (bucket, connection_id) WHERE reasons[1] = 'openingBalance';
CREATE UNIQUE INDEX postings_payment_once ON postings (bucket, payment_id) WHERE payment_id IS NOT NULL;
CREATE UNIQUE INDEX postings_reversed_once ON postings (bucket, reverses_id) WHERE reverses_id IS NOT NULL;

ALTER TABLE postings ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON postings TO prewatt_app
  USING (utility_id = (SELECT current_utility())) WITH CHECK (utility_id = (SELECT current_utility()));
GRANT SELECT, INSERT ON postings TO prewatt_app;

-- By the rights and the tenant of who asks.
CREATE VIEW transfers WITH (security_invoker = true) AS
  SELECT p.bucket, transfer_id(p.id, t.place) AS id, p.utility_id, p.connection_id, t.debit_kind, t.debit_subject_id,
    t.credit_kind, t.credit_subject_id, t.amount_minor, t.reason, p.sale_id, p.payment_id, p.reverses_id, p.posted_at,
    p.correction_id, p.rating_id, p.mode_change_id, p.id AS posting_id, p.vendor_id
  FROM postings p CROSS JOIN LATERAL unnest(p.debit_kinds, p.debit_subject_ids, p.credit_kinds, p.credit_subject_ids,
    p.amounts_minor, p.reasons) WITH ORDINALITY
    AS t (debit_kind, debit_subject_id, credit_kind, credit_subject_id, amount_minor, reason, place);
GRANT SELECT ON transfers TO prewatt_app;

-- Once for a statement: what an element of an array must be, and that its accounts exist.
CREATE FUNCTION postings_hold() RETURNS trigger LANGUAGE plpgsql AS $$
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
$$;
CREATE TRIGGER postings_hold AFTER INSERT ON postings
  REFERENCING NEW TABLE AS posted FOR EACH STATEMENT EXECUTE FUNCTION postings_hold();
CREATE TRIGGER moved_postings_hold AFTER UPDATE ON postings
  REFERENCING NEW TABLE AS posted FOR EACH STATEMENT EXECUTE FUNCTION postings_hold();

-- What a reversal names exists and stays. Seldom: row by row, for reversals alone.
CREATE FUNCTION reversals_have_their_transfer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM prewatt.transfers t WHERE t.bucket = NEW.bucket
      AND t.posting_id = ANY (prewatt.posting_ids(NEW.reverses_id)) AND t.id = NEW.reverses_id) THEN
    RAISE foreign_key_violation USING
      MESSAGE = 'insert on table "postings" violates foreign key: what is reversed is not in "transfers"';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER reversals_have_their_transfer AFTER INSERT OR UPDATE ON postings
  FOR EACH ROW WHEN (NEW.reverses_id IS NOT NULL) EXECUTE FUNCTION reversals_have_their_transfer();
CREATE FUNCTION reversed_transfers_stand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM prewatt.postings r WHERE r.bucket = OLD.bucket
      AND r.reverses_id BETWEEN OLD.id AND prewatt.transfer_id(OLD.id, cardinality(OLD.reasons))) THEN
    RAISE foreign_key_violation USING MESSAGE = 'a transfer that was reversed is never deleted';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER reversed_transfers_stand AFTER DELETE ON postings
  FOR EACH ROW EXECUTE FUNCTION reversed_transfers_stand();
CREATE TRIGGER keys_stand BEFORE UPDATE OF bucket, id, utility_id ON postings
  FOR EACH STATEMENT EXECUTE FUNCTION keys_stand();
