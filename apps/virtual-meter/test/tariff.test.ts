// A tariff as a head-end writes it by DLMS, as the document that the meter keeps.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CosemObject, dateTimeOf, openDateTime } from '@prewatt/dlms';
import {
  type AttributeName,
  type AttributeValue,
  accountClass,
  activityCalendarClass,
  type CosemClass,
  chargeClass,
  readAttribute,
  specialDaysClass,
  writeAttribute,
} from '@prewatt/dlms/classes';
import type { CommandAction } from '@prewatt/protocol';
import { expectOk, ok } from '@prewatt/quantities';
import { createMeterFace } from '../src/dlms/meter-face.ts';
import { paymentObjects } from '../src/dlms/payment-objects.ts';
import { factoryFile } from '../src/factory.ts';
import { loadHomes } from '../src/homes.ts';
import { createVirtualMeter } from '../src/virtual-meter.ts';
import { factory } from './bench.ts';

const nowMs = Date.UTC(2026, 10, 18, 10);
const access = { association: 'management', clientSap: 1, selection: null };

/** What it is told by MQTT comes before anything by DLMS. */
function startMeter(told: readonly CommandAction[] = []) {
  const [made] = factoryFile.parse(factory).meters;
  const home = loadHomes().find(({ id }) => id === made?.homeProfile);
  assert.ok(made !== undefined && home !== undefined);
  const meter = createVirtualMeter(made, home, {
    ...{ clock: { nowMs: () => nowMs }, speed: 1, send: () => {}, changed: () => {} },
    ...{ store: { load: () => ok(null), save: () => {} }, onDiskFull: () => {} },
  });
  let commands = 0;
  const face = createMeterFace(meter, () => {
    commands += 1;
    return `command_0190a000-0000-7000-8000-${String(commands).padStart(12, '0')}`;
  });
  for (const action of told) assert.equal(face.command(action).kind, action.kind);
  const objects = paymentObjects(face);
  const object = (logicalName: string): CosemObject => {
    const found = objects.find((each) => each.logicalName === logicalName);
    assert.ok(found !== undefined, logicalName);
    return found;
  };
  const write = <C extends CosemClass, N extends AttributeName<C>>(
    of: C,
    at: { readonly object: string; readonly name: N },
    value: AttributeValue<C, N>,
  ): string | undefined => {
    const index = of.attributes[at.name]?.index ?? 0;
    const data = writeAttribute(of, at.name, value);
    return object(at.object).attributes.get(index)?.write?.(data, access);
  };
  const read = <C extends CosemClass, N extends AttributeName<C>>(
    of: C,
    at: { readonly object: string; readonly name: N },
  ): AttributeValue<C, N> => {
    const index = of.attributes[at.name]?.index ?? 0;
    const data = object(at.object).attributes.get(index)?.read?.(access);
    assert.ok(data?.ok);
    return expectOk(readAttribute(of, at.name, data.value), at.name);
  };
  return { meter, read, write };
}

const [charge, calendar, account] = ['0.0.19.20.0.255', '0.0.13.0.0.255', '0.0.19.0.0.255'];
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const midnight = { hour: 0, minute: 0, second: 0, hundredths: 0 };
const action = (hour: number, scriptSelector: number) => ({
  startTime: { ...midnight, hour },
  ...{ scriptLogicalName: '0.0.10.0.100.255', scriptSelector },
});
const money = { currencyName: 'ZAR', currencyScale: -2, currencyUnit: 'monetary' } as const;
const unitCharge = (chargeTable: readonly { index: Uint8Array; chargePerUnit: number }[]) => ({
  chargePerUnitScaling: { commodityScale: -3, priceScale: -2 },
  commodityReference: { classId: 3, logicalName: '1.0.1.8.0.255', attribute: 2 },
  chargeTable,
});

test('prices by time of use come into force at the instant that the charge is given', () => {
  const { meter, write } = startMeter();
  const at = nowMs + 3_600_000;
  const week = { monday: 1, tuesday: 1, wednesday: 1, thursday: 1, friday: 1 };
  const day = [action(0, 2), action(6, 1), action(22, 2)];
  const start = { ...openDateTime, month: 1, dayOfMonth: 1 };
  const done = [
    write(accountClass, { object: account, name: 'currency' }, money),
    write(activityCalendarClass, { object: calendar, name: 'seasonProfilePassive' }, [
      { name: text('1'), start, weekName: text('1') },
    ]),
    write(activityCalendarClass, { object: calendar, name: 'weekProfileTablePassive' }, [
      { name: text('1'), ...week, saturday: 2, sunday: 2 },
    ]),
    write(activityCalendarClass, { object: calendar, name: 'dayProfileTablePassive' }, [
      { dayId: 1, schedule: day },
      { dayId: 2, schedule: [action(0, 2)] },
    ]),
    write(
      chargeClass,
      { object: charge, name: 'unitChargePassive' },
      unitCharge([
        { index: Uint8Array.of(1), chargePerUnit: 245 },
        { index: Uint8Array.of(2), chargePerUnit: 7 },
      ]),
    ),
    write(chargeClass, { object: charge, name: 'unitChargeActivationTime' }, dateTimeOf(at)),
  ];
  assert.deepEqual(new Set(done), new Set(['success']));
  const next = meter.state().settings.nextTariff;
  assert.equal(next?.activatesAtMs, at);
  const { currency, periods, energy } = JSON.parse(next?.documentJson ?? '');
  assert.deepEqual(currency, { code: 'ZAR', scale: 2 });
  const working = periods.filter((each: { days?: number[] }) => each.days?.length === 5);
  assert.deepEqual(
    working.map(({ from, to }: { from: string; to: string }) => `${from} ${to}`),
    ['00:00 06:00', '06:00 22:00', '22:00 24:00'],
  );
  const { rates } = energy.schedules[0].blocks[0];
  assert.deepEqual(Object.values(rates), ['0.07', '2.45', '0.07', '0.07']);
});

