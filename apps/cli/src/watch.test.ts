import assert from 'node:assert/strict';
import { test } from 'node:test';
import { err, ok, type Result } from '@prewatt/quantities';
import type { CommandContext, Failure } from './command.ts';
import { untilDone } from './watch.ts';

type Work = { readonly done: number };

const failed = (code: string): Result<Work, Failure> => err({ exitCode: 1, code, message: code });
const at = (done: number): Result<Work, Failure> => ok({ done });

/** What a server says one second after the other; the last for good. */
async function watch(answers: readonly Result<Work, Failure>[]) {
  let nowMs = 0;
  let asked = 0;
  const said: string[] = [];
  const context = {
    nowMs: () => nowMs,
    sleep: async (durationMs: number) => {
      nowMs += durationMs;
    },
    printError: (text: string) => said.push(text),
  } as unknown as CommandContext;
  const end = await untilDone(context, {
    from: { done: 0 },
    read: async () => {
      asked += 1;
      return answers[asked - 1] ?? answers.at(-1) ?? failed('unreachable');
    },
    isDone: ({ done }) => done === 3,
    say: ({ done }) => `${done} of 3`,
  });
  return { end, said: said.join(''), nowMs };
}

test('progress is said when it changes', async () => {
  const { end, said } = await watch([at(1), at(1), at(1), at(2), at(3)]);
  assert.deepEqual(end, ok({ done: 3 }));
  assert.equal(said, '0 of 3\n1 of 3\n2 of 3\n');
});

test('a server that is started again meanwhile is waited for', async () => {
  const away = failed('unreachable');
  const { end, said } = await watch([at(1), away, away, failed('unavailable'), at(2), at(3)]);
  assert.deepEqual(end, ok({ done: 3 }));
  assert.equal(said, '0 of 3\n1 of 3\nthe server does not answer; waiting for it\n2 of 3\n');
});

test('one that stays away, or refuses, is not', async () => {
  const gone = await watch([at(1), failed('unreachable')]);
  assert.equal(gone.end.ok, false);
  assert.ok(gone.nowMs > 120_000);
  const refused = await watch([at(1), failed('signedOut')]);
  assert.equal(refused.end.ok, false);
  assert.equal(refused.nowMs, 2_000);
});
