// Virtual meters of a chaos run, in a process of their own: they take the tokens that are sold to
// them over their links. Afterwards each has taken each token once, and what it said was kept.

import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createDatabase } from '@prewatt/server/services';
import type { FactoryFile } from '@prewatt/virtual-meter/factory';
import { sql } from 'kysely';
import { protectionRules } from '../utility.ts';
import { zone } from '../zone.ts';
import { steadyPort } from './server-process.ts';
import type { LinkedMeter } from './shops.ts';

const program = fileURLToPath(new URL('../../../apps/virtual-meter/src/main.ts', import.meta.url));
const lookEveryMs = 100;
/** What waited is sent again with growing waits. */
const patienceMs = 240_000;

export type LinkedMeters = {
  /** From a call on, how long until all of them were linked for good; `stop` gives it. */
  readonly watch: () => { readonly stop: () => Promise<number> };
  readonly close: () => Promise<void>;
};

export async function startLinkedMeters(o: {
  readonly folder: string;
  readonly meters: readonly LinkedMeter[];
  readonly brokers: string;
}): Promise<LinkedMeters> {
  const home = join(o.folder, 'meters');
  mkdirSync(home);
  const factory: FactoryFile = { meters: o.meters.map(factoryMeterOf) };
  writeFileSync(join(home, 'factory.json'), JSON.stringify(factory), { mode: 0o600 });
  const port = await steadyPort();
  const child = spawn(process.execPath, [program], {
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      ...{ PREWATT_METERS_DIR: home, PREWATT_MQTT_URL: o.brokers },
      ...{ PREWATT_HTTP_PORT: String(port), PREWATT_LOG_LEVEL: 'error' },
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  const close = async (): Promise<void> => {
    child.kill('SIGKILL');
    await gone;
  };
  const areLinked = (): Promise<boolean> =>
    fetch(`http://127.0.0.1:${port}/health`).then(
      ({ status }) => status === 200,
      () => false,
    );
  for (let waitedMs = 0; !(await areLinked()); waitedMs += lookEveryMs) {
    if (child.exitCode !== null || waitedMs > 120_000) {
      await close();
      throw new Error('the virtual meters did not get linked');
    }
    await pause(lookEveryMs);
  }
  return { watch: () => watchLinks(areLinked), close };
}

function watchLinks(areLinked: () => Promise<boolean>): { readonly stop: () => Promise<number> } {
  const begun = performance.now();
  let isOver = false;
  let apartUntilMs = 0;
  const watching = (async () => {
    while (!isOver) {
      if (!(await areLinked())) apartUntilMs = performance.now() - begun;
      await pause(lookEveryMs);
    }
  })();
  return {
    stop: async () => {
      isOver = true;
      await watching;
      return Math.round(apartUntilMs);
    },
  };
}

const factoryMeterOf = (
  { meterPan, decoderKeyHex, mqttSecret, key }: LinkedMeter,
  index: number,
): FactoryFile['meters'][number] => ({
  ...{ ...key, meterPan, decoderKeyHex, mqttSecret },
  ...{ name: `Flat ${index}`, homeProfile: 'home-01', zone, lowCreditThresholdWh: '2000' },
  ...{ ea: 'ea07', initialTid: 0, protection: protectionRules },
});

/** Waits until every token that was sold is in its meter; gives what is wrong then. */
export async function checkLinkedMeters(o: {
  readonly ownerUrl: string;
  readonly meterPans: readonly string[];
}): Promise<readonly string[]> {
  const owner = createDatabase({ url: o.ownerUrl, maximumConnections: 1 });
  try {
    for (let waitedMs = 0; ; waitedMs += 1_000) {
      const faults = await faultsOf(owner, o.meterPans);
      if (faults.length === 0 || waitedMs > patienceMs) return faults;
      await pause(1_000);
    }
  } finally {
    await owner.close();
  }
}

async function faultsOf(
  owner: ReturnType<typeof createDatabase>,
  meterPans: readonly string[],
): Promise<readonly string[]> {
  const { rows } = await sql<{ waiting: number; apart: number; gaps: number; taken: number }>`
    WITH linked AS (SELECT bucket, id FROM prewatt.meters WHERE meter_pan = ANY(${meterPans})),
    sold AS (SELECT m.bucket, m.id, count(t.id) FILTER (WHERE t.state <> 'accepted') AS waiting,
        coalesce(sum(t.energy_wh), 0) AS energy_wh, count(t.id) AS tokens
      FROM linked m LEFT JOIN prewatt.tokens t ON t.bucket = m.bucket AND t.meter_id = m.id
        AND t.kind = 'credit'
      GROUP BY m.bucket, m.id)
    SELECT sum(sold.waiting)::int AS waiting, sum(sold.tokens)::int AS taken,
      count(*) FILTER (WHERE s.credited_energy_wh IS DISTINCT FROM sold.energy_wh)::int AS apart,
      count(*) FILTER (WHERE (SELECT count(*) <> coalesce(max(sequence) - min(sequence) + 1, 0)
        FROM prewatt.meter_events e WHERE e.bucket = sold.bucket AND e.meter_id = sold.id
      ))::int AS gaps
    FROM sold LEFT JOIN prewatt.meter_states s ON s.bucket = sold.bucket AND s.meter_id = sold.id`.execute(
    owner.directories,
  );
  const { waiting, apart, gaps } = rows[0] ?? { waiting: 1, apart: 1, gaps: 1 };
  return [
    ...(waiting === 0 ? [] : [`${waiting} tokens are not in their meters`]),
    ...(waiting === 0 ? [] : await outside(owner, meterPans)),
    ...(apart === 0 ? [] : [`${apart} meters were credited with other energy than was sold`]),
    ...(gaps === 0 ? [] : [`${gaps} meters said something that was not kept`]),
  ];
}

/** Of tokens that are not in their meters: what became of some of them. */
async function outside(
  owner: ReturnType<typeof createDatabase>,
  meterPans: readonly string[],
): Promise<readonly string[]> {
  const { rows } = await sql<{
    said: string;
  }>`SELECT concat_ws(' ', t.state, t.refusal, 'TID', t.tid,
      'by', c.stage, c.attempts, 'times', c.result, c.due_at, c.expires_at) AS said
    FROM prewatt.tokens t JOIN prewatt.meters m ON m.bucket = t.bucket AND m.id = t.meter_id
      LEFT JOIN prewatt.commands c ON c.bucket = t.bucket AND c.token_ref = t.id
    WHERE m.meter_pan = ANY(${meterPans}) AND t.kind = 'credit' AND t.state <> 'accepted'
    ORDER BY t.issued_at LIMIT 5`.execute(owner.directories);
  return rows.map(({ said }) => said);
}
