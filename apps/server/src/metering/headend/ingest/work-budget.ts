// How much of the time of this process the messages of one meter may take to be read, and how much
// all of them together before others have their turn. Counted in milliseconds of the processor,
// whatever the messages are: what costs much is bounded before anybody knows why it does, and a
// busy machine blames no meter.

export type WorkLimits = {
  /** Of one meter within a window; its further messages are left unread until the window ends. */
  readonly meterMs: number;
  readonly windowMs: number;
  /** Of all meters before what else waits for the process has its turn. */
  readonly turnMs: number;
  /** One message counts as this at most: a process that was stopped meanwhile blames nobody. */
  readonly messageMs: number;
};

/** A full load profile takes 1 to 2 ms: three hundred of them in ten seconds, and no more. */
export const workLimits: WorkLimits = {
  meterMs: 300,
  windowMs: 10_000,
  turnMs: 15,
  messageMs: 25,
};

/** Meters that are counted in a window at most; more than a process has connections. */
const maximumCounted = 200_000;

type Used = { ms: number; isTold: boolean; hasRefused: boolean };

/** Messages read within one turn, by the clock. */
type Turn = { readonly begunCpuMs: number; readonly read: { by: Used; ms: number }[]; ms: number };

export type WorkBudget = {
  /** Whether a message of this meter is read. `tell`: the first in this window that is not. */
  readonly mayWork: (meterPan: string) => { readonly may: boolean; readonly tell: boolean };
  /** Reads a message and counts the time. */
  readonly work: (meterPan: string, read: () => void) => void;
  /** Whether it is the first refused message of this meter in this window: one line in the log. */
  readonly firstRefused: (meterPan: string) => boolean;
  /** The time of this turn is used up; `later` runs when others had theirs. */
  readonly isTurnOver: () => boolean;
};

export function createWorkBudget(
  limits: WorkLimits,
  o: {
    readonly nowMs: () => number;
    /** Processor time of this thread; asked once a turn, since to ask is not cheap. */
    readonly cpuMs: () => number;
    readonly nextTurn: () => void;
  },
): WorkBudget {
  let used = new Map<string, Used>();
  let window = 0;
  let turn: Turn | null = null;

  const of = (meterPan: string): Used => {
    const now = Math.floor(o.nowMs() / limits.windowMs);
    if (now !== window) used = new Map();
    window = now;
    const known = used.get(meterPan);
    if (known !== undefined) return known;
    const fresh: Used = { ms: 0, isTold: false, hasRefused: false };
    if (used.size < maximumCounted) used.set(meterPan, fresh);
    return fresh;
  };
  // Each meter answers for its share of what the turn truly used, never for more than its time.
  const endTurn = (ended: Turn): void => {
    const share = Math.min(1, (o.cpuMs() - ended.begunCpuMs) / Math.max(ended.ms, 0.001));
    for (const { by, ms } of ended.read) by.ms += ms * share;
    turn = null;
    o.nextTurn();
  };
  const beginTurn = (): Turn => {
    const begun: Turn = { begunCpuMs: o.cpuMs(), read: [], ms: 0 };
    setImmediate(endTurn, begun);
    return begun;
  };

  return {
    mayWork: (meterPan) => {
      const mine = of(meterPan);
      if (mine.ms < limits.meterMs) return { may: true, tell: false };
      const tell = !mine.isTold;
      mine.isTold = true;
      return { may: false, tell };
    },
    work: (meterPan, read) => {
      turn ??= beginTurn();
      const begunMs = o.nowMs();
      read();
      const ms = Math.min(o.nowMs() - begunMs, limits.messageMs);
      turn.read.push({ by: of(meterPan), ms });
      turn.ms += ms;
    },
    firstRefused: (meterPan) => {
      const mine = of(meterPan);
      const isFirst = !mine.hasRefused;
      mine.hasRefused = true;
      return isFirst;
    },
    isTurnOver: () => turn !== null && turn.ms >= limits.turnMs,
  };
}
