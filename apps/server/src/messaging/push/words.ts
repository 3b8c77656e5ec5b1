// What a notification says, and the subject of a mail: a sentence for each kind of message, which
// anybody may read on a locked screen. No token, no amount, no name, no address.

import type { MessageKind } from '../messages/index.ts';
import { type MessageTextKey, sayTo } from '../texts/index.ts';

/** In the language that the phone, or the browser, chose. */
export function pushText(language: string | null, kind: MessageKind): string {
  const key: `notice.${MessageKind}` & MessageTextKey = `notice.${kind}`;
  return sayTo(language, key, {});
}
