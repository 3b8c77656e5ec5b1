// Finds the token that a meter's report is about: by the command that carried it, by its TID, or,
// for a typed token without one, by what the meter shows of it. Many reports in one query, under
// locks.

import type { TokenOrigin } from '@prewatt/protocol';
import { type Tx, together } from '../../base/database.ts';
import { statementOfRows } from '../../base/rows.ts';
import type { TokenResult } from '../../metering/headend/index.ts';
import type { MeterPlace } from '../../registry/connections/index.ts';

export type TokenSaid = { readonly place: MeterPlace; readonly result: TokenResult };

export type FoundToken = {
  readonly id: string;
  readonly kind: 'credit' | 'keyChange' | 'management' | 'test';
  readonly state: 'issued' | 'accepted' | 'refused';
  readonly origin: TokenOrigin | null;
  readonly sale_id: string | null;
  readonly grant_id: string | null;
  readonly digits: string;
  readonly energy_wh: bigint | null;
};

const columns = [
  'id',
  'kind',
  'state',
  'origin',
  'sale_id',
  'grant_id',
  'digits',
  'energy_wh',
] as const;
const shown = columns.map((column) => `t.${column}`).join(', ');

/** Locked in the order of the keys, as every batch does. */
const text = (column: 'id' | 'tid') => (recordset: (alias: string) => string) =>
  `SELECT r.nth, ${shown}, t.issued_at FROM ${recordset('r')}
    JOIN tokens t ON t.bucket = r.bucket AND t.meter_id = r.meter_id AND t.${column} = r.${column}
    ORDER BY t.bucket, t.id FOR UPDATE OF t`;
const askedColumns = { nth: 'integer', bucket: 'smallint', meter_id: 'uuid' } as const;
type AskedRow = FoundToken & { readonly nth: number; readonly issued_at: number };
const byId = statementOfRows<typeof askedColumns & { id: 'uuid' }, AskedRow>(
  { ...askedColumns, id: 'uuid' },
  text('id'),
);
const byTid = statementOfRows<typeof askedColumns & { tid: 'integer' }, AskedRow>(
  { ...askedColumns, tid: 'integer' },
  text('tid'),
);

/**
 * For each its token; undefined for one that nobody knows here. A TID alone names no token: what
 * the meter shows of the digits, and what it credited, are those of the token, or it is another.
 */
export async function findTokens(
  tx: Tx,
  said: readonly TokenSaid[],
): Promise<readonly (FoundToken | undefined)[]> {
  const asked = said.map(({ place, result }, nth) => ({
    ...{ nth, bucket: place.bucket, meter_id: place.meterId },
    ...{ id: result.tokenRef, tid: result.tokenRef === null ? result.outcome.tid : null },
  }));
  const ids = asked.filter(({ id }) => id !== null);
  const tids = asked.filter(({ tid }) => tid !== null);
  const [ofIds, ofTids] = await together(
    ids.length === 0 ? Promise.resolve([]) : byId(tx, ids),
    tids.length === 0 ? Promise.resolve([]) : byTid(tx, tids),
  );
  const found = new Map<number, AskedRow>();
  for (const row of [...ofIds, ...ofTids]) {
    const other = found.get(row.nth);
    if (!isShown(row, said[row.nth]?.result)) continue;
    if (other === undefined || isNewer(row, other)) found.set(row.nth, row);
  }
  const tokens: (FoundToken | undefined)[] = [];
  for (const [nth, each] of said.entries()) {
    const isAsked = each.result.tokenRef !== null || each.result.outcome.tid !== null;
    tokens.push(isAsked ? found.get(nth) : await tokenShown(tx, each));
  }
  return tokens;
}

/** An answer is about what its command carried; an event shows the end of the digits it means. */
function isShown(token: FoundToken, result: TokenResult | undefined): boolean {
  if (result === undefined || result.lastFour === null) return true;
  if (!token.digits.endsWith(result.lastFour)) return false;
  const { outcome } = result;
  if (outcome.result === 'refused' || token.kind !== 'credit' || token.energy_wh === null) {
    return true;
  }
  return outcome.creditedEnergyWh === token.energy_wh;
}

const isNewer = (a: AskedRow, b: AskedRow): boolean =>
  a.issued_at > b.issued_at || (a.issued_at === b.issued_at && a.id > b.id);

const tokensOf = (tx: Tx, place: MeterPlace) =>
  tx
    .selectFrom('tokens')
    .select(columns)
    .where('bucket', '=', place.bucket)
    .where('meter_id', '=', place.meterId)
    .orderBy('issued_at', 'desc')
    .orderBy('id', 'desc')
    .forUpdate();

export const findToken = (
  tx: Tx,
  place: MeterPlace,
  tokenRef: string,
): Promise<FoundToken | undefined> =>
  tokensOf(tx, place).where('id', '=', tokenRef).executeTakeFirst();

/** A typed token without a TID, by its last digits. */
async function tokenShown(tx: Tx, { place, result }: TokenSaid): Promise<FoundToken | undefined> {
  const { outcome, lastFour } = result;
  if (lastFour === null || outcome.result !== 'accepted') return undefined;
  const kind = outcome.effect === 'test' ? 'test' : 'keyChange';
  const ofKind = tokensOf(tx, place)
    .where('kind', '=', kind)
    .where('digits', 'like', `%${lastFour}`);
  return changesKey(result)
    ? ofKind.executeTakeFirst()
    : ofKind.where('state', '<>', 'accepted').executeTakeFirst();
}

export const changesKey = ({ outcome }: TokenResult): boolean =>
  outcome.result === 'accepted' && outcome.effect === 'keyChanged';
