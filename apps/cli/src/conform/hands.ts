// Who does to the device what is done from outside: a control hook at an address (our virtual meter
// has one, a maker's rig may), or the person at the bench, who is asked in words. Where there is
// neither, it stays undone.

import { type ActDone, type BenchAct, wordsOfAct } from '@prewatt/conform';
import type { CommandContext } from '../command.ts';

export type Hands = {
  readonly kind: 'control' | 'person' | 'nobody';
  readonly act: (act: BenchAct) => Promise<ActDone>;
};

/** A short wait is waited; a long one is the hook's or the person's. */
const shortWaitMs = 90_000;

export function createHands(
  context: CommandContext,
  o: { readonly control: URL | null; readonly asksPerson: boolean },
): Hands {
  const { control } = o;
  if (control !== null) {
    return { kind: 'control', act: (act) => askControl(context, control, act) };
  }
  if (o.asksPerson) return { kind: 'person', act: (act) => askPerson(context, act) };
  return { kind: 'nobody', act: async (act) => waitShortly(context, act) };
}

async function waitShortly(context: CommandContext, act: BenchAct): Promise<ActDone> {
  if (act.kind !== 'wait' || act.ms > shortWaitMs) return null;
  await context.sleep(act.ms);
  return { said: null };
}

/** 501: the rig cannot do it. Anything else that is no 200 ends the run: the bench is broken. */
async function askControl(context: CommandContext, url: URL, act: BenchAct): Promise<ActDone> {
  const answer = await context.fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(act),
  });
  if (answer.status === 501) return null;
  if (!answer.ok) throw new ControlFailed(`${url.href} answers ${answer.status} to ${act.kind}`);
  const { said } = (await answer.json()) as { readonly said?: unknown };
  return { said: typeof said === 'string' ? said : null };
}

/** The control hook does not do what it is there for. */
export class ControlFailed extends Error {}

async function askPerson(context: CommandContext, act: BenchAct): Promise<ActDone> {
  const question =
    act.kind === 'keypad'
      ? `${wordsOfAct(act)}, and type what it shows (accepted, refused, locked; - to leave it out): `
      : `${wordsOfAct(act)}, then press Enter (- to leave it out): `;
  const answer = await context.ask(question, 'shown');
  if (answer === null || answer.trim() === '-') return null;
  return { said: act.kind === 'keypad' ? answer.trim().toLowerCase() : null };
}
