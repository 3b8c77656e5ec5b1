// What phones are told when a home changes hands.

import type { Tx } from '../../base/database.ts';
import type { Messages } from '../../messaging/messages/index.ts';
import { languageToTell } from '../../messaging/phones/index.ts';
import { sayTo } from '../../messaging/texts/index.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';

type HandOver = {
  readonly utility: Utility;
  readonly home: ConnectionPlace & { readonly name: string };
  readonly from: string | null;
  readonly to: string | null;
  readonly nowMs: number;
};

/** The one that loses the home, and the one that gets it; nobody where they are the same. */
export async function tellPhones(messages: Messages, tx: Tx, o: HandOver): Promise<void> {
  const { utility, home, nowMs } = o;
  if (o.from === o.to) return;
  const said = async (to: string, key: 'customer.gone' | 'customer.now') => {
    const language = await languageToTell(tx, utility, to);
    const first = sayTo(language, key, { utility: utility.name, home: home.name });
    const call =
      utility.helpPhone === null
        ? ''
        : ` ${sayTo(language, 'customer.call', { phone: utility.helpPhone })}`;
    await messages.queue(tx, {
      place: home,
      kind: 'customerChanged',
      factKey: `customer:${home.connectionId}:${nowMs}:${to}`,
      phone: to,
      text: `${first}${call}`,
    });
  };
  if (o.from !== null) await said(o.from, 'customer.gone');
  if (o.to !== null) await said(o.to, 'customer.now');
}

/** The last three digits: enough to tell two numbers apart. */
export const masked = (phone: string | null): string =>
  phone === null ? 'none' : `…${phone.slice(-3)}`;
