// Tokens for the device under test: by its own key, by the bench's key that a key change brings,
// and by a key that it never had. Each token with a TID gets the next one. The key that the device
// holds now is remembered, so that a scenario always finds its way back to the device's own.

import { readToken } from '@prewatt/sts/codec';
import {
  type BaseDate,
  isReservedTid,
  issueCreditToken,
  issueCurrencyToken,
  issueKeyChangeTokens,
  issueManagementToken,
  issueTestToken,
  type ManagementFunction,
  type Result,
} from '@prewatt/sts/issue';
import { type DecoderKey, decoderKeyAlgorithm, decoderKeyFromBytes } from '@prewatt/sts/keys';

/** A key as the device holds it. */
export type HeldKey = {
  readonly decoderKey: DecoderKey;
  /** 6 digits. */
  readonly supplyGroupCode: string;
  /** 2 digits. */
  readonly tariffIndex: string;
  /** 1..9. */
  readonly keyRevision: number;
  readonly keyType: 0 | 1 | 2 | 3;
  /** 0..255. */
  readonly keyExpiry: number;
};

export type KeyRing = {
  readonly own: HeldKey;
  /** The key of the bench: it is no secret, and no device keeps it after a run. */
  readonly bench: HeldKey;
  readonly credit: (wh: number, by?: DecoderKey) => string;
  readonly water: () => string;
  readonly currency: () => string;
  readonly manage: (what: ManagementFunction) => string;
  /** A test token of another maker's code. */
  readonly testOfOther: () => string;
  /** Digits that hold more than the 66 bits of a token. */
  readonly tooLong: string;
  /** Credit with the first TID of all: older than whatever the device has seen. */
  readonly ancient: () => string;
  /** Credit by a key that the device never had. */
  readonly foreign: () => string;
  /** A token with one digit changed, so that its check does not come out. */
  readonly mistyped: (token: string) => string;
  /** The set that carries the device from one key to another, in its order. */
  readonly change: (from: HeldKey, to: HeldKey) => readonly string[];
  readonly lastTid: () => number;
  readonly baseDate: BaseDate;
};

const benchKeyHex = { ea07: '0f1e2d3c4b5a6978', ea11: '0f1e2d3c4b5a69788796a5b4c3d2e1f0' } as const;
const foreignKeyHex = {
  ea07: '70605040302010f0',
  ea11: '70605040302010f00f1e2d3c4b5a6978',
} as const;
/** The largest token is 2^66 - 1, of 20 digits that begin with 7. */
const tooLong = '99999999999999999999';
const unitWh = 100;

/** `firstTid`: of the first token; all others follow it. */
export function createKeyRing(o: {
  readonly own: HeldKey;
  readonly baseDate: BaseDate;
  readonly firstTid: number;
}): KeyRing {
  const ea = decoderKeyAlgorithm(o.own.decoderKey);
  let lastTid = o.firstTid - 1;
  const nextTid = (): number => {
    lastTid += isReservedTid(lastTid + 1) ? 2 : 1;
    return lastTid;
  };
  // No token of the bench expires by its own making: what a device makes of it is its affair.
  const timed = (decoderKey: DecoderKey) =>
    ({ decoderKey, tid: nextTid(), rnd: 5, keyExpiry: 255 }) as const;
  const { decoderKey } = o.own;
  const credit: KeyRing['credit'] = (wh, by = decoderKey) =>
    made(
      issueCreditToken({
        ...timed(by),
        ...{ commodity: 'electricity', units: BigInt(Math.round(wh / unitWh)) },
      }),
    ).token;
  const revision = o.own.keyRevision === 9 ? 1 : o.own.keyRevision + 1;
  return {
    own: o.own,
    bench: { ...o.own, decoderKey: keyOf(benchKeyHex[ea]), keyRevision: revision },
    baseDate: o.baseDate,
    credit,
    water: () =>
      made(issueCreditToken({ ...timed(decoderKey), commodity: 'water', units: 10n })).token,
    currency: () =>
      made(
        issueCurrencyToken({
          ...timed(decoderKey),
          ...{ commodity: 'electricity', amountE5: 100_000n },
        }),
      ).token,
    manage: (what) => made(issueManagementToken({ ...timed(decoderKey), function: what })).token,
    testOfOther: () =>
      made(issueTestToken({ subclass: 0, control: 4, manufacturerCode: 97 })).token,
    tooLong,
    ancient: () =>
      made(
        issueCreditToken({
          ...{ decoderKey, tid: 0, rnd: 5, keyExpiry: 255 },
          ...{ commodity: 'electricity', units: 10n },
        }),
      ).token,
    foreign: () => credit(1000, keyOf(foreignKeyHex[ea])),
    mistyped: (token) => mistyped(token, decoderKey),
    change: (from, to) =>
      made(
        issueKeyChangeTokens({
          ...{ heldKey: from.decoderKey, heldKeyType: from.keyType, next: to, rollover: false },
          tokenCount: ea === 'ea11' ? 4 : 2,
        }),
      ).tokens,
    lastTid: () => lastTid,
  };
}

/** What the bench asks of the issuer is its own making: a refusal is a bug of the bench. */
function made<T, E>(result: Result<T, E>): T {
  if (result.ok) return result.value;
  throw new Error(`no token: ${String(result.error)}`);
}

const keyOf = (hex: string): DecoderKey => made(decoderKeyFromBytes(Uint8Array.fromHex(hex)));

/** The last digit that makes nothing but the check wrong. */
function mistyped(token: string, key: DecoderKey): string {
  for (let added = 1; added < 10; added += 1) {
    const last = (Number(token.at(-1)) + added) % 10;
    const changed = `${token.slice(0, -1)}${last}`;
    const read = readToken(key, changed);
    if (!read.ok && read.error === 'crc') return changed;
  }
  throw new Error('each digit makes a token');
}
