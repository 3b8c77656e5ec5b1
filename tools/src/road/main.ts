// `npm run peers -- road`: a whole installation by docs/operating/production.md alone. Its blocks
// run as they stand, with Debian's PostgreSQL, Mosquitto and nginx, on a copy of this machine's
// folders that is gone afterwards; the meter must have taken its token in the end.

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { blocksOf } from '../docs.ts';
import { root } from '../workspaces.ts';
import { afterOthers, beforeOthers, machineScript, mark, scriptOf } from './scripts.ts';

const page = 'operating/production.md';
/** One to three minutes on a machine that does nothing else. */
const longestMs = 600_000;

/** What must have been said in the end, in this order. */
const mustSay: readonly RegExp[] = [
  /^ok +broker/m,
  /123456 revision 1 .*usable/,
  /1 of 1 row: 1 created, 0 there already, 0 refused/,
  /600727000000000009 +freeCredit 5\.0 kWh +accepted/,
  /1 meter: next tokens have identifiers after/,
  /^ok +keys +the master key opens all 1 vending keys/m,
  /600727000000000009 +proves itself with: a certificate\nlink up/,
];

/** Why it cannot be tried here; null: it can. */
function lacking(): string | null {
  if (process.getuid?.() !== 0) return 'it needs root, for its own folders and network';
  for (const installed of ['/opt/prewatt', '/etc/prewatt']) {
    if (existsSync(installed)) return `${installed} is there: Prewatt is installed on this machine`;
  }
  if (!existsSync('/etc/debian_version')) return 'the guide is for Debian';
  const made = spawnSync('unshare', ['--mount', '--net', '--pid', '--fork', 'ip', 'link']);
  return made.status === 0 ? null : 'unshare or ip is missing, or not allowed here';
}

/** Title of the section in which a line stands. */
function sectionOf(text: string, line: number): string {
  const above = text.split('\n').slice(0, line);
  return above.findLast((each) => each.startsWith('##'))?.replace(/^#+ /, '') ?? page;
}

type Ended = { readonly code: number | null; readonly said: string };

/** Runs the machine, and says how long each section took. */
async function walk(script: string, text: string): Promise<Ended> {
  const proxies = Object.entries(process.env).filter(([name]) => /^(https?|no)_proxy$/i.test(name));
  const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
  const child = spawn(
    'unshare',
    ['--mount', '--pid', '--fork', '--mount-proc', '--kill-child', 'bash', script],
    {
      env: {
        ...Object.fromEntries(proxies),
        ...{ PATH: path, HOME: '/root', LANG: 'C.UTF-8' },
        // Each of the guide's some sixty commands would compile the same modules anew.
        NODE_COMPILE_CACHE: '/var/cache/prewatt-road',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const timer = setTimeout(() => child.kill('SIGKILL'), longestMs);
  let said = '';
  let section = { title: 'the machine', beganMs: performance.now() };
  const turnTo = (title: string): void => {
    if (title === section.title) return;
    const seconds = (performance.now() - section.beganMs) / 1000;
    console.log(`road: ${seconds.toFixed(1).padStart(6)} s  ${section.title}`);
    section = { title, beganMs: performance.now() };
  };
  const take = (chunk: Buffer): void => {
    for (const each of chunk.toString().split('\n')) {
      const line = mark.exec(each)?.[1];
      if (line === undefined) continue;
      turnTo(line === '0' ? 'once more what the timer does' : sectionOf(text, Number(line)));
    }
    said += chunk.toString();
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearTimeout(timer);
  turnTo('');
  return { code, said };
}

async function road(): Promise<boolean> {
  const text = readFileSync(join(root, 'docs', page), 'utf8');
  const [first, ...others] = blocksOf(page, text, 'road');
  if (first === undefined) throw new Error(`docs/${page} has no block of the road`);
  const scripts = mkdtempSync(join(tmpdir(), 'prewatt-road-'));
  const folder = mkdtempSync(join(tmpdir(), 'prewatt-road-machine-'));
  const file = (name: string): string => join(scripts, name);
  const place = { root, folder, node: process.execPath };
  writeFileSync(file('first.sh'), scriptOf([first], root));
  writeFileSync(file('others.sh'), `${beforeOthers}${scriptOf(others, root)}${afterOthers}`);
  const machine = { ...place, first: file('first.sh'), others: file('others.sh') };
  writeFileSync(file('machine.sh'), machineScript(machine));
  const begunMs = performance.now();
  const { code, said } = await walk(file('machine.sh'), text);
  rmSync(scripts, { recursive: true });
  rmdirSync(folder);
  const seconds = ((performance.now() - begunMs) / 1000).toFixed(1);
  const missing = mustSay.filter((what) => !what.test(said));
  if (code === 0 && missing.length === 0) {
    console.log(`road: passed in ${seconds} s: from nothing to the first token over TLS`);
    return true;
  }
  console.error(said.split('\n').slice(-60).join('\n'));
  for (const what of missing) console.error(`road: was not said: ${what}`);
  console.error(`road: failed after ${seconds} s (${code ?? `more than ${longestMs / 1000} s`})`);
  return false;
}

const names = process.argv.slice(2);
if (names.length === 0 || names.includes('road')) {
  const why = lacking();
  if (why !== null) console.log(`road: skipped. ${why}`);
  else if (!(await road())) process.exitCode = 1;
}
