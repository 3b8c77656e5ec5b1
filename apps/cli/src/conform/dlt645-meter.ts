// A device on a bus of DL/T 645, by a serial port or a converter: a meter of the edition of 2007 is
// read and switched; one of Sanxing's STS meters takes tokens, too. The bytes are written down as
// they pass the port.

import {
  type BusClock,
  type ClockParts,
  createBus,
  enterSanxingToken,
  type LineSettings,
  readDlt645,
  readSanxing,
  switchDlt645,
  type Talk,
} from '@prewatt/fieldbus';
import { openPort } from '@prewatt/gateway/ports';
import type {
  AccountState,
  DriverFault,
  LoadSwitchState,
  MeterAbility,
  MeterChannel,
  MeterTask,
  MeterTaskResult,
} from '@prewatt/protocol';
import { energyWh, err, ok, powerW, type Result } from '@prewatt/quantities';
import { tokenClassOf } from '@prewatt/sts/codec';
import type { WireLog } from './wire-log.ts';

export type Dlt645Edition = '2007' | 'sanxing';

export type Dlt645Options = {
  readonly place: { readonly path: string } | { readonly host: string; readonly port: number };
  readonly edition: Dlt645Edition;
  /** 12 digits. */
  readonly address: string;
  readonly baud: number;
  /** Level and password, and operator, 8 digits each; null: the bench moves no switch. */
  readonly switchBy: { readonly password: string; readonly operator: string } | null;
  readonly zone: string;
  readonly nowMs: () => number;
  readonly wire: WireLog;
};

export type Dlt645Meter = {
  readonly channel: MeterChannel;
  readonly close: () => Promise<void>;
};

/** Silence before a request, and time for a late answer: for slow transceivers. */
const [quietMs, lateMs, tries] = [20, 100, 3];
const validMs = 300_000;
/** Status word 3: bit 4, the switch is open. */
const statusWord = '04000503';
const openBit = 0x10;
const importIdentifier = '00010000';
const powerIdentifier = '02030000';
/** Shows credit and total energy on a CIU-MH03, as any of its long answers does. */
const anyDisplayCode = '111';

