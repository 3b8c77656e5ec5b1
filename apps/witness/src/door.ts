// The door of a witness: heads come in, cosignatures go out, one after the other.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { openCheckpoint, readAddCheckpoint, witnessCheckpoint } from '@prewatt/transparency';
import { nodeCrypto } from '@prewatt/transparency/node-crypto';
import type { WitnessKey } from './key.ts';
import type { KnownLogs } from './logs.ts';
import type { KeptRefusal, State } from './state.ts';

export type DoorDeps = {
  readonly by: WitnessKey;
  readonly logs: KnownLogs;
  readonly state: State;
  readonly nowMs: () => number;
  /** A line for whoever looks after the witness. */
  readonly tell: (line: object) => void;
};
/** Counted since it was started; `isKeeping` is false once the disk took no more. */
type Course = { readonly refused: Record<string, number>; isKeeping: boolean };
type Answer = { readonly status: number; readonly body: string; readonly type?: string };

const longestBody = 100_000;
const plain = 'text/plain; charset=utf-8';

export function createDoor(o: DoorDeps): Server {
  let before: Promise<unknown> = Promise.resolve();
  const course: Course = { refused: {}, isKeeping: true };
  const inTurn = (work: () => Promise<Answer>): Promise<Answer> => {
    const done = before.then(work, work);
    before = done.catch(() => undefined);
    return done;
  };
  const server = createServer((request, response) => {
    const answered = answerOf({ ...o, course }, request, inTurn);
    answered
      .catch((error): Answer => {
        o.tell({ level: 'error', error: String(error) });
        return { status: 500, body: '' };
      })
      .then((answer) => send(response, answer));
  });
  server.requestTimeout = 10_000;
  server.headersTimeout = 5_000;
  server.maxConnections = 200;
  return server;
}

type Deps = DoorDeps & { readonly course: Course };

async function answerOf(
  o: Deps,
  request: IncomingMessage,
  inTurn: (work: () => Promise<Answer>) => Promise<Answer>,
): Promise<Answer> {
  const asked = `${request.method} ${request.url}`;
  if (asked === 'GET /health') return health(o.course);
  if (asked === 'GET /key') return { status: 200, body: `${o.by.text}\n` };
  if (asked === 'GET /logs') return { status: 200, body: `${JSON.stringify(o.state.all())}\n` };
  if (asked !== 'POST /add-checkpoint') return { status: 404, body: '' };
  const body = await bodyOf(request);
  return body === null ? { status: 413, body: '' } : inTurn(() => addCheckpoint(o, body));
}

function health({ refused, isKeeping }: Course): Answer {
  const status = isKeeping ? 'ready' : 'cannotKeep';
  return { status: isKeeping ? 200 : 503, body: `${JSON.stringify({ status, refused })}\n` };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer | null> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > longestBody) return null;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

async function addCheckpoint(o: Deps, body: Buffer): Promise<Answer> {
  const asked = readAddCheckpoint(body);
  const note = asked === null ? null : Buffer.from(asked.note);
  const origin = note?.toString('utf8').split('\n', 1)[0] ?? '';
  if (asked !== null) await o.logs.learn(origin).catch((error) => o.tell({ error: String(error) }));
  const { lastOf } = o.state;
  const atMs = o.nowMs();
  const atSeconds = Math.floor(atMs / 1_000);
  const { logOf } = o.logs;
  const answer = witnessCheckpoint(nodeCrypto, body, { logOf, lastOf, by: o.by, atSeconds });
  if (answer.status === 200 && note !== null) {
    kept(o, () => o.state.keep(origin, answer.keep, { note, atMs }));
    return { status: 200, body: answer.body };
  }
  if (answer.status === 200) throw new Error('signed what is no request');
  // A log that has not heard our last answer asks from an older size: that alone is no harm.
  const why = answer.why === 'otherSize' ? shorterThan(o, body) : answer.why;
  if (why !== null) refuse(o, { origin, why, note, atMs });
  return answer.status === 409
    ? { status: 409, body: answer.body, type: 'text/x.tlog.size' }
    : { status: answer.status, body: `${answer.why}\n` };
}

type Refusal = {
  readonly origin: string;
  readonly why: string;
  readonly note: Buffer | null;
  readonly atMs: number;
};

function refuse(o: Deps, { origin, why, note, atMs }: Refusal): void {
  const { refused } = o.course;
  refused[why] = (refused[why] ?? 0) + 1;
  o.tell({ level: 'warn', refused: why, origin });
  if (note === null || !isKept(why)) return;
  const done = kept(o, () => o.state.keepRefused(origin, why, { note, atMs }));
  if (done === 'full') o.tell({ level: 'error', notKept: why, origin, because: 'full' });
}

/** What cannot be kept is not signed, and `/health` says so until something was. */
function kept<T>({ course }: Deps, work: () => T): T {
  course.isKeeping = false;
  const done = work();
  course.isKeeping = true;
  return done;
}

/** A head that the log signed, and that is shorter than one of its before: it was rolled back. */
function shorterThan({ logs, state }: DoorDeps, body: Buffer): 'shorter' | null {
  const note = readAddCheckpoint(body)?.note;
  const origin = note === undefined ? '' : (Buffer.from(note).toString().split('\n', 1)[0] ?? '');
  const [log, last] = [logs.logOf(origin), state.lastOf(origin)];
  if (note === undefined || log === null || last === null) return null;
  const opened = openCheckpoint(nodeCrypto, note, log);
  return opened.ok && opened.value.checkpoint.size < last.size ? 'shorter' : null;
}

const isKept = (why: string): why is KeptRefusal => why === 'otherRoot' || why === 'inconsistent';

function send(response: ServerResponse, { status, body, type = plain }: Answer): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
  response.end(body);
}
