// SQL of a batch of sales at tills: what is known of vendors, tills and request ids, and what a
// sale writes beside its tokens.

import { accounts } from '@prewatt/ledger';
import { type Tx, together } from '../../base/database.ts';
import { insertOfRows, statementOfRows } from '../../base/rows.ts';
import { openAccountsOf } from '../ledger/index.ts';
import type { VendorState } from './float.ts';
import {
  type KnownRequest,
  requestKey,
  type Sold,
  type TillOrder,
  type TillState,
  type VendorFacts,
  type VendorStates,
} from './till-decisions.ts';

const idColumns = { id: 'uuid' } as const;
const idRows = (ids: Iterable<string>) => [...new Set(ids)].sort().map((id) => ({ id }));
const requestColumns = { vendor_id: 'uuid', request_id: 'text' } as const;

type VendorRow = {
  readonly id: string;
  readonly is_blocked: boolean;
  readonly commission_basis_points: number;
  readonly float_minor: bigint;
  readonly float_limit_minor: bigint;
  readonly tokens_per_hour: number;
  readonly energy_per_hour_wh: bigint;
  readonly budget_hour: bigint;
  readonly hour_tokens: bigint;
  readonly hour_energy_wh: bigint;
  readonly site_reserved_minor: bigint;
  readonly site_key_id: string | null;
};

const vendorOf = (row: VendorRow): VendorState => ({
  vendorId: row.id,
  isBlocked: row.is_blocked,
  commissionBasisPoints: row.commission_basis_points,
  floatMinor: row.float_minor,
  floatLimitMinor: row.float_limit_minor,
  tokensPerHour: BigInt(row.tokens_per_hour),
  energyPerHourWh: row.energy_per_hour_wh,
  budgetHour: row.budget_hour,
  hourTokens: row.hour_tokens,
  hourEnergyWh: row.hour_energy_wh,
  siteReservedMinor: row.site_reserved_minor,
  siteKeyId: row.site_key_id,
});

const vendorColumns = `v.id, v.blocked_reason IS NOT NULL AS is_blocked,
  v.commission_basis_points, v.float_minor, v.float_limit_minor, v.tokens_per_hour,
  v.energy_per_hour_wh, v.budget_hour, v.hour_tokens, v.hour_energy_wh,
  v.site_reserved_minor, v.site_key_id`;

const readVendors = statementOfRows<typeof idColumns, VendorRow>(
  idColumns,
  (rows) => `SELECT ${vendorColumns} FROM ${rows('r')} JOIN vendors v ON v.id = r.id`,
);

// Whoever waited for a row is given it as it is then.
const lockVendors = statementOfRows<typeof idColumns, VendorRow>(
  idColumns,
  (rows) => `SELECT ${vendorColumns} FROM ${rows('r')} JOIN vendors v ON v.id = r.id
    ORDER BY v.id FOR NO KEY UPDATE OF v`,
);

type TillRow = {
  readonly id: string;
  readonly is_revoked: boolean;
  readonly shift_id: string | null;
};

const readTills = statementOfRows<typeof idColumns, TillRow>(
  idColumns,
  (rows) => `SELECT k.id, k.revoked_at IS NOT NULL AS is_revoked, s.id AS shift_id
    FROM ${rows('r')} JOIN vendor_keys k ON k.id = r.id
    LEFT JOIN vendor_shifts s ON s.key_id = k.id AND s.closed_at IS NULL`,
);

type KnownRow = {
  readonly vendor_id: string;
  readonly request_id: string;
  readonly bucket: number;
  readonly sale_id: string;
  readonly meter_pan: string;
  readonly amount_minor: bigint;
};

const readKnown = statementOfRows<typeof requestColumns, KnownRow>(
  requestColumns,
  (rows) => `SELECT q.vendor_id, q.request_id, q.bucket, q.sale_id, q.meter_pan, q.amount_minor
    FROM ${rows('r')} CROSS JOIN LATERAL (SELECT * FROM vendor_sales q
      WHERE q.vendor_id = r.vendor_id AND q.request_id = r.request_id LIMIT 1) q`,
);

export async function readVendorFacts(tx: Tx, orders: readonly TillOrder[]): Promise<VendorFacts> {
  const requests = orders.map(({ till, request }) => ({
    vendor_id: till.vendorId,
    request_id: request.requestId,
  }));
  const [states, known] = await together(
    vendorStates(tx, orders, readVendors),
    readKnown(tx, requests),
  );
  return {
    ...states,
    known: new Map<string, KnownRequest>(
      known.map((row) => [
        requestKey(row.vendor_id, row.request_id),
        {
          vendorId: row.vendor_id,
          requestId: row.request_id,
          bucket: row.bucket,
          saleId: row.sale_id,
          meterPan: row.meter_pan,
          amountMinor: row.amount_minor,
        },
      ]),
    ),
  };
}

