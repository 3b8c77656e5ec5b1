// The whole cabinet: buses with their plans, a channel and a link for each meter, contactors, main
// meter, power plant and load shedding. Effects are handed in; `main.ts` makes them.

import { join } from 'node:path';
import {
  type Bus,
  type BusClock,
  type BusCounts,
  type ClockParts,
  createBus,
  readMeter,
  type Talk,
} from '@prewatt/fieldbus';
import type { Clock } from '@prewatt/quantities';
import { createMqttLink, type MqttLinkOptions } from '@prewatt/virtual-meter/mqtt-link';
import type { SecretStore } from '@prewatt/virtual-meter/secret-store';
import { createStateStore, type StateStore } from '@prewatt/virtual-meter/state-store';
import type { Logger } from 'pino';
import { type BusPlan, type Job, startBusPlan } from './bus-plan.ts';
import { type Channel, type ChannelDeps, createChannel, loadOf } from './channel.ts';
import { createContactor } from './contactor.ts';
import { createHistory, type History } from './history.ts';
import { createLampCircuit, type LampCircuit } from './lamp-circuit.ts';
import { mainId } from './loss.ts';
import { createMainMeter, type MainMeter } from './main-meter.ts';
import { createModbus } from './modbus.ts';
import type { OpenPort } from './ports.ts';
import { createPowerDevice, type Plant, plantOf } from './power-plant.ts';
import { createRegisterBaseStore } from './register-base.ts';
import type { Desk } from './sales/desk.ts';
import { startMerging } from './sales/merge.ts';
import { createShedder, type Shedder } from './shedder.ts';
import type { BusSetting, LoadedSite, Site } from './site.ts';
import { type StsMember, startStsMeter } from './start-sts-meter.ts';

export type Member = {
  readonly channel: Channel;
  /** Of a circuit of street lamps; null for all others. */
  readonly lights: LampCircuit | null;
  readonly link: { readonly state: () => string; readonly close: () => Promise<void> };
};

export type Gateway = {
  readonly site: Site;
  readonly members: readonly Member[];
  readonly stsMembers: readonly StsMember[];
  readonly find: (meterPan: string) => Member | undefined;
  /** Null where the site has none. */
  readonly mainMeter: MainMeter | null;
  readonly history: History;
  readonly plant: () => Plant;
  readonly shedder: Shedder;
  /** Null where nothing is sold at the site. */
  readonly desk: Desk | null;
  readonly counts: () => readonly {
    readonly bus: string;
    readonly lateMs: number;
    readonly counts: BusCounts;
  }[];
  readonly close: () => Promise<void>;
};

export type GatewayDeps = {
  readonly folder: string;
  readonly clock: Clock;
  readonly timers: BusClock;
  readonly openPort: (bus: BusSetting) => OpenPort;
  readonly random: () => number;
  /** One broker, or several with commas between. */
  readonly mqttUrl: string;
  readonly mqttCa: string | undefined;
  readonly secrets: SecretStore;
  readonly certificates: MqttLinkOptions['certificates'];
  /** Absent: files of the folder. A bench that cuts the mains at a write brings its own. */
  readonly states?: StateStore;
  /** Absent: the meter's own; a bench plants faults in it. */
  readonly step?: ChannelDeps['step'];
  /** Absent where nothing is sold: it brings what speaks to the server, which takes memory. */
  readonly openDesk?: (
    site: Site,
    members: readonly Member[],
    deps: Pick<GatewayDeps, 'folder' | 'clock' | 'log'>,
  ) => Desk | null;
  readonly log: Logger;
};

type Line = { readonly setting: BusSetting; readonly port: OpenPort; readonly bus: Bus };

const tries = 3;
const lateMs = 150;
const tickMs = 1000;
/** The meter's register is the memory of use, so the state may be written seldom. */
const storeEveryTicks = 300;
const shedEveryTicks = 10;
const stsEveryTicks = 60;

