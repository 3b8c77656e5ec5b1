// What every part stands on: what is handed in from outside, and the services that ask for nothing
// else. Everything that has effects comes from here: database, clocks, chance, provider, gateway,
// link to meters.

import type { RandomBytes } from '@prewatt/quantities';
import type { Database } from '../base/database.ts';
import type { Hardware } from '../base/hardware/index.ts';
import { createNewUuid } from '../base/ids.ts';
import type { Log } from '../base/log.ts';
import type { Clocks } from '../base/time.ts';
import { noTracing, type Tracing } from '../base/tracing.ts';
import type { MessageGateway } from '../messaging/gateways/index.ts';
import { createMailService, type MailServerConfig } from '../messaging/mail/index.ts';
import { createMessages } from '../messaging/messages/index.ts';
import { createPhones } from '../messaging/phones/index.ts';
import { createPush, type PushConfig } from '../messaging/push/index.ts';
import { createWebhooks, type WebhookReach } from '../messaging/webhooks/index.ts';
import type { IdentityKind, Transport } from '../metering/headend/index.ts';
import type { PaymentProvider } from '../money/payments/index.ts';
import { vendorNames } from '../money/vendors/index.ts';
import { createApprovalRequests } from '../registry/approvals/index.ts';
import { createAuditLog } from '../registry/audit-log/index.ts';
import { createIntegrations } from '../registry/integrations/index.ts';
import type { PasswordHashing } from '../registry/sign-in/index.ts';
import { createUtilities } from '../registry/utilities/index.ts';

export type ServiceDeps = {
  /** Where webhooks may go: `public` addresses by default. */
  readonly webhookReach?: WebhookReach;
  readonly webhookKeepDays?: number;
  readonly database: Database;
  /**
   * Connections of their own for dialogues of cheap phones, which networks cut off after seconds:
   * no other work is before them in the queue. By default they share the others'.
   */
  readonly phonesDatabase?: Database;
  readonly clocks: Clocks;
  readonly random: RandomBytes;
  /** Asks for new money. */
  readonly provider: PaymentProvider;
  /** Answer for payments that they were asked for before. */
  readonly earlierProviders?: readonly PaymentProvider[];
  /** Keys of notifications in browsers; without them there are none. */
  readonly push?: PushConfig | undefined;
  readonly pushFetch?: typeof fetch;
  /** Mail servers, in the order in which they are tried; without them there is no mail. */
  readonly mail?: readonly MailServerConfig[];
  /** In the order in which they are tried. */
  readonly gateways: readonly [MessageGateway, ...MessageGateway[]];
  /** How long a token waits for a report before it goes by the next gateway; 5 min by default. */
  readonly tokenWaitMs?: number;
  readonly transport: Transport;
  /** 32 bytes. */
  readonly masterKey: Buffer;
  /** The token that holds vending keys; without it they are kept in software. */
  readonly hardware?: Hardware | undefined;
  readonly publicUrl: string;
  /** How meters prove themselves. */
  readonly identity?: Partial<MeterIdentity>;
  /** Meter messages stored at once; 4 by default. */
  readonly parallelMessages?: number;
  /** How long sales and payments wait for company; 25 by default, null for as long as it takes. */
  readonly batchWaitMs?: number | null;
  /** How long a round of questions waits for one payment provider; 2 s by default. */
  readonly providerPatienceMs?: number;
  /** Who is told what each step of a sale took; nobody by default. */
  readonly tracing?: Tracing;
  /** Of PINs of clerks: slow by design, by default. */
  readonly pins?: PasswordHashing;
  readonly log: Log;
};

export type MeterIdentity = {
  readonly accepts: IdentityKind;
  readonly certificateDays: number;
  /** The broker is in this process, and tells who came with which certificate. */
  readonly brokerTellsUse: boolean;
};
const usualIdentity: MeterIdentity = {
  accepts: 'both',
  certificateDays: 730,
  brokerTellsUse: true,
};

export type Ground = ReturnType<typeof createGround>;

export function createGround(o: ServiceDeps) {
  const { database, clocks, gateways } = o;
  const newUuid = createNewUuid(clocks.business, o.random);
  const { nowMs } = clocks.business;
  const phones = createPhones({ database, nowMs: clocks.real.nowMs });
  const push = createPush({
    ...{ database, random: o.random, config: o.push ?? null, realNowMs: clocks.real.nowMs },
    fetch: o.pushFetch ?? fetch,
  });
  const mail = createMailService({
    ...{ database, random: o.random, realNowMs: clocks.real.nowMs },
    ...{ servers: o.mail ?? [], publicUrl: o.publicUrl },
  });
  const integrations = createIntegrations({ database, clocks, newUuid, random: o.random });
  return {
    ...o,
    tracing: o.tracing ?? noTracing,
    batchWaitMs: o.batchWaitMs === undefined ? 25 : o.batchWaitMs,
    providerPatienceMs: o.providerPatienceMs ?? 2_000,
    identity: { ...usualIdentity, ...o.identity },
    newUuid,
    nowMs,
    utilities: createUtilities(database),
    phones,
    push,
    mail,
    messages: createMessages({
      ...{ database, gateways, clocks, newUuid },
      tokenWaitMs: o.tokenWaitMs ?? 300_000,
      onOptedOut: phones.stop,
      onSent: push.tell,
      alsoByMail: mail.queue,
    }),
    auditLog: createAuditLog({ newUuid, nowMs, log: o.log, namesOfSubjects: vendorNames }),
    integrations,
    webhooks: createWebhooks({
      ...{ ...o, newUuid, integrations, reach: o.webhookReach ?? 'public' },
      keepDays: o.webhookKeepDays ?? 90,
    }),
    /** Deciding is made last, of the operations of all features; asking needs none of them. */
    asking: createApprovalRequests({ clocks, newUuid }),
  };
}
