// Work that a server does by itself, watched until it is done. A server that is away meanwhile, as
// at a restart, is waited for: it goes on where it was.

import type { Result } from '@prewatt/quantities';
import type { CommandContext, Failure } from './command.ts';

const everyMs = 1_000;
/** A server that is away for longer is not coming back by itself. */
const patienceMs = 120_000;
const away: readonly string[] = ['unreachable', 'unavailable'];

export async function untilDone<T>(
  context: CommandContext,
  o: {
    readonly from: T;
    /** Asks the server how far it is. */
    readonly read: () => Promise<Result<T, Failure>>;
    readonly isDone: (now: T) => boolean;
    /** Progress in words; said when it changes. */
    readonly say?: (now: T) => string;
  },
): Promise<Result<T, Failure>> {
  let now = o.from;
  let said = '';
  let awaySinceMs: number | null = null;
  const tell = (words: string): void => {
    if (words !== said) context.printError(`${words}\n`);
    said = words;
  };
  while (!o.isDone(now)) {
    if (o.say !== undefined && awaySinceMs === null) tell(o.say(now));
    await context.sleep(everyMs);
    const next = await o.read();
    if (next.ok) {
      now = next.value;
      awaySinceMs = null;
      continue;
    }
    const atMs = context.nowMs();
    awaySinceMs ??= atMs;
    if (!away.includes(next.error.code) || atMs - awaySinceMs > patienceMs) return next;
    tell('the server does not answer; waiting for it');
  }
  return { ok: true, value: now };
}
