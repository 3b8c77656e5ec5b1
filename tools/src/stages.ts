// Runs named stages one after the other, each with its time, and ends with one summary table. A
// stage that fails does not stop the later ones: one run shows everything that is wrong.

import { spawn } from 'node:child_process';
import { root } from './workspaces.ts';

export type StageTools = {
  /** Runs a program with our terminal; resolves with true when it ends with exit code 0. */
  exec(file: string, args: string[], options?: ExecOptions): Promise<boolean>;
};

export type ExecOptions = {
  /** Added to our own environment. */
  env?: Record<string, string>;
  /** A program that runs longer is told to end, and has failed. */
  timeoutMs?: number;
};

export type Stage = {
  name: string;
  /** True when the stage passed. */
  run: (tools: StageTools) => Promise<boolean>;
};

type Outcome = { name: string; passed: boolean; seconds: number };

/** Runs all stages; the exit code, 0 when all passed. */
export async function runStages(
  stages: Stage[],
  options: { abort?: AbortSignal; say?: (line: string) => void } = {},
): Promise<number> {
  const { abort, say = console.log } = options;
  const outcomes: Outcome[] = [];
  for (const stage of stages) {
    say(`\n== ${stage.name}`);
    const startMs = performance.now();
    const passed =
      abort?.aborted !== true &&
      (await stage.run(createTools(abort, say)).catch((error) => report(error, say)));
    const seconds = (performance.now() - startMs) / 1000;
    outcomes.push({ name: stage.name, passed, seconds });
    say(`== ${stage.name}: ${passed ? 'passed' : 'FAILED'} in ${seconds.toFixed(1)} s`);
  }
  say(`\n${summary(outcomes)}`);
  return outcomes.every((outcome) => outcome.passed) ? 0 : 1;
}

/** The table printed at the end. */
export function summary(outcomes: Outcome[]): string {
  const width = Math.max(...outcomes.map((outcome) => outcome.name.length), 5);
  const lines = outcomes.map(({ name, passed, seconds }) =>
    [name.padEnd(width), passed ? 'passed' : 'FAILED', `${seconds.toFixed(1).padStart(7)} s`].join(
      '  ',
    ),
  );
  const total = outcomes.reduce((sum, outcome) => sum + outcome.seconds, 0);
  const verdict = outcomes.every((outcome) => outcome.passed) ? 'passed' : 'FAILED';
  lines.push(`${'total'.padEnd(width)}  ${verdict}  ${total.toFixed(1).padStart(7)} s`);
  return lines.join('\n');
}

function createTools(abort: AbortSignal | undefined, say: (line: string) => void): StageTools {
  return {
    exec: (file, args, { env, timeoutMs } = {}) =>
      new Promise((resolve) => {
        const child = spawn(file, args, {
          cwd: root,
          env: { ...process.env, ...env },
          stdio: ['ignore', 'inherit', 'inherit'],
        });
        const stop = () => child.kill('SIGTERM');
        const late = () => {
          say(`${file}: ended after ${(timeoutMs ?? 0) / 1000} s, it was still running`);
          stop();
        };
        const timer = timeoutMs === undefined ? undefined : setTimeout(late, timeoutMs);
        abort?.addEventListener('abort', stop, { once: true });
        const done = (passed: boolean) => {
          clearTimeout(timer);
          abort?.removeEventListener('abort', stop);
          resolve(passed);
        };
        child.on('error', (error) => {
          say(`${file}: ${error.message}`);
          done(false);
        });
        child.on('exit', (code) => done(code === 0));
      }),
  };
}

function report(error: unknown, say: (line: string) => void): false {
  say(error instanceof Error ? error.message : String(error));
  return false;
}
