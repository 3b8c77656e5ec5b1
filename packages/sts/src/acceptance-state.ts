// What a meter remembers between tokens, as plain data that survives JSON: key parameters, TID
// store, a key-change set on its way, entry lock-out. Everything secret sits in one field,
// `secrets`.

import {
  type DecoderKey,
  decoderKeyAlgorithm,
  decoderKeyBytes,
  decoderKeyFromBytes,
  type EncryptionAlgorithm,
} from './decoder-key.ts';
import { bytesFromHex, hexFromBytes } from './hex.ts';
import { checkKeyFields, isBaseDate, isInteger } from './key-fields.ts';
import { checkMeterPan, type PanError } from './pan.ts';
import { err, ok, type Result } from './result.ts';
import { hideFromInspect } from './secret.ts';
import { type BaseDate, maximumTid } from './tid.ts';

/**
 * Sections of a key-change set as they arrived; what is secret of them is in `secrets.keyParts`.
 */
export type PendingKeyChange = {
  /** When the newest section was accepted: the time-out runs from here. */
  readonly atMs: number;
  readonly section1: {
    readonly keyExpiryHigh: number;
    readonly keyRevision: number;
    readonly rollover: boolean;
    readonly hasThirdToken: boolean;
    readonly keyType: 0 | 1 | 2 | 3;
  } | null;
  readonly section2: { readonly keyExpiryLow: number; readonly tariffIndex: number } | null;
  /** 24 bits of an EA07 set, the low 12 of an EA11 set. */
  readonly section3: { readonly supplyGroup: number } | null;
  readonly section4: { readonly supplyGroupHigh: number } | null;
};

/**
 * Hexadecimal key material, as plain data: JSON and structured clone carry it, because the meter
 * has to store it. `console.log`, `inspect` and string conversion show `[secret]`; what looks at
 * the fields themselves shows the key: `console.dir`, the differences that `assert` prints,
 * debuggers.
 */
export type AcceptanceSecrets = {
  readonly decoderKey: string;
  /** 8 digits for each section that arrived, else empty; sections 1 to 4 in order. */
  readonly keyParts: readonly [string, string, string, string];
};

/** The state of a meter's token acceptance. JSON-able; `secrets` must not be logged. */
export type AcceptanceState = {
  readonly version: 1;
  readonly meterPan: string;
  readonly manufacturerCode: number;
  readonly ea: EncryptionAlgorithm;
  readonly baseDate: BaseDate;
  /** 6 digits; null after a two-token key change, which does not carry it. */
  readonly supplyGroupCode: string | null;
  readonly tariffIndex: string;
  readonly keyRevision: number;
  readonly keyType: 0 | 1 | 2 | 3;
  readonly keyExpiry: number;
  /** Ascending, always as long as the store is large. */
  readonly tidStore: readonly number[];
  readonly keyChangeTimeoutMs: number;
  readonly pendingKeyChange: PendingKeyChange | null;
  /**
   * Wrong keypad entries since the last accepted meter-specific token, and the end of the running
   * lock.
   */
  readonly lockout: { readonly wrongEntries: number; readonly lockedUntilMs: number };
  readonly secrets: AcceptanceSecrets;
};

/** Refusals of a start state or of stored data, in the order of the checks. */
export type AcceptanceStateError =
  | PanError
  | 'decoderKey'
  | 'supplyGroupCode'
  | 'tariffIndex'
  | 'keyRevision'
  | 'keyType'
  | 'keyExpiry'
  | 'baseDate'
  | 'tidStore'
  | 'timeout'
  | 'stored';

/** Size of the TID store unless said otherwise. */
export const defaultTidStoreSize = 50;
/**
 * A pending key-change set is dropped after this time (a maker's choice: 90 s to 10 min are known).
 */
export const defaultKeyChangeTimeoutMs = 600_000;

/** Hides a state's key material from inspect; JSON and structured clone still carry it. */
export function protectSecrets(secrets: AcceptanceSecrets): AcceptanceSecrets {
  return hideFromInspect({ decoderKey: secrets.decoderKey, keyParts: secrets.keyParts });
}

export const noKeyParts: AcceptanceSecrets['keyParts'] = ['', '', '', ''];

