// Facts become events, in the transaction of the fact: an event, and a delivery for each endpoint
// that listens. A utility that nobody listens to pays for one look into memory.

import type { WebhookDataOf, WebhookEventType } from '@prewatt/api';
import { sql } from 'kysely';
import { deferToCommit, type Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { Clocks } from '../../base/time.ts';

export type WebhookFact = {
  readonly [T in WebhookEventType]: {
    readonly type: T;
    /** Names the fact: the same again is no second event. */
    readonly factKey: string;
    /** Business time. */
    readonly atMs: number;
    readonly data: WebhookDataOf<T>;
  };
}[WebhookEventType];

/** `make` is called only when somebody listens. */
export type TellWebhooks = (
  tx: Tx,
  utilityId: string,
  make: () => readonly WebhookFact[] | Promise<readonly WebhookFact[]>,
) => Promise<void>;

const knownForMs = 2_000;

type Written = WebhookFact & {
  readonly id: string;
  readonly utilityId: string;
  readonly realAt: Date;
};

export function createTelling(o: { readonly clocks: Clocks; readonly newUuid: NewUuid }) {
  const known = new Map<string, { readonly isHeard: boolean; readonly untilMs: number }>();

  const isHeard = async (tx: Tx, utilityId: string): Promise<boolean> => {
    const nowMs = o.clocks.real.nowMs();
    const before = known.get(utilityId);
    if (before !== undefined && before.untilMs > nowMs) return before.isHeard;
    const row = await tx
      .selectFrom('webhook_endpoints')
      .select('id')
      .where('utility_id', '=', utilityId)
      .where('state', '=', 'on')
      .limit(1)
      .executeTakeFirst();
    known.set(utilityId, { isHeard: row !== undefined, untilMs: nowMs + knownForMs });
    return row !== undefined;
  };

  const tell: TellWebhooks = async (tx, utilityId, make) => {
    if (!(await isHeard(tx, utilityId))) return;
    const realAt = new Date(o.clocks.real.nowMs());
    const written = (await make()).map(
      (fact): Written => ({
        ...fact,
        ...{ id: o.newUuid(), utilityId, realAt },
      }),
    );
    await deferToCommit(tx, sayEvents, written);
  };
  /** Of this process: an endpoint was made, or turned on or off. */
  const forget = (utilityId: string): void => {
    known.delete(utilityId);
  };
  return { tell, forget };
}

/** All of a transaction in one statement; a transaction is of one utility. */
function sayEvents(written: readonly Written[]) {
  const [first] = written;
  if (first === undefined) return [];
  const facts = JSON.stringify(
    written.map(({ id, type, factKey, atMs, data }) => ({
      ...{ id, type, data, fact_key: factKey },
      at: new Date(atMs).toISOString(),
    })),
  );
  return [
    sql`WITH listening AS (
        SELECT e.id, e.events FROM webhook_endpoints e
        JOIN integrations i ON i.id = e.integration_id AND i.revoked_at IS NULL
        WHERE e.utility_id = ${first.utilityId}::uuid AND e.state = 'on'),
      events AS (
        INSERT INTO webhook_events (id, utility_id, type, fact_key, at, data)
        SELECT f.id, ${first.utilityId}::uuid, f.type, f.fact_key, f.at, f.data
        FROM jsonb_to_recordset(${facts}::jsonb)
          AS f(id uuid, type text, fact_key text, at timestamptz, data jsonb)
        WHERE EXISTS (SELECT FROM listening l WHERE f.type = ANY (l.events))
        ON CONFLICT DO NOTHING RETURNING id, type)
      INSERT INTO webhook_deliveries (utility_id, endpoint_id, event_id, created_at, due_at)
      SELECT ${first.utilityId}::uuid, l.id, e.id, ${first.realAt}::timestamptz,
        ${first.realAt}::timestamptz
      FROM events e JOIN listening l ON e.type = ANY (l.events)`,
  ];
}
