// SQL of corrections: sales under their locks, and the rows that say what was put right.

import { accounts, growingSide, type LedgerAccount, type Transfer } from '@prewatt/ledger';
import { sql } from 'kysely';
import type { ColumnValue } from '../../base/column-value.ts';
import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import { accountBalance, openAccounts, postTransfers } from '../../money/ledger/index.ts';
import { paidMinorOf } from '../../money/vending/index.ts';
import { type ConnectionPlace, placeOfConnection } from '../../registry/connections/index.ts';

/** What the payer, if any, paid for a sale with. */
export type Payer =
  | { readonly kind: 'provider' }
  | { readonly kind: 'vendor'; readonly vendorId: string; readonly commissionMinor: bigint }
  | { readonly kind: 'correction' };

export type PaidSaleRow = ConnectionPlace & {
  readonly saleId: string;
  readonly meterId: string;
  readonly state: string;
  readonly amountMinor: bigint;
  readonly energyWh: bigint | null;
  /** Money on the meter, where it counts in money. */
  readonly creditMinor: bigint | null;
  readonly lines: object | null;
  readonly issuedAtMs: number | null;
  /** Null while nobody has paid. */
  readonly payer: Payer | null;
};

/** Where a sale of a utility is, or null. */
export async function placeOfSale(
  tx: Tx,
  utilityId: string,
  saleId: string,
): Promise<ConnectionPlace | null> {
  const row = await tx
    .selectFrom('sales')
    .select('connection_id')
    .where('id', '=', saleId)
    .where('utility_id', '=', utilityId)
    .executeTakeFirst();
  return row === undefined ? null : placeOfConnection(utilityId, row.connection_id);
}

/**
 * Locks a sale's tokens and then the sale, in the order in which a meter's answer does; reads it.
 */
export async function lockSale(
  tx: Tx,
  place: ConnectionPlace,
  saleId: string,
): Promise<PaidSaleRow | null> {
  await tx
    .selectFrom('tokens')
    .select('id')
    .where('bucket', '=', place.bucket)
    .where('sale_id', '=', saleId)
    .orderBy('tid')
    .forUpdate()
    .execute();
  await tx
    .selectFrom('sales')
    .select('id')
    .where('bucket', '=', place.bucket)
    .where('id', '=', saleId)
    .forUpdate()
    .executeTakeFirst();
  return readSale(tx, place, saleId);
}

export async function readSale(
  tx: Tx,
  place: ConnectionPlace,
  saleId: string,
): Promise<PaidSaleRow | null> {
  const { rows } = await sql<{
    meter_id: string;
    state: string;
    paid_minor: bigint;
    energy_wh: bigint | null;
    credit_minor: bigint | null;
    lines: object | null;
    issued_at: number | null;
    received_minor: bigint | null;
    vendor_id: string | null;
    commission_minor: bigint | null;
    pays: bigint | null;
  }>`SELECT s.meter_id, s.state, ${paidMinorOf('s')} AS paid_minor, s.energy_wh, s.credit_minor, s.lines, s.issued_at,
      p.received_minor, v.vendor_id, v.commission_minor, c.amount_minor AS pays
    FROM prewatt.sales s
    LEFT JOIN prewatt.payments p ON p.bucket = s.bucket AND p.sale_id = s.id
      AND p.state = 'succeeded'
    LEFT JOIN prewatt.vendor_sales v ON v.bucket = s.bucket AND v.sale_id = s.id
    LEFT JOIN prewatt.corrections c ON c.bucket = s.bucket AND c.sale_id = s.id
      AND c.kind IN ('moveIn', 'creditNote', 'allocation')
    WHERE s.bucket = ${place.bucket} AND s.connection_id = ${place.connectionId}::uuid
      AND s.id = ${saleId}::uuid`.execute(tx);
  const [row] = rows;
  if (row === undefined) return null;
  const payer: Payer | null =
    row.received_minor !== null
      ? { kind: 'provider' }
      : row.vendor_id !== null
        ? { kind: 'vendor', vendorId: row.vendor_id, commissionMinor: row.commission_minor ?? 0n }
        : row.pays !== null
          ? { kind: 'correction' }
          : null;
  return {
    ...place,
    saleId,
    meterId: row.meter_id,
    state: row.state,
    amountMinor: row.paid_minor,
    energyWh: row.energy_wh,
    creditMinor: row.credit_minor,
    lines: row.lines,
    issuedAtMs: row.issued_at,
    payer,
  };
}

export type NewCorrection = {
  readonly place: ConnectionPlace;
  readonly kind: ColumnValue<'corrections', 'kind'>;
  readonly requestId: string;
  readonly saleId?: string;
  readonly debtId?: string;
  readonly amountMinor: bigint;
  readonly reason: string;
  readonly proof?: ColumnValue<'corrections', 'proof'>;
  readonly moneyTo?: ColumnValue<'corrections', 'money_to'>;
  readonly other?: { readonly place: ConnectionPlace; readonly saleId: string };
  readonly by: By | null;
};

/** Who asked for it, and who allowed it with which approval. */
export type By = {
  readonly requestedBy: string;
  readonly approvedBy: string | null;
  readonly approvalId: string | null;
};

