// What meters say that are spoken to task by task, numbered and handed to the head-end as any
// meter's message; and the acknowledgements that come back once it is stored.

import { type DriverListeners, encodeUp, type UpMessage } from '@prewatt/protocol';

type Numbered = Exclude<UpMessage, { kind: 'state' }>;
/** The driver numbers what is acknowledged. */
export type Unnumbered =
  | Extract<UpMessage, { kind: 'state' }>
  | (Numbered extends infer M ? (M extends Numbered ? Omit<M, 'sequence'> : never) : never);

/** Until it is given up that the head-end stores something; it is read again another time. */
const storedWithinMs = 30_000;

export type Speaker = {
  readonly listenTo: (listeners: DriverListeners) => void;
  /** True once stored; states are not acknowledged. */
  readonly say: (meterPan: string, message: Unnumbered) => Promise<boolean>;
  readonly acknowledged: (meterPan: string, sequence: number) => void;
  readonly link: DriverListeners['link'];
  /** Nobody waits any longer. */
  readonly end: () => void;
};

export function createSpeaker(): Speaker {
  let listeners: DriverListeners | null = null;
  let sequence = 0;
  const waiting = new Map<string, (isStored: boolean) => void>();
  const stored = (meterPan: string, numbered: number): Promise<boolean> =>
    new Promise((resolve) => {
      const key = `${meterPan} ${numbered}`;
      const timer = setTimeout(() => waiting.get(key)?.(false), storedWithinMs).unref();
      waiting.set(key, (isStored) => {
        clearTimeout(timer);
        waiting.delete(key);
        resolve(isStored);
      });
    });
  return {
    listenTo: (given) => {
      listeners = given;
    },
    link: (meterPan, state, session) => listeners?.link(meterPan, state, session),
    acknowledged: (meterPan, numbered) => waiting.get(`${meterPan} ${numbered}`)?.(true),
    end: () => {
      for (const give of [...waiting.values()]) give(false);
    },
    say: async (meterPan, message) => {
      if (listeners === null) return false;
      if (message.kind === 'state') {
        await listeners.up(meterPan, encodeUp(message));
        return true;
      }
      sequence += 1;
      const numbered = { ...message, sequence } as UpMessage;
      const isStored = stored(meterPan, sequence);
      await listeners.up(meterPan, encodeUp(numbered));
      return isStored;
    },
  };
}
