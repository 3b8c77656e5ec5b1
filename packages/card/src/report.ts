// What the meter writes back, and a customer brings to the shop with the next purchase: what became
// of each token, what is left, the register, and what happened to the meter.

import type { TamperKind, TokenRefusal } from '@prewatt/protocol';
import { err, ok, type Result } from '@prewatt/quantities';
import { joined, numberAt, putNumber } from './bytes.ts';
import { headerBytes, imageBytes, readHeader } from './header.ts';
import { type CardKey, macBytes, macOf } from './keys.ts';
import { maximumTokens, purchaseSlots } from './purchase.ts';
import { isUsed, newestOf, type SlotKind, slotCount, slotOf, withRecord } from './slots.ts';

export const reportSlots: SlotKind = {
  label: 'report',
  first: purchaseSlots.first + slotCount * purchaseSlots.bytes,
  bytes: 48,
};

/** What became of a token, as one byte on the card: the place in this list. */
export const cardOutcomes = [
  'none',
  'accepted',
  'format',
  'lockout',
  'crc',
  'mfrCode',
  'function',
  'keyExpired',
  'old',
  'used',
  'ddtk',
  'keyType',
  'range',
  'overflow',
] as const satisfies readonly ('none' | 'accepted' | TokenRefusal)[];
export type CardOutcome = (typeof cardOutcomes)[number];

/** Conditions and states, one bit each, in this order. */
export const reportFlags = [
  'moneyCredit',
  'switchOpen',
  'lowCredit',
  'emergencyCredit',
  'cover',
  'terminalCover',
  'magnet',
  'reverseEnergy',
  'neutral',
  'bypass',
  'phaseLost',
] as const satisfies readonly (string | TamperKind)[];
export type ReportFlag = (typeof reportFlags)[number];

export type MeterReport = {
  /** Counts up with each writing by a meter. */
  readonly sequence: number;
  /** The purchase that this answers; 0 when there was none. */
  readonly count: number;
  /** Of each token of that purchase. */
  readonly outcomes: readonly CardOutcome[];
  /** Unix time by the meter's clock, whole minutes. */
  readonly atMs: number;
  /** Watt-hours; with the flag moneyCredit, minor units of the currency. Negative is owed. */
  readonly available: bigint;
  readonly importEnergyWh: bigint;
  /** Number of the newest event of the meter's log. */
  readonly eventSequence: number;
  readonly flags: readonly ReportFlag[];
};

/** empty: no meter has written. unproved: changed, or written with a key of another time. */
export type ReportError = 'size' | 'noCard' | 'empty' | 'unproved';

const sequenceField = { at: 0, bytes: 4 };
const countField = { at: 4, bytes: 4 };
const outcomesAt = 8;
const minutesField = { at: 12, bytes: 4 };
const availableField = { at: 16, bytes: 8 };
const importField = { at: 24, bytes: 8 };
const eventField = { at: 32, bytes: 4 };
const flagsField = { at: 36, bytes: 2 };
const minuteMs = 60_000;

const sequenceOf = (slot: Uint8Array): number => Number(numberAt(slot, sequenceField));

function encode(report: Omit<MeterReport, 'sequence'>, sequence: number): Uint8Array {
  const record = new Uint8Array(reportSlots.bytes);
  putNumber(record, BigInt(sequence), sequenceField);
  putNumber(record, BigInt(report.count), countField);
  report.outcomes.slice(0, maximumTokens).forEach((outcome, index) => {
    record[outcomesAt + index] = cardOutcomes.indexOf(outcome);
  });
  putNumber(record, BigInt(Math.floor(report.atMs / minuteMs)), minutesField);
  putNumber(record, report.available, availableField);
  putNumber(record, report.importEnergyWh, importField);
  putNumber(record, BigInt(report.eventSequence), eventField);
  const bits = report.flags.reduce((sum, flag) => sum | (1 << reportFlags.indexOf(flag)), 0);
  putNumber(record, BigInt(bits), flagsField);
  return record;
}

