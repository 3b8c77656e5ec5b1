// One half-duplex line with many devices. Whoever asks waits for its turn; between two exchanges
// the line is quiet for a while; a late answer is waited out, so that it is never taken for the
// next one; echoes of our own bytes are dropped, and one that differs is a collision.

import { err, ok, type Result } from '@prewatt/quantities';
import type { BusClock, BusFault, BytePort, Exchange, LineSettings, Talk } from './line.ts';

export type BusOptions = {
  readonly port: BytePort;
  readonly clock: BusClock;
  /** The adapter hears what it sends itself. */
  readonly echo: boolean;
  /** Silence before each request: 3.5 characters for Modbus, more for slow transceivers. */
  readonly quietMs: number;
  /** After an exchange without an answer: time in which a late one may still come. */
  readonly lateMs: number;
  readonly tries: number;
};

export type BusCounts = {
  readonly exchanges: number;
  readonly answered: number;
  readonly repeats: number;
  readonly faults: Readonly<Record<BusFault, number>>;
  readonly bytesSent: number;
  readonly bytesReceived: number;
};

export type Bus = {
  /** Runs a task with the line for itself; tasks follow each other in the order of asking. */
  readonly run: <T>(task: (talk: Talk) => Promise<T>) => Promise<T>;
  readonly counts: () => BusCounts;
};

/** A line that is not quiet within so many times the silence that is asked for is babbling. */
const patience = 50;

export function createBus(options: BusOptions): Bus {
  const { port, clock } = options;
  const counts = emptyCounts();
  let lastByteMs = clock.nowMs();
  let listener: ((bytes: Uint8Array) => void) | null = null;
  port.onBytes((bytes) => {
    lastByteMs = clock.nowMs();
    counts.bytesReceived += bytes.length;
    listener?.(bytes);
  });
  const quiet = async (ms: number): Promise<boolean> => {
    const giveUpMs = clock.nowMs() + ms * patience;
    for (;;) {
      const wait = lastByteMs + ms - clock.nowMs();
      if (wait <= 0) return true;
      if (clock.nowMs() >= giveUpMs) return false;
      await sleep(clock, wait);
    }
  };
  const send = async (bytes: Uint8Array): Promise<Result<void, BusFault>> => {
    // Nothing to send: what was asked before is already being answered.
    if (bytes.length === 0) return ok(undefined);
    if (!(await quiet(options.quietMs))) return err('babbling');
    counts.bytesSent += bytes.length;
    const written = await port.write(bytes);
    lastByteMs = clock.nowMs();
    return written;
  };
  const once = async <T>(exchange: Exchange<T>): Promise<Result<T, BusFault>> => {
    const wait = listen(exchange, options, (next) => {
      listener = next;
    });
    const sent = await send(exchange.send);
    if (!sent.ok) {
      wait.stop();
      return sent;
    }
    return await wait.answer(exchange.timeoutMs);
  };
  const exchange: Talk['exchange'] = async (asked) => {
    counts.exchanges += 1;
    const tries = asked.tries ?? options.tries;
    for (let left = tries; ; left -= 1) {
      const answer = await once(asked);
      if (answer.ok) {
        counts.answered += 1;
        return answer;
      }
      counts.faults[answer.error] += 1;
      if (answer.error !== 'closed') {
        await sleep(clock, options.lateMs);
        await quiet(options.quietMs);
      }
      if (left <= 1 || answer.error === 'closed') return answer;
      counts.repeats += 1;
    }
  };
  const talk: Talk = { exchange, tell: send, setLine: createLineSetting(port) };
  return { run: createTurns(talk), counts: () => structuredClone(counts) };
}

/** A port is set only when its line changes. */
function createLineSetting(port: BytePort): Talk['setLine'] {
  let now: LineSettings | null = null;
  return async (line) => {
    if (now !== null && JSON.stringify(now) === JSON.stringify(line)) return ok(undefined);
    const set = await port.setLine(line);
    now = set.ok ? line : null;
    return set;
  };
}

function createTurns(talk: Talk): Bus['run'] {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const turn = last.then(() => task(talk));
    last = turn.catch(() => undefined);
    return turn;
  };
}

/**
 * Listens from before the bytes are sent, since a converter may deliver the answer in one piece
 * with the last byte sent.
 */
function listen<T>(
  { send, receiver }: Exchange<T>,
  { clock, echo }: BusOptions,
  attach: (listener: ((bytes: Uint8Array) => void) | null) => void,
) {
  const receiving = receiver();
  const withoutEcho = createEchoFilter(echo ? send : new Uint8Array());
  let found: { readonly value: T } | null = null;
  let heard = false;
  let wake: (() => void) | null = null;
  attach((bytes) => {
    if (found !== null) return;
    const rest = withoutEcho(bytes);
    if (rest.length === 0) return;
    heard = true;
    const value = receiving.push(rest);
    if (value === null) return;
    found = { value };
    wake?.();
  });
  return {
    stop: () => attach(null),
    answer: async (timeoutMs: number): Promise<Result<T, BusFault>> => {
      if (found === null) {
        await new Promise<void>((resolve) => {
          const cancel = clock.after(timeoutMs, resolve);
          wake = () => {
            cancel();
            resolve();
          };
        });
      }
      attach(null);
      return found === null ? err(heard ? 'garbled' : 'silent') : ok((found as { value: T }).value);
    },
  };
}

/** Drops our own bytes from the front; from the first that differs on, all is passed. */
function createEchoFilter(sent: Uint8Array): (bytes: Uint8Array) => Uint8Array {
  let at = 0;
  return (bytes) => {
    let from = 0;
    while (from < bytes.length && at < sent.length && bytes[from] === sent[at]) {
      from += 1;
      at += 1;
    }
    if (from < bytes.length) at = sent.length;
    return bytes.subarray(from);
  };
}

const sleep = (clock: BusClock, ms: number): Promise<void> =>
  new Promise((resolve) => {
    clock.after(ms, resolve);
  });

const emptyCounts = () => ({
  ...{ exchanges: 0, answered: 0, repeats: 0, bytesSent: 0, bytesReceived: 0 },
  faults: { silent: 0, garbled: 0, babbling: 0, closed: 0 },
});
