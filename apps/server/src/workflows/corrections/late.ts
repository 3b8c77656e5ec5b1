// A token of a reversed sale that a meter accepts nevertheless (typed from paper): its energy
// becomes a debt at once, and the sale is on the attention list until somebody has seen it.

import { earnedBy, lateAcceptancePostings, type SaleLine } from '@prewatt/ledger';
import { idFromUuid } from '@prewatt/quantities';
import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import { openDebt } from '../../money/ledger/index.ts';
import { markTakenAfterReversal } from '../../money/vending/index.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';
import { insertCorrection, type PaidSaleRow, postFor, readSale } from './store.ts';

const label = 'Electricity of an undone purchase';
/** Half of each purchase, within what the protection rules allow. */
const rule = { share: '50' };

type Deps = { readonly newUuid: NewUuid; readonly nowMs: () => number };

/**
 * Called when a meter has accepted a token of a sale, in the transaction that records it. True if
 * the sale is reversed: each accepted token that is not owed yet becomes so.
 */
export async function takenAfterReversal(
  tx: Tx,
  deps: Deps,
  o: { readonly place: ConnectionPlace; readonly saleId: string },
): Promise<boolean> {
  const { place, saleId } = o;
  const sale = await readSale(tx, place, saleId);
  if (sale === null || sale.state !== 'reversed') return false;
  const tokens = await tx
    .selectFrom('tokens')
    .select(['id', 'energy_wh'])
    .where('bucket', '=', place.bucket)
    .where('sale_id', '=', saleId)
    .where('kind', '=', 'credit')
    .where('state', '=', 'accepted')
    .orderBy('state_at')
    .orderBy('tid')
    .execute();
  const told = await tx
    .selectFrom('corrections')
    .select('request_id')
    .where('bucket', '=', place.bucket)
    .where('sale_id', '=', saleId)
    .where('kind', '=', 'lateAcceptance')
    .execute();
  const known = new Set(told.map((row) => row.request_id));
  const isNew = (token: { readonly id: string }) => !known.has(requestIdOf(token.id));
  // Those that are owed already come first, so that shares follow each other.
  const ordered = [...tokens.filter((each) => !isNew(each)), ...tokens.filter(isNew)];
  let beforeWh = 0n;
  for (const token of ordered) {
    // The one token of a sale of money carries all of it.
    const afterWh = beforeWh + (token.energy_wh ?? sale.creditMinor ?? 0n);
    if (isNew(token)) await owe(tx, deps, { sale, tokenId: token.id, beforeWh, afterWh });
    beforeWh = afterWh;
  }
  return true;
}

const requestIdOf = (tokenId: string): string => `token:${tokenId}`;

async function owe(
  tx: Tx,
  deps: Deps,
  o: {
    readonly sale: PaidSaleRow;
    readonly tokenId: string;
    /** Accepted of the sale before this token, and with it. */
    readonly beforeWh: bigint;
    readonly afterWh: bigint;
  },
): Promise<void> {
  const { sale, tokenId } = o;
  const { saleId, creditMinor, energyWh } = sale;
  if (energyWh === null) throw new Error('a token of a sale without energy');
  const debtId = await debtOfSale(tx, deps, sale);
  const transfers = lateAcceptancePostings(sale, {
    ...o,
    debtId,
    earned: earnedBy(linesOf(sale)),
    saleEnergyWh: creditMinor ?? energyWh,
  });
  const correctionId = await insertCorrection(tx, deps, {
    place: sale,
    kind: 'lateAcceptance',
    requestId: requestIdOf(tokenId),
    saleId,
    debtId,
    amountMinor: transfers.reduce((sum, each) => sum + each.amountMinor, 0n),
    reason: `The meter accepted ${idFromUuid('token', tokenId)} after its sale was reversed.`,
    by: null,
  });
  await postFor(tx, deps, { place: sale, correctionId, saleId, transfers });
  await markTakenAfterReversal(tx, sale, new Date(deps.nowMs()));
}

const linesOf = (sale: PaidSaleRow): SaleLine[] =>
  ((sale.lines ?? []) as readonly { kind: SaleLine['kind']; amountMinor: string }[]).map(
    ({ kind, amountMinor }) => ({ kind, amountMinor: BigInt(amountMinor) }),
  );

/** One debt for a sale, however many of its tokens are taken. */
async function debtOfSale(tx: Tx, deps: Deps, sale: PaidSaleRow): Promise<string> {
  const known = await tx
    .selectFrom('corrections')
    .select('debt_id')
    .where('bucket', '=', sale.bucket)
    .where('sale_id', '=', sale.saleId)
    .where('kind', '=', 'lateAcceptance')
    .executeTakeFirst();
  const debtId = known?.debt_id ?? null;
  return debtId ?? openDebt(tx, deps, { place: sale, label, rule });
}
