// A sandbox in a temporary folder, a receiver of notifications, and the calls a merchant makes. For
// tests only.

import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Config } from './config.ts';
import { createSandbox, type Sandbox } from './sandbox.ts';

export const secrets = {
  sandboxWebhookSecret: 'webhook-secret-for-tests',
  sandboxApiKey: 'provider-key-for-tests',
  smsApiKey: 'sms-key-for-tests',
};

/**
 * Real time stands at this instant at the start; demo time is a day later and runs 60 times as
 * fast.
 */
export const anchorMs = Date.UTC(2026, 10, 24, 10, 0);

export function testConfig(dataDir: string): Config {
  return {
    httpPort: 0,
    dataDir,
    serverUrl: 'http://127.0.0.1:7070',
    clock: { realAnchorMs: anchorMs, demoAnchorMs: anchorMs + 86_400_000, speed: 60 },
    logLevel: 'silent',
    zone: 'Africa/Johannesburg',
    secrets,
  };
}

export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * A sandbox that pauses milliseconds where the real one pauses seconds. Closed at the end of the
 * test.
 */
export function testSandbox(t: TestContext, dataDir = temporaryFolder(t)): Sandbox {
  const sandbox = createSandbox({
    config: testConfig(dataDir),
    retry: { firstPauseMs: 5, giveUpAfterMs: 200, timeoutMs: 500 },
  });
  t.after(() => sandbox.close());
  return sandbox;
}

export type Heard = { readonly body: string; readonly headers: IncomingHttpHeaders };

/**
 * An HTTP server that answers with the given statuses in turn, then 200, and keeps what it heard.
 */
export async function receiver(t: TestContext, statuses: number[] = []) {
  const heard: Heard[] = [];
  let wake = () => {};
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    heard.push({ body: Buffer.concat(chunks).toString(), headers: request.headers });
    response.statusCode = statuses.shift() ?? 200;
    response.end();
    wake();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => server.close());
  const at = server.address();
  if (at === null || typeof at === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${at.port}/notify`,
    heard,
    /** Resolves once `count` notifications arrived; fails after two seconds. */
    hears: async (count: number) => {
      const deadline = Date.now() + 2000;
      while (heard.length < count) {
        if (Date.now() > deadline) throw new Error(`heard ${heard.length} of ${count}`);
        await new Promise<void>((done) => {
          wake = done;
          setTimeout(done, 50);
        });
      }
    },
  };
}

export const checkoutRequest = {
  reference: 'payment-1',
  amountMinor: '12050',
  currency: { code: 'ZAR', scale: 2 },
  description: 'Electricity for Flat 12',
  notifyUrl: 'http://127.0.0.1:9/notify',
  returnUrl: 'http://127.0.0.1:7070/sales/sale_1',
};

/** POST /provider/v1/checkouts as the merchant. */
export function openCheckout(sandbox: Sandbox, change: Record<string, unknown> = {}) {
  return sandbox.app.inject({
    method: 'POST',
    url: '/provider/v1/checkouts',
    headers: { authorization: `Bearer ${secrets.sandboxApiKey}` },
    payload: { ...checkoutRequest, ...change },
  });
}

/** GET by reference as the merchant. */
export function lookUp(sandbox: Sandbox, reference = checkoutRequest.reference) {
  return sandbox.app.inject({
    url: `/provider/v1/checkouts/by-reference/${reference}`,
    headers: { authorization: `Bearer ${secrets.sandboxApiKey}` },
  });
}

/** A form on a page of the sandbox, sent as a browser sends it. */
export function postForm(
  sandbox: Sandbox,
  url: string,
  fields: Record<string, string>,
  origin = 'http://localhost:80',
) {
  return sandbox.app.inject({
    method: 'POST',
    url,
    headers: {
      origin,
      host: 'localhost:80',
      'content-type': 'application/x-www-form-urlencoded',
    },
    payload: new URLSearchParams(fields).toString(),
  });
}

/** POST /sms/v1/messages as the utility. */
export function sendSms(sandbox: Sandbox, message: Record<string, unknown>) {
  return sandbox.app.inject({
    method: 'POST',
    url: '/sms/v1/messages',
    headers: { authorization: `Bearer ${secrets.smsApiKey}` },
    payload: message,
  });
}
