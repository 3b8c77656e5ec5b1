// What one meter, one address and all of them together may ask of the embedded broker. A meter that
// speaks too fast waits and loses nothing; who cannot sign in is soon refused without a look into
// the database. Counted in real time, in this process.

import { minuteMs } from '@prewatt/quantities';

export type BrokerCounts = {
  readonly connections: number;
  /** Connections closed at once: too many in all, or of one address. */
  readonly crowded: number;
  /** Refused for a wrong name or secret. */
  readonly refused: number;
  /** Refused unheard, after too many attempts. */
  readonly limited: number;
  /** Ended for a packet larger than any message. */
  readonly oversized: number;
  /** Messages that waited because their meter speaks too fast. */
  readonly slowed: number;
};

export type BrokerLimits = {
  /** Open connections in all, and of one address: a concentrator or a carrier has many meters. */
  readonly connections: number;
  readonly connectionsPerAddress: number;
  /** Failed sign-ins of one address in a minute. */
  readonly failuresPerAddress: number;
  /** Sign-ins of one meter number from one address in a minute, whatever became of them. */
  readonly attemptsPerName: number;
  /** Messages of a meter in a second, on the average; so many seconds' worth may come at once. */
  readonly messagesPerSecond: number;
  readonly burstSeconds: number;
};

export const brokerLimits: BrokerLimits = {
  connections: 100_000,
  connectionsPerAddress: 50_000,
  failuresPerAddress: 600,
  attemptsPerName: 30,
  messagesPerSecond: 100,
  burstSeconds: 10,
};

/** Of a name, which may be as long as a packet: more than a meter number has. */
const nameLetters = 24;
/** What is counted in a minute at most; beyond it everybody counts as one. */
const maximumCounted = 200_000;

export type Guard = {
  /** False: close it at once. `closed` is for one that was let in. */
  readonly opened: (address: string) => boolean;
  readonly closed: (address: string) => void;
  /** False: refused, unheard. */
  readonly mayTry: (address: string, name: string) => boolean;
  readonly failed: (address: string) => void;
  /** Milliseconds that a message of this meter has to wait. */
  readonly waitMs: (meter: Pace) => number;
  readonly oversized: () => void;
  readonly counts: () => BrokerCounts;
};

/** How a connection has spoken so far. */
export type Pace = { allowance: number; atMs: number };

export function createGuard(o: BrokerLimits & { readonly nowMs: () => number }): Guard {
  const counts = { crowded: 0, refused: 0, limited: 0, oversized: 0, slowed: 0 };
  const open = new Map<string, number>();
  let connections = 0;
  let minute = 0;
  let failures = new Map<string, number>();
  let attempts = new Map<string, number>();

  const turn = (): void => {
    const now = Math.floor(o.nowMs() / minuteMs);
    if (now === minute) return;
    minute = now;
    failures = new Map();
    attempts = new Map();
  };

  return {
    opened: (address) => {
      const ofAddress = open.get(address) ?? 0;
      if (connections >= o.connections || ofAddress >= o.connectionsPerAddress) {
        counts.crowded += 1;
        return false;
      }
      connections += 1;
      open.set(address, ofAddress + 1);
      return true;
    },
    closed: (address) => {
      connections -= 1;
      const left = (open.get(address) ?? 1) - 1;
      if (left > 0) open.set(address, left);
      else open.delete(address);
    },
    mayTry: (address, name) => {
      turn();
      const tried = count(attempts, `${address} ${name.slice(0, nameLetters)}`);
      const may = tried <= o.attemptsPerName && (failures.get(address) ?? 0) < o.failuresPerAddress;
      if (!may) counts.limited += 1;
      return may;
    },
    failed: (address) => {
      turn();
      counts.refused += 1;
      count(failures, address);
    },
    waitMs: (pace) => {
      const now = o.nowMs();
      const most = o.messagesPerSecond * o.burstSeconds;
      const gained = ((now - pace.atMs) * o.messagesPerSecond) / 1_000;
      pace.allowance = Math.min(most, pace.allowance + gained) - 1;
      pace.atMs = now;
      if (pace.allowance >= 0) return 0;
      counts.slowed += 1;
      return Math.ceil((-pace.allowance * 1_000) / o.messagesPerSecond);
    },
    oversized: () => {
      counts.oversized += 1;
    },
    counts: () => ({ connections, ...counts }),
  };
}

function count(counted: Map<string, number>, name: string): number {
  const key = counted.size < maximumCounted || counted.has(name) ? name : '';
  const times = (counted.get(key) ?? 0) + 1;
  counted.set(key, times);
  return times;
}
