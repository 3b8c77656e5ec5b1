// Certificates of meters, against the embedded broker over TLS and a real database: claimed, used,
// renewed over the meter's own link, rotated, revoked, expired; and who is refused, by name.

import assert from 'node:assert/strict';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { decodeDownWord, downTopic, encodeUp, linkTopic, upTopic } from '@prewatt/protocol';
import { expectOk } from '@prewatt/quantities';
import { connectAsync } from 'mqtt';
import { createLive } from '../src/base/live.ts';
import { readRequest } from '../src/metering/headend/credentials/x509.ts';
import {
  type Broker,
  createBroker,
  createCredentials,
  ensureOwnCertificate,
} from '../src/metering/headend/index.ts';
import { type MeterKey, makeRequest } from './certificate-requests.ts';
import { createHarness, type Harness, meterDefaults, newTestUuid } from './harness.ts';

const dayMs = 86_400_000;
let h: Harness;
let broker: Broker;
let live: Awaited<ReturnType<typeof createLive>>;
let ca: string;
/** A meter that never takes what it is sent, and whether each word might get lost. */
const deaf = { meterPan: '', told: [] as boolean[] };
/** What happens between the look at who comes and the answer. */
let onWayIn = async (): Promise<void> => {};
const folder = mkdtempSync(join(tmpdir(), 'prewatt-certificates-'));
before(async () => {
  h = await createHarness({
    link: () => ({
      send: (meterPan, payload, o) => {
        if (meterPan !== deaf.meterPan) return broker.link.send(meterPan, payload, o);
        deaf.told.push(o?.atMostOnce ?? false);
        return new Promise(() => {});
      },
    }),
  });
  const { mayConnect, ingest, links } = h.services;
  const tls = await ensureOwnCertificate(folder, { hosts: ['127.0.0.1'], nowMs: Date.now() });
  ca = readFileSync(join(folder, 'ca.pem'), 'utf8');
  const listening = { host: '127.0.0.1', port: 0, tls, asksCertificates: true };
  broker = await createBroker({
    mayConnect: async (claim) => {
      const may = await mayConnect(claim);
      await onWayIn();
      return may;
    },
    ...listening,
  });
  await broker.link.listen({ up: ingest.receive, link: links.changed });
  live = await createLive({ url: h.ownerUrl });
  live.subscribe((notice) => {
    if (notice.kind === 'linkRevoked') broker.link.drop(notice.meterPan);
  });
});
after(async () => {
  await live.close();
  await broker.close();
  await h.close();
  rmSync(folder, { recursive: true, force: true });
});

type Identity = { readonly key: string; readonly cert: string } | { readonly password: string };
const connect = (identity: Identity, meterPan = h.meterPan) =>
  connectAsync(`mqtts://127.0.0.1:${broker.port}`, {
    clientId: meterPan,
    username: meterPan,
    ...identity,
    ca,
    protocolVersion: 4,
    reconnectPeriod: 0,
  });
const opens = async (identity: Identity): Promise<void> => {
  await (await connect(identity)).endAsync();
};
const refusedFor = async (reason: string, identity: Identity): Promise<void> => {
  await assert.rejects(connect(identity), /Not authorized|Bad username|refused/i);
  await h.services.linkRefusals.settled();
  const last = await h.database.inUtility(h.utilityId, (tx) =>
    tx
      .selectFrom('link_refusals')
      .select(['reason', 'times', 'serial'])
      .where('reason', '=', reason as 'wrongSecret')
      .execute(),
  );
  assert.equal(last.length, 1, `${reason} is on record`);
};
const administrator = { name: 'Ada', role: 'administrator' as const };
const asked = (requestId = newTestUuid()) => ({
  place: h.place,
  meterPan: h.meterPan,
  by: administrator,
  requestId,
  reason: 'A test asks for it',
});
type Wish = { readonly csrPem: string | null; readonly isClaim?: boolean };
const certify = (wish: Wish, request: object = asked()) =>
  h.database.inUtility(h.utilityId, (tx) =>
    h.services.certifying.certify(tx, {
      ...asked(),
      ...request,
      csrPem: wish.csrPem,
      isClaim: wish.isClaim ?? false,
    }),
  );
const act = (name: 'rotate' | 'revoke', of: object = {}) =>
  h.database.inUtility(h.utilityId, (tx) =>
    h.services.provisioning[name](tx, { ...asked(), ...of }),
  );
