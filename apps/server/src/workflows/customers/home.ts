// Another customer for a home, or another phone: access goes with the phone, at once, and both
// phones are told. Whoever comes after somebody else sees nothing from before.

import { idFromUuid, ok, parsePhone, type Result } from '@prewatt/quantities';
import type { Tx } from '../../base/database.ts';
import { type Connection, setCustomer } from '../../registry/connections/index.ts';
import {
  changeCustomerRow,
  currentOccupancy,
  customerByPhone,
  endOccupancy,
  insertCustomer,
  loadCustomer,
  occupanciesOf,
  occupy,
} from '../../registry/customers/index.ts';
import { actorOf, type Change, type CustomerDeps } from './deps.ts';
import { masked, tellPhones } from './phones.ts';

type HomeRefusal = 'phoneFormat' | 'connectionClosed';
type Person = { readonly name: string; readonly phone: string };

/**
 * Sets name and phone; the same again changes nothing and tells nobody. The sessions of a phone
 * that loses the home end with the transaction.
 */
export async function changeCustomer(
  o: CustomerDeps,
  tx: Tx,
  change: Change & { readonly connection: Connection; readonly customer: Person },
): Promise<Result<Person, HomeRefusal>> {
  const { utility, connection } = change;
  const parsed = parsePhone(change.customer.phone, utility.zone);
  if (!parsed.ok) return { ok: false, error: 'phoneFormat' };
  const customer = { name: change.customer.name, phone: parsed.value };
  const before = { name: connection.customerName, phone: connection.customerPhone };
  if (before.name === customer.name && before.phone === customer.phone) return ok(customer);
  await houseOf(o, tx, { ...change, customer });
  if (!(await setCustomer(tx, connection, customer))) {
    return { ok: false, error: 'connectionClosed' };
  }
  await o.auditLog.record(tx, change.by, {
    act: 'customerChanged',
    subject: idFromUuid('connection', connection.connectionId),
    details: {
      name: connection.name,
      reason: change.reason,
      customer: before.name === customer.name ? 'the same name' : 'another name',
      phone:
        before.phone === customer.phone
          ? 'the same'
          : `${masked(before.phone)} to ${masked(customer.phone)}`,
    },
  });
  const { nowMs } = change;
  await tellPhones(o.messages, tx, {
    ...{ utility, home: connection, from: before.phone, to: customer.phone, nowMs },
  });
  return ok(customer);
}

/** The home is whose the phone is: of somebody known, of this one under another number, or new. */
async function houseOf(
  o: CustomerDeps,
  tx: Tx,
  change: Change & { readonly connection: Connection; readonly customer: Person },
): Promise<void> {
  const { connection, customer } = change;
  const by = actorOf(change);
  const lives = await currentOccupancy(tx, connection);
  const known = await customerByPhone(tx, customer.phone);
  if (known !== null) {
    if (known.id !== lives?.customerId) {
      await moveIn(o, tx, { ...change, connection, customerId: known.id });
    } else if (known.name !== customer.name) {
      await changeCustomerRow(tx, known.id, { name: customer.name }, by);
    }
    return;
  }
  if (lives !== null && customer.name === connection.customerName) {
    const homes = await occupanciesOf(tx, lives.customerId);
    const isOnly = homes.filter(({ endedAtMs }) => endedAtMs === null).length === 1;
    if (isOnly && (await loadCustomer(tx, lives.customerId)) !== null) {
      await changeCustomerRow(tx, lives.customerId, { phone: customer.phone }, by);
      return;
    }
  }
  const fields = { ...customer, email: null, note: '' };
  const made = { newUuid: o.newUuid, utilityId: connection.utilityId, by };
  const customerId = await insertCustomer(tx, made, fields);
  if (customerId !== null) await moveIn(o, tx, { ...change, connection, customerId });
}

async function moveIn(
  o: CustomerDeps,
  tx: Tx,
  change: Change & { readonly connection: Connection; readonly customerId: string },
): Promise<void> {
  const { connection: place, customerId } = change;
  await endOccupancy(tx, place, actorOf(change));
  await occupy(tx, { newUuid: o.newUuid, place, customerId }, actorOf(change));
}
