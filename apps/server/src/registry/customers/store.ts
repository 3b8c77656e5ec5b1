// Rows of customers.

import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';

export type CustomerFields = {
  readonly name: string;
  /** As directories keep it; null: none is known. */
  readonly phone: string | null;
  readonly email: string | null;
  readonly note: string;
};

export type Customer = CustomerFields & {
  readonly id: string;
  readonly version: number;
  readonly changedAtMs: number;
  /** Null: nobody since it was made. */
  readonly changedBy: string | null;
  readonly mergedInto: string | null;
  readonly createdAtMs: number;
};

const rows = (tx: Tx) =>
  tx
    .selectFrom('customers')
    .leftJoin('operators', 'operators.id', 'customers.changed_by')
    .selectAll('customers')
    .select('operators.name as changed_by_name');

type Row = Awaited<ReturnType<ReturnType<typeof rows>['execute']>>[number];

const customerFrom = (row: Row): Customer => ({
  id: row.id,
  name: row.name,
  phone: row.phone,
  email: row.email,
  note: row.note,
  version: row.version,
  changedAtMs: row.changed_at,
  changedBy: row.changed_by_name,
  mergedInto: row.merged_into,
  createdAtMs: row.created_at,
});

/** `isHeld`: nobody else changes it before the transaction ends. */
export async function loadCustomer(
  tx: Tx,
  id: string,
  { isHeld = false }: { readonly isHeld?: boolean } = {},
): Promise<Customer | null> {
  if (isHeld) {
    await tx.selectFrom('customers').select('id').where('id', '=', id).forUpdate().execute();
  }
  const row = await rows(tx).where('customers.id', '=', id).executeTakeFirst();
  return row === undefined ? null : customerFrom(row);
}

export async function customerByPhone(tx: Tx, phone: string): Promise<Customer | null> {
  const row = await rows(tx)
    .where('customers.utility_id', '=', sql<string>`prewatt.current_utility()`)
    .where('customers.phone', '=', phone)
    .where('customers.merged_into', 'is', null)
    .executeTakeFirst();
  return row === undefined ? null : customerFrom(row);
}

/** Whom this request made, if it came before. */
export async function customerByRequest(tx: Tx, requestId: string): Promise<Customer | null> {
  const row = await rows(tx)
    .where('customers.utility_id', '=', sql<string>`prewatt.current_utility()`)
    .where('customers.request_id', '=', requestId)
    .executeTakeFirst();
  return row === undefined ? null : customerFrom(row);
}

/** Those that were merged into one. */
export async function mergedCustomers(tx: Tx, into: string): Promise<readonly Customer[]> {
  const found = await rows(tx)
    .where('customers.merged_into', '=', into)
    .orderBy('customers.name')
    .execute();
  return found.map(customerFrom);
}

type By = { readonly operatorId: string | null; readonly nowMs: number };

/** Null when somebody has the phone already. */
export async function insertCustomer(
  tx: Tx,
  o: {
    readonly newUuid: NewUuid;
    readonly utilityId: string;
    readonly by: By;
    /** Of one that is made by itself, not with a home. */
    readonly requestId?: string;
  },
  fields: CustomerFields,
): Promise<string | null> {
  const at = new Date(o.by.nowMs);
  const row = await tx
    .insertInto('customers')
    .values({
      ...fields,
      id: o.newUuid(),
      utility_id: o.utilityId,
      changed_at: at,
      changed_by: o.by.operatorId,
      created_at: at,
      request_id: o.requestId ?? null,
    })
    .onConflict((conflict) =>
      conflict.columns(['utility_id', 'phone']).where('merged_into', 'is', null).doNothing(),
    )
    .returning('id')
    .executeTakeFirst();
  return row?.id ?? null;
}

/** The next version of one that the caller holds. */
export async function changeCustomerRow(
  tx: Tx,
  id: string,
  fields: Partial<CustomerFields>,
  by: By,
): Promise<void> {
  await tx
    .updateTable('customers')
    .set({
      ...fields,
      version: sql<number>`version + 1`,
      changed_at: new Date(by.nowMs),
      changed_by: by.operatorId,
    })
    .where('id', '=', id)
    .execute();
}

/** Is one with another from now on; null: stands by itself again. */
export async function markMerged(tx: Tx, id: string, into: string | null, by: By): Promise<void> {
  await tx
    .updateTable('customers')
    .set({
      merged_into: into,
      version: sql<number>`version + 1`,
      changed_at: new Date(by.nowMs),
      changed_by: by.operatorId,
    })
    .where('id', '=', id)
    .execute();
}
