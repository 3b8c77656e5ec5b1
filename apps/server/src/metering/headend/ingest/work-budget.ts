// How much of the time of this process the messages of one meter may take to be read, and how much
// all of them together before others have their turn. Counted in milliseconds that were used,
// whatever the messages are: what costs much is bounded before anybody knows why it does.

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
  o: { readonly nowMs: () => number; readonly nextTurn: () => void },
): WorkBudget {
  let used = new Map<string, Used>();
  let window = 0;
  let turnMs = 0;
  let isPlanned = false;

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
  const endTurn = (): void => {
    isPlanned = false;
    turnMs = 0;
    o.nextTurn();
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
      const begunMs = o.nowMs();
      read();
      const ms = Math.min(o.nowMs() - begunMs, limits.messageMs);
      of(meterPan).ms += ms;
      turnMs += ms;
      if (isPlanned) return;
      isPlanned = true;
      setImmediate(endTurn);
    },
    firstRefused: (meterPan) => {
      const mine = of(meterPan);
      const isFirst = !mine.hasRefused;
      mine.hasRefused = true;
      return isFirst;
    },
    isTurnOver: () => turnMs >= limits.turnMs,
  };
}