function checkStateFields(o: {
  readonly supplyGroupCode: string | null;
  readonly tariffIndex: string;
  readonly keyRevision: number;
  readonly keyType: number;
  readonly keyExpiry: number;
  readonly baseDate: number;
}): AcceptanceStateError | null {
  const refusal = checkKeyFields({ ...o, supplyGroupCode: o.supplyGroupCode ?? '000000' });
  if (refusal !== null) return refusal;
  if (!isInteger(o.keyExpiry, 0, 255)) return 'keyExpiry';
  return isBaseDate(o.baseDate) ? null : 'baseDate';
}

/**
 * The state of a new meter. `initialTid` fills the whole TID store (the TID of the day of
 * manufacture): older tokens are never accepted. The manufacturer code comes from the MeterPAN.
 * Clause 7.3.8.
 */
export function createAcceptanceState(o: {
  readonly meterPan: string;
  readonly decoderKey: DecoderKey;
  readonly supplyGroupCode: string;
  readonly tariffIndex: string;
  readonly keyRevision: number;
  readonly keyType: 0 | 1 | 2 | 3;
  readonly keyExpiry: number;
  readonly baseDate: BaseDate;
  readonly initialTid: number;
  readonly tidStoreSize?: number;
  readonly keyChangeTimeoutMs?: number;
}): Result<AcceptanceState, AcceptanceStateError> {
  const pan = checkMeterPan(o.meterPan);
  if (!pan.ok) return pan;
  const refusal = checkStateFields(o);
  if (refusal !== null) return err(refusal);
  const size = o.tidStoreSize ?? defaultTidStoreSize;
  if (!isInteger(size, 1, 10_000) || !isInteger(o.initialTid, 0, maximumTid))
    return err('tidStore');
  const keyChangeTimeoutMs = o.keyChangeTimeoutMs ?? defaultKeyChangeTimeoutMs;
  if (!isInteger(keyChangeTimeoutMs, 1, Number.MAX_SAFE_INTEGER)) return err('timeout');
  return ok({
    version: 1,
    meterPan: o.meterPan,
    manufacturerCode: pan.value.manufacturerCode,
    ea: decoderKeyAlgorithm(o.decoderKey),
    baseDate: o.baseDate,
    supplyGroupCode: o.supplyGroupCode,
    tariffIndex: o.tariffIndex,
    keyRevision: o.keyRevision,
    keyType: o.keyType,
    keyExpiry: o.keyExpiry,
    tidStore: Array.from({ length: size }, () => o.initialTid),
    keyChangeTimeoutMs,
    pendingKeyChange: null,
    lockout: { wrongEntries: 0, lockedUntilMs: 0 },
    secrets: protectSecrets({
      decoderKey: hexFromBytes(decoderKeyBytes(o.decoderKey)),
      keyParts: noKeyParts,
    }),
  });
}

