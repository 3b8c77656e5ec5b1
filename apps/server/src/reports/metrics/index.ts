// GET /metrics for whoever watches the server: on a port of its own, which is off unless it is
// configured, so that nothing of it is on the pages' address.

import { createHttpServer } from '../../base/http/http-server.ts';
import type { Log } from '../../base/log.ts';
import { collect, type MetricsDeps } from './collect.ts';
import { contentType, type Figure, textOf } from './text.ts';

export type { MetricsDeps } from './collect.ts';
export { createLimitsTeller } from './tell-limits.ts';

export type MetricsServer = { readonly port: number; readonly close: () => Promise<void> };

/** Whoever asks more often gets the same answer. */
const freshMs = 1_000;

export async function serveMetrics(
  o: MetricsDeps & {
    readonly host: string;
    readonly port: number;
    readonly log: Pick<Log, 'warn'>;
  },
): Promise<MetricsServer> {
  let asked: { readonly atMs: number; readonly answer: Promise<readonly Figure[]> } | null = null;
  const figures = (): Promise<readonly Figure[]> => {
    const nowMs = o.clocks.real.nowMs();
    if (asked === null || nowMs - asked.atMs >= freshMs)
      asked = { atMs: nowMs, answer: collect(o) };
    return asked.answer;
  };
  const server = createHttpServer((request, reply) => {
    const end = (status: number, body: string): void => {
      reply.writeHead(status, { 'content-type': status === 200 ? contentType : 'text/plain' });
      reply.end(body);
    };
    const { pathname } = new URL(request.url ?? '/', 'http://metrics');
    if (pathname !== '/metrics') return end(404, 'Look at /metrics.\n');
    if (request.method !== 'GET') return end(405, 'GET is all there is.\n');
    figures().then(
      (found) => end(200, textOf(found)),
      (error) => {
        o.log.warn({ error: String(error) }, 'metrics not collected');
        end(503, 'The database does not answer.\n');
      },
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(o.port, o.host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : o.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
