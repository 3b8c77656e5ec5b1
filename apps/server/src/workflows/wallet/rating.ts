// Readings of wallets rated as they come: new use is charged, and what a late or corrected reading
// changes is charged anew. Each rating is a row and its transfers, in one transaction under the
// meter's lock; the same readings again change nothing.

import { salePostings } from '@prewatt/ledger';
import { expectOk } from '@prewatt/quantities';
import { positionToJson } from '@prewatt/tariff';
import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import { notifyLive } from '../../base/live.ts';
import { type PostedTransfer, postTransfers } from '../../money/ledger/index.ts';
import type { Tariffs } from '../../money/tariffs/index.ts';
import {
  type Connection,
  loadConnectionForUpdate,
  type MeterPlace,
  setTariffPosition,
} from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { keepPeriod } from './periods.ts';
import { type NewRating, planRating, type RatingProblem, type StandingRating } from './rate.ts';
import { lockWallet, standingRatings, type Wallet, type WalletRef } from './store.ts';
import { spansUntil, type UseSpan } from './use.ts';

export type RatingDeps = {
  readonly tariffs: Pick<Tariffs, 'inForce'>;
  /**
   * Validated use from the last good reading at or before an instant on; null while readings wait
   * to be validated.
   */
  readonly readUse: (
    tx: Tx,
    place: MeterPlace,
    o: { readonly fromMs: number; readonly toMs?: number },
  ) => Promise<readonly UseSpan[] | null>;
  readonly newUuid: NewUuid;
  readonly nowMs: () => number;
};

export const ratingProblems: Readonly<Record<RatingProblem, string>> = {
  noTariff: 'No tariff is in force for the use; approve one that covers the day.',
  positionUnreadable: 'The month’s position of the tariff cannot be read; see the connection.',
  notRateable: 'The tariff gives this use no price, or one below zero; mend the tariff.',
};

/**
 * Rates what has changed. False: readings wait to be validated, and it is to be asked again.
 */
export async function rateWallet(
  tx: Tx,
  deps: RatingDeps,
  o: { readonly utility: Utility; readonly ref: WalletRef },
): Promise<boolean> {
  const { utility } = o;
  const at = { utilityId: utility.id, ...o.ref };
  // The meter's lock first, as in every sale: the month's position moves under it.
  const connection = await loadConnectionForUpdate(tx, at);
  const wallet = await lockWallet(tx, at);
  if (connection === null || wallet === null || wallet.staleFromMs === null) return true;
  if (wallet.sinceMs === null) {
    await settle(tx, wallet, { problem: null });
    return true;
  }
  const fromMs = Math.max(wallet.sinceMs, Math.min(wallet.staleFromMs, wallet.ratedUntilMs));
  const { sinceMs } = wallet;
  const of = { meterId: wallet.place.meterId, sinceMs };
  const standing = await standingRatings(tx, at, { ...of, afterMs: fromMs });
  const firstMs = Math.min(standing[0]?.startsAtMs ?? fromMs, wallet.ratedUntilMs);
  const spans = await deps.readUse(tx, wallet.place, { fromMs: firstMs });
  if (spans === null) return false;
  const inForce = await deps.tariffs.inForce(tx, [connection]);
  const plan = planRating({
    spans: wallet.untilMs === null ? spans : spansUntil(spans, wallet.untilMs),
    ratedUntilMs: wallet.ratedUntilMs,
    staleFromMs: fromMs,
    standing,
    position: connection.tariffPosition,
    tariffOn: (date) => inForce(connection, date),
    zone: utility.zone,
  });
  if (!plan.ok) {
    await settle(tx, wallet, { problem: plan.error });
    return true;
  }
  const { ratings, ratedUntilMs, position } = plan.value;
  const { place } = wallet;
  for (const rating of ratings) await recordRating(tx, deps, { connection, place, rating });
  if (ratings.length > 0) {
    await setTariffPosition(tx, wallet.place, positionToJson(position));
    await notifyLive(tx, {
      kind: 'connection',
      utilityId: utility.id,
      connectionId: wallet.place.connectionId,
    });
  }
  await settle(tx, wallet, {
    problem: null,
    ratedUntilMs,
    checkAtMs: ratings.length > 0 ? deps.nowMs() : null,
  });
  if (wallet.nextMeterId !== null) {
    await keepPeriod(tx, { ...wallet, ratedUntilMs });
    await goOnWith(tx, wallet, deps.nowMs());
  }
  return true;
}

