// The baseline's process: the five statements of TPC-B in a transaction, prepared, on several
// connections, as fast as the same client library drives them on the same PostgreSQL.

import pg from 'pg';
import type { BaselinePlan } from './plan.ts';

const statements = [
  ['a', 'UPDATE tpcb_accounts SET abalance = abalance + $1 WHERE aid = $2'],
  ['b', 'SELECT abalance FROM tpcb_accounts WHERE aid = $1'],
  ['t', 'UPDATE tpcb_tellers SET tbalance = tbalance + $1 WHERE tid = $2'],
  ['r', 'UPDATE tpcb_branches SET bbalance = bbalance + $1 WHERE bid = $2'],
  ['h', 'INSERT INTO tpcb_history (tid, bid, aid, delta, mtime) VALUES ($1, $2, $3, $4, now())'],
] as const;

const below = (limit: number): number => 1 + Math.floor(Math.random() * limit);

async function transaction(client: pg.Client, scale: number): Promise<void> {
  const [aid, tid, bid] = [below(scale * 100_000), below(scale * 10), below(scale)];
  const delta = below(10_000) - 5_000;
  const values = [[delta, aid], [aid], [delta, tid], [delta, bid], [tid, bid, aid, delta]];
  await client.query('BEGIN');
  for (const [i, [name, text]] of statements.entries()) {
    await client.query({ name, text, values: values[i] ?? [] });
  }
  await client.query('COMMIT');
}

async function run(plan: BaselinePlan): Promise<number> {
  const clients = await Promise.all(
    Array.from({ length: plan.connections }, async () => {
      const client = new pg.Client({ connectionString: plan.url });
      await client.connect();
      return client;
    }),
  );
  const startMs = performance.now() + 1_000;
  const endMs = startMs + plan.seconds * 1_000;
  let done = 0;
  await Promise.all(
    clients.map(async (client) => {
      while (performance.now() < endMs) {
        await transaction(client, plan.scale);
        const nowMs = performance.now();
        if (nowMs >= startMs && nowMs <= endMs) done += 1;
      }
    }),
  );
  await Promise.all(clients.map((client) => client.end()));
  return done / plan.seconds;
}

process.once('message', (plan: BaselinePlan) => {
  void run(plan).then(
    (perSecond) => process.send?.(perSecond, () => process.exit(0)),
    (error) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit(1));