/** The correction's id. */
export async function insertCorrection(
  tx: Tx,
  deps: { readonly newUuid: NewUuid; readonly nowMs: () => number },
  c: NewCorrection,
): Promise<string> {
  const id = deps.newUuid();
  await tx
    .insertInto('corrections')
    .values({
      bucket: c.place.bucket,
      id,
      utility_id: c.place.utilityId,
      connection_id: c.place.connectionId,
      kind: c.kind,
      request_id: c.requestId,
      sale_id: c.saleId ?? null,
      debt_id: c.debtId ?? null,
      amount_minor: c.amountMinor,
      reason: c.reason,
      proof: c.proof ?? null,
      money_to: c.moneyTo ?? null,
      other_bucket: c.other?.place.bucket ?? null,
      other_connection_id: c.other?.place.connectionId ?? null,
      other_sale_id: c.other?.saleId ?? null,
      requested_by: c.by?.requestedBy ?? null,
      approved_by: c.by?.approvedBy ?? null,
      approval_id: c.by?.approvalId ?? null,
      at: new Date(deps.nowMs()),
    })
    .execute();
  return id;
}

/** The correction that a request made, if it did. */
export const correctionOfRequest = (
  tx: Tx,
  o: {
    readonly place: ConnectionPlace;
    readonly kind: ColumnValue<'corrections', 'kind'>;
    readonly requestId: string;
  },
) =>
  tx
    .selectFrom('corrections')
    .selectAll()
    .where('bucket', '=', o.place.bucket)
    .where('connection_id', '=', o.place.connectionId)
    .where('kind', '=', o.kind)
    .where('request_id', '=', o.requestId)
    .executeTakeFirst();

/** What credit notes about a sale come to: its row's lock keeps others from being given. */
export async function creditNotesAbout(
  tx: Tx,
  sale: { readonly bucket: number; readonly saleId: string },
): Promise<bigint> {
  const { total } = await tx
    .selectFrom('corrections')
    .select(sql<bigint>`coalesce(sum(amount_minor), 0)::bigint`.as('total'))
    .where('kind', '=', 'creditNote')
    .where('other_bucket', '=', sale.bucket)
    .where('other_sale_id', '=', sale.saleId)
    .executeTakeFirstOrThrow();
  return total;
}

/** Posts for a correction, after opening the accounts that not every bucket has. */
export async function postFor(
  tx: Tx,
  deps: { readonly newUuid: NewUuid; readonly nowMs: () => number },
  o: {
    readonly place: ConnectionPlace;
    readonly correctionId: string;
    readonly saleId: string | null;
    readonly transfers: readonly (Transfer & { readonly reversesId?: string })[];
  },
): Promise<void> {
  const own = o.transfers
    .flatMap((each) => [each.debitAccount, each.creditAccount])
    .filter((account) => rare.has(account.kind));
  if (own.length > 0) await openAccounts(tx, o.place, own, deps.nowMs());
  await postTransfers(
    tx,
    {
      place: o.place,
      saleId: o.saleId,
      paymentId: null,
      correctionId: o.correctionId,
      postedAtMs: deps.nowMs(),
      newUuid: deps.newUuid,
    },
    o.transfers,
  );
}

const rare: ReadonlySet<LedgerAccount['kind']> = new Set([
  'betweenConnections',
  'refundsDue',
  'creditNotes',
  'otherCharges',
  'fines',
  'debtWrittenOff',
  'bank',
]);

/** What transfers do to an account's balance. */
export function changeOf(account: LedgerAccount, transfers: readonly Transfer[]): bigint {
  const is = (other: LedgerAccount) =>
    other.kind === account.kind && other.subjectId === account.subjectId;
  let debits = 0n;
  for (const { debitAccount, creditAccount, amountMinor } of transfers) {
    if (is(debitAccount)) debits += amountMinor;
    if (is(creditAccount)) debits -= amountMinor;
  }
  return growingSide[account.kind] === 'debit' ? debits : -debits;
}

/**
 * A connection's prepaid money less what other paid sales wait with; `except` is no other.
 */
export async function freePrepaidOf(
  tx: Tx,
  place: ConnectionPlace,
  except: string,
): Promise<bigint> {
  const balance = await accountBalance(tx, place, accounts.customerPrepaid(place));
  const held = await tx
    .selectFrom('sales')
    .innerJoin('payments', (join) =>
      join.onRef('payments.bucket', '=', 'sales.bucket').onRef('payments.sale_id', '=', 'sales.id'),
    )
    .select(sql<bigint>`coalesce(sum(payments.received_minor), 0)::bigint`.as('total'))
    .where('sales.bucket', '=', place.bucket)
    .where('sales.connection_id', '=', place.connectionId)
    .where('sales.state', '=', 'stuck')
    .where('sales.issued_at', 'is', null)
    .where('sales.id', '<>', except)
    .executeTakeFirstOrThrow();
  return balance - held.total;
}

/** The transfers of a sale that stand, by reason. */
export async function standingTransfers(tx: Tx, place: ConnectionPlace, saleId: string) {
  const { rows } = await sql<{
    id: string;
    reason: Transfer['reason'];
    debit_kind: LedgerAccount['kind'];
    debit_subject_id: string;
    credit_kind: LedgerAccount['kind'];
    credit_subject_id: string;
    amount_minor: bigint;
  }>`SELECT t.* FROM prewatt.transfers t WHERE t.bucket = ${place.bucket}
      AND t.connection_id = ${place.connectionId}::uuid AND t.sale_id = ${saleId}::uuid
      AND t.reason <> 'reversal' AND NOT EXISTS (
        SELECT FROM prewatt.transfers r WHERE r.bucket = t.bucket AND r.reverses_id = t.id)
    ORDER BY t.id`.execute(tx);
  return rows.map((row) => ({
    id: row.id,
    reason: row.reason,
    amountMinor: row.amount_minor,
    debitAccount: { kind: row.debit_kind, subjectId: row.debit_subject_id },
    creditAccount: { kind: row.credit_kind, subjectId: row.credit_subject_id },
  }));
}
