// A test event to one endpoint, and events that it hears again, under the ids that they had.

import { webhookTestType } from '@prewatt/api';
import { err, ok, parseId, type Result, uuidOf } from '@prewatt/quantities';
import { sql } from 'kysely';
import { instant, type Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { Clocks } from '../../base/time.ts';
import type { WebhookRefusal } from './errors.ts';
import { type OfEndpoint, readEndpoint } from './read.ts';

type Answer<T> = Promise<Result<T, WebhookRefusal>>;

const mostReplayed = 10_000;

export function createResending(o: { readonly clocks: Clocks; readonly newUuid: NewUuid }) {
  const realNow = () => new Date(o.clocks.real.nowMs());
  return {
    test: async (tx: Tx, of: OfEndpoint): Answer<{ readonly deliveries: number }> => {
      const endpoint = await readEndpoint(tx, of);
      if (!endpoint.ok) return endpoint;
      const eventId = o.newUuid();
      const says = { says: 'This endpoint is reached.', endpointId: endpoint.value.endpointId };
      await tx
        .insertInto('webhook_events')
        .values({
          ...{ id: eventId, utility_id: of.utilityId, type: webhookTestType, fact_key: eventId },
          ...{ at: new Date(o.clocks.business.nowMs()), data: JSON.stringify(says) },
        })
        .execute();
      await insertDelivery(tx, { ...of, eventId, at: realNow(), isReplay: false });
      return ok({ deliveries: 1 });
    },

    replayOne: async (
      tx: Tx,
      of: OfEndpoint & { readonly deliveryId: string },
    ): Answer<{ readonly deliveries: number }> => {
      const id = parseId('delivery', of.deliveryId);
      if (!id.ok) return err('unknownDelivery');
      const row = await tx
        .selectFrom('webhook_deliveries')
        .select('event_id')
        .where('utility_id', '=', of.utilityId)
        .where('endpoint_id', '=', of.endpointId)
        .where('id', '=', uuidOf(id.value))
        .executeTakeFirst();
      if (row === undefined) return err('unknownDelivery');
      await insertDelivery(tx, { ...of, eventId: row.event_id, at: realNow(), isReplay: true });
      return ok({ deliveries: 1 });
    },

    replaySpan: async (
      tx: Tx,
      of: OfEndpoint & { readonly fromMs: number; readonly toMs: number },
    ): Answer<{ readonly deliveries: number }> => {
      const endpoint = await readEndpoint(tx, of);
      if (!endpoint.ok) return endpoint;
      const { rows } = await sql<{ id: string }>`INSERT INTO webhook_deliveries
          (utility_id, endpoint_id, event_id, created_at, due_at, is_replay)
        SELECT ${of.utilityId}::uuid, ${of.endpointId}::uuid, v.id, ${realNow()}::timestamptz,
          ${realNow()}::timestamptz, true
        FROM webhook_events v WHERE v.utility_id = ${of.utilityId}::uuid
          AND v.type = ANY (${[...endpoint.value.events]}::text[])
          AND v.at >= ${instant(of.fromMs)}::timestamptz AND v.at < ${instant(of.toMs)}::timestamptz
        LIMIT ${mostReplayed + 1} RETURNING id`.execute(tx);
      if (rows.length > mostReplayed) return err('tooManyDeliveries');
      return ok({ deliveries: rows.length });
    },
  };
}

const insertDelivery = (
  tx: Tx,
  d: OfEndpoint & {
    readonly eventId: string;
    readonly at: Date;
    readonly isReplay: boolean;
  },
): Promise<unknown> =>
  tx
    .insertInto('webhook_deliveries')
    .values({
      ...{ utility_id: d.utilityId, endpoint_id: d.endpointId, event_id: d.eventId },
      ...{ created_at: d.at, due_at: d.at, is_replay: d.isReplay },
    })
    .execute();
