// A day as the browser's field gives it.

import type { Read } from '../../text/entries.ts';

export const readDay = (text: string): Read<string> =>
  /^\d{4}-\d{2}-\d{2}$/.test(text)
    ? { ok: true, value: text }
    : { ok: false, error: 'Choose a day.' };
