// What meters say about tokens, by hand or by wire, brought to what the token belongs to. A meter
// says it more than once and out of order; each token is settled once.

import { afterCommit, type Database, type Tx } from '../../base/database.ts';
import { statementOfRows } from '../../base/rows.ts';
import type { Clocks } from '../../base/time.ts';
import type { Tracing } from '../../base/tracing.ts';
import type { Commands, TokenResult } from '../../metering/headend/index.ts';
import type { MeterPlace } from '../../registry/connections/index.ts';
import {
  changesKey,
  type FoundToken,
  findToken,
  findTokens,
  type TokenSaid,
} from './find-tokens.ts';
import { completeSet, failSet, metersWithOpenSets, subjectOf } from './key-change-sets.ts';
import type { TokenSubject } from './persist-tokens.ts';
import { sentAtMs } from './sent-tokens.ts';
import { resendStalledSets } from './stalled-sets.ts';
import { heldTid, passOver, type Stranger } from './strangers.ts';

export type TokenAccepted = {
  readonly place: MeterPlace;
  /** The sale's or the grant's. */
  readonly id: string;
  readonly at: Date;
};

/** Who hears what became of the tokens of a sale or a grant. `id` is the sale's or the grant's. */
export type TokenFollower = {
  /** One token of each is in its meter; perhaps not yet all. */
  readonly accepted: (tx: Tx, accepted: readonly TokenAccepted[]) => Promise<void>;
  /** The meter refused one of its tokens by wire. */
  readonly refused: (
    tx: Tx,
    place: MeterPlace,
    o: { readonly id: string; readonly refusal: string },
  ) => Promise<void>;
  /** The head-end gave up on one of its tokens. */
  readonly unconfirmed: (tx: Tx, place: MeterPlace, o: { readonly id: string }) => Promise<void>;
};

export type TokenResults = {
  readonly tokenResult: (tx: Tx, place: MeterPlace, result: TokenResult) => Promise<void>;
  /** The same for many of one utility; what a meter said in the order in which it said it. */
  readonly tokenResults: (tx: Tx, said: readonly TokenSaid[]) => Promise<void>;
  readonly tokenUnconfirmed: (tx: Tx, place: MeterPlace, tokenRef: string) => Promise<void>;
  /** Upkeep: key-change sets that got stuck half way are sent again, or given up. */
  readonly sweep: (utilityId: string) => Promise<void>;
};

/** A set stalls for a quarter of an hour at least; to look more often finds nothing more. */
const sweepEveryMs = 5 * 60_000;

type ResultDeps = {
  readonly database: Database;
  readonly clocks: Clocks;
  readonly commands: Pick<Commands, 'enqueue'>;
  readonly followers: Readonly<Record<TokenSubject['kind'], TokenFollower>>;
  readonly tracing: Tracing;
};

export function createTokenResults(o: ResultDeps): TokenResults {
  const lastSweep = new Map<string, number>();
  const tokenResults: TokenResults['tokenResults'] = async (tx, said) => {
    const strangers: Stranger[] = [];
    for (const round of roundsOf(said)) strangers.push(...(await settle(tx, o, round)));
    await passOver(tx, strangers, o.clocks.business.nowMs());
  };
  return {
    tokenResult: (tx, place, result) => tokenResults(tx, [{ place, result }]),
    tokenResults,

    tokenUnconfirmed: async (tx, place, tokenRef) => {
      const token = await findToken(tx, place, tokenRef);
      if (token?.state !== 'issued') return;
      const of = subjectOf(token);
      await o.followers[of.kind].unconfirmed(tx, place, { id: of.id });
    },

    sweep: async (utilityId) => {
      const nowMs = o.clocks.business.nowMs();
      if (nowMs - (lastSweep.get(utilityId) ?? 0) < sweepEveryMs) return;
      await o.database.inUtility(utilityId, async (tx) => {
        for (const { place, of } of await resendStalledSets(tx, o, { utilityId, nowMs })) {
          await o.followers[of.kind].unconfirmed(tx, place, { id: of.id });
        }
      });
      lastSweep.set(utilityId, nowMs);
    },
  };
}

/** Rounds in which each meter has one word at most, its words in their order. */
function roundsOf(said: readonly TokenSaid[]): readonly (readonly TokenSaid[])[] {
  const times = new Map<string, number>();
  const rounds: TokenSaid[][] = [];
  for (const each of said) {
    const nth = times.get(each.place.meterId) ?? 0;
    times.set(each.place.meterId, nth + 1);
    const round = rounds[nth];
    if (round === undefined) rounds.push([each]);
    else round.push(each);
  }
  return rounds;
}

type News = TokenSaid & {
  readonly token: FoundToken;
  /** Null: the token is in. */
  readonly refusal: string | null;
};