/** The old meter's use is rated up to the exchange: from there on the new meter's counts. */
async function goOnWith(tx: Tx, wallet: Wallet, nowMs: number): Promise<void> {
  const from = new Date(wallet.untilMs ?? nowMs);
  await tx
    .updateTable('wallets')
    .set({
      meter_id: wallet.nextMeterId ?? wallet.place.meterId,
      next_meter_id: null,
      until_at: null,
      since_at: from,
      rated_until: from,
      stale_from: from,
      supply: 'on',
      supply_at: new Date(nowMs),
      command_id: null,
      check_at: new Date(nowMs),
    })
    .where('bucket', '=', wallet.place.bucket)
    .where('connection_id', '=', wallet.place.connectionId)
    .execute();
}

/** What was stale is dealt with; a problem is tried again, from there, with the next readings. */
async function settle(
  tx: Tx,
  wallet: Wallet,
  o: {
    readonly problem: RatingProblem | null;
    readonly ratedUntilMs?: number;
    readonly checkAtMs?: number | null;
  },
): Promise<void> {
  await tx
    .updateTable('wallets')
    .set({
      ...(o.problem === null ? { stale_from: null } : {}),
      problem: o.problem === null ? null : ratingProblems[o.problem],
      rated_until: new Date(o.ratedUntilMs ?? wallet.ratedUntilMs),
      ...(o.checkAtMs == null ? {} : { check_at: new Date(o.checkAtMs) }),
    })
    .where('bucket', '=', wallet.place.bucket)
    .where('connection_id', '=', wallet.place.connectionId)
    .execute();
}

/** A rating and its transfers; what it puts right is undone. */
export async function recordRating(
  tx: Tx,
  deps: Pick<RatingDeps, 'newUuid' | 'nowMs'>,
  o: {
    readonly connection: Connection;
    readonly place: MeterPlace;
    readonly rating: NewRating;
  },
): Promise<void> {
  const { connection, place, rating } = o;
  const ratingId = deps.newUuid();
  const nowMs = deps.nowMs();
  await tx
    .insertInto('ratings')
    .values({
      bucket: place.bucket,
      id: ratingId,
      utility_id: place.utilityId,
      connection_id: place.connectionId,
      meter_id: place.meterId,
      starts_at: new Date(rating.startsAtMs),
      ends_at: new Date(rating.endsAtMs),
      ordinal: (rating.replaces?.ordinal ?? 0) + 1,
      energy_wh: rating.energyWh,
      charged_minor: rating.chargedMinor,
      lines: JSON.stringify(rating.lines),
      tariff_version_id: rating.tariffVersionId,
      position_before: JSON.stringify(rating.positionBefore),
      position_after: JSON.stringify(rating.positionAfter),
      replaces_id: rating.replaces?.id ?? null,
      explanation: rating.replaces === null ? null : explain(rating.replaces, rating),
      rated_at: new Date(nowMs),
    })
    .execute();
  const lines = rating.lines.map(({ kind, amountMinor }) => ({
    kind,
    amountMinor: BigInt(amountMinor),
  }));
  const made = expectOk(
    salePostings(connection, { availableMinor: rating.chargedMinor, lines, remainderMinor: 0n }),
    'postings of a rating',
  );
  const undone = rating.replaces === null ? [] : await reversals(tx, place, rating.replaces);
  const context = { place, saleId: null, paymentId: null, postedAtMs: nowMs, ...deps };
  await postTransfers(tx, { ...context, ratingId }, [...undone, ...made]);
}

/** The transfers that undo those of a rating. */
async function reversals(
  tx: Tx,
  place: { readonly bucket: number },
  rating: StandingRating,
): Promise<PostedTransfer[]> {
  const rows = await tx
    .selectFrom('transfers')
    .selectAll()
    .where('bucket', '=', place.bucket)
    .where('rating_id', '=', rating.id)
    .where('reason', '<>', 'reversal')
    .orderBy('id', 'desc')
    .execute();
  return rows.map((row) => ({
    debitAccount: { kind: row.credit_kind, subjectId: row.credit_subject_id },
    creditAccount: { kind: row.debit_kind, subjectId: row.debit_subject_id },
    amountMinor: row.amount_minor,
    reason: 'reversal',
    reversesId: row.id,
  }));
}

/** Why it is charged again, for the statement. */
function explain(old: StandingRating, rating: NewRating): string {
  if (old.energyWh !== rating.energyWh) {
    return 'A reading came late or was corrected, so the use of this time was calculated again.';
  }
  return 'Use before it was put right, and with it this month’s place in the price list.';
}
