// What processes have used, as Linux tells it in /proc (proc_pid_stat(5)): a figure of CPU time
// holds on a machine that others use, too.

import { readdirSync, readFileSync } from 'node:fs';

const ticksPerSecond = 100;

/** CPU time that processes have used; 0 where the system does not tell. */
export function cpuMs(pids: readonly number[]): number {
  let ticks = 0;
  for (const pid of pids) {
    const fields = statOf(pid);
    ticks += Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
  }
  return (ticks / ticksPerSecond) * 1_000;
}

/** The same of a process and of all that it started, also of those that have ended. */
export function familyCpuMs(parent: number): number {
  const fields = statOf(parent);
  const ended = Number(fields[13] ?? 0) + Number(fields[14] ?? 0);
  return cpuMs([parent, ...childrenOf(parent)]) + (ended / ticksPerSecond) * 1_000;
}

/** The fields of /proc/PID/stat behind the name: state, parent, … */
function statOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  } catch {
    return [];
  }
}

function childrenOf(parent: number): readonly number[] {
  try {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    return pids.map(Number).filter((pid) => Number(statOf(pid)[1]) === parent);
  } catch {
    return [];
  }
}
