// What the owner of a phone chose for all utilities of the installation: no more messages that
// nobody asked for, and the language of the answers. A stop is kept until the owner takes it back.

import type { Database, Tx } from '../../base/database.ts';
import type { Utility } from '../../registry/utilities/index.ts';

export type PhoneChoices = {
  readonly isStopped: boolean;
  readonly language: string | null;
};

export type Phones = {
  readonly choicesOf: (phone: string) => Promise<PhoneChoices>;
  /** No more messages but those that somebody waits for: tokens, receipts, answers, codes. */
  readonly stop: (phone: string) => Promise<void>;
  readonly start: (phone: string) => Promise<void>;
  readonly speak: (phone: string, language: string) => Promise<void>;
};

/** Kinds of messages that a stop does not hold back: somebody paid or asked for them. */
export const sentAnyway: readonly string[] = [
  ...['tokenIssued', 'walletCredited', 'saleReversed', 'customerChanged', 'payerReceipt', 'answer'],
  // About the money of whoever wanted it.
  'topUp',
];

/** What owners of phones chose, read within a transaction; a phone that chose none is not in it. */
export async function languagesOfPhones(
  tx: Tx,
  phones: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (phones.length === 0) return new Map();
  const rows = await tx
    .selectFrom('phone_choice_directory')
    .select(['phone', 'language'])
    .where('phone', 'in', [...new Set(phones)])
    .execute();
  return new Map(rows.flatMap((row) => (row.language === null ? [] : [[row.phone, row.language]])));
}

/** In which language a phone is told something of a utility. */
export const languageToTell = async (
  tx: Tx,
  utility: Pick<Utility, 'writing'>,
  phone: string,
): Promise<string> => (await languagesOfPhones(tx, [phone])).get(phone) ?? utility.writing.language;

export function createPhones(o: {
  readonly database: Database;
  readonly nowMs: () => number;
}): Phones {
  const set = async (
    phone: string,
    to: { readonly stopped_at: Date | null } | { readonly language: string },
  ): Promise<void> => {
    if (phone.length < 8 || phone.length > 16) return;
    const changed = { ...to, changed_at: new Date(o.nowMs()) };
    await o.database.directories
      .insertInto('phone_choice_directory')
      .values({ phone, ...changed })
      .onConflict((conflict) => conflict.column('phone').doUpdateSet(changed))
      .execute();
  };
  return {
    choicesOf: async (phone) => {
      const row = await o.database.directories
        .selectFrom('phone_choice_directory')
        .select(['stopped_at', 'language'])
        .where('phone', '=', phone)
        .executeTakeFirst();
      return { isStopped: (row?.stopped_at ?? null) !== null, language: row?.language ?? null };
    },
    stop: (phone) => set(phone, { stopped_at: new Date(o.nowMs()) }),
    start: (phone) => set(phone, { stopped_at: null }),
    speak: (phone, language) => set(phone, { language }),
  };
}