/** Starts everything. Throws when the state of a meter cannot be trusted. */
export function createGateway({ site, maps }: LoadedSite, deps: GatewayDeps): Gateway {
  const lines = new Map(site.buses.map((setting) => [setting.name, openLine(setting, deps)]));
  const history = createHistory(join(deps.folder, 'history'));
  const power = site.power.map((setting, index) =>
    createPowerDevice(setting, {
      id: `power-${index + 1}`,
      map: setting.map === undefined ? null : (maps.get(setting.map) ?? null),
      nowMs: deps.clock.nowMs,
    }),
  );
  const plant = (): Plant => plantOf(power, deps.clock.nowMs());
  const plans = new Map<string, BusPlan>();
  const jobs = new Map<string, Job[]>(site.buses.map(({ name }) => [name, []]));
  const add = (bus: string, job: Job): void => void jobs.get(bus)?.push(job);
  const urgent = (bus: string, task: (talk: Talk) => Promise<void>): void =>
    plans.get(bus)?.urgent(task);
  const shedder = createShedder(site, { folder: deps.folder, switched: (pan) => wake(pan) });
  const drivers = new Map<string, () => void>();
  const wake = (pan: string): void => drivers.get(pan)?.();
  const members = site.channels.map((setting) =>
    startMember(setting, { deps, maps, history, shedder, lines, drivers, add, urgent }),
  );
  const stsMembers = site.stsMeters.map((setting) => startStsMeter(setting, { deps, add, urgent }));
  const mainMeter =
    site.mainMeter === undefined ? null : createMainMeter(site.mainMeter, deps.clock.nowMs());
  addOthers({ mainMeter, maps, deps, lines, history, add }, power);
  for (const [name, { bus }] of lines) {
    const onFault = (error: unknown) =>
      deps.log.error({ bus: name, error: String(error) }, 'a task of the bus failed');
    plans.set(name, startBusPlan(bus, jobs.get(name) ?? [], { clock: deps.timers, onFault }));
  }
  // Whatever the contactors were left as, they are what the meters want once the buses run.
  for (const { channel } of members) wake(channel.meterPan);
  const stopTicking = startTicking(
    { members, stsMembers },
    {
      shed: () => shedder.decide(plant(), deps.clock.nowMs()),
      turn: ({ lights, channel }) => {
        if (lights?.hasTurned(deps.clock.nowMs()) === true) wake(channel.meterPan);
      },
    },
  );
  const desk = deps.openDesk?.(site, members, deps) ?? null;
  const stopMerging = desk === null ? () => undefined : startMerging(desk);
  const byPan = new Map(members.map((member) => [member.channel.meterPan, member]));
  return {
    ...{ site, members, stsMembers, history, plant, shedder, desk, mainMeter },
    find: (meterPan) => byPan.get(meterPan),
    counts: () =>
      [...lines].map(([bus, line]) => ({
        ...{ bus, lateMs: plans.get(bus)?.lateMs() ?? 0, counts: line.bus.counts() },
      })),
    close: async () => {
      stopTicking();
      stopMerging();
      await Promise.all([...plans.values()].map((plan) => plan.stop()));
      for (const { channel } of members) channel.store();
      await Promise.all([...members, ...stsMembers].map(({ link }) => link.close()));
      await Promise.all([...lines.values()].map(({ port }) => port.close()));
    },
  };
}

function openLine(setting: BusSetting, { openPort, timers }: GatewayDeps): Line {
  const port = openPort(setting);
  const echo = setting.kind === 'serial' && setting.echo;
  const { quietMs } = setting;
  return { setting, port, bus: createBus({ port, clock: timers, echo, quietMs, lateMs, tries }) };
}

type Parts = {
  readonly deps: GatewayDeps;
  readonly maps: LoadedSite['maps'];
  readonly history: History;
  readonly lines: ReadonlyMap<string, Line>;
  readonly add: (bus: string, job: Job) => void;
};

const modbusOn = ({ lines }: Pick<Parts, 'lines'>, bus: string, talk: Talk) => {
  const setting = lines.get(bus)?.setting;
  return createModbus(talk, { framing: setting?.kind === 'tcp' ? setting.framing : 'bytes' });
};

