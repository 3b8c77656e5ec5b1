// Where a webhook may go: the open internet, by the addresses that its name really has.

import assert from 'node:assert/strict';
import type { LookupAddress, lookup } from 'node:dns';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { createWebhookPost, faultOfUrl } from './post.ts';

let asked = 0;
const server = createServer((_request, response) => {
  asked += 1;
  response.end('x'.repeat(100_000));
});
let port = 0;
before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
after(() => server.close());

/** A name server that says this of every name. */
const saying = (...addresses: LookupAddress[]) =>
  ((_name: string, _options: object, callback: (error: null, found: LookupAddress[]) => void) =>
    callback(null, addresses)) as unknown as typeof lookup;
const body = Buffer.from('{}');
const inside = { address: '127.0.0.1', family: 4 };

test('a name that leads to a private address, if only among others, is not called', async () => {
  const open = { address: '93.184.215.14', family: 4 };
  for (const resolve of [
    saying(inside),
    saying(open, inside),
    saying({ ...inside, address: '10.0.0.7' }),
  ]) {
    const post = createWebhookPost({ reach: 'public', resolve });
    const answer = await post({ url: `https://hook.example.com:${port}/`, headers: {}, body });
    assert.deepEqual(answer, { status: null, fault: 'notPublic' });
  }
  assert.equal(asked, 0);
});

test('addresses of one’s own network, plain HTTP and names without a dot are no endpoints', async () => {
  const post = createWebhookPost({ reach: 'public' });
  const urls = [
    ...['http://hook.example.com/', 'https://127.0.0.1/', 'https://[::1]/', 'https://0x7f.1/'],
    ...['https://169.254.169.254/latest', 'https://localhost/', 'https://a:b@hook.example.com/'],
    ...['https://[::ffff:10.0.0.1]/', 'ftp://hook.example.com/', 'nonsense'],
  ];
  for (const url of urls) {
    assert.notEqual(faultOfUrl(url, 'public'), null, url);
    assert.deepEqual(await post({ url, headers: {}, body }), { status: null, fault: 'notPublic' });
  }
  assert.equal(faultOfUrl('https://hook.example.com/prewatt', 'public'), null);
});

test('of a long answer little is read, and one that never comes is given up', async () => {
  const patient = createWebhookPost({ reach: 'any' });
  const answer = await patient({ url: `http://127.0.0.1:${port}/`, headers: {}, body });
  assert.equal(answer.status, 200);
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
  const post = createWebhookPost({ reach: 'any', timeoutMs: 200 });
  assert.deepEqual(await post({ url, headers: {}, body }), { status: null, fault: 'timeout' });
  silent.closeAllConnections();
  silent.close();
  const gone = await patient({ url, headers: {}, body });
  assert.deepEqual(gone, { status: null, fault: 'unreachable' });
});
