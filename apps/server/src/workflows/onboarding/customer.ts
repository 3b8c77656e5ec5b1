// Another customer for a home, or another phone: access goes with the phone, at once, and both
// phones are told. What was bought and used stays with the home.

import { idFromUuid, ok, parsePhone, type Result } from '@prewatt/quantities';
import type { Tx } from '../../base/database.ts';
import type { Messages } from '../../messaging/messages/index.ts';
import { languageToTell } from '../../messaging/phones/index.ts';
import { sayTo } from '../../messaging/texts/index.ts';
import type { AuditLog } from '../../registry/audit-log/index.ts';
import { type Connection, setCustomer } from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';

export type CustomerRefusal = 'phoneFormat' | 'connectionClosed';

export type CustomerChange = {
  readonly utility: Utility;
  readonly connection: Connection;
  readonly by: Parameters<AuditLog['record']>[1];
  readonly reason: string;
  readonly customer: { readonly name: string; readonly phone: string };
  readonly nowMs: number;
};

/**
 * Sets name and phone; the same again changes nothing and tells nobody. The sessions of a phone
 * that loses the home end with the transaction.
 */
export async function changeCustomer(
  o: { readonly messages: Messages; readonly auditLog: AuditLog },
  tx: Tx,
  change: CustomerChange,
): Promise<Result<{ readonly name: string; readonly phone: string }, CustomerRefusal>> {
  const { utility, connection } = change;
  const parsed = parsePhone(change.customer.phone, utility.zone);
  if (!parsed.ok) return { ok: false, error: 'phoneFormat' };
  const customer = { name: change.customer.name, phone: parsed.value };
  const before = { name: connection.customerName, phone: connection.customerPhone };
  if (before.name === customer.name && before.phone === customer.phone) return ok(customer);
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
  if (before.phone !== customer.phone) await tell(o.messages, tx, change, customer.phone);
  return ok(customer);
}

async function tell(
  messages: Messages,
  tx: Tx,
  { utility, connection, nowMs }: CustomerChange,
  phone: string,
): Promise<void> {
  const said = async (to: string, key: 'customer.gone' | 'customer.now') => {
    const language = await languageToTell(tx, utility, to);
    const first = sayTo(language, key, { utility: utility.name, home: connection.name });
    const call =
      utility.helpPhone === null
        ? ''
        : ` ${sayTo(language, 'customer.call', { phone: utility.helpPhone })}`;
    await messages.queue(tx, {
      place: connection,
      kind: 'customerChanged',
      factKey: `customer:${connection.connectionId}:${nowMs}:${to}`,
      phone: to,
      text: `${first}${call}`,
    });
  };
  if (connection.customerPhone !== null) await said(connection.customerPhone, 'customer.gone');
  await said(phone, 'customer.now');
}

/** The last three digits: enough to tell two numbers apart. */
const masked = (phone: string | null): string => (phone === null ? 'none' : `…${phone.slice(-3)}`);
