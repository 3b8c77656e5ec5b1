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
  try {
    return await bus.run((talk) =>
      discoverDevices(talk, createModbus(talk, { framing, tries: 1, answerMs }), maps),
    );
  } finally {
    await port.close();
  }
}

export function textOfDevice({ protocol, address, line, maps }: FoundDevice): string {
  const speed = `${line.baud} ${line.dataBits}${line.parity[0]?.toUpperCase()}${line.stopBits}`;
  const read = maps.length === 0 ? 'no map reads it' : maps.join(' or ');
  return `${protocol} ${address}, ${speed}: ${read}`;
}
