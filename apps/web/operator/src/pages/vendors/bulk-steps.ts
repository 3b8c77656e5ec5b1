// A purchase from a file as steps: chosen, rehearsed, bought. The file and the key stay in this
// tab's memory; what was bought is the server's, so a closed tab loses the list and no token.

import {
  type Bought,
  buyAll,
  type Rehearsal,
  readBulkFile,
  rehearse,
} from '@prewatt/bulk-purchase';
import type { Currency } from '@prewatt/quantities';
import { useState } from 'react';
import { type ConsoleTill, createTill } from '../../api/bulk-purchase.ts';

export type BulkStep =
  | { readonly at: 'choose'; readonly failure: string | null }
  | { readonly at: 'working'; readonly buying: boolean; readonly done: number; readonly of: number }
  | { readonly at: 'rehearsed'; readonly till: ConsoleTill; readonly rehearsal: Rehearsal }
  | {
      readonly at: 'bought';
      readonly lines: readonly Bought[];
      /** Why it ended before the last line, for a person. */
      readonly stopped: string | null;
    };

type Start = { readonly key: string; readonly file: File; readonly vendorId: string };

export function useBulkSteps(currency: Currency) {
  const [step, setStep] = useState<BulkStep>({ at: 'choose', failure: null });
  const fail = (failure: string) => setStep({ at: 'choose', failure });
  const working = (buying: boolean, of: number) => (done: number) =>
    setStep({ at: 'working', buying, done, of });
  const look = async ({ key, file, vendorId }: Start) => {
    const read = readBulkFile(await file.text());
    if (!read.ok) return fail(`This file cannot be read: ${read.error}.`);
    const till = createTill(key);
    const me = await till.me();
    if (!me.ok) return fail(me.error.message);
    if (me.value.vendorId !== vendorId) return fail('This key is of another vendor.');
    const tell = working(false, read.value.length);
    tell(0);
    const done = await rehearse(till, read.value, { currency, tell });
    if (!done.ok) return fail(done.error.message);
    setStep({ at: 'rehearsed', till, rehearsal: done.value });
  };
  const buy = async (till: ConsoleTill, rehearsal: Rehearsal) => {
    const me = await till.me();
    if (!me.ok) return fail(me.error.message);
    if (me.value.shift === null) {
      const opened = await till.openShift();
      if (!opened.ok) return fail(opened.error.message);
    }
    const tell = working(true, rehearsal.lines.length);
    tell(0);
    const { lines, stopped } = await buyAll(till, rehearsal, tell);
    setStep({ at: 'bought', lines, stopped: stopped === null ? null : stopped.message });
  };
  return { step, look, buy, restart: () => setStep({ at: 'choose', failure: null }) };
}

export const resultName = (fileName: string): string =>
  `${fileName.replace(/\.[a-z]{1,4}$/i, '')}-tokens.csv`;
