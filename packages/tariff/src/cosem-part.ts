// Whether the classes of COSEM can say a tariff: one price for each period (Charge) and when which
// holds (Activity calendar, Special days table). What each field means for that stands in the table
// of fields.

import type { Tariff } from './document.ts';
import { fieldsOf, type SetField } from './field-walk.ts';

/** All of it or nothing: a part would be another price. */
export function isForCosem(tariff: Tariff): boolean {
  // What is in the price already changes none.
  const levies = tariff.levies.filter(({ included }) => !included);
  // A levy that says of what it is taken by nothing is taken of all.
  if (levies.some(({ of }) => of === undefined)) return false;
  return fieldsOf({ ...tariff, levies }).every((each) => cosemOf(each) === 'kept');
}

function cosemOf({ field, value }: SetField): 'kept' | 'never' {
  return typeof field.cosem === 'function' ? field.cosem(value) : field.cosem;
}
