// The past of the demo, made beforehand: `npm install` makes it, so that a first start copies
// sixteen days instead of living them. It counts for the very sources it was made of, and for a
// data folder that has neither a database nor a time of its own.

import {
  constants,
  cpSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { makeFolder, startPostgres } from '@prewatt/embedded-postgres';
import { ensureSecrets } from './data-folder.ts';
import { type DatabaseSteps, prepareDatabase } from './database.ts';
import { startDemoClock } from './demo-clock.ts';

export type MadeHistory = {
  readonly folder: string;
  /** Of the sources as they are now; asked for when a history is there. */
  readonly digest: () => string;
};

type Mark = { readonly digest: string; readonly publicUrl: string };

/** Written last: a history without it is none. */
const markFile = 'made.json';
const clockFile = 'demo-clock.json';
/** The database comes last: with it, the data folder counts as begun. */
const parts = ['secrets.json', 'demo.json', 'meters', 'postgres.password', 'postgres'];

/** Copies it. Returns the address that its texts name, or null where none was taken. */
export function takeHistory(dataDir: string, made: MadeHistory): string | null {
  if (existsSync(join(dataDir, 'postgres')) || existsSync(join(dataDir, clockFile))) return null;
  const mark = readMark(made.folder);
  if (mark === null || mark.digest !== made.digest()) return null;
  const copy = (name: string): void => {
    const target = join(dataDir, name);
    rmSync(`${target}.new`, { recursive: true, force: true });
    // A file system that can share the blocks of both does.
    const options = { recursive: true, mode: constants.COPYFILE_FICLONE };
    cpSync(join(made.folder, name), `${target}.new`, options);
    rmSync(target, { recursive: true, force: true });
    renameSync(`${target}.new`, target);
  };
  try {
    for (const name of [...parts, clockFile]) copy(name);
  } catch (error) {
    // Half a copy would keep a full disk full.
    for (const name of parts)
      rmSync(join(dataDir, `${name}.new`), { recursive: true, force: true });
    // Made by another account: then this start makes its own.
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
    return null;
  }
  return mark.publicUrl;
}

export type MakeHistory = MadeHistory & {
  readonly publicUrl: string;
  readonly nowMs: number;
  readonly migrate: DatabaseSteps['migrate'];
  readonly seed: (input: {
    readonly ownerDatabaseUrl: string;
    readonly secretsFile: string;
    readonly dataDir: string;
    readonly nowMs: number;
    readonly publicUrl: string;
  }) => Promise<void>;
};

/** Makes it, whole or not at all; false when that of these sources is there already. */
export async function makeHistory(o: MakeHistory): Promise<boolean> {
  const { folder, publicUrl, nowMs } = o;
  const digest = o.digest();
  if (readMark(folder)?.digest === digest) return false;
  const building = `${folder}.new`;
  rmSync(building, { recursive: true, force: true });
  makeFolder(building);
  const { file: secretsFile, secrets } = ensureSecrets(building);
  const postgres = await startPostgres({ dataDir: join(building, 'postgres'), fsync: false });
  try {
    const passwords = {
      app: secrets.appDatabasePassword,
      signIn: secrets.signInDatabasePassword,
    };
    await prepareDatabase(postgres.url, passwords, {
      migrate: o.migrate,
      seed: (ownerDatabaseUrl) =>
        o.seed({ ownerDatabaseUrl, secretsFile, dataDir: building, nowMs, publicUrl }),
    });
  } finally {
    await postgres.stop();
  }
  const file = join(building, clockFile);
  startDemoClock({ file, speed: 1, realNowMs: () => nowMs }).stop();
  const mark: Mark = { digest, publicUrl };
  writeFileSync(join(building, markFile), JSON.stringify(mark));
  rmSync(folder, { recursive: true, force: true });
  renameSync(building, folder);
  return true;
}

function readMark(folder: string): Mark | null {
  try {
    const mark: Mark = JSON.parse(readFileSync(join(folder, markFile), 'utf8'));
    return typeof mark.digest === 'string' && typeof mark.publicUrl === 'string' ? mark : null;
  } catch {
    return null;
  }
}
