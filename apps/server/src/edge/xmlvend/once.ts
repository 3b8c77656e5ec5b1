// Each message that does something is done once, whoever repeats it and however often: claimed
// first, answered once, and the first answer given again. Who comes while it is being done waits.

import { setTimeout as sleep } from 'node:timers/promises';
import type { MessageName, Till, TillMessage, Vendors } from '../../money/vendors/index.ts';
import { type Fault, fault } from './refusals.ts';

export type Outcome =
  | {
      readonly kind: 'sold';
      readonly requestId: string;
      readonly msno: string;
      readonly tenderMinor: string | null;
    }
  | { readonly kind: 'batches'; readonly names: readonly BatchName[] }
  /** How batches were kept when there were shifts alone. */
  | { readonly kind: 'shift'; readonly shiftId: string }
  /** A deposit, or with a null amount a fault at a meter. */
  | { readonly kind: 'told'; readonly reference: string; readonly amountMinor: string | null }
  | { readonly kind: 'refused'; readonly fault: Fault };

/** `number` is a shift's identifier, or a batch's place among its vendor's of that kind. */
export type BatchName = { readonly kind: 'shift' | 'sales' | 'bank'; readonly number: string };

export type Stored = { readonly outcome: Outcome; readonly atMs: number };

type Work = () => Promise<Outcome>;

export type Once = {
  /** Does `work`, or gives what came of it before. */
  readonly run: (
    till: Till,
    name: MessageName,
    message: {
      readonly element: string;
      readonly fingerprint: string;
      readonly request: object;
      readonly work: Work;
    },
  ) => Promise<Stored | Fault>;
  /** What came of a message that is known; `work` goes on with it when nobody has it in hand. */
  readonly resolve: (
    till: Till,
    name: MessageName,
    o: { readonly known: TillMessage; readonly work: Work | null },
  ) => Promise<Stored | Fault>;
};

const waitsMs = [50, 100, 200, 400, 800, 1_600, 3_200, 6_400] as const;

export const busy = fault(
  'ServeryBusyEx',
  'This request is being worked on; ask for its last response.',
);
const givenUp = fault(
  'ExpiredMessageEx',
  'This msgID was reported as not processed, so it is not processed now; send a new one.',
);

export const isFault = (answer: Stored | Fault): answer is Fault => 'type' in answer;

export function createOnce({ messages }: Pick<Vendors, 'messages'>): Once {
  const settle = async (till: Till, name: MessageName, work: Work): Promise<Stored> => {
    let outcome: Outcome;
    try {
      outcome = await work();
    } catch (error) {
      // Nobody knows what came of it: whoever asks next goes on with it, under the same id.
      await messages.letGo(till, name).catch(() => undefined);
      throw error;
    }
    const stored = storedIn(await messages.answer(till, name, outcome));
    if (stored === null) throw new Error('an answer that was kept is not there');
    return stored;
  };

  const resolve: Once['resolve'] = async (till, name, { known, work }) => {
    let now: TillMessage | null = known;
    for (const wait of waitsMs) {
      const stored = now === null ? null : storedIn(now);
      if (stored !== null) return stored;
      if (now?.state === 'givenUp') return givenUp;
      if (work !== null && (await messages.takeOver(till, name))) return settle(till, name, work);
      await sleep(wait);
      now = await messages.find(till, name);
    }
    return busy;
  };

  return {
    resolve,
    run: async (till, name, { work, ...message }) => {
      const known = await messages.claim(till, name, message);
      if (known === null) return settle(till, name, work);
      if (known.fingerprint !== null && known.fingerprint !== message.fingerprint) {
        return fault('DuplicateMsgIDEx', 'This msgID was used for another request.');
      }
      return resolve(till, name, { known, work });
    },
  };
}

/** Null while it has none. */
export function storedIn(message: TillMessage): Stored | null {
  if (message.state !== 'answered' || message.answeredAtMs === null) return null;
  // Written by `answer` above, and by nobody else.
  return { outcome: message.answer as Outcome, atMs: message.answeredAtMs };
}