const history = () =>
  h.database.inUtility(h.utilityId, async (tx) => {
    const rows = await tx
      .selectFrom('link_acts')
      .select('act')
      .where('meter_id', '=', h.place.meterId)
      .orderBy('ordinal')
      .execute();
    return rows.map((row) => row.act);
  });
const { mqttSecret: secret } = meterDefaults;
/** The identity that the meter has in the course of these tests. */
let now: { key: string; cert: string };

test('a request is signed for the key that signed it, and for this meter alone', async () => {
  const refused = async (csrPem: string, code: string) =>
    assert.deepEqual(await certify({ csrPem }), { ok: false, error: code });
  await refused('nothing of the kind', 'requestMalformed');
  const request = await makeRequest(h.meterPan);
  await refused(request.csrPem.replace(/[A-Z]{8}/, 'AAAAAAAA'), 'requestMalformed');
  await refused((await makeRequest('600727000000000009')).csrPem, 'requestForAnother');
  await refused((await makeRequest(null, { curve: 'P-521' })).csrPem, 'requestKeyUnfit');
  const { privateKey: signer } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  await refused((await makeRequest(null, { signer })).csrPem, 'requestUnproven');
  await refused((await makeRequest(null, { hash: 'SHA-1' })).csrPem, 'requestUnproven');
  expectOk(
    await readRequest((await makeRequest(null, { hash: 'SHA-384' })).csrPem, h.meterPan),
    'ok',
  );
  const operator = { name: 'Olu', role: 'operator' as const };
  const notAllowed = await certify({ csrPem: request.csrPem }, { by: operator });
  assert.deepEqual(notAllowed, { ok: false, error: 'notAllowed' });
  assert.deepEqual(await history(), []);
});

test('claimed with a request; the secret works until the certificate is used', async () => {
  const { csrPem, keyPem } = await makeRequest(h.meterPan);
  const request = asked();
  const made = expectOk(await certify({ csrPem, isClaim: true }, request), 'claim');
  const again = expectOk(await certify({ csrPem, isClaim: true }, request), 'the same again');
  assert.deepEqual(again, made);
  const other = await makeRequest(h.meterPan);
  const reused = await certify({ csrPem: other.csrPem, isClaim: true }, request);
  assert.deepEqual(reused, { ok: false, error: 'requestIdReused' });
  const twice = await certify({ csrPem: other.csrPem, isClaim: true });
  assert.deepEqual(twice, { ok: false, error: 'alreadyClaimed' });
  const certificate = new X509Certificate(made.certificatePem);
  const authority = new X509Certificate(made.authorityPem);
  assert.ok(certificate.verify(authority.publicKey) && !certificate.ca && authority.ca);
  assert.equal(certificate.subject, `CN=${h.meterPan}`);
  assert.equal(certificate.serialNumber.toLowerCase(), made.serial);
  const days = (certificate.validToDate.getTime() - h.clock.nowMs) / dayMs;
  assert.equal(Math.round(days), 730);
  await opens({ password: secret });
  await opens({ key: keyPem, cert: made.certificatePem });
  await refusedFor('wrongSecret', { password: secret });
  assert.deepEqual(await history(), ['certified', 'rotated']);
  now = { key: keyPem, cert: made.certificatePem };
});

test('a certificate of somebody else is refused, whoever signed it', async () => {
  const other = await h.addConnection();
  const { csrPem, keyPem } = await makeRequest(other.meterPan);
  const { meterPan, ...place } = other;
  const made = expectOk(await certify({ csrPem }, { ...asked(), place, meterPan }), 'theirs');
  await refusedFor('certificateForeign', { key: keyPem, cert: made.certificatePem });
  await (await connect({ key: keyPem, cert: made.certificatePem }, meterPan)).endAsync();
  // With the secret beside it, the certificate still decides.
  const foreign = await ensureOwnCertificate(join(folder, 'another'), {
    hosts: [h.meterPan],
    nowMs: Date.now(),
  });
  await refusedFor('certificateForeign', { ...foreign, password: secret });
  // What another meter has is refused in its own name, too.
  const stolen = connectAsync(`mqtts://127.0.0.1:${broker.port}`, {
    clientId: h.meterPan,
    username: meterPan,
    key: keyPem,
    cert: made.certificatePem,
    ca,
    protocolVersion: 4,
    reconnectPeriod: 0,
  });
  await assert.rejects(stolen);
});

