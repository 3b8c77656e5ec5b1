// The receipt of who pays for a home that is not theirs: a text to their own phone once the money
// has bought something, or waits. It names the meter by its last digits, and nobody of the home.

import { formatAmount } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Database, Tx } from '../../base/database.ts';
import type { Messages, NewMessage } from '../../messaging/messages/index.ts';
import type { Phones } from '../../messaging/phones/index.ts';
import type { Utilities, Utility } from '../../registry/utilities/index.ts';
import { type PayerReceipt, payerText } from './payer-words.ts';

export type PayerReceiptDeps = {
  readonly database: Database;
  readonly utilities: Utilities;
  readonly messages: Pick<Messages, 'queueMany'>;
  readonly phones: Pick<Phones, 'choicesOf'>;
};

/** Texts of one round; the rest goes in the next. */
const mostAtOnce = 100;

const saleStates: Readonly<Record<string, PayerReceipt['state']>> = {
  ...{ issued: 'bought', delivered: 'bought', stuck: 'late', reversed: 'takenBack' },
};

type Due = {
  readonly bucket: number;
  readonly id: string;
  readonly connection_id: string;
  readonly receipt_phone: string;
  readonly received_minor: bigint;
  readonly provider_reference: string;
  readonly sale_state: string;
  readonly meter_pan: string;
  readonly customer_phone: string | null;
};

/**
 * Queues what is due. The number is forgotten in the same transaction, so nobody is told twice.
 * Returns how many were told.
 */
export async function tellPayers(o: PayerReceiptDeps, utilityId: string): Promise<number> {
  const due = await o.database.inUtility(utilityId, (tx) => dueIn(tx, 'look'));
  if (due.length === 0) return 0;
  const utility = await o.utilities.get(utilityId);
  const phones = new Set(due.map((row) => row.receipt_phone));
  const chosen = await Promise.all(
    [...phones].map(async (phone) => [phone, (await o.phones.choicesOf(phone)).language] as const),
  );
  const languageOf = new Map(chosen);
  return o.database.inUtility(utilityId, async (tx) => {
    const locked = await dueIn(tx, 'lock');
    const told = locked.filter((row) => languageOf.has(row.receipt_phone));
    // The home's own phone has the token already.
    const strangers = told.filter((row) => row.receipt_phone !== row.customer_phone);
    await o.messages.queueMany(
      tx,
      strangers.map((row) =>
        messageOf(utility, row, languageOf.get(row.receipt_phone) ?? utility.writing.language),
      ),
    );
    for (const { bucket, id } of told) {
      await tx
        .updateTable('payments')
        .set({ receipt_phone: null })
        .where('bucket', '=', bucket)
        .where('id', '=', id)
        .execute();
    }
    return strangers.length;
  });
}

async function dueIn(tx: Tx, how: 'look' | 'lock'): Promise<readonly Due[]> {
  const lock = how === 'lock' ? sql`FOR UPDATE OF p SKIP LOCKED` : sql``;
  const { rows } = await sql<Due>`SELECT p.bucket, p.id, p.connection_id, p.receipt_phone,
      p.received_minor, p.provider_reference, s.state AS sale_state, m.meter_pan, c.customer_phone
    FROM payments p
    JOIN sales s ON s.bucket = p.bucket AND s.id = p.sale_id
    JOIN connections c ON c.bucket = p.bucket AND c.id = p.connection_id
    JOIN meters m ON m.bucket = s.bucket AND m.id = s.meter_id
    WHERE p.receipt_phone IS NOT NULL AND p.state = 'succeeded'
      AND s.state IN ('issued', 'delivered', 'stuck', 'reversed')
    ORDER BY p.bucket, p.id LIMIT ${mostAtOnce} ${lock}`.execute(tx);
  return rows;
}

function messageOf(utility: Utility, row: Due, language: string): NewMessage {
  const { bucket, connection_id: connectionId } = row;
  const { currency } = utility;
  return {
    place: { utilityId: utility.id, bucket, connectionId },
    kind: 'payerReceipt',
    factKey: `payer:${row.id}`,
    phone: row.receipt_phone,
    text: payerText(language, {
      state: saleStates[row.sale_state] ?? 'late',
      utility: utility.name,
      amount: `${currency.code} ${formatAmount(row.received_minor, currency)}`,
      meterEnd: row.meter_pan.slice(-4),
      reference: row.provider_reference,
    }),
  };
}
