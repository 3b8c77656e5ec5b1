// SQL of the facts that the sentences of a statement's entries name: sales, payments, corrections,
// rated use, late tokens and free credit.

import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import { paidMinorOf } from '../../money/vending/index.ts';
import { type ConnectionPlace, changedAtMs } from '../../registry/connections/index.ts';
import type { EntryRow } from './store.ts';

export type CarriedFact = {
  readonly energyWh: bigint;
  readonly amountMinor: bigint;
  /** When the credit changed hands; it is posted when the server heard of it. */
  readonly changedAtMs: number;
};

/** What the sentences of entries need to know, by identifier. */
export type Facts = {
  readonly ratings: ReadonlyMap<
    string,
    {
      readonly startsAtMs: number;
      readonly endsAtMs: number;
      readonly energyWh: bigint;
      readonly lines: object;
      readonly explanation: string | null;
    }
  >;
  /** Energy of tokens that a meter took after its credit was handed over, by when it was posted. */
  readonly lateTokensWh: ReadonlyMap<number, bigint>;
  /**
   * What meters handed over at changes to wallet mode, below zero what they had lent, and the money
   * that it became, by when it was posted.
   */
  readonly carried: ReadonlyMap<number, CarriedFact>;
  /** Grants that became money in the wallet, by when they were posted. */
  readonly freeCredit: ReadonlyMap<number, { readonly energyWh: bigint; readonly reason: string }>;
  readonly sales: ReadonlyMap<
    string,
    {
      readonly amountMinor: bigint;
      readonly energyWh: bigint | null;
      readonly creditMinor: bigint | null;
      readonly lines: object | null;
    }
  >;
  readonly payments: ReadonlyMap<string, { readonly provider: string; readonly reference: string }>;
  /** Names of the vendors who sold. */
  readonly vendors: ReadonlyMap<string, string>;
  readonly debts: ReadonlyMap<string, string>;
  readonly corrections: ReadonlyMap<
    string,
    { readonly reason: string; readonly moneyTo: string | null; readonly otherName: string | null }
  >;
};

/** No row has it: a list of ids is never empty. */
const noId = '00000000-0000-0000-0000-000000000000';

export async function selectFacts(
  tx: Tx,
  place: ConnectionPlace,
  rows: readonly EntryRow[],
): Promise<Facts> {
  const of = (column: 'sale_id' | 'payment_id' | 'correction_id' | 'debt_id' | 'rating_id') => ({
    bucket: place.bucket,
    ids: [...new Set(rows.flatMap((row) => row[column] ?? []))],
  });
  return {
    ...(await selectSales(tx, of('sale_id'))),
    payments: await selectPayments(tx, of('payment_id')),
    corrections: await selectCorrections(tx, of('correction_id')),
    debts: await selectDebts(tx, of('debt_id')),
    ratings: await selectRatings(tx, of('rating_id')),
    carried: await selectCarried(tx, place),
    lateTokensWh: await selectLateTokens(tx, place),
    freeCredit: await selectFreeCredit(tx, place),
  };
}

type Wanted = { readonly bucket: number; readonly ids: readonly string[] };

const isWanted = (table: string, { bucket, ids }: Wanted) =>
  sql`${sql.ref(`${table}.bucket`)} = ${bucket} AND ${sql.ref(`${table}.id`)} = ANY(${ids}::uuid[])`;

async function selectSales(
  tx: Tx,
  wanted: Wanted,
): Promise<{ readonly sales: Facts['sales']; readonly vendors: Facts['vendors'] }> {
  const { rows } = await sql<{
    id: string;
    paid_minor: bigint;
    energy_wh: bigint | null;
    credit_minor: bigint | null;
    lines: object | null;
    vendor: string | null;
  }>`SELECT s.id, ${paidMinorOf('s')} AS paid_minor, s.energy_wh, s.credit_minor, s.lines, v.name AS vendor
    FROM prewatt.sales s
    LEFT JOIN prewatt.vendor_sales w ON w.bucket = s.bucket AND w.sale_id = s.id
    LEFT JOIN prewatt.vendors v ON v.id = w.vendor_id
    WHERE ${isWanted('s', wanted)}`.execute(tx);
  return {
    sales: new Map(
      rows.map(({ id, lines, ...row }) => {
        const { paid_minor: amountMinor, energy_wh: energyWh, credit_minor: creditMinor } = row;
        return [id, { amountMinor, energyWh, creditMinor, lines }];
      }),
    ),
    vendors: new Map(rows.flatMap(({ id, vendor }) => (vendor === null ? [] : [[id, vendor]]))),
  };
}

