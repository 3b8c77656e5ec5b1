// Clock (8), Script table (9), Special days table (11), Activity calendar (20) and Single action
// schedule (22).

import {
  anyData,
  booleanType,
  dateTimeType,
  dateType,
  enumType,
  integerType,
  listOf,
  logicalNameType,
  longType,
  longUnsignedType,
  octetsType,
  record,
  timeType,
  unsignedType,
} from '../attribute-types.ts';
import { attribute, defineClass, method } from './define.ts';

export const clockClass = defineClass({
  classId: 8,
  version: 0,
  attributes: {
    time: attribute(2, dateTimeType),
    /** Minutes: local time + time zone = UTC. */
    timeZone: attribute(3, longType),
    status: attribute(4, unsignedType),
    daylightSavingsBegin: attribute(5, dateTimeType),
    daylightSavingsEnd: attribute(6, dateTimeType),
    daylightSavingsDeviation: attribute(7, integerType),
    daylightSavingsEnabled: attribute(8, booleanType),
    clockBase: attribute(
      9,
      enumType({ notDefined: 0, crystal: 1, mains50: 2, mains60: 3, gps: 4, radio: 5 }),
    ),
  },
  methods: {
    adjustToQuarter: method(1, integerType),
    adjustToMeasuringPeriod: method(2, integerType),
    adjustToMinute: method(3, integerType),
    adjustToPresetTime: method(4, integerType),
    presetAdjustingTime: method(
      5,
      record({
        presetTime: dateTimeType,
        validityIntervalStart: dateTimeType,
        validityIntervalEnd: dateTimeType,
      }),
    ),
    /** Seconds, -900 to 900. */
    shiftTime: method(6, longType),
  },
});

const scriptAction = record({
  serviceId: enumType({ write: 1, execute: 2 }),
  classId: longUnsignedType,
  logicalName: logicalNameType,
  index: integerType,
  parameter: anyData,
});

export const scriptTableClass = defineClass({
  classId: 9,
  version: 0,
  attributes: {
    scripts: attribute(
      2,
      listOf(record({ scriptIdentifier: longUnsignedType, actions: listOf(scriptAction) })),
    ),
  },
  methods: { execute: method(1, longUnsignedType) },
});

const specialDay = record({ index: longUnsignedType, date: dateType, dayId: unsignedType });

/** Entries of such a table that a meter and its writer count on; the standard sets no number. */
export const mostSpecialDays = 100;

/** Days by date that have a day profile of their own, whatever the week says. */
export const specialDaysClass = defineClass({
  classId: 11,
  version: 0,
  attributes: { entries: attribute(2, listOf(specialDay)) },
  methods: { insert: method(1, specialDay), delete: method(2, longUnsignedType) },
});

const season = record({ name: octetsType, start: dateTimeType, weekName: octetsType });

const week = record({
  name: octetsType,
  monday: unsignedType,
  tuesday: unsignedType,
  wednesday: unsignedType,
  thursday: unsignedType,
  friday: unsignedType,
  saturday: unsignedType,
  sunday: unsignedType,
});

const day = record({
  dayId: unsignedType,
  schedule: listOf(
    record({
      startTime: timeType,
      scriptLogicalName: logicalNameType,
      scriptSelector: longUnsignedType,
    }),
  ),
});

export const activityCalendarClass = defineClass({
  classId: 20,
  version: 0,
  attributes: {
    calendarNameActive: attribute(2, octetsType),
    seasonProfileActive: attribute(3, listOf(season)),
    weekProfileTableActive: attribute(4, listOf(week)),
    dayProfileTableActive: attribute(5, listOf(day)),
    calendarNamePassive: attribute(6, octetsType),
    seasonProfilePassive: attribute(7, listOf(season)),
    weekProfileTablePassive: attribute(8, listOf(week)),
    dayProfileTablePassive: attribute(9, listOf(day)),
    activatePassiveCalendarTime: attribute(10, dateTimeType),
  },
  methods: { activatePassiveCalendar: method(1, integerType) },
});

export const singleActionScheduleClass = defineClass({
  classId: 22,
  version: 0,
  attributes: {
    executedScript: attribute(
      2,
      record({ scriptLogicalName: logicalNameType, scriptSelector: longUnsignedType }),
    ),
    type: attribute(
      3,
      enumType({ once: 1, sameTimes: 2, anyTimes: 3, sameTimesWildDate: 4, anyTimesWildDate: 5 }),
    ),
    executionTime: attribute(4, listOf(record({ time: timeType, date: dateType }))),
  },
  methods: {},
});
