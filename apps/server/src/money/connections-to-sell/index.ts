// What a sale needs of connections, many at once: the meters' locks, and in one statement all that
// prices and tokens depend on.

import type { Currency } from '@prewatt/quantities';
import type { MoneyMeter } from '@prewatt/vending-rules';
import { type Tx, together } from '../../base/database.ts';
import { statementOfRows } from '../../base/rows.ts';
import {
  type Connection,
  type ConnectionPlace,
  type ConnectionRow,
  connectionOf,
  maximumLooks,
  placeOf,
  turningToWalletSince,
} from '../../registry/connections/index.ts';

/** A connection with the cached balances that a sale needs; read under the meter's lock. */
export type ConnectionToSell = Connection & {
  /** What the owner of the customer's phone chose for messages; null for nothing. */
  readonly customerLanguage: string | null;
  readonly prepaidMinor: bigint;
  /** Whether the head-end can reach the meter; a meter without a secret has no link. */
  readonly hasLink: boolean;
  /** Prepaid money of sales that were paid and wait for a token: not free for another sale. */
  readonly heldMinor: bigint;
  /** When the meter was asked to hand its credit over; null when it was not. */
  readonly turnsToWalletSinceMs: number | null;
  /** It was; whoever sells says whether that still holds sales. */
  readonly turnsToWallet: boolean;
  /**
   * The meter counts credit in money and takes currency tokens alone: by its last report, or as was
   * said when it was put in.
   */
  readonly moneyMeter: MoneyMeter | null;
  /** What its meter said is owed for use without credit; `money` as it was reported. */
  readonly owes: { readonly energyWh: bigint; readonly money: unknown };
  /** The power that the sale's token allows again, after a limit token of the soft landing. */
  readonly liftPowerW: bigint | null;
  /** Arrears with something left, oldest first. */
  readonly debts: readonly OpenDebt[];
};

export type OpenDebt = {
  readonly id: string;
  readonly label: string;
  readonly rule: unknown;
  readonly outstandingMinor: bigint;
  readonly createdAtMs: number;
};

const placeColumns = { bucket: 'smallint', connection_id: 'uuid' } as const;

/** Connections to sell to, and of each meter number that was asked for its connection. */
export type MetersToSell = {
  readonly connections: ReadonlyMap<string, ConnectionToSell>;
  readonly connectionOf: ReadonlyMap<string, string>;
};

/**
 * The connections to which meter numbers lead, by the directory, their meters' rows locked as
 * below: one round trip from the numbers to all that sales depend on. What another utility has is
 * not seen.
 */
export async function lockMetersToSell(
  tx: Tx,
  meterPans: readonly string[],
): Promise<MetersToSell> {
  const rows = [...new Set(meterPans)].map((meter_pan) => ({ meter_pan }));
  const read = await readLocked(
    () => lockMetersOfPans(tx, rows),
    () => readToSellByPan(tx, rows),
  );
  return {
    connections: new Map(read.map((row) => [row.connection_id, toSellOf(row)])),
    connectionOf: new Map(read.map((row) => [row.asked_pan, row.connection_id])),
  };
}

/**
 * Many connections of one utility. With `lock`, their meters' rows are locked until the transaction
 * ends, in the order of the keys so that two batches never wait for each other in a circle. By
 * connection; one that does not exist is left out.
 */
export async function loadConnectionsToSell(
  tx: Tx,
  places: readonly ConnectionPlace[],
  o: { readonly lock: boolean },
): Promise<ReadonlyMap<string, ConnectionToSell>> {
  const distinct = [...new Map(places.map((place) => [place.connectionId, place])).values()];
  const rows = distinct.map(({ bucket, connectionId }) => ({
    bucket,
    connection_id: connectionId,
  }));
  const read = o.lock
    ? await readLocked(
        () => lockMeters(tx, rows),
        () => readToSell(tx, rows),
      )
    : await readToSell(tx, rows);
  return new Map(read.map((row) => [row.connection_id, toSellOf(row)]));
}

/**
 * What is read under the locks. The lock is a statement of its own, before the reading one, as in
 * the store; so the second may find a meter that the first could not lock yet, when an exchange
 * ended meanwhile. What is locked stays, and is read: equal counts are the same meters.
 */
async function readLocked<R>(
  lock: () => Promise<readonly LockedRow[]>,
  read: () => Promise<readonly R[]>,
): Promise<readonly R[]> {
  for (let looks = 0; looks < maximumLooks; looks++) {
    const [locked, rows] = await together(lock(), read());
    if (locked[0]?.locked === BigInt(rows.length)) return rows;
  }
  throw new Error('meters are exchanged faster than they can be locked');
}

const toSellOf = (row: ToSellRow): ConnectionToSell => ({
  ...connectionOf(placeOf(row), row),
  customerLanguage: row.customer_language,
  prepaidMinor: row.prepaid_minor,
  hasLink: row.has_link,
  heldMinor: row.held_minor,
  turnsToWallet: row.turns_to_wallet_since !== null,
  turnsToWalletSinceMs:
    row.turns_to_wallet_since === null ? null : Number(row.turns_to_wallet_since),
  moneyMeter: moneyMeterOf(row.money),
  owes: { energyWh: row.owed_energy_wh ?? 0n, money: row.money },
  liftPowerW: row.lift_power_w,
  debts: (row.debts ?? []).map((debt) => ({
    ...debt,
    outstandingMinor: BigInt(debt.outstandingMinor),
  })),
});

