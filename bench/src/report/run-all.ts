// Runs benchmarks one after the other, each in a process of its own, and writes the report. One
// that breaks off leaves the others their turn.

import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { factsOfMachine } from '@prewatt/simulation/report';
import { type Ran, reportOf } from './report.ts';

const program = fileURLToPath(new URL('../main.ts', import.meta.url));

const flagsTaken: Readonly<Record<string, readonly string[]>> = {
  dlms: ['fleet'],
  readings: ['profile'],
  sales: ['connections', 'seconds', 'by', 'without', 'profile'],
  scale: ['figures'],
  ussd: ['seconds'],
};

/** Of all options those that a benchmark takes, with their values. */
export function flagsOf(name: string, flags: readonly string[]): readonly string[] {
  const taken = flagsTaken[name] ?? [];
  const isIts = (text: string): boolean => taken.includes(text.slice(2).split('=')[0] ?? '');
  return flags.filter((text, i) => isIts(text.startsWith('--') ? text : (flags[i - 1] ?? '')));
}

/** Gives the report's file, and whether each benchmark came to its end. */
export async function runAll(o: {
  readonly names: readonly string[];
  /** Options of the benchmarks themselves. */
  readonly flags: readonly string[];
  readonly repeat: number;
  readonly folder: string;
  readonly print: (text: string) => void;
}): Promise<{ readonly file: string; readonly isWhole: boolean }> {
  const all: Ran[] = [];
  for (const name of o.names) all.push(await runOne(name, o));
  mkdirSync(o.folder, { recursive: true });
  const now = new Date();
  const file = join(o.folder, `bench-${now.toISOString().slice(0, 19).replaceAll(':', '')}.html`);
  writeFileSync(file, reportOf(all, { at: now, facts: factsOfMachine() }));
  return { file, isWhole: all.every(({ why }) => why === null) };
}

async function runOne(name: string, o: Parameters<typeof runAll>[0]): Promise<Ran> {
  const runs: object[] = [];
  let printed = '';
  for (let nth = 0; nth < o.repeat; nth += 1) {
    const ended = await inProcess([name, ...flagsOf(name, o.flags), '--json'], o.print);
    if (ended.code !== 0) {
      const why = ended.errors.trim().split('\n').slice(-12).join('\n');
      return { name, runs, printed, why: why === '' ? `it ended with ${ended.code}` : why };
    }
    const lines = ended.output
      .trimEnd()
      .split('\n')
      .filter((line) => !line.startsWith('{"level"'));
    runs.push(JSON.parse(lines.at(-1) ?? '') as object);
    printed += `${lines.slice(0, -1).join('\n')}\n`;
  }
  return { name, runs, printed, why: null };
}

type Ended = { readonly code: number | null; readonly output: string; readonly errors: string };

function inProcess(words: readonly string[], print: (text: string) => void): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, ...words], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      print(text);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    child.once('close', (code) => resolve({ code, output, errors }));
  });
}
