// Two customers that are one person, made one; and taken apart again when they were not.

import { err, idFromUuid, ok, type Result } from '@prewatt/quantities';
import type { Tx } from '../../base/database.ts';
import { loadConnection, setCustomer } from '../../registry/connections/index.ts';
import {
  type Customer,
  changeCustomerRow,
  customerByPhone,
  giveOccupancies,
  loadCustomer,
  markMerged,
  type Occupancy,
  occupanciesOf,
} from '../../registry/customers/index.ts';
import { actorOf, type Change, type CustomerDeps } from './deps.ts';
import type { Saved } from './edit.ts';
import type { Refused } from './errors.ts';
import { masked, tellPhones } from './phones.ts';

type Two = Change & { readonly customerId: string; readonly otherId: string };

/** Both held, in one order whoever asks. */
async function hold(tx: Tx, { customerId, otherId }: Two) {
  const held = new Map<string, Customer | null>();
  for (const id of [customerId, otherId].sort()) {
    held.set(id, await loadCustomer(tx, id, { isHeld: true }));
  }
  return { customer: held.get(customerId) ?? null, other: held.get(otherId) ?? null };
}

export async function mergeCustomers(
  o: CustomerDeps,
  tx: Tx,
  change: Two,
): Promise<Result<Saved, Refused>> {
  if (change.customerId === change.otherId) return err({ code: 'mergeItself' });
  const { customer, other } = await hold(tx, change);
  if (customer === null || other === null) return err({ code: 'unknownCustomer' });
  // Pressed again after a lost answer: it is done.
  if (other.mergedInto === customer.id)
    return ok({ customerId: customer.id, version: customer.version });
  if (customer.mergedInto !== null || other.mergedInto !== null) {
    return err({ code: 'customerMerged' });
  }
  const by = actorOf(change);
  await markMerged(tx, other.id, customer.id, by);
  const phone = customer.phone ?? other.phone;
  await changeCustomerRow(tx, customer.id, { phone }, by);
  const homes = await occupanciesOf(tx, other.id);
  await giveOccupancies(tx, {
    ids: homes.map(({ id }) => id),
    ...{ to: customer.id, mergedFrom: other.id },
  });
  await nameHomes(o, tx, { ...change, homes, as: { name: customer.name, phone } });
  await o.auditLog.record(tx, change.by, {
    act: 'customersMerged',
    subject: idFromUuid('customer', customer.id),
    details: {
      ...{ name: customer.name, reason: change.reason, merged: other.name },
      phone: `${masked(other.phone)} to ${masked(phone)}`,
    },
  });
  return ok({ customerId: customer.id, version: customer.version + 1 });
}

/** What came by the merge goes back; what the two did since stays as it is. */
export async function unmergeCustomers(
  o: CustomerDeps,
  tx: Tx,
  change: Two,
): Promise<Result<Saved, Refused>> {
  const { customer, other } = await hold(tx, change);
  if (customer === null || other === null) return err({ code: 'unknownCustomer' });
  if (other.mergedInto !== customer.id) return err({ code: 'notMerged' });
  const by = actorOf(change);
  const holder = other.phone === null ? null : await customerByPhone(tx, other.phone);
  // The phone came along with the merge where the customer had none.
  const isLent = holder?.id === customer.id;
  if (holder !== null && !isLent) {
    return err({ code: 'phoneTaken', said: `${holder.name} has the phone of ${other.name} now.` });
  }
  const homes = (await occupanciesOf(tx, customer.id)).filter(
    ({ mergedFrom }) => mergedFrom === other.id,
  );
  await changeCustomerRow(tx, customer.id, isLent ? { phone: null } : {}, by);
  await markMerged(tx, other.id, null, by);
  await giveOccupancies(tx, {
    ids: homes.map(({ id }) => id),
    ...{ to: other.id, mergedFrom: null },
  });
  await nameHomes(o, tx, { ...change, homes, as: other });
  await o.auditLog.record(tx, change.by, {
    act: 'customersUnmerged',
    subject: idFromUuid('customer', customer.id),
    details: { name: customer.name, reason: change.reason, apart: other.name },
  });
  return ok({ customerId: customer.id, version: customer.version + 1 });
}

/** The homes of today carry the name and the phone of whose they are. */
async function nameHomes(
  o: CustomerDeps,
  tx: Tx,
  change: Change & {
    readonly homes: readonly Occupancy[];
    readonly as: { readonly name: string; readonly phone: string | null };
  },
): Promise<void> {
  const { utility, as, nowMs } = change;
  for (const { place, endedAtMs } of change.homes) {
    if (endedAtMs !== null) continue;
    const home = await loadConnection(tx, place);
    if (home === null) continue;
    await setCustomer(tx, place, as.phone === null ? null : { name: as.name, phone: as.phone });
    await tellPhones(o.messages, tx, {
      utility,
      home,
      from: home.customerPhone,
      to: as.phone,
      nowMs,
    });
  }
}
