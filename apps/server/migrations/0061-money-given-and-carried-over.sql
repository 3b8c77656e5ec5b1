-- Free credit and what an exchanged meter had left, for meters that count money: as money on currency tokens. And what a new
-- meter counts before it has said so itself.

SET LOCAL search_path = prewatt;

-- `amount_minor`: money in a wallet (`transfer_id`), or on the grant's currency tokens.
ALTER TABLE grants
  DROP CONSTRAINT grants_in_money,
  DROP CONSTRAINT grants_check,
  ADD CONSTRAINT grants_in_money CHECK (transfer_id IS NULL OR (amount_minor IS NOT NULL AND kind = 'freeCredit' AND state = 'accepted')),
  ADD CONSTRAINT grants_given CHECK (CASE kind
    WHEN 'freeUnits' THEN energy_wh IS NOT NULL AND amount_minor IS NULL
    WHEN 'freeCredit' THEN energy_wh IS NOT NULL
    WHEN 'replacement' THEN num_nonnulls(energy_wh, amount_minor) = 1
    ELSE num_nonnulls(energy_wh, amount_minor) = 0 END);

-- Homes whose meter gives the month's free units by itself: the tariff is in it.
ALTER TABLE free_unit_runs ADD COLUMN in_meter bigint NOT NULL DEFAULT 0;
GRANT UPDATE (in_meter) ON free_unit_runs TO prewatt_app;

-- The currency in which the meter counts, as said when it was put in; its first report takes the place of this.
ALTER TABLE meters ADD COLUMN starts_in_money jsonb CHECK (jsonb_typeof(starts_in_money->'currency'->'scale') = 'number');

-- All money that tokens ever brought, as its display showed it when it was taken away.
ALTER TABLE meters ADD COLUMN final_credited_minor bigint CHECK (final_credited_minor >= 0);

-- What was left or carried over in money, and the price at which one became the other.
ALTER TABLE meter_exchanges
  ADD COLUMN balance_minor bigint CHECK (balance_minor >= 0),
  ADD COLUMN carried_minor bigint CHECK (carried_minor >= 0),
  ADD COLUMN per_kwh_micro_minor bigint CHECK (per_kwh_micro_minor > 0),
  DROP CONSTRAINT meter_exchanges_check,
  DROP CONSTRAINT meter_exchanges_check2,
  ADD CONSTRAINT meter_exchanges_carried CHECK (carried_wh >= 0 AND (balance_minor IS NULL OR balance_wh = 0)
    AND (carried_minor IS NULL OR carried_wh = 0)
    AND CASE
      WHEN balance_minor IS NULL AND carried_minor IS NULL THEN carried_wh <= balance_wh
      WHEN balance_minor IS NOT NULL AND carried_minor IS NOT NULL THEN carried_minor <= balance_minor
      WHEN balance_minor IS NULL THEN carried_minor = 0 OR (carried_minor - 1) * 1000000000.0 < balance_wh::numeric * per_kwh_micro_minor
      ELSE carried_wh = 0 OR carried_wh::numeric * per_kwh_micro_minor <= balance_minor * 1000000000.0 END),
  ADD CONSTRAINT meter_exchanges_granted CHECK ((carried_wh > 0 OR coalesce(carried_minor, 0) > 0) = (grant_id IS NOT NULL));
