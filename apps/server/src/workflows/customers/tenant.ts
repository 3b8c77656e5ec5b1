// Somebody moves out of a home, in, or one after the other: the final reading is kept, access and
// history change hands at this moment.

import { accounts } from '@prewatt/ledger';
import {
  type Currency,
  err,
  formatMoney,
  idFromUuid,
  ok,
  parsePhone,
  type Result,
} from '@prewatt/quantities';
import type { Tx } from '../../base/database.ts';
import { accountBalance } from '../../money/ledger/index.ts';
import { type Connection, setCustomer } from '../../registry/connections/index.ts';
import {
  type Customer,
  currentOccupancy,
  customerByPhone,
  endOccupancy,
  insertCustomer,
  loadCustomer,
  occupy,
} from '../../registry/customers/index.ts';
import { actorOf, type Change, type CustomerDeps } from './deps.ts';
import type { Refused } from './errors.ts';
import { masked, tellPhones } from './phones.ts';

/** Who comes: one that is known, a person by name and phone, or nobody. */
export type NextTenant =
  | { readonly customerId: string }
  | { readonly name: string; readonly phone: string }
  | null;

type TenantChange = Change & {
  readonly connection: Connection;
  readonly next: NextTenant;
  /** What the meter's register showed when it was read for this. */
  readonly finalReadingWh: bigint | null;
  /** The operator has read that money and debts stay with the home. */
  readonly moneyStays: boolean;
};

export type TenantChanged = { readonly leftName: string | null; readonly cameName: string | null };

export async function changeTenant(
  o: CustomerDeps,
  tx: Tx,
  change: TenantChange,
): Promise<Result<TenantChanged, Refused>> {
  const { utility, connection } = change;
  const lives = await currentOccupancy(tx, connection);
  const read = await readNext(tx, change);
  if (!read.ok) return read;
  if (read.value === null && lives === null) return err({ code: 'sameTenant' });
  if (read.value?.known !== undefined && read.value.known.id === lives?.customerId) {
    return err({ code: 'sameTenant' });
  }
  const money = await moneyOf(tx, change);
  if (money !== null && !change.moneyStays) return err({ code: 'moneyStays', said: money });
  const by = actorOf(change);
  await endOccupancy(tx, connection, { ...by, finalReadingWh: change.finalReadingWh });
  const comes = read.value === null ? null : await customerFor(o, tx, { ...change, ...read.value });
  if (comes !== null) {
    await occupy(tx, { newUuid: o.newUuid, place: connection, customerId: comes.id }, by);
  }
  const isOpen = await setCustomer(tx, connection, comes);
  if (!isOpen) return err({ code: 'connectionClosed' });
  const [from, to] = [connection.customerPhone, comes?.phone ?? null];
  await tellPhones(o.messages, tx, { utility, home: connection, from, to, nowMs: change.nowMs });
  await o.auditLog.record(tx, change.by, {
    act: 'tenantChanged',
    subject: idFromUuid('connection', connection.connectionId),
    details: {
      ...{ name: connection.name, reason: change.reason },
      phone: `${masked(from)} to ${masked(to)}`,
      ...(change.finalReadingWh === null
        ? {}
        : { finalReadingWh: change.finalReadingWh.toString() }),
      ...(money === null ? {} : { money: 'stays with the home' }),
    },
  });
  return ok({ leftName: connection.customerName, cameName: comes?.name ?? null });
}

type Next = { readonly name: string; readonly phone: string; readonly known?: Customer };

async function readNext(
  tx: Tx,
  { next, utility }: TenantChange,
): Promise<Result<Next | null, Refused>> {
  if (next === null) return ok(null);
  if ('customerId' in next) {
    const known = await loadCustomer(tx, next.customerId, { isHeld: true });
    if (known === null) return err({ code: 'unknownCustomer' });
    if (known.mergedInto !== null) return err({ code: 'customerMerged' });
    if (known.phone === null) return err({ code: 'phoneNeeded' });
    return ok({ name: known.name, phone: known.phone, known });
  }
  const parsed = parsePhone(next.phone, utility.zone);
  if (!parsed.ok) return err({ code: 'phoneFormat' });
  const known = await customerByPhone(tx, parsed.value);
  return ok({ name: known?.name ?? next.name, phone: parsed.value, ...(known && { known }) });
}

async function customerFor(
  o: CustomerDeps,
  tx: Tx,
  change: TenantChange & Next,
): Promise<{ readonly id: string; readonly name: string; readonly phone: string } | null> {
  const { name, phone, known } = change;
  if (known !== undefined) return { id: known.id, name, phone };
  const made = { newUuid: o.newUuid, utilityId: change.utility.id, by: actorOf(change) };
  const id = await insertCustomer(tx, made, { name, phone, email: null, note: '' });
  if (id === null) throw new Error('the phone was free a moment ago');
  return { id, name, phone };
}

/** What the next tenant would take over, in words; null when there is nothing. */
async function moneyOf(tx: Tx, { utility, connection }: TenantChange): Promise<string | null> {
  const prepaid = await accountBalance(tx, connection, accounts.customerPrepaid(connection));
  const debts = await tx
    .selectFrom('debts')
    .select((eb) => eb.fn.sum<bigint | string | null>('outstanding_minor').as('owed'))
    .where('bucket', '=', connection.bucket)
    .where('connection_id', '=', connection.connectionId)
    .executeTakeFirstOrThrow();
  return moneyWords({ prepaid, owed: BigInt(debts.owed ?? 0) }, utility.currency);
}

/** Money of the home may be below zero: then it is owed, too. */
export function moneyWords(
  { prepaid, owed }: { readonly prepaid: bigint; readonly owed: bigint },
  currency: Currency,
): string | null {
  const parts = [
    ...(prepaid > 0n ? [`prepaid money of ${formatMoney(prepaid, currency)}`] : []),
    ...(prepaid < 0n ? [`${formatMoney(-prepaid, currency)} owed for use`] : []),
    ...(owed === 0n ? [] : [`debts of ${formatMoney(owed, currency)}`]),
  ];
  if (parts.length === 0) return null;
  return `The home has ${parts.join(' and ')}: the next tenant takes it over. Pay back or write off what should not stay, or say that it stays.`;
}
