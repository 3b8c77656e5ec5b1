// What administrators do about webhooks: endpoints and their secrets.

import {
  type IntegrationScope,
  scopesOfEvents,
  type WebhookEndpoint,
  type WebhookEventType,
  webhookEvents,
} from '@prewatt/api';
import { err, hourMs, ok, type RandomBytes, type Result } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import { answerAgain, holdRequestId } from '../../base/request-ids.ts';
import type { Clocks } from '../../base/time.ts';
import type { Integrations } from '../../registry/integrations/index.ts';
import type { WebhookRefusal } from './errors.ts';
import { faultOfUrl, type WebhookReach } from './post.ts';
import { type OfEndpoint, readDeliveries, readEndpoint, readEndpoints } from './read.ts';
import { createResending } from './resend.ts';
import { addSecret } from './secrets.ts';

export type ManageDeps = {
  readonly clocks: Clocks;
  readonly newUuid: NewUuid;
  readonly random: RandomBytes;
  readonly masterKey: Buffer;
  readonly reach: WebhookReach;
  readonly integrations: Pick<Integrations, 'detail'>;
};

type Answer<T> = Promise<Result<T, WebhookRefusal>>;
type Made = { readonly endpoint: WebhookEndpoint; readonly secret: string };

const mostEndpoints = 10;

export type WebhookManaging = ReturnType<typeof createWebhookManaging>;

export function createWebhookManaging(o: ManageDeps) {
  return {
    make: (
      tx: Tx,
      wish: {
        readonly utilityId: string;
        readonly integrationId: string;
        readonly requestId: string;
        readonly url: string;
        readonly events: readonly WebhookEventType[];
      },
    ): Answer<Made> => makeEndpoint(tx, o, wish),

    list: async (tx: Tx, utilityId: string, integrationId: string) => {
      const known = await o.integrations.detail(tx, utilityId, integrationId);
      if (known === null) return err('unknownIntegration' as const);
      return ok(await readEndpoints(tx, { utilityId, integrationId }));
    },

    setState: async (
      tx: Tx,
      of: OfEndpoint & { readonly state: 'on' | 'off' },
    ): Answer<WebhookEndpoint> => {
      await sql`UPDATE webhook_endpoints SET state = ${of.state},
          off_reason = ${of.state === 'on' ? null : 'byHand'}
        WHERE utility_id = ${of.utilityId}::uuid AND id = ${of.endpointId}::uuid
          AND state <> ${of.state}`.execute(tx);
      return readEndpoint(tx, of);
    },

    rotate: async (
      tx: Tx,
      wish: OfEndpoint & { readonly requestId: string; readonly overlapHours: number },
    ): Answer<Made> => {
      const before = await requestBefore(tx, wish);
      if (before !== null) return repeated(before, wish.endpointId);
      const endpoint = await readEndpoint(tx, wish);
      if (!endpoint.ok) return endpoint;
      const earlierEndAt = new Date(o.clocks.real.nowMs() + wish.overlapHours * hourMs);
      const secret = await addSecret(tx, o, { ...wish, earlierEndAt });
      return ok({ endpoint: endpoint.value, secret });
    },

    ...createResending(o),
    deliveries: readDeliveries,
  };
}

/** Which scope the integration lacks, and for which events; null for none. */
function missingScopes(
  events: readonly WebhookEventType[],
  scopes: readonly IntegrationScope[],
): string | null {
  const lacking = scopesOfEvents(events).filter((scope) => !scopes.includes(scope));
  if (lacking.length === 0) return null;
  const each = lacking.map((scope) => {
    const needing = events.filter((type) => webhookEvents[type].scope === scope);
    return `${scope} (for ${needing.join(', ')})`;
  });
  return `The integration has not the scope ${each.join(' and ')}.`;
}

async function makeEndpoint(
  tx: Tx,
  o: ManageDeps,
  wish: Parameters<WebhookManaging['make']>[1],
): Answer<Made> {
  const { utilityId, integrationId, requestId, url, events } = wish;
  const integration = await o.integrations.detail(tx, utilityId, integrationId);
  if (integration === null) return err('unknownIntegration');
  const before = await requestBefore(tx, wish);
  if (before !== null) return repeated(before, url);
  if (integration.revokedAt !== null) return err('integrationRevoked');
  if (faultOfUrl(url, o.reach) !== null) return err('urlNotAllowed');
  const missing = missingScopes(events, integration.scopes);
  if (missing !== null) return err({ code: 'scopeMissing', said: missing });
  const others = await readEndpoints(tx, { utilityId, integrationId });
  if (others.length >= mostEndpoints) return err('tooManyEndpoints');
  const endpointId = o.newUuid();
  await tx
    .insertInto('webhook_endpoints')
    .values({
      ...{ id: endpointId, utility_id: utilityId, integration_id: integrationId, url },
      ...{ events: [...events], state: 'on', request_id: requestId },
      created_at: new Date(o.clocks.real.nowMs()),
    })
    .execute();
  const earlierEndAt = new Date(o.clocks.real.nowMs());
  const secret = await addSecret(tx, o, { utilityId, endpointId, requestId, earlierEndAt });
  const endpoint = await readEndpoint(tx, { utilityId, endpointId });
  return endpoint.ok ? ok({ endpoint: endpoint.value, secret }) : endpoint;
}

type Before = { readonly endpointId: string; readonly url: string };

/** What a request id made before: an endpoint with its first secret, or another secret. */
async function requestBefore(
  tx: Tx,
  o: { readonly utilityId: string; readonly requestId: string },
): Promise<Before | null> {
  const { utilityId, requestId } = o;
  await holdRequestId(tx, { feature: 'webhooks', utilityId, requestId });
  const row = await tx
    .selectFrom('webhook_secrets as s')
    .innerJoin('webhook_endpoints as e', 'e.id', 's.endpoint_id')
    .select(['e.id', 'e.url'])
    .where('s.utility_id', '=', utilityId)
    .where('s.request_id', '=', requestId)
    .executeTakeFirst();
  return row === undefined ? null : { endpointId: row.id, url: row.url };
}

/** `asked`: the address of a new endpoint, or the endpoint whose secret is replaced. */
function repeated(before: Before, asked: string): Result<never, WebhookRefusal> {
  const first = asked === before.endpointId ? before.endpointId : before.url;
  const same = answerAgain(first, asked, null);
  return same.ok ? err('secretShownBefore') : same;
}
