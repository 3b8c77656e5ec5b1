// What meters say about tokens, by hand or by wire, brought to what the token belongs to. A meter
// says it more than once and out of order; each token is settled once.

import type { MeterPlace } from '../connections/index.ts';
import type { Commands, TokenResult } from '../headend/index.ts';
import type { Database, Tx } from '../platform/database.ts';
import type { Clocks } from '../platform/time.ts';
import { completeSet, failSet, subjectOf } from './key-change-sets.ts';
import type { TokenSubject } from './record.ts';
import { resendStalledSets } from './stalled-sets.ts';

/** Who hears what became of the tokens of a sale or a grant. `id` is the sale's or the grant's. */
export type TokenFollower = {
  /** One of its tokens is in the meter; perhaps not yet all. */
  readonly accepted: (
    tx: Tx,
    place: MeterPlace,
    o: { readonly id: string; readonly at: Date },
  ) => Promise<void>;
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
  readonly tokenUnconfirmed: (tx: Tx, place: MeterPlace, tokenRef: string) => Promise<void>;
  /** Upkeep: key-change sets that got stuck half way are sent again, or given up. */
  readonly sweep: (utilityId: string) => Promise<void>;
};

/** A set stalls for a quarter of an hour at least; to look more often finds nothing more. */
const sweepEveryMs = 5 * 60_000;

export function createTokenResults(o: {
  readonly database: Database;
  readonly clocks: Clocks;
  readonly commands: Pick<Commands, 'enqueue'>;
  readonly followers: Readonly<Record<TokenSubject['kind'], TokenFollower>>;
}): TokenResults {
  const follow = (of: TokenSubject) => o.followers[of.kind];
  const lastSweep = new Map<string, number>();

  const accept = async (
    tx: Tx,
    place: MeterPlace,
    t: { readonly token: FoundToken; readonly result: TokenResult; readonly at: Date },
  ): Promise<void> => {
    const { token, result, at } = t;
    const of = subjectOf(token);
    // A token under the new key proves that the set is in, whether or not anybody said so.
    const changed = token.kind === 'keyChange' ? changesKey(result) : token.kind !== 'test';
    const settled = changed
      ? await completeSet(tx, o, { place, of, origin: result.origin, at })
      : [];
    for (const each of settled) await follow(each).accepted(tx, place, { id: each.id, at });
    await follow(of).accepted(tx, place, { id: of.id, at });
  };

  return {
    tokenResult: async (tx, place, result) => {
      const { outcome } = result;
      const token = await tokenOfResult(tx, place, result);
      if (token === undefined) return;
      // A meter takes a token once. When the wire heard "used" first, the keypad's own report,
      // which comes later, says how and when it was taken.
      const typed = outcome.result === 'accepted' && result.origin === 'keypad';
      // A section may have been taken before, too far from the others; that it has now changed the
      // key is news all the same.
      const isNews = (typed && token.origin === 'remote') || changesKey(result);
      if (token.state === 'accepted' && !isNews) return;
      // "used" proves that the meter has this token: it was typed, or an earlier answer was lost.
      const refusal = outcome.result === 'refused' ? outcome.refusal : null;
      const accepted = refusal === null || refusal === 'used';
      // A refusal at the keypad is a person's business (a mistyped digit, an old slip), not the
      // sale's.
      if (!accepted && result.origin === 'keypad') return;
      const of = subjectOf(token);
      const at = new Date(result.atMs);
      await tx
        .updateTable('tokens')
        .set({
          state: accepted ? 'accepted' : 'refused',
          origin: result.origin,
          refusal: accepted ? null : refusal,
          state_at: at,
        })
        .where('bucket', '=', place.bucket)
        .where('id', '=', token.id)
        .execute();
      if (accepted) return accept(tx, place, { token, result, at });
      if (token.kind === 'keyChange') {
        await failSet(tx, { place, of, refusal: refusal ?? '', at });
      }
      await follow(of).refused(tx, place, { id: of.id, refusal: refusal ?? '' });
    },

    tokenUnconfirmed: async (tx, place, tokenRef) => {
      const token = await tokensOf(tx, place).where('id', '=', tokenRef).executeTakeFirst();
      if (token?.state !== 'issued') return;
      const of = subjectOf(token);
      await follow(of).unconfirmed(tx, place, { id: of.id });
    },

    sweep: async (utilityId) => {
      const nowMs = o.clocks.business.nowMs();
      if (nowMs - (lastSweep.get(utilityId) ?? 0) < sweepEveryMs) return;
      await o.database.inUtility(utilityId, async (tx) => {
        for (const { place, of } of await resendStalledSets(tx, o, { utilityId, nowMs })) {
          await follow(of).unconfirmed(tx, place, { id: of.id });
        }
      });
      lastSweep.set(utilityId, nowMs);
    },
  };
}

const changesKey = ({ outcome }: TokenResult): boolean =>
  outcome.result === 'accepted' && outcome.effect === 'keyChanged';

type FoundToken = NonNullable<Awaited<ReturnType<typeof tokenOfResult>>>;

const tokensOf = (tx: Tx, place: MeterPlace) =>
  tx
    .selectFrom('tokens')
    .selectAll()
    .where('bucket', '=', place.bucket)
    .where('meter_id', '=', place.meterId)
    .orderBy('issued_at', 'desc')
    .orderBy('id', 'desc')
    .forUpdate();

/**
 * By the command that carried it, by its TID, or for a token without one that was typed by what the
 * meter shows of it.
 */
function tokenOfResult(tx: Tx, place: MeterPlace, result: TokenResult) {
  const { tokenRef, outcome, lastFour } = result;
  const query = tokensOf(tx, place);
  if (tokenRef !== null) return query.where('id', '=', tokenRef).executeTakeFirst();
  if (outcome.tid !== null) return query.where('tid', '=', outcome.tid).executeTakeFirst();
  if (lastFour === null || outcome.result !== 'accepted') return Promise.resolve(undefined);
  const kind = outcome.effect === 'test' ? 'test' : 'keyChange';
  const shown = query.where('kind', '=', kind).where('digits', 'like', `%${lastFour}`);
  return changesKey(result)
    ? shown.executeTakeFirst()
    : shown.where('state', '<>', 'accepted').executeTakeFirst();
}
