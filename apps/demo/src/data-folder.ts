// The data folder: proof that it can be written, one demo at a time, and the secrets made on first
// use.

import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolder } from '@prewatt/embedded-postgres';
import { DemoRefusal } from './refusal.ts';

export type PreparedFolder = {
  /** Takes away what was made of the path and is empty still: the start was refused. */
  removeIfEmpty(): void;
};

/** Makes the folder and proves that it can be written. Throws `DemoRefusal`. */
export function prepareFolder(dataDir: string): PreparedFolder {
  const missing: string[] = [];
  for (let path = dataDir; !existsSync(path); path = dirname(path)) missing.push(path);
  try {
    makeFolder(dataDir);
    const probe = join(dataDir, '.probe');
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DemoRefusal(
      `The data folder ${dataDir} cannot be written (${reason}): choose another with --data DIR.`,
    );
  }
  return {
    removeIfEmpty() {
      try {
        for (const path of missing) rmdirSync(path);
      } catch {
        // Not empty: somebody's data stay.
      }
    },
  };
}

export type FolderLock = {
  /** True when the demo before us on this folder was killed, so its parts may still be leaving. */
  afterCrash: boolean;
  release(): void;
};

/** Takes the folder for this process. Throws `DemoRefusal` while another demo runs on it. */
export function lockFolder(
  dataDir: string,
  identityOf: (pid: number) => string | undefined,
): FolderLock {
  const file = join(dataDir, 'demo.lock');
  const holder = readIfThere(file)?.trim();
  const holderPid = Number(holder?.split(' ')[0]);
  if (holder !== undefined && identityOf(holderPid) === holder) {
    throw new DemoRefusal(
      `A demo already runs on ${dataDir} (process ${holderPid}): stop it, or choose --data DIR.`,
    );
  }
  writeFileSync(file, `${identityOf(process.pid) ?? ''}\n`);
  return { afterCrash: holder !== undefined, release: () => rmSync(file, { force: true }) };
}

export type DemoSecrets = {
  /** Password of the server's database role. */
  appDatabasePassword: string;
  /** Password of the role that signs people in; made when an older folder has none. */
  signInDatabasePassword: string;
  sessionSecret: string;
  /** 32 bytes in base64: seals the vending keys. */
  masterKey: string;
  sandboxWebhookSecret: string;
  sandboxApiKey: string;
  smsApiKey: string;
};

const secretNames = [
  'appDatabasePassword',
  'sessionSecret',
  'masterKey',
  'sandboxWebhookSecret',
  'sandboxApiKey',
  'smsApiKey',
] as const;

/** Reads DIR/secrets.json, or makes it (0600). Throws `DemoRefusal` when it is damaged. */
export function ensureSecrets(dataDir: string): { file: string; secrets: DemoSecrets } {
  const file = join(dataDir, 'secrets.json');
  const text = readIfThere(file);
  const known = text === undefined ? undefined : parseSecrets(file, text);
  const secrets: DemoSecrets = {
    appDatabasePassword: randomBytes(24).toString('base64url'),
    signInDatabasePassword: randomBytes(24).toString('base64url'),
    sessionSecret: randomBytes(32).toString('base64url'),
    masterKey: randomBytes(32).toString('base64'),
    sandboxWebhookSecret: randomBytes(32).toString('base64url'),
    sandboxApiKey: randomBytes(32).toString('base64url'),
    smsApiKey: randomBytes(32).toString('base64url'),
    ...known,
  };
  if (known?.signInDatabasePassword !== undefined) return { file, secrets };
  writeFileSync(`${file}.new`, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  chmodSync(`${file}.new`, 0o600);
  renameSync(`${file}.new`, file);
  return { file, secrets };
}

type KnownSecrets = Pick<DemoSecrets, (typeof secretNames)[number]> & Partial<DemoSecrets>;

function parseSecrets(file: string, text: string): KnownSecrets {
  try {
    const parsed: KnownSecrets = JSON.parse(text);
    if (secretNames.every((name) => typeof parsed[name] === 'string')) return parsed;
  } catch {
    // Told below.
  }
  throw new DemoRefusal(
    `${file} is damaged: restore it from a copy, or start anew with another --data DIR.`,
  );
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
