// What operators read about vendors: how each stands today and this hour, its shifts with their
// cash-up, and the money that it brought. Reads wait for no lock.

import {
  type ShiftPage,
  type Terminal,
  type VendorDetail,
  type VendorStanding,
  vendorPageSize,
} from '@prewatt/api';
import { err, idFromUuid, isoOf, ok, type Result, startOfDayMs, uuidV7 } from '@prewatt/quantities';
import { sql } from 'kysely';
import { instant, type Tx } from '../../base/database.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { vendorClerks } from './clerks.ts';
import { budgetHourOf } from './float.ts';
import { vendorJson } from './manage.ts';
import { shiftsOf } from './shifts.ts';

export type Now = {
  readonly utility: Utility;
  /** Business time, for the day; real time, for the hour's budget. */
  readonly nowMs: number;
  readonly realNowMs: number;
};

/** Vendors by name; `cursor` is the name that the last page ended with. */
export async function vendorPage(
  tx: Tx,
  o: Now & { readonly cursor: string | null },
): Promise<{ readonly rows: VendorStanding[]; readonly nextCursor: string | null }> {
  let query = tx.selectFrom('vendors').selectAll().orderBy('name');
  if (o.cursor !== null) query = query.where('name', '>', o.cursor);
  const rows = await query.limit(vendorPageSize + 1).execute();
  const shown = rows.slice(0, vendorPageSize);
  const today = await soldToday(
    tx,
    o,
    shown.map((row) => row.id),
  );
  return {
    rows: shown.map((row) => standingOf(row, o, today)),
    nextCursor: rows.length > vendorPageSize ? (shown.at(-1)?.name ?? null) : null,
  };
}

export async function vendorDetail(
  tx: Tx,
  vendorId: string,
  o: Now,
): Promise<Result<VendorDetail, 'unknownVendor'>> {
  const row = await tx
    .selectFrom('vendors')
    .selectAll()
    .where('id', '=', vendorId)
    .executeTakeFirst();
  if (row === undefined) return err('unknownVendor');
  const keys = await tx
    .selectFrom('vendor_keys')
    .leftJoin('vendor_terminals', 'vendor_terminals.key_id', 'vendor_keys.id')
    .leftJoin('vendor_phones', 'vendor_phones.key_id', 'vendor_keys.id')
    .selectAll('vendor_keys')
    .select(['vendor_phones.enrolled_at', 'vendor_phones.key_id as phone_id'])
    .select(['client_id', 'terminal_id', 'certificate_sha256'])
    .where('vendor_keys.vendor_id', '=', vendorId)
    .orderBy('vendor_keys.id')
    .execute();
  return ok({
    ...standingOf(row, o, await soldToday(tx, o, [vendorId])),
    keys: keys.map((key) => ({
      keyId: idFromUuid('key', key.id),
      label: key.label,
      createdAt: isoOf(key.created_at),
      revokedAt: key.revoked_at === null ? null : isoOf(key.revoked_at),
      terminal: terminalOf(key),
      phone:
        key.phone_id === null
          ? null
          : { enrolledAt: key.enrolled_at === null ? null : isoOf(key.enrolled_at) },
    })),
    clerks: (await vendorClerks(tx, vendorId)).map((clerk) => ({
      clerkId: idFromUuid('clerk', clerk.id),
      name: clerk.name,
      createdAt: isoOf(clerk.created_at),
      hasOwnPin: clerk.pin_is_own,
      locked: Boolean(clerk.is_locked),
    })),
    shifts: (await shiftsOf(tx, vendorId, { cursor: null })).rows,
  });
}

const terminalOf = (row: {
  readonly client_id: string | null;
  readonly terminal_id: string | null;
  readonly certificate_sha256: Buffer | null;
}): Terminal | null => {
  if (row.client_id === null || row.terminal_id === null) return null;
  const certificateSha256 = row.certificate_sha256?.toString('hex') ?? '';
  return { clientId: row.client_id, terminalId: row.terminal_id, certificateSha256 };
};

export async function vendorExists(tx: Tx, vendorId: string): Promise<boolean> {
  const row = await tx
    .selectFrom('vendors')
    .select('id')
    .where('id', '=', vendorId)
    .executeTakeFirst();
  return row !== undefined;
}

/** Shifts of all tills of a vendor, newest first. */
export const vendorShifts = (tx: Tx, vendorId: string, cursor: string | null): Promise<ShiftPage> =>
  shiftsOf(tx, vendorId, { cursor });

type Sold = { readonly sales: number; readonly amountMinor: bigint };
type VendorRowOfTable = Parameters<typeof vendorJson>[0];

function standingOf(
  row: VendorRowOfTable,
  o: Now,
  today: ReadonlyMap<string, Sold>,
): VendorStanding {
  const sold = today.get(row.id);
  const isThisHour = row.budget_hour === budgetHourOf(o.realNowMs);
  return {
    ...vendorJson(row),
    today: { sales: sold?.sales ?? 0, amountMinor: (sold?.amountMinor ?? 0n).toString() },
    hour: {
      tokens: Number(isThisHour ? row.hour_tokens : 0n),
      energyWh: (isThisHour ? row.hour_energy_wh : 0n).toString(),
    },
  };
}

/** Sales for cash since midnight in the utility's zone, by vendor. */
async function soldToday(tx: Tx, o: Now, vendorIds: readonly string[]): Promise<Map<string, Sold>> {
  if (vendorIds.length === 0) return new Map();
  const midnightMs = startOfDayMs(o.nowMs, o.utility.zone);
  const rows = await tx
    .selectFrom('transfers')
    .select([
      'debit_subject_id as vendor_id',
      sql<bigint>`count(*)`.as('sales'),
      sql<bigint>`sum(amount_minor)::bigint`.as('amount'),
    ])
    .where('utility_id', '=', o.utility.id)
    .where('vendor_id', 'in', vendorIds)
    .where('debit_kind', '=', 'vendorFloat')
    // Identifiers are made after the instant of the sale, so the index need not look before today.
    .where('posting_id', '>=', uuidV7(midnightMs, new Uint8Array(10)))
    .where('posted_at', '>=', instant(midnightMs))
    .where('reason', '=', 'vendorSale')
    .groupBy('debit_subject_id')
    .execute();
  return new Map(
    rows.map((row) => [row.vendor_id, { sales: Number(row.sales), amountMinor: row.amount }]),
  );
}
