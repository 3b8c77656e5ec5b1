// A database that is lost and put back from its archive: first to what was archived last, which
// says how much a lost disk costs; then to an instant before, as after a mistake. Servers must see
// it, and no meter may be given an identifier that it holds already.

import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createDatabase } from '@prewatt/server/services';
import { sql } from 'kysely';
import { type ArchivedPostgres, startArchivedPostgres } from '../chaos/archived-postgres.ts';
import { createField } from '../chaos/field.ts';
import { createPair, type Pair } from '../chaos/pair.ts';
import { ChaosFailed, chaosFolder } from '../chaos/rounds.ts';
import { type Sold, sellWhile } from '../chaos/steady-load.ts';
import { createRandom, seedFrom } from '../random.ts';
import type { Chapter } from './report.ts';

const cli = fileURLToPath(new URL('../../../apps/cli/src/main.ts', import.meta.url));
const goalBackMs = 120_000;
/** The log is archived at least each ten seconds. */
const goalLostMs = 15_000;
const patienceMs = 120_000;

type Asked = { readonly seed: number; readonly say: (line: string) => void };
type Issued = { readonly key: string; readonly atMs: number };

export async function drillRestore(asked: Asked): Promise<Chapter> {
  const folder = chaosFolder();
  const field = await createField(folder);
  let postgres: ArchivedPostgres | null = null;
  let pair: Pair | null = null;
  try {
    postgres = await startArchivedPostgres(folder);
    const { ownerUrl } = postgres;
    pair = await createPair({ folder, ownerUrl, brokers: field.brokers });
    await field.startMeters(pair);
    return await lose(asked, { pair, postgres, field });
  } finally {
    await pair?.close();
    await field.close();
    await postgres?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Ground = {
  readonly pair: Pair;
  readonly postgres: ArchivedPostgres;
  readonly field: Awaited<ReturnType<typeof createField>>;
};

async function lose(asked: Asked, { pair, postgres, field }: Ground): Promise<Chapter> {
  const { say } = asked;
  const sell = (round: number, strike: () => Promise<void>): Promise<Sold> =>
    sellWhile(pair, { round, random: createRandom(seedFrom(asked.seed, `${round}`)), strike });
  const first = await sell(1, postgres.backUp);
  await settle(field, pair);
  const until = new Date();
  say(`backed up beside ${first.sold} sales; the instant to go back to is ${until.toISOString()}`);
  const second = await sell(2, () => pause(1_000));
  // Not waited for: what came last is what is lost.
  const before = await issuedIn(pair.ownerUrl);
  const lostAtMs = Date.now();
  await Promise.all([pair.server(0).kill(), pair.server(1).kill()]);
  await postgres.lose();

  const back = await timed(() => postgres.putBack(null));
  const kept = await issuedIn(pair.ownerUrl);
  const lastMs = Math.max(...kept.map(({ atMs }) => atMs));
  const newestMs = Math.max(...before.map(({ atMs }) => atMs));
  const missing = before.length - kept.length;
  const lostMs = missing === 0 ? 0 : newestMs - lastMs;
  say(`disk lost: back in ${back} ms, ${missing} of ${before.length} tokens were not archived yet`);

  const backInTime = await timed(() => postgres.putBack(until));
  const left = await issuedIn(pair.ownerUrl);
  say(`put back to ${until.toISOString()}: ${before.length - left.length} tokens are not in it`);
  if (left.length >= before.length)
    throw new ChaosFailed('nothing was lost: the trial says nothing');
  await refusesToStart(pair);
  const unsafe = await prewatt(pair.ownerUrl, 'restore', 'check');
  if (unsafe.code === 0) throw new ChaosFailed('an older copy was called safe before its work');
  const raised = await prewatt(pair.ownerUrl, 'restore');
  if (raised.code !== 0) throw new ChaosFailed(`prewatt restore: ${raised.words}`);
  await Promise.all([pair.start(0), pair.start(1)]);
  const sellsAgainMs = Date.now() - lostAtMs;
  const known = new Set(before.map(({ key }) => key));
  const third = await sellAgain(asked, pair);
  const after = (await issuedIn(pair.ownerUrl)).filter(({ atMs }) => atMs > lostAtMs);
  const twice = after.filter(({ key }) => known.has(key)).length;
  const outside = await refusedByMeters(pair, lostAtMs);
  if (twice > 0) throw new ChaosFailed(`${twice} identifiers were given out twice`);
  if (outside > 0) throw new ChaosFailed(`${outside} tokens of after the restore are in no meter`);
  return chapterOf({
    ...{ first, second, after: after.length, third, before: before.length },
    ...{ back, lostMs, missing, backInTime, twice, outside, sellsAgainMs },
    passedOver: before.length - left.length,
  });
}

function chapterOf(o: {
  readonly first: Sold;
  readonly second: Sold;
  readonly third: number;
  readonly after: number;
  readonly before: number;
  readonly back: number;
  readonly lostMs: number;
  readonly missing: number;
  readonly backInTime: number;
  readonly passedOver: number;
  readonly twice: number;
  readonly outside: number;
  readonly sellsAgainMs: number;
}): Chapter {
  const rows: Chapter['rows'] = [
    ...[
      {
        what: 'Disk lost: put back to what was archived last',
        value: o.back,
        unit: 'ms',
        goal: goalBackMs,
      },
    ],
    {
      what: 'Disk lost: so much of the last sales was not archived',
      value: o.lostMs,
      unit: 'ms',
      goal: goalLostMs,
    },
    {
      what: 'Disk lost: tokens that the copy does not know',
      value: o.missing,
      unit: '',
      goal: null,
    },
    { what: 'Put back to an instant', value: o.backInTime, unit: 'ms', goal: goalBackMs },
    {
      what: 'Tokens that this copy does not know, and meters hold',
      value: o.passedOver,
      unit: '',
      goal: null,
    },
    {
      what: 'From the loss, over both, until servers sold again',
      value: o.sellsAgainMs,
      unit: 'ms',
      goal: null,
    },
    { what: 'Tokens sold afterwards', value: o.after, unit: '', goal: null },
    { what: 'Identifiers given out twice', value: o.twice, unit: '', goal: 0 },
    { what: 'Tokens of afterwards that a meter refused', value: o.outside, unit: '', goal: 0 },
  ];
  return {
    title: 'A database put back',
    lead:
      'PostgreSQL 17 with pgBackRest. Servers refused to start on the older copy, and "prewatt ' +
      'restore check" said not to sell, until "prewatt restore" had passed over what was lost.',
    sold: o.first.sold + o.second.sold + o.third,
    paid: o.first.paid + o.second.paid,
    checks: o.first.checks + o.second.checks,
    isWithin: rows.every(({ value, goal }) => goal === null || value <= goal),
    rows,
  };
}

async function timed(work: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await work();
  return Math.round(performance.now() - begun);
}

async function settle(field: Ground['field'], pair: Pair): Promise<void> {
  const faults = await field.settled(pair);
  if (faults.length > 0) throw new ChaosFailed(faults.join('\n  '));
}

/** Every credit token that the database knows, by meter and identifier. */
async function issuedIn(ownerUrl: string): Promise<readonly Issued[]> {
  const owner = createDatabase({ url: ownerUrl, maximumConnections: 1 });
  try {
    const { rows } = await sql<Issued>`SELECT concat_ws('/', meter_id, base_date, tid) AS key,
        issued_at AS "atMs" FROM prewatt.tokens WHERE kind = 'credit'`.execute(owner.directories);
    return rows;
  } finally {
    await owner.close();
  }
}

/** By its state folder a server knows that the database is an older copy. */
async function refusesToStart(pair: Pair): Promise<void> {
  const refused = await pair.start(0).then(
    () => null,
    (error: Error) => error.message,
  );
  if (refused !== null && /nothing is sold before/.test(refused)) return;
  throw new ChaosFailed(
    `a server started on an older copy, or ended for another cause: ${refused}`,
  );
}

/** Law 3 names what meters hold of the lost time, so the rules of the proof are not asked here. */
async function sellAgain({ seed }: Asked, { origin, shops }: Pair): Promise<number> {
  const random = createRandom(seedFrom(seed, 'again'));
  let sold = 0;
  for (let n = 0; n < 60; n += 1) {
    const body = JSON.stringify({
      requestId: `after-the-restore-${n}`,
      meterPan: random.pick(shops.places).meterPan,
      amountMinor: String(random.integer(1_000, 30_000)),
    });
    for (let tries = 0; ; tries += 1) {
      const answer = await fetch(new URL('/api/vendor/v1/sales', origin), {
        ...{ method: 'POST', body },
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${random.pick(shops.keys)}`,
        },
      }).catch(() => null);
      if (answer?.status === 200) break;
      if (tries === 100) {
        throw new ChaosFailed(`no sale after the restore: ${await answer?.text()}`);
      }
      await pause(200);
    }
    sold += 1;
  }
  return sold;
}

/** How many tokens of after an instant are in no meter, of those with a link; waits for them. */
async function refusedByMeters({ ownerUrl, shops }: Pair, sinceMs: number): Promise<number> {
  const owner = createDatabase({ url: ownerUrl, maximumConnections: 1 });
  const meterPans = shops.linked.map(({ meterPan }) => meterPan);
  try {
    for (let waitedMs = 0; ; waitedMs += 1_000) {
      const { rows } = await sql<{ outside: number }>`SELECT count(*)::int AS outside
        FROM prewatt.tokens t JOIN prewatt.meters m ON m.bucket = t.bucket AND m.id = t.meter_id
        WHERE m.meter_pan = ANY(${meterPans}) AND t.kind = 'credit' AND t.state <> 'accepted'
          AND t.issued_at > ${new Date(sinceMs)}::timestamptz`.execute(owner.directories);
      const outside = rows[0]?.outside ?? 0;
      if (outside === 0 || waitedMs > patienceMs) return outside;
      await pause(1_000);
    }
  } finally {
    await owner.close();
  }
}

function prewatt(
  ownerUrl: string,
  ...args: string[]
): Promise<{ readonly code: number; readonly words: string }> {
  const child = spawn(process.execPath, [cli, ...args], {
    env: { PATH: process.env['PATH'], OWNER_URL: ownerUrl, USER: 'drill' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let words = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      words += String(chunk);
    });
  }
  return new Promise((resolve) =>
    child.once('close', (code) => resolve({ code: code ?? 1, words })),
  );
}
