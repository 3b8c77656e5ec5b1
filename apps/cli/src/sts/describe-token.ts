// A token's fields in words: one line each, with energy in kWh as well as units and the TID as a
// date.

import { type BaseDate, instantFromTid, type TokenFields } from '@prewatt/sts/codec';

/** Tenths as a decimal number: 123 is 12.3. */
export const tenths = (units: bigint): string => `${units / 10n}.${units % 10n}`;

/** 10^-5 of a base unit as a decimal number. */
export function hundredThousandths(amount: bigint): string {
  const magnitude = amount < 0n ? -amount : amount;
  const fraction = String(magnitude % 100_000n).padStart(5, '0');
  return `${amount < 0n ? '-' : ''}${magnitude / 100_000n}.${fraction}`;
}

const unitNames = { electricity: 'kWh', water: 'm3', gas: 'm3', time: 'min' } as const;

/** Units of a commodity as people read them. */
export function quantityText(units: bigint, commodity: keyof typeof unitNames): string {
  return `${tenths(units)} ${unitNames[commodity]} (${units} units)`;
}

/** "6612482 (2026-07-29 00:02 UTC)". */
export function tidText(tid: number, baseDate: BaseDate): string {
  const instant = instantFromTid(tid, baseDate);
  if (!instant.ok) return String(tid);
  const text = new Date(instant.value).toISOString();
  return `${tid} (${text.slice(0, 10)} ${text.slice(11, 16)} UTC by base date ${baseDate})`;
}

const line = (name: string, value: unknown): string => `${`${name}:`.padEnd(18)} ${value}`;

const titles: Readonly<Record<TokenFields['kind'], string>> = {
  credit: 'credit',
  currencyCredit: 'credit in currency',
  test: 'meter test or display',
  extendedRead: 'extended read',
  proprietaryTest: "test of a maker's own",
  setMaximumPowerLimit: 'set maximum power limit',
  clearCredit: 'clear credit',
  setTariffRate: 'set tariff rate',
  clearTamper: 'clear tamper condition',
  setPhaseUnbalanceLimit: 'set phase power unbalance limit',
  setWaterFactor: 'set water meter factor',
  extendedSet: 'extended set',
  keyChangeSection: 'key change',
};

const hex4 = (value: number): string => value.toString(16).toUpperCase().padStart(4, '0');

/** Lines that name every field of a token. */
export function describeFields(fields: TokenFields, baseDate: BaseDate): string[] {
  const lines = [
    line('kind', titles[fields.kind]),
    line('class', `${fields.tokenClass}, subclass ${fields.subclass}`),
    ...valueLines(fields),
  ];
  if ('rnd' in fields) lines.push(line('random', fields.rnd));
  if ('tid' in fields) lines.push(line('TID', tidText(fields.tid, baseDate)));
  lines.push(line('check (CRC)', `${hex4(fields.crc)}, right`));
  return lines;
}

function valueLines(fields: TokenFields): string[] {
  switch (fields.kind) {
    case 'credit':
      return [
        line('commodity', fields.commodity),
        line('amount', quantityText(fields.units, fields.commodity)),
      ];
    case 'currencyCredit':
      return [
        line('commodity', fields.commodity),
        line('amount', `${hundredThousandths(fields.amountE5)} of the currency`),
      ];
    case 'test':
    case 'extendedRead':
    case 'proprietaryTest':
      return testLines(fields);
    case 'setMaximumPowerLimit':
    case 'setPhaseUnbalanceLimit':
      return [line('limit', `${fields.watts} W`)];
    case 'clearCredit':
      return [line('register', fields.register ?? `reserved code ${hex4(fields.registerCode)}`)];
    case 'setTariffRate':
      return [line('rate', fields.rate)];
    case 'clearTamper':
      return fields.pad === 0 ? [] : [line('pad', `${fields.pad} (should be 0)`)];
    case 'setWaterFactor':
      return [line('factor', fields.factor)];
    case 'extendedSet':
      return fields.flag === null
        ? [line('index', fields.index), line('value', fields.value)]
        : [line('flag', `${fields.flag.index} ${fields.flag.isSet ? 'set' : 'cleared'}`)];
    case 'keyChangeSection':
      return keyChangeLines(fields);
  }
}

function testLines(fields: Extract<TokenFields, { tokenClass: 1 }>): string[] {
  const { tests, registerIndex, controlBits, control, manufacturerCode } = fields;
  const what =
    registerIndex === null
      ? line('tests', tests === 'all' ? 'all' : tests.join(', ') || 'none')
      : line('register index', registerIndex === 63 ? '63 (flags)' : registerIndex);
  return [
    what,
    line('control', `${control.toString(16).toUpperCase()} (${controlBits} bits)`),
    line('manufacturer', manufacturerCode === 0 ? '0 (any)' : manufacturerCode),
  ];
}

function keyChangeLines(fields: Extract<TokenFields, { kind: 'keyChangeSection' }>): string[] {
  const lines = [line('section', fields.section)];
  if (fields.section === 1) {
    lines.push(line('key revision', fields.keyRevision), line('key type', fields.keyType));
    lines.push(
      line('key expiry', `${fields.keyExpiryHigh.toString(16).toUpperCase()}_ (high half)`),
    );
    lines.push(line('roll-over', fields.rollover ? 'yes: the meter forgets its TIDs' : 'no'));
    lines.push(line('third token', fields.hasThirdToken ? 'yes' : 'no'));
  } else if (fields.section === 2) {
    lines.push(line('tariff index', String(fields.tariffIndex).padStart(2, '0')));
    lines.push(line('key expiry', `_${fields.keyExpiryLow.toString(16).toUpperCase()} (low half)`));
  } else if (fields.section === 3 && fields.form === 'supplyGroup') {
    lines.push(line('supply group', String(fields.supplyGroup).padStart(6, '0')));
  }
  if ('keyPart' in fields) lines.push(line('part of the key', '[secret]'));
  return lines;
}

/** The fields for programs: what a key part holds stays out. */
export function fieldsToJson(fields: TokenFields, baseDate: BaseDate): unknown {
  const instant = 'tid' in fields ? instantFromTid(fields.tid, baseDate) : null;
  const issuedAt = instant?.ok === true ? new Date(instant.value).toISOString() : undefined;
  return { ...fields, issuedAt };
}
