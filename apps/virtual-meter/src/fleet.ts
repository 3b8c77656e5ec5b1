// All meters of this process: started from the factory file, stepped once per real second in small
// batches, stored.

import type { Clock } from '@prewatt/quantities';
import type { Logger } from 'pino';
import type { FactoryMeter } from './factory.ts';
import type { Home } from './homes.ts';
import {
  createMqttLink,
  type LinkState,
  type MqttLink,
  type MqttLinkOptions,
} from './mqtt-link.ts';
import type { SecretStore } from './secret-store.ts';
import type { StateStore } from './state-store.ts';
import { createVirtualMeter, type VirtualMeter, type VirtualMeterDeps } from './virtual-meter.ts';

export type FleetMember = { readonly meter: VirtualMeter; readonly link: MqttLink };

export type Fleet = {
  readonly members: readonly FleetMember[];
  readonly find: (meterPan: string) => FleetMember | undefined;
  /** Calls back whenever the meter has something new to show; returns how to stop. */
  readonly watch: (meterPan: string, listener: () => void) => () => void;
  readonly isReady: () => boolean;
  readonly close: () => Promise<void>;
};

export type FleetDeps = {
  readonly clock: Clock;
  readonly realNowMs: () => number;
  readonly random: () => number;
  readonly speed: number;
  /** One broker, or several with commas between. */
  readonly mqttUrl: string;
  /** The broker's authority, in PEM; undefined: those of the system. */
  readonly mqttCa: string | undefined;
  readonly secrets: SecretStore;
  /** Absent: the broker is not spoken to over TLS. */
  readonly certificates: MqttLinkOptions['certificates'];
  readonly store: StateStore;
  readonly log: Logger;
  /** Absent: the meter as it is. */
  readonly step?: NonNullable<VirtualMeterDeps['step']>;
  /** In place of MQTT. */
  readonly linkTo?: (meter: VirtualMeter, hears: LinkHears) => MqttLink;
};

export type LinkHears = Pick<MqttLinkOptions, 'onLink' | 'onMessage' | 'onTrouble'>;

const batchesPerSecond = 10;
const storeEverySeconds = 10;
/**
 * A pause of the process longer than this (a sleeping machine) is a power cut to its meters, not
 * use.
 */
const pauseMs = 30_000;

/**
 * Starts every meter. Throws when a meter names a home that does not exist or its state cannot be
 * trusted.
 */
export function createFleet(
  factory: readonly FactoryMeter[],
  homes: ReadonlyMap<string, Home>,
  deps: FleetDeps,
): Fleet {
  const listeners = new Map<string, Set<() => void>>();
  const notify = (meterPan: string) => {
    for (const listener of listeners.get(meterPan) ?? []) listener();
  };
  const members = factory.map((made) => startMember(made, homes, { ...deps, notify }));
  const byPan = new Map(members.map((member) => [member.meter.meterPan, member]));
  const stop = startTicking(members, deps, notify);
  return {
    members,
    find: (meterPan) => byPan.get(meterPan),
    watch: (meterPan, listener) => {
      const set = listeners.get(meterPan) ?? new Set();
      listeners.set(meterPan, set.add(listener));
      return () => set.delete(listener);
    },
    isReady: () => areLinked(members.map(({ link }) => link.state())),
    close: async () => {
      stop();
      for (const { meter } of members) {
        meter.advance();
        meter.store();
      }
      await Promise.all(members.map(({ link }) => link.close()));
    },
  };
}

/**
 * Whether the meters that may be linked are. One that was taken out of its home is refused in time,
 * for good: that is no fault of the links. All refused is one.
 */
export function areLinked(states: readonly LinkState[]): boolean {
  const plugged = states.filter((state) => state !== 'unplugged');
  const up = plugged.filter((state) => state === 'up').length;
  const wanted = plugged.filter((state) => state !== 'refused').length;
  // A few of a thousand reconnect at any time; that is a field, not a fault.
  return up >= Math.ceil(wanted * 0.95) && (up > 0 || plugged.length === 0);
}

function startMember(
  made: FactoryMeter,
  homes: ReadonlyMap<string, Home>,
  deps: FleetDeps & { readonly notify: (meterPan: string) => void },
): FleetMember {
  const home = homes.get(made.homeProfile);
  if (home === undefined) {
    throw new Error(`meter ${made.meterPan}: there is no home ${made.homeProfile}`);
  }
  const { meterPan } = made;
  let link: MqttLink | null = null;
  const meter = createVirtualMeter(made, home, {
    clock: deps.clock,
    store: deps.store,
    speed: deps.speed,
    send: (message) => link?.publish(message),
    changed: () => deps.notify(meterPan),
    onDark: () => link?.setPlugged(false),
    ...(deps.step === undefined ? {} : { step: deps.step }),
    onDiskFull: (_, full) =>
      full
        ? deps.log.error(
            { meterPan },
            'the disk is full: the meter stands still until there is room',
          )
        : deps.log.warn({ meterPan }, 'there is room on the disk again: the meter goes on'),
  });
  const hears: LinkHears = {
    onLink: (linkUp) => {
      meter.advance({ linkUp });
      deps.notify(meterPan);
    },
    onMessage: meter.receive,
    onTrouble: (what) => deps.log.debug({ meterPan, what }, 'link'),
  };
  if (deps.linkTo !== undefined) {
    link = deps.linkTo(meter, hears);
    return { meter, link };
  }
  link = createMqttLink({
    ...hears,
    url: deps.mqttUrl,
    meterPan,
    secret: deps.secrets.load(meterPan) ?? { secret: made.mqttSecret, issuedAtMs: 0 },
    keepSecret: (secret) => deps.secrets.save(meterPan, secret),
    certificates: deps.certificates,
    ca: deps.mqttCa,
    random: deps.random,
  });
  return { meter, link };
}

function startTicking(
  members: readonly FleetMember[],
  deps: FleetDeps,
  notify: (meterPan: string) => void,
): () => void {
  let tick = 0;
  let lastTickMs = deps.realNowMs();
  const timer = setInterval(() => {
    const nowMs = deps.realNowMs();
    const paused = nowMs - lastTickMs > pauseMs;
    lastTickMs = nowMs;
    if (paused) {
      deps.log.warn('the process was paused: the meters take it as a power cut');
      for (const { meter } of members) meter.skipToNow();
    }
    const second = Math.floor(tick / batchesPerSecond);
    for (let index = tick % batchesPerSecond; index < members.length; index += batchesPerSecond) {
      const meter = members[index]?.meter;
      if (meter === undefined) continue;
      meter.advance();
      if ((second + index) % storeEverySeconds === 0) meter.store();
      notify(meter.meterPan);
    }
    tick += 1;
  }, 1000 / batchesPerSecond);
  return () => clearInterval(timer);
}
