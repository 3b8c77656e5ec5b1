// From a vending key to the decoder key of a meter, in the key's home. What the token derived is
// kept sealed and for a bounded time; what software derives is kept as long as there is room.

import { randomBytes } from 'node:crypto';
import { err, ok, type Result } from '@prewatt/quantities';
import {
  type DecoderKey,
  decoderKeyBytes,
  decoderKeyFromBytes,
  decoderKeyQuestion,
  deriveDecoderKey,
  type KeyParameters,
  type KeyType,
} from '@prewatt/sts/keys';
import type { Selectable } from 'kysely';
import type { HmacJob } from '../../base/hardware/index.ts';
import { createLruCache } from '../../base/lru-cache.ts';
import { open, seal } from '../../base/seal.ts';
import type { Tables } from '../../base/tables.ts';
import type { Connection } from '../../registry/connections/index.ts';
import { type HomeKey, type KeyHomes, openRow } from './homes.ts';

export type VendingKeyRow = Selectable<Tables['vending_keys']>;

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

export type Asked = { readonly row: VendingKeyRow; readonly meter: KeyedMeter };
export type Derived = Result<MeterKey, 'vendingKeyUnusable' | 'keyStoreAway'>;

/**
 * Derived keys kept in memory, each some hundred bytes. Deriving one again is a fiftieth of a sale,
 * so what is kept is bounded, not complete.
 */
const maximumDerived = 100_000;

const nameOf = ({ row, meter }: Asked): string =>
  `${row.utility_id}:${row.id}:${meter.meterPan}:${meter.encryptionAlgorithm}:${meter.tariffIndex}`;

const parametersOf = ({ row, meter }: Asked): KeyParameters => ({
  dkga: row.dkga,
  ea: meter.encryptionAlgorithm,
  meterPan: meter.meterPan,
  supplyGroupCode: row.supply_group_code,
  tariffIndex: meter.tariffIndex,
  keyRevision: row.key_revision,
  keyType: row.key_type as KeyType,
  baseDate: row.base_date as MeterKey['baseDate'],
});

const meterKeyOf = ({ row }: Asked, decoderKey: DecoderKey): MeterKey => ({
  decoderKey,
  baseDate: row.base_date as MeterKey['baseDate'],
  keyExpiry: row.key_expiry,
  keyType: row.key_type as KeyType,
});

type DeriverOptions = { readonly nowMs: () => number; readonly maximum?: number };

export type Deriver = {
  /** Asks the token at once for all that it has to derive; then each is there. */
  readonly derive: (asked: readonly Asked[]) => Promise<(one: Asked) => Derived>;
};

export function createDeriver(
  homes: KeyHomes,
  { nowMs, maximum = maximumDerived }: DeriverOptions,
): Deriver {
  const homeOf = createOpened(homes.masterKey);
  const bySoftware = createLruCache<MeterKey | null>(maximum);
  const minutes = homes.hardware?.settings.derivedMinutes ?? 0;
  const byToken = createSealedKeys({ minutes, maximum, nowMs });

  const inSoftware = (one: Asked, home: HomeKey | null): Derived => {
    const name = nameOf(one);
    let key = bySoftware.get(name);
    if (key === undefined) {
      const made = home?.home === 'software' ? deriveDecoderKey(home.key, parametersOf(one)) : null;
      key = made?.ok === true ? meterKeyOf(one, made.value) : null;
      bySoftware.set(name, key);
    }
    return key === null ? err('vendingKeyUnusable') : ok(key);
  };

  const inToken = async (asked: readonly Asked[]): Promise<Map<string, Derived>> => {
    const found = new Map<string, Derived>();
    const questions: (HmacJob & { readonly one: Asked; readonly keyBytes: number })[] = [];
    for (const one of asked) {
      const name = nameOf(one);
      const home = homeOf(one.row);
      const kept = byToken.get(name);
      if (kept !== null) found.set(name, ok(meterKeyOf(one, kept)));
      else if (home?.home === 'token' && !found.has(name)) {
        const question = decoderKeyQuestion(parametersOf(one));
        found.set(name, err('vendingKeyUnusable'));
        if (question.ok) questions.push({ ...question.value, one, keyId: home.keyId });
      }
    }
    if (questions.length === 0) return found;
    const jobs = questions.map(({ keyId, message }) => ({ keyId, message }));
    const answers = await homes.hardware?.hmac(jobs);
    for (const [index, { one, keyBytes }] of questions.entries()) {
      const name = nameOf(one);
      if (answers?.ok !== true) found.set(name, err('keyStoreAway'));
      const bytes = answers?.ok === true ? answers.value[index] : null;
      const key = bytes ? decoderKeyFromBytes(bytes.subarray(0, keyBytes)) : null;
      bytes?.fill(0);
      if (key?.ok !== true) continue;
      byToken.set(name, key.value);
      found.set(name, ok(meterKeyOf(one, key.value)));
    }
    return found;
  };

  return {
    derive: async (asked) => {
      const isOfToken = ({ row }: Asked): boolean => homeOf(row)?.home === 'token';
      const ofToken = asked.filter(isOfToken);
      const found = ofToken.length === 0 ? null : await inToken(ofToken);
      return (one) => found?.get(nameOf(one)) ?? inSoftware(one, homeOf(one.row));
    },
  };
}

/** Rows as they opened. A row that is sealed anew, or moved to another home, is opened again. */
function createOpened(masterKey: Buffer) {
  const opened = new Map<string, { readonly sealed: Buffer; readonly key: HomeKey | null }>();
  return (row: VendingKeyRow): HomeKey | null => {
    const name = `${row.utility_id}:${row.id}`;
    const known = opened.get(name);
    if (known?.sealed.equals(row.sealed) === true) return known.key;
    const key = openRow(masterKey, row);
    opened.set(name, { sealed: row.sealed, key });
    return key;
  };
}

/**
 * Decoder keys that the token derived, for so many minutes: sealed under a key of this process, so
 * that they lie open in memory only while a token is made.
 */
function createSealedKeys(o: {
  readonly minutes: number;
  readonly maximum: number;
  readonly nowMs: () => number;
}) {
  const { minutes, nowMs } = o;
  const processKey = randomBytes(32);
  const kept = createLruCache<{ readonly sealed: Buffer; readonly untilMs: number }>(o.maximum);
  return {
    get: (name: string): DecoderKey | null => {
      const entry = kept.get(name);
      if (entry === undefined || entry.untilMs <= nowMs()) return null;
      const bytes = open(processKey, name, entry.sealed);
      const key = bytes === null ? null : decoderKeyFromBytes(bytes);
      bytes?.fill(0);
      return key?.ok === true ? key.value : null;
    },
    set: (name: string, key: DecoderKey): void => {
      if (minutes === 0) return;
      const bytes = decoderKeyBytes(key);
      kept.set(name, {
        sealed: seal(processKey, name, bytes),
        untilMs: nowMs() + minutes * 60_000,
      });
      bytes.fill(0);
    },
  };
}
