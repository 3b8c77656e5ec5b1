// The way to meters: the broker in this process, or one of the utility's own. Commands can be sent
// once it is open.

import { readFileSync } from 'node:fs';
import type { Log } from '../base/log.ts';
import type { BrokerPart, Parts } from '../base/parts.ts';
import {
  createMqttDriver,
  joinDrivers,
  type LampSumDriver,
  type Lwm2mDriver,
} from '../metering/drivers/index.ts';
import {
  type Broker,
  createBroker,
  createMqttLinks,
  ensureOwnCertificate,
  type MqttLink,
  type TlsFiles,
  type Transport,
} from '../metering/headend/index.ts';
import type { Config } from './config.ts';
import { type DriverServices, type OpenedDlms, openDrivers } from './drivers.ts';
import type { MeterIdentity } from './ground.ts';
import type { Services } from './services.ts';

type LinkServices = Pick<Services, 'mayConnect'> & DriverServices;

type OpenedLink = {
  readonly broker: Broker | null;
  /** To all meters, whichever driver has them. */
  readonly link: MqttLink;
  readonly dlms: OpenedDlms;
  readonly lwm2m: Lwm2mDriver;
  readonly lampSums: LampSumDriver;
};

export type MeterLink = {
  /** Throws while the link is not open. */
  readonly transport: Transport;
  readonly open: (services: LinkServices) => Promise<OpenedLink>;
  readonly close: () => Promise<void>;
};

/** `parts` hears how the broker is. */
export function createMeterLink(config: Config, parts: Parts, log: Log): MeterLink {
  let opened: OpenedLink | null = null;
  return {
    transport: {
      send: async (meterPan, payload, options) => {
        if (opened === null) throw new Error('the link to meters is not up yet');
        await opened.link.send(meterPan, payload, options);
      },
    },
    open: async (services) => {
      const { broker, link } = await openLink(config, services, parts);
      const { dlms, lwm2m, lampSums } = await openDrivers(config, services, log);
      const joined = joinDrivers(createMqttDriver(link), [dlms.driver, lwm2m, lampSums]);
      opened = { broker, dlms, lwm2m, lampSums, link: joined };
      return opened;
    },
    close: async () => {
      await opened?.dlms.listeners.close();
      await opened?.link.close();
      await opened?.broker?.close();
    },
  };
}

/** How meters prove themselves at the broker of the configuration. */
export const meterIdentityOf = (config: Config): MeterIdentity => ({
  accepts: identityOf(config),
  certificateDays: config.mqtt.certificateDays,
  brokerTellsUse: config.mqtt.external === null,
});

async function openLink(
  config: Config,
  { mayConnect }: Pick<Services, 'mayConnect'>,
  parts: Parts,
) {
  const { host, port, external, identity } = config.mqtt;
  if (external === null) {
    const tls = await tlsOf(config);
    const asksCertificates = identity !== 'secret';
    const broker = await createBroker({ mayConnect, host, port, tls, asksCertificates });
    parts.up('broker');
    return { broker, link: broker.link };
  }
  const ca = external.caFile === undefined ? undefined : readFileSync(external.caFile, 'utf8');
  const password = config.secrets.mqttPassword ?? '';
  const { urls } = external;
  const tell = (at: number, away: string | null): void => {
    const part = partOf(at, urls.length);
    if (away === null) parts.up(part);
    else parts.down(part, away);
  };
  return { broker: null, link: await createMqttLinks({ urls, password, ca, tell }) };
}

/** A sole broker is "broker"; of several each has its place in the list behind it. */
const partOf = (at: number, count: number): BrokerPart =>
  count === 1 ? 'broker' : `broker-${at + 1}`;

/** The parts of several brokers, each with what is missing while it is down. */
export function partsOfBrokers({
  mqtt,
}: Pick<Config, 'mqtt'>): Readonly<Partial<Record<BrokerPart, string>>> {
  const urls = mqtt.external?.urls ?? [];
  if (urls.length < 2) return {};
  return Object.fromEntries(
    urls.map((url, at) => [
      partOf(at, urls.length),
      `the MQTT broker ${new URL(url).host}: its meters go to another one`,
    ]),
  );
}

/** A broker of ours without TLS sees no certificates: of both ways the secret is left. */
function identityOf({ mqtt }: Config): Config['mqtt']['identity'] {
  const isPlain = mqtt.external === null && mqtt.certificate === null;
  return isPlain && mqtt.identity === 'both' ? 'secret' : mqtt.identity;
}

/** The broker's certificate: the one of the files, or one of our own in a folder, or none. */
async function tlsOf({ mqtt, clocks }: Config): Promise<TlsFiles | null> {
  if (mqtt.certificate === null) return null;
  if (mqtt.certificate.kind === 'files') {
    const { certFile, keyFile } = mqtt.certificate;
    return { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
  }
  const { folder, hosts } = mqtt.certificate;
  return ensureOwnCertificate(folder, { hosts, nowMs: clocks.real.nowMs() });
}