/** The decoder key of a state (clause 6.5.2). */
export function decoderKeyOfState(state: AcceptanceState): DecoderKey {
  const bytes = bytesFromHex(state.secrets.decoderKey);
  const key = bytes === null ? null : decoderKeyFromBytes(bytes);
  if (key === null || !key.ok) throw new TypeError('no decoder key in the state');
  return key.value;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

function isPendingKeyChange(value: unknown): boolean {
  if (value === null) return true;
  if (!isRecord(value) || !isInteger(value['atMs'], 0, Number.MAX_SAFE_INTEGER)) return false;
  const { section1, section2, section3, section4 } = value;
  const has = (section: unknown, check: (s: Record<string, unknown>) => boolean): boolean =>
    section === null || (isRecord(section) && check(section));
  return (
    has(
      section1,
      (s) =>
        isInteger(s['keyExpiryHigh'], 0, 15) &&
        isInteger(s['keyRevision'], 1, 9) &&
        isInteger(s['keyType'], 0, 3) &&
        typeof s['rollover'] === 'boolean' &&
        typeof s['hasThirdToken'] === 'boolean',
    ) &&
    has(
      section2,
      (s) => isInteger(s['keyExpiryLow'], 0, 15) && isInteger(s['tariffIndex'], 0, 99),
    ) &&
    has(section3, (s) => isInteger(s['supplyGroup'], 0, 0xff_ffff)) &&
    has(section4, (s) => isInteger(s['supplyGroupHigh'], 0, 0xfff))
  );
}

function isSecrets(value: unknown, ea: unknown): value is AcceptanceSecrets {
  if (!isRecord(value)) return false;
  const { decoderKey, keyParts } = value;
  const keyLength = ea === 'ea07' ? 16 : ea === 'ea11' ? 32 : -1;
  if (typeof decoderKey !== 'string' || !/^[0-9A-F]+$/.test(decoderKey)) return false;
  if (decoderKey.length !== keyLength || !Array.isArray(keyParts)) return false;
  return (
    keyParts.length === 4 &&
    keyParts.every((part) => typeof part === 'string' && /^([0-9A-F]{8})?$/.test(part))
  );
}

/**
 * Whether a pending set is one that entering tokens can leave: the sections that this algorithm
 * has, a key part for each section that carries one and for no other, and still something missing.
 */
function isFittingPending(
  pending: PendingKeyChange | null,
  keyParts: AcceptanceSecrets['keyParts'],
  ea: EncryptionAlgorithm,
): boolean {
  if (pending === null) return keyParts.every((part) => part === '');
  const { section1, section2, section3, section4 } = pending;
  const isEa11 = ea === 'ea11';
  if (!isEa11 && section4 !== null) return false;
  if (section3 !== null && section3.supplyGroup > (isEa11 ? 0xfff : 999_999)) return false;
  // The third section of an EA07 set carries the supply group alone.
  const withParts = [section1, section2, isEa11 ? section3 : null, section4];
  if (!withParts.every((section, at) => (section !== null) === (keyParts[at] !== ''))) return false;
  const hasAny = withParts.some((section) => section !== null) || section3 !== null;
  return hasAny && missingSections(ea, pending).length > 0;
}

/** Sections that a pending set is known to wait for, in order. */
export function missingSections(ea: EncryptionAlgorithm, pending: PendingKeyChange): number[] {
  const needsThird = ea === 'ea11' || pending.section1?.hasThirdToken === true;
  const missing: number[] = [];
  if (pending.section1 === null) missing.push(1);
  if (pending.section2 === null) missing.push(2);
  if (needsThird && pending.section3 === null) missing.push(3);
  if (ea === 'ea11' && pending.section4 === null) missing.push(4);
  return missing;
}

function isTidStore(value: unknown): value is number[] {
  if (!Array.isArray(value) || value.length < 1 || value.length > 10_000) return false;
  return value.every(
    (tid, index) =>
      isInteger(tid, 0, maximumTid) && (index === 0 || (value[index - 1] as number) <= tid),
  );
}

/**
 * Checks data that came from storage (the parsed JSON of an AcceptanceState) and hides its secrets
 * again. Error: `stored` for a wrong shape or a pending key-change set that does not fit its key
 * parts and the algorithm, else the field's code. Clause 7.3.
 */
export function restoreAcceptanceState(
  stored: unknown,
): Result<AcceptanceState, AcceptanceStateError> {
  if (!isRecord(stored) || stored['version'] !== 1) return err('stored');
  const state = stored as AcceptanceState;
  if (typeof state.meterPan !== 'string' || typeof state.tariffIndex !== 'string')
    return err('stored');
  if (state.supplyGroupCode !== null && typeof state.supplyGroupCode !== 'string') {
    return err('stored');
  }
  const pan = checkMeterPan(state.meterPan);
  if (!pan.ok) return pan;
  if (!isSecrets(state.secrets, state.ea)) return err('decoderKey');
  const refusal = checkStateFields(state);
  if (refusal !== null) return err(refusal);
  if (!isTidStore(state.tidStore)) return err('tidStore');
  if (!isInteger(state.keyChangeTimeoutMs, 1, Number.MAX_SAFE_INTEGER)) return err('timeout');
  const lockout: unknown = state.lockout;
  if (
    !isPendingKeyChange(state.pendingKeyChange) ||
    !isFittingPending(state.pendingKeyChange, state.secrets.keyParts, state.ea) ||
    state.manufacturerCode !== pan.value.manufacturerCode ||
    !isRecord(lockout) ||
    !isInteger(lockout['wrongEntries'], 0, Number.MAX_SAFE_INTEGER) ||
    !isInteger(lockout['lockedUntilMs'], 0, Number.MAX_SAFE_INTEGER)
  ) {
    return err('stored');
  }
  return ok({ ...state, secrets: protectSecrets(state.secrets) });
}
