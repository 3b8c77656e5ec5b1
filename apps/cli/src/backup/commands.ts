// The commands of `prewatt backup`. They work on a data folder of this machine, and sign in as its
// superuser by the password that is kept beside it.

import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  countInBackup,
  countRows,
  putBack,
  type RowCounts,
  runningOn,
  startPostgres,
  takeBackup,
  withDatabase,
} from '@prewatt/embedded-postgres';
import { countText, err, type Result } from '@prewatt/quantities';
import type { Restored } from '@prewatt/server/restore';
import type { CommandLine } from '../command.ts';
import { type CommandContext, type CommandResult, type Options, refused } from '../command.ts';
import { keeperOf } from '../setup/owner.ts';

export type BackupCommand = CommandLine & {
  readonly run: (options: Options, context: CommandContext) => Promise<CommandResult | string>;
};

/** No row of these is ever deleted: a copy holds at least what was there before it was taken. */
const kept = ['sales', 'payments', 'tokens', 'transfers', 'approvals', 'connections'].map(
  (table) => `prewatt.${table}`,
);

const folderOf = (options: Options): string => join(options.text('data') ?? 'data', 'postgres');

export async function createBackup(
  options: Options,
  context: CommandContext,
): Promise<CommandResult | string> {
  const file = options.text('to') ?? '';
  const dataDir = folderOf(options);
  if (existsSync(file)) {
    return refused('fileThere', `${file} is there already`, 'Give another name with --to.');
  }
  return told(async () => {
    const url = runningOn(dataDir);
    if (url === null) {
      return refused(
        'notRunning',
        `no database runs on ${dataDir}`,
        'Start it, or copy the whole folder while it stands. --data names the data folder.',
      );
    }
    const before = await countRows(url, kept);
    const { bytes } = await takeBackup({ url, file, onBytes: progress(context) });
    const size = statSync(file).size;
    const taken = `${file}: ${megabytes(size)}, of ${megabytes(bytes)} in the database`;
    if (options.flag('unchecked')) {
      return said([taken, 'Not tried: prewatt backup check FILE'], { file, size, bytes });
    }
    const rows = await countInBackup({ file, dataDir, tables: kept });
    const lost = kept.filter((table) => (rows[table] ?? 0) < (before[table] ?? 0));
    if (lost.length > 0) {
      return refused(
        'rowsMissing',
        `the copy lacks rows of ${lost.join(', ')}`,
        'Do not rely on it.',
      );
    }
    return said([taken, `Tried: it starts, and holds ${words(rows)}.`], {
      file,
      size,
      bytes,
      rows,
    });
  });
}

export async function checkBackup(options: Options): Promise<CommandResult | string> {
  const [file = ''] = options.positionals;
  if (!existsSync(file)) return noFile(file);
  return told(async () => {
    const rows = await countInBackup({ file, dataDir: folderOf(options), tables: kept });
    return said([`${file} starts, and holds ${words(rows)}.`], { file, rows });
  });
}

export async function restoreBackup(
  options: Options,
  context: CommandContext,
): Promise<CommandResult | string> {
  const [file = ''] = options.positionals;
  const dataDir = folderOf(options);
  if (!existsSync(file)) return noFile(file);
  if (existsSync(dataDir)) {
    return refused(
      'databaseThere',
      `${dataDir} is there already`,
      'Stop everything that runs on it, and move it away; do not delete it yet.',
    );
  }
  if (!existsSync(`${dataDir}.password`)) {
    return refused(
      'passwordMissing',
      `${dataDir}.password is missing`,
      'Put back the one of the database that the backup is of: nothing else opens it.',
    );
  }
  return told(async () => {
    await putBack({ file, dataDir });
    const done = `${dataDir} is as it was when the backup ended.`;
    const raised = await raiseTids(dataDir, soldUntil(options, context), context);
    if (!raised.ok) {
      return refused(
        'tidsNotRaised',
        `${done} But meters may hold tokens that it does not know: ${raised.error}`,
        'Run prewatt restore before anything is sold: docs/operating/restore.md.',
      );
    }
    const { tidsFromMs, raised: meters } = raised.value;
    const from = new Date(tidsFromMs).toISOString();
    return said(
      [
        done,
        `${countText(meters, 'meter')}: next tokens have identifiers after ${from}, beyond what they may hold.`,
        'It may be started. What to look for then: docs/operating/restore.md.',
      ],
      { file, dataDir, tidsFrom: from, raised: meters },
    );
  });
}

/** The last instant at which the server of this folder may have sold, as it noted it; or null. */
function soldUntil(options: Options, context: CommandContext): number | null {
  try {
    const text = context.readFile(join(options.text('data') ?? 'data', 'server/epoch.json'));
    const { soldUntil: until } = JSON.parse(text) as { readonly soldUntil: string };
    return Number.isNaN(Date.parse(until)) ? null : Date.parse(until);
  } catch {
    return null;
  }
}

/** What `prewatt restore` does, while the cluster runs for this alone. */
async function raiseTids(
  dataDir: string,
  soldUntilMs: number | null,
  context: CommandContext,
): Promise<Result<Restored, string>> {
  const { passOverLostTids } = await import('@prewatt/server/restore');
  const server = await startPostgres({ dataDir });
  try {
    const done = await passOverLostTids({
      url: withDatabase(server.url, 'prewatt'),
      soldUntilMs,
      nowMs: context.nowMs,
      by: keeperOf(context),
    });
    return done.ok ? done : err(done.error.detail);
  } catch (error) {
    return err(error instanceof Error ? error.message : String(error));
  } finally {
    await server.stop();
  }
}

/** What PostgreSQL or the disk says, as a refusal. */
async function told(work: () => Promise<CommandResult>): Promise<CommandResult> {
  try {
    return await work();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const advice =
      code === 'ENOSPC'
        ? 'Make room, or choose another disk. Nothing half-made is left.'
        : undefined;
    return refused(code === 'ENOSPC' ? 'diskFull' : 'backupFailed', message, advice);
  }
}

const noFile = (file: string): CommandResult =>
  refused('noSuchFile', `${file} is not there`, 'Give the file that prewatt backup create made.');

const said = (lines: readonly string[], json: unknown): CommandResult => ({
  ok: true,
  value: { lines, json },
});

/** A line each 200 MB, on the stream of errors. */
function progress(context: CommandContext): (bytes: number) => void {
  const step = 200_000_000;
  let next = step;
  return (bytes) => {
    if (bytes < next) return;
    next = bytes + step;
    context.printError(`${megabytes(bytes)} so far\n`);
  };
}

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1_000_000)} MB`;

function words(rows: RowCounts): string {
  const found = Object.entries(rows).map(([table, n]) =>
    countText(n, table.replace(/^prewatt\.|s$/g, '')),
  );
  return found.length === 0 ? 'no utility’s rows' : found.join(', ');
}
