// Runs named stages, one after the other or in lanes at the same time, each with its time, and ends
// with one summary table. A stage that fails does not stop the others: one run shows everything
// that is wrong.

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

/** One after the other, beside other lanes. */
export type Lane = readonly Stage[];

type Outcome = { name: string; passed: boolean; seconds: number };

/** A line, or with `write` what a program printed, whatever its lines are. */
type Output = { say: (line: string) => void; write?: (chunk: Buffer) => void };

/**
 * Runs all stages; the exit code, 0 when all passed. Lanes of one list run at the same time: the
 * first of them has the terminal, what the others print comes once it and they have ended.
 */
export async function runStages(
  stages: readonly (Stage | readonly Lane[])[],
  options: { abort?: AbortSignal; say?: (line: string) => void } = {},
): Promise<number> {
  const { abort, say = console.log } = options;
  const outcomes: Outcome[] = [];
  const startMs = performance.now();
  for (const each of stages) {
    const [first = [], ...others] = 'run' in each ? [[each]] : each;
    const held = others.map((lane) => runHeld(lane, abort));
    for (const stage of first) outcomes.push(await runStage(stage, { say }, abort));
    for (const lane of await Promise.all(held)) {
      for (const { outcome, printed } of lane) {
        outcomes.push(outcome);
        say(printed);
      }
    }
  }
  say(`\n${summary(outcomes, (performance.now() - startMs) / 1000)}`);
  return outcomes.every((outcome) => outcome.passed) ? 0 : 1;
}

async function runStage(
  stage: Stage,
  output: Output,
  abort: AbortSignal | undefined,
): Promise<Outcome> {
  const { say } = output;
  say(`\n== ${stage.name}`);
  const startMs = performance.now();
  const passed =
    abort?.aborted !== true &&
    (await stage.run(createTools(abort, output)).catch((error) => report(error, say)));
  const seconds = (performance.now() - startMs) / 1000;
  say(`== ${stage.name}: ${passed ? 'passed' : 'FAILED'} in ${seconds.toFixed(1)} s`);
  return { name: stage.name, passed, seconds };
}

async function runHeld(lane: Lane, abort: AbortSignal | undefined) {
  const ended: { readonly outcome: Outcome; readonly printed: string }[] = [];
  for (const stage of lane) {
    const printed: Buffer[] = [];
    const write = (chunk: Buffer) => {
      printed.push(chunk);
    };
    const say = (line: string) => write(Buffer.from(`${line}\n`));
    const outcome = await runStage(stage, { say, write }, abort);
    ended.push({ outcome, printed: Buffer.concat(printed).toString('utf8').trimEnd() });
  }
  return ended;
}

/** The table printed at the end. Stages that ran at the same time take less than their sum. */
export function summary(outcomes: readonly Outcome[], totalSeconds: number): string {
  const width = Math.max(...outcomes.map((outcome) => outcome.name.length), 5);
  const lines = outcomes.map(({ name, passed, seconds }) =>
    [name.padEnd(width), passed ? 'passed' : 'FAILED', `${seconds.toFixed(1).padStart(7)} s`].join(
      '  ',
    ),
  );
  const verdict = outcomes.every((outcome) => outcome.passed) ? 'passed' : 'FAILED';
  lines.push(`${'total'.padEnd(width)}  ${verdict}  ${totalSeconds.toFixed(1).padStart(7)} s`);
  return lines.join('\n');
}

function createTools(abort: AbortSignal | undefined, { say, write }: Output): StageTools {
  const out = write === undefined ? 'inherit' : 'pipe';
  return {
    exec: (file, args, { env, timeoutMs } = {}) =>
      new Promise((resolve) => {
        const child = spawn(file, args, {
          cwd: root,
          env: { ...process.env, ...env },
          stdio: ['ignore', out, out],
        });
        if (write !== undefined)
          for (const from of [child.stdout, child.stderr]) from?.on('data', write);
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
        child.on(write === undefined ? 'exit' : 'close', (code) => done(code === 0));
      }),
  };
}

function report(error: unknown, say: (line: string) => void): false {
  say(error instanceof Error ? error.message : String(error));
  return false;
}
