// Vending keys: sealed at rest under the master key, opened only here, and turned into a meter's
// decoder key. Nothing outside this folder ever holds a vending key's bytes.

import { err, ok, type Result } from '@prewatt/quantities';
import type { VendedKey } from '@prewatt/sts/issue';
import {
  type DecoderKey,
  deriveDecoderKey,
  type KeyType,
  type VendingKey,
  vendingKeyFromBytes,
} from '@prewatt/sts/keys';
import type { KeyIdentity, KeyRefusal, KeysToIssue } from '@prewatt/vending-rules';
import { type Selectable, sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import { createLruCache, createRecentNames } from '../../base/lru-cache.ts';
import { prepared } from '../../base/rows.ts';
import { open } from '../../base/seal.ts';
import type { Tables } from '../../base/tables.ts';
import type { Approvals } from '../../registry/approvals/index.ts';
import type { Connection } from '../../registry/connections/index.ts';
import { listKeys } from './list.ts';

export { endingKeys } from './list.ts';

import {
  closeLoad,
  enterComponent,
  type LoadingDeps,
  listLoads,
  loadOf,
  openLoad,
} from './loading.ts';

export { type KeyLoadRefusal, keyLoadRefusals } from './errors.ts';
export { insertVendingKey } from './insert-key.ts';
export { vendingKeyLoadApproval } from './loading.ts';

export type MeterKey = {
  readonly decoderKey: DecoderKey;
  readonly baseDate: 93 | 14 | 35;
  readonly keyExpiry: number;
  readonly keyType: KeyType;
};

/** What of a meter its key is made of. */
export type KeyedMeter = Pick<
  Connection['meter'],
  'meterPan' | 'encryptionAlgorithm' | 'supplyGroupCode' | 'tariffIndex' | 'keyRevision'
>;

/** The keys that a meter has or may have had, its present one first. */
export type KeysOfMeter = (
  meter: KeyedMeter & {
    /** Tariff indexes that it had or was to have, by its key-change sets. */
    readonly otherTariffIndexes?: readonly string[] | null;
  },
) => Iterable<
  MeterKey & {
    /** Of the vending key that it was derived from. */
    readonly vendingKeyId: string;
  }
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
};

type VendingKeyRow = Selectable<Tables['vending_keys']>;

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

function openRow(masterKey: Buffer, row: VendingKeyRow): VendingKey | null {
  const bytes = open(masterKey, row.utility_id, row.sealed);
  if (bytes === null) return null;
  const vendingKey = vendingKeyFromBytes(bytes);
  bytes.fill(0);
  return vendingKey.ok ? vendingKey.value : null;
}

/** Of the utility that the transaction names: its keys, and those that stay closed. */
export async function countSealed(
  tx: Tx,
  masterKey: Buffer,
): Promise<{ readonly closed: number; readonly all: number }> {
  const { rows } = await sql<VendingKeyRow>`SELECT * FROM vending_keys`.execute(tx);
  return {
    closed: rows.filter((row) => openRow(masterKey, row) === null).length,
    all: rows.length,
  };
}

function deriveMeterKey(
  row: VendingKeyRow,
  vendingKey: VendingKey,
  meter: KeyedMeter,
): MeterKey | null {
  const baseDate = row.base_date as MeterKey['baseDate'];
  const keyType = row.key_type as KeyType;
  const decoderKey = deriveDecoderKey(vendingKey, {
    dkga: row.dkga,
    ea: meter.encryptionAlgorithm,
    meterPan: meter.meterPan,
    supplyGroupCode: row.supply_group_code,
    tariffIndex: meter.tariffIndex,
    keyRevision: row.key_revision,
    keyType,
    baseDate,
  });
  if (!decoderKey.ok) return null;
  return { decoderKey: decoderKey.value, baseDate, keyExpiry: row.key_expiry, keyType };
}

/**
 * Derived keys kept in memory, each some hundred bytes. Deriving one again is a fiftieth of a sale,
 * so what is kept is bounded, not complete.
 */
const maximumDerived = 100_000;

export function createKeys(o: { masterKey: Buffer }): Keys {
  // A vending key's row never changes.
  const opened = new Map<string, VendingKey | null>();
  const derived = createLruCache<MeterKey | null>(maximumDerived);
  const lately = createRecentNames();

  const derivedKey = (row: VendingKeyRow, meter: KeyedMeter): MeterKey | null => {
    const { meterPan, encryptionAlgorithm, tariffIndex } = meter;
    const name = `${row.id}:${meterPan}:${encryptionAlgorithm}:${tariffIndex}`;
    const known = derived.get(name);
    if (known !== undefined) return known;
    const vendingKey = opened.get(row.id) ?? openRow(o.masterKey, row);
    opened.set(row.id, vendingKey);
    const key = vendingKey === null ? null : deriveMeterKey(row, vendingKey, meter);
    derived.set(name, key);
    return key;
  };

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
      const keyOf = (meter: KeyedMeter): Result<VendedKey, KeyRefusal> => {
        const { supplyGroupCode, tariffIndex, keyRevision } = meter;
        const row = byName.get(nameOf(supplyGroupCode, keyRevision));
        if (row === undefined) return err('vendingKeyMissing');
        const key = derivedKey(row, meter);
        if (key === null) return err('vendingKeyUnusable');
        return ok({ ...key, supplyGroupCode, tariffIndex, keyRevision });
      };
      return (meter) => {
        const held = keyOf(meter);
        if (!held.ok) return held;
        if (meter.wanted === null) return ok({ held: held.value, wanted: held.value });
        const wanted = keyOf({ ...meter, ...meter.wanted });
        return wanted.ok ? ok({ held: held.value, wanted: wanted.value }) : wanted;
      };
    },

    meterKey: async (tx, meter, utilityId) => {
      const row = await tx
        .selectFrom('vending_keys')
        .selectAll()
        .where('supply_group_code', '=', meter.supplyGroupCode)
        .where('key_revision', '=', meter.keyRevision)
        .executeTakeFirst();
      if (row === undefined) return err('vendingKeyMissing');
      const vendingKey = openRow(o.masterKey, { ...row, utility_id: utilityId });
      const key = vendingKey === null ? null : deriveMeterKey(row, vendingKey, meter);
      return key === null ? err('vendingKeyUnusable') : ok(key);
    },

    keysOfMeters: (tx, utilityId) => openKeysOfMeters(tx, o.masterKey, utilityId),
  };
}

async function openKeysOfMeters(
  tx: Tx,
  masterKey: Buffer,
  utilityId: string,
): Promise<KeysOfMeter> {
  const rows = await tx
    .selectFrom('vending_keys')
    .selectAll()
    .where('utility_id', '=', utilityId)
    .orderBy('id')
    .execute();
  const opened = rows.flatMap((row) => {
    const vendingKey = openRow(masterKey, row);
    return vendingKey === null ? [] : [{ row, vendingKey }];
  });
  return function* (meter) {
    const isPresent = ({ row }: (typeof opened)[number]): boolean =>
      row.supply_group_code === meter.supplyGroupCode && row.key_revision === meter.keyRevision;
    const others = opened.filter((each) => !isPresent(each));
    const indexes = new Set([meter.tariffIndex, ...(meter.otherTariffIndexes ?? [])]);
    for (const tariffIndex of indexes) {
      for (const { row, vendingKey } of [...opened.filter(isPresent), ...others]) {
        const key = deriveMeterKey(row, vendingKey, { ...meter, tariffIndex });
        if (key !== null) yield { ...key, vendingKeyId: row.id };
      }
    }
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
