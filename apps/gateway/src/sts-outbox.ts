// What goes up from an STS meter of the bus: numbered, on the disk before it leaves, sent again
// until it is acknowledged; each command answered once, and the same again.

import {
  type AccountState,
  type CommandResult,
  decodeUp,
  encodeUp,
  type UpMessage,
} from '@prewatt/protocol';
import type { StsMemory, StsMemoryStore } from './sts-memory.ts';

const mostAnswered = 64;
/** Half-hours of 41 days. */
const mostWaiting = 2_000;
const messagesAtOnce = 8;

/** Without the number that it is given. */
type Unnumbered = UpMessage extends infer M
  ? M extends { readonly sequence: number }
    ? Omit<M, 'sequence'>
    : never
  : never;

export type StsOutbox = {
  readonly memory: () => StsMemory;
  readonly keep: (change: Partial<StsMemory>) => void;
  /** In one write with what else changes. */
  readonly post: (message: Unnumbered, change: Partial<StsMemory>) => void;
  readonly answer: (commandId: string, result: CommandResult, atMs: number) => void;
  /** False for a command that was not answered yet. */
  readonly answerAgain: (commandId: string) => boolean;
  readonly acknowledge: (sequence: number) => void;
  readonly setLink: (up: boolean) => void;
  readonly flush: () => void;
  readonly sendState: () => void;
};

export function createStsOutbox(
  deps: {
    readonly memory: StsMemoryStore;
    readonly send: (message: UpMessage) => void;
    readonly onTrouble: (what: string) => void;
  },
  stateNow: () => AccountState | null,
): StsOutbox {
  let memory = deps.memory.load();
  let isUp = false;
  let isFull = false;
  const keep = (change: Partial<StsMemory>): void => {
    const next = { ...memory, ...change };
    deps.memory.save(next);
    memory = next;
  };
  const sendState = (): void => {
    const state = stateNow();
    if (isUp && state !== null) deps.send({ kind: 'state', state });
  };
  const flush = (): void => {
    if (!isUp) return;
    for (const { message } of memory.outbox.slice(0, messagesAtOnce)) deps.send(decoded(message));
    sendState();
  };
  const post: StsOutbox['post'] = (message, change) => {
    const sequence = memory.sequence + 1;
    const text = encoded({ ...message, sequence } as UpMessage);
    const outbox = withRoom([...memory.outbox, { sequence, message: text }]);
    const lost = memory.outbox.length + 1 - outbox.length;
    if (lost > 0 && !isFull) deps.onTrouble('so much waits for the head-end that the oldest goes');
    isFull = lost > 0;
    keep({ ...change, sequence, outbox });
    flush();
  };
  return {
    ...{ memory: () => memory, keep, post, flush, sendState },
    answer: (commandId, result, completedAtMs) => {
      const body = { kind: 'commandResult', commandId, completedAtMs, result } as const;
      const first = { commandId, message: encoded({ ...body, sequence: 1 }) };
      post(body, { answered: [...memory.answered, first].slice(-mostAnswered) });
    },
    answerAgain: (commandId) => {
      const first = memory.answered.find((each) => each.commandId === commandId);
      if (first === undefined) return false;
      const message = decoded(first.message);
      if (message.kind === 'commandResult') post(message, {});
      return true;
    },
    acknowledge: (sequence) => {
      const next = memory.outbox[messagesAtOnce];
      keep({ outbox: memory.outbox.filter((each) => each.sequence !== sequence) });
      if (isUp && next !== undefined) deps.send(decoded(next.message));
    },
    setLink: (up) => {
      isUp = up;
      flush();
    },
  };
}

/** Registers of long ago go first: the newer ones say what was used, tokens and answers do not. */
function withRoom(outbox: StsMemory['outbox']): StsMemory['outbox'] {
  if (outbox.length <= mostWaiting) return outbox;
  const oldest = outbox.findIndex(({ message }) => decoded(message).kind === 'profile');
  return outbox.toSpliced(Math.max(0, oldest), 1);
}

const encoded = (message: UpMessage): string => Buffer.from(encodeUp(message)).toString('base64');

/** What was encoded here; a memory that holds anything else is no memory of ours. */
function decoded(text: string): UpMessage {
  const message = decodeUp(Buffer.from(text, 'base64'));
  if (!message.ok) throw new Error('what waits for the head-end cannot be read');
  return message.value as UpMessage;
}
