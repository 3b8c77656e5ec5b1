// Sends commands that are ready, in the order of their urgency. Commands that become ready
// together are sent together, so that a flood of settings does not delay a cut for danger or a
// person who waits at a page.

import type { Log } from '../../../base/log.ts';
import { type BatchQueue, createBatchQueue } from '../ingest/batch-queue.ts';
import type { Commands } from './command-types.ts';
import type { CommandRef } from './stages.ts';

export type DispatchNotice = CommandRef & { readonly priority?: number };

/** Up to which priority a lane goes, its batches, and how many at once. The last takes the rest. */
const lanes = [
  { upTo: 3, batch: 50, parallel: 2 },
  { upTo: 6, batch: 50, parallel: 4 },
  { upTo: 9, batch: 50, parallel: 1 },
] as const;
/** Of a command whose notice does not say: that of a token. */
const usual = 5;

export type CommandOutbox = {
  readonly push: (notice: DispatchNotice) => void;
  /** Commands that wait to be looked at, or are at it. */
  readonly waiting: () => number;
  readonly idle: () => Promise<void>;
};

export function createCommandOutbox(o: {
  readonly dispatch: Commands['dispatch'];
  readonly log: Pick<Log, 'warn'>;
}): CommandOutbox {
  const store = async (batch: readonly DispatchNotice[]): Promise<void> => {
    for (const [utilityId, due] of Map.groupBy(batch, (each) => each.utilityId)) {
      // What was not sent stays due; the sweep looks again.
      await o.dispatch(utilityId, due).catch((error) => {
        o.log.warn({ error: String(error) }, 'commands not dispatched');
      });
    }
  };
  const made: readonly BatchQueue<DispatchNotice>[] = lanes.map(({ batch, parallel }) =>
    createBatchQueue<DispatchNotice>({
      ...{ store, parallel, batchWeight: batch },
      weightOf: () => 1,
      failed: () => {},
      onDrained: () => {},
    }),
  );
  return {
    push: (notice) => {
      const nth = lanes.findIndex(({ upTo }) => (notice.priority ?? usual) <= upTo);
      (made[nth] ?? made.at(-1))?.push(notice);
    },
    waiting: () => made.reduce((sum, lane) => sum + lane.weight(), 0),
    idle: async () => {
      await Promise.all(made.map((lane) => lane.idle()));
    },
  };
}
