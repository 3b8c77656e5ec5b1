// Server-sent events: opens streams, keeps them alive, bounds how many there are, and calms bursts
// down to a few updates a second for each stream.

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { LiveNotice } from '../live.ts';
import { HttpProblem } from './problem.ts';

const heartbeatMs = 15_000;
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
      readonly concerns: (notice: LiveNotice) => boolean;
      readonly calmMs?: number;
      readonly update: (send: Send, notices: readonly LiveNotice[]) => Promise<void>;
    },
  ) => void;
  readonly publish: (notice: LiveNotice) => void;
  readonly closeAll: () => void;
};

export type Send = (event: string, data: object) => void;

export function createLiveHub(o: { readonly onError: (error: unknown) => void }): LiveHub {
  const listeners = new Set<(notice: LiveNotice) => void>();
  const closers = new Set<() => void>();
  const perAddress = new Map<string, number>();

  return {
    publish: (notice) => {
      for (const listener of listeners) listener(notice);
    },

    closeAll: () => {
      for (const close of closers) close();
    },

    stream: (request, reply, stream) => {
      const count = perAddress.get(request.ip) ?? 0;
      if (closers.size >= maximumStreams || count >= maximumStreamsPerAddress) {
        throw new HttpProblem({
          status: 429,
          code: 'tooManyStreams',
          title: 'Too many open pages',
          detail: 'Close some pages, or reload to see new numbers.',
        });
      }
      perAddress.set(request.ip, count + 1);
      reply.hijack();
      const { raw } = reply;
      raw.writeHead(200, {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
        connection: 'keep-alive',
      });
      raw.write('retry: 2000\n\n');
      const send: Send = (event, data) => {
        if (raw.writableLength > maximumUnreadBytes) {
          raw.destroy();
          return;
        }
        raw.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
      };

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
          await stream.update(send, notices);
        } catch (error) {
          o.onError(error);
        }
        busy = false;
        if (waiting.length > 0) plan();
      };
      const calmMs = stream.calmMs ?? usualCalmMs;
      const plan = (): void => {
        if (timer !== null || busy) return;
        timer = setTimeout(() => void run(), Math.max(0, lastMs + calmMs - Date.now()));
      };
      const listener = (notice: LiveNotice): void => {
        if (!stream.concerns(notice)) return;
        waiting.push(notice);
        plan();
      };
      const heartbeat = setInterval(() => raw.write(': still here\n\n'), heartbeatMs);
      const close = (): void => {
        if (!closers.delete(close)) return;
        listeners.delete(listener);
        clearInterval(heartbeat);
        if (timer !== null) clearTimeout(timer);
        const left = (perAddress.get(request.ip) ?? 1) - 1;
        if (left <= 0) perAddress.delete(request.ip);
        else perAddress.set(request.ip, left);
        raw.end();
      };
      closers.add(close);
      listeners.add(listener);
      raw.on('close', close);
      raw.on('error', close);
      void run();
    },
  };
}
