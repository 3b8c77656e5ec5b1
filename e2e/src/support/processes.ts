// The processes under a launcher, as the operating system shows them.

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

export type Process = { pid: number; parent: number; command: string; rssKb: number };

/** All processes below one, at any depth. */
export function descendantsOf(pid: number): Process[] {
  const all = existsSync('/proc/self/stat') ? fromProc() : fromPs();
  const found: Process[] = [];
  const open = [pid];
  for (let parent = open.pop(); parent !== undefined; parent = open.pop()) {
    const children = all.filter((each) => each.parent === parent);
    found.push(...children);
    open.push(...children.map((each) => each.pid));
  }
  return found;
}

/** Whether a process still runs; one that waits to be collected does not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  return !existsSync('/proc/self/stat') || readStat(pid)?.state !== 'Z';
}

/** What a person calls it: "server", "postgres". */
export function nameOf({ command }: Process): string {
  const app = /apps\/([a-z-]+)\/src\/main\.ts/.exec(command)?.[1];
  if (app !== undefined) return app;
  return /postgres-watcher/.test(command) ? 'watcher' : 'postgres';
}

// Linux, proc_pid_stat(5): the name in brackets may hold spaces, so fields count from its end.
function readStat(pid: number): { state: string; parent: number } | undefined {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', parent: Number(fields[1]) };
  } catch {
    return undefined;
  }
}

function fromProc(): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const pid = Number(name);
      const stat = readStat(pid);
      if (stat === undefined || stat.state === 'Z') return [];
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        const status = readFileSync(`/proc/${pid}/status`, 'utf8');
        const rssKb = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0);
        return [{ pid, parent: stat.parent, command, rssKb }];
      } catch {
        return []; // It ended while we looked.
      }
    });
}

function fromPs(): Process[] {
  const said = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,rss=,command='], { encoding: 'utf8' });
  return said.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(.*)$/.exec(line);
    if (match === null) return [];
    const [, pid, parent, rss, command = ''] = match;
    return [{ pid: Number(pid), parent: Number(parent), rssKb: Number(rss), command }];
  });
}
