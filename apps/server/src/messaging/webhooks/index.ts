// The public face of webhooks.

import type { RandomBytes } from '@prewatt/quantities';
import { sql } from 'kysely';
import { createBackground } from '../../base/background.ts';
import type { Database } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { Log } from '../../base/log.ts';
import type { Clocks } from '../../base/time.ts';
import type { Integrations } from '../../registry/integrations/index.ts';
import { createDelivering } from './deliver.ts';
import { createWebhookManaging, type WebhookManaging } from './manage.ts';
import { createWebhookPost, type WebhookReach } from './post.ts';
import { createTelling, type TellWebhooks } from './tell.ts';

export type { WebhookReach } from './post.ts';
export { webhookRoutes } from './routes.ts';
export { sealedWebhookSecrets } from './secrets.ts';
export type { TellWebhooks, WebhookFact } from './tell.ts';

export type Webhooks = {
  readonly tell: TellWebhooks;
  readonly managing: WebhookManaging;
  /** Endpoints of this utility have changed. */
  readonly changed: (utilityId: string) => void;
  /** Begins to send what is due. */
  readonly sweep: (utilityId: string) => Promise<void>;
  /** Removes events that are old and wait for nobody; how many. */
  readonly forgetOld: (utilityId: string) => Promise<number>;
  /** Once nothing is being sent any more. */
  readonly idle: () => Promise<void>;
};

export function createWebhooks(o: {
  readonly database: Database;
  readonly clocks: Clocks;
  readonly newUuid: NewUuid;
  readonly random: RandomBytes;
  readonly masterKey: Buffer;
  readonly reach: WebhookReach;
  readonly keepDays: number;
  readonly integrations: Pick<Integrations, 'detail'>;
  readonly log: Pick<Log, 'warn'>;
}): Webhooks {
  const { tell, forget } = createTelling(o);
  const background = createBackground(o.log);
  const delivering = createDelivering({
    database: o.database,
    masterKey: o.masterKey,
    post: createWebhookPost({ reach: o.reach }),
    nowMs: o.clocks.real.nowMs,
    chance: () => (o.random(1)[0] ?? 0) / 255,
    background,
  });
  return {
    tell,
    changed: forget,
    managing: createWebhookManaging(o),
    sweep: delivering.sweep,
    forgetOld: (utilityId) => forgetOld(o, utilityId),
    idle: background.settled,
  };
}

/** In small transactions, so that none holds the tables for long. */
async function forgetOld(
  o: { readonly database: Database; readonly keepDays: number },
  utilityId: string,
): Promise<number> {
  let all = 0;
  for (;;) {
    const gone = await o.database.inUtility(utilityId, async (tx) => {
      const { rows } = await sql<{
        gone: number;
      }>`SELECT forget_webhook_events(${o.keepDays}::integer) AS gone`.execute(tx);
      return rows[0]?.gone ?? 0;
    });
    all += gone;
    if (gone === 0) return all;
  }
}
