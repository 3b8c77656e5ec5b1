// What was paid for a sale: the one home of it. A sale keeps what was asked for; what its provider
// says that it received is with the payment, and may be another amount.

import { type RawBuilder, sql } from 'kysely';

/** Of the row of sales by this name: what came for it, or what was asked for while nothing came. */
export const paidMinorOf = (sales: 'sales' | 's'): RawBuilder<bigint> =>
  sql<bigint>`coalesce((SELECT paid.received_minor FROM prewatt.payments paid
    WHERE paid.bucket = ${sql.ref(`${sales}.bucket`)} AND paid.sale_id = ${sql.ref(`${sales}.id`)}
      AND paid.state = 'succeeded'), ${sql.ref(`${sales}.amount_minor`)})`;
