// An STS meter of the site with its memory, its link and its place in the plan of its bus.

import type { Talk } from '@prewatt/fieldbus';
import { createMqttLink } from '@prewatt/virtual-meter/mqtt-link';
import type { Job } from './bus-plan.ts';
import type { GatewayDeps, StsMember } from './gateway.ts';
import type { StsSetting } from './site.ts';
import { createStsMemoryStore } from './sts-memory.ts';
import { createStsMeter } from './sts-meter.ts';

export function startStsMeter(
  setting: StsSetting,
  parts: {
    readonly deps: GatewayDeps;
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
