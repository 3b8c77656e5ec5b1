// A certificate for the link: asked for over it with a new key, kept before it is used, and used at
// once; against a broker over TLS that asks for certificates.

import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { createServer, type TLSSocket } from 'node:tls';
import { decodeUpWord, downTopic, encodeDown, type UpWord } from '@prewatt/protocol';
import { expectOk } from '@prewatt/quantities';
import { Aedes, type Client } from 'aedes';
import { CertificationRequest } from 'pkijs';
import { createCertificateStore } from '../src/certificate-store.ts';
import { makeRequest } from '../src/link-certificate.ts';
import { createMqttLink } from '../src/mqtt-link.ts';
import { meterPan, temporaryFolder, until } from './bench.ts';
import { pair, sign, spkiOf } from './tls.ts';

const spkiOfRequest = async (csrPem: string): Promise<ArrayBuffer> => {
  const der = Buffer.from(csrPem.replace(/-----.*-----|\s/g, ''), 'base64');
  const request = CertificationRequest.fromBER(Uint8Array.from(der).buffer);
  assert.ok(await request.verify(), 'signed by its key');
  return Uint8Array.from(Buffer.from(request.subjectPublicKeyInfo.toSchema().toBER(false))).buffer;
};

/** A broker over TLS that asks for certificates, and a meter's link to it. */
async function setUp() {
  const folder = temporaryFolder();
  const server = pair();
  const key = server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const own = { spki: spkiOf(server.publicKey), signer: server.privateKey };
  const ca = await sign({ ...own, name: 'localhost', serial: '4000000000000001', days: [-1, 30] });
  const heard: UpWord[] = [];
  /** What it came with: its certificate's serial, or its password. */
  const came: string[] = [];
  const refused = new Set<string>();
  const broker = await Aedes.createBroker({
    authenticate: (client: Client, _name, password, done) => {
      const shown = (client.conn as TLSSocket).getPeerX509Certificate();
      const by = shown?.serialNumber ?? String(password);
      came.push(by);
      done(null, !refused.has(by));
    },
  });
  broker.on('publish', ({ topic, payload }) => {
    if (topic.endsWith('/up')) heard.push(expectOk(decodeUpWord(payload as Buffer), 'word'));
  });
  const listener = createServer(
    { key, cert: ca, requestCert: true, rejectUnauthorized: false },
    broker.handle,
  );
  listener.listen(0, 'localhost');
  await once(listener, 'listening');
  const tell = (word: Parameters<typeof encodeDown>[0]): void => {
    const packet = { cmd: 'publish', qos: 1, retain: false, dup: false } as const;
    const payload = Buffer.from(encodeDown(word));
    broker.publish({ ...packet, topic: downTopic(meterPan), payload }, () => undefined);
  };
  const store = createCertificateStore(folder.path);
  const open = (o: { troubles?: string[]; lookEveryMs?: number } = {}) =>
    createMqttLink({
      url: `mqtts://localhost:${(listener.address() as AddressInfo).port}`,
      meterPan,
      secret: { secret: 'of the factory', issuedAtMs: 0 },
      keepSecret: () => assert.fail('no secret was given'),
      certificates: {
        store,
        isWanted: true,
        realNowMs: Date.now,
        ...(o.lookEveryMs === undefined ? {} : { lookEveryMs: o.lookEveryMs }),
      },
      ca,
      random: () => 0,
      onLink: () => undefined,
      onMessage: () => assert.fail('the meter itself hears nothing of it'),
      onTrouble: (what) => o.troubles?.push(what),
    });
  const close = async (): Promise<void> => {
    await new Promise<void>((resolve) => broker.close(() => resolve()));
    listener.close();
    folder.remove();
  };
  const requests = () => heard.flatMap((w) => (w.kind === 'certificateRequest' ? [w.csrPem] : []));
  const inUse = () => heard.flatMap((w) => (w.kind === 'certificateInUse' ? [w.serial] : []));
  /** The certificate for the request that came last; `days`: how long it has been good, and is. */
  const answer = async (serial: string, days: readonly [number, number] = [-1, 30]) => {
    const spki = await spkiOfRequest(requests().at(-1) ?? '');
    const certificatePem = await sign({ ...own, spki, name: meterPan, serial, days });
    tell({ kind: 'certificate', certificatePem });
  };
  return { folder, own, came, refused, tell, store, open, close, requests, inUse, answer };
}

