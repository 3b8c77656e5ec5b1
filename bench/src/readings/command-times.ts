// Time from a queued command to its result in the database, one command after the other, each to
// another of the connected meters. Queued as the server queues them, in another process.

import { randomUUID } from 'node:crypto';
import { createDatabase, createLog, createServices, oneWayGateway } from '@prewatt/server/services';
import pg from 'pg';
import type { BenchServer } from './server.ts';

const hourMs = 3_600_000;

export type CommandTimes = { readonly median: number; readonly p99: number };

export async function measureCommands(
  server: BenchServer,
  { count }: { readonly count: number },
): Promise<CommandTimes> {
  const database = createDatabase({ url: server.appUrl, maximumConnections: 2 });
  const clock = { nowMs: Date.now };
  const refused = async () => {
    throw new Error('not used by the bench');
  };
  const services = createServices({
    database,
    clocks: { business: clock, real: clock, speed: 1 },
    random: (length) => crypto.getRandomValues(new Uint8Array(length)),
    provider: {
      name: 'none',
      label: 'None',
      open: refused,
      askAgain: refused,
      notification: () => ({ ok: false, error: 'badSignature' }),
    },
    gateways: [oneWayGateway(refused)],
    transport: { send: refused },
    masterKey: Buffer.alloc(32, 7),
    publicUrl: 'http://localhost',
    log: createLog({ name: 'bench', level: 'silent' }),
  });
  const listener = new pg.Client({ connectionString: server.ownerUrl });
  await listener.connect();
  await listener.query('LISTEN prewatt_live');
  const times: number[] = [];
  try {
    for (let nth = 0; nth < count; nth += 1) {
      const place = server.meters[(nth * 47) % server.meters.length];
      if (place === undefined) break;
      const start = performance.now();
      const { commandId } = await database.inUtility(place.utilityId, (tx) =>
        services.commands.enqueue(tx, {
          place,
          kind: 'readNow',
          requestId: randomUUID(),
          expiresAtMs: Date.now() + hourMs,
        }),
      );
      await isDone(listener, place.connectionId, commandId);
      times.push(performance.now() - start);
    }
  } finally {
    await listener.end();
    await database.close();
  }
  times.sort((a, b) => a - b);
  const at = (share: number): number =>
    Math.round((times[Math.floor((times.length - 1) * share)] ?? 0) * 10) / 10;
  return { median: at(0.5), p99: at(0.99) };
}

/** Resolves when the command's result is committed; looks again at each notice about it. */
async function isDone(listener: pg.Client, connectionId: string, commandId: string): Promise<void> {
  let told: (() => void) | null = null;
  let notices = 0;
  const hear = ({ payload }: { payload?: string | undefined }): void => {
    if (payload?.includes(connectionId) !== true) return;
    notices += 1;
    told?.();
  };
  listener.on('notification', hear);
  const giveUpAt = Date.now() + 15_000;
  for (;;) {
    const seen = notices;
    const { rows } = await listener.query('SELECT stage FROM prewatt.commands WHERE id = $1', [
      commandId,
    ]);
    if (rows[0]?.stage === 'done') break;
    if (Date.now() > giveUpAt) throw new Error(`a command is still ${rows[0]?.stage}`);
    if (notices > seen) continue;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, 500);
      told = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
  listener.off('notification', hear);
}
