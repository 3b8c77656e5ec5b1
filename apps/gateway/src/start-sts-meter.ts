// An STS meter of the site with its memory, its link and its place in the plan of its bus.

import type { Talk } from '@prewatt/fieldbus';
import type { Clock } from '@prewatt/quantities';
import { createMqttLink, type MqttLinkOptions } from '@prewatt/virtual-meter/mqtt-link';
import type { SecretStore } from '@prewatt/virtual-meter/secret-store';
import type { Logger } from 'pino';
import type { Job } from './bus-plan.ts';
import type { StsSetting } from './site.ts';
import { createStsMemoryStore } from './sts-memory.ts';
import { createStsMeter, type StsMeter } from './sts-meter.ts';

/** A meter that takes tokens itself, with its link. */
export type StsMember = {
  readonly meter: StsMeter;
  readonly link: { readonly state: () => string; readonly close: () => Promise<void> };
};

type LinkDeps = {
  readonly folder: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly mqttUrl: string;
  readonly mqttCa: string | undefined;
  readonly secrets: SecretStore;
  readonly certificates: MqttLinkOptions['certificates'];
  readonly log: Logger;
};

export function startStsMeter(
  setting: StsSetting,
  parts: {
    readonly deps: LinkDeps;
    readonly add: (bus: string, job: Job) => void;
    readonly urgent: (bus: string, task: (talk: Talk) => Promise<void>) => void;
  },
): StsMember {
  const { deps } = parts;
  const { meterPan, bus } = setting;
  const log = deps.log.child({ meterPan });
  let link: ReturnType<typeof createMqttLink> | null = null;
  const meter = createStsMeter(setting, {
    nowMs: deps.clock.nowMs,
    memory: createStsMemoryStore(deps.folder, meterPan),
    send: (message) => link?.publish(message),
    onBus: (task) => parts.urgent(bus, task),
    onTrouble: (what) => log.warn({ what }, 'a meter needs a look'),
  });
  parts.add(bus, { everyMs: setting.everySeconds * 1000, run: meter.read });
  link = createMqttLink({
    ...{ url: deps.mqttUrl, meterPan, certificates: deps.certificates, ca: deps.mqttCa },
    secret: deps.secrets.load(meterPan) ?? { secret: setting.mqttSecret, issuedAtMs: 0 },
    keepSecret: (secret) => deps.secrets.save(meterPan, secret),
    random: deps.random,
    onLink: meter.setLink,
    onMessage: meter.receive,
    onTrouble: (what) => log.debug({ what }, 'link'),
  });
  return { meter, link };
}
