// Notifications in browsers, against a receiver that opens them as a browser does: turned on on the
// page, a fixed sentence beside the text message, and forgotten when the push service says so.

import assert from 'node:assert/strict';
import { createDecipheriv, createECDH, hkdfSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { idFromUuid } from '@prewatt/quantities';
import { createHarness, type Harness } from './harness.ts';
import { createHttpHarness, type HttpHarness, Visitor } from './http-harness.ts';

const phone = '+27825550101';
const endpoint = 'https://fcm.googleapis.com/fcm/send/a-browser';
const browser = createECDH('prime256v1');
const p256dh = browser.generateKeys().toString('base64url');
const auth = Buffer.alloc(16, 5).toString('base64url');
const vapid = createECDH('prime256v1');
const publicKey = vapid.generateKeys().toString('base64url');
const privateKey = Buffer.from(vapid.getPrivateKey('hex').padStart(64, '0'), 'hex').toString(
  'base64url',
);

type Received = {
  readonly path: string;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: Buffer;
};
const received: Received[] = [];
let status = 201;
let service: Server;
let h: Harness;
let http: HttpHarness;
let visitor: Visitor;

before(async () => {
  service = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      received.push({ path: request.url ?? '', headers: request.headers, body });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  const { port } = service.address() as AddressInfo;
  h = await createHarness({
    push: {
      push: { publicKey, privateKey, subject: 'mailto:help@u.test' },
      // The push service of the browser, on this machine.
      pushFetch: (url, init) =>
        fetch(`http://127.0.0.1:${port}${new URL(String(url)).pathname}`, init),
    },
  });
  http = await createHttpHarness(h);
  visitor = new Visitor(http.app);
  await visitor.get('/sign-in');
  await visitor.post('/sign-in', { phone });
  await visitor.post('/sign-in/code', { phone, code: http.codes.at(-1)?.code ?? '' });
});
after(async () => {
  await http.close();
  await h.close();
  service.close();
});

/** As the browser does it. */
function opened(body: Buffer): string {
  const salt = body.subarray(0, 16);
  const theirs = body.subarray(21, 86);
  const hkdf = (secret: Uint8Array, from: Uint8Array, info: Uint8Array | string, length: number) =>
    Buffer.from(hkdfSync('sha256', secret, from, info, length));
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), browser.getPublicKey(), theirs]);
  const input = hkdf(browser.computeSecret(theirs), Buffer.from(auth, 'base64url'), info, 32);
  const key = hkdf(input, salt, 'Content-Encoding: aes128gcm\0', 16);
  const nonce = hkdf(input, salt, 'Content-Encoding: nonce\0', 12);
  const cipher = createDecipheriv('aes-128-gcm', key, nonce).setAuthTag(body.subarray(-16));
  const plain = Buffer.concat([cipher.update(body.subarray(86, -16)), cipher.final()]);
  assert.equal(plain.at(-1), 2);
  return plain.subarray(0, -1).toString();
}

const page = () => `/connections/${idFromUuid('connection', h.place.connectionId)}`;
const turn = (change: string, o: Record<string, string> = {}) =>
  visitor.post(`${page()}/push`, { change, endpoint, p256dh, auth, ...o });
const browsers = () =>
  h.owner.directories.selectFrom('push_browser_directory').select('endpoint').execute();
let facts = 0;
async function send(): Promise<void> {
  facts += 1;
  await h.database.inUtility(h.utilityId, (tx) =>
    h.services.messages.queue(tx, {
      ...{ place: h.place, kind: 'tokenIssued', factKey: `sale:${facts}`, phone },
      text: 'Test Utility: your token 1234 5678 9012 3456 7890 for Flat 1',
    }),
  );
  const queued = await h.database.inUtility(h.utilityId, (tx) =>
    tx.selectFrom('messages').select(['bucket', 'id']).where('state', '=', 'queued').execute(),
  );
  await h.services.messages.send({ utilityId: h.utilityId, messages: queued });
}

test('nothing is told before it is turned on, and then a sentence without the token', async () => {
  assert.ok((await visitor.get(`${page()}/messages`)).body.includes(`data-push="${publicKey}"`));
  await send();
  assert.equal(received.length, 0);
  assert.equal((await turn('on')).statusCode, 303);
  await send();
  const [push, ...more] = received;
  assert.ok(push !== undefined && more.length === 0);
  assert.equal(push.path, '/fcm/send/a-browser');
  assert.deepEqual(JSON.parse(opened(push.body)), {
    text: 'Your token is here. Sign in to see it.',
  });
  const { headers } = push;
  assert.equal(headers['content-encoding'], 'aes128gcm');
  assert.match(String(headers.authorization), new RegExp(`^vapid t=\\S+, k=${publicKey}$`));
  assert.match(String(headers['topic']), /^[\w-]{32}$/);
  await h.services.phones.speak(phone, 'sw');
  await send();
  assert.deepEqual(JSON.parse(opened(received.at(-1)?.body ?? Buffer.alloc(0))), {
    text: 'Tokeni yako imefika. Ingia uione.',
  });
  await h.services.phones.speak(phone, 'en');
});

test('a browser that is gone is forgotten, and so are those of who signs out everywhere', async () => {
  status = 410;
  await send();
  assert.deepEqual(await browsers(), []);
  status = 201;
  await turn('on');
  await turn('off');
  assert.deepEqual(await browsers(), []);
  await turn('on');
  await visitor.post('/sign-out/everywhere', {});
  assert.deepEqual(await browsers(), []);
});

test('only push services that we know are called', async () => {
  const away = [
    'https://127.0.0.1/x',
    'http://fcm.googleapis.com/x',
    'https://fcm.googleapis.com:8443/x',
  ];
  for (const other of [...away, 'https://fcm.googleapis.com.evil.test/x', 'nothing']) {
    const added = await h.services.push.add(phone, { endpoint: other, p256dh, auth });
    assert.equal(added.ok, false, other);
  }
  assert.equal((await h.services.push.add(phone, { endpoint, p256dh: 'x', auth })).ok, false);
});
