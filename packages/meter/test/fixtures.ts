// A meter on a bench: a key derived as a vendor would, tokens on order, and a clock that leaps.

import { cardPurpose } from '@prewatt/card';
import type { ProtectionRules } from '@prewatt/protection';
import { noProtection } from '@prewatt/protection';
import type { CommandAction, DownMessage } from '@prewatt/protocol';
import { expectOk } from '@prewatt/quantities';
import {
  controlOfTests,
  issueCreditToken,
  issueCurrencyToken,
  issueKeyChangeTokens,
  issueManagementToken,
  issueTestToken,
  type ManagementFunction,
} from '@prewatt/sts/issue';
import { decoderKeyBytes, deriveDecoderKey, vendingKeyFromBytes } from '@prewatt/sts/keys';
import { purposeKey } from '@prewatt/sts/purpose';
import {
  createMeter,
  type MeterConfig,
  type MeterInput,
  type MeterKey,
  type MeterSettings,
  type MeterState,
} from '../src/index.ts';

export const zone = 'Africa/Johannesburg';
/** Wednesday 2026-11-18 12:00 local, a working hour. */
export const noonMs = Date.UTC(2026, 10, 18, 10);
export const minuteMs = 60_000;
export const hourMs = 3_600_000;
export const dayMs = 86_400_000;

const meterPan = '600727000000000009';
const vendingKey = expectOk(
  vendingKeyFromBytes(Uint8Array.fromHex('0123456789ABCDEF0123456789ABCDEF01234567')),
  'vending key',
);
const parameters = {
  ea: 'ea07',
  supplyGroupCode: '123456',
  tariffIndex: '07',
  keyRevision: 1,
  keyType: 2,
  baseDate: 14,
} as const;
const decoderKey = expectOk(
  deriveDecoderKey(vendingKey, { dkga: 'dkga04', meterPan, ...parameters }),
  'decoder key',
);

/** The key of cards for this meter, as the utility derives it. */
export const cardKey = purposeKey(decoderKey, cardPurpose);
export const firstTid = 6_700_000;
export const key: MeterKey = {
  ...parameters,
  keyExpiry: 255,
  decoderKeyHex: decoderKeyBytes(decoderKey).toHex(),
  initialTid: firstTid - 1,
};
export const config: MeterConfig = {
  meterPan,
  zone,
  vulnerable: false,
  lowCreditThresholdWh: 5000,
  protection: noProtection,
  reconnection: 'automatic',
  profileIntervalMinutes: 30,
  stateReportMs: 5 * minuteMs,
  resendAfterMs: 10 * minuteMs,
};

export const friendly: ProtectionRules = {
  ...noProtection,
  friendlyHours: [{ weekdays: [1, 2, 3, 4, 5, 6, 7], from: '16:00', to: '11:00' }],
  debt: { maximumSharePercent: 60, floorEnergyWh: '1000' },
};

export const newMeter = (
  changes: Partial<MeterConfig> = {},
  atMs = noonMs,
  settings: Partial<MeterSettings> = {},
): MeterState => createMeter({ config: { ...config, ...changes }, key, atMs, settings });

/** A token of so many watt-hours (a multiple of 100). */
export function tokenOf(creditWh: number, tid = firstTid): string {
  const units = BigInt(creditWh / 100);
  const issued = issueCreditToken({
    decoderKey,
    commodity: 'electricity',
    units,
    tid,
    rnd: 5,
    keyExpiry: 255,
  });
  return expectOk(issued, 'token').token;
}

/** A token of so much money, in 10^-5 of the currency's base unit. */
export function moneyTokenOf(amountE5: number, tid = firstTid): string {
  const issued = issueCurrencyToken({
    decoderKey,
    commodity: 'electricity',
    amountE5: BigInt(amountE5),
    tid,
    keyExpiry: 255,
  });
  return expectOk(issued, 'token').token;
}

export function managementTokenOf(what: ManagementFunction, tid = firstTid): string {
  const issued = issueManagementToken({ decoderKey, function: what, tid, rnd: 3, keyExpiry: 255 });
  return expectOk(issued, 'token').token;
}

export function testTokenOf(tests: readonly number[] | 'all'): string {
  const control = controlOfTests(tests, 36) ?? 0;
  return expectOk(issueTestToken({ subclass: 0, control, manufacturerCode: 0 }), 'token').token;
}

/** A set for the next revision of the key and another tariff index, and a credit token for it. */
export function keyChangeSet(creditWh: number): { set: readonly string[]; credit: string } {
  const next = { ...parameters, keyRevision: 2, tariffIndex: '11', keyExpiry: 255 };
  const nextKey = expectOk(
    deriveDecoderKey(vendingKey, { dkga: 'dkga04', meterPan, ...next }),
    'next key',
  );
  const set = issueKeyChangeTokens({
    heldKey: decoderKey,
    heldKeyType: parameters.keyType,
    next: { ...next, decoderKey: nextKey },
    tokenCount: 3,
    rollover: false,
  });
  const credit = issueCreditToken({
    decoderKey: nextKey,
    commodity: 'electricity',
    units: BigInt(creditWh / 100),
    tid: firstTid + 5,
    rnd: 1,
    keyExpiry: 255,
  });
  return { set: expectOk(set, 'set').tokens, credit: expectOk(credit, 'token').token };
}

/** What a meter takes: a token typed, or commands. */
export const typed = (keypad: string, atMs = noonMs): MeterInput => ({ atMs, keypad });
export const told = (atMs: number, ...actions: readonly CommandAction[]): MeterInput => ({
  atMs,
  linkUp: true,
  received: actions.map((action, index) =>
    commandOf(1000 + (atMs % 1e9) + index, action, atMs + dayMs),
  ),
});

export const commandOf = (n: number, action: CommandAction, expiresAtMs: number): DownMessage => ({
  kind: 'command',
  commandId: commandId(n),
  expiresAtMs,
  action,
});

/** An even load over a time, from the meter's own instant. */
export const load = (
  state: MeterState,
  o: { readonly w: number; readonly ms: number },
): MeterInput => ({
  atMs: state.inputAtMs + o.ms,
  demandMilliWh: Math.floor((o.w * o.ms) / 3600),
  demandW: o.w,
});

export const commandId = (n: number): string =>
  `command_0190a000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;

export const deliver = (n: number, token: string, expiresAtMs: number): DownMessage => ({
  kind: 'command',
  commandId: commandId(n),
  expiresAtMs,
  action: { kind: 'deliverToken', token },
});
