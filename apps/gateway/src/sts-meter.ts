// An STS meter on the bus that takes tokens itself (Sanxing CIU-MH03): the token of a command or of
// the site's page goes to it, and its credit and register come up as those of any meter. It decides
// alone: friendly hours, emergency credit, cuts and limits are its own, and commands about them are
// answered "unsupported".

import {
  enterSanxingToken,
  readSanxing,
  type SanxingTokenOutcome,
  type SanxingTotals,
  type Talk,
} from '@prewatt/fieldbus';
import type { AccountState, DownMessage, TokenOutcome, UpMessage } from '@prewatt/protocol';
import { energyWh, powerW } from '@prewatt/quantities';
import type { StsSetting } from './site.ts';
import type { StsMemory, StsMemoryStore } from './sts-memory.ts';
import { createStsOutbox, type StsOutbox } from './sts-outbox.ts';

export type StsMeter = {
  readonly meterPan: string;
  readonly setting: StsSetting;
  /** What it said last; null before it ever did. */
  readonly totals: () => StsMemory['totals'];
  readonly isSilent: () => boolean;
  /** One reading; whether it answered. */
  readonly read: (talk: Talk) => Promise<boolean>;
  /** Null: it does not answer now, and the token may be entered again. */
  readonly enter: (digits: string) => Promise<TokenOutcome | null>;
  readonly receive: (message: DownMessage) => void;
  readonly setLink: (up: boolean) => void;
  /** Once a minute: what was not acknowledged goes again. */
  readonly tick: () => void;
};

export type StsMeterDeps = {
  readonly nowMs: () => number;
  readonly memory: StsMemoryStore;
  readonly send: (message: UpMessage) => void;
  /** Runs before all that is planned on its bus. */
  readonly onBus: (task: (talk: Talk) => Promise<void>) => void;
  readonly onTrouble: (what: string) => void;
};

const line = { baud: 2400, dataBits: 8, parity: 'even', stopBits: 1 } as const;
/** Whatever is shown, balance and total energy end the answer. */
const totalsCode = '111';
const intervalMs = 1_800_000;
const silentAfter = 3;
/** Tokens carry tenths of a kilowatt-hour; a rise by less is only how its figures are rounded. */
const tokenStepWh = 100;

type Command = Extract<DownMessage, { kind: 'command' }>;

export function createStsMeter(setting: StsSetting, deps: StsMeterDeps): StsMeter {
  const outbox = createStsOutbox(deps, () => stateOf(outbox.memory().totals));
  const onBus = onBusOf(deps);
  let failures = 0;
  const { address } = setting;
  const read = async (talk: Talk): Promise<boolean> => {
    const set = await talk.setLine(line);
    const said = set.ok ? await readSanxing(talk, { address, code: totalsCode }) : set;
    failures = said.ok ? 0 : failures + 1;
    if (said.ok) takeTotals(outbox, said.value, deps.nowMs());
    return said.ok;
  };
  const enterOn = async (
    talk: Talk,
    digits: string,
    commandId: string | null,
  ): Promise<TokenOutcome | null> => {
    const cut = outbox.memory().entering;
    // One that was cut off goes first: its mark is what proves it.
    if (cut !== null && cut.digits !== digits) {
      if ((await enterOn(talk, cut.digits, cut.commandId)) === null) return null;
    }
    // Marked with what it had before: after a power cut "used" then says that it was this token.
    if (outbox.memory().entering === null) {
      if (!(await read(talk))) return null;
      outbox.keep({ entering: { digits, commandId, creditedWh: creditedWhOf(outbox.memory()) } });
    }
    const mark = outbox.memory().entering;
    const said = await enterSanxingToken(talk, { address, digits });
    if (!said.ok || !(await read(talk)) || mark === null) return null;
    const outcome = outcomeOf(said.value, creditedWhOf(outbox.memory()) - mark.creditedWh);
    const { eventSequence } = outbox.memory();
    const event = {
      ...{ sequence: eventSequence + 1, atMs: deps.nowMs(), code: 'token' as const, outcome },
      origin: commandId === null ? ('keypad' as const) : ('remote' as const),
      lastFour: digits.slice(-4),
    };
    const change = { entering: null, eventSequence: eventSequence + 1 };
    outbox.post({ kind: 'events', events: [event] }, change);
    return outcome;
  };
  const commands = createCommands(outbox, deps, {
    enter: (digits, commandId) => onBus((talk) => enterOn(talk, digits, commandId)),
    read: () => onBus(read),
  });
  return {
    ...{ meterPan: setting.meterPan, setting, read, receive: commands.receive },
    ...{ totals: () => outbox.memory().totals, isSilent: () => failures >= silentAfter },
    enter: (digits) => onBus((talk) => enterOn(talk, digits, null)),
    setLink: outbox.setLink,
    tick: () => {
      outbox.flush();
      // Cut off between the bus and the disk: the meter is asked by the same token once more.
      const cut = outbox.memory().entering;
      if (cut === null || commands.isWorking()) return;
      void onBus((talk) => enterOn(talk, cut.digits, cut.commandId)).catch(() => undefined);
    },
  };
}

