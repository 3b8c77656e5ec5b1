// A gateway on a bench: it runs in a process of its own, which is killed as the mains would end it,
// at once or at a marked moment of the next token. The hook is that of `prewatt conform --control`.
// What the operating system has not yet written is kept by a killed process: for that, pull a plug.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { StateStore } from '@prewatt/virtual-meter/state-store';
import { z } from 'zod';

const moments = ['beforeStored', 'beforeAnswer', 'afterAnswer'] as const;
type CutMoment = (typeof moments)[number];

const actSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('power'), on: z.boolean() }),
  z.strictObject({ kind: z.literal('cutAt'), moment: z.enum(moments) }),
  z.strictObject({ kind: z.literal('wait'), ms: z.number().int().min(0) }),
  z.strictObject({ kind: z.literal('keypad'), digits: z.string().regex(/^\d{1,40}$/) }),
]);
type Act = z.output<typeof actSchema>;

/** To the gateway's process, and what it says back. */
const orderSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('cutAt'), moment: z.enum(moments) }),
  z.strictObject({ kind: z.literal('keypad'), meterPan: z.string(), digits: z.string() }),
]);
const saidSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ready') }),
  z.strictObject({ kind: z.literal('cutIsSet') }),
  z.strictObject({ kind: z.literal('typed'), said: z.string().nullable() }),
]);
type Said = z.output<typeof saidSchema>;

/** A longer wait is a person's, or of a bench with a clock of its own. */
const longestWaitMs = 90_000;
const longestBody = 1_000;
const answerMs = 30_000;
/** So long an answer has to leave before the mains go. */
const answerLeavesMs = 300;
/** A process that is to be killed at a moment may be gone before its end is heard of here. */
const endIsHeardMs = 5_000;

type Running = {
  readonly child: ChildProcess;
  readonly next: () => Promise<Said>;
  /** At the next token, if it came. */
  isToBeCut: boolean;
};

/** Listens on loopback. `script`: what runs the gateway, with `--on-bench`. */
export async function startBench(o: {
  readonly script: string;
  /** `--plant=NAME`: faults that the bench is to find. */
  readonly plants?: readonly string[];
  readonly port: number;
  readonly environment: NodeJS.ProcessEnv;
}): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
  let running: Running | null = await startChild(o);
  const powerOff = async (): Promise<void> => {
    const last = running;
    running = null;
    if (last === null || last.child.exitCode !== null || last.child.signalCode !== null) return;
    last.child.kill('SIGKILL');
    await once(last.child, 'exit');
  };
  const isAlive = (): boolean =>
    running !== null && running.child.exitCode === null && running.child.signalCode === null;
  /** Null: the gateway has no mains, or nobody can do it here. */
  const act = async (meterPan: string, asked: Act): Promise<{ said: string | null } | null> => {
    if (asked.kind === 'power' && !asked.on) await powerOff();
    else if (asked.kind === 'power') {
      if (running?.isToBeCut === true && isAlive()) {
        const heard = new AbortController();
        const { signal } = heard;
        const late = pause(endIsHeardMs, null, { signal }).catch(() => null);
        await Promise.race([once(running.child, 'exit', { signal }).catch(() => null), late]);
        heard.abort();
      }
      if (!isAlive()) running = await startChild(o);
    } else if (asked.kind === 'wait') {
      if (asked.ms > longestWaitMs) return null;
      await pause(asked.ms);
    } else {
      if (running === null || !isAlive()) return null;
      const order = asked.kind === 'cutAt' ? asked : { ...asked, meterPan };
      // A token that overtakes the order to be cut by it would be answered.
      const answering = running.next();
      running.child.send(order);
      if (order.kind === 'cutAt') running.isToBeCut = true;
      const answer = await answering;
      return { said: answer.kind === 'typed' ? answer.said : null };
    }
    return { said: null };
  };
  const server = createHook(act);
  server.listen(o.port, '127.0.0.1');
  await once(server, 'listening');
  const at = server.address();
  return {
    port: typeof at === 'object' && at !== null ? at.port : o.port,
    close: async () => {
      await powerOff();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function createHook(
  act: (meterPan: string, asked: Act) => Promise<{ said: string | null } | null>,
): Server {
  const answer = async (request: IncomingMessage): Promise<readonly [number, object]> => {
    const [, meterPan] = /^\/meters\/(\d{18})\/bench$/.exec(request.url ?? '') ?? [];
    if (request.method !== 'POST' || meterPan === undefined) return [404, {}];
    // A page of a browser that stands beside the bench is not to cut its mains.
    if (request.headers['content-type'] !== 'application/json') return [415, {}];
    const parsed = actSchema.safeParse(await jsonOf(request));
    if (!parsed.success) return [501, {}];
    const done = await act(meterPan, parsed.data);
    return done === null ? [501, {}] : [200, done];
  };
  return createServer((request, response) => {
    answer(request)
      .catch((error: unknown) => [500, { error: String(error) }] as const)
      .then(([status, body]) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(body));
      });
  });
}

async function jsonOf(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const part of request) {
    text += String(part);
    if (text.length > longestBody) return null;
  }
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Resolves once its pages are there. */
async function startChild(o: {
  readonly script: string;
  readonly plants?: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
}): Promise<Running> {
  const child = fork(o.script, ['--on-bench', ...(o.plants ?? [])], {
    env: o.environment,
    stdio: 'inherit',
  });
  let hear: (said: Said | null) => void = () => undefined;
  child.on('message', (message) => hear(saidSchema.parse(message)));
  child.on('exit', () => hear(null));
  const next = async (): Promise<Said> => {
    const said = await Promise.race([
      new Promise<Said | null>((resolve) => {
        hear = resolve;
      }),
      pause(answerMs, null, { ref: false }),
    ]);
    if (said === null) throw new Error('the gateway has ended, or does not answer');
    return said;
  };
  await next();
  return { child, next, isToBeCut: false };
}

/** In the gateway's process: where channels keep their state, and mains that fail at a token. */
export function createMains(states: StateStore): {
  readonly states: StateStore;
  readonly obey: (enter: (meterPan: string, digits: string) => string | null) => void;
} {
  let moment: CutMoment | null = null;
  const die = (): void => void process.kill(process.pid, 'SIGKILL');
  return {
    states: {
      load: states.load,
      save: (state, isDurable) => {
        if (moment === null || !isDurable) return states.save(state, isDurable);
        const at = moment;
        moment = null;
        if (at === 'beforeStored') return die();
        states.save(state, isDurable);
        if (at === 'beforeAnswer') return die();
        setTimeout(die, answerLeavesMs);
      },
    },
    obey: (enter) => {
      process.on('message', (message) => {
        const order = orderSchema.parse(message);
        if (order.kind === 'cutAt') {
          moment = order.moment;
          process.send?.({ kind: 'cutIsSet' });
        } else process.send?.({ kind: 'typed', said: enter(order.meterPan, order.digits) });
      });
      process.send?.({ kind: 'ready' });
    },
  };
}
