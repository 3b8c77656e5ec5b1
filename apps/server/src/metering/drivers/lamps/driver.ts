// The driver of meters that are no device: the meter of a lighting account, whose register is the
// sum of what its lamps have counted, and whose switch leaves protected crossings alone. It answers
// as any meter does, so that readings, rating, supply and warnings are those of a home.

import {
  type CommandAction,
  type CommandResult,
  commandSubject,
  type DriverListeners,
  decodeDownWord,
  type MeterDriver,
} from '@prewatt/protocol';
import { energyWh, powerW } from '@prewatt/quantities';
import type { Log } from '../../../base/log.ts';
import type { Clocks } from '../../../base/time.ts';
import type { MeterPlace } from '../../../registry/connections/index.ts';
import type { Answered } from '../answering.ts';
import { createSpeaker, type Speaker } from '../speaker.ts';

/** An account as its meter shows it. */
export type LampSum = {
  readonly place: MeterPlace;
  readonly meterPan: string;
  readonly importWh: bigint;
  readonly powerW: bigint;
  readonly isOpen: boolean;
};

/** What the street lights give to this driver. */
export type LampSums = {
  /** Meters that are sums of lamps. */
  readonly meters: () => Promise<
    readonly { readonly meterPan: string; readonly place: MeterPlace }[]
  >;
  readonly sumOf: (place: MeterPlace) => Promise<LampSum | null>;
  /**
   * Answers a command once, under the account's lock: a repeat gets the first answer. `decide` says
   * the answer and how the switch stands then.
   */
  readonly answer: (
    place: MeterPlace,
    commandId: string,
    decide: (
      sum: LampSum,
      before: readonly Answered[],
    ) => { readonly result: CommandResult; readonly isOpen: boolean },
  ) => Promise<CommandResult | null>;
  /** Accounts with an interval that has ended and was not said, and when it ended. */
  readonly due: () => Promise<readonly { readonly sum: LampSum; readonly endsAtMs: number }[]>;
  readonly said: (place: MeterPlace, endsAtMs: number) => Promise<void>;
};

export type LampSumDriver = MeterDriver & {
  readonly isLinked: (meterPan: string) => boolean;
  /** Looks which meters are sums of lamps. */
  readonly refresh: () => Promise<void>;
  /** Says intervals that have ended. */
  readonly sweep: () => Promise<void>;
};

type CommandMessage = {
  readonly commandId: string;
  readonly expiresAtMs: number;
  readonly issuedAtMs?: number | undefined;
  readonly action: CommandAction;
};

export type LampSumOptions = {
  readonly sums: LampSums;
  readonly clocks: Clocks;
  readonly log: Log;
};

type Running = {
  readonly o: LampSumOptions;
  readonly speaker: Speaker;
  meters: ReadonlyMap<string, MeterPlace>;
  /** When the last command about a subject was asked for, by meter. */
  readonly doneUntil: Map<string, number>;
};

const nowOf = ({ o }: Running): number => o.clocks.business.nowMs();

export function createLampSumDriver(o: LampSumOptions): LampSumDriver {
  const running: Running = {
    ...{ o, speaker: createSpeaker(), meters: new Map(), doneUntil: new Map() },
  };
  const { speaker } = running;
  /** One that fails goes again when it is due. */
  const look = (meterPan: string, done: Promise<void>): void => {
    done.catch((error) => o.log.warn({ meterPan, error: String(error) }, 'a command to lamps'));
  };
  return {
    name: 'lamps',
    capabilities: {
      abilities: ['readState', 'readRegisters', 'readProfile', 'switch'],
      ...{ credit: 'keypadOnly', reach: 'called' },
    },
    isLinked: (meterPan) => running.meters.has(meterPan),
    send: async (meterPan, payload) => {
      const decoded = decodeDownWord(payload);
      if (!decoded.ok) throw new Error('the head-end sent what no driver can read');
      const { value: message } = decoded;
      if (message.kind === 'acknowledge') speaker.acknowledged(meterPan, message.sequence);
      else if (message.kind === 'command') look(meterPan, obey(running, meterPan, message));
      else if (message.kind === 'cancel') {
        look(meterPan, cancel(running, meterPan, message.commandId));
      }
    },
    listen: async (listeners: DriverListeners) => speaker.listenTo(listeners),
    drop: () => {},
    refresh: () => refresh(running),
    sweep: () => sayIntervals(running),
    close: async () => speaker.end(),
  };
}

async function refresh(running: Running): Promise<void> {
  const found = await running.o.sums.meters();
  const before = running.meters;
  running.meters = new Map(found.map(({ meterPan, place }) => [meterPan, place]));
  for (const meterPan of running.meters.keys()) {
    if (!before.has(meterPan)) running.speaker.link(meterPan, 'online');
  }
}