const onBusOf =
  (deps: StsMeterDeps) =>
  <T>(task: (talk: Talk) => Promise<T>): Promise<T> =>
    new Promise((resolve, reject) =>
      deps.onBus(async (talk) => {
        try {
          resolve(await task(talk));
        } catch (error) {
          reject(error);
        }
      }),
    );

/** What it said now, and the register of a half-hour that has ended since. */
function takeTotals(outbox: StsOutbox, said: SanxingTotals, atMs: number): void {
  const { profileEndMs } = outbox.memory();
  const endsAtMs = Math.floor(atMs / intervalMs) * intervalMs;
  const { balanceWh, totalWh } = said;
  const change = { totals: { atMs, balanceWh, totalWh }, profileEndMs: endsAtMs };
  if (profileEndMs === 0 || endsAtMs <= profileEndMs) {
    outbox.keep({ ...change, profileEndMs: Math.max(endsAtMs, profileEndMs) });
    outbox.sendState();
    return;
  }
  const entry = { endsAtMs, importEnergyWh: energyWh(BigInt(totalWh)) };
  outbox.post({ kind: 'profile', entries: [entry] }, change);
}

function createCommands(
  outbox: StsOutbox,
  deps: StsMeterDeps,
  acts: {
    readonly enter: (digits: string, commandId: string) => Promise<TokenOutcome | null>;
    readonly read: () => Promise<boolean>;
  },
): { readonly receive: StsMeter['receive']; readonly isWorking: () => boolean } {
  const working = new Set<string>();
  const carryOut = async ({ action, expiresAtMs, commandId }: Command) => {
    if (expiresAtMs <= deps.nowMs()) return refused('expired');
    if (action.kind === 'readNow')
      return (await acts.read()) ? ({ kind: 'readNow' } as const) : null;
    if (action.kind !== 'deliverToken') return refused('unsupported');
    const outcome = await acts.enter(action.token, commandId);
    return outcome === null ? null : ({ kind: 'deliverToken', outcome } as const);
  };
  const work = async (command: Command): Promise<void> => {
    const result = await carryOut(command);
    // Nothing is known: the head-end asks again.
    if (result !== null) outbox.answer(command.commandId, result, deps.nowMs());
  };
  return {
    isWorking: () => working.size > 0,
    receive: (message) => {
      if (message.kind === 'acknowledge') return outbox.acknowledge(message.sequence);
      const { commandId } = message;
      if (outbox.answerAgain(commandId) || working.has(commandId)) return;
      if (message.kind === 'cancel') {
        return outbox.answer(commandId, refused('cancelled'), deps.nowMs());
      }
      working.add(commandId);
      work(message)
        .catch((error: unknown) => deps.onTrouble(String(error)))
        .finally(() => working.delete(commandId));
    },
  };
}

const refused = <R extends 'expired' | 'unsupported' | 'cancelled'>(reason: R) =>
  ({ kind: 'refused', reason }) as const;

const creditedWhOf = ({ totals }: Pick<StsMemory, 'totals'>): number =>
  totals === null ? 0 : totals.balanceWh + totals.totalWh;

/** "Used" of a token that the meter has credited since it was marked is its first acceptance. */
function outcomeOf(said: SanxingTokenOutcome, risenWh: number): TokenOutcome {
  const accepted = (wh: number): TokenOutcome => ({
    ...{ result: 'accepted', effect: 'credit', tid: null, creditedEnergyWh: energyWh(BigInt(wh)) },
  });
  if (said.kind === 'accepted') return accepted(said.creditedWh);
  const creditedWh = Math.round(risenWh / tokenStepWh) * tokenStepWh;
  if (said.kind === 'used' && creditedWh > 0) return accepted(creditedWh);
  // It does not say why; "crc" proves nothing about the token.
  return { result: 'refused', refusal: said.kind === 'used' ? 'used' : 'crc', tid: null };
}

/** What the frames say and no more; the switch is not among it: without credit it is open. */
function stateOf(totals: StsMemory['totals']): AccountState | null {
  if (totals === null) return null;
  const { balanceWh, totalWh, atMs } = totals;
  return {
    capturedAtMs: atMs,
    availableEnergyWh: energyWh(BigInt(balanceWh)),
    powerW: powerW(0n),
    importEnergyWh: energyWh(BigInt(totalWh)),
    creditedEnergyWh: energyWh(BigInt(creditedWhOf({ totals }))),
    creditedIsDerived: true,
    loadSwitch: balanceWh > 0 ? 'connected' : 'disconnected',
    creditStatus: balanceWh > 0 ? 'inCredit' : 'outOfCredit',
    owedEnergyWh: energyWh(0n),
  };
}