type MoneyRow = { readonly currency: Currency; readonly perKwhMicroMinor?: string };

function moneyMeterOf(row: MoneyRow | false | null): MoneyMeter | null {
  if (row === null || row === false) return null;
  const { currency, perKwhMicroMinor: price } = row;
  return { currency, perKwhMicroMinor: price === undefined ? null : BigInt(price) };
}

type ToSellRow = ConnectionRow & {
  readonly customer_language: string | null;
  readonly utility_id: string;
  readonly bucket: number;
  readonly connection_id: string;
  readonly prepaid_minor: bigint;
  readonly has_link: boolean;
  readonly held_minor: bigint;
  readonly turns_to_wallet_since: bigint | null;
  /** False: it has reported, and counts energy. */
  readonly money: MoneyRow | false | null;
  readonly owed_energy_wh: bigint | null;
  readonly lift_power_w: bigint | null;
  readonly debts:
    | readonly (Omit<OpenDebt, 'outstandingMinor'> & { readonly outstandingMinor: string })[]
    | null;
};

const toSellColumns = `c.utility_id, c.bucket, c.id AS connection_id, c.name, c.address,
  c.customer_name, c.customer_phone,
  (SELECT p.language FROM phone_choice_directory p WHERE p.phone = c.customer_phone)
    AS customer_language,
  c.blocked_reason, c.credit_mode, c.tariff_id,
  c.tariff_position, c.tariff_parameters,
  c.next_tariff, c.prepaid_minor, m.id AS meter_id, m.meter_pan,
  m.encryption_algorithm, m.supply_group_code, m.tariff_index, m.key_revision,
  m.wanted_supply_group_code, m.wanted_tariff_index, m.wanted_key_revision, m.last_tid,
  m.lift_power_w,
  m.secret_hash <> '\\x${'00'.repeat(32)}' AS has_link,
  (SELECT coalesce(sum(p.received_minor), 0)::bigint FROM sales s
    JOIN payments p ON p.bucket = s.bucket AND p.sale_id = s.id
    WHERE s.bucket = c.bucket AND s.connection_id = c.id AND s.state = 'stuck'
      AND s.issued_at IS NULL) AS held_minor,
  ${turningToWalletSince({ bucket: 'c.bucket', connectionId: 'c.id' })} AS turns_to_wallet_since,
  coalesce((SELECT coalesce(s.report->'money', 'false') FROM meter_states s
    WHERE s.bucket = m.bucket AND s.meter_id = m.id), m.starts_in_money) AS money,
  (SELECT s.owed_energy_wh FROM meter_states s
    WHERE s.bucket = m.bucket AND s.meter_id = m.id) AS owed_energy_wh,
  (SELECT json_agg(json_build_object('id', d.id, 'label', d.label, 'rule', d.rule,
      'outstandingMinor', d.outstanding_minor::text,
      'createdAtMs', floor(extract(epoch FROM d.created_at) * 1000)) ORDER BY d.id)
    FROM debts d WHERE d.bucket = c.bucket AND d.connection_id = c.id
      AND d.outstanding_minor > 0) AS debts`;

type LockedRow = { readonly locked: bigint };

// A lock needs no answer for each row: they are counted.
const lockMeters = statementOfRows<typeof placeColumns, LockedRow>(
  placeColumns,
  (rows) => `SELECT count(*) AS locked FROM (SELECT FROM meters m JOIN ${rows('r')}
    ON m.bucket = r.bucket AND m.connection_id = r.connection_id AND m.retired_at IS NULL
    ORDER BY m.bucket, m.id FOR NO KEY UPDATE OF m) AS meters`,
);

const panColumns = { meter_pan: 'text' } as const;

const lockMetersOfPans = statementOfRows<typeof panColumns, LockedRow>(
  panColumns,
  (rows) => `SELECT count(*) AS locked FROM (SELECT FROM ${rows('r')}
    JOIN meter_directory d ON d.meter_pan = r.meter_pan
    JOIN meters m ON m.bucket = d.bucket AND m.connection_id = d.connection_id
      AND m.retired_at IS NULL
    ORDER BY m.bucket, m.id FOR NO KEY UPDATE OF m) AS meters`,
);

const readToSell = statementOfRows<typeof placeColumns, ToSellRow>(
  placeColumns,
  (rows) => `SELECT ${toSellColumns}
    FROM ${rows('r')} JOIN connections c ON c.bucket = r.bucket AND c.id = r.connection_id
    JOIN meters m ON m.bucket = c.bucket AND m.connection_id = c.id AND m.retired_at IS NULL`,
);

const readToSellByPan = statementOfRows<
  typeof panColumns,
  ToSellRow & { readonly asked_pan: string }
>(
  panColumns,
  (rows) => `SELECT r.meter_pan AS asked_pan, ${toSellColumns}
    FROM ${rows('r')} JOIN meter_directory d ON d.meter_pan = r.meter_pan
    JOIN connections c ON c.bucket = d.bucket AND c.id = d.connection_id
    JOIN meters m ON m.bucket = c.bucket AND m.connection_id = c.id AND m.retired_at IS NULL`,
);
