// The tariff of a virtual meter as head-ends write it: passive tables of the activity calendar (20)
// and of the charge for use (113). Once the charge is to be active, both become a tariff document,
// which the meter checks and keeps as any other.

import {
  type AccessResult,
  type CosemDateTime,
  type CosemObject,
  implement,
  instantOf,
  openDateTime,
} from '@prewatt/dlms';
import {
  type AttributeValue,
  type accountClass,
  activityCalendarClass,
  type chargeClass,
  mostSpecialDays,
  specialDaysClass,
} from '@prewatt/dlms/classes';
import { type CosemAccount, cosemAccountOf } from '@prewatt/meter';
import type { MeterFace } from './meter-face.ts';
import { accessOf, names, offsetMinutesAt } from './objects.ts';

type Calendar = typeof activityCalendarClass;
type Tables = {
  readonly name: Uint8Array;
  readonly seasons: AttributeValue<Calendar, 'seasonProfileActive'>;
  readonly weeks: AttributeValue<Calendar, 'weekProfileTableActive'>;
  readonly days: AttributeValue<Calendar, 'dayProfileTableActive'>;
};
type SpecialDays = AttributeValue<typeof specialDaysClass, 'entries'>;
type UnitCharge = AttributeValue<typeof chargeClass, 'unitChargePassive'>;
type Currency = AttributeValue<typeof accountClass, 'currency'>;

export const cosemCurrencyOf = ({ name, scale, unit }: CosemAccount['currency']): Currency => ({
  currencyName: name,
  currencyScale: scale,
  currencyUnit: unit,
});

const noTables: Tables = { name: new Uint8Array(0), seasons: [], weeks: [], days: [] };

export type MeterTariff = ReturnType<typeof createTariff>;

export function createTariff(meter: MeterFace) {
  let passive = noTables;
  let active = noTables;
  const specialDays = createSpecialDays();
  let unitCharge: UnitCharge = noCharge;
  let currency: Currency | null = null;
  let activation: CosemDateTime = openDateTime;
  let turn: CosemDateTime = openDateTime;
  const commit = (atMs: number): AccessResult => {
    // One that counts money has a currency, which nobody has to write first.
    const own = cosemCurrencyOf(cosemAccountOf(meter.state()).currency);
    const money = own.currencyUnit === 'monetary' ? own : currency;
    const document = documentOf(meter, {
      ...{ tables: passive, specialDays: specialDays.entries(), unitCharge, currency: money, atMs },
    });
    if (document === null) return 'scopeOfAccessViolated';
    const documentJson = JSON.stringify(document);
    const set = meter.command({ kind: 'setTariff', documentJson, activatesAtMs: atMs });
    const done = accessOf(set);
    if (done === 'success') active = passive;
    return done;
  };
  const put = (change: Partial<Tables>): AccessResult => {
    passive = { ...passive, ...change };
    return 'success';
  };
  return {
    takeCurrency: (wanted: Currency, own: CosemAccount['currency']) => {
      if (wanted.currencyUnit !== 'monetary') return 'scopeOfAccessViolated' as const;
      if (own.unit === 'monetary' && own.name !== wanted.currencyName) {
        return 'scopeOfAccessViolated' as const;
      }
      currency = wanted;
      return 'success' as const;
    },
    charge: {
      read: {
        unitChargePassive: () => unitCharge,
        unitChargeActivationTime: () => activation,
      },
      write: {
        unitChargePassive: (value: UnitCharge): AccessResult => {
          unitCharge = value;
          return 'success';
        },
        unitChargeActivationTime: (value: CosemDateTime): AccessResult => {
          const { atMs } = meter.state();
          const instant = instantOf(value, offsetMinutesAt(atMs, meter.zone));
          if (instant === null) return 'typeUnmatched';
          const done = commit(instant);
          if (done === 'success') activation = value;
          return done;
        },
      },
      methods: { activatePassiveUnitCharge: () => commit(meter.state().atMs) },
    },
    specialDays: specialDays.object,
    calendar: calendarObject({
      active: () => active,
      passive: () => passive,
      put,
      turn: () => turn,
      setTurn: (value) => {
        turn = value;
      },
    }),
  };
}

