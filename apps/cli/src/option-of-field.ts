// What a server or a schema found wrong with a field, said of the option that was typed. Its one
// home: whatever a command answers goes through here on its way out.

import type { Failure } from './command.ts';

/** Fields whose options are not their own name with hyphens; the first that the command has. */
const named: Readonly<Record<string, readonly string[]>> = {
  aloneMinor: ['alone'],
  amountMinor: ['amount', 'left-money'],
  balanceMinor: ['balance'],
  baseDate: ['base-date'],
  commissionBasisPoints: ['commission-percent'],
  component: ['file'],
  connectionId: ['meter'],
  convertedOn: ['on'],
  creditUnit: ['unit'],
  creditedMinor: ['credited-money'],
  creditedWh: ['credited'],
  dailyMinor: ['daily'],
  dates: ['days'],
  declaredBy: ['note'],
  dimBelowNights: ['dim-below'],
  dimToPercent: ['dim-to'],
  document: ['rules'],
  effectiveFrom: ['from'],
  encryptionAlgorithm: ['ea', 'algorithm'],
  endsAt: ['to'],
  energyPerHourWh: ['kwh-per-hour'],
  energyWh: ['kwh', 'left'],
  expectedCheckValue: ['check-value'],
  expiresOn: ['until'],
  finalImportEnergyWh: ['final'],
  floatLimitMinor: ['float-limit'],
  fullW: ['watts'],
  hasLink: ['link'],
  importEnergyWh: ['kwh'],
  latitudeMicroDeg: ['latitude'],
  leftEnergyWh: ['left'],
  levelPercent: ['level'],
  longitudeMicroDeg: ['longitude'],
  creditedEnergyWh: ['credited'],
  why: ['reason'],
  keyExpiry: ['ken'],
  keyRevision: ['krn'],
  keyType: ['kt'],
  meterPan: ['to', 'number', 'pan', 'meter'],
  moneyGoes: ['money'],
  oldMeterPan: ['meter'],
  onDay: ['on'],
  onFromPercent: ['on-from'],
  overMs: ['over-for-ms'],
  pairingSecret: ['secret-file'],
  parameters: ['fact', 'parameter'],
  paymentMode: ['mode'],
  powerW: ['watts'],
  presetEnergyWh: ['preset-wh'],
  readAt: ['at'],
  requestsPerMinute: ['per-minute'],
  siteBudgetMinor: ['site-budget'],
  startsAt: ['from'],
  supplyGroupCode: ['sgc'],
  tariffIndex: ['ti'],
  tariffName: ['name', 'tariff'],
  technicianId: ['technician'],
  toMeterPan: ['to'],
  toMode: ['mode'],
};

/** The arguments beside the options that fields stand for, in the words of the command's help. */
const arguments_: Readonly<Record<string, readonly string[]>> = {
  connectionId: ['METER', 'CONNECTION'],
  document: ['FILE'],
  meterPan: ['METER'],
  oldMeterPan: ['OLD', 'METER'],
  rows: ['FILE'],
};

export type TypedLine = {
  readonly options: Iterable<string>;
  readonly positionals: readonly string[];
  /** As it was typed: what stands there is a file's name, say, and no field. */
  readonly args?: readonly string[];
};

const hyphened = (field: string): string =>
  field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** "--amount" for "amountMinor"; null for a field that the line cannot name. */
export function optionOfField(field: string, line: TypedLine): string | null {
  const has = new Set(line.options);
  const option = [...(named[field] ?? []), hyphened(field)].find((each) => has.has(each));
  if (option !== undefined) return `--${option}`;
  const words = [...(arguments_[field] ?? []), field.toUpperCase()];
  return words.find((word) => line.positionals.includes(word)) ?? null;
}

const isTyped = (path: string, { args = [] }: TypedLine): boolean =>
  args.some((arg) => arg === path || arg.endsWith(`=${path}`));

/** "amountMinor: a text" as "--amount: a text"; of a row, which one it is. */
function inOptions(text: string, line: TypedLine): string {
  const [whole, path = ''] = /^([A-Za-z][\w.]*): /.exec(text) ?? [];
  if (whole === undefined || isTyped(path, line)) return text;
  const parts = path.split('.');
  const field = parts.findLast((part) => !/^\d+$/.test(part)) ?? path;
  const row = parts.find((part) => /^\d+$/.test(part));
  const option = optionOfField(field, line) ?? optionOfField(parts[0] ?? '', line);
  if (option === null) return text;
  const at = row === undefined ? '' : `, line ${Number(row) + 1}`;
  return `${option}${at}: ${text.slice(whole.length)}`;
}

export const failureInOptions = (failure: Failure, line: TypedLine): Failure => ({
  ...failure,
  message: inOptions(failure.message, line),
  ...(failure.advice === undefined ? {} : { advice: inOptions(failure.advice, line) }),
});