test('a day by name has its own price, whatever the week says', () => {
  const { meter, write } = startMeter();
  const week = { monday: 1, tuesday: 1, wednesday: 1, thursday: 1, friday: 1 };
  const christmas = { year: null, month: 12, dayOfMonth: 25, dayOfWeek: null };
  const easter = { year: 2027, month: 4, dayOfMonth: 2, dayOfWeek: null };
  const done = [
    write(accountClass, { object: account, name: 'currency' }, money),
    write(activityCalendarClass, { object: calendar, name: 'seasonProfilePassive' }, [
      {
        name: text('1'),
        start: { ...openDateTime, month: 1, dayOfMonth: 1 },
        weekName: text('1'),
      },
    ]),
    write(activityCalendarClass, { object: calendar, name: 'weekProfileTablePassive' }, [
      { name: text('1'), ...week, saturday: 1, sunday: 1 },
    ]),
    write(activityCalendarClass, { object: calendar, name: 'dayProfileTablePassive' }, [
      { dayId: 1, schedule: [action(0, 1)] },
      { dayId: 2, schedule: [action(0, 2), action(18, 1)] },
    ]),
    write(specialDaysClass, { object: '0.0.11.0.0.255', name: 'entries' }, [
      { index: 1, date: christmas, dayId: 2 },
      { index: 2, date: easter, dayId: 2 },
      // Of the tariff before: its profile is none of these.
      { index: 3, date: { ...christmas, year: 2026, month: 11 }, dayId: 9 },
    ]),
    write(
      chargeClass,
      { object: charge, name: 'unitChargePassive' },
      unitCharge([
        { index: Uint8Array.of(1), chargePerUnit: 245 },
        { index: Uint8Array.of(2), chargePerUnit: 7 },
      ]),
    ),
    write(chargeClass, { object: charge, name: 'unitChargeActivationTime' }, dateTimeOf(nowMs)),
  ];
  assert.deepEqual(new Set(done), new Set(['success']));
  const { periods, energy } = JSON.parse(meter.state().settings.tariff?.documentJson ?? '');
  const dates = ['12-25', '2027-04-02'];
  assert.deepEqual(periods, [
    { code: 'p1', label: 'Rate 2', dates, from: '00:00', to: '18:00' },
    { code: 'p2', label: 'Rate 1', dates, from: '18:00', to: '24:00' },
    { code: 'p3', label: 'Rate 1' },
  ]);
  const { rates } = energy.schedules[0].blocks[0];
  assert.deepEqual(rates, { p1: '0.07', p2: '2.45', p3: '2.45' });
});

test('a charge without its currency, or by another unit, is not taken', () => {
  const { meter, write } = startMeter();
  const flat = unitCharge([{ index: new Uint8Array(0), chargePerUnit: 245 }]);
  const time = { object: charge, name: 'unitChargeActivationTime' } as const;
  const passive = { object: charge, name: 'unitChargePassive' } as const;
  write(chargeClass, passive, flat);
  assert.equal(write(chargeClass, time, dateTimeOf(nowMs)), 'scopeOfAccessViolated');
  write(accountClass, { object: account, name: 'currency' }, money);
  const perWh = { ...flat, chargePerUnitScaling: { commodityScale: 0, priceScale: -2 } };
  write(chargeClass, passive, perWh);
  assert.equal(write(chargeClass, time, dateTimeOf(nowMs)), 'scopeOfAccessViolated');
  write(chargeClass, passive, flat);
  assert.equal(write(chargeClass, time, dateTimeOf(nowMs)), 'success');
  assert.match(JSON.stringify(meter.state().settings), /"rate\\":\\"2.45/);
});

test('a meter that counts money says prices by its own currency, and takes others in it', () => {
  const documentJson = JSON.stringify({
    ...{ schema: 'prewatt-tariff-1', id: 'a-test', version: 1, utility: 'A test', country: 'UG' },
    ...{ customerClass: 'Homes', zone: 'Africa/Kampala', effectiveFrom: '2026-01-01' },
    currency: { code: 'UGX', scale: 0 },
    energy: { schedules: [{ code: 'use', blocks: [{ uptoKwh: null, rate: '775.7' }] }] },
  });
  const inMoney = { paymentMode: 'prepayment', creditUnit: 'money', balance: 'keep' } as const;
  const { meter, read, write } = startMeter([
    { kind: 'setTariff', documentJson, activatesAtMs: nowMs },
    { kind: 'setPaymentMode', ...inMoney, microMinorPerKwh: 775_700_000n },
  ]);
  assert.deepEqual(read(accountClass, { object: account, name: 'currency' }), {
    ...{ currencyName: 'UGX', currencyScale: 0, currencyUnit: 'monetary' },
  });
  const active = read(chargeClass, { object: charge, name: 'unitChargeActive' });
  const { chargePerUnitScaling, chargeTable } = active;
  assert.equal(chargePerUnitScaling.priceScale, -1);
  assert.equal(chargeTable[0]?.chargePerUnit, 7_757);
  const next = unitCharge([{ index: new Uint8Array(0), chargePerUnit: 30_000 }]);
  const time = { object: charge, name: 'unitChargeActivationTime' } as const;
  write(chargeClass, { object: charge, name: 'unitChargePassive' }, next);
  assert.equal(write(chargeClass, time, dateTimeOf(nowMs)), 'success');
  assert.match(meter.state().settings.tariff?.documentJson ?? '', /"UGX","scale":0/);
});
