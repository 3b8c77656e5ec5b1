// Sales that a provider's notification begins, beside sales of tills, in turns of one run: what the
// signature, the payment's row and its directories cost. The purchases are begun before they are
// measured; each notification comes once, from a provider that has many addresses.

import pg from 'pg';
import {
  f,
  load,
  mean,
  measureMost,
  openSize,
  type Run,
  type Size,
  settleSeconds,
  turns,
} from './measure.ts';

/** Behind a proxy, so that the limits of one address do not end the measurement. */
const behindProxy = { PREWATT_TRUSTED_PROXIES: '127.0.0.1' };
/** Of those that tills sell in the same time. */
const seededShare = 2;
const settlePayments = 30_000;

export async function measureNotifications(run: Run, connections: number): Promise<object> {
  const tills = await openSize(run, connections);
  const told = await openSize(run, connections, { environment: behindProxy });
  try {
    const settle = { seconds: 0, warmUpSeconds: settleSeconds, perSecond: null, sockets: 192 };
    const { keys } = tills;
    await load({ ...settle, keys, connections, port: tills.server.port });
    const { webhookSecret } = told;
    const notices = { webhookSecret, payments: await seedPayments(told, settlePayments) };
    await load({ ...settle, keys, connections, port: told.server.port, notices });
    for (let turn = 0; turn < turns; turn++) {
      await measureMost(run, tills);
      const seconds = run.seconds / turns + 2;
      const wanted = Math.ceil((tills.most.at(-1) ?? 0) * seconds * seededShare) + 2_000;
      const payments = await seedPayments(told, wanted);
      await measureMost(run, told, { notices: { webhookSecret, payments } });
    }
    const [perTill, perNotice] = [mean(tills.most), mean(told.most)];
    const ratio = Math.round((perNotice / perTill) * 100) / 100;
    run.print('');
    run.print(`by till          ${f(perTill)}/s`);
    run.print(`by notification  ${f(perNotice)}/s`);
    run.print(`ratio            ${f(ratio, 2)}`);
    return { bench: 'sales', by: 'notification', perSecond: Math.round(perNotice), ratio };
  } finally {
    await tills.server.stop();
    await told.server.stop();
  }
}

/** Purchases that wait for their money, spread over the connections. */
async function seedPayments(
  size: Size,
  count: number,
): Promise<readonly { readonly id: string; readonly amountMinor: string }[]> {
  const client = new pg.Client({ connectionString: size.ownerUrl });
  await client.connect();
  try {
    await client.query('SET search_path = prewatt');
    await client.query('SET session_replication_role = replica');
    await client.query(`CREATE TEMP TABLE begun AS SELECT uuidv7() AS id, uuidv7() AS sale_id,
        c.bucket, c.utility_id, c.id AS connection_id, m.id AS meter_id,
        1000 + (random() * 20000)::bigint AS amount_minor
      FROM generate_series(1, ${count}) n JOIN (SELECT *, row_number() OVER () - 1 AS at
        FROM connections) c ON c.at = n % ${size.connections}
      JOIN meters m ON m.bucket = c.bucket AND m.connection_id = c.id`);
    await client.query(`INSERT INTO sales (bucket, id, utility_id, connection_id, meter_id,
        amount_minor, state, requested_at)
      SELECT bucket, sale_id, utility_id, connection_id, meter_id, amount_minor, 'awaitingPayment',
        now() FROM begun`);
    await client.query(`INSERT INTO payments (bucket, id, utility_id, connection_id, sale_id,
        provider, amount_minor, state, requested_at, next_check_at)
      SELECT bucket, id, utility_id, connection_id, sale_id, 'sandbox', amount_minor, 'pending',
        now(), now() + interval '1 day' FROM begun`);
    await client.query(`INSERT INTO payment_directory (payment_id, utility_id, bucket)
      SELECT id, utility_id, bucket FROM begun`);
    await client.query('VACUUM ANALYZE sales, payments, payment_directory');
    const { rows } = await client.query<{ id: string; amountMinor: string }>(
      'SELECT id, amount_minor::text AS "amountMinor" FROM begun ORDER BY random()',
    );
    return rows;
  } finally {
    await client.end();
  }
}
