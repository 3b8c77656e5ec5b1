// A card at a reader: who it is, what came back on it, and what goes onto it. One transaction: what
// is answered was kept, and the same question again has the same answer.

import {
  type CardKey,
  cardPurpose,
  cpuKeyOf,
  proveCard,
  readHeader,
  writePurchase,
} from '@prewatt/card';
import { err, ok, type Result } from '@prewatt/quantities';
import { purposeKey } from '@prewatt/sts/purpose';
import type { KeyRefusal } from '@prewatt/vending-rules';
import type { Database, Tx } from '../../base/database.ts';
import { notifyLive } from '../../base/live.ts';
import type { Clocks } from '../../base/time.ts';
import type { Keys } from '../../money/keys/index.ts';
import {
  type Connection,
  loadConnection,
  type MeterPlace,
} from '../../registry/connections/index.ts';
import type { SessionRefusal, VisitRefusal } from './errors.ts';
import { type CardContent, readContent } from './read-card.ts';
import { type SettleDeps, settleReport } from './settle.ts';
import {
  type CardPlace,
  type CardRow,
  findCard,
  insertLoad,
  type Load,
  loadCard,
  loadsOf,
  noteRefusal,
  noteSeen,
  type VisitBy,
} from './store.ts';
import { eachOnce, tokensById, tokensOfSale, tokensOnTheWay } from './tokens.ts';

export type VisitDeps = SettleDeps & {
  readonly database: Database;
  readonly clocks: Clocks;
  readonly keys: Pick<Keys, 'meterKey' | 'keysOfMeters'>;
  /** A card that is a copy, or that should not be used, was at a reader. */
  readonly cardMisused: (
    tx: Tx,
    place: MeterPlace,
    o: { readonly cardNumber: string; readonly code: string; readonly atMs: number },
  ) => Promise<void>;
};

export type Visit = {
  readonly utilityId: string;
  readonly image: Uint8Array;
  /** What goes onto it; null: it is only read. */
  readonly saleId: string | null;
  readonly by: VisitBy;
};

export type Visited = {
  readonly place: CardPlace;
  readonly connection: Connection;
  /** What the card has to hold; null: it holds it already, or nothing was asked for. */
  readonly image: Uint8Array | null;
  readonly tokens: number;
  /** A report came with it that was not known. */
  readonly isReported: boolean;
};

/** They are worth a look by a person. */
const misuses: readonly VisitRefusal[] = ['copied', 'lost', 'blocked', 'unknownContent'];

export async function visitCard(
  o: VisitDeps,
  visit: Visit,
): Promise<Result<Visited, VisitRefusal>> {
  const header = readHeader(visit.image);
  if (!header.ok) return err('noCard');
  if (header.value.kind !== 'user') return err('otherKind');
  const found = await findCard(o.database, visit.utilityId, header.value.cardNumber);
  if (found === null) return err('unknownCard');
  return o.database.inUtility(visit.utilityId, async (tx) => {
    const nowMs = o.clocks.business.nowMs();
    const [card, connection] = [await loadCard(tx, found), await loadConnection(tx, found)];
    if (card === null || connection === null) return err('unknownCard');
    const place = { ...found, meterId: connection.meter.meterId };
    const visited = await atReader(tx, o, { card, connection, place, visit, nowMs });
    if (!visited.ok) {
      const code = visited.error;
      await noteRefusal(tx, place, { code, nowMs });
      const { cardNumber } = place;
      if (misuses.includes(code)) {
        await o.cardMisused(tx, place, { cardNumber, code, atMs: nowMs });
      }
    }
    const { utilityId, connectionId } = place;
    await notifyLive(tx, { kind: 'connection', utilityId, connectionId });
    return visited;
  });
}

type AtReader = {
  readonly card: CardRow;
  readonly connection: Connection;
  readonly place: MeterPlace & CardPlace;
  readonly visit: Visit;
  readonly nowMs: number;
};

async function atReader(
  tx: Tx,
  o: VisitDeps,
  at: AtReader,
): Promise<Result<Visited, VisitRefusal>> {
  const { card, connection, place, visit, nowMs } = at;
  if (card.state !== 'issued') return err(card.state);
  const keys = await cardKeys(tx, o, connection);
  if (!keys.ok) return keys;
  const { meterId } = place;
  const loads = await loadsOf(tx, place);
  const isSameMeter = card.seenMeterId === meterId;
  const content = readContent(visit.image, {
    ...{ meterPan: connection.meter.meterPan, keys: keys.value },
    seen: isSameMeter ? card.seen : { count: 0, report: null },
    given: loads[0]?.count ?? 0,
  });
  if (!content.ok) return content;
  const { count, report } = content.value;
  await noteSeen(tx, place, { meterId, count, report, nowMs });
  const isReported = report?.isNew === true;
  if (isReported) await settleReport(tx, o, { place, found: report, loads, nowMs });
  const answer = { place, connection, isReported };
  if (visit.saleId === null) return ok({ ...answer, image: null, tokens: 0 });
  const loaded = await load(tx, { ...at, saleId: visit.saleId, content: content.value });
  if (!loaded.ok) return loaded;
  const { tokenIds } = loaded.value;
  const isOnIt = loaded.value.count === count;
  const tokens = await tokensById(tx, place.bucket, tokenIds);
  // Its key may have changed with the report that came in just now.
  const present = await cardKeys(tx, o, (await loadConnection(tx, place)) ?? connection);
  if (!present.ok) return present;
  const [key] = present.value;
  if (key === undefined) return err('vendingKeyMissing');
  const purchase = {
    count: loaded.value.count,
    meterPan: connection.meter.meterPan,
    tokens: tokens.map(({ digits }) => digits),
  };
  const image = isOnIt ? null : writePurchase(visit.image, purchase, key);
  return ok({ ...answer, image, tokens: tokens.length });
}

