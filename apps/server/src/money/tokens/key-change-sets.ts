// What becomes of a key-change set once the meter speaks: the meter's row follows what it holds
// now, and the tokens under the new key go out.

import type { TokenOrigin } from '@prewatt/protocol';
import type { Tx } from '../../base/database.ts';
import { statementOfRows } from '../../base/rows.ts';
import { type MeterPlace, setHeldKey } from '../../registry/connections/index.ts';
import {
  deliveryMs,
  deliveryOf,
  type RecordTokensDeps,
  type TokenSubject,
} from './persist-tokens.ts';

type SetRow = {
  readonly id: string;
  readonly sale_id: string | null;
  readonly grant_id: string | null;
};

export const subjectOf = (row: Omit<SetRow, 'id'>): TokenSubject => {
  if (row.sale_id !== null) return { kind: 'sale', id: row.sale_id };
  if (row.grant_id !== null) return { kind: 'grant', id: row.grant_id };
  throw new Error('a row of neither a sale nor a grant');
};

const setsOf = (tx: Tx, place: MeterPlace) =>
  tx
    .selectFrom('key_change_sets')
    .selectAll()
    .where('bucket', '=', place.bucket)
    .where('meter_id', '=', place.meterId);

const placeColumns = { bucket: 'smallint', meter_id: 'uuid' } as const;
const selectOpen = statementOfRows<typeof placeColumns, { readonly meter_id: string }>(
  placeColumns,
  (recordset) => `SELECT DISTINCT k.meter_id FROM ${recordset('r')}
    JOIN key_change_sets k ON k.bucket = r.bucket AND k.meter_id = r.meter_id
    WHERE k.state <> 'done'`,
);

/** Which of these meters have sets that are not done. */
export async function metersWithOpenSets(
  tx: Tx,
  places: readonly MeterPlace[],
): Promise<(place: MeterPlace) => boolean> {
  if (places.length === 0) return () => false;
  const rows = await selectOpen(
    tx,
    places.map(({ bucket, meterId }) => ({ bucket, meter_id: meterId })),
  );
  const open = new Set(rows.map((row) => row.meter_id));
  return ({ meterId }) => open.has(meterId);
}

/** The set of a sale or grant; null for one without. */
export async function setOf(tx: Tx, place: MeterPlace, of: TokenSubject) {
  const column = of.kind === 'sale' ? 'sale_id' : 'grant_id';
  const row = await setsOf(tx, place).where(column, '=', of.id).executeTakeFirst();
  return row ?? null;
}

/**
 * The meter has taken the set: it holds the new key. The same set may have been handed out more
 * than once, since its digits do not change; all of them are in. Answers with what they belong to.
 */
export async function completeSet(
  tx: Tx,
  deps: Pick<RecordTokensDeps, 'commands'>,
  o: {
    readonly place: MeterPlace;
    readonly of: TokenSubject;
    readonly origin: TokenOrigin;
    /** By the meter's clock, and when the server heard it, by its own. */
    readonly at: Date;
    readonly heardAt: Date;
  },
): Promise<readonly TokenSubject[]> {
  const { place, at } = o;
  const set = await setOf(tx, place, o.of);
  if (set === null || set.state === 'done') return [];
  await setHeldKey(tx, place, {
    supplyGroupCode: set.to_supply_group_code,
    tariffIndex: set.to_tariff_index,
    keyRevision: set.to_key_revision,
  });
  const same = await setsOf(tx, place)
    .where('state', '<>', 'done')
    .where('from_supply_group_code', '=', set.from_supply_group_code)
    .where('from_tariff_index', '=', set.from_tariff_index)
    .where('from_key_revision', '=', set.from_key_revision)
    .where('to_supply_group_code', '=', set.to_supply_group_code)
    .where('to_tariff_index', '=', set.to_tariff_index)
    .where('to_key_revision', '=', set.to_key_revision)
    .orderBy('id')
    .execute();
  const subjects: TokenSubject[] = [];
  for (const each of same) {
    const of = subjectOf(each);
    subjects.push(of);
    await tx
      .updateTable('key_change_sets')
      .set({ state: 'done', refusal: null, state_at: at, heard_at: o.heardAt })
      .where('bucket', '=', place.bucket)
      .where('id', '=', each.id)
      .execute();
    await acceptSections(tx, { ...o, of });
    for (const token of await waitingTokens(tx, place, of)) {
      // One whose days are over stands on a list by now; it begins anew all the same.
      const isOver = at.getTime() >= token.issued_at + deliveryMs;
      const issuedAtMs = isOver ? at.getTime() : token.issued_at;
      const delivery = deliveryOf({ place, tokenId: token.id, issuedAtMs });
      await deps.commands.enqueue(tx, delivery);
    }
  }
  return subjects;
}

const columnOf = (of: TokenSubject) => (of.kind === 'sale' ? 'sale_id' : 'grant_id');

async function acceptSections(
  tx: Tx,
  o: {
    readonly place: MeterPlace;
    readonly of: TokenSubject;
    readonly origin: TokenOrigin;
    /** By the meter's clock, and when the server heard it, by its own. */
    readonly at: Date;
    readonly heardAt: Date;
  },
): Promise<void> {
  await tx
    .updateTable('tokens')
    .set({
      state: 'accepted',
      origin: o.origin,
      refusal: null,
      state_at: o.at,
      heard_at: o.heardAt,
    })
    .where('bucket', '=', o.place.bucket)
    .where(columnOf(o.of), '=', o.of.id)
    .where('kind', '=', 'keyChange')
    .where('state', '<>', 'accepted')
    .execute();
}

function waitingTokens(tx: Tx, place: MeterPlace, of: TokenSubject) {
  return tx
    .selectFrom('tokens')
    .select(['id', 'issued_at'])
    .where('bucket', '=', place.bucket)
    .where(columnOf(of), '=', of.id)
    .where('kind', '<>', 'keyChange')
    .where('state', '=', 'issued')
    .orderBy('tid')
    .execute();
}

/** The meter refused a section by wire: the set will not do. */
export async function failSet(
  tx: Tx,
  o: {
    readonly place: MeterPlace;
    readonly of: TokenSubject;
    readonly refusal: string;
    readonly at: Date;
    readonly heardAt: Date;
  },
): Promise<void> {
  await tx
    .updateTable('key_change_sets')
    .set({ state: 'failed', refusal: o.refusal, state_at: o.at, heard_at: o.heardAt })
    .where('bucket', '=', o.place.bucket)
    .where('meter_id', '=', o.place.meterId)
    .where(columnOf(o.of), '=', o.of.id)
    .where('state', '=', 'issued')
    .execute();
}
