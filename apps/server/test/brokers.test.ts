// One set of tests for every broker that Prewatt runs on: the embedded one, plain and over TLS, and
// Mosquitto over TLS. What a meter may do, and that a message and a command make their way.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import {
  type DownMessage,
  decodeDown,
  downTopic,
  encodeUp,
  linkTopic,
  type UpMessage,
  upTopic,
} from '@prewatt/protocol';
import { energyWh, expectOk, powerW } from '@prewatt/quantities';
import { connectAsync, type MqttClient } from 'mqtt';
import type { MeterPlace } from '../src/connections/index.ts';
import {
  createBroker,
  createMqttLink,
  ensureOwnCertificate,
  headendName,
  type MqttLink,
} from '../src/headend/index.ts';
import { createHarness, type Harness, meterDefaults, newTestUuid } from './harness.ts';
import { startMosquitto } from './mosquitto.ts';

type Place = {
  readonly url: string;
  /** Absent: meters come with their secrets. */
  readonly certificates?: ReadonlyMap<string, Certificate>;
  /** Tells the broker which certificates are revoked. */
  readonly revoke?: (revokedPem: string) => void;
  readonly ca: string | undefined;
  readonly version: 4 | 5;
  readonly link: MqttLink;
  readonly close: () => Promise<void>;
};
type Meters = readonly (MeterPlace & { readonly meterPan: string })[];
type Certificate = { readonly key: string; readonly cert: string };

/** One for each meter, and one of nobody's. */
async function certify(h: Harness, meters: Meters): Promise<Map<string, Certificate>> {
  const made = new Map<string, Certificate>();
  // The broker's clock is real, and certificates are to be valid by it.
  h.clock.nowMs = Date.now();
  for (const { meterPan, ...place } of meters) {
    const by = { name: 'Ada', role: 'administrator' as const };
    const request = { place, meterPan, by, requestId: newTestUuid(), reason: 'A test asks' };
    const issued = await h.database.inUtility(h.utilityId, (tx) =>
      h.services.certifying.certify(tx, { ...request, csrPem: null, isClaim: true }),
    );
    const { keyPem, certificatePem: cert } = expectOk(issued, 'certificate');
    made.set(meterPan, { key: keyPem ?? '', cert });
  }
  return made;
}