/** The purchase of a card that brings this sale: made once, then the same. */
async function load(
  tx: Tx,
  o: AtReader & { readonly saleId: string; readonly content: CardContent },
): Promise<Result<Pick<Load, 'count' | 'tokenIds'>, VisitRefusal>> {
  const { place, saleId, visit, nowMs } = o;
  const loads = await loadsOf(tx, place);
  const [newest] = loads;
  const ofMeter = loads.filter(({ meterId }) => meterId === place.meterId);
  const before = ofMeter.find((each) => each.saleId === saleId);
  if (before?.isAnswered === true) return err('nothingToLoad');
  // A later purchase of the card brings what this one did.
  if (before !== undefined && newest !== undefined) return ok(newest);
  if (!(await isOfHome(tx, place, saleId))) return err('unknownSale');
  const ofSale = await tokensOfSale(tx, place, saleId);
  if (ofSale.length === 0) return err('nothingToLoad');
  const tokens = eachOnce([...(await tokensOnTheWay(tx, place)), ...ofSale]);
  if (tokens.length > 4) return err('full');
  const count = (newest?.count ?? 0) + 1;
  const tokenIds = tokens.map(({ id }) => id);
  const { meterId } = place;
  await insertLoad(tx, place, { count, meterId, saleId, tokenIds, by: visit.by, nowMs });
  return ok({ count, tokenIds });
}

async function isOfHome(tx: Tx, place: MeterPlace, saleId: string): Promise<boolean> {
  const row = await tx
    .selectFrom('sales')
    .select('id')
    .where('bucket', '=', place.bucket)
    .where('id', '=', saleId)
    .where('connection_id', '=', place.connectionId)
    .executeTakeFirst();
  return row !== undefined;
}

/** Of the meter's decoder keys, the one that it holds first. */
async function cardKeys(
  tx: Tx,
  { keys }: Pick<VisitDeps, 'keys'>,
  { meter, utilityId }: Connection,
): Promise<Result<readonly CardKey[], KeyRefusal>> {
  const present = await keys.meterKey(tx, meter, utilityId);
  if (!present.ok) return present;
  const { rows } = await earlierIndexes(tx, meter.meterId);
  const keysOf = await keys.keysOfMeters(tx, utilityId);
  const all = await keysOf({ ...meter, otherTariffIndexes: rows });
  const derived = [present.value, ...all].map((each) => purposeKey(each.decoderKey, cardPurpose));
  const byName = new Map(derived.map((key) => [Buffer.from(key).toString('hex'), key]));
  return ok([...byName.values()]);
}

async function earlierIndexes(tx: Tx, meterId: string): Promise<{ readonly rows: string[] }> {
  const sets = await tx
    .selectFrom('key_change_sets')
    .select('from_tariff_index')
    .distinct()
    .where('meter_id', '=', meterId)
    .execute();
  return { rows: sets.map((row) => row.from_tariff_index) };
}

export type Proof = {
  readonly cardNumber: string;
  readonly hostChallenge: Uint8Array;
  readonly cardChallenge: Uint8Array;
  readonly cardCryptogram: Uint8Array;
};

/** Keys of one session with a CPU card that has proved itself; its own key stays here. */
export async function sessionOf(
  o: VisitDeps,
  utilityId: string,
  proof: Proof,
): Promise<
  Result<{ readonly macKey: Uint8Array; readonly answerKey: Uint8Array }, SessionRefusal>
> {
  const found = await findCard(o.database, utilityId, proof.cardNumber);
  if (found === null) return err('unknownCard');
  return o.database.inUtility(utilityId, async (tx) => {
    const connection = await loadConnection(tx, found);
    if (connection === null) return err('unknownCard');
    const keys = await cardKeys(tx, o, connection);
    if (!keys.ok) return keys;
    const challenges = { host: proof.hostChallenge, card: proof.cardChallenge };
    for (const key of keys.value) {
      const own = cpuKeyOf(key, proof.cardNumber);
      const session = proveCard(own, challenges, proof.cardCryptogram);
      if (session !== null) return ok(session);
    }
    return err('cardUnproved');
  });
}