async function sayIntervals(running: Running): Promise<void> {
  const { o, speaker, meters } = running;
  for (const { sum, endsAtMs } of await o.sums.due()) {
    if (!meters.has(sum.meterPan)) continue;
    await say(running, sum, 'state');
    const isStored = await speaker.say(sum.meterPan, {
      kind: 'profile',
      entries: [{ endsAtMs, importEnergyWh: energyWh(sum.importWh) }],
    });
    if (isStored) await o.sums.said(sum.place, endsAtMs);
  }
}

async function say(running: Running, sum: LampSum, cause: 'state' | 'readNow'): Promise<void> {
  const atMs = nowOf(running);
  await running.speaker.say(sum.meterPan, { kind: 'state', state: stateOf(sum, atMs) });
  if (cause === 'state') return;
  // Not waited for: its acknowledgement comes behind this command.
  void running.speaker.say(sum.meterPan, {
    ...{ kind: 'registers', capturedAtMs: atMs, cause: 'readNow' },
    values: [{ register: 'importEnergyWh', value: energyWh(sum.importWh) }],
  });
}

async function obey(running: Running, meterPan: string, command: CommandMessage): Promise<void> {
  const { o, speaker, doneUntil } = running;
  const place = running.meters.get(meterPan);
  if (place === undefined) return;
  const subject = commandSubject(command.action.kind);
  const key = `${meterPan} ${subject}`;
  const { commandId } = command;
  const result = await o.sums.answer(place, commandId, (sum) =>
    decide(sum, command, { nowMs: nowOf(running), lastMs: doneUntil.get(key) ?? null }),
  );
  if (result === null) return;
  if (subject !== null && result.kind !== 'refused' && command.issuedAtMs !== undefined) {
    doneUntil.set(key, Math.max(command.issuedAtMs, doneUntil.get(key) ?? 0));
  }
  const sum = await o.sums.sumOf(place);
  if (sum !== null)
    await say(running, sum, command.action.kind === 'readNow' ? 'readNow' : 'state');
  // One that is lost is asked for again.
  void speaker.say(meterPan, {
    ...{ kind: 'commandResult', commandId, completedAtMs: nowOf(running), result },
  });
}

async function cancel(running: Running, meterPan: string, commandId: string): Promise<void> {
  const place = running.meters.get(meterPan);
  if (place === undefined) return;
  const result = await running.o.sums.answer(place, commandId, ({ isOpen }) => ({
    ...{ isOpen, result: { kind: 'refused', reason: 'cancelled' } },
  }));
  if (result === null) return;
  void running.speaker.say(meterPan, {
    ...{ kind: 'commandResult', commandId, completedAtMs: nowOf(running), result },
  });
}

function decide(
  sum: LampSum,
  { action, expiresAtMs, issuedAtMs }: CommandMessage,
  o: { readonly nowMs: number; readonly lastMs: number | null },
): { readonly result: CommandResult; readonly isOpen: boolean } {
  const { isOpen } = sum;
  const refused = (reason: 'expired' | 'superseded' | 'unsupported' | 'range') => ({
    ...{ isOpen, result: { kind: 'refused', reason } as const },
  });
  if (expiresAtMs <= o.nowMs) return refused('expired');
  if (o.lastMs !== null && issuedAtMs !== undefined && issuedAtMs < o.lastMs) {
    return refused('superseded');
  }
  switch (action.kind) {
    case 'readNow':
      return { isOpen, result: { kind: 'readNow' } };
    case 'switchOpen':
      return { isOpen: true, result: { kind: action.kind, loadSwitch: 'disconnected' } };
    case 'switchClose':
    // No hand is at it: armed is closed.
    case 'switchArm':
      return { isOpen: false, result: { kind: action.kind, loadSwitch: 'connected' } };
    case 'setPaymentMode':
      if (action.creditUnit !== 'energy') return refused('range');
      return { isOpen, result: { ...nothingLeft(sum.importWh), kind: action.kind } };
    default:
      return refused('unsupported');
  }
}

/** It holds no credit: the wallet does. */
const nothingLeft = (importWh: bigint) => ({
  ...{ handedOverEnergyWh: energyWh(0n), handedOverMicroMinor: 0n },
  ...{ owedEnergyWh: energyWh(0n), owedMicroMinor: 0n, importEnergyWh: energyWh(importWh) },
});

const stateOf = (sum: LampSum, atMs: number) => ({
  capturedAtMs: atMs,
  availableEnergyWh: energyWh(0n),
  powerW: powerW(sum.powerW),
  importEnergyWh: energyWh(sum.importWh),
  creditedEnergyWh: energyWh(0n),
  creditedIsDerived: true as const,
  loadSwitch: sum.isOpen ? ('disconnected' as const) : ('connected' as const),
  creditStatus: 'inCredit' as const,
  owedEnergyWh: energyWh(0n),
});
