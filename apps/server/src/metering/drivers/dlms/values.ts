// Values of a meter, asked for by name: several at once where the meter takes lists, one by one
// where it does not. What one object refuses fails alone.

import type {
  AccessResult,
  AttributeDescriptor,
  ClientRequest,
  Data,
  MethodDescriptor,
  Selection,
} from '@prewatt/dlms';
import {
  type AttributeName,
  type AttributeValue,
  type CosemClass,
  readAttribute,
} from '@prewatt/dlms/classes';
import type { DriverFault } from '@prewatt/protocol';
import { err, ok, type Result } from '@prewatt/quantities';
import type { DlmsSession } from './session.ts';

/** Of one request: its answer stays below what any meter sends at once. */
const attributesAtOnce = 10;

/** For each attribute its value, or null where the meter gives none. */
export async function readAll(
  session: DlmsSession,
  attributes: readonly AttributeDescriptor[],
): Promise<Result<readonly (Data | null)[], DriverFault>> {
  const values: (Data | null)[] = [];
  const step = session.takesLists() ? attributesAtOnce : 1;
  for (let from = 0; from < attributes.length; from += step) {
    const part = attributes.slice(from, from + step);
    const read = await ask(session, part);
    if (!read.ok) return read;
    values.push(...read.value);
  }
  return ok(values);
}

async function ask(
  session: DlmsSession,
  attributes: readonly AttributeDescriptor[],
): Promise<Result<readonly (Data | null)[], DriverFault>> {
  const selected = attributes.map((attribute) => ({ ...attribute, selection: null }));
  const [only] = selected;
  if (only === undefined) return ok([]);
  const request: ClientRequest =
    selected.length === 1
      ? { kind: 'get', attribute: only }
      : { kind: 'getList', attributes: selected };
  const answer = await session.ask(request);
  if (!answer.ok) return answer;
  if (answer.value.kind !== 'read' || answer.value.results.length !== attributes.length) {
    return err('malformed');
  }
  return ok(answer.value.results.map((result) => (result.ok ? result.value : null)));
}

/** One value, or why the meter gives none. */
export async function readOne(
  session: DlmsSession,
  attribute: AttributeDescriptor,
  selection: Selection | null = null,
): Promise<Result<Result<Data, AccessResult>, DriverFault>> {
  const answer = await session.ask({ kind: 'get', attribute: { ...attribute, selection } });
  if (!answer.ok) return answer;
  const [result] = answer.value.kind === 'read' ? answer.value.results : [];
  return result === undefined ? err('malformed') : ok(result);
}

export async function writeOne(
  session: DlmsSession,
  attribute: AttributeDescriptor,
  value: Data,
): Promise<Result<AccessResult, DriverFault>> {
  const answer = await session.ask({
    kind: 'set',
    attribute: { ...attribute, selection: null },
    value,
  });
  if (!answer.ok) return answer;
  const [result] = answer.value.kind === 'written' ? answer.value.results : [];
  return result === undefined ? err('malformed') : ok(result);
}

export async function invoke(
  session: DlmsSession,
  method: MethodDescriptor,
  parameters: Data | null,
): Promise<Result<AccessResult, DriverFault>> {
  const answer = await session.ask({ kind: 'action', method, parameters });
  if (!answer.ok) return answer;
  const [done] = answer.value.kind === 'done' ? answer.value.results : [];
  return done === undefined ? err('malformed') : ok(done.result);
}

/** A value of the class; null where the meter gave none, or one of another type. */
export function valueIn<C extends CosemClass, N extends AttributeName<C>>(
  cosemClass: C,
  name: N,
  data: Data | null | undefined,
): AttributeValue<C, N> | null {
  if (data === null || data === undefined) return null;
  const read = readAttribute(cosemClass, name, data);
  return read.ok ? read.value : null;
}
