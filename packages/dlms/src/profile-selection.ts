// Selective access to the buffer of a Profile generic: by range of one captured value, and by entry
// (IEC 62056-6-2, class 7). Both ways: what a client asks, and what a meter picks.

import { err, ok, type Result } from '@prewatt/quantities';
import {
  type AttributeType,
  anyData,
  dateTimeType,
  doubleLongUnsignedType,
  listOf,
  longUnsignedType,
  record,
} from './attribute-types.ts';
import { type CaptureObject, captureObjectType, profileSelectors } from './classes/registers.ts';
import { type Data, structure } from './data.ts';
import { instantOf } from './date-time.ts';
import { wholeOf } from './scaler-unit.ts';
import type { AccessResult, Selection } from './services.ts';

export type RangeSelection = {
  readonly restrictingObject: CaptureObject;
  readonly fromValue: Data;
  readonly toValue: Data;
  /** None: all. */
  readonly selectedValues: readonly CaptureObject[];
};

export type EntrySelection = {
  /** From 1 on. */
  readonly fromEntry: number;
  /** 0: up to the last. */
  readonly toEntry: number;
  readonly fromSelectedValue: number;
  /** 0: up to the last. */
  readonly toSelectedValue: number;
};

const rangeType: AttributeType<RangeSelection> = record({
  restrictingObject: captureObjectType,
  fromValue: anyData,
  toValue: anyData,
  selectedValues: listOf(captureObjectType),
});

const entryType: AttributeType<EntrySelection> = record({
  fromEntry: doubleLongUnsignedType,
  toEntry: doubleLongUnsignedType,
  fromSelectedValue: longUnsignedType,
  toSelectedValue: longUnsignedType,
});

export const selectRange = (range: RangeSelection): Selection => ({
  selector: profileSelectors.range,
  parameters: rangeType.write(range),
});

export const selectEntries = (entries: EntrySelection): Selection => ({
  selector: profileSelectors.entry,
  parameters: entryType.write(entries),
});

export type ProfileContent = {
  readonly captureObjects: readonly CaptureObject[];
  readonly rows: readonly (readonly Data[])[];
  /** Local time minus UTC, for instants that do not say it. */
  readonly offsetMinutes?: number;
};

/** The rows that a selection picks, as structures; all of them for null. */
export function pickRows(
  content: ProfileContent,
  selection: Selection | null,
): Result<readonly Data[], AccessResult> {
  if (selection === null) return ok(content.rows.map((row) => structure(...row)));
  if (selection.selector === profileSelectors.range) return pickRange(content, selection);
  if (selection.selector === profileSelectors.entry) return pickEntries(content, selection);
  return err('scopeOfAccessViolated');
}

function pickEntries(
  { rows, captureObjects }: ProfileContent,
  { parameters }: Selection,
): Result<readonly Data[], AccessResult> {
  const asked = entryType.read(parameters);
  if (!asked.ok) return asked;
  const { fromEntry, toEntry, fromSelectedValue, toSelectedValue } = asked.value;
  const lastColumn = toSelectedValue === 0 ? captureObjects.length : toSelectedValue;
  const firstColumn = Math.max(1, fromSelectedValue);
  if (lastColumn > captureObjects.length || firstColumn > lastColumn) {
    return err('scopeOfAccessViolated');
  }
  const picked = rows.slice(Math.max(1, fromEntry) - 1, toEntry === 0 ? undefined : toEntry);
  return ok(picked.map((row) => structure(...row.slice(firstColumn - 1, lastColumn))));
}

function pickRange(
  content: ProfileContent,
  { parameters }: Selection,
): Result<readonly Data[], AccessResult> {
  const asked = rangeType.read(parameters);
  if (!asked.ok) return asked;
  const { restrictingObject, fromValue, toValue, selectedValues } = asked.value;
  const { captureObjects, rows, offsetMinutes = 0 } = content;
  const by = columnOf(captureObjects, restrictingObject);
  const columns = selectedValues.map((each) => columnOf(captureObjects, each));
  if (by === -1 || columns.includes(-1)) return err('scopeOfAccessViolated');
  const from = placeOf(fromValue, offsetMinutes);
  const to = placeOf(toValue, offsetMinutes);
  const isIn = (row: readonly Data[]): boolean => {
    const value = row[by];
    const place = value === undefined ? null : placeOf(value, offsetMinutes);
    return place !== null && (from === null || place >= from) && (to === null || place <= to);
  };
  return ok(
    rows
      .filter(isIn)
      .map((row) =>
        columns.length === 0
          ? structure(...row)
          : structure(...columns.flatMap((column) => row[column] ?? [])),
      ),
  );
}

const columnOf = (captureObjects: readonly CaptureObject[], wanted: CaptureObject): number =>
  captureObjects.findIndex(
    (each) =>
      each.classId === wanted.classId &&
      each.logicalName === wanted.logicalName &&
      each.attribute === wanted.attribute &&
      (wanted.dataIndex === 0 || each.dataIndex === wanted.dataIndex),
  );

/** Where a value stands in an order; null where it is open, which bounds nothing. */
function placeOf(value: Data, offsetMinutes: number): bigint | number | null {
  const moment = dateTimeType.read(value);
  if (moment.ok) return instantOf(moment.value, offsetMinutes);
  if (value.type === 'float32' || value.type === 'float64') return value.value;
  return wholeOf(value);
}
