// A payment with what its checkout and its notifications need to know of the home or shop behind
// it.

import type { Tx } from '../../base/database.ts';
import type { PaymentPlace } from './settle.ts';

export async function paymentOf(tx: Tx, place: PaymentPlace) {
  const row = await tx
    .selectFrom('payments')
    .leftJoin('connections', (join) =>
      join
        .onRef('connections.bucket', '=', 'payments.bucket')
        .onRef('connections.id', '=', 'payments.connection_id'),
    )
    .leftJoin('sales', (join) =>
      join.onRef('sales.bucket', '=', 'payments.bucket').onRef('sales.id', '=', 'payments.sale_id'),
    )
    .leftJoin('vendors', 'vendors.id', 'payments.vendor_id')
    .selectAll('payments')
    .select(['connections.name as connection_name', 'connections.customer_phone'])
    .select(['sales.request_id as sale_request_id', 'vendors.name as vendor_name'])
    .where('payments.bucket', '=', place.bucket)
    .where('payments.id', '=', place.paymentId)
    .executeTakeFirstOrThrow();
  const { connection_name: connectionName, vendor_name: vendorName } = row;
  const phone = row.payer_phone ?? row.customer_phone;
  return { payment: row, connectionName, vendorName, phone, requestId: row.sale_request_id };
}
