// Vending keys: sealed at rest under the master key, opened only here, and turned into a meter's
// decoder key. Nothing outside this folder ever holds a vending key's bytes.

import { err, ok, type Result } from '@prewatt/quantities';
import type { VendedKey } from '@prewatt/sts/issue';
import type { KeyIdentity, KeyRefusal, KeysToIssue } from '@prewatt/vending-rules';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import { createRecentNames } from '../../base/lru-cache.ts';
import { prepared } from '../../base/rows.ts';
import type { Approvals } from '../../registry/approvals/index.ts';
import {
  type Asked,
  createDeriver,
  type Deriver,
  type KeyedMeter,
  type MeterKey,
  type VendingKeyRow,
} from './derive.ts';
import { type KeyHomes, openRow } from './homes.ts';
import { listKeys } from './list.ts';
import {
  closeLoad,
  enterComponent,
  type LoadingDeps,
  listLoads,
  loadOf,
  openLoad,
} from './loading.ts';

export type { KeyedMeter, MeterKey } from './derive.ts';
export { type KeyLoadRefusal, keyLoadRefusals } from './errors.ts';
export { type KeyHomes, settle } from './homes.ts';
export { insertVendingKey } from './insert-key.ts';
export { endingKeys } from './list.ts';
export { vendingKeyLoadApproval } from './loading.ts';

/**
 * The keys that a meter has or may have had, its present one first. Throws while the token that
 * derives them is away: without them a token cannot be told from a false one.
 */
export type KeysOfMeter = (
  meter: KeyedMeter & {
    /** Tariff indexes that it had or was to have, by its key-change sets. */
    readonly otherTariffIndexes?: readonly string[] | null;
  },
) => Promise<
  readonly (MeterKey & {
    /** Of the vending key that it was derived from. */
    readonly vendingKeyId: string;
  })[]
>;

/** A meter with the key that it should hold; null while it does. */
export type MeterToIssue = KeyedMeter & { readonly wanted: KeyIdentity | null };

export type Keys = {
  /** The key of a meter, derived for this one use. */
  readonly meterKey: (
    tx: Tx,
    meter: KeyedMeter,
    utilityId: string,
  ) => Promise<Result<MeterKey, KeyRefusal>>;
  /**
   * For a batch of sales of one utility: looks up what the meters' keys are made of, then answers
   * for each of these meters. What it opens and derives is kept in this process, by the row. What
   * was read ahead in the same transaction is not read again.
   */
  readonly keysToIssue: (
    tx: Tx,
    meters: readonly MeterToIssue[],
    o: { readonly utilityId: string; readonly ahead?: KeysAhead },
  ) => Promise<(meter: MeterToIssue) => Result<KeysToIssue, KeyRefusal>>;
  /**
   * Reads the vending keys of the supply groups that sales of the utility asked for lately: on its
   * way while the meters are read, and mostly all that they then need.
   */
  readonly readAhead: (tx: Tx, utilityId: string) => Promise<KeysAhead>;
  /**
   * For reading many tokens again: opens the utility's vending keys once. Those that do not open
   * are left out.
   */
  readonly keysOfMeters: (tx: Tx, utilityId: string) => Promise<KeysOfMeter>;
  /** The hardware token answers. */
  readonly isTokenThere: () => Promise<boolean>;
};

/** Sealed, as they rest. */
export type KeysAhead = { readonly byName: ReadonlyMap<string, VendingKeyRow> };

const nameOf = (supplyGroupCode: string, keyRevision: number): string =>
  `${supplyGroupCode}:${keyRevision}`;

async function readGroups(
  tx: Tx,
  utilityId: string,
  groups: ReadonlySet<string>,
): Promise<KeysAhead> {
  const { rows } = await sql<VendingKeyRow>`${prepared} SELECT * FROM vending_keys
    WHERE utility_id = ${utilityId}::uuid
      AND supply_group_code = ANY(${[...groups]}::text[])`.execute(tx);
  return {
    byName: new Map(rows.map((row) => [nameOf(row.supply_group_code, row.key_revision), row])),
  };
}

/** The key that the meter holds and the one that it should hold. */
const identitiesOf = (meter: MeterToIssue): readonly KeyIdentity[] =>
  meter.wanted === null ? [meter] : [meter, meter.wanted];

export type KeyCount = {
  readonly all: number;
  readonly closed: number;
  /** Those that should be in the hardware token, by their ids in it. */
  readonly tokenKeyIds: readonly string[];
};

/** Of the utility that the transaction names: its keys, and those that stay closed. */
export async function countSealed(tx: Tx, masterKey: Buffer): Promise<KeyCount> {
  const { rows } = await sql<VendingKeyRow>`SELECT * FROM vending_keys`.execute(tx);
  const opened = rows.map((row) => openRow(masterKey, row));
  return {
    all: rows.length,
    closed: opened.filter((key) => key === null).length,
    tokenKeyIds: opened.flatMap((key) =>
      key?.home === 'token' ? [key.keyId.toString('hex')] : [],
    ),
  };
}

const maximumOfReading = 1_000;

