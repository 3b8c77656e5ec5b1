// What must hold after a round of chaos on the rails: each purchase that was approved is paid and
// has its token, once; each message went out once, or its repeat is marked; each event was heard by
// its receiver, or waits to be told.

import { setTimeout as pause } from 'node:timers/promises';
import { fittedToGsm } from '@prewatt/rails';
import { createDatabase } from '@prewatt/server/services';
import { sql } from 'kysely';
import type { Outside } from './outside.ts';
import type { Place } from './shops.ts';

export type Purchase = {
  readonly place: Place;
  readonly saleId: string;
  readonly amountMinor: bigint;
};

export type RailsCounts = {
  readonly bought: number;
  readonly sold: number;
  /** Messages that the centre has, and how many of them it has more than once. */
  readonly messages: number;
  readonly repeats: number;
  /** Events told, and those that wait. */
  readonly events: number;
  readonly pending: number;
};

/** Rows of the owner's connection, which sees all tenants. */
const rowsOf = async <T>(ownerUrl: string, query: ReturnType<typeof sql<T>>): Promise<T[]> => {
  const owner = createDatabase({ url: ownerUrl, maximumConnections: 1 });
  try {
    return (await query.execute(owner.directories)).rows;
  } finally {
    await owner.close();
  }
};

/** Waits until the purchases have their money and nothing is on its way that needs no wait. */
export async function untilQuiet(o: {
  readonly ownerUrl: string;
  readonly bought: readonly Purchase[];
  readonly patienceMs: number;
}): Promise<void> {
  const ids = o.bought.map(({ saleId }) => saleId);
  const untilMs = performance.now() + o.patienceMs;
  while (performance.now() < untilMs) {
    const [left] = await rowsOf<{ n: bigint }>(
      o.ownerUrl,
      sql`SELECT (SELECT count(*) FROM prewatt.payments
          WHERE sale_id = ANY(${ids}::uuid[]) AND state <> 'succeeded')
        + (SELECT count(*) FROM prewatt.messages WHERE state = 'queued')
        + (SELECT count(*) FROM prewatt.webhook_deliveries
          WHERE state = 'waiting' AND due_at < now() + interval '8 seconds') AS n`,
    );
    if (left?.n === 0n) return;
    await pause(150);
  }
}

/** What waits for its next try is due now: all of it must be heard. */
export async function tellAllNow(o: {
  readonly ownerUrl: string;
  readonly patienceMs: number;
}): Promise<void> {
  await rowsOf(
    o.ownerUrl,
    sql`UPDATE prewatt.webhook_deliveries SET due_at = now() WHERE state = 'waiting'`,
  );
  await untilQuiet({ ...o, bought: [] });
}

export async function verifyRails(o: {
  readonly ownerUrl: string;
  readonly utilityId: string;
  readonly outside: Outside;
  readonly bought: readonly Purchase[];
}): Promise<{ readonly faults: readonly string[]; readonly counts: Omit<RailsCounts, 'sold'> }> {
  const money = await checkMoney(o);
  const messages = await checkMessages(o);
  const events = await checkEvents(o);
  return {
    faults: [...money, ...messages.faults, ...events.faults],
    counts: {
      bought: o.bought.length,
      messages: messages.heard,
      repeats: messages.repeats,
      events: events.told,
      pending: events.pending,
    },
  };
}

async function checkMoney(o: {
  readonly ownerUrl: string;
  readonly bought: readonly Purchase[];
}): Promise<readonly string[]> {
  const rows = await rowsOf<{ id: string; fault: string }>(
    o.ownerUrl,
    sql`SELECT b.id, concat_ws(', ', 'payment ' || p.state, 'sale ' || s.state,
        (SELECT count(*) FROM prewatt.transfers t WHERE t.bucket = p.bucket
          AND t.payment_id = p.id) || ' postings',
        (SELECT count(*) FROM prewatt.tokens t WHERE t.bucket = s.bucket
          AND t.sale_id = s.id AND t.kind = 'credit') || ' tokens') AS fault
      FROM unnest(${o.bought.map(({ saleId }) => saleId)}::uuid[]) AS b (id)
      LEFT JOIN prewatt.sales s ON s.id = b.id
      LEFT JOIN prewatt.payments p ON p.bucket = s.bucket AND p.sale_id = s.id`,
  );
  return rows
    .filter(({ fault }) => fault !== 'payment succeeded, sale issued, 1 postings, 1 tokens')
    .map(({ id, fault }) => `purchase ${id}: ${fault}`);
}

type MessageRow = {
  readonly id: string;
  readonly phone: string;
  readonly text: string;
  readonly state: string;
  readonly check_at: number | null;
  readonly outcomes: readonly string[];
  readonly tries: number;
};