/** The meter asks over its link, as `renewCertificate` tells it to. */
async function renew(key: MeterKey): Promise<string> {
  const client = await connect(now);
  const told = new Promise<string>((resolve, reject) => {
    client.on('message', (_, payload) => {
      const word = expectOk(decodeDownWord(payload), 'word');
      if (word.kind === 'certificate') resolve(word.certificatePem);
      if (word.kind === 'certificateRefused') reject(new Error(word.reason));
    });
  });
  await client.subscribeAsync(downTopic(h.meterPan), { qos: 1 });
  const word = encodeUp({ kind: 'certificateRequest', csrPem: key.csrPem });
  await client.publishAsync(upTopic(h.meterPan), Buffer.from(word), { qos: 1 });
  try {
    return await told;
  } finally {
    await client.endAsync();
  }
}

test('rotated by command: the old one works until the new one was used, not after', async () => {
  const client = await connect(now);
  expectOk(await act('rotate'), 'rotation');
  await h.services.commands.sweep(h.utilityId);
  await client.endAsync();
  const kinds = h.sent.flatMap(({ message }) =>
    message.kind === 'command' ? [message.action.kind] : [],
  );
  assert.deepEqual(kinds, ['renewCertificate'], 'not a secret');
  const key = await makeRequest(null);
  const cert = await renew(key);
  assert.equal(await renew(key), cert, 'asked again, the same one');
  await opens(now);
  await opens({ key: key.keyPem, cert });
  await refusedFor('certificateReplaced', now);
  now = { key: key.keyPem, cert };
  await opens(now);
  assert.deepEqual((await history()).slice(2), ['rotationAsked', 'renewed', 'rotated']);
  const rows = await h.database.inUtility(h.utilityId, (tx) =>
    tx.selectFrom('commands').select(['kind', 'stage']).execute(),
  );
  assert.deepEqual(rows, [{ kind: 'renewCertificate', stage: 'done' }], 'its use is the answer');
});

test('a meter gets five certificates a day, and no more', async () => {
  for (let i = 0; i < 4; i += 1) await renew(await makeRequest(null));
  await assert.rejects(renew(await makeRequest(null)), /tooMany/);
  h.clock.nowMs += dayMs;
  const key = await makeRequest(null);
  const cert = await renew(key);
  await opens({ key: key.keyPem, cert });
  now = { key: key.keyPem, cert };
});

test('a certificate that somebody brought waits on while the meter asks for its own', async () => {
  const brought = await makeRequest(null);
  const made = expectOk(await certify({ csrPem: brought.csrPem }), 'brought');
  await renew(await makeRequest(null));
  now = { key: brought.keyPem, cert: made.certificatePem };
  await opens(now);
});

test('a meter that asks in a loop is answered ten times a minute; nobody waits for it', async () => {
  const { meterPan } = await h.addConnection();
  deaf.meterPan = meterPan;
  const ask = () =>
    h.services.certifying.linkSaid(meterPan, { kind: 'certificateRequest', csrPem: 'none' });
  for (let i = 0; i < 12; i += 1) await ask();
  assert.deepEqual(deaf.told, new Array(10).fill(true));
  h.clock.nowMs += 60_000;
  await ask();
  assert.equal(deaf.told.length, 11);
});

test('a session ends when its certificate does', async () => {
  const client = await connect(now);
  const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
  broker.dropExpired(h.clock.nowMs);
  await client.publishAsync(linkTopic(h.meterPan), 'online', { qos: 1 });
  broker.dropExpired(h.clock.nowMs + 731 * dayMs);
  await closed;
});

test('revoked on its way in, a meter does not stay', async () => {
  const { meterPan, ...place } = await h.addConnection();
  const ended = new Promise<void>((resolve) => {
    live.subscribe((notice) => {
      if (notice.kind === 'linkRevoked' && notice.meterPan === meterPan) resolve();
    });
  });
  onWayIn = async () => {
    expectOk(await act('revoke', { place, meterPan }), 'revocation');
    await ended;
  };
  await assert.rejects(connect({ password: secret }, meterPan));
  onWayIn = async () => {};
  await assert.rejects(connect({ password: secret }, meterPan));
});

