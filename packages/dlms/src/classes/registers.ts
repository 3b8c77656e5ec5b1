// Data (1), Register (3), Extended register (4), Demand register (5) and Profile generic (7) of IEC
// 62056-6-2.

import {
  type AttributeType,
  anyData,
  dateTimeType,
  doubleLongUnsignedType,
  enumType,
  integerType,
  listOf,
  logicalNameType,
  longUnsignedType,
  record,
} from '../attribute-types.ts';
import type { LogicalName } from '../logical-name.ts';
import { scalerUnitType } from '../scaler-unit.ts';
import { attribute, defineClass, method } from './define.ts';

export const dataClass = defineClass({
  classId: 1,
  version: 0,
  attributes: { value: attribute(2, anyData) },
  methods: {},
});

export const registerClass = defineClass({
  classId: 3,
  version: 0,
  attributes: { value: attribute(2, anyData), scalerUnit: attribute(3, scalerUnitType) },
  methods: { reset: method(1, integerType) },
});

export const extendedRegisterClass = defineClass({
  classId: 4,
  version: 0,
  attributes: {
    value: attribute(2, anyData),
    scalerUnit: attribute(3, scalerUnitType),
    status: attribute(4, anyData),
    captureTime: attribute(5, dateTimeType),
  },
  methods: { reset: method(1, integerType) },
});

/** An average over `period` seconds, of the last `numberOfPeriods`. */
export const demandRegisterClass = defineClass({
  classId: 5,
  version: 0,
  attributes: {
    currentAverageValue: attribute(2, anyData),
    lastAverageValue: attribute(3, anyData),
    scalerUnit: attribute(4, scalerUnitType),
    status: attribute(5, anyData),
    captureTime: attribute(6, dateTimeType),
    startTimeCurrent: attribute(7, dateTimeType),
    period: attribute(8, doubleLongUnsignedType),
    numberOfPeriods: attribute(9, longUnsignedType),
  },
  methods: { reset: method(1, integerType), nextPeriod: method(2, integerType) },
});

/** An attribute of an object, and which element of it: 0 is all. */
export type CaptureObject = {
  readonly classId: number;
  readonly logicalName: LogicalName;
  readonly attribute: number;
  readonly dataIndex: number;
};

export const captureObjectType: AttributeType<CaptureObject> = record({
  classId: longUnsignedType,
  logicalName: logicalNameType,
  attribute: integerType,
  dataIndex: longUnsignedType,
});

export const profileSelectors = { range: 1, entry: 2 } as const;

export const profileClass = defineClass({
  classId: 7,
  version: 1,
  attributes: {
    buffer: attribute(2, listOf(anyData), [profileSelectors.range, profileSelectors.entry]),
    captureObjects: attribute(3, listOf(captureObjectType)),
    capturePeriod: attribute(4, doubleLongUnsignedType),
    sortMethod: attribute(
      5,
      enumType({
        fifo: 1,
        lifo: 2,
        largest: 3,
        smallest: 4,
        nearestToZero: 5,
        farthestFromZero: 6,
      }),
    ),
    sortObject: attribute(6, captureObjectType),
    entriesInUse: attribute(7, doubleLongUnsignedType),
    profileEntries: attribute(8, doubleLongUnsignedType),
  },
  methods: { reset: method(1, integerType), capture: method(2, integerType) },
});