export function createKeys(o: KeyHomes & { readonly nowMs?: () => number }): Keys {
  const { nowMs = Date.now } = o;
  const deriver = createDeriver(o, { nowMs });
  // Reading old tokens goes through all meters: it takes no room from what sells.
  const reading = createDeriver(o, { nowMs, maximum: maximumOfReading });
  const lately = createRecentNames();

  return {
    readAhead: async (tx, utilityId) => {
      const groups = lately.of(utilityId);
      return groups.size === 0 ? { byName: new Map() } : readGroups(tx, utilityId, groups);
    },

    keysToIssue: async (tx, meters, { utilityId, ahead }) => {
      const identities = meters.flatMap(identitiesOf);
      // One that is missing may have been loaded since.
      const isMissing = (key: KeyIdentity): boolean =>
        ahead?.byName.has(nameOf(key.supplyGroupCode, key.keyRevision)) !== true;
      const groups = new Set(identities.map((each) => each.supplyGroupCode));
      const isCovered = ahead !== undefined && !identities.some(isMissing);
      if (!isCovered) lately.add(utilityId, groups);
      const { byName } = isCovered ? ahead : await readGroups(tx, utilityId, groups);
      return issuing(deriver, { meters, byName });
    },

    meterKey: async (tx, meter, utilityId) => {
      const row = await tx
        .selectFrom('vending_keys')
        .selectAll()
        .where('supply_group_code', '=', meter.supplyGroupCode)
        .where('key_revision', '=', meter.keyRevision)
        .executeTakeFirst();
      if (row === undefined) return err('vendingKeyMissing');
      const asked = { row: { ...row, utility_id: utilityId }, meter };
      return (await deriver.derive([asked]))(asked);
    },

    isTokenThere: async () => (await o.hardware?.state())?.ok === true,

    keysOfMeters: (tx, utilityId) => openKeysOfMeters(tx, { ...o, deriver: reading }, utilityId),
  };
}

/** The keys that the meters of a batch hold and should hold. */
async function issuing(
  deriver: Deriver,
  o: {
    readonly meters: readonly MeterToIssue[];
    readonly byName: ReadonlyMap<string, VendingKeyRow>;
  },
): Promise<(meter: MeterToIssue) => Result<KeysToIssue, KeyRefusal>> {
  const askedOf = (meter: KeyedMeter): Asked | null => {
    const row = o.byName.get(nameOf(meter.supplyGroupCode, meter.keyRevision));
    return row === undefined ? null : { row, meter };
  };
  const asWanted = (meter: MeterToIssue): KeyedMeter => ({ ...meter, ...meter.wanted });
  const all = o.meters.flatMap((meter) =>
    meter.wanted === null ? [askedOf(meter)] : [askedOf(meter), askedOf(asWanted(meter))],
  );
  const derived = await deriver.derive(all.filter((asked) => asked !== null));
  const keyOf = (meter: KeyedMeter): Result<VendedKey, KeyRefusal> => {
    const { supplyGroupCode, tariffIndex, keyRevision } = meter;
    const asked = askedOf(meter);
    if (asked === null) return err('vendingKeyMissing');
    const key = derived(asked);
    return key.ok ? ok({ ...key.value, supplyGroupCode, tariffIndex, keyRevision }) : key;
  };
  return (meter) => {
    const held = keyOf(meter);
    if (!held.ok) return held;
    if (meter.wanted === null) return ok({ held: held.value, wanted: held.value });
    const wanted = keyOf(asWanted(meter));
    return wanted.ok ? ok({ held: held.value, wanted: wanted.value }) : wanted;
  };
}

async function openKeysOfMeters(
  tx: Tx,
  o: { readonly masterKey: Buffer; readonly deriver: Deriver },
  utilityId: string,
): Promise<KeysOfMeter> {
  const rows = await tx
    .selectFrom('vending_keys')
    .selectAll()
    .where('utility_id', '=', utilityId)
    .orderBy('id')
    .execute();
  const opened = rows.filter((row) => openRow(o.masterKey, row) !== null);
  return async (meter) => {
    const isPresent = (row: VendingKeyRow): boolean =>
      row.supply_group_code === meter.supplyGroupCode && row.key_revision === meter.keyRevision;
    const others = opened.filter((each) => !isPresent(each));
    const indexes = new Set([meter.tariffIndex, ...(meter.otherTariffIndexes ?? [])]);
    const asked = [...indexes].flatMap((tariffIndex) =>
      [...opened.filter(isPresent), ...others].map((row) => ({
        row,
        meter: { ...meter, tariffIndex },
      })),
    );
    const derived = await o.deriver.derive(asked);
    return asked.flatMap((each) => {
      const key = derived(each);
      if (key.ok) return [{ ...key.value, vendingKeyId: each.row.id }];
      if (key.error === 'keyStoreAway') throw new Error('the hardware token does not answer');
      return [];
    });
  };
}

type KeyLoadingDeps = LoadingDeps & { readonly approvals: Pick<Approvals, 'request'> };
export type KeyLoading = ReturnType<typeof createKeyLoading>;

/** What operators do with vending keys: see them, and bring one in. */
export const createKeyLoading = (deps: KeyLoadingDeps) => ({
  listKeys,
  listLoads,
  loadOf,
  openLoad: (tx: Tx, o: Parameters<typeof openLoad>[2]) => openLoad(tx, deps, o),
  enterComponent: (tx: Tx, o: Parameters<typeof enterComponent>[2]) => enterComponent(tx, deps, o),
  closeLoad: (tx: Tx, o: Parameters<typeof closeLoad>[2]) => closeLoad(tx, deps, o),
});
