// How long a real server process takes to read a fleet of DLMS meters once, and its memory: each
// meter an association of its own (GMAC, suite 0), registers, state and the profile since the last
// interval. The meters are in another process on the same machine, so both share its cores.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createDatabase, createDriverLinks } from '@prewatt/server/services';
import pg from 'pg';
import { meterPanOf } from '../readings/plan.ts';
import { type BenchServer, startBenchServer } from '../readings/server.ts';
import type { FromDevices } from './devices.ts';
import { fleetKeys } from './fleet-keys.ts';

const rounds = 3;
const roundEveryS = 900;
const linkedAtOnce = 4;

async function startDevices(
  count: number,
): Promise<{ readonly child: ChildProcess; readonly ports: readonly number[] }> {
  const program = fileURLToPath(new URL('./devices.ts', import.meta.url));
  const child = fork(program, [String(count)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [{ ports }] = (await once(child, 'message')) as [FromDevices];
  return { child, ports };
}

async function linkAll(server: BenchServer, ports: readonly number[]): Promise<void> {
  const business = { nowMs: Date.now };
  const links = createDriverLinks({
    clocks: { business, real: business, speed: 1 },
    masterKey: Buffer.alloc(32, 7),
    auditLog: { recordByName: async () => {} },
  });
  const database = createDatabase({ url: server.appUrl, maximumConnections: 4 });
  const by = { name: 'Bench', role: 'administrator' as const };
  const left = [...ports.entries()];
  const turn = async (): Promise<void> => {
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      const [nth, port] = next;
      const place = server.meters[nth];
      if (place === undefined) throw new Error('a meter is missing');
      const asked = { requestId: `bench-link-${nth}`, reason: 'The bench' };
      const request = { ...asked, place, meterPan: meterPanOf(nth), by };
      await database.inUtility(place.utilityId, (tx) =>
        links.link(tx, request, {
          ...{ ...asked, driver: 'dlms', framing: 'wrapper', clientSap: 1, serverSap: 1 },
          ...{ reach: { kind: 'called', host: '127.0.0.1', port } },
          readEveryMinutes: roundEveryS / 60,
          authentication: { kind: 'gmac', ...fleetKeys },
        }),
      );
    }
  };
  await Promise.all(Array.from({ length: linkedAtOnce }, turn));
  await database.close();
}

type Round = { readonly seconds: number; readonly residentBytes: number };

/**
 * The server reads each meter as soon as it is linked. A visit that ended after the first round had
 * begun would put its meter off for the whole of the interval, and the round would not end.
 */
async function firstReads(owner: pg.Client): Promise<void> {
  const startMs = performance.now();
  for (;;) {
    const { rows } = await owner.query(`SELECT count(*)::int AS n FROM prewatt.dlms_links
      WHERE last_read_at IS NULL OR leased_by IS NOT NULL`);
    if (rows[0]?.n === 0) return;
    if (performance.now() - startMs > roundEveryS * 1_000) throw new Error('the first reads last');
    await pause(250);
  }
}

/** All are due now; ends when each has been read since. */
async function round(server: BenchServer, owner: pg.Client, count: number): Promise<Round> {
  const { rows } = await owner.query(
    'UPDATE prewatt.dlms_links SET next_read_at = now() RETURNING now() AS at',
  );
  const from = rows[0]?.at as Date;
  const start = performance.now();
  let residentBytes = 0;
  for (;;) {
    await pause(250);
    residentBytes = Math.max(residentBytes, server.residentBytes());
    const done = await owner.query(
      'SELECT count(*)::int AS n FROM prewatt.dlms_links WHERE last_read_at >= $1',
      [from],
    );
    if (done.rows[0]?.n === count) break;
    if (performance.now() - start > roundEveryS * 1_000) throw new Error('a round has no end');
  }
  return { seconds: (performance.now() - start) / 1_000, residentBytes };
}

export async function benchmarkDlmsFleet(
  count: number,
  print: (line: string) => void,
): Promise<object> {
  const { child, ports } = await startDevices(count);
  const server = await startBenchServer(count, { nodeFlags: [] });
  const owner = new pg.Client({ connectionString: server.ownerUrl });
  try {
    await owner.connect();
    await linkAll(server, ports);
    await firstReads(owner);
    const measured: Round[] = [];
    for (let nth = 1; nth <= rounds; nth += 1) {
      const one = await round(server, owner, count);
      measured.push(one);
      print(`  round ${nth} of ${rounds}: ${Math.round(one.seconds)} s`);
    }
    const faults = await owner.query(
      'SELECT count(*)::int AS n FROM prewatt.dlms_links WHERE fault IS NOT NULL',
    );
    const readings = await owner.query('SELECT count(*)::int AS n FROM prewatt.readings');
    const last = measured.at(-1) ?? { seconds: 0, residentBytes: 0 };
    const seconds = Math.round(last.seconds * 10) / 10;
    const perSecond = Math.round(count / last.seconds);
    const residentMb = Math.round(Math.max(...measured.map((each) => each.residentBytes)) / 1e6);
    print(`dlms: ${count.toLocaleString('en')} meters read by one server process`);
    print(`  a round            ${seconds} s, ${perSecond} meters a second, last of ${rounds}`);
    print(`  of a quarter hour  ${Math.round((1_000 * last.seconds) / roundEveryS) / 10} %`);
    print(`  resident memory    ${residentMb} MB at most`);
    print(`  ${faults.rows[0]?.n} faults, ${readings.rows[0]?.n} readings stored`);
    return { bench: 'dlmsFleet', meters: count, seconds, perSecond, residentMb };
  } finally {
    await owner.end();
    await server.close();
    child.disconnect();
  }
}
