// A certificate for the link: asked for over it with a new key, kept before it is used, and used at
// once; against a broker over TLS that asks for certificates.

import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { createServer, type TLSSocket } from 'node:tls';
import { decodeUpWord, downTopic, encodeDown, type UpWord } from '@prewatt/protocol';
import { expectOk } from '@prewatt/quantities';
import { Aedes, type Client } from 'aedes';
import { Integer, Utf8String } from 'asn1js';
import { AttributeTypeAndValue, Certificate, CertificationRequest, PublicKeyInfo } from 'pkijs';
import { createCertificateStore } from '../src/certificate-store.ts';
import { createMqttLink } from '../src/mqtt-link.ts';
import { meterPan, temporaryFolder, until } from './bench.ts';

const pair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const spkiOf = (key: KeyObject) =>
  Uint8Array.from(key.export({ type: 'spki', format: 'der' })).buffer;

/** Just enough of a certificate. */
async function sign(o: {
  readonly name: string;
  readonly spki: ArrayBuffer;
  readonly signer: KeyObject;
  readonly serial: string;
  readonly days: readonly [from: number, to: number];
}): Promise<string> {
  const certificate = new Certificate();
  certificate.version = 2;
  certificate.serialNumber = new Integer({ valueHex: Uint8Array.fromHex(o.serial).buffer });
  certificate.notBefore.value = new Date(Date.now() + o.days[0] * 86_400_000);
  certificate.notAfter.value = new Date(Date.now() + o.days[1] * 86_400_000);
  for (const names of [certificate.subject, certificate.issuer]) {
    const value = new Utf8String({ value: o.name });
    names.typesAndValues.push(new AttributeTypeAndValue({ type: '2.5.4.3', value }));
  }
  certificate.subjectPublicKeyInfo = PublicKeyInfo.fromBER(o.spki);
  const signing = { name: 'ECDSA', namedCurve: 'P-256' };
  await certificate.sign(o.signer.toCryptoKey(signing, false, ['sign']), 'SHA-256');
  const der = Buffer.from(certificate.toSchema(true).toBER(false)).toString('base64');
  return `-----BEGIN CERTIFICATE-----\n${der}\n-----END CERTIFICATE-----\n`;
}

const spkiOfRequest = async (csrPem: string): Promise<ArrayBuffer> => {
  const der = Buffer.from(csrPem.replace(/-----.*-----|\s/g, ''), 'base64');
  const request = CertificationRequest.fromBER(Uint8Array.from(der).buffer);
  assert.ok(await request.verify(), 'signed by its key');
  return Uint8Array.from(Buffer.from(request.subjectPublicKeyInfo.toSchema().toBER(false))).buffer;
};

test('a meter asks for a certificate, keeps it, comes with it, and renews it in time', async (t) => {
  const folder = temporaryFolder();
  const server = pair();
  const key = server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const own = { spki: spkiOf(server.publicKey), signer: server.privateKey };
  const ca = await sign({ ...own, name: 'localhost', serial: '4000000000000001', days: [-1, 30] });
  const heard: UpWord[] = [];
  /** What it came with: its certificate's serial, or its password. */
  const came: string[] = [];
  const broker = await Aedes.createBroker({
    authenticate: (client: Client, _name, password, done) => {
      const shown = (client.conn as TLSSocket).getPeerX509Certificate();
      came.push(shown?.serialNumber ?? String(password));
      done(null, true);
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
  const open = (troubles: string[] = []) =>
    createMqttLink({
      url: `mqtts://localhost:${(listener.address() as AddressInfo).port}`,
      meterPan,
      secret: { secret: 'of the factory', issuedAtMs: 0 },
      keepSecret: () => assert.fail('no secret was given'),
      certificates: {
        store: createCertificateStore(folder.path),
        isWanted: true,
        realNowMs: Date.now,
      },
      ca,
      random: () => 0,
      onLink: () => undefined,
      onMessage: () => assert.fail('the meter itself hears nothing of it'),
      onTrouble: (what) => troubles.push(what),
    });
  const troubles: string[] = [];
  let link = open(troubles);
  t.after(async () => {
    await link.close();
    await new Promise<void>((resolve) => broker.close(() => resolve()));
    listener.close();
    folder.remove();
  });
  const requests = () => heard.flatMap((w) => (w.kind === 'certificateRequest' ? [w.csrPem] : []));
  const inUse = () => heard.flatMap((w) => (w.kind === 'certificateInUse' ? [w.serial] : []));
  const [first = ''] = await until('it asks', () => (requests().length > 0 ? requests() : null));
  // One of another key is dropped; the meter still waits for its own.
  const other = await sign({ ...own, name: meterPan, serial: '4000000000000002', days: [-1, 30] });
  tell({ kind: 'certificate', certificatePem: other });
  await until('it says so', () => troubles.some((what) => /another key/.test(what)));
  const signed = { name: meterPan, signer: server.privateKey, spki: await spkiOfRequest(first) };
  // It has been good for twenty days of thirty.
  const old = await sign({ ...signed, serial: '4000000000000011', days: [-21, 9] });
  tell({ kind: 'certificate', certificatePem: old });
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
  const spki = await spkiOfRequest(second);
  const renewed = await sign({ ...signed, spki, serial: '4000000000000012', days: [-1, 30] });
  assert.ok(createPublicKey(renewed).equals(new X509Certificate(renewed).publicKey));
  tell({ kind: 'certificate', certificatePem: renewed });
  await until('it comes with the new one', () => came.at(-1) === '4000000000000012');
  assert.deepEqual(createCertificateStore(folder.path).loadRequest(meterPan), null);
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
