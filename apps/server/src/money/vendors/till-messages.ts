// Messages of terminals that do something, by the id that their sender gave them: claimed before
// anything is done, answered once, or given up by advice before they came. Whoever has claimed one
// has it for a while; after that, should its process have died, another may go on with it.

import type { Database, Tx } from '../../base/database.ts';
import { instant } from '../../base/database.ts';
import type { Clocks } from '../../base/time.ts';
import type { Till } from './keys.ts';

/** Longer than a sale can take that waits for the database until its statements are cut off. */
export const takenForMs = 180_000;

export type MessageName = {
  readonly clientId: string;
  readonly terminalId: string;
  readonly dateTime: string;
  readonly uniqueNumber: string;
};

export type TillMessage = {
  readonly state: 'taken' | 'answered' | 'givenUp';
  readonly element: string;
  readonly fingerprint: string | null;
  readonly request: unknown;
  readonly answer: unknown;
  readonly answeredAtMs: number | null;
};

export type NewTillMessage = {
  readonly element: string;
  readonly fingerprint: string;
  /** What has to be known to go on with it. */
  readonly request: object;
};

export type TillMessages = {
  readonly find: (till: Till, name: MessageName) => Promise<TillMessage | null>;
  /** Null: it is the caller's to do. Otherwise as it is: answered, given up, or in other hands. */
  readonly claim: (
    till: Till,
    name: MessageName,
    message: NewTillMessage,
  ) => Promise<TillMessage | null>;
  /** Takes over what nobody has in hand any more; false when somebody has, or it is done. */
  readonly takeOver: (till: Till, name: MessageName) => Promise<boolean>;
  /** The first answer stands: the one that is kept from now on. */
  readonly answer: (till: Till, name: MessageName, answer: object) => Promise<TillMessage>;
  /** Let go without an answer: nobody knows what came of it, and the next who asks goes on. */
  readonly letGo: (till: Till, name: MessageName) => Promise<void>;
  /** A message that was not here is never done from now on. As it is then. */
  readonly giveUp: (till: Till, name: MessageName) => Promise<TillMessage>;
  /** The client says that it has the answer. False: there is none. */
  readonly confirm: (till: Till, name: MessageName) => Promise<boolean>;
};

export function createTillMessages(o: {
  readonly database: Database;
  readonly clocks: Clocks;
}): TillMessages {
  const inTill = <T>(till: Till, work: (tx: Tx) => Promise<T>): Promise<T> =>
    o.database.inUtility(till.utilityId, work);
  const now = () => new Date(o.clocks.real.nowMs());
  const until = () => new Date(o.clocks.real.nowMs() + takenForMs);

  const takeOver = async (tx: Tx, till: Till, name: MessageName): Promise<boolean> => {
    const taken = await whereNamed(tx.updateTable('vendor_messages'), till, name)
      .set({ taken_until: until() })
      .where('state', '=', 'taken')
      .where('taken_until', '<=', instant(o.clocks.real.nowMs()))
      .returning('state')
      .executeTakeFirst();
    return taken !== undefined;
  };

  return {
    find: (till, name) => inTill(till, (tx) => read(tx, till, name)),

    claim: (till, name, message) =>
      inTill(till, async (tx) => {
        if (await insertTaken(tx, till, { name, message, until: until() })) return null;
        const known = await existing(tx, till, name);
        const isSame = known.fingerprint === message.fingerprint;
        return isSame && (await takeOver(tx, till, name)) ? null : known;
      }),

    takeOver: (till, name) => inTill(till, (tx) => takeOver(tx, till, name)),

    answer: (till, name, answer) =>
      inTill(till, async (tx) => {
        await whereNamed(tx.updateTable('vendor_messages'), till, name)
          .set({ state: 'answered', answer: JSON.stringify(answer), answered_at: now() })
          .where('state', '=', 'taken')
          .execute();
        return existing(tx, till, name);
      }),

    letGo: (till, name) =>
      inTill(till, async (tx) => {
        await whereNamed(tx.updateTable('vendor_messages'), till, name)
          .set({ taken_until: now() })
          .where('state', '=', 'taken')
          .execute();
      }),

    giveUp: (till, name) =>
      inTill(till, async (tx) => {
        await tx
          .insertInto('vendor_messages')
          .values({ ...columnsOf(till, name), element: '', state: 'givenUp' })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
        return existing(tx, till, name);
      }),

    confirm: (till, name) =>
      inTill(till, async (tx) => {
        const known = await whereNamed(tx.updateTable('vendor_messages'), till, name)
          .set({ confirmed_at: now() })
          .where('state', '=', 'answered')
          .returning('state')
          .executeTakeFirst();
        return known !== undefined;
      }),
  };
}

/** False when the id was used before. */
async function insertTaken(
  tx: Tx,
  till: Till,
  o: { readonly name: MessageName; readonly message: NewTillMessage; readonly until: Date },
): Promise<boolean> {
  const { element, fingerprint, request } = o.message;
  const claimed = await tx
    .insertInto('vendor_messages')
    .values({
      ...columnsOf(till, o.name),
      ...{ element, fingerprint, request: JSON.stringify(request) },
      ...{ state: 'taken', taken_until: o.until },
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('state')
    .executeTakeFirst();
  return claimed !== undefined;
}

const columnsOf = (till: Till, name: MessageName) => ({
  vendor_id: till.vendorId,
  client_id: name.clientId,
  terminal_id: name.terminalId,
  date_time: name.dateTime,
  unique_number: plain(name.uniqueNumber),
  utility_id: till.utilityId,
  key_id: till.keyId,
});

/** "004003" and "4003" are one number. */
const plain = (number: string): string => number.replace(/^0+(?=\d)/, '');

/** The statement, held to one message. */
const whereNamed = <Q extends { where: (column: never, is: never, value: never) => Q }>(
  query: Q,
  till: Till,
  name: MessageName,
): Q => {
  const { utility_id: _utility, key_id: _key, ...named } = columnsOf(till, name);
  return Object.entries(named).reduce(
    (held, [column, value]) => held.where(column as never, '=' as never, value as never),
    query,
  );
};

async function read(tx: Tx, till: Till, name: MessageName): Promise<TillMessage | null> {
  const row = await whereNamed(
    tx.selectFrom('vendor_messages').selectAll(),
    till,
    name,
  ).executeTakeFirst();
  if (row === undefined) return null;
  const { state, element, fingerprint, request, answer } = row;
  return { state, element, fingerprint, request, answer, answeredAtMs: row.answered_at };
}

async function existing(tx: Tx, till: Till, name: MessageName): Promise<TillMessage> {
  const known = await read(tx, till, name);
  if (known === null) throw new Error('a message that was claimed is not there');
  return known;
}
