// A tariff into a meter: written as the passive tables of its calendar (20) and of its charge for
// use (113), read back, and made active at the instant that was asked for, the charge last: what is
// in force until then is not touched, whatever breaks off on the way.

import {
  type AttributeDescriptor,
  type CosemDateTime,
  type Data,
  dateTimeOf,
  encodeData,
  integer,
  type MethodDescriptor,
  openDateTime,
} from '@prewatt/dlms';
import {
  type AttributeName,
  type AttributeValue,
  accountClass,
  activityCalendarClass,
  attributeOf,
  type CosemClass,
  chargeClass,
  clockClass,
  methodOf,
  specialDaysClass,
  writeAttribute,
} from '@prewatt/dlms/classes';
import type { DriverFault, MeterTask, MeterTaskResult } from '@prewatt/protocol';
import { err, ok, type Result } from '@prewatt/quantities';
import { parseTariff, type Tariff } from '@prewatt/tariff';
import { instantIn } from './reading.ts';
import { type SaidCalendar, type SaidTariff, sayTariff } from './said-tariff.ts';
import { dayNumbersFrom, daysToWrite, type SpecialDays, unread } from './special-days.ts';
import { fail, refuse, type TaskPlace, unless } from './task-place.ts';
import { invoke, readAll, readOne, valueIn, writeOne } from './values.ts';

type Task = Extract<MeterTask, { kind: 'setTariff' }>;