async function embedded(
  h: Harness,
  isTls: boolean,
  certificates?: ReadonlyMap<string, Certificate>,
): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'prewatt-broker-'));
  const tls = isTls
    ? await ensureOwnCertificate(folder, { hosts: ['127.0.0.1'], nowMs: Date.now() })
    : null;
  const ca = isTls ? readFileSync(join(folder, 'ca.pem'), 'utf8') : undefined;
  const { mayConnect } = h.services;
  const asksCertificates = certificates !== undefined;
  const listening = { host: '127.0.0.1', port: 0, tls, asksCertificates };
  const broker = await createBroker({ mayConnect, ...listening });
  return {
    url: `${isTls ? 'mqtts' : 'mqtt'}://127.0.0.1:${broker.port}`,
    ca,
    ...(certificates === undefined ? {} : { certificates }),
    version: 4,
    link: broker.link,
    close: async () => {
      await broker.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const listsOf = (h: Harness) =>
  h.database.inUtility(h.utilityId, async (tx) => ({
    certificatesPem: (await h.services.meterAuthorities.certificates(tx, h.utilityId)).join(''),
    revokedPem: await h.services.meterAuthorities.revocations(tx, h.utilityId),
  }));

async function mosquitto(
  h: Harness,
  meters: Meters,
  certificates?: ReadonlyMap<string, Certificate>,
): Promise<Place> {
  const password = 'the head-end at somebody else’s broker';
  const users = meters.map(({ meterPan }) => [meterPan, meterDefaults.mqttSecret]);
  const broker = await startMosquitto(
    Object.fromEntries([...users, [headendName, password]]),
    headendName,
    certificates === undefined ? null : await listsOf(h),
  );
  const ca = readFileSync(broker.caFile, 'utf8');
  const link = await createMqttLink({ url: broker.url, password, ca });
  return {
    url: broker.meterUrl,
    ...(certificates === undefined ? {} : { certificates, revoke: broker.revoke }),
    ca,
    version: 5,
    link,
    close: async () => {
      await link.close();
      await broker.close();
    },
  };
}

const kinds: Readonly<Record<string, (h: Harness, meters: Meters) => Promise<Place>>> = {
  'the embedded broker': (h) => embedded(h, false),
  'the embedded broker over TLS': (h) => embedded(h, true),
  'the embedded broker over TLS, certificates': async (h, meters) =>
    embedded(h, true, await certify(h, meters)),
  'Mosquitto over TLS, MQTT 5': (h, meters) => mosquitto(h, meters),
  'Mosquitto over TLS, MQTT 5, certificates': async (h, meters) =>
    mosquitto(h, meters, await certify(h, meters)),
};

for (const [name, open] of Object.entries(kinds)) {
  describe(name, () => {
    let h: Harness;
    let place: Place;
    let link: MqttLink;
    let other: MeterPlace & { readonly meterPan: string };
    before(async () => {
      h = await createHarness({ link: () => link });
      other = await h.addConnection();
      place = await open(h, [{ ...h.place, meterPan: h.meterPan }, other]);
      link = place.link;
      await link.listen({ up: h.services.ingest.receive, link: h.services.links.changed });
    });
    after(async () => {
      await place?.close();
      await h?.close();
    });

    const connect = (meterPan: string, password?: string, certificateOf = meterPan) =>
      connectAsync(place.url, {
        clientId: meterPan,
        username: meterPan,
        ...(password === undefined && place.certificates !== undefined
          ? place.certificates.get(certificateOf)
          : { password: password ?? meterDefaults.mqttSecret }),
        protocolVersion: place.version,
        reconnectPeriod: 0,
        connectTimeout: 5_000,
        will: {
          topic: linkTopic(meterPan),
          payload: Buffer.from('offline'),
          qos: 1,
          retain: false,
        },
        ...(place.ca === undefined ? {} : { ca: place.ca }),
      });
    const listening = async (meterPan: string) => {
      const client = await connect(meterPan);
      const heard: DownMessage[] = [];
      client.on('message', (_, payload) => {
        heard.push(expectOk(decodeDown(payload), 'down message'));
      });
      await client.subscribeAsync(downTopic(meterPan), { qos: 1 });
      await client.publishAsync(linkTopic(meterPan), 'online', { qos: 1 });
      return { client, heard };
    };
    const say = (client: MqttClient, meterPan: string, message: UpMessage) =>
      client.publishAsync(upTopic(meterPan), Buffer.from(encodeUp(message)), { qos: 1 });

    test('a meter gets in with its own secret or certificate alone', async () => {
      await (await connect(h.meterPan)).endAsync();
      await assert.rejects(connect(h.meterPan, 'wrong'));
      await assert.rejects(connect('600727000000000009'));
      // Once the certificate was used the secret is none any more.
      if (place.certificates !== undefined) {
        await assert.rejects(connect(h.meterPan, meterDefaults.mqttSecret));
      }
    });

    test('a meter hears and says nothing in another one’s name', async () => {
      const { client: spy, heard } = await listening(h.meterPan);
      const strange = [downTopic(other.meterPan), '#', 'prewatt/1/meters/+/up'];
      // Either refused, or granted and never served: a broker may decide when it delivers.
      for (const topic of strange) await spy.subscribeAsync(topic, { qos: 1 }).catch(() => []);
      const before = h.services.ingest.counts().received;
      const forged = encodeUp({
        kind: 'profile',
        sequence: 1,
        entries: [{ endsAtMs: h.clock.nowMs, importEnergyWh: energyWh(5) }],
      });
      // One broker ends the connection without a word, the other says no.
      const told = spy.publishAsync(upTopic(other.meterPan), Buffer.from(forged), { qos: 1 });
      const ended = new Promise<void>((resolve) => spy.once('close', () => resolve()));
      await Promise.race([told.catch(() => undefined), ended]);
      const victim = await listening(other.meterPan);
      await say(victim.client, other.meterPan, {
        kind: 'profile',
        sequence: 7,
        entries: [{ endsAtMs: h.clock.nowMs, importEnergyWh: energyWh(6) }],
      });
      await until(() => victim.heard.some((message) => message.kind === 'acknowledge'));
      assert.equal(
        h.services.ingest.counts().received,
        before + 1,
        'the forged one did not arrive',
      );
      assert.deepEqual(heard, []);
      await spy.endAsync(true);
      await victim.client.endAsync();
    });

    test('readings are committed, then acknowledged; a command gets its answer', async () => {
      const { client, heard } = await listening(h.meterPan);
      await say(client, h.meterPan, {
        kind: 'profile',
        sequence: 11,
        entries: [{ endsAtMs: h.clock.nowMs - 1, importEnergyWh: energyWh(77) }],
      });
      await until(() => heard.some((m) => m.kind === 'acknowledge' && m.sequence === 11));
      const rows = await h.database.inUtility(h.utilityId, (tx) =>
        tx.selectFrom('readings').select('value').where('meter_id', '=', h.place.meterId).execute(),
      );
      assert.deepEqual(
        rows.map((row) => row.value),
        [77n],
      );
      await readNow();
      await h.services.commands.sweep(h.utilityId);
      await until(() => heard.some((m) => m.kind === 'command'));
      const command = heard.find((m) => m.kind === 'command');
      assert.ok(command?.kind === 'command');
      await say(client, h.meterPan, {
        kind: 'commandResult',
        sequence: 12,
        commandId: command.commandId,
        completedAtMs: h.clock.nowMs,
        result: { kind: 'readNow' },
      });
      await until(async () => (await stageOf()) === 'done');
      await client.endAsync();
    });

    test('a last will marks the link down; back again, the meter gets what waited', async () => {
      const { client } = await listening(h.meterPan);
      await say(client, h.meterPan, { kind: 'state', state: state(h.clock.nowMs) });
      await until(async () => (await linkUp()) !== undefined);
      await client.publishAsync(linkTopic(h.meterPan), 'online', { qos: 1 });
      await until(async () => (await linkUp()) === true);
      client.stream.destroy();
      await until(async () => (await linkUp()) === false);
      await readNow();
      await h.services.commands.sweep(h.utilityId);
      const again = await listening(h.meterPan);
      await until(() => again.heard.some((m) => m.kind === 'command'));
      await again.client.endAsync();
    });

    // With passwords another broker has a list of its own, which is not ours to change.
    const isOurs = name !== 'Mosquitto over TLS, MQTT 5';
    const revocation = async () => {
      const by = { name: 'Ada', role: 'administrator' as const };
      const asked = { by, requestId: newTestUuid(), reason: 'A test asks', meterPan: h.meterPan };
      const revoked = await h.database.inUtility(h.utilityId, (tx) =>
        h.services.provisioning.revoke(tx, { place: h.place, ...asked }),
      );
      expectOk(revoked, 'revocation');
      place.revoke?.((await listsOf(h)).revokedPem);
      await until(async () => {
        const opened = await connect(h.meterPan).catch(() => null);
        await opened?.endAsync();
        return opened === null;
      });
      await (await connect(other.meterPan)).endAsync();
    };
    if (isOurs) test('a revoked meter is out', revocation);

    const readNow = () =>
      h.database.inUtility(h.utilityId, (tx) =>
        h.services.commands.enqueue(tx, {
          place: h.place,
          kind: 'readNow',
          requestId: newTestUuid(),
          expiresAtMs: h.clock.nowMs + 3_600_000,
        }),
      );
    const stageOf = () =>
      h.database.inUtility(h.utilityId, async (tx) => {
        const row = await tx.selectFrom('commands').select('stage').executeTakeFirst();
        return row?.stage;
      });
    const linkUp = () =>
      h.database.inUtility(h.utilityId, async (tx) => {
        const row = await tx
          .selectFrom('meter_states')
          .select('link_up')
          .where('meter_id', '=', h.place.meterId)
          .executeTakeFirst();
        return row === undefined ? undefined : row.link_up;
      });
  });
}

const state = (capturedAtMs: number) => ({
  capturedAtMs,
  availableEnergyWh: energyWh(500),
  powerW: powerW(1),
  importEnergyWh: energyWh(1),
  creditedEnergyWh: energyWh(1),
  loadSwitch: 'connected' as const,
  creditStatus: 'inCredit' as const,
  owedEnergyWh: energyWh(0),
});

async function until(probe: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    if (await probe()) return;
    await setTimeout(25);
  }
  throw new Error('waited 10 s in vain');
}