/**
 * Locks the vendors' rows, in the order of their ids, and reads what may have changed until the
 * locks were held. References to the rows by others do not wait.
 */
export const lockVendorStates = (tx: Tx, orders: readonly TillOrder[]): Promise<VendorStates> =>
  vendorStates(tx, orders, lockVendors);

async function vendorStates(
  tx: Tx,
  orders: readonly TillOrder[],
  read: typeof readVendors,
): Promise<VendorStates> {
  // Keys and shifts change under the vendor's lock, so they are read behind it.
  const [vendors, tills] = await together(
    read(tx, idRows(orders.map(({ till }) => till.vendorId))),
    readTills(tx, idRows(orders.map(({ till }) => till.keyId))),
  );
  return {
    vendors: new Map(vendors.map((row) => [row.id, vendorOf(row)])),
    tills: new Map<string, TillState>(
      tills.map((row) => [row.id, { isRevoked: row.is_revoked, shiftId: row.shift_id }]),
    ),
  };
}

const ofUtility = { utility_id: 'uuid' } as const;

const byRequest = ({ order: a }: Sold, { order: b }: Sold): number =>
  compare(a.till.vendorId, b.till.vendorId) || compare(a.request.requestId, b.request.requestId);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const vendorSaleColumns = {
  bucket: 'smallint',
  sale_id: 'uuid',
  connection_id: 'uuid',
  vendor_id: 'uuid',
  shift_id: 'uuid',
  request_id: 'text',
  meter_pan: 'text',
  amount_minor: 'bigint',
  commission_minor: 'bigint',
  connection_name: 'text',
} as const;

const insertSaleRows = insertOfRows('vendor_sales', vendorSaleColumns, { same: ofUtility });

/** With them the request ids are claimed: throws when one is taken. */
export async function insertVendorSales(
  tx: Tx,
  utilityId: string,
  sold: readonly Sold[],
): Promise<void> {
  // In the order of the key, so that two batches never wait for each other in a circle.
  const rows = [...sold].sort(byRequest).map(({ order, sale, shiftId, commissionMinor }) => ({
    bucket: sale.connection.bucket,
    sale_id: sale.saleId,
    connection_id: sale.connection.connectionId,
    vendor_id: order.till.vendorId,
    shift_id: shiftId,
    request_id: order.request.requestId,
    meter_pan: order.request.meterPan,
    amount_minor: sale.amountMinor,
    commission_minor: commissionMinor,
    connection_name: sale.connection.name,
  }));
  await insertSaleRows(tx, rows, { utility_id: utilityId });
}

const counterColumns = {
  id: 'uuid',
  float_minor: 'bigint',
  budget_hour: 'bigint',
  hour_tokens: 'bigint',
  hour_energy_wh: 'bigint',
  site_reserved_minor: 'bigint',
} as const;

/** The vendors' counters, whose rows are locked. */
export async function updateVendors(tx: Tx, vendors: readonly VendorState[]): Promise<void> {
  const rows = vendors.map((vendor) => ({
    id: vendor.vendorId,
    float_minor: vendor.floatMinor,
    budget_hour: vendor.budgetHour,
    hour_tokens: vendor.hourTokens,
    hour_energy_wh: vendor.hourEnergyWh,
    site_reserved_minor: vendor.siteReservedMinor,
  }));
  await updateVendorRows(tx, rows);
}

const updateVendorRows = statementOfRows(
  counterColumns,
  (rows) => `UPDATE vendors v SET float_minor = r.float_minor, budget_hour = r.budget_hour,
      hour_tokens = r.hour_tokens, hour_energy_wh = r.hour_energy_wh,
      site_reserved_minor = r.site_reserved_minor
    FROM ${rows('r')} WHERE v.id = r.id`,
);

/** A bucket of a utility where a vendor sells. */
export type SellingPlace = {
  readonly utilityId: string;
  readonly vendorId: string;
  readonly bucket: number;
};

/**
 * A vendor's accounts in the buckets where it sells for the first time.
 * `opened` remembers them once they are committed.
 */
export async function openVendorAccounts(
  tx: Tx,
  o: {
    readonly places: readonly SellingPlace[];
    readonly opened: ReadonlySet<string>;
    readonly nowMs: number;
  },
): Promise<readonly string[]> {
  const missing = new Map<string, SellingPlace>();
  for (const { utilityId, vendorId, bucket } of o.places) {
    const key = `${vendorId} ${bucket}`;
    if (!o.opened.has(key)) missing.set(key, { utilityId, vendorId, bucket });
  }
  const toOpen = [...missing.values()].flatMap((place) =>
    [accounts.vendorFloat(place), accounts.vendorCommission(place)].map((account) => ({
      place,
      account,
    })),
  );
  await openAccountsOf(tx, toOpen, o.nowMs);
  return [...missing.keys()];
}