export async function setTariff(at: TaskPlace, task: Task): Promise<MeterTaskResult> {
  const parsed = parseTariff(jsonOf(task.documentJson));
  if (!parsed.ok) return refuse('malformed');
  const said = sayTariff(parsed.value, task.parameters);
  if (said === null) return refuse('unsupported');
  const found = await chargeForUse(at);
  if (!found.ok) return fail(found.error);
  const charge = found.value;
  const { calendar, specialDays } = at.model;
  const namesDays = (said.calendar?.specialDays ?? []).length > 0;
  if (charge === null || (said.calendar !== null && calendar === null)) {
    return refuse('unsupported');
  }
  if (namesDays && specialDays === null) return refuse('unsupported');
  const counting = await moneyOf(at, parsed.value);
  if (!counting.ok) return counting.error;
  const offset = await dayNumbersFrom(at, said.calendar);
  if (!offset.ok) return offset.error;
  const days = await specialDaysOf(at, { task, said, offset: offset.value });
  if (!days.ok) return days.error;
  const written = await writePassive(at, { charge, said, offset: offset.value });
  const named = written ?? (await writeSpecialDays(at, days.value));
  // The account's currency counts at once: not before all the rest is in the meter.
  const hindrance = named ?? (await counting.value());
  return hindrance ?? activate(at, { charge, task, isByTime: said.calendar !== null });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The first that takes for what was used; null where it has none. */
async function chargeForUse({
  session,
  model,
}: TaskPlace): Promise<Result<string | null, DriverFault>> {
  const types = await readAll(
    session,
    model.charges.map((each) => attributeOf(chargeClass, each, 'chargeType')),
  );
  if (!types.ok) return types;
  const at = types.value.findIndex(
    (type) => valueIn(chargeClass, 'chargeType', type) === 'consumption',
  );
  return ok(model.charges[at] ?? null);
}

type CountMoney = () => Promise<MeterTaskResult | null>;

/** What makes its account count in the tariff's currency: nothing, where it does already. */
async function moneyOf(
  { session, model }: TaskPlace,
  { currency }: Tariff,
): Promise<Result<CountMoney, MeterTaskResult>> {
  if (model.account === null) return err(refuse('unsupported'));
  const { account } = model;
  const names = ['currency', 'availableCredit', 'amountToClear', 'aggregatedDebt'] as const;
  const read = await readAll(
    session,
    names.map((name) => attributeOf(accountClass, account, name)),
  );
  if (!read.ok) return err(fail(read.error));
  const [counted, ...amounts] = read.value;
  const present = valueIn(accountClass, 'currency', counted);
  if (present?.currencyUnit === 'monetary') {
    return present.currencyName === currency.code ? ok(async () => null) : err(refuse('range'));
  }
  // Kilowatt-hours would go on as money: nothing may be in it, and nothing owed. What it does
  // not say is no zero.
  const held = amounts.map((amount) => valueIn(accountClass, 'amountToClear', amount));
  if (held.some((amount) => amount !== 0)) return err(refuse('range'));
  const attribute = attributeOf(accountClass, account, 'currency');
  const money = {
    currencyName: currency.code,
    currencyScale: -currency.scale,
    currencyUnit: 'monetary',
  } as const;
  const data = writeAttribute(accountClass, 'currency', money);
  return ok(async () => unless(await writeOne(session, attribute, data), 'unsupported'));
}

const text = (value: string | number): Uint8Array => new TextEncoder().encode(String(value));

function tablesOf({ days, weeks, seasons }: SaidCalendar, offset: number) {
  const scriptLogicalName = '0.0.10.0.100.255';
  return {
    calendarNamePassive: text('PREWATT'),
    seasonProfilePassive: seasons.map(({ month, week }, nth) => ({
      name: text(nth + 1),
      start: { ...openDateTime, month, dayOfMonth: 1, ...midnight },
      weekName: text(week),
    })),
    weekProfileTablePassive: weeks.map((week, nth) => {
      const [monday = 1, tuesday = 1, wednesday = 1, thursday = 1, friday = 1, ...rest] = week.map(
        (day) => day + offset,
      );
      const [saturday = 1, sunday = 1] = rest;
      const working = { monday, tuesday, wednesday, thursday, friday };
      return { name: text(nth + 1), ...working, saturday, sunday };
    }),
    dayProfileTablePassive: days.map((switches, nth) => ({
      dayId: nth + 1 + offset,
      schedule: switches.map(({ minute, script }) => ({
        startTime: { ...midnight, hour: Math.floor(minute / 60), minute: minute % 60 },
        ...{ scriptLogicalName, scriptSelector: script },
      })),
    })),
  };
}
const midnight = { hour: 0, minute: 0, second: 0, hundredths: 0 } as const;

async function writePassive(
  at: TaskPlace,
  o: { readonly charge: string; readonly said: SaidTariff; readonly offset: number },
): Promise<MeterTaskResult | null> {
  const { charge, said, offset } = o;
  const { calendar } = at.model;
  if (said.calendar !== null && calendar !== null) {
    const tables = tablesOf(said.calendar, offset);
    for (const name of Object.keys(tables) as (keyof typeof tables)[]) {
      const object = { of: activityCalendarClass, logicalName: calendar };
      const hindrance = await put(at, { ...object, name, value: tables[name] });
      if (hindrance !== null) return hindrance;
    }
  }
  const active = await readOne(at.session, attributeOf(chargeClass, charge, 'unitChargeActive'));
  if (!active.ok) return fail(active.error);
  const present = active.value.ok
    ? valueIn(chargeClass, 'unitChargeActive', active.value.value)
    : null;
  const register = at.model.registers.find((each) => each.register === 'importEnergyWh');
  const commodityReference = present?.commodityReference ?? {
    classId: register?.classId ?? 3,
    logicalName: register?.logicalName ?? '1.0.1.8.0.255',
    attribute: 2,
  };
  const value = {
    // Its register has watt-hours at its own scaler; a price is of a kilowatt-hour.
    chargePerUnitScaling: { commodityScale: -3, priceScale: said.priceScale },
    commodityReference,
    chargeTable: said.prices.map(({ script, price }) => ({
      index: script === 0 ? new Uint8Array(0) : Uint8Array.of(script),
      chargePerUnit: price,
    })),
  };
  const object = { of: chargeClass, logicalName: charge };
  return put(at, { ...object, name: 'unitChargePassive', value });
}

type Naming = { readonly task: Task; readonly said: SaidTariff; readonly offset: number };

/** As the table of special days is to be; null: nothing of it is written. */
async function specialDaysOf(
  at: TaskPlace,
  { task, said, offset }: Naming,
): ReturnType<typeof daysToWrite> {
  if (said.calendar === null) return ok(null);
  const { specialDays } = said.calendar;
  const { activatesAtMs } = task;
  return daysToWrite(at, { specialDays, offset, activatesAtMs, clock: await clockOf(at) });
}

async function writeSpecialDays(
  at: TaskPlace,
  value: SpecialDays | null,
): Promise<MeterTaskResult | null> {
  const logicalName = at.model.specialDays;
  if (value === null || logicalName === null) return null;
  return put(at, { of: specialDaysClass, logicalName, name: 'entries', value });
}

type Put<C extends CosemClass, N extends AttributeName<C>> = {
  readonly of: C;
  readonly logicalName: string;
  readonly name: N;
  readonly value: AttributeValue<C, N>;
};

/** Written, and read back: a meter that cuts what it does not hold is found out here. */
async function put<C extends CosemClass, N extends AttributeName<C>>(
  { session }: TaskPlace,
  { of, logicalName, name, value }: Put<C, N>,
): Promise<MeterTaskResult | null> {
  const attribute = attributeOf(of, logicalName, name);
  const data = writeAttribute(of, name, value);
  const hindrance = unless(await writeOne(session, attribute, data), 'unsupported');
  if (hindrance !== null) return hindrance;
  const read = await readOne(session, attribute);
  if (!read.ok) return fail(read.error);
  const isSame = read.value.ok && encodeData(read.value.value).toHex() === encodeData(data).toHex();
  return isSame ? null : refuse('range');
}

type Activating = {
  readonly charge: string;
  readonly task: Task;
  readonly isByTime: boolean;
};

async function activate(
  at: TaskPlace,
  { charge, task, isByTime }: Activating,
): Promise<MeterTaskResult> {
  const { session, model, offsetAt } = at;
  const { activatesAtMs } = task;
  const clock = await clockOf(at);
  const isDue = clock.ok && clock.value !== null && activatesAtMs <= clock.value;
  const local = dateTimeOf(activatesAtMs, { offsetMinutes: offsetAt(activatesAtMs) });
  // An instant that has passed may never come for a meter: then it is told to do it at once.
  const begin = async (way: Beginning): Promise<MeterTaskResult | null> => {
    const done = isDue
      ? await invoke(session, way.method, integer(0))
      : await writeOne(session, way.time, way.value);
    return unless(done, 'unsupported');
  };
  const calendar = isByTime ? model.calendar : null;
  const turned = calendar === null ? null : await begin(beginCalendar(calendar, local));
  return turned ?? (await begin(beginCharge(charge, local))) ?? { kind: 'tariffSet' };
}

type Beginning = {
  readonly time: AttributeDescriptor;
  readonly value: Data;
  readonly method: MethodDescriptor;
};

const beginCalendar = (logicalName: string, local: CosemDateTime): Beginning => ({
  time: attributeOf(activityCalendarClass, logicalName, 'activatePassiveCalendarTime'),
  value: writeAttribute(activityCalendarClass, 'activatePassiveCalendarTime', local),
  method: methodOf(activityCalendarClass, logicalName, 'activatePassiveCalendar'),
});

const beginCharge = (logicalName: string, local: CosemDateTime): Beginning => ({
  time: attributeOf(chargeClass, logicalName, 'unitChargeActivationTime'),
  value: writeAttribute(chargeClass, 'unitChargeActivationTime', local),
  method: methodOf(chargeClass, logicalName, 'activatePassiveUnitCharge'),
});

/** Null: it has none. */
async function clockOf({
  session,
  model,
  offsetAt,
}: TaskPlace): Promise<Result<number | null, MeterTaskResult>> {
  if (model.clock === null) return ok(null);
  const read = await readOne(session, attributeOf(clockClass, model.clock, 'time'));
  if (!read.ok) return err(fail(read.error));
  const clockMs = read.value.ok ? instantIn(read.value.value, offsetAt) : null;
  return clockMs === null ? err(unread(read.value)) : ok(clockMs);
}
