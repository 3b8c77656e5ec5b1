// Writes the tokens of a sale or a grant, with the key-change set before them where there is one,
// and queues their delivery.

import type { NewKeyChange } from '@prewatt/vending-rules';
import { type Tx, together } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import { insertOfRows } from '../../base/rows.ts';
import type { Commands, NewCommand } from '../../metering/headend/index.ts';
import type { Connection, MeterPlace } from '../../registry/connections/index.ts';

/** How long the head-end tries to bring a token home before somebody hears of it. */
export const deliveryMs = 7 * 86_400_000;

/** What a token belongs to. */
export type TokenSubject =
  | { readonly kind: 'sale'; readonly id: string }
  | { readonly kind: 'grant'; readonly id: string };

export type NewToken =
  | {
      readonly kind: 'credit';
      readonly digits: string;
      readonly baseDate: number;
      readonly tid: number;
      readonly energyWh: bigint;
    }
  | {
      /** For a meter that counts money, in 10^-5 of the currency's base unit. */
      readonly kind: 'credit';
      readonly digits: string;
      readonly baseDate: number;
      readonly tid: number;
      readonly amountE5: bigint;
    }
  | {
      readonly kind: 'management';
      readonly digits: string;
      readonly baseDate: number;
      readonly tid: number;
    }
  | { readonly kind: 'test'; readonly digits: string };

export type RecordTokensDeps = {
  readonly commands: Pick<Commands, 'enqueue'>;
  readonly newUuid: NewUuid;
};

type OfMeter = Pick<Connection, 'utilityId' | 'bucket' | 'connectionId'> & {
  readonly meter: Connection['meter'];
};

const sharedColumns = (connection: OfMeter, of: TokenSubject) => ({
  bucket: connection.bucket,
  utility_id: connection.utilityId,
  connection_id: connection.connectionId,
  meter_id: connection.meter.meterId,
  sale_id: of.kind === 'sale' ? of.id : null,
  grant_id: of.kind === 'grant' ? of.id : null,
});

/** The rows of a set and of its tokens, not written yet. */
export function keyChangeRows(
  deps: Pick<RecordTokensDeps, 'newUuid'>,
  o: {
    readonly connection: OfMeter;
    readonly of: TokenSubject;
    readonly keyChange: NewKeyChange;
    readonly at: Date;
  },
) {
  const { keyChange, at } = o;
  const { meter } = o.connection;
  const shared = sharedColumns(o.connection, o.of);
  const tokens = keyChange.digits.map((digits, index) => ({
    ...shared,
    id: deps.newUuid(),
    kind: 'keyChange' as const,
    base_date: keyChange.heldBaseDate,
    section: index + 1,
    digits,
    state: 'issued' as const,
    issued_at: at,
  }));
  const set = {
    ...shared,
    id: deps.newUuid(),
    from_supply_group_code: meter.supplyGroupCode,
    from_tariff_index: meter.tariffIndex,
    from_key_revision: meter.keyRevision,
    to_supply_group_code: keyChange.to.supplyGroupCode,
    to_tariff_index: keyChange.to.tariffIndex,
    to_key_revision: keyChange.to.keyRevision,
    state: 'issued' as const,
    issued_at: at,
    state_at: at,
  };
  return {
    tokens,
    set,
    /** Of its tokens, in order. */
    sections: tokens.map((token) => token.id),
  };
}

export type KeyChangeRows = ReturnType<typeof keyChangeRows>;

const tokenColumns = {
  bucket: 'smallint',
  id: 'uuid',
  connection_id: 'uuid',
  meter_id: 'uuid',
  sale_id: 'uuid',
  kind: 'text',
  base_date: 'smallint',
  tid: 'integer',
  digits: 'text',
  energy_wh: 'bigint',
  amount_e5: 'bigint',
} as const;
const sameOfTokens = { utility_id: 'uuid', state: 'text', issued_at: 'timestamptz' } as const;

/** Tokens of many sales, in one statement: rows of credit, and of what lifts a limit. */
export const insertTokensOfSales = insertOfRows('tokens', tokenColumns, { same: sameOfTokens });

/** Writes sets and their tokens, however many, in one round trip. */
export async function insertKeyChanges(tx: Tx, made: readonly KeyChangeRows[]): Promise<void> {
  if (made.length === 0) return;
  const tokens = made.flatMap((each) => each.tokens);
  await together(
    tx.insertInto('tokens').values(tokens).execute(),
    tx
      .insertInto('key_change_sets')
      .values(made.map((each) => each.set))
      .execute(),
  );
}

/** In the order in which they must be entered. The caller holds the meter's row lock. */
export async function recordTokens(
  tx: Tx,
  deps: RecordTokensDeps,
  o: {
    readonly connection: Connection;
    readonly of: TokenSubject;
    readonly keyChange: NewKeyChange | null;
    readonly tokens: readonly NewToken[];
    readonly at: Date;
    /** Not sent: somebody types them. */
    readonly isTyped?: boolean;
  },
): Promise<void> {
  const { connection, at, keyChange, of } = o;
  const set = keyChange === null ? null : keyChangeRows(deps, { connection, of, keyChange, at });
  if (set !== null) await insertKeyChanges(tx, [set]);
  const rows = o.tokens.map((token) => ({
    ...sharedColumns(connection, of),
    id: deps.newUuid(),
    kind: token.kind,
    base_date: token.kind === 'test' ? null : token.baseDate,
    tid: token.kind === 'test' ? null : token.tid,
    digits: token.digits,
    energy_wh: 'energyWh' in token ? token.energyWh : null,
    amount_e5: 'amountE5' in token ? token.amountE5 : null,
    state: 'issued' as const,
    issued_at: at,
  }));
  if (rows.length > 0) await tx.insertInto('tokens').values(rows).execute();
  if (o.isTyped === true) return;
  const place = { ...connection, meterId: connection.meter.meterId };
  // Under a new key nothing is understood before the set is in: the rest goes out when it is.
  for (const tokenId of set?.sections ?? rows.map((row) => row.id)) {
    const delivery = deliveryOf({ place, tokenId, issuedAtMs: at.getTime() });
    await deps.commands.enqueue(tx, delivery);
  }
}

/** The command that brings a token to its meter. */
export const deliveryOf = (o: {
  readonly place: MeterPlace;
  readonly tokenId: string;
  readonly issuedAtMs: number;
}): NewCommand => ({
  place: o.place,
  requestId: `token:${o.tokenId}`,
  kind: 'deliverToken',
  tokenRef: o.tokenId,
  expiresAtMs: o.issuedAtMs + deliveryMs,
});
