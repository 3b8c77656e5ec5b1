// Use that a wallet had no money for when it ended, or that is known better after its end: owed as
// a debt, which purchases repay within the cap and the floor of the protection rules. Supply is
// never touched by it.

import { type Transfer, useOwedPosting, useRepaidPosting } from '@prewatt/ledger';
import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import { notifyLive } from '../../base/live.ts';
import { postTransfers } from '../../money/ledger/index.ts';
import {
  type ConnectionPlace,
  loadConnectionForUpdate,
  updateModeChange,
} from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { endingOf, lockPeriod, type Period, settlePeriod, type stalePeriods } from './periods.ts';
import { planRating } from './rate.ts';
import { type RatingDeps, ratingProblems, recordRating } from './rating.ts';
import { reservedOf } from './reserved.ts';
import { balanceOf, markToCheck, standingRatings } from './store.ts';
import { spansUntil } from './use.ts';

export type OweDeps = {
  /** A debt with its account and nothing owed on it yet. */
  readonly openDebt: (
    tx: Tx,
    o: { readonly place: ConnectionPlace; readonly label: string; readonly rule: object },
  ) => Promise<string>;
  readonly newUuid: NewUuid;
  readonly nowMs: () => number;
};

/** A change to token mode that is made: what is owed for use before it is owed on one debt. */
export type Ending = { readonly id: string; readonly debtId: string | null };

const label = 'Use up to the change to token mode';
/** A quarter of each purchase, within what the protection rules allow. */
const rule = { share: '25' };

/** Owed from now on, on the debt of the change; the meter is locked. */
export async function oweUse(
  tx: Tx,
  deps: OweDeps,
  o: {
    readonly place: ConnectionPlace;
    readonly ending: Ending;
    readonly amountMinor: bigint;
  },
): Promise<void> {
  const { place, ending, amountMinor } = o;
  const debtId = ending.debtId ?? (await debtOf(tx, deps, o));
  await post(tx, deps, { ...o, transfer: useOwedPosting(place, debtId, amountMinor) });
}

async function post(
  tx: Tx,
  deps: Pick<OweDeps, 'newUuid' | 'nowMs'>,
  o: { readonly place: ConnectionPlace; readonly ending: Ending; readonly transfer: Transfer },
): Promise<void> {
  const context = { place: o.place, saleId: null, paymentId: null, modeChangeId: o.ending.id };
  const { newUuid } = deps;
  await postTransfers(tx, { ...context, postedAtMs: deps.nowMs(), newUuid }, [o.transfer]);
}

async function debtOf(
  tx: Tx,
  deps: OweDeps,
  o: { readonly place: ConnectionPlace; readonly ending: Ending },
): Promise<string> {
  const { place, ending } = o;
  const debtId = await deps.openDebt(tx, { place, label, rule });
  await updateModeChange(
    tx,
    { bucket: place.bucket, id: ending.id },
    { debt_id: debtId },
  ).execute();
  return debtId;
}

type PeriodRef = Awaited<ReturnType<typeof stalePeriods>>[number];

/**
 * Rates a time in wallet mode that is over again, where its readings have changed. False: readings
 * wait to be validated, and it is to be asked again. Harmless to repeat.
 */
export async function ratePeriod(
  tx: Tx,
  deps: RatingDeps & OweDeps,
  o: { readonly utility: Utility; readonly ref: PeriodRef },
): Promise<boolean> {
  const connection = await loadConnectionForUpdate(tx, o.ref);
  const period = await lockPeriod(tx, o.ref);
  if (connection === null || period === null || period.staleFromMs === null) return true;
  const { place } = period;
  const before = await balanceOf(tx, place);
  const plan = await planPeriod(tx, deps, { ...o, period, connection });
  if (plan === null) return false;
  if (!plan.ok) {
    await settlePeriod(tx, period, { problem: ratingProblems[plan.error] });
    return true;
  }
  const { ratings, ratedUntilMs } = plan.value;
  // The connection's own place in the price list has gone on with what it bought since.
  for (const rating of ratings) await recordRating(tx, deps, { connection, place, rating });
  if (ratings.length > 0) {
    if (connection.creditMode === 'token') await settleMoney(tx, deps, { place, before });
    else await markToCheck(tx, [place], deps.nowMs());
    const { utilityId, connectionId } = place;
    await notifyLive(tx, { kind: 'connection', utilityId, connectionId });
  }
  await settlePeriod(tx, period, { problem: null, ratedUntilMs });
  return true;
}

type Connection = NonNullable<Awaited<ReturnType<typeof loadConnectionForUpdate>>>;

async function planPeriod(
  tx: Tx,
  deps: RatingDeps,
  o: { readonly utility: Utility; readonly period: Period; readonly connection: Connection },
): Promise<ReturnType<typeof planRating> | null> {
  const { period, connection } = o;
  const { place, sinceMs, untilMs, ratedUntilMs } = period;
  const fromMs = Math.min(Math.max(sinceMs, period.staleFromMs ?? sinceMs), ratedUntilMs);
  const of = { meterId: place.meterId, sinceMs, untilMs };
  const all = await standingRatings(tx, place, { ...of, afterMs: sinceMs });
  const standing = all.filter(({ endsAtMs }) => endsAtMs > fromMs);
  const firstMs = Math.min(standing[0]?.startsAtMs ?? fromMs, ratedUntilMs);
  const spans = await deps.readUse(tx, place, { fromMs: firstMs, toMs: untilMs });
  if (spans === null) return null;
  const inForce = await deps.tariffs.inForce(tx, [connection]);
  return planRating({
    spans: spansUntil(spans, untilMs),
    ratedUntilMs,
    staleFromMs: fromMs,
    standing,
    position: all.at(-1)?.positionAfter ?? connection.tariffPosition,
    tariffOn: (date) => inForce(connection, date),
    zone: o.utility.zone,
  });
}

/**
 * In token mode: what use costs more is taken from money that lies free, and is owed beyond it;
 * what it costs less pays what is still owed for it, and is kept for the next purchase beyond that.
 */
async function settleMoney(
  tx: Tx,
  deps: OweDeps,
  o: { readonly place: ConnectionPlace; readonly before: bigint },
): Promise<void> {
  const { place } = o;
  const ending = await endingOf(tx, place);
  if (ending === null) return;
  const nowMinor = await balanceOf(tx, place);
  const givenMinor = nowMinor - o.before;
  if (givenMinor > 0n) {
    const { debtId, outstandingMinor } = ending;
    const amountMinor = smaller(givenMinor, outstandingMinor);
    if (debtId === null || amountMinor === 0n) return;
    const transfer = useRepaidPosting(place, debtId, amountMinor);
    await post(tx, deps, { place, ending, transfer });
    return;
  }
  const heldMinor = await reservedOf(tx, place);
  const missingMinor = heldMinor - nowMinor;
  const amountMinor = smaller(missingMinor, -givenMinor);
  if (amountMinor > 0n) await oweUse(tx, deps, { place, ending, amountMinor });
}

const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b);