async function selectPayments(tx: Tx, wanted: Wanted): Promise<Facts['payments']> {
  const { rows } = await sql<{ id: string; provider: string; reference: string | null }>`
    SELECT p.id, p.provider, p.provider_reference AS reference FROM prewatt.payments p
    WHERE ${isWanted('p', wanted)}`.execute(tx);
  return new Map(
    rows.map(({ id, provider, reference }) => [id, { provider, reference: reference ?? '' }]),
  );
}

async function selectCorrections(tx: Tx, wanted: Wanted): Promise<Facts['corrections']> {
  const { rows } = await sql<{
    id: string;
    reason: string;
    money_to: string | null;
    other_name: string | null;
  }>`SELECT c.id, c.reason, c.money_to, o.name AS other_name FROM prewatt.corrections c
    LEFT JOIN prewatt.connections o ON o.bucket = c.other_bucket AND o.id = c.other_connection_id
    WHERE ${isWanted('c', wanted)}`.execute(tx);
  return new Map(
    rows.map(({ id, reason, money_to: moneyTo, other_name: otherName }) => [
      id,
      { reason, moneyTo, otherName },
    ]),
  );
}

async function selectDebts(tx: Tx, wanted: Wanted): Promise<Facts['debts']> {
  const { rows } = await sql<{ id: string; label: string }>`
    SELECT d.id, d.label FROM prewatt.debts d WHERE ${isWanted('d', wanted)}`.execute(tx);
  return new Map(rows.map(({ id, label }) => [id, label]));
}

async function selectRatings(tx: Tx, { bucket, ids }: Wanted): Promise<Facts['ratings']> {
  const rows = await tx
    .selectFrom('ratings')
    .select(['id', 'starts_at', 'ends_at', 'energy_wh', 'lines', 'explanation'])
    .where('bucket', '=', bucket)
    .where('id', 'in', [...ids, noId])
    .execute();
  return new Map(
    rows.map(({ id, lines, explanation, ...row }) => {
      const { starts_at: startsAtMs, ends_at: endsAtMs, energy_wh: energyWh } = row;
      return [id, { startsAtMs, endsAtMs, energyWh, lines, explanation }];
    }),
  );
}

async function selectLateTokens(tx: Tx, place: ConnectionPlace): Promise<Facts['lateTokensWh']> {
  const rows = await tx
    .selectFrom('late_tokens')
    .select(['state_at', 'energy_wh'])
    .where('bucket', '=', place.bucket)
    .where('connection_id', '=', place.connectionId)
    .where('state', '=', 'carried')
    .execute();
  const sums = new Map<number, bigint>();
  for (const { state_at: atMs, energy_wh: energyWh } of rows) {
    sums.set(atMs, (sums.get(atMs) ?? 0n) + energyWh);
  }
  return sums;
}

async function selectCarried(tx: Tx, place: ConnectionPlace): Promise<Facts['carried']> {
  const rows = await tx
    .selectFrom('mode_changes as m')
    .innerJoin('transfers as t', (join) =>
      join.onRef('t.bucket', '=', 'm.bucket').onRef('t.mode_change_id', '=', 'm.id'),
    )
    .innerJoin('commands as c', (join) =>
      join.onRef('c.bucket', '=', 'm.bucket').onRef('c.id', '=', 'm.command_id'),
    )
    .select(['t.posted_at', 'm.energy_wh', 'm.amount_minor'])
    .select(['m.at', 'm.site_read_at', 'c.completed_at', 'c.stage_at'])
    .where('m.bucket', '=', place.bucket)
    .where('m.connection_id', '=', place.connectionId)
    .where('m.to_mode', '=', 'wallet')
    .where('t.reason', 'not in', ['useOwed', 'debt', 'lateTokenEnergy', 'lateTokenTax'])
    .execute();
  return new Map(
    rows.map((row) => [
      row.posted_at,
      {
        ...{ energyWh: row.energy_wh ?? 0n, amountMinor: row.amount_minor ?? 0n },
        changedAtMs: changedAtMs(row),
      },
    ]),
  );
}

async function selectFreeCredit(tx: Tx, place: ConnectionPlace): Promise<Facts['freeCredit']> {
  const rows = await tx
    .selectFrom('grants')
    .select(['issued_at', 'energy_wh', 'reason'])
    .where('bucket', '=', place.bucket)
    .where('connection_id', '=', place.connectionId)
    .where('transfer_id', 'is not', null)
    .execute();
  return new Map(
    rows.map((row) => [row.issued_at, { energyWh: row.energy_wh ?? 0n, reason: row.reason }]),
  );
}
