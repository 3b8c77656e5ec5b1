// Runs the demo's children: starts each with an IPC channel (its end tells a child that we are
// gone), a log file and a session of its own (so that Ctrl-C reaches only us), and starts again
// what dies.

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { createRestartPolicy, type RestartPolicy } from './restarts.ts';

export type ChildSpec = {
  /** Name for people: 'server'. */
  name: string;
  /** Path of the program that Node runs. */
  program: string;
  args?: readonly string[];
  env: Record<string, string>;
  logFile: string;
};

export type SupervisorDeps = {
  /** Tells the person one line. */
  say: (line: string) => void;
  /** Called once when a child died too often, or said that its configuration has faults. */
  giveUp: (reason: string) => void;
  nowMs: () => number;
};

export type Supervisor = {
  start(spec: ChildSpec): void;
  /** SIGTERM to all, SIGKILL after `graceMs`. Nothing is started again from here. */
  stop(graceMs: number): Promise<void>;
  /** SIGKILL to all, now. */
  kill(): void;
  /** Process ids by name, of what runs now. */
  pids(): Record<string, number>;
};

type Part = {
  spec: ChildSpec;
  policy: RestartPolicy;
  child?: ChildProcess;
  timer?: NodeJS.Timeout;
};

const leaveWithParent = new URL('leave-with-parent.ts', import.meta.url).href;

/** Supervises any number of children until `stop`. */
export function createSupervisor(deps: SupervisorDeps): Supervisor {
  const parts: Part[] = [];
  let stopping = false;

  function launch(part: Part): void {
    if (stopping) return;
    const { child, saidBefore } = begin(part.spec);
    part.child = child;
    let told = false;
    const ended = (how: string, isMisconfigured = false) => {
      if (told) return;
      told = true;
      delete part.child;
      if (stopping) return;
      if (isMisconfigured) deps.giveUp(misconfigured(part.spec, saidBefore));
      else again(part, how);
    };
    child.on('error', (error) => ended(error.message));
    child.on('exit', (code, signal) => ended(signal ?? `exit code ${code}`, code === 78));
  }

  function again(part: Part, how: string): void {
    const { name, logFile } = part.spec;
    const delayMs = part.policy.afterDeath(deps.nowMs());
    if (delayMs === 'giveUp') {
      const last = lastLine(logFile);
      deps.giveUp(`The ${name} ended more than 5 times in a minute (${how}): ${last}`);
      return;
    }
    deps.say(`The ${name} ended (${how}); it starts again in ${delayMs / 1000} s. Log: ${logFile}`);
    part.timer = setTimeout(() => launch(part), delayMs);
  }

  function signalAll(signal: NodeJS.Signals): void {
    for (const { child } of parts) child?.kill(signal);
  }

  return {
    start(spec) {
      const part: Part = { spec, policy: createRestartPolicy() };
      parts.push(part);
      launch(part);
    },
    async stop(graceMs) {
      stopping = true;
      for (const { timer } of parts) clearTimeout(timer);
      const gone = allGone(parts);
      signalAll('SIGTERM');
      const late = setTimeout(() => signalAll('SIGKILL'), graceMs);
      await gone;
      clearTimeout(late);
    },
    kill() {
      stopping = true;
      for (const { timer } of parts) clearTimeout(timer);
      signalAll('SIGKILL');
    },
    pids: () =>
      Object.fromEntries(
        parts.flatMap(({ spec, child }) =>
          child?.pid === undefined ? [] : [[spec.name, child.pid]],
        ),
      ),
  };
}

function begin({ program, args = [], env, logFile }: ChildSpec) {
  const log = openSync(logFile, 'a', 0o600);
  const saidBefore = statSync(logFile).size;
  const child = spawn(process.execPath, ['--import', leaveWithParent, program, ...args], {
    ...{ env, detached: true, stdio: ['ignore', log, log, 'ipc'] },
  });
  closeSync(log);
  return { child, saidBefore };
}

/** Resolves once each child that runs now has ended. */
async function allGone(parts: readonly Part[]): Promise<void> {
  const running = parts.flatMap(({ child }) => (child === undefined ? [] : [child]));
  await Promise.all(
    running.map((child) => new Promise<void>((resolve) => child.once('exit', () => resolve()))),
  );
}

/** All that it said of its faults: started again the same way, it would say the same. */
function misconfigured({ name, logFile }: ChildSpec, from: number): string {
  const said = readFileSync(logFile).subarray(from).toString('utf8').trim().slice(0, 4_000);
  return `The ${name} does not start as it is set up.\n${said}\n(log: ${logFile})`;
}

function lastLine(logFile: string): string {
  try {
    const line = readFileSync(logFile, 'utf8').trim().split('\n').at(-1) ?? '';
    return line === '' ? `its log ${logFile} is empty` : `${line.slice(0, 300)} (log: ${logFile})`;
  } catch {
    return `its log ${logFile} cannot be read`;
  }
}
