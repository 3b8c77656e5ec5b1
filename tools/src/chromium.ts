// Finds a Chromium for the end-to-end tests, or installs Debian's package where that is allowed
// (root and apt-get). Never downloads a browser from anywhere else.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { runToEnd } from '@prewatt/embedded-postgres';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const places = [
  '/usr/bin',
  '/usr/local/bin',
  '/snap/bin',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

export const howToGetChromium =
  'No Chromium found. Install one (Debian: apt-get install chromium; macOS: brew install --cask ' +
  'chromium), or set CHROMIUM_PATH to the program.';

/** Paths to try, best first, whether they exist or not. */
export function chromiumCandidates(env: NodeJS.ProcessEnv): string[] {
  const chosen = env['CHROMIUM_PATH'];
  if (chosen !== undefined && chosen !== '') return [chosen];
  const folders = (env['PATH'] ?? '').split(delimiter).filter(isAbsolute);
  const inFolders = [...folders, ...places.slice(0, 3)].flatMap((folder) =>
    names.map((name) => join(folder, name)),
  );
  return [...new Set([...inFolders, ...places.slice(3)])];
}

/** The first candidate that runs (Ubuntu's package is a stub that does not). */
export function findChromium(env: NodeJS.ProcessEnv): string | undefined {
  return chromiumCandidates(env).find(
    (path) => existsSync(path) && spawnSync(path, ['--version'], { timeout: 20_000 }).status === 0,
  );
}

/** Finds or installs a Chromium. Throws an error that says how to get one. */
export async function ensureChromium(env: NodeJS.ProcessEnv): Promise<string> {
  const found = findChromium(env);
  if (found !== undefined) return found;
  if (env['CHROMIUM_PATH']) throw new Error(`CHROMIUM_PATH ${env['CHROMIUM_PATH']} does not run.`);
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    throw new Error(howToGetChromium);
  }
  const steps = [['update'], ['install', '-y', '--no-install-recommends', 'chromium']];
  for (const step of steps) {
    const ended = await runToEnd('/usr/bin/apt-get', step, {
      cwd: '/',
      env: { PATH: env['PATH'] ?? '/usr/bin:/bin', DEBIAN_FRONTEND: 'noninteractive' },
    });
    if (ended.code !== 0) {
      const last = ended.stderr.trim().split('\n').slice(-3).join('\n');
      throw new Error(`${howToGetChromium}\napt-get ${step.join(' ')} failed:\n${last}`);
    }
  }
  const installed = findChromium(env);
  if (installed === undefined) throw new Error(howToGetChromium);
  return installed;
}
