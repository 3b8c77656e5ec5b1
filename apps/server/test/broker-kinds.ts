// The brokers that Prewatt runs on, for tests that are the same for each: the embedded one, plain
// and over TLS, and Mosquitto over TLS, with secrets and with certificates; and how a meter comes.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import {
  type Broker,
  type Credentials,
  createBroker,
  createMqttLink,
  ensureOwnCertificate,
  headendName,
  type MqttLink,
} from '../src/metering/headend/index.ts';
import type { MeterPlace } from '../src/registry/connections/index.ts';
import { type Harness, meterDefaults, newTestUuid } from './harness.ts';
import { startMosquitto } from './mosquitto.ts';

export type Place = {
  readonly url: string;
  /** Absent: meters come with their secrets. */
  readonly certificates?: ReadonlyMap<string, Certificate>;
  /** Tells the broker which certificates are revoked. */
  readonly revoke?: (revokedPem: string) => void;
  readonly ca: string | undefined;
  readonly version: 4 | 5;
  readonly link: MqttLink;
  /** The embedded one alone. */
  readonly broker?: Broker;
  readonly close: () => Promise<void>;
};
export type Meters = readonly (MeterPlace & { readonly meterPan: string })[];
export type Certificate = { readonly key: string; readonly cert: string };

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

/** What happens at the embedded broker between the look at who comes and the answer. */
export const onWayIn = {
  wait: async (_claim: Parameters<Credentials>[0]): Promise<void> => {},
};

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
  const mayConnect: Credentials = async (claim) => {
    const may = await h.services.mayConnect(claim);
    await onWayIn.wait(claim);
    return may;
  };
  const asksCertificates = certificates !== undefined;
  const listening = { host: '127.0.0.1', port: 0, tls, asksCertificates };
  const broker = await createBroker({ mayConnect, ...listening });
  return {
    url: `${isTls ? 'mqtts' : 'mqtt'}://127.0.0.1:${broker.port}`,
    ca,
    ...(certificates === undefined ? {} : { certificates }),
    version: 4,
    broker,
    link: broker.link,
    close: async () => {
      await broker.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export const listsOf = (h: Harness) =>
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

export const kinds: Readonly<Record<string, (h: Harness, meters: Meters) => Promise<Place>>> = {
  'the embedded broker': (h) => embedded(h, false),
  'the embedded broker over TLS': (h) => embedded(h, true),
  'the embedded broker over TLS, certificates': async (h, meters) =>
    embedded(h, true, await certify(h, meters)),
  'Mosquitto over TLS, MQTT 5': (h, meters) => mosquitto(h, meters),
  'Mosquitto over TLS, MQTT 5, certificates': async (h, meters) =>
    mosquitto(h, meters, await certify(h, meters)),
};

/** How meters come to a broker and speak there. */
export function createCalls(place: Place) {
  type Of = {
    readonly password?: string;
    readonly certificate?: Certificate | undefined;
    readonly more?: IClientOptions;
  };
  const connect = (meterPan: string, of: Of = {}): Promise<MqttClient> => {
    const { password, certificate = place.certificates?.get(meterPan), more } = of;
    const proof =
      password === undefined && certificate !== undefined
        ? certificate
        : { password: password ?? meterDefaults.mqttSecret };
    return connectAsync(place.url, {
      clientId: meterPan,
      username: meterPan,
      ...proof,
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
      ...more,
    });
  };
  /** Hears from the first moment on: what a broker has kept comes right after the sign-in. */
  const listening = async (meterPan: string, of: Of = {}) => {
    const heard: DownMessage[] = [];
    const client = await connect(meterPan, of);
    client.on('message', (_, payload) => {
      heard.push(expectOk(decodeDown(payload), 'down message'));
    });
    await client.subscribeAsync(downTopic(meterPan), { qos: 1 });
    await client.publishAsync(linkTopic(meterPan), 'online', { qos: 1 });
    return { client, heard };
  };
  const say = (client: MqttClient, meterPan: string, message: UpMessage) =>
    client.publishAsync(upTopic(meterPan), Buffer.from(encodeUp(message)), { qos: 1 });
  return { connect, listening, say };
}

export async function until(probe: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    if (await probe()) return;
    await setTimeout(25);
  }
  throw new Error('waited 10 s in vain');
}

/** What a meter says of itself. */
export const stateAt = (capturedAtMs: number) => ({
  capturedAtMs,
  availableEnergyWh: energyWh(500),
  powerW: powerW(1),
  importEnergyWh: energyWh(1),
  creditedEnergyWh: energyWh(1),
  loadSwitch: 'connected' as const,
  creditStatus: 'inCredit' as const,
  owedEnergyWh: energyWh(0),
});
