// Room in the window of a bind: at most so many messages unanswered at once. One that is throttled
// holds up all, and is sent again.

import { actionOnStatus } from '@prewatt/rails';
import type { SmppTiming, Submitted } from './settings.ts';

type Turn = { readonly begin: () => void; readonly give: () => void };

export function createWindow(window: number, timing: SmppTiming) {
  let isOpen = false;
  let under = 0;
  let restUntil = 0;
  let rest = timing.throttleMs[0];
  let waitingTurns: Turn[] = [];

  const move = (): void => {
    const pauseMs = restUntil - Date.now();
    if (pauseMs > 0) {
      setTimeout(move, pauseMs).unref();
      return;
    }
    while (isOpen && under < window) {
      const [turn, ...others] = waitingTurns;
      if (turn === undefined) return;
      waitingTurns = others;
      under += 1;
      turn.begin();
    }
  };
  const getTurn = (untilMs: number): Promise<boolean> =>
    new Promise((resolve) => {
      const turn: Turn = {
        begin: () => {
          clearTimeout(timer);
          resolve(true);
        },
        give: () => {
          waitingTurns = waitingTurns.filter((each) => each !== turn);
          resolve(false);
        },
      };
      const timer = setTimeout(turn.give, Math.max(untilMs - Date.now(), 0));
      waitingTurns.push(turn);
      move();
    });

  return {
    open: (): void => {
      isOpen = true;
      move();
    },
    shut: (): void => {
      isOpen = false;
    },
    run: async (work: () => Promise<Submitted>, why: () => string | null): Promise<Submitted> => {
      const until = Date.now() + timing.roomMs;
      for (;;) {
        if (!(await getTurn(until))) {
          return { kind: 'notSent', reason: why() ?? 'the message centre takes no more just now' };
        }
        const submitted = await work();
        under -= 1;
        const isThrottled =
          submitted.kind === 'answered' &&
          actionOnStatus('submit_sm', submitted.status) === 'backoff-same-message';
        if (isThrottled) {
          restUntil = Date.now() + rest;
          rest = Math.min(rest * 2, timing.throttleMs[1]);
        } else if (submitted.kind === 'answered') [rest] = timing.throttleMs;
        move();
        if (!isThrottled) return submitted;
      }
    },
  };
}
