// Notifications in browsers that customers turned on: beside the text message, never in its place.

import { createHash } from 'node:crypto';
import { err, ok, type RandomBytes, type Result } from '@prewatt/quantities';
import { z } from 'zod';
import type { Database } from '../../base/database.ts';
import type { MessageKind } from '../messages/index.ts';
import { encryptPush, isVapidPair, vapidHeader } from './encrypt.ts';
import { pushText } from './words.ts';

const base64url = (bytes: number) =>
  z
    .string()
    .refine((text) => /^[\w-]+$/.test(text) && Buffer.from(text, 'base64url').length === bytes);

/** `webPush` in the secrets file. */
export const pushConfig = z
  .strictObject({
    publicKey: base64url(65),
    privateKey: base64url(32),
    subject: z.string().regex(/^(mailto:\S+@\S+|https:\/\/\S+)$/),
  })
  .refine(isVapidPair, 'publicKey and privateKey belong together');
export { pushText } from './words.ts';

export type PushConfig = z.output<typeof pushConfig>;

/** Push services of the browsers that there are: nobody else is called. */
const services = [
  /^fcm\.googleapis\.com$/,
  /^updates\.push\.services\.mozilla\.com$/,
  /^[\w-]+\.push\.apple\.com$/,
  /^[\w-]+\.notify\.windows\.com$/,
];
const isService = (url: URL): boolean =>
  url.protocol === 'https:' && url.port === '' && services.some((each) => each.test(url.hostname));

const browsersOfPhone = 10;
const timeoutMs = 5_000;
/** A push service keeps it so long for a browser that is off. */
const keptSeconds = 6 * 3600;

export type Browser = { readonly endpoint: string; readonly p256dh: string; readonly auth: string };
/** A browser and the language of its owner. */
type Told = Browser & { readonly language: string | null };
export type SentMessage = { readonly id: string; readonly phone: string; readonly kind: string };

export type Push = {
  /** What a browser must know; null: there are no notifications here. */
  readonly publicKey: string | null;
  readonly add: (phone: string, browser: Browser) => Promise<Result<void, 'notABrowser'>>;
  readonly remove: (phone: string, endpoint: string) => Promise<void>;
  readonly removeAll: (phone: string) => Promise<void>;
  /** Tells the browsers of these phones; never throws. */
  readonly tell: (utilityId: string, sent: readonly SentMessage[]) => Promise<void>;
};

export function createPush(o: {
  readonly database: Database;
  readonly config: PushConfig | null;
  readonly random: RandomBytes;
  readonly realNowMs: () => number;
  readonly fetch: typeof fetch;
}): Push {
  const { directories } = o.database;
  const { config } = o;
  const forget = async (endpoint: string): Promise<void> => {
    await directories
      .deleteFrom('push_browser_directory')
      .where('endpoint', '=', endpoint)
      .execute();
  };
  const tellOne = async (browser: Told, { id, kind }: SentMessage): Promise<void> => {
    if (config === null) return;
    const url = new URL(browser.endpoint);
    const text = pushText(browser.language, kind as MessageKind);
    const answer = await o.fetch(url, {
      method: 'POST',
      redirect: 'error',
      headers: {
        authorization: vapidHeader(config, { origin: url.origin, nowMs: o.realNowMs() }),
        'content-encoding': 'aes128gcm',
        'content-type': 'application/octet-stream',
        ttl: String(keptSeconds),
        // The same message again takes the place of the first.
        topic: createHash('sha256').update(id).digest('base64url').slice(0, 32),
      },
      body: new Uint8Array(encryptPush(JSON.stringify({ text }), browser, { random: o.random })),
      signal: AbortSignal.timeout(timeoutMs),
    });
    await answer.body?.cancel();
    if (answer.status === 404 || answer.status === 410) await forget(browser.endpoint);
  };
  return {
    publicKey: config?.publicKey ?? null,
    add: (phone, browser) => addBrowser(o, phone, browser),
    remove: async (phone, endpoint) => {
      await directories
        .deleteFrom('push_browser_directory')
        .where('phone', '=', phone)
        .where('endpoint', '=', endpoint)
        .execute();
    },
    removeAll: async (phone) => {
      await directories.deleteFrom('push_browser_directory').where('phone', '=', phone).execute();
    },
    tell: async (utilityId, sent) => {
      if (config === null || sent.length === 0) return;
      const rows = await directories
        .selectFrom('push_browser_directory as b')
        .leftJoin('phone_choice_directory as c', 'c.phone', 'b.phone')
        .leftJoin('utilities as u', (join) => join.on('u.id', '=', utilityId))
        .select(['b.endpoint', 'b.p256dh', 'b.auth', 'b.phone'])
        // Who chose nothing reads what the utility's pages speak.
        .select((the) => the.fn.coalesce('c.language', 'u.page_language').as('language'))
        .where('b.phone', 'in', [...new Set(sent.map(({ phone }) => phone))])
        .execute()
        .catch(() => []);
      const told = rows.flatMap((row) =>
        sent.filter(({ phone }) => phone === row.phone).map((message) => tellOne(row, message)),
      );
      await Promise.allSettled(told);
    },
  };
}

async function addBrowser(
  o: { readonly database: Database; readonly realNowMs: () => number },
  phone: string,
  browser: Browser,
): Promise<Result<void, 'notABrowser'>> {
  const { endpoint, p256dh, auth } = browser;
  const isGood =
    endpoint.length <= 1000 &&
    URL.canParse(endpoint) &&
    isService(new URL(endpoint)) &&
    base64url(65).safeParse(p256dh).success &&
    base64url(16).safeParse(auth).success;
  if (!isGood) return err('notABrowser');
  const { directories } = o.database;
  const held = { phone, p256dh, auth, made_at: new Date(o.realNowMs()) };
  await directories
    .insertInto('push_browser_directory')
    .values({ endpoint, ...held })
    .onConflict((conflict) => conflict.column('endpoint').doUpdateSet(held))
    .execute();
  const old = await directories
    .selectFrom('push_browser_directory')
    .select('endpoint')
    .where('phone', '=', phone)
    .orderBy('made_at', 'desc')
    .offset(browsersOfPhone)
    .execute();
  for (const row of old) {
    await directories
      .deleteFrom('push_browser_directory')
      .where('endpoint', '=', row.endpoint)
      .execute();
  }
  return ok(undefined);
}
