// The desk of a site with its files and its way to the server.

import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Channel } from '../channel.ts';
import type { Site } from '../site.ts';
import { ask } from './ask.ts';
import { createClerkBook } from './clerks.ts';
import { createDesk, type Desk } from './desk.ts';
import { createGrantStore } from './grant.ts';
import { type Journal, openJournal } from './journal.ts';
import { createServerLink } from './server-link.ts';

/** Null where the site's file says nothing of sales. Throws when the journal cannot be trusted. */
export function openDesk(
  { sales }: Site,
  members: readonly { readonly channel: Channel }[],
  deps: {
    readonly folder: string;
    readonly clock: { readonly nowMs: () => number };
    readonly log: Logger;
    /** For a trial that cuts the mains between two entries. */
    readonly journal?: (path: string) => Journal;
  },
): Desk | null {
  if (sales === undefined) return null;
  const { folder, clock, log } = deps;
  const link = createServerLink({ ...sales, ask });
  return createDesk({
    ...{ nowMs: clock.nowMs, link, log },
    journal: (deps.journal ?? openJournal)(join(folder, 'sales.jsonl')),
    grants: createGrantStore(join(folder, 'sales-budget.json')),
    clerks: createClerkBook(join(folder, 'sales-clerks.json'), link),
    // Shared lighting is sold to nobody.
    channels: members.map(({ channel }) => channel).filter(({ setting }) => !setting.shared),
    amountsMinor: sales.amountsMinor.map(BigInt),
  });
}
