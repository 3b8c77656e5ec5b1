// A new secret for the link: kept before it is used, and used at once.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { downTopic, encodeDown } from '@prewatt/protocol';
import { Aedes } from 'aedes';
import { createMqttLink } from '../src/mqtt-link.ts';
import { createSecretStore } from '../src/secret-store.ts';
import { meterPan, temporaryFolder, until } from './bench.ts';

test('a meter keeps a new secret, comes back with it, and holds it ever after', async (t) => {
  const folder = temporaryFolder();
  const passwords: string[] = [];
  const broker = await Aedes.createBroker({
    authenticate: (_client, _name, password, done) => {
      passwords.push(String(password));
      done(null, true);
    },
  });
  const server = createServer(broker.handle);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const secrets = createSecretStore(folder.path);
  const link = createMqttLink({
    url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`,
    meterPan,
    secret: secrets.load(meterPan) ?? { secret: 'of the factory', issuedAtMs: 0 },
    keepSecret: (secret) => secrets.save(meterPan, secret),
    random: () => 0,
    onLink: () => undefined,
    onMessage: () => assert.fail('the meter itself never sees a secret'),
    onTrouble: () => undefined,
  });
  t.after(async () => {
    await link.close();
    await new Promise<void>((resolve) => broker.close(() => resolve()));
    server.close();
    folder.remove();
  });
  await until('the link is up', () => link.state() === 'up');
  const secret = '0123456789abcdef0123456789abcdef';
  const issuedAtMs = Date.UTC(2026, 10, 24);
  const command = (of: string, askedAtMs: number): void => {
    const payload = encodeDown({
      kind: 'command',
      commandId: 'command_01900000-0000-7000-8000-000000000000',
      expiresAtMs: Date.UTC(2099, 0),
      issuedAtMs: askedAtMs,
      action: { kind: 'setLinkSecret', secret: of },
    });
    const packet = { cmd: 'publish', qos: 1, retain: false, dup: false } as const;
    broker.publish(
      { ...packet, topic: downTopic(meterPan), payload: Buffer.from(payload) },
      () => undefined,
    );
  };
  command(secret, issuedAtMs);
  await until('it comes back', () => passwords.length === 2);
  assert.deepEqual(passwords, ['of the factory', secret]);
  const file = join(folder.path, `${meterPan}.link-secret`);
  assert.equal(readFileSync(file, 'utf8'), `${secret}\n${issuedAtMs}\n`);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.deepEqual(createSecretStore(folder.path).load(meterPan), { secret, issuedAtMs });
  await until('it listens again', () => link.state() === 'up');
  // One that was asked for before comes late, and then a newer one: only the newer one is taken.
  command('f'.repeat(32), issuedAtMs - 1);
  command('e'.repeat(32), issuedAtMs + 1);
  await until('it comes back again', () => passwords.length === 3);
  assert.equal(passwords[2], 'e'.repeat(32));
});

test('a link tells a broker that refuses it from one that is not there', async (t) => {
  const broker = await Aedes.createBroker({
    authenticate: (_client, _name, _password, done) => {
      done(Object.assign(new Error('refused'), { returnCode: 4 }) as never, false);
    },
  });
  const server = createServer(broker.handle);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const link = createMqttLink({
    url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`,
    meterPan,
    secret: { secret: 'of a meter that was taken away', issuedAtMs: 0 },
    keepSecret: () => undefined,
    random: () => 0,
    onLink: () => undefined,
    onMessage: () => undefined,
    onTrouble: () => undefined,
  });
  t.after(async () => {
    await link.close();
    await new Promise<void>((resolve) => broker.close(() => resolve()));
    server.close();
  });
  assert.equal(link.state(), 'down');
  await until('it is refused', () => link.state() === 'refused');
});
