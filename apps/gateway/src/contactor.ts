// What switches a home: a coil of a Modbus output, or the load switch in the meter itself. It is
// driven until it is found as wanted, and looked at again with each reading, so that a hand, a
// restart or a lost command does not leave it otherwise for long.

import {
  type ClockParts,
  type LineSettings,
  type ModbusMaster,
  type ReadFault,
  readDlt645,
  switchDlt645,
  type Talk,
} from '@prewatt/fieldbus';
import { err, ok, type Result } from '@prewatt/quantities';
import type { ChannelSetting } from './site.ts';

export type Contactor = {
  readonly bus: string;
  /** Switches it when it is not as wanted; answers with what it is then. */
  readonly drive: (
    talk: Talk,
    modbus: ModbusMaster,
    closed: boolean,
  ) => Promise<Result<boolean, ReadFault>>;
};

/** Status word 3 of DL/T 645-2007; bit 4, the switch is open, is by general knowledge. */
const statusWord = '04000503';
const openBit = 0x10;
/** A command that a meter gets later than this is not carried out. */
const validMinutes = 5;

/** Null where nothing switches. */
export function createContactor(
  { contactor, bus, address }: ChannelSetting,
  {
    meterLine,
    localTime,
  }: {
    /** Speed and parity of the meter itself. */
    readonly meterLine: LineSettings;
    readonly localTime: (minutesAhead: number) => ClockParts;
  },
): Contactor | null {
  if (contactor.kind === 'none') return null;
  if (contactor.kind === 'coil') {
    const { unit, coil, onWhen, line } = contactor;
    return {
      bus: contactor.bus,
      drive: async (talk, modbus, closed) => {
        const wanted = closed === onWhen;
        const set = await talk.setLine(line);
        if (!set.ok) return set;
        const found = await modbus.readCoil({ unit, at: coil });
        if (!found.ok) return found;
        if (found.value === wanted) return ok(closed);
        const written = await modbus.writeCoil({ unit, at: coil, on: wanted });
        if (!written.ok) return written;
        const after = await modbus.readCoil({ unit, at: coil });
        return after.ok ? ok(after.value === onWhen) : after;
      },
    };
  }
  const isClosed = async (talk: Talk): Promise<Result<boolean, ReadFault>> => {
    const word = await readDlt645(talk, { edition: '2007', address, identifier: statusWord });
    if (!word.ok) return word;
    return word.value.length < 1 ? err('unexpected') : ok(((word.value[0] ?? 0) & openBit) === 0);
  };
  return {
    bus,
    drive: async (talk, _modbus, closed) => {
      const set = await talk.setLine(meterLine);
      if (!set.ok) return set;
      const found = await isClosed(talk);
      if (!found.ok || found.value === closed) return found;
      const switched = await switchDlt645(talk, {
        address,
        command: closed ? 'close' : 'open',
        password: contactor.password,
        operator: contactor.operator,
        expires: localTime(validMinutes),
      });
      return switched.ok ? await isClosed(talk) : switched;
    },
  };
}