function decode(slot: Uint8Array): MeterReport {
  const codes = [...slot.subarray(outcomesAt, outcomesAt + maximumTokens)];
  const outcomes = codes.map((code) => cardOutcomes[code] ?? 'none');
  const bits = Number(numberAt(slot, flagsField));
  return {
    sequence: sequenceOf(slot),
    count: Number(numberAt(slot, countField)),
    outcomes: outcomes.filter((outcome) => outcome !== 'none'),
    atMs: Number(numberAt(slot, minutesField)) * minuteMs,
    available: BigInt.asIntN(64, numberAt(slot, availableField)),
    importEnergyWh: numberAt(slot, importField),
    eventSequence: Number(numberAt(slot, eventField)),
    flags: reportFlags.filter((_, index) => (bits & (1 << index)) !== 0),
  };
}

/** The card with the meter's report on it, one newer than what it holds. */
export function writeReport(
  image: Uint8Array,
  report: Omit<MeterReport, 'sequence'>,
  key: CardKey,
): Uint8Array {
  const newest = newestOf(image, reportSlots, { key, ageOf: sequenceOf });
  const before = newest === null ? 0 : sequenceOf(slotOf(image, reportSlots, newest));
  const record = encode(report, Math.min(before + 1, 0xffff_ffff));
  return withRecord(image, reportSlots, { key, newest, record });
}

/** The newest report that the key proves. Any bytes end as a value or an error. */
export function readReport(image: Uint8Array, key: CardKey): Result<MeterReport, ReportError> {
  const header = readHeader(image);
  if (!header.ok) return header;
  if (!isUsed(image, reportSlots)) return err('empty');
  const newest = newestOf(image, reportSlots, { key, ageOf: sequenceOf });
  return newest === null ? err('unproved') : ok(decode(slotOf(image, reportSlots, newest)));
}

/** A check card keeps the last reports of four meters, each with the number of its meter. */
const collectedBytes = 8 + reportSlots.bytes;
export const collectedPlaces = Math.floor((imageBytes - headerBytes) / collectedBytes);
const panField = { at: 0, bytes: 8 };
const collectedAt = (image: Uint8Array, index: number): Uint8Array =>
  image.subarray(headerBytes + index * collectedBytes, headerBytes + (index + 1) * collectedBytes);

const macOfCollected = (image: Uint8Array, place: Uint8Array, key: CardKey): Uint8Array =>
  macOf(key, 'check', image.subarray(4, 18), place.subarray(0, collectedBytes - macBytes));

/**
 * A check card with this meter's report: in the place of an earlier one of the same meter, else in
 * a free one, else null: the card is full.
 */
export function collectReport(
  image: Uint8Array,
  o: {
    readonly meterPan: string;
    readonly report: Omit<MeterReport, 'sequence'>;
    readonly key: CardKey;
  },
): Uint8Array | null {
  const pan = BigInt(o.meterPan);
  const places = Array.from({ length: collectedPlaces }, (_, index) => index);
  const panAt = (index: number) => numberAt(collectedAt(image, index), panField);
  const place = places.find((i) => panAt(i) === pan) ?? places.find((i) => panAt(i) === 0n);
  if (place === undefined) return null;
  const written = Uint8Array.from(image);
  const into = collectedAt(written, place);
  const before = panAt(place) === pan ? sequenceOf(into.subarray(8)) : 0;
  putNumber(into, pan, panField);
  into.set(encode(o.report, before + 1), 8);
  into.set(macOfCollected(written, into, o.key), collectedBytes - macBytes);
  return written;
}

export type CollectedReport = {
  readonly meterPan: string;
  /** Null when the key of its meter does not prove it. */
  readonly report: MeterReport | null;
};

/** The reports on a check card; `keyOf` gives the key of a meter, or null for a stranger's. */
export function collectedReports(
  image: Uint8Array,
  keyOf: (meterPan: string) => CardKey | null,
): Result<readonly CollectedReport[], 'size' | 'noCard'> {
  const header = readHeader(image);
  if (!header.ok) return header;
  if (header.value.kind !== 'check') return err('noCard');
  const found: CollectedReport[] = [];
  for (let index = 0; index < collectedPlaces; index += 1) {
    const place = collectedAt(image, index);
    if (numberAt(place, panField) === 0n) continue;
    const meterPan = numberAt(place, panField).toString().padStart(18, '0');
    const key = keyOf(meterPan);
    const mac = key === null ? null : macOfCollected(image, place, key);
    const isProved = mac?.every((byte, at) => place[collectedBytes - macBytes + at] === byte);
    found.push({ meterPan, report: isProved === true ? decode(joined(place.subarray(8))) : null });
  }
  return ok(found);
}