function createSpecialDays() {
  let entries: SpecialDays = [];
  const put = (wanted: SpecialDays): AccessResult => {
    if (wanted.length > mostSpecialDays) return 'scopeOfAccessViolated';
    entries = wanted;
    return 'success';
  };
  const without = (index: number) => entries.filter((each) => each.index !== index);
  const object: CosemObject = implement(specialDaysClass, names.specialDays, {
    read: { entries: () => entries },
    write: { entries: put },
    methods: {
      insert: (entry) => put([...without(entry.index), entry]),
      delete: (index) => put(without(index)),
    },
  });
  return { entries: () => entries, object };
}

type CalendarFace = {
  readonly active: () => Tables;
  readonly passive: () => Tables;
  readonly put: (change: Partial<Tables>) => AccessResult;
  readonly turn: () => CosemDateTime;
  readonly setTurn: (value: CosemDateTime) => void;
};

/** Its passive tables count from when the charge counts that they are for. */
const calendarObject = (of: CalendarFace): CosemObject =>
  implement(activityCalendarClass, names.calendar, {
    read: {
      calendarNameActive: () => of.active().name,
      seasonProfileActive: () => of.active().seasons,
      weekProfileTableActive: () => of.active().weeks,
      dayProfileTableActive: () => of.active().days,
      calendarNamePassive: () => of.passive().name,
      seasonProfilePassive: () => of.passive().seasons,
      weekProfileTablePassive: () => of.passive().weeks,
      dayProfileTablePassive: () => of.passive().days,
      activatePassiveCalendarTime: of.turn,
    },
    write: {
      calendarNamePassive: (name) => of.put({ name }),
      seasonProfilePassive: (seasons) => of.put({ seasons }),
      weekProfileTablePassive: (weeks) => of.put({ weeks }),
      dayProfileTablePassive: (days) => of.put({ days }),
      activatePassiveCalendarTime: (value) => {
        of.setTurn(value);
        return 'success';
      },
    },
    methods: { activatePassiveCalendar: () => 'success' },
  });

const noCharge: UnitCharge = {
  chargePerUnitScaling: { commodityScale: -3, priceScale: 0 },
  commodityReference: { classId: 3, logicalName: names.importEnergy, attribute: 2 },
  chargeTable: [],
};

type Written = {
  readonly tables: Tables;
  readonly specialDays: SpecialDays;
  readonly unitCharge: UnitCharge;
  readonly currency: Currency | null;
  readonly atMs: number;
};

/** As tariff documents say it; null for what they, or the meter, cannot. */
export function documentOf(meter: MeterFace, o: Written): object | null {
  const { unitCharge, currency } = o;
  const { commodityScale } = unitCharge.chargePerUnitScaling;
  if (commodityScale !== -3 || currency === null || unitCharge.chargeTable.length === 0)
    return null;
  const [only] = unitCharge.chargeTable;
  const isFlat = unitCharge.chargeTable.length === 1 && only?.index.length === 0;
  const priced = isFlat
    ? { periods: [], rate: priceText(unitCharge, only?.chargePerUnit ?? 0) }
    : pricedByTime(o);
  if (priced === null) return null;
  const { periods, ...block } = priced;
  const date = Temporal.Instant.fromEpochMilliseconds(o.atMs).toZonedDateTimeISO(meter.zone);
  return {
    ...{ schema: 'prewatt-tariff-1', id: 'by-dlms', version: 1, utility: 'By DLMS' },
    ...{ country: 'ZZ', customerClass: 'This meter', zone: meter.zone },
    currency: { code: currency.currencyName, scale: -currency.currencyScale },
    effectiveFrom: date.toPlainDate().toString(),
    periods,
    energy: {
      repricing: 'purchase',
      schedules: [{ code: 'use', blocks: [{ uptoKwh: null, ...block }] }],
    },
  };
}

/** "2.4541" of 24541 at scale -4. */
function priceText({ chargePerUnitScaling: { priceScale } }: UnitCharge, price: number): string {
  if (priceScale >= 0) return String(price * 10 ** priceScale);
  const digits = String(price).padStart(1 - priceScale, '0');
  return `${digits.slice(0, priceScale)}.${digits.slice(priceScale)}`;
}

type Period = {
  readonly code: string;
  readonly label: string;
  readonly days?: readonly number[];
  readonly dates?: readonly string[];
  readonly calendarMonths?: number[];
  readonly from: string;
  readonly to: string;
};

const mostPeriods = 20;

