// Pages that move by themselves: who looks at what, and sending the drawn part again when it
// changed.

import type { FastifyReply } from 'fastify';

export type LiveHub = {
  /**
   * Keeps the reply open as server-sent events: `fragment`, data `{ "html": "..." }`, now and after
   * each change.
   */
  readonly follow: (topic: string, reply: FastifyReply, render: () => string) => void;
  readonly changed: (topic: string) => void;
  readonly close: () => void;
};

// Proxies and phones drop connections that say nothing.
const heartbeatMs = 20_000;

export function createLiveHub(): LiveHub {
  const followers = new Map<string, Set<() => void>>();
  const enders = new Set<() => void>();
  return {
    follow: (topic, reply, render) => {
      reply.hijack();
      const { raw } = reply;
      raw.writeHead(200, {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      const send = () => {
        raw.write(`event: fragment\ndata: ${JSON.stringify({ html: render() })}\n\n`);
      };
      const heartbeat = setInterval(() => raw.write(':\n\n'), heartbeatMs);
      const end = () => {
        clearInterval(heartbeat);
        followers.get(topic)?.delete(send);
        enders.delete(end);
        raw.end();
      };
      followers.set(topic, (followers.get(topic) ?? new Set()).add(send));
      enders.add(end);
      raw.on('close', end);
      send();
    },
    changed: (topic) => {
      for (const send of followers.get(topic) ?? []) send();
    },
    close: () => {
      for (const end of [...enders]) end();
    },
  };
}