test('a meter asks for a certificate, keeps it, comes with it, and renews it in time', async (t) => {
  const { folder, own, came, tell, open, close, requests, inUse, answer, store } = await setUp();
  const troubles: string[] = [];
  let link = open({ troubles });
  t.after(async () => {
    await link.close();
    await close();
  });
  const [first = ''] = await until('it asks', () => (requests().length > 0 ? requests() : null));
  // One of another key is dropped; the meter still waits for its own.
  const other = await sign({ ...own, name: meterPan, serial: '4000000000000002', days: [-1, 30] });
  tell({ kind: 'certificate', certificatePem: other });
  await until('it says so', () => troubles.some((what) => /another key/.test(what)));
  // It has been good for twenty days of thirty.
  await answer('4000000000000011', [-21, 9]);
  await until('it comes with it', () => came.includes('4000000000000011'));
  assert.deepEqual(came, ['of the factory', '4000000000000011']);
  await until('it says which', () => inUse().includes('4000000000000011'));
  const file = join(folder.path, `${meterPan}.link-certificate.pem`);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  // Two thirds of its time are over: it asks with another key, and after a power cut with the same.
  await until('it renews', () => requests().some((csr) => csr !== first));
  const second = requests().find((csr) => csr !== first) ?? '';
  await link.close();
  const before = requests().length;
  link = open();
  await until('it asks again', () => requests().length > before);
  assert.equal(requests().at(-1), second, 'with the key that it kept');
  await answer('4000000000000012');
  await until('it comes with the new one', () => came.at(-1) === '4000000000000012');
  assert.equal(store.loadRequest(meterPan), null);
  // Told to, it asks although its certificate is young.
  await until('it listens', () => link.state() === 'up');
  const asked = requests().length;
  tell({
    kind: 'command',
    commandId: 'command_01900000-0000-7000-8000-000000000000',
    expiresAtMs: Date.UTC(2099, 0),
    action: { kind: 'renewCertificate' },
  });
  await until('it asks when told', () => requests().length > asked);
});

const serialOf = (held: { readonly certificatePem: string } | null): string | undefined =>
  held === null ? undefined : new X509Certificate(held.certificatePem).serialNumber;

test('what a meter came with before is kept until a broker lets it in with the new one', async (t) => {
  const { came, refused, store, open, close, requests, answer } = await setUp();
  let link = open();
  t.after(async () => {
    await link.close();
    await close();
  });
  await until('it asks', () => requests().length > 0);
  // Refused: it comes back with its secret, and both are kept.
  refused.add('4000000000000021');
  await answer('4000000000000021');
  await until('it tries', () => came.includes('4000000000000021'));
  await until('it comes back', () => came.at(-1) === 'of the factory' && link.state() === 'up');
  assert.equal(store.load(meterPan), null);
  assert.equal(serialOf(store.loadNext(meterPan)), '4000000000000021');
  // A power cut between: the broker may have taken the new one, so it is tried first.
  await link.close();
  refused.clear();
  const before = came.length;
  link = open();
  await until('it is in', () => link.state() === 'up');
  assert.deepEqual(came.slice(before), ['4000000000000021']);
  assert.equal(serialOf(store.load(meterPan)), '4000000000000021');
  assert.equal(store.loadNext(meterPan), null);
  // The next renewal is cut off before anybody has let it in, and then refused: the old one opens.
  const asked = requests().length;
  store.saveRequest(meterPan, await makeRequest(meterPan));
  await link.close();
  link = open();
  await until('it asks again', () => requests().length > asked);
  refused.add('4000000000000022');
  await answer('4000000000000022');
  await until('the new one is kept', () => store.loadNext(meterPan) !== null);
  await link.close();
  link = open();
  await until('the old one opens', () => link.state() === 'up');
  assert.equal(came.at(-1), '4000000000000021');
  assert.equal(serialOf(store.load(meterPan)), '4000000000000021');
});

test('a new certificate that is never accepted is given up, and another asked for', async (t) => {
  const { came, refused, store, open, close, requests, answer } = await setUp();
  const troubles: string[] = [];
  const link = open({ troubles, lookEveryMs: 50 });
  t.after(async () => {
    await link.close();
    await close();
  });
  const [first = ''] = await until('it asks', () => (requests().length > 0 ? requests() : null));
  refused.add('4000000000000031');
  await answer('4000000000000031');
  await until('it asks with another key', () => requests().some((csr) => csr !== first));
  assert.equal(came.filter((by) => by === '4000000000000031').length, 3);
  assert.equal(troubles.filter((what) => /was not accepted/.test(what)).length, 3);
  assert.equal(store.loadNext(meterPan), null);
  await answer('4000000000000032');
  await until('it comes with that', () => serialOf(store.load(meterPan)) === '4000000000000032');
});
