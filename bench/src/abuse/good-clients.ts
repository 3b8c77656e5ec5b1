// Those who mean well, beside an attack: who looks at `/health`, people who open a page, meters
// that sign in, say something and are acknowledged. How long they waited, and who was refused.

import { Agent, get } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { encodeUp, upTopic } from '@prewatt/protocol';
import {
  connectFrame,
  createFrameReader,
  frameTypes,
  publishFrame,
} from '../readings/mqtt-frames.ts';
import { entriesOf, meterPanOf, secretOf } from '../readings/plan.ts';
import type { Target } from './attacks.ts';

export type Good = { readonly healthMs: number[]; served: number; refused: number; why: string[] };

const patienceMs = 10_000;
/** Thirty sign-ins a minute are a meter's; it takes half of them. */
const meters = 40;
const signInEveryMs = 4_000;

/** Begins them all; `stop` resolves when those under way have their answer. */
export function startGoodClients(target: Target): {
  /** What was counted since the last time. */
  readonly take: () => Good;
  readonly stop: () => Promise<void>;
} {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const none = (): Good => ({ healthMs: [], served: 0, refused: 0, why: [] });
  let good = none();
  let isOver = false;
  const under = new Set<Promise<void>>();

  const judge = (what: string, fault: string | null): void => {
    if (fault === null) good.served += 1;
    else {
      good.refused += 1;
      good.why.push(`${what}: ${fault}`);
    }
  };
  const every = async (ms: number, work: () => Promise<void>): Promise<void> => {
    while (!isOver) {
      const one = work();
      under.add(one);
      void one.finally(() => under.delete(one));
      await pause(ms);
    }
  };
  const ask = (path: string) => askFor(agent, `http://127.0.0.1:${target.httpPort}${path}`);
  const health = async (): Promise<void> => {
    const begunMs = performance.now();
    const fault = await ask('/health');
    good.healthMs.push(performance.now() - begunMs);
    judge('/health', fault);
  };
  const page = async (): Promise<void> => judge('/sign-in', await ask('/sign-in'));
  const loops = [every(25, health), every(250, page)];
  for (let nth = 0; nth < meters; nth += 1) {
    let message = 0;
    const meter = async (): Promise<void> => {
      judge('a meter', await signIn(target, target.stolenMeters + nth, message++));
    };
    const start = pause((nth * signInEveryMs) / meters).then(() => every(signInEveryMs, meter));
    loops.push(start);
  }
  return {
    take: () => {
      const taken = good;
      good = none();
      return taken;
    },
    stop: async () => {
      isOver = true;
      await Promise.all([...loops, ...under]);
      agent.destroy();
    },
  };
}

/** Null, or what went wrong. */
function askFor(agent: Agent, url: string): Promise<string | null> {
  return new Promise((resolve) => {
    const request = get(url, { agent, timeout: patienceMs }, (answer) => {
      answer.resume();
      answer.once('end', () =>
        resolve(answer.statusCode === 200 ? null : `status ${answer.statusCode}`),
      );
    });
    request.once('timeout', () => request.destroy(new Error('no answer')));
    request.once('error', ({ message }) => resolve(message));
  });
}

/** A meter comes, says what it has read, is confirmed, and goes. */
function signIn(target: Target, index: number, message: number): Promise<string | null> {
  return new Promise((resolve) => {
    const name = meterPanOf(index);
    const socket = connect({ port: target.mqttPort, host: '127.0.0.1', noDelay: true });
    let fault: string | null = 'closed before it was heard';
    const patience = setTimeout(() => socket.destroy(new Error('no answer')), patienceMs);
    socket.once('error', (error) => {
      fault = error.message;
    });
    socket.once('close', () => {
      clearTimeout(patience);
      resolve(fault);
    });
    const entries = entriesOf({ index, message, perMessage: 4 });
    const payload = encodeUp({ kind: 'profile', sequence: message + 1, entries });
    const reader = createFrameReader(({ type, body }) => {
      if (type === frameTypes.connack && body[1] !== 0) {
        fault = `refused with ${body[1]}`;
        socket.end();
      } else if (type === frameTypes.connack) {
        socket.write(publishFrame(upTopic(name), 1, payload));
      } else if (type === frameTypes.puback) {
        fault = null;
        socket.end();
      }
    });
    socket.on('data', reader);
    socket.write(connectFrame({ name, password: secretOf(name), keepAliveS: 0 }));
  });
}
