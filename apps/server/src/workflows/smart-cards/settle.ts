// A meter's report that was read from a card: its purchase is answered, tokens that the meter took
// have arrived, and its register is a reading of its time.

import type { ReportFlag } from '@prewatt/card';
import type { TokenOutcome } from '@prewatt/protocol';
import { energyWh, hourMs } from '@prewatt/quantities';
import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { MeterReport, TokenResult } from '../../metering/headend/index.ts';
import type { MeterPlace } from '../../registry/connections/index.ts';
import type { FoundReport } from './read-card.ts';
import { answerLoads, type CardPlace, insertReport, type Load } from './store.ts';
import { type LoadedToken, tokensById } from './tokens.ts';

/** What a card said of its meter, for the attention list. */
export type CardSaid = {
  readonly cardNumber: string;
  readonly atMs: number;
  readonly flags: readonly ReportFlag[];
};

export type SettleDeps = {
  readonly newUuid: NewUuid;
  readonly recordReadings: (
    tx: Tx,
    reports: readonly MeterReport[],
    receivedAtMs: number,
  ) => Promise<void>;
  readonly tokenResults: (
    tx: Tx,
    said: readonly { readonly place: MeterPlace; readonly result: TokenResult }[],
  ) => Promise<void>;
  readonly cardSaid: (tx: Tx, place: MeterPlace, said: CardSaid) => Promise<void>;
};

/** How far ahead a meter's clock may be for its reading to count. */
const aheadMs = hourMs;

export async function settleReport(
  tx: Tx,
  o: SettleDeps,
  of: {
    readonly place: MeterPlace & CardPlace;
    readonly found: FoundReport;
    readonly loads: readonly Load[];
    readonly nowMs: number;
  },
): Promise<void> {
  const { place, found, nowMs } = of;
  const { report } = found;
  await insertReport(tx, place, { id: o.newUuid(), found, nowMs });
  const answered = of.loads.find(
    (load) => load.count === report.count && load.meterId === place.meterId && !load.isAnswered,
  );
  if (answered !== undefined) {
    await answerLoads(tx, place, { ...report, nowMs });
    const tokens = await tokensById(tx, place.bucket, answered.tokenIds);
    await o.tokenResults(tx, resultsOf(place, tokens, report));
  }
  if (isTimely(report.atMs, nowMs)) {
    const value = energyWh(report.importEnergyWh);
    const point = { register: 'importEnergyWh', atMs: report.atMs, value } as const;
    await o.recordReadings(tx, [{ place, points: [point] }], nowMs);
  }
  const { cardNumber } = place;
  await o.cardSaid(tx, place, { cardNumber, atMs: report.atMs, flags: report.flags });
}

/** From the beginning of last month on, which is as far back as readings are sure to be kept. */
function isTimely(atMs: number, nowMs: number): boolean {
  const now = new Date(nowMs);
  const lastMonthMs = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1);
  return atMs >= lastMonthMs && atMs <= nowMs + aheadMs;
}

/** Tokens that the meter took. What it refused is on the report: it says nothing of the sale. */
function resultsOf(
  place: MeterPlace,
  tokens: readonly LoadedToken[],
  { outcomes, atMs }: FoundReport['report'],
): { readonly place: MeterPlace; readonly result: TokenResult }[] {
  const taken = tokens.filter((_, i) => outcomes[i] === 'accepted');
  const sections = tokens.filter(({ kind }) => kind === 'keyChange');
  // A section that was typed before answers "used": then a token under the new key proves the set.
  const lastSection = sections.every((each) => taken.includes(each)) ? sections.at(-1) : undefined;
  return taken.map((token) => ({
    place,
    result: {
      ...{ tokenRef: token.id, lastFour: null, origin: 'card' as const, atMs },
      outcome: outcomeOf(token, token === lastSection),
    },
  }));
}

function outcomeOf({ kind, tid, energyWh: wh }: LoadedToken, isLastSection: boolean): TokenOutcome {
  const effect = kind === 'keyChange' ? (isLastSection ? 'keyChanged' : 'keyChangePart') : kind;
  return { result: 'accepted', effect, tid, creditedEnergyWh: energyWh(wh ?? 0n) };
}
