// The ranges of what belongs to a key (IEC 62055-41 clauses 6.1 and 6.5), checked in one place for
// keys, key-change tokens and the states of meters.

/** Refusals, in the order of the checks. */
export type KeyFieldError = 'supplyGroupCode' | 'tariffIndex' | 'keyRevision' | 'keyType';

/** Whether a value is a whole number within a range, both ends included. */
export const isInteger = (value: unknown, from: number, to: number): boolean =>
  Number.isInteger(value) && (value as number) >= from && (value as number) <= to;

/** 93, 14 or 35, as a number. */
export const isBaseDate = (value: unknown): boolean => value === 93 || value === 14 || value === 35;

export function checkKeyFields(o: {
  readonly supplyGroupCode: string;
  readonly tariffIndex: string;
  readonly keyRevision: number;
  readonly keyType: number;
}): KeyFieldError | null {
  if (!/^[0-9]{6}$/.test(o.supplyGroupCode)) return 'supplyGroupCode';
  if (!/^[0-9]{2}$/.test(o.tariffIndex)) return 'tariffIndex';
  if (!isInteger(o.keyRevision, 1, 9)) return 'keyRevision';
  return isInteger(o.keyType, 0, 3) ? null : 'keyType';
}
