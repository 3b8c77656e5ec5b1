// A bind to a message centre that stays: lines one after the other with back-off, and the window of
// messages on them. What is not answered when a line ends is unclear; what never left is not sent.

import { smpp } from '@prewatt/rails';
import { type Line, openLine } from './line.ts';
import { type SmppLink, type SmppTiming, type Submitted, usualTiming } from './settings.ts';
import { createWindow } from './window.ts';

export type SmppSession = {
  readonly submit: (body: Uint8Array) => Promise<Submitted>;
  /** Why there is no bind just now; null while there is one. */
  readonly trouble: () => string | null;
  readonly close: () => Promise<void>;
};

export const notConnectedYet = 'not connected yet';

/** Dials at once, and again and again until `close`. */
export function openSmppSession(o: {
  readonly link: SmppLink;
  /** The status of the answer to a deliver_sm, once it is kept. */
  readonly deliver: (pdu: Uint8Array) => Promise<number>;
  /** 0 to 1. */
  readonly chance: () => number;
  readonly timing?: Partial<SmppTiming>;
}): SmppSession {
  const timing = { ...usualTiming, ...o.timing };
  const window = createWindow(o.link.window, timing);
  let line: Line | null = null;
  let trouble: string | null = notConnectedYet;
  let isClosed = false;
  let tries = 0;
  let timer: NodeJS.Timeout | undefined;

  const dial = (): void => {
    line = openLine({
      ...{ link: o.link, timing, deliver: o.deliver },
      onBound: () => {
        trouble = null;
        tries = 0;
        window.open();
      },
      onEnd: (why) => {
        trouble = why;
        window.shut();
        if (isClosed) return;
        const [least, most] = timing.backOffMs;
        const delayMs = Math.min(least * 2 ** tries, most);
        tries += 1;
        timer = setTimeout(dial, delayMs * (0.75 + 0.5 * o.chance()));
      },
    });
  };
  dial();

  const submit = async (body: Uint8Array): Promise<Submitted> => {
    const answer = (await line?.ask(smpp.submitSm, body)) ?? null;
    if (answer === null) return { kind: 'unanswered' };
    return { kind: 'answered', status: answer.commandStatus, messageId: idIn(answer.body) };
  };
  return {
    trouble: () => trouble,
    submit: (body) =>
      window.run(
        () => submit(body),
        () => trouble,
      ),
    close: async () => {
      isClosed = true;
      clearTimeout(timer);
      await line?.close();
    },
  };
}

function idIn(body: Uint8Array): string {
  const end = body.indexOf(0);
  return Buffer.from(end === -1 ? body : body.subarray(0, end)).toString('latin1');
}
