// Server-sent events: one stream per open page, fed when something changed and by a slow heartbeat.

import type { FastifyReply } from 'fastify';

export type StreamOptions = {
  readonly event: string;
  /** How often to look for news when nobody calls, and to send a sign of life. */
  readonly everyMs: number;
  /** The next data, or null when nothing changed. */
  readonly next: () => string | null;
  /** Subscribes to changes; returns how to stop. Null: only the timer looks. */
  readonly watch: ((listener: () => void) => () => void) | null;
};

export function openStream(reply: FastifyReply, options: StreamOptions): FastifyReply {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    ...Object.fromEntries(
      Object.entries(reply.getHeaders()).filter(([, value]) => value !== undefined),
    ),
    'content-type': 'text/event-stream; charset=utf-8',
  });
  const push = () => {
    // A reader that does not keep up gets the present when it is back, not a queue of the past.
    if (raw.writableNeedDrain) return;
    const data = options.next();
    raw.write(data === null ? ':\n\n' : `event: ${options.event}\ndata: ${data}\n\n`);
  };
  push();
  const timer = setInterval(push, options.everyMs);
  const stop = options.watch?.(push);
  raw.on('close', () => {
    clearInterval(timer);
    stop?.();
  });
  return reply;
}