function startMember(
  setting: Site['channels'][number],
  parts: Parts & {
    readonly shedder: Shedder;
    readonly drivers: Map<string, () => void>;
    readonly urgent: (bus: string, task: (talk: Talk) => Promise<void>) => void;
  },
): Member {
  const { deps, shedder, history } = parts;
  const { meterPan } = setting;
  const log = deps.log.child({ meterPan });
  let link: ReturnType<typeof createMqttLink> | null = null;
  const channel = createChannel(setting, {
    clock: deps.clock,
    states: deps.states ?? createStateStore(deps.folder),
    bases: createRegisterBaseStore(deps.folder),
    ...(deps.step === undefined ? {} : { step: deps.step }),
    send: (message) => link?.publish(message),
    switched: () => parts.drivers.get(meterPan)?.(),
    onTrouble: (what) => log.warn({ what }, 'a channel needs a look'),
  });
  const map = parts.maps.get(setting.map);
  if (map === undefined) throw new Error(`there is no map ${setting.map}`);
  const contactor = createContactor(setting, {
    meterLine: map.line,
    localTime: (minutes) => localParts(deps.clock.nowMs() + minutes * 60_000, setting.zone),
  });
  const circuit = circuitOf(channel);
  const isWanted = (): boolean => {
    const hasCredit = channel.state().loadSwitch === 'connected';
    const isOn = circuit === null ? hasCredit : circuit.isWanted(hasCredit, deps.clock.nowMs());
    return isOn && !shedder.isCut(setting.shedOrder);
  };
  const drive = async (talk: Talk): Promise<void> => {
    if (contactor === null) return;
    const wanted = isWanted();
    const found = await contactor.drive(talk, modbusOn(parts, contactor.bus, talk), wanted);
    channel.contactorIs(found.ok ? found.value : null);
    if (!found.ok) log.warn({ fault: found.error }, 'the contactor did not answer');
    else if (found.value !== wanted) log.warn({ wanted }, 'the contactor does not move');
  };
  const lookAgain = (): void => {
    if (contactor !== null) parts.urgent(contactor.bus, drive);
  };
  if (contactor !== null) parts.drivers.set(meterPan, lookAgain);
  parts.add(setting.bus, {
    everyMs: setting.everySeconds * 1000,
    run: async (talk) => {
      const modbus = modbusOn(parts, setting.bus, talk);
      const reading = await readMeter(talk, modbus, { map, address: setting.address });
      if (!reading.ok) {
        log.debug({ fault: reading.error }, 'no reading');
        channel.readingFailed();
        lookAgain();
        return false;
      }
      channel.takeReading(reading.value);
      if (circuit !== null) {
        const powerW = loadOf(reading.value, setting).demandW ?? 0;
        circuit.take({ powerW, isOn: isWanted(), nowMs: deps.clock.nowMs() });
      }
      history.take(meterPan, { atMs: deps.clock.nowMs(), quantities: reading.value });
      lookAgain();
      return true;
    },
  });
  link = linkOf(channel, deps);
  return { channel, link, lights: circuit };
}

function circuitOf({ setting, state }: Channel): LampCircuit | null {
  const { lights, zone } = setting;
  return lights === undefined
    ? null
    : createLampCircuit(lights, { zone, said: () => state().settings.lights });
}

function linkOf({ meterPan, setting, setLink, receive }: Channel, deps: GatewayDeps) {
  const log = deps.log.child({ meterPan });
  return createMqttLink({
    url: deps.mqttUrl,
    meterPan,
    secret: deps.secrets.load(meterPan) ?? { secret: setting.mqttSecret, issuedAtMs: 0 },
    keepSecret: (secret) => deps.secrets.save(meterPan, secret),
    certificates: deps.certificates,
    ca: deps.mqttCa,
    random: deps.random,
    onLink: setLink,
    onMessage: receive,
    onTrouble: (what) => log.debug({ what }, 'link'),
  });
}

/** The main meter and the power plant: read and remembered, sold to nobody. */
function addOthers(
  parts: Parts & { readonly mainMeter: MainMeter | null },
  power: readonly ReturnType<typeof createPowerDevice>[],
): void {
  const { mainMeter, maps, deps, history, add } = parts;
  const map = mainMeter === null ? undefined : maps.get(mainMeter.setting.map);
  if (mainMeter !== null && map !== undefined) {
    const { bus, address, everySeconds } = mainMeter.setting;
    add(bus, {
      everyMs: everySeconds * 1000,
      run: async (talk) => {
        const reading = await readMeter(talk, modbusOn(parts, bus, talk), { map, address });
        const nowMs = deps.clock.nowMs();
        mainMeter.take(reading.ok ? reading.value : null, nowMs);
        if (reading.ok) history.take(mainId, { atMs: nowMs, quantities: reading.value });
        return reading.ok;
      },
    });
  }
  for (const device of power) {
    const { bus, everySeconds } = device.setting;
    add(bus, {
      everyMs: everySeconds * 1000,
      run: async (talk) => {
        const hasAnswered = await device.read(talk, modbusOn(parts, bus, talk));
        const reading = device.reading();
        if (hasAnswered && reading !== null) history.take(device.id, reading);
        return hasAnswered;
      },
    });
  }
}

/** Each meter's time passes once a second, spread, so that no second carries them all. */
function startTicking(
  { members, stsMembers }: Pick<Gateway, 'members' | 'stsMembers'>,
  { shed, turn }: { readonly shed: () => void; readonly turn: (member: Member) => void },
): () => void {
  let tick = 0;
  const timer = setInterval(() => {
    tick += 1;
    for (const [index, member] of members.entries()) {
      const { channel } = member;
      channel.tick();
      turn(member);
      if ((tick + index) % storeEveryTicks === 0) channel.store();
    }
    for (const [index, { meter }] of stsMembers.entries()) {
      if ((tick + index) % stsEveryTicks === 0) meter.tick();
    }
    if (tick % shedEveryTicks === 0) shed();
  }, tickMs);
  return () => clearInterval(timer);
}

export function localParts(atMs: number, zone: string): ClockParts {
  const { year, month, day, hour, minute, second } =
    Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone);
  return { year, month, day, hour, minute, second };
}