function pricedByTime({ tables, specialDays, unitCharge }: Written) {
  const prices = new Map(
    unitCharge.chargeTable.map(({ index, chargePerUnit }) => [index[0] ?? 0, chargePerUnit]),
  );
  const periods = new Map<string, Period>();
  const rates: Record<string, string> = {};
  const priceOf = (script: number): string | null => {
    const price = prices.get(script);
    return price === undefined ? null : priceText(unitCharge, price);
  };
  // Days by name come first: they hold whatever the week says.
  for (const { dates, dayId } of namedDays(tables, specialDays)) {
    for (const { script, from, to } of partsOf(tables, dayId)) {
      const rate = priceOf(script);
      if (rate === null || dates === null) return null;
      const code = `p${periods.size + 1}`;
      periods.set(`${dayId} ${from}`, { code, label: `Rate ${script}`, dates, from, to });
      rates[code] = rate;
    }
  }
  for (const { months, week } of monthsOf(tables)) {
    const days = [week.monday, week.tuesday, week.wednesday, week.thursday, week.friday];
    const all = [...days, week.saturday, week.sunday];
    for (const dayId of new Set(all)) {
      const weekdays = all.flatMap((each, nth) => (each === dayId ? [nth + 1] : []));
      const parts = partsOf(tables, dayId);
      if (parts[0]?.from !== '00:00') return null;
      for (const part of parts) {
        const rate = priceOf(part.script);
        if (rate === null) return null;
        const key = `${part.script} ${part.from} ${part.to} ${weekdays}`;
        const code = periods.get(key)?.code ?? `p${periods.size + 1}`;
        const known = periods.get(key)?.calendarMonths ?? [];
        const label = `Rate ${part.script}`;
        const calendarMonths = [...known, ...months];
        const { from, to } = part;
        periods.set(key, { code, label, days: weekdays, calendarMonths, from, to });
        rates[code] = rate;
      }
    }
  }
  const all = [...periods.values()];
  const last = all.pop();
  if (last === undefined || all.length >= mostPeriods) return null;
  // Together they are all hours: the last one is what is left of them, as documents want it.
  return { periods: [...all, { code: last.code, label: last.label }], rates };
}

/** Each day profile of these tables with its dates; null: one is no date of a calendar. */
function namedDays({ days }: Tables, specialDays: SpecialDays) {
  return days.flatMap(({ dayId }) => {
    const named = specialDays.filter((each) => each.dayId === dayId);
    if (named.length === 0) return [];
    const dates = named.map(({ date }) => dateText(date));
    return [{ dayId, dates: dates.every((each) => each !== null) ? dates : null }];
  });
}

function dateText({ year, month, dayOfMonth, dayOfWeek }: SpecialDays[number]['date']) {
  if (month === null || dayOfMonth === null || dayOfWeek !== null) return null;
  const inYear = [month, dayOfMonth].map((each) => String(each).padStart(2, '0')).join('-');
  return year === null ? inYear : `${String(year).padStart(4, '0')}-${inYear}`;
}

const textOf = (octets: Uint8Array): string => new TextDecoder().decode(octets);

/** Each season with its months, up to the next; those that begin within a month are not known. */
function monthsOf({ seasons, weeks }: Tables) {
  const sorted = seasons.toSorted((a, b) => (a.start.month ?? 0) - (b.start.month ?? 0));
  return sorted.flatMap(({ start, weekName }, nth) => {
    const week = weeks.find(({ name }) => textOf(name) === textOf(weekName));
    const from = start.month ?? 1;
    const to = sorted[nth + 1]?.start.month ?? 13;
    const months = Array.from({ length: to - from }, (_, index) => from + index);
    // Before the first begins, the last of the year before goes on.
    const before = nth === sorted.length - 1 ? (sorted[0]?.start.month ?? 1) - 1 : 0;
    const early = Array.from({ length: before }, (_, index) => index + 1);
    return week === undefined ? [] : [{ months: [...early, ...months], week }];
  });
}

const clockText = (hour: number | null, minute: number | null): string =>
  `${String(hour ?? 0).padStart(2, '0')}:${String(minute ?? 0).padStart(2, '0')}`;

function partsOf({ days }: Tables, dayId: number) {
  const schedule = days.find((each) => each.dayId === dayId)?.schedule ?? [];
  const starts = schedule.map(({ startTime, scriptSelector: script }) => ({
    ...{ script, from: clockText(startTime.hour, startTime.minute) },
  }));
  const sorted = starts.toSorted((a, b) => (a.from < b.from ? -1 : 1));
  return sorted.map((part, nth) => ({ ...part, to: sorted[nth + 1]?.from ?? '24:00' }));
}
