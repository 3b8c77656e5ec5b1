// Server-sent events: opens streams, keeps them alive, bounds how many there are, calms bursts down
// to a few updates a second for each stream, and ends each with the session that opened it.

import type { ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { LiveNotice } from '../live.ts';
import { HttpProblem } from './problem.ts';

const heartbeatMs = 15_000;
/** How long a stream may outlive a session that another process ended. */
const sessionsEveryMs = 15_000;
const usualCalmMs = 1_000;
const maximumStreams = 5_000;
const maximumStreamsPerAddress = 50;
/** Unread, of one stream: whoever does not read comes back when it does. */
const maximumUnreadBytes = 1_048_576;

export type LiveHub = {
  /**
   * Opens a stream. `concerns` says whether a notice is about it; `update` then sends, given all
   * the notices since the last time, at most every `calmMs` (a second, unless told otherwise).
   */
  readonly stream: (
    request: FastifyRequest,
    reply: FastifyReply,
    o: {
      readonly sessionId: string;
      readonly concerns: (notice: LiveNotice) => boolean;
      readonly calmMs?: number;
      readonly update: (send: Send, notices: readonly LiveNotice[]) => Promise<void>;
    },
  ) => void;
  readonly publish: (notice: LiveNotice) => void;
  /** Ends the streams of sessions that have ended: now, and by itself every few seconds. */
  readonly closeEnded: () => Promise<void>;
  readonly closeAll: () => void;
};

export type Send = (event: string, data: object) => void;

export function createLiveHub(o: {
  /** Those of these sessions that have not ended. */
  readonly openSessions: (sessionIds: readonly string[]) => Promise<ReadonlySet<string>>;
  readonly onError: (error: unknown) => void;
}): LiveHub {
  const listeners = new Set<(notice: LiveNotice) => void>();
  /** What closes each stream, and whose it is. */
  const closers = new Map<() => void, string>();
  const perAddress = new Map<string, number>();
  let watch: NodeJS.Timeout | null = null;

  const closeEnded = async (): Promise<void> => {
    if (closers.size === 0) return;
    const streams = [...closers];
    const asked = o.openSessions([...new Set(closers.values())]);
    const open = await asked.catch(o.onError);
    if (!open) return;
    for (const [close, sessionId] of streams) if (!open.has(sessionId)) close();
  };

  return {
    closeEnded,

    publish: (notice) => {
      for (const listener of listeners) listener(notice);
    },

    closeAll: () => {
      for (const close of closers.keys()) close();
    },

    stream: (request, reply, stream) => {
      const count = perAddress.get(request.ip) ?? 0;
      if (closers.size >= maximumStreams || count >= maximumStreamsPerAddress) throw tooMany();
      perAddress.set(request.ip, count + 1);
      reply.hijack();
      const { raw } = reply;
      const send = openStream(raw);
      const updates = createUpdates({
        calmMs: stream.calmMs ?? usualCalmMs,
        update: (notices) => stream.update(send, notices),
        onError: o.onError,
      });
      const listener = (notice: LiveNotice): void => {
        if (stream.concerns(notice)) updates.push(notice);
      };
      // An event, not a comment: a page must notice when it stops.
      const heartbeat = setInterval(() => raw.write('event: beat\ndata: {}\n\n'), heartbeatMs);
      const close = (): void => {
        if (!closers.delete(close)) return;
        listeners.delete(listener);
        clearInterval(heartbeat);
        updates.stop();
        const left = (perAddress.get(request.ip) ?? 1) - 1;
        if (left <= 0) perAddress.delete(request.ip);
        else perAddress.set(request.ip, left);
        raw.end();
        if (closers.size > 0 || watch === null) return;
        clearInterval(watch);
        watch = null;
      };
      closers.set(close, stream.sessionId);
      watch ??= setInterval(() => void closeEnded(), sessionsEveryMs);
      listeners.add(listener);
      raw.on('close', close);
      raw.on('error', close);
      updates.start();
    },
  };
}

const tooMany = (): HttpProblem =>
  new HttpProblem({
    status: 429,
    code: 'tooManyStreams',
    title: 'Too many open pages',
    detail: 'Close some pages, or reload to see new numbers.',
  });

/** Begins the answer; what comes back sends an event. */
function openStream(raw: ServerResponse): Send {
  raw.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    connection: 'keep-alive',
  });
  raw.write('retry: 2000\n\n');
  return (event, data) => {
    if (raw.writableLength > maximumUnreadBytes) {
      raw.destroy();
      return;
    }
    raw.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
}

/** Updates of one stream: one at a time, at most one every `calmMs`, each with all that is new. */
function createUpdates(o: {
  readonly calmMs: number;
  readonly update: (notices: readonly LiveNotice[]) => Promise<void>;
  readonly onError: (error: unknown) => void;
}) {
  let waiting: LiveNotice[] = [];
  let busy = false;
  let lastMs = 0;
  let timer: NodeJS.Timeout | null = null;
  const run = async (): Promise<void> => {
    timer = null;
    if (busy) return;
    busy = true;
    const notices = waiting;
    waiting = [];
    lastMs = Date.now();
    try {
      await o.update(notices);
    } catch (error) {
      o.onError(error);
    }
    busy = false;
    if (waiting.length > 0) plan();
  };
  const plan = (): void => {
    if (timer !== null || busy) return;
    timer = setTimeout(() => void run(), Math.max(0, lastMs + o.calmMs - Date.now()));
  };
  return {
    start: (): void => void run(),
    push: (notice: LiveNotice): void => {
      waiting.push(notice);
      plan();
    },
    stop: (): void => {
      if (timer !== null) clearTimeout(timer);
    },
  };
}
