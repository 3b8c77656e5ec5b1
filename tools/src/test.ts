// `npm test`: every check of the project in stages, each with its time, and one table at the end.
// `npm test -- --only packages/sts` runs the tests of that path alone.

import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startPostgres, startThrowAway } from '@prewatt/embedded-postgres';
import { ensureChromium } from './chromium.ts';
import { type Lane, runStages, type Stage, type StageTools } from './stages.ts';
import { batchesOf, writeBatches } from './test-batches.ts';
import { testFiles } from './test-files.ts';
import { root } from './workspaces.ts';

const { values } = parseArgs({ options: { only: { type: 'string', multiple: true } } });
const only = values.only ?? [];
const bin = (name: string) => join(root, 'node_modules/.bin', name);
const abort = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => abort.abort());

const e2eFiles = testFiles('e2e', only);
// Looked for (and installed) while the other stages run; a fault is told by the stage that needs
// it.
const browser =
  only.length === 0 || e2eFiles.length > 0 ? ensureChromium(process.env) : Promise.resolve('');
browser.catch(() => undefined);

// Most processes of tests load most of the server: what was compiled once is kept.
const cache = join(root, 'node_modules/.cache');
const compiledOnce = { NODE_COMPILE_CACHE: join(cache, 'prewatt-compiled') };

/**
 * Each checker of the compiler works out again what files share: four of them take more than twice
 * the work of one, and Chromium has the other core.
 */
const oneChecker = ['--checkers', '1'];

const checks: Stage[] = [
  { name: 'lint and format (biome)', run: ({ exec }) => exec(bin('biome'), ['ci', '.']) },
  {
    name: 'types (tsc)',
    run: ({ exec }) => exec(bin('tsc'), ['-p', 'tsconfig.json', ...oneChecker]),
  },
  ...(existsSync(join(root, 'apps/web/operator/tsconfig.json'))
    ? [
        {
          name: 'types of the console (tsc)',
          run: ({ exec }: StageTools) =>
            exec(bin('tsc'), ['-p', 'apps/web/operator/tsconfig.json', ...oneChecker]),
        },
      ]
    : []),
];

const unitFiles = testFiles('unit', only);
/** Towns but for the longest one: beside Chromium they would only be slower. */
const isTown = (file: string): boolean =>
  only.length === 0 && file.startsWith('simulation/') && !file.endsWith('/town.test.ts');

const unitStage = (name: string, files: readonly string[], folder: string): Stage => ({
  name,
  run: ({ exec }) =>
    withPostgres((env) =>
      runTests({ exec }, writeBatches(batchesOf(files), join(cache, folder)), {
        // One more than the cores: brokers, buses and killed processes are waited for more than
        // they work.
        concurrency: availableParallelism() + 1,
        timeoutMs: 300_000,
        stageTimeoutMs: 1_800_000,
        env,
      }),
    ),
});
const unit = unitStage(
  'unit, property, vector, store, simulation, tidy',
  unitFiles.filter((file) => !isTown(file)),
  'prewatt-test-batches',
);
const towns = unitStage('towns and chaos', unitFiles.filter(isTown), 'prewatt-town-batches');

const e2e: Stage = {
  name: 'end to end, in Chromium',
  run: async ({ exec }) =>
    runTests({ exec }, e2eFiles, {
      concurrency: 1,
      timeoutMs: 300_000,
      stageTimeoutMs: 1_800_000,
      env: { PREWATT_CHROMIUM: await browser },
    }),
};

process.exitCode = await runStages(chooseStages(), { abort: abort.signal });

function chooseStages(): (Stage | Lane[])[] {
  // The browser waits more than it works: beside it the other tests lose little.
  if (only.length === 0)
    return [
      [
        [...checks, unit],
        [e2e, towns],
      ],
    ];
  const stages: Stage[] = [];
  if (unitFiles.length > 0) stages.push(unit);
  if (e2eFiles.length > 0) stages.push(e2e);
  // Neither: let the unit stage say that there is nothing.
  return stages.length > 0 ? stages : [unit];
}

type TestRun = {
  concurrency: number;
  /** For one test. */
  timeoutMs: number;
  /** For all of them: Node's own limit does not end a file that keeps running after its tests. */
  stageTimeoutMs: number;
  env: Record<string, string>;
};

async function runTests(tools: StageTools, files: string[], run: TestRun): Promise<boolean> {
  if (files.length === 0) {
    console.error('no test file found: a stage without tests proves nothing');
    return false;
  }
  return tools.exec(
    process.execPath,
    [
      '--test',
      `--test-concurrency=${run.concurrency}`,
      `--test-timeout=${run.timeoutMs}`,
      '--test-reporter=spec',
      ...files,
    ],
    { env: { ...compiledOnce, ...run.env }, timeoutMs: run.stageTimeoutMs },
  );
}

/**
 * One server for the whole stage, and a cluster that the tests' own servers begin as a copy of; the
 * data of all is thrown away.
 */
async function withPostgres(
  use: (env: Record<string, string>) => Promise<boolean>,
): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'prewatt-cluster-'));
  try {
    // Under root the server runs as another account, which must be able to enter.
    chmodSync(folder, 0o711);
    const cluster = join(folder, 'postgres');
    await (await startPostgres({ dataDir: cluster, fsync: false })).stop();
    const server = await startThrowAway();
    try {
      return await use({
        PREWATT_TEST_POSTGRES_URL: server.url,
        PREWATT_TEST_CLUSTER: cluster,
      });
    } finally {
      await server.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