const clock: BusClock = {
  nowMs: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

type Asking = Dlt645Options & {
  readonly run: <T>(task: (talk: Talk) => Promise<T>) => Promise<Result<T, 'closed'>>;
};

export function createDlt645Meter(o: Dlt645Options): Dlt645Meter {
  const { place } = o;
  const port = openPort(
    'path' in place
      ? { kind: 'serial', name: 'bench', path: place.path, echo: false, quietMs }
      : { kind: 'tcp', name: 'bench', ...place, framing: 'bytes', quietMs },
  );
  const logged = {
    ...port,
    write: (bytes: Uint8Array) => {
      o.wire.add('out', bytes);
      return port.write(bytes);
    },
    onBytes: (listener: (bytes: Uint8Array) => void) =>
      port.onBytes((bytes) => {
        o.wire.add('in', bytes);
        listener(bytes);
      }),
  };
  const bus = createBus({ port: logged, clock, echo: false, quietMs, lateMs, tries });
  const line: LineSettings = { baud: o.baud, dataBits: 8, parity: 'even', stopBits: 1 };
  const meter: Asking = {
    ...o,
    run: (task) =>
      bus.run(async (talk) => {
        const set = await talk.setLine(line);
        return set.ok ? ok(await task(talk)) : err('closed');
      }),
  };
  return {
    channel: {
      capabilities: { abilities: abilitiesOf(o), credit: creditOf(o), reach: 'called' },
      perform: (task) => perform(meter, task),
    },
    close: port.close,
  };
}

const abilitiesOf = ({ edition, switchBy }: Dlt645Options): MeterAbility[] => [
  ...(['readState', 'readRegisters'] as const),
  ...(edition === 'sanxing' ? (['enterToken'] as const) : []),
  ...(switchBy === null ? [] : (['switch'] as const)),
];

const creditOf = ({ edition }: Dlt645Options) =>
  edition === 'sanxing' ? ('entersToken' as const) : ('keypadOnly' as const);

const failedBy = (fault: DriverFault): MeterTaskResult => ({ kind: 'failed', fault });
const unsupported: MeterTaskResult = { kind: 'refused', reason: 'unsupported' };

async function perform(meter: Asking, task: MeterTask): Promise<MeterTaskResult> {
  switch (task.kind) {
    case 'readState': {
      const state = await readState(meter);
      return state.ok ? { kind: 'state', state: state.value } : failedBy(state.error);
    }
    case 'readRegisters': {
      const state = await readState(meter);
      if (!state.ok) return failedBy(state.error);
      const values = [{ register: 'importEnergyWh', value: state.value.importEnergyWh }] as const;
      return { kind: 'registers', capturedAtMs: state.value.capturedAtMs, values };
    }
    case 'enterToken':
      return meter.edition === 'sanxing' ? enterToken(meter, task.token) : unsupported;
    case 'switch':
      return meter.switchBy === null || task.to === 'arm' ? unsupported : move(meter, task.to);
    default:
      return unsupported;
  }
}

type Values = { readonly credit: number; readonly used: number; readonly watts: number };

function stateOf(
  { credit, used, watts }: Values,
  o: { readonly atMs: number; readonly loadSwitch: LoadSwitchState },
): AccountState {
  return {
    capturedAtMs: o.atMs,
    availableEnergyWh: energyWh(credit),
    owedEnergyWh: energyWh(0),
    importEnergyWh: energyWh(used),
    creditedEnergyWh: energyWh(credit + used),
    creditedIsDerived: true,
    powerW: powerW(watts),
    loadSwitch: o.loadSwitch,
    creditStatus: credit > 0 ? 'inCredit' : 'outOfCredit',
  };
}

async function readState(meter: Asking): Promise<Result<AccountState, DriverFault>> {
  const { address, edition, nowMs } = meter;
  const atMs = nowMs();
  if (edition === 'sanxing') {
    const read = await meter.run((talk) => readSanxing(talk, { address, code: anyDisplayCode }));
    if (!read.ok || !read.value.ok) return err('noAnswer');
    const { balanceWh: credit, totalWh: used } = read.value.value;
    // It tells nothing of its switch: no scenario that looks at one is run on it.
    return ok(stateOf({ credit, used, watts: 0 }, { atMs, loadSwitch: 'connected' }));
  }
  const used = await readBcd(meter, importIdentifier);
  const drawn = await readBcd(meter, powerIdentifier);
  const isOpen = await readSwitch(meter);
  if (used === null || isOpen === null) return err('noAnswer');
  const watts = Math.round((drawn ?? 0) / 10);
  const loadSwitch = isOpen ? 'disconnected' : 'connected';
  return ok(stateOf({ credit: 0, used: used * 10, watts }, { atMs, loadSwitch }));
}

async function readBytes(meter: Asking, identifier: string): Promise<Uint8Array | null> {
  const { address } = meter;
  const read = await meter.run((talk) =>
    readDlt645(talk, { edition: '2007', address, identifier }),
  );
  return read.ok && read.value.ok ? read.value.value : null;
}

/** Digits, low byte first; the highest bit is a sign that is left out here. */
async function readBcd(meter: Asking, identifier: string): Promise<number | null> {
  const bytes = await readBytes(meter, identifier);
  if (bytes === null) return null;
  const digits = bytes.toReversed().toHex();
  return /^\d+$/.test(digits) ? Number(digits) : null;
}

async function readSwitch(meter: Asking): Promise<boolean | null> {
  const word = await readBytes(meter, statusWord);
  const [low] = word ?? [];
  return low === undefined ? null : (low & openBit) !== 0;
}

/** The meter says that it was used, or that it was not taken; why, it does not say. */
async function enterToken(meter: Asking, digits: string): Promise<MeterTaskResult> {
  const { address } = meter;
  const entered = await meter.run((talk) => enterSanxingToken(talk, { address, digits }));
  if (!entered.ok || !entered.value.ok) return failedBy('noAnswer');
  const { value } = entered.value;
  if (value.kind !== 'accepted') {
    const refusal = value.kind === 'used' ? 'used' : 'crc';
    return { kind: 'tokenEntered', outcome: { result: 'refused', refusal, tid: null } };
  }
  const tokenClass = tokenClassOf(digits);
  const effect = tokenClass.ok && tokenClass.value === 0 ? 'credit' : 'management';
  const creditedEnergyWh = energyWh(effect === 'credit' ? value.creditedWh : 0);
  return {
    kind: 'tokenEntered',
    outcome: { result: 'accepted', effect, tid: null, creditedEnergyWh },
  };
}

async function move(meter: Asking, to: 'open' | 'close'): Promise<MeterTaskResult> {
  const { address, switchBy } = meter;
  if (switchBy === null) return unsupported;
  const expires = partsOf(meter.nowMs() + validMs, meter.zone);
  const moved = await meter.run((talk) =>
    switchDlt645(talk, { address, command: to, ...switchBy, expires }),
  );
  if (!moved.ok) return failedBy('unreachable');
  if (!moved.value.ok) {
    return moved.value.error === 'password' ? failedBy('notLetIn') : failedBy('noAnswer');
  }
  const isOpen = await readSwitch(meter);
  if (isOpen === null) return failedBy('noAnswer');
  return { kind: 'switched', loadSwitch: isOpen ? 'disconnected' : 'connected' };
}

function partsOf(atMs: number, zone: string): ClockParts {
  const { year, month, day, hour, minute, second } =
    Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone);
  return { year, month, day, hour, minute, second };
}