/** What is new about a token; null when nothing is. */
function newsOf(said: TokenSaid, token: FoundToken | undefined): News | null {
  if (token === undefined) return null;
  const { result } = said;
  const { outcome } = result;
  // A meter takes a token once. When the wire was heard first, the meter's own report of a keypad
  // or card, which comes later, says how and when it was taken.
  const byHand = outcome.result === 'accepted' && result.origin !== 'remote';
  // A section may have been taken before, too far from the others; that it has now changed the key
  // is news all the same.
  const isNews = (byHand && token.origin === 'remote') || changesKey(result);
  if (token.state === 'accepted' && !isNews) return null;
  // "used" proves that a token of this TID is in, and not that it is this one: after a restore of
  // an older database it may be one that nobody here knows. The meter's own report of these digits,
  // or its first answer, proves it.
  const refusal = outcome.result === 'refused' ? outcome.refusal : null;
  // A refusal at the keypad is a person's business (a mistyped digit, an old slip), not the sale's;
  // so is that of a card (a copy, a token that was typed before).
  if (refusal !== null && result.origin !== 'remote') return null;
  return { ...said, token, refusal };
}

const keepResults = statementOfRows(
  {
    bucket: 'smallint',
    id: 'uuid',
    state: 'text',
    origin: 'text',
    refusal: 'text',
    state_at: 'timestamptz',
    heard_at: 'timestamptz',
  },
  (recordset) => `UPDATE tokens t SET state = r.state, origin = r.origin, refusal = r.refusal,
      state_at = r.state_at, heard_at = r.heard_at
    FROM ${recordset('r')} WHERE t.bucket = r.bucket AND t.id = r.id`,
);

/** One word each of some meters. Answers with TIDs that they hold of tokens unknown here. */
async function settle(
  tx: Tx,
  o: ResultDeps,
  round: readonly TokenSaid[],
): Promise<readonly Stranger[]> {
  const found = await findTokens(tx, round);
  const news = round.flatMap((said, i) => newsOf(said, found[i]) ?? []);
  const strangers = [
    ...round.filter((_, i) => found[i] === undefined),
    ...news.filter(({ refusal }) => refusal === 'used'),
  ].flatMap(({ place, result }) => {
    const tid = heldTid(result);
    return tid === null ? [] : [{ place, tid }];
  });
  if (news.length === 0) return strangers;
  const heardAt = new Date(o.clocks.business.nowMs());
  if (o.tracing.isOn) await tellTraces(tx, o, news);
  await keepResults(
    tx,
    news.map(({ place, token, result, refusal }) => ({
      bucket: place.bucket,
      id: token.id,
      state: refusal === null ? 'accepted' : 'refused',
      origin: result.origin,
      refusal,
      state_at: new Date(result.atMs),
      heard_at: heardAt,
    })),
  );
  await accept(
    tx,
    o,
    news.filter(({ refusal }) => refusal === null),
  );
  for (const { place, token, result, refusal } of news) {
    if (refusal === null) continue;
    const of = subjectOf(token);
    if (token.kind === 'keyChange') {
      await failSet(tx, { place, of, refusal, at: new Date(result.atMs), heardAt });
    }
    await o.followers[of.kind].refused(tx, place, { id: of.id, refusal });
  }
  return strangers;
}

/** From the moment when the broker had the command; of what came over the wire. */
async function tellTraces(tx: Tx, o: ResultDeps, news: readonly News[]): Promise<void> {
  const { tracing, clocks } = o;
  const remote = news.filter(({ token, result }) => token.sale_id && result.origin === 'remote');
  const sentAt = await sentAtMs(
    tx,
    remote.map(({ place, token }) => ({ bucket: place.bucket, id: token.id })),
  );
  const businessMs = clocks.business.nowMs();
  const realMs = tracing.nowMs();
  for (const { token, refusal } of remote) {
    const atMs = sentAt.get(token.id);
    const saleId = token.sale_id;
    if (atMs === undefined || saleId === null) continue;
    const startMs = realMs - (businessMs - atMs) / clocks.speed;
    const failed = refusal === null ? undefined : `the meter refused it: ${refusal}`;
    afterCommit(tx, () => {
      tracing.tell({ saleId, name: 'meter', startMs, endMs: tracing.nowMs(), failed });
    });
  }
}

async function accept(tx: Tx, o: ResultDeps, news: readonly News[]): Promise<void> {
  if (news.length === 0) return;
  // A token under the new key proves that the set is in, whether or not anybody said so.
  const isOfNewKey = ({ token, result }: News): boolean =>
    token.kind === 'keyChange' ? changesKey(result) : token.kind !== 'test';
  const places = news.filter(isOfNewKey).map(({ place }) => place);
  const hasOpenSet = await metersWithOpenSets(tx, places);
  const accepted = { sale: [] as TokenAccepted[], grant: [] as TokenAccepted[] };
  for (const each of news) {
    const { place, token, result } = each;
    const of = subjectOf(token);
    const at = new Date(result.atMs);
    const heardAt = new Date(o.clocks.business.nowMs());
    const settled =
      isOfNewKey(each) && hasOpenSet(place)
        ? await completeSet(tx, o, { place, of, origin: result.origin, at, heardAt })
        : [];
    for (const { kind, id } of [...settled, of]) accepted[kind].push({ place, id, at });
  }
  if (accepted.sale.length > 0) await o.followers.sale.accepted(tx, accepted.sale);
  if (accepted.grant.length > 0) await o.followers.grant.accepted(tx, accepted.grant);
}
