// Programs of others that peers need: found, installed from Debian where we may, or said to be
// missing; started, waited for by what they print, and ended.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';

export type Missing = { readonly missing: string };

/** Debian packages by a command that shows they are there. Null: all is there. */
export function ensurePackages(
  packages: readonly { readonly name: string; readonly shows: readonly string[] }[],
): Missing | null {
  const isThere = ({ shows: [command = '', ...args] }: (typeof packages)[number]) =>
    spawnSync(command, args, { stdio: 'ignore' }).status === 0;
  const wanted = packages.filter((each) => !isThere(each)).map(({ name }) => name);
  if (wanted.length === 0) return null;
  const install = `apt-get install -y --no-install-recommends ${wanted.join(' ')}`;
  const isRoot = process.getuid?.() === 0;
  if (!isRoot) return { missing: `${wanted.join(' and ')} is not here: as root, ${install}` };
  console.log(`installing ${wanted.join(' and ')} from Debian`);
  const [command = '', ...args] = install.split(' ');
  const done = spawnSync(command, args, { stdio: 'ignore', timeout: 240_000 });
  if (done.status === 0) return null;
  return { missing: `${wanted.join(' and ')} could not be installed: ${install}` };
}

export type Program = {
  /** Lines printed so far. */
  readonly lines: string[];
  readonly waitFor: (what: RegExp, seconds?: number) => Promise<string>;
  readonly stop: () => Promise<void>;
};

export function startProgram(command: string, args: readonly string[]): Program {
  const child: ChildProcess = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  const watchers = new Set<() => void>();
  const take = (chunk: Buffer): void => {
    lines.push(...chunk.toString().split('\n'));
    for (const watch of watchers) watch();
  };
  child.stdout?.on('data', take);
  child.stderr?.on('data', take);
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  return {
    lines,
    waitFor: (what, seconds = 30) =>
      new Promise((resolve, reject) => {
        const end = (): void => {
          clearTimeout(timer);
          watchers.delete(look);
        };
        const look = (): void => {
          const found = lines.find((line) => what.test(line));
          if (found === undefined) return;
          end();
          resolve(found);
        };
        const timer = setTimeout(() => {
          end();
          reject(new Error(`${command} did not say ${what}:\n${lines.slice(-15).join('\n')}`));
        }, seconds * 1_000);
        watchers.add(look);
        look();
      }),
    stop: async () => {
      child.kill('SIGTERM');
      const hard = setTimeout(() => child.kill('SIGKILL'), 3_000);
      await ended;
      clearTimeout(hard);
    },
  };
}

/** Waits until something is so, for a while. */
export async function until(what: string, isSo: () => boolean, seconds = 30): Promise<void> {
  const end = Date.now() + seconds * 1_000;
  while (!isSo()) {
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