async function checkMessages(o: { readonly ownerUrl: string; readonly outside: Outside }): Promise<{
  readonly faults: readonly string[];
  readonly heard: number;
  readonly repeats: number;
}> {
  const rows = await rowsOf<MessageRow>(
    o.ownerUrl,
    sql`SELECT m.id, m.phone, m.text, m.state, m.check_at,
        coalesce(array_agg(a.outcome) FILTER (WHERE a.nth IS NOT NULL), '{}') AS outcomes,
        coalesce(sum(a.tries), 0)::int AS tries
      FROM prewatt.messages m LEFT JOIN prewatt.message_attempts a
        ON a.bucket = m.bucket AND a.message_id = m.id
      WHERE m.kind = 'tokenIssued' GROUP BY m.bucket, m.id`,
  );
  const [unsaid] = await rowsOf<{ n: bigint }>(
    o.ownerUrl,
    sql`SELECT count(*) AS n FROM prewatt.sales s
      JOIN prewatt.connections c ON c.bucket = s.bucket AND c.id = s.connection_id
      WHERE s.issued_at IS NOT NULL AND c.customer_phone IS NOT NULL AND NOT EXISTS (
        SELECT FROM prewatt.messages m WHERE m.bucket = s.bucket
          AND m.connection_id = s.connection_id AND m.fact_key = 'sale:' || s.id)`,
  );
  const taken = o.outside
    .journal('centre')
    .map((line) => JSON.parse(line) as { to: string; text: string });
  const faults = unsaid?.n === 0n ? [] : [`${unsaid?.n} sales without a message`];
  let [heard, repeats] = [0, 0];
  for (const row of rows) {
    const whole = fittedToGsm(row.text);
    // Of a message in parts the first one counts: it has the token.
    const times = taken.filter(
      ({ to, text }) => row.phone.endsWith(to) && text.length > 40 && whole.startsWith(text),
    ).length;
    if (times > 0) heard += 1;
    if (times > 1) repeats += 1;
    const fault = faultOf(row, times);
    if (fault !== null) faults.push(`message ${row.id} (${row.state}): ${fault}`);
  }
  return { faults, heard, repeats };
}

function faultOf(row: MessageRow, times: number): string | null {
  if (times > row.tries) return `the centre has it ${times} times, ${row.tries} tries are marked`;
  if (times > 0) return null;
  const isSaid = row.outcomes.some((each) => each === 'accepted' || each === 'delivered');
  if (isSaid) return 'said to be taken, and the centre has it not';
  const goesAgain = row.state === 'queued' || row.check_at !== null;
  return goesAgain ? null : 'the centre has it not, and nobody sends it again';
}

type DeliveryRow = { readonly id: string; readonly state: string };

async function checkEvents(o: { readonly ownerUrl: string; readonly outside: Outside }): Promise<{
  readonly faults: readonly string[];
  readonly told: number;
  readonly pending: number;
}> {
  const rows = await rowsOf<DeliveryRow>(
    o.ownerUrl,
    sql`SELECT e.id, coalesce(d.state, 'none') AS state FROM prewatt.webhook_events e
      LEFT JOIN prewatt.webhook_deliveries d ON d.event_id = e.id`,
  );
  const [unsaid] = await rowsOf<{ n: bigint }>(
    o.ownerUrl,
    sql`SELECT count(*) AS n FROM prewatt.sales s
      CROSS JOIN unnest(ARRAY['sale.paid', 'token.issued']) AS t (type)
      WHERE s.issued_at IS NOT NULL AND (t.type = 'token.issued' OR EXISTS (
        SELECT FROM prewatt.payments p WHERE p.bucket = s.bucket AND p.sale_id = s.id))
      AND NOT EXISTS (SELECT FROM prewatt.webhook_events e WHERE e.type = t.type
        AND e.data->>'saleId' LIKE '%' || s.id)`,
  );
  const lines = o.outside
    .journal('receiver')
    .map((line) => JSON.parse(line) as { id: string; isSigned: boolean });
  const heard = new Set(lines.map(({ id }) => id.split('_').at(-1)));
  const known = new Set(rows.map(({ id }) => id));
  const told = rows.filter(({ state }) => state === 'delivered');
  const faults = [
    ...(unsaid?.n === 0n ? [] : [`${unsaid?.n} facts of sales without an event`]),
    ...lines.filter(({ isSigned }) => !isSigned).map(({ id }) => `event ${id}: bad signature`),
    ...[...heard].filter((id) => !known.has(id ?? '')).map((id) => `event ${id} is nobody's`),
    ...told.filter(({ id }) => !heard.has(id)).map(({ id }) => `event ${id} was never heard`),
    ...rows
      .filter(({ state }) => state !== 'delivered' && state !== 'waiting')
      .map(({ id, state }) => `event ${id}: delivery ${state}`),
  ];
  return { faults, told: told.length, pending: rows.length - told.length };
}
