// `--discover BUS`: who is on a bus, for a technician who writes the site's file. The gateway must
// not run meanwhile: two masters on one line are a collision.

import {
  type BusClock,
  createBus,
  discoverDevices,
  type FoundDevice,
  type RegisterMap,
} from '@prewatt/fieldbus';
import { createModbus } from './modbus.ts';
import type { OpenPort } from './ports.ts';
import type { BusSetting } from './site.ts';

const lateMs = 50;
const answerMs = 200;

export async function discover(
  setting: BusSetting,
  {
    maps,
    openPort,
    clock,
  }: {
    readonly maps: Iterable<RegisterMap>;
    readonly openPort: (bus: BusSetting) => OpenPort;
    readonly clock: BusClock;
  },
): Promise<FoundDevice[]> {
  const port = openPort(setting);
  const echo = setting.kind === 'serial' && setting.echo;
  const bus = createBus({ port, clock, echo, quietMs: setting.quietMs, lateMs, tries: 1 });
  const framing = setting.kind === 'tcp' ? setting.framing : 'bytes';
  const hasOneSpeed = setting.kind === 'tcp';
  try {
    return await bus.run((talk) =>
      discoverDevices(talk, createModbus(talk, { framing, tries: 1, answerMs }), {
        ...{ maps, hasOneSpeed },
      }),
    );
  } finally {
    await port.close();
  }
}

const others = {
  sunSpec: 'an inverter or battery by SunSpec',
  coils: 'no meter; it has coils, as for contactors',
} as const;

/** The speed is left out where a converter has it. */
export function textOfDevice(
  { protocol, address, line, maps, other }: FoundDevice,
  { kind }: Pick<BusSetting, 'kind'>,
): string {
  const parity = line.parity[0]?.toUpperCase();
  const speed = kind === 'tcp' ? '' : `, ${line.baud} ${line.dataBits}${parity}${line.stopBits}`;
  const bare = other === undefined ? 'no map reads it' : others[other];
  return `${protocol} ${address}${speed}: ${maps.length === 0 ? bare : maps.join(' or ')}`;
}
