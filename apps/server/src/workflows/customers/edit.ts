// A customer made and changed. A phone that changes, changes for all homes of the customer.

import { err, idFromUuid, ok, parsePhone, type Result, zonedAt } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import { holdRequestId } from '../../base/request-ids.ts';
import { loadConnection, setCustomer } from '../../registry/connections/index.ts';
import {
  type Customer,
  type CustomerFields,
  changeCustomerRow,
  customerByPhone,
  customerByRequest,
  insertCustomer,
  loadCustomer,
  occupanciesOf,
} from '../../registry/customers/index.ts';
import { actorOf, type Change, type CustomerDeps } from './deps.ts';
import type { Refused } from './errors.ts';
import { masked, tellPhones } from './phones.ts';

export type Saved = { readonly customerId: string; readonly version: number };

/** With the phone as directories keep it. */
function readFields(fields: CustomerFields, zone: string): CustomerFields | null {
  if (fields.phone === null) return fields;
  const parsed = parsePhone(fields.phone, zone);
  return parsed.ok ? { ...fields, phone: parsed.value } : null;
}

export async function makeCustomer(
  o: CustomerDeps,
  tx: Tx,
  change: Omit<Change, 'reason'> & { readonly requestId: string; readonly fields: CustomerFields },
): Promise<Result<Saved, Refused>> {
  const { requestId } = change;
  await holdRequestId(tx, { feature: 'customer', utilityId: change.utility.id, requestId });
  const before = await customerByRequest(tx, requestId);
  if (before !== null) return ok({ customerId: before.id, version: before.version });
  const fields = readFields(change.fields, change.utility.zone);
  if (fields === null) return err({ code: 'phoneFormat' });
  const by = { operatorId: change.by.operatorId, nowMs: change.nowMs };
  const made = { newUuid: o.newUuid, utilityId: change.utility.id, requestId, by };
  const id = await insertCustomer(tx, made, fields);
  if (id === null) return err({ code: 'phoneTaken', said: await whoHas(tx, fields.phone) });
  await o.auditLog.record(tx, change.by, {
    act: 'customerMade',
    subject: idFromUuid('customer', id),
    details: { name: fields.name, phone: masked(fields.phone) },
  });
  return ok({ customerId: id, version: 1 });
}

export async function editCustomer(
  o: CustomerDeps,
  tx: Tx,
  change: Change & {
    readonly customerId: string;
    readonly version: number;
    readonly fields: CustomerFields;
  },
): Promise<Result<Saved, Refused>> {
  const { utility, customerId } = change;
  const fields = readFields(change.fields, utility.zone);
  if (fields === null) return err({ code: 'phoneFormat' });
  const before = await loadCustomer(tx, customerId, { isHeld: true });
  if (before === null) return err({ code: 'unknownCustomer' });
  if (before.mergedInto !== null) return err({ code: 'customerMerged' });
  if (before.version !== change.version) {
    return err({ code: 'changedMeanwhile', said: await whatChanged(tx, before, utility.zone) });
  }
  const details = differences(before, fields);
  if (Object.keys(details).length === 0) return ok({ customerId, version: before.version });
  const homes = (await occupanciesOf(tx, customerId)).filter(({ endedAtMs }) => endedAtMs === null);
  if (fields.phone === null && homes.length > 0) return err({ code: 'phoneNeeded' });
  const holder = fields.phone === null ? null : await customerByPhone(tx, fields.phone);
  if (holder !== null && holder.id !== customerId) {
    return err({ code: 'phoneTaken', said: await whoHas(tx, fields.phone) });
  }
  await changeCustomerRow(tx, customerId, fields, actorOf(change));
  for (const { place } of homes) {
    const home = await loadConnection(tx, place);
    if (home === null || fields.phone === null) continue;
    await setCustomer(tx, place, { name: fields.name, phone: fields.phone });
    const from = home.customerPhone;
    const told = { utility, home, from, to: fields.phone, nowMs: change.nowMs };
    await tellPhones(o.messages, tx, told);
  }
  await o.auditLog.record(tx, change.by, {
    act: 'customerEdited',
    subject: idFromUuid('customer', customerId),
    details: { name: fields.name, reason: change.reason, ...details },
  });
  return ok({ customerId, version: before.version + 1 });
}

const whoHas = async (tx: Tx, phone: string | null): Promise<string> => {
  const holder = phone === null ? null : await customerByPhone(tx, phone);
  return holder === null
    ? 'Another customer has this phone.'
    : `${holder.name} has this phone. Open that customer, or merge the two.`;
};

/** What an edit changes, for the audit log and for whoever edited at the same time. */
function differences(before: Customer, after: CustomerFields): Record<string, string> {
  const changed: Record<string, string> = {};
  if (before.name !== after.name) changed['renamed'] = `${before.name} to ${after.name}`;
  if (before.phone !== after.phone) {
    changed['phone'] = `${masked(before.phone)} to ${masked(after.phone)}`;
  }
  if (before.email !== after.email) changed['email'] = after.email === null ? 'removed' : 'another';
  if (before.note !== after.note) changed['note'] = after.note === '' ? 'removed' : 'another';
  return changed;
}

const fieldWords: Readonly<Record<string, string>> = {
  renamed: 'the name',
  phone: 'the phone',
  email: 'the e-mail address',
  note: 'the note',
};

/** "Thandi N. changed the phone and the note at 14:03 on 2 December." */
async function whatChanged(tx: Tx, now: Customer, zone: string): Promise<string> {
  const { rows } = await sql<{ details: Record<string, string> }>`
    SELECT details FROM operator_acts
    WHERE utility_id = prewatt.current_utility() AND subject = ${idFromUuid('customer', now.id)}
    ORDER BY at DESC, id DESC LIMIT 1`.execute(tx);
  const fields = Object.entries(fieldWords).flatMap(([name, words]) =>
    rows[0]?.details[name] === undefined ? [] : [words],
  );
  const what = fields.length === 0 ? 'this customer' : fields.join(' and ');
  const who = now.changedBy ?? 'Somebody';
  const at = zonedAt(now.changedAtMs, zone);
  const when = `${at.toPlainTime().toString({ smallestUnit: 'minute' })} on ${at.toPlainDate()}`;
  return `${who} changed ${what} at ${when}, after you opened the form. Look at what is there now, then press again to keep yours.`;
}