test('a certificate that ends while it is looked at lets nobody in', async () => {
  const { meterPan, ...place } = await h.addConnection();
  const { csrPem } = await makeRequest(meterPan);
  const made = expectOk(await certify({ csrPem }, { place, meterPan }), 'made');
  const shown = new X509Certificate(made.certificatePem);
  const fingerprint = Buffer.from(shown.fingerprint256.replaceAll(':', ''), 'hex');
  const reasons: string[] = [];
  const clock = { nowMs: () => h.clock.nowMs };
  const mayConnect = createCredentials({
    database: h.database,
    clocks: { business: clock, real: clock, speed: 1 },
    accepts: 'both',
    onNextUsed: async () => {},
    onCertificateUsed: async (of, by) => {
      expectOk(await act('revoke', { place, meterPan }), 'revocation');
      return h.services.certifying.used(of, by);
    },
    onClaimed: () => {},
    onRefused: ({ reason }) => reasons.push(reason),
  });
  const certificate = { fingerprint, serial: made.serial };
  const claim = { clientId: meterPan, name: meterPan, password: undefined, certificate };
  assert.equal(await mayConnect(claim), false);
  assert.deepEqual(reasons, ['certificateRevoked']);
});

test('an expired one is refused', async () => {
  const { nowMs } = h.clock;
  h.clock.nowMs += 731 * dayMs;
  await refusedFor('certificateExpired', now);
  h.clock.nowMs = nowMs;
  await opens(now);
});

test('revoked, the meter is out at once; a key made here is shown once and lets it in', async () => {
  const client = await connect(now);
  const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
  expectOk(await act('revoke'), 'revocation');
  await closed;
  await refusedFor('certificateRevoked', now);
  const request = asked();
  const made = expectOk(await certify({ csrPem: null }, request), 'made');
  assert.ok(made.keyPem !== null);
  const again = await certify({ csrPem: null }, request);
  assert.deepEqual(again, { ok: false, error: 'keyShownOnce' });
  const rows = await h.database.inUtility(h.utilityId, (tx) =>
    tx.selectFrom('meter_certificates').selectAll().execute(),
  );
  const inside = Buffer.from(made.keyPem.replace(/-----.*-----|\s/g, ''), 'base64');
  assert.ok(rows.every((row) => !row.certificate.includes(inside)));
  await opens({ key: made.keyPem, cert: made.certificatePem });
  await refusedFor('certificateRevoked', now);
  await refusedFor('wrongSecret', { password: secret });
  assert.deepEqual((await history()).slice(-3), ['revoked', 'certified', 'rotated']);
});

test('its list of revoked certificates names each that has ended', async () => {
  const list = await h.database.inUtility(h.utilityId, (tx) =>
    h.services.meterAuthorities.revocations(tx, h.utilityId),
  );
  const { rows } = await h.database.inUtility(h.utilityId, async (tx) => ({
    rows: await tx.selectFrom('meter_certificates').select(['serial', 'ended_at']).execute(),
  }));
  const der = Buffer.from(list.replace(/-----.*-----|\s/g, ''), 'base64');
  for (const row of rows) {
    const isNamed = der.includes(Buffer.from(row.serial, 'hex'));
    assert.equal(isNamed, row.ended_at !== null, row.serial);
  }
  assert.ok(rows.some((row) => row.ended_at === null) && rows.length > 5);
});

test('where certificates alone are accepted a secret is refused, by name', async () => {
  const strict = h.secondServices({ identity: { accepts: 'certificate' } });
  const claim = { clientId: h.meterPan, name: h.meterPan, certificate: null };
  const password = Buffer.from(secret);
  assert.equal(await strict.mayConnect({ ...claim, password }), false);
  await strict.linkRefusals.settled();
  const rows = await h.database.inUtility(h.utilityId, (tx) =>
    tx.selectFrom('link_refusals').select('reason').execute(),
  );
  assert.ok(rows.some(({ reason }) => reason === 'certificateNeeded'));
});

test('where no certificate could ever be used none is made, and the meter keeps what it has', async () => {
  const plain = h.secondServices({ identity: { accepts: 'secret' } });
  const before = await history();
  const { csrPem } = await makeRequest(h.meterPan);
  for (const wish of [{ csrPem }, { csrPem: null }]) {
    const made = await h.database.inUtility(h.utilityId, (tx) =>
      plain.certifying.certify(tx, { ...asked(), ...wish, isClaim: false }),
    );
    assert.deepEqual(made, { ok: false, error: 'certificatesUnused' });
  }
  assert.deepEqual(await history(), before);
});
