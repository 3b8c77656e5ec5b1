// Sends what is due. Each endpoint has its own run, so that a slow receiver holds up nobody else; a
// delivery is claimed in one transaction and its answer written in another, with the call between.

import { afterDelivery, signWebhook } from '@prewatt/rails';
import { sql } from 'kysely';
import type { Background } from '../../base/background.ts';
import { type Database, instant, type Tx } from '../../base/database.ts';
import type { WebhookAnswer, WebhookPost } from './post.ts';
import { openSecrets } from './secrets.ts';

/** Longer than a turn of an endpoint takes at most: `atOnce` of `perTurn`, 15 s each. */
const claimedForMs = 120_000;
const perTurn = 20;
const atOnce = 4;

export type DeliverDeps = {
  readonly database: Database;
  readonly masterKey: Buffer;
  readonly post: WebhookPost;
  /** Real time. */
  readonly nowMs: () => number;
  /** A number from 0 to 1. */
  readonly chance: () => number;
  readonly background: Background;
};

type Claimed = {
  readonly id: string;
  readonly attempts: number;
  readonly event_id: string;
  readonly type: string;
  readonly at: number;
  readonly data: object;
};
type OfEndpoint = { readonly utilityId: string; readonly endpointId: string };

export function createDelivering(o: DeliverDeps) {
  const busy = new Set<string>();
  return {
    /** Starts a run for each endpoint with something due that has none. */
    sweep: async (utilityId: string): Promise<void> => {
      const due = await o.database.inUtility(utilityId, (tx) =>
        sql<{ endpoint_id: string }>`SELECT DISTINCT d.endpoint_id FROM webhook_deliveries d
          WHERE d.utility_id = ${utilityId}::uuid AND d.state = 'waiting'
            AND d.due_at <= ${instant(o.nowMs())}::timestamptz`.execute(tx),
      );
      for (const { endpoint_id: endpointId } of due.rows) {
        if (busy.has(endpointId)) continue;
        busy.add(endpointId);
        o.background.begin('delivering webhooks', () =>
          run(o, { utilityId, endpointId }).finally(() => busy.delete(endpointId)),
        );
      }
    },
  };
}

async function run(o: DeliverDeps, of: OfEndpoint): Promise<void> {
  for (;;) {
    const turn = await o.database.inUtility(of.utilityId, (tx) => claim(tx, o, of));
    if (turn === null) return;
    const waiting = [...turn.claimed];
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        await deliver(o, { ...of, ...turn, delivery: next });
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
  }
}

/** Null when nothing is due, or the endpoint is off or its integration revoked. */
async function claim(tx: Tx, o: DeliverDeps, of: OfEndpoint) {
  const nowMs = o.nowMs();
  const { rows } = await sql<{ url: string }>`SELECT e.url FROM webhook_endpoints e
    JOIN integrations i ON i.id = e.integration_id AND i.revoked_at IS NULL
    WHERE e.utility_id = ${of.utilityId}::uuid AND e.id = ${of.endpointId}::uuid
      AND e.state = 'on'`.execute(tx);
  const url = rows[0]?.url;
  if (url === undefined) return null;
  const claimed = await sql<Claimed>`UPDATE webhook_deliveries d
    SET attempts = d.attempts + 1, due_at = ${new Date(nowMs + claimedForMs)}::timestamptz
    FROM (SELECT id FROM webhook_deliveries WHERE endpoint_id = ${of.endpointId}::uuid
        AND state = 'waiting' AND due_at <= ${instant(nowMs)}::timestamptz
      ORDER BY due_at, id LIMIT ${perTurn} FOR UPDATE SKIP LOCKED) next, webhook_events v
    WHERE d.id = next.id AND v.id = d.event_id
    RETURNING d.id, d.attempts, d.event_id, v.type, v.at, v.data`.execute(tx);
  if (claimed.rows.length === 0) return null;
  const secrets = await openSecrets(tx, o.masterKey, { ...of, nowMs });
  return { url, secrets, claimed: claimed.rows };
}

type Call = OfEndpoint & {
  readonly url: string;
  readonly secrets: readonly string[];
  readonly delivery: Claimed;
};

async function deliver(o: DeliverDeps, call: Call): Promise<void> {
  const { delivery, url, secrets } = call;
  const { type, at, data } = delivery;
  const timestamp = new Date(at).toISOString();
  const body = Buffer.from(JSON.stringify({ type, timestamp, data }));
  const startMs = o.nowMs();
  const timestampSeconds = Math.floor(startMs / 1_000);
  const signed = signWebhook({ id: `msg_${delivery.event_id}`, timestampSeconds, body }, secrets);
  if (!signed.ok) throw new Error('an endpoint without a secret');
  const headers = { 'content-type': 'application/json', 'user-agent': 'Prewatt', ...signed.value };
  const answer = await o.post({ url, headers, body });
  await o.database.inUtility(call.utilityId, (tx) =>
    writeAnswer(tx, o, { ...call, answer, tookMs: o.nowMs() - startMs }),
  );
}

async function writeAnswer(
  tx: Tx,
  o: DeliverDeps,
  c: Call & { readonly answer: WebhookAnswer; readonly tookMs: number },
): Promise<void> {
  const { answer, delivery } = c;
  const nowMs = o.nowMs();
  const next = afterDelivery({
    httpStatus: answer.status,
    attempt: delivery.attempts,
    retryAfterSeconds: answer.status === null ? null : answer.retryAfterSeconds,
  });
  // A gone endpoint keeps what it did not take, for when it is turned on again.
  const isGone = next.action === 'disable-endpoint';
  const states = { delivered: 'delivered', 'give-up': 'failed' } as const;
  const state = next.action in states ? states[next.action as keyof typeof states] : 'waiting';
  const delayMs = (next.delaySeconds ?? 0) * 1_000 * (1 + o.chance() / 10);
  await tx
    .updateTable('webhook_deliveries')
    .set({
      state,
      due_at: new Date(nowMs + delayMs),
      answer_status: answer.status,
      answer_fault: answer.fault,
      answer_ms: c.tookMs,
      answered_at: new Date(nowMs),
    })
    .where('utility_id', '=', c.utilityId)
    .where('id', '=', delivery.id)
    .execute();
  if (!isGone) return;
  await tx
    .updateTable('webhook_endpoints')
    .set({ state: 'off', off_reason: 'gone' })
    .where('utility_id', '=', c.utilityId)
    .where('id', '=', c.endpointId)
    .where('state', '=', 'on')
    .execute();
}
