// The e-mail address of whoever has a phone: given, proved by a code that is sent there, chosen
// for, taken away. Nothing else is sent to an address that is not proved.

import { createHash, timingSafeEqual } from 'node:crypto';
import { err, minuteMs, ok, type RandomBytes, type Result } from '@prewatt/quantities';
import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../../base/database.ts';
import { createUseCounts } from '../../registry/use-counts/index.ts';
import type { MailGroup } from './kinds.ts';

export type MailChoice = {
  readonly address: string;
  readonly isProved: boolean;
  /** Another one, which takes its place once the code that was sent there is typed. */
  readonly wanted: string | null;
  /** A code was sent and still holds. */
  readonly awaitsCode: boolean;
  /** Its mail server says that there is no such mailbox. */
  readonly isRefused: boolean;
  readonly wants: Readonly<Record<MailGroup, boolean>>;
};
/** In the order of the checks. */
export type AddressRefusal = 'noMail' | 'badAddress' | 'tooOften' | 'notSent';
export type CodeRefusal = 'codeOver' | 'wrongCode';

const codeHoldsMs = 15 * minuteMs;
const mostTries = 5;
const codesOfPhone = { most: 3, seconds: 3_600 };

export type Addresses = {
  readonly of: (phone: string) => Promise<MailChoice | null>;
  /**
   * Sends a code to an address. One that was proved before goes on getting its mail until the code
   * of the new one is typed.
   */
  readonly give: (phone: string, address: string) => Promise<Result<void, AddressRefusal>>;
  readonly prove: (phone: string, code: string) => Promise<Result<void, CodeRefusal>>;
  readonly choose: (phone: string, wants: MailChoice['wants']) => Promise<void>;
  readonly remove: (phone: string) => Promise<void>;
  /** There is no such mailbox: nothing more goes there until it is proved again. */
  readonly refuse: (address: string) => Promise<void>;
};

const addressPattern = /^[^\s@<>"(),:;\\[\]]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+$/i;

type Deps = {
  readonly database: Database;
  readonly random: RandomBytes;
  readonly realNowMs: () => number;
  readonly hasServers: boolean;
  readonly sendCode: (o: {
    readonly phone: string;
    readonly address: string;
    readonly code: string;
  }) => Promise<boolean>;
};

export function createAddresses(o: Deps): Addresses {
  const { directories } = o.database;
  const now = () => new Date(o.realNowMs());
  const counts = createUseCounts(o.database);
  return {
    of: async (phone) => {
      const row = await rowOf(o, phone);
      if (row === undefined) return null;
      const { address, receipts, warnings, others } = row;
      return {
        ...{ address, wants: { receipts, warnings, others } },
        isProved: row.proved_at !== null,
        wanted: row.wanted_address,
        isRefused: row.refused_at !== null,
        awaitsCode: row.code_hash !== null && (row.code_until ?? 0) > o.realNowMs(),
      };
    },
    give: async (phone, typed) => {
      const address = typed.trim();
      if (!o.hasServers) return err('noMail');
      if (address.length > 254 || !addressPattern.test(address)) return err('badAddress');
      if (!(await counts.take(`mail-code:${phone}`, codesOfPhone))) return err('tooOften');
      return give(o, phone, address);
    },
    prove: (phone, code) => prove(o, phone, code),
    choose: async (phone, wants) => {
      await directories
        .updateTable('mail_address_directory')
        .set({ ...wants, changed_at: now() })
        .where('phone', '=', phone)
        .execute();
    },
    remove: async (phone) => {
      await directories.deleteFrom('mail_address_directory').where('phone', '=', phone).execute();
    },
    refuse: async (address) => {
      await directories
        .updateTable('mail_address_directory')
        .set({ refused_at: now(), proved_at: null })
        .where('address', '=', address)
        .execute();
    },
  };
}

const rowOf = ({ database }: Deps, phone: string) =>
  database.directories
    .selectFrom('mail_address_directory')
    .selectAll()
    .where('phone', '=', phone)
    .executeTakeFirst();

async function give(
  o: Deps,
  phone: string,
  address: string,
): Promise<Result<void, AddressRefusal>> {
  const code = digitsOf(o.random(4));
  if (!(await o.sendCode({ phone, address, code }))) return err('notSent');
  const asked = {
    code_tries: 0,
    changed_at: new Date(o.realNowMs()),
    code_hash: hashOf(phone, address, code),
    code_until: new Date(o.realNowMs() + codeHoldsMs),
  };
  // In one statement: a code that is typed at the same time proves the address before or after.
  await o.database.directories
    .insertInto('mail_address_directory')
    .values({ phone, address, ...asked })
    .onConflict((conflict) =>
      conflict.column('phone').doUpdateSet({
        ...asked,
        address: ifProved(sql.ref('mail_address_directory.address'), sql.val(address)),
        wanted_address: ifProved(sql.val(address), sql.lit(null)),
        refused_at: ifProved(sql.ref('mail_address_directory.refused_at'), sql.lit(null)),
      }),
    )
    .execute();
  return ok(undefined);
}

/** What the row gets while its address is proved, or else. */
const ifProved = <T>(proved: RawBuilder<T>, otherwise: RawBuilder<T>) =>
  sql<T>`CASE WHEN mail_address_directory.proved_at IS NOT NULL THEN ${proved} ELSE ${otherwise} END`;

async function prove(o: Deps, phone: string, typed: string): Promise<Result<void, CodeRefusal>> {
  const { directories } = o.database;
  const row = await rowOf(o, phone);
  const holds = row !== undefined && (row.code_until ?? 0) > o.realNowMs();
  if (!holds || row.code_hash === null) return err('codeOver');
  // Counted before it is compared: guesses at once cost as much as one after the other.
  const counted = await directories
    .updateTable('mail_address_directory')
    .set((eb) => ({ code_tries: eb('code_tries', '+', 1) }))
    .where('phone', '=', phone)
    .where('code_tries', '<', mostTries)
    .executeTakeFirst();
  if (counted.numUpdatedRows === 0n) return err('codeOver');
  const address = row.wanted_address ?? row.address;
  const given = hashOf(phone, address, typed.replace(/\s/g, ''));
  if (!timingSafeEqual(given, row.code_hash)) return err('wrongCode');
  const proved = new Date(o.realNowMs());
  const taken = await directories
    .updateTable('mail_address_directory')
    .set({
      ...{ address, wanted_address: null, refused_at: null, proved_at: proved },
      ...{ code_hash: null, code_until: null, changed_at: proved },
    })
    .where('phone', '=', phone)
    .where('code_hash', '=', row.code_hash)
    .executeTakeFirst();
  return taken.numUpdatedRows === 1n ? ok(undefined) : err('codeOver');
}

const hashOf = (phone: string, address: string, code: string): Buffer =>
  createHash('sha256')
    .update(JSON.stringify([phone, address, code]))
    .digest();

/** Six digits of four random bytes. */
const digitsOf = (bytes: Uint8Array): string =>
  String(Buffer.from(bytes).readUInt32BE() % 1_000_000).padStart(6, '0');
