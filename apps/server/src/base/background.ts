// Work that goes on after the answer was sent, so that the time of an answer tells the caller
// nothing about it.

import type { Log } from './log.ts';

export type Background = ReturnType<typeof createBackground>;

/** Pieces at once; one too many is left undone, with a line in the log. */
const most = 1_000;

export function createBackground(log: Pick<Log, 'warn'>) {
  const begun = new Set<Promise<void>>();
  return {
    /** `what` stands in the log when it fails. */
    begin: (what: string, work: () => Promise<unknown>): void => {
      if (begun.size >= most) {
        log.warn({ what }, 'too much is under way');
        return;
      }
      const piece: Promise<void> = work()
        .catch((error) => log.warn({ what, error: String(error) }, 'failed behind an answer'))
        .then(() => {
          begun.delete(piece);
        });
      begun.add(piece);
    },

    /** Once all that was begun is done, and what that began. */
    settled: async (): Promise<void> => {
      while (begun.size > 0) await Promise.all(begun);
    },
  };
}
