#!/usr/bin/env node
// A small `systemctl` for machines that do not run systemd, as containers do not: it reads the
// units and does what the production guide asks of them, so that the guide's blocks run as they
// stand. It is no supervisor: nothing is started again, and no sandboxing of a unit is in force.

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folders = ['/etc/systemd/system', '/usr/lib/systemd/system'];
const state = '/run/prewatt-road';

type Unit = { readonly name: string; readonly settings: ReadonlyMap<string, readonly string[]> };

function readUnit(name: string): Unit {
  const file = name.includes('.') ? name : `${name}.service`;
  const path = folders.map((folder) => join(folder, file)).find(existsSync);
  if (path === undefined) throw new Error(`Unit ${file} not found.`);
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => /^[A-Z]\w*=/.test(line));
  const pairs = lines.map((line): [string, string] => {
    const at = line.indexOf('=');
    return [line.slice(0, at), line.slice(at + 1)];
  });
  const grouped = Map.groupBy(pairs, ([key]) => key);
  return {
    name: file,
    settings: new Map([...grouped].map(([key, all]) => [key, all.map(([, value]) => value)])),
  };
}

const pidFile = (unit: Unit): string => join(state, `${unit.name}.pid`);

function mainPid(unit: Unit): number | null {
  if (!existsSync(pidFile(unit))) return null;
  const pid = Number(readFileSync(pidFile(unit), 'utf8'));
  const stat = `/proc/${pid}/stat`;
  // One that ended and that nobody waited for is not running.
  return existsSync(stat) && !/\) Z /.test(readFileSync(stat, 'utf8')) ? pid : null;
}

/** A command line of a unit as one for the shell, as the unit's user in its folder. */
function shellLine(unit: Unit, command: string, asUser: boolean): string {
  const [folder] = unit.settings.get('WorkingDirectory') ?? ['/'];
  const [user] = unit.settings.get('User') ?? [];
  const files = unit.settings.get('EnvironmentFile') ?? [];
  const read = files.map((file) => `set -a; . ${file}; set +a; `).join('');
  const script = `${read}cd ${folder}; exec ${command.replace(/^[-+!]+/, '')}`;
  if (!asUser || user === undefined) return script;
  return `exec setpriv --reuid=${user} --regid=${user} --clear-groups bash -c ${quoted(script)}`;
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

const environment = (unit: Unit): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  LANG: 'C.UTF-8',
  MAINPID: String(mainPid(unit) ?? ''),
});

/** Runs all lines of one kind, one after the other; false when one failed. */
function run(unit: Unit, kind: string): boolean {
  return (unit.settings.get(kind) ?? []).every((command) => {
    const line = shellLine(unit, command, kind === 'ExecStart');
    const ended = spawnSync('bash', ['-c', line], { env: environment(unit), stdio: 'inherit' });
    return ended.status === 0 || command.startsWith('-');
  });
}

function start(unit: Unit): boolean {
  const [type] = unit.settings.get('Type') ?? ['simple'];
  if (unit.name.endsWith('.timer')) return true;
  if (mainPid(unit) !== null) return true;
  for (const folder of unit.settings.get('StateDirectory') ?? []) {
    const [user = 'root'] = unit.settings.get('User') ?? [];
    spawnSync('install', ['-d', '-o', user, '-g', user, join('/var/lib', folder)]);
  }
  if (!run(unit, 'ExecStartPre')) return false;
  if (type === 'oneshot') return run(unit, 'ExecStart') && run(unit, 'ExecStartPost');
  if (type === 'forking') {
    const [own] = unit.settings.get('PIDFile') ?? [];
    const isStarted = run(unit, 'ExecStart');
    if (isStarted && own !== undefined) writeFileSync(pidFile(unit), readFileSync(own));
    return isStarted;
  }
  const [command = ''] = unit.settings.get('ExecStart') ?? [];
  const log = openSync(join(state, `${unit.name}.log`), 'a');
  const child = spawn('bash', ['-c', shellLine(unit, command, true)], {
    env: environment(unit),
    stdio: ['ignore', log, log],
    detached: true,
  });
  writeFileSync(pidFile(unit), String(child.pid));
  child.unref();
  return true;
}

function stop(unit: Unit): boolean {
  const pid = mainPid(unit);
  if (pid === null) return true;
  process.kill(pid, 'SIGTERM');
  spawnSync('tail', ['--pid', String(pid), '-f', '/dev/null'], { timeout: 15_000 });
  return mainPid(unit) === null;
}

const acts: Record<string, (unit: Unit) => boolean> = {
  start,
  stop,
  restart: (unit) => stop(unit) && start(unit),
  'reload-or-restart': (unit) => (mainPid(unit) === null ? start(unit) : run(unit, 'ExecReload')),
  reload: (unit) => mainPid(unit) !== null && run(unit, 'ExecReload'),
  enable: (unit) => !process.argv.includes('--now') || start(unit),
};

mkdirSync(state, { recursive: true });
const [verb = '', ...names] = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const act = acts[verb];
if (verb !== 'daemon-reload') {
  const failed = act === undefined ? names : names.filter((name) => !act(readUnit(name)));
  for (const name of failed) console.error(`systemctl: ${verb} ${name} failed`);
  process.exitCode = failed.length === 0 && act !== undefined ? 0 : 1;
}
