// What administrators read about webhooks: endpoints with what waits, and each delivery.

import type { Delivery, WebhookEndpoint, WebhookEventType } from '@prewatt/api';
import { err, idFromUuid, isoOf, ok, type Result } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import type { WebhookRefusal } from './errors.ts';

export type OfEndpoint = { readonly utilityId: string; readonly endpointId: string };
type Answer<T> = Promise<Result<T, WebhookRefusal>>;

const pageSize = 100;

type StoredEndpoint = {
  readonly id: string;
  readonly url: string;
  readonly events: WebhookEventType[];
  readonly state: 'on' | 'off';
  readonly off_reason: 'byHand' | 'gone' | null;
  readonly created_at: number;
  readonly waiting: number;
  readonly failed: number;
};

export async function readEndpoints(
  tx: Tx,
  o: { readonly utilityId: string; readonly integrationId?: string; readonly endpointId?: string },
): Promise<readonly WebhookEndpoint[]> {
  const only =
    o.endpointId === undefined
      ? sql`e.integration_id = ${o.integrationId}::uuid`
      : sql`e.id = ${o.endpointId}::uuid`;
  const count = (state: string) => sql`(SELECT count(*)::int FROM webhook_deliveries d
    WHERE d.endpoint_id = e.id AND d.state = ${state})`;
  const { rows } = await sql<StoredEndpoint>`SELECT e.id, e.url, e.events, e.state, e.off_reason,
      e.created_at, ${count('waiting')} AS waiting, ${count('failed')} AS failed
    FROM webhook_endpoints e WHERE e.utility_id = ${o.utilityId}::uuid AND ${only}
    ORDER BY e.id`.execute(tx);
  return rows.map((row) => ({
    endpointId: idFromUuid('endpoint', row.id),
    url: row.url,
    events: row.events,
    state: row.state,
    offReason: row.off_reason,
    createdAt: isoOf(row.created_at),
    waiting: row.waiting,
    failed: row.failed,
  }));
}

export async function readEndpoint(tx: Tx, of: OfEndpoint): Answer<WebhookEndpoint> {
  const [one] = await readEndpoints(tx, { utilityId: of.utilityId, endpointId: of.endpointId });
  return one === undefined ? err('unknownEndpoint') : ok(one);
}

type StoredDelivery = {
  readonly id: string;
  readonly event_id: string;
  readonly type: string;
  readonly at: number;
  readonly is_replay: boolean;
  readonly state: Delivery['state'];
  readonly attempts: number;
  readonly created_at: number;
  readonly due_at: number;
  readonly answer_status: number | null;
  readonly answer_fault: Delivery['fault'];
  readonly answer_ms: number | null;
  readonly answered_at: number | null;
};

const cursorFormat = /^(\d{1,15})\.([0-9a-f-]{36})$/;

/** Newest first. */
export async function readDeliveries(
  tx: Tx,
  o: OfEndpoint & {
    readonly state: Delivery['state'] | null;
    readonly cursor: string | null;
  },
): Answer<{ readonly rows: Delivery[]; readonly nextCursor: string | null }> {
  const endpoint = await readEndpoint(tx, o);
  if (!endpoint.ok) return endpoint;
  const [, atMs, id] = cursorFormat.exec(o.cursor ?? '') ?? [];
  const before =
    atMs === undefined
      ? sql`true`
      : sql`(d.created_at, d.id) < (${new Date(Number(atMs))}::timestamptz, ${id}::uuid)`;
  const { rows } = await sql<StoredDelivery>`SELECT d.id, d.event_id, v.type, v.at, d.is_replay,
      d.state, d.attempts, d.created_at, d.due_at, d.answer_status, d.answer_fault, d.answer_ms,
      d.answered_at
    FROM webhook_deliveries d JOIN webhook_events v ON v.id = d.event_id
    WHERE d.utility_id = ${o.utilityId}::uuid AND d.endpoint_id = ${o.endpointId}::uuid
      AND ${before} AND ${o.state === null ? sql`true` : sql`d.state = ${o.state}`}
    ORDER BY d.created_at DESC, d.id DESC LIMIT ${pageSize + 1}`.execute(tx);
  const shown = rows.slice(0, pageSize);
  const last = shown.at(-1);
  const isMore = rows.length > pageSize && last !== undefined;
  return ok({
    rows: shown.map(deliveryJson),
    nextCursor: isMore ? `${last.created_at}.${last.id}` : null,
  });
}

const deliveryJson = (row: StoredDelivery): Delivery => ({
  deliveryId: idFromUuid('delivery', row.id),
  messageId: `msg_${row.event_id}`,
  type: row.type,
  eventAt: isoOf(row.at),
  isReplay: row.is_replay,
  state: row.state,
  attempts: row.attempts,
  createdAt: isoOf(row.created_at),
  nextAt: row.state === 'waiting' ? isoOf(row.due_at) : null,
  status: row.answer_status,
  fault: row.answer_fault,
  tookMs: row.answer_ms,
  answeredAt: row.answered_at === null ? null : isoOf(row.answered_at),
});
