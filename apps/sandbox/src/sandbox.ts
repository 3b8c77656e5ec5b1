// Puts the sandbox together: journal, state, provider, gateway, pages, on one HTTP server bound to
// the loopback address.

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import formbody from '@fastify/formbody';
import fastify, { type FastifyError, type FastifyInstance, LogController } from 'fastify';
import { createCheckouts } from './checkouts.ts';
import type { Config } from './config.ts';
import { refuse, sendPage } from './http/guards.ts';
import { phoneRoutes } from './http/phone.ts';
import { providerApi } from './http/provider-api.ts';
import { providerFaults } from './http/provider-faults.ts';
import { providerPages } from './http/provider-pages.ts';
import { openJournal } from './journal.ts';
import { createLiveHub } from './live.ts';
import { createMessages } from './messages.ts';
import { createNotifier, type defaultRetry } from './notifications.ts';
import { iconAsset, scriptAsset, styleAsset } from './pages/assets.ts';
import { errorPage, type Scene, startPage } from './pages/layout.ts';
import { createStore } from './state.ts';

export type SandboxDeps = {
  readonly config: Config;
  readonly realNowMs?: () => number;
  /** Shorter pauses for tests. */
  readonly retry?: Partial<typeof defaultRetry>;
};

export type Sandbox = {
  readonly app: FastifyInstance;
  /** Binds 127.0.0.1 and goes on with notifications that were left waiting. Gives the address. */
  readonly listen: () => Promise<string>;
  readonly close: () => Promise<void>;
};

export function createSandbox({ config, realNowMs = Date.now, retry }: SandboxDeps): Sandbox {
  const journal = openJournal(join(config.dataDir, 'journal.jsonl'));
  const store = createStore(journal);
  const live = createLiveHub();
  const nowMs = () => {
    const { demoAnchorMs, realAnchorMs, speed } = config.clock;
    return Math.round(demoAnchorMs + (realNowMs() - realAnchorMs) * speed);
  };
  const scene = (): Scene => ({ zone: config.zone, nowMs: nowMs(), speed: config.clock.speed });
  const checkoutChanged = (checkoutId: string) => {
    live.changed('provider');
    live.changed(`pay/${checkoutId}`);
  };
  const notifier = createNotifier({
    store,
    secret: config.secrets.sandboxWebhookSecret,
    realNowMs,
    randomHex: (bytes) => randomBytes(bytes).toString('hex'),
    changed: checkoutChanged,
    ...(retry === undefined ? {} : { retry }),
  });
  const checkouts = createCheckouts({
    store,
    notifier,
    nowMs,
    random: randomBytes,
    changed: checkoutChanged,
  });
  const messages = createMessages({
    store,
    nowMs,
    changed: (to) => {
      live.changed('phone');
      live.changed(`phone/${to}`);
    },
  });

  const app = createApp(config.logLevel);
  app.get('/', (_request, reply) => sendPage(reply, 200, startPage(config.serverUrl)));
  let publicUrl = '';
  const { sandboxApiKey, smsApiKey } = config.secrets;
  providerApi(app, {
    ...{ checkouts, apiKey: sandboxApiKey, publicUrl: () => publicUrl },
    askPhone: messages.receive,
  });
  providerPages(app, { checkouts, state: store.state, live, scene, realNowMs });
  providerFaults(app, { checkouts });
  phoneRoutes(app, { messages, live, apiKey: smsApiKey, scene });
  app.addHook('preClose', async () => {
    live.close();
    notifier.close();
  });
  app.addHook('onClose', async () => journal.close());

  return {
    app,
    listen: async () => {
      publicUrl = await app.listen({ host: '127.0.0.1', port: config.httpPort });
      notifier.resume();
      return publicUrl;
    },
    close: () => app.close(),
  };
}

function createApp(logLevel: string): FastifyInstance {
  const app = fastify({
    logger: logLevel === 'silent' ? false : { level: logLevel },
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: 16_384,
    forceCloseConnections: true,
    // Nobody may hold a connection by half a request.
    requestTimeout: 30_000,
    http: { headersTimeout: 10_000, connectionsCheckingInterval: 5_000 },
  });
  app.register(formbody);
  app.get('/health', (_request, reply) => reply.send({ status: 'ready' }));
  for (const asset of [styleAsset, scriptAsset, iconAsset]) {
    app.get(asset.path, (_request, reply) =>
      reply
        .header('cache-control', 'public, max-age=31536000, immutable')
        .type(asset.contentType)
        .send(asset.body),
    );
  }
  app.setNotFoundHandler((request, reply) =>
    isApi(request.url)
      ? refuse(reply, 404, 'not-found', 'There is nothing at this address.')
      : sendPage(reply, 404, errorPage('Nothing here', 'There is no page at this address.')),
  );
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) request.log.error(error);
    const message = status >= 500 ? 'Something went wrong here.' : error.message;
    return isApi(request.url)
      ? refuse(reply, status, status >= 500 ? 'internal' : 'invalid', message)
      : sendPage(reply, status, errorPage('That did not work', message));
  });
  return app;
}

function isApi(url: string): boolean {
  return /^\/(provider|sms)\/v1\//.test(url);
}
