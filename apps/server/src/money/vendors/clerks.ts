// Clerks of a vendor, who sign in on a shop's phone by a PIN. A PIN is few digits: it opens nothing
// without the phone, it is hashed as a password is, and after five wrong ones in a row on a phone
// that phone takes none of this clerk until an operator gives them another.

import { timingSafeEqual } from 'node:crypto';
import { err, idFromUuid, ok, type RandomBytes, type Result } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Database, Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { Clocks } from '../../base/time.ts';
import type { PasswordHashing } from '../../registry/sign-in/index.ts';
import type { Till } from './keys.ts';
import { sha256 } from './phones.ts';

const mostWrong = 5;
/** Signed in for a working day at most, and for half an hour without use. */
const sessionLivesMs = 12 * 3_600_000;
const sessionRestsMs = 30 * 60_000;
/** How exactly the last use is kept. */
const seenWithinMs = 60_000;

export type Clerk = {
  readonly clerkId: string;
  readonly name: string;
  /** False while they have a PIN that another person has seen. */
  readonly pinIsOwn: boolean;
};

export type NewPin = { readonly clerkId: string; readonly name: string; readonly pin: string };

export type Clerks = {
  /** In the caller's transaction: whom a vendor has, with their first PIN, in this answer alone. */
  readonly add: (
    tx: Tx,
    o: { readonly utilityId: string; readonly vendorId: string; readonly name: string },
  ) => Promise<Result<NewPin, 'unknownVendor' | 'nameTaken'>>;
  /** Another PIN: signs them out everywhere, and ends what wrong ones had locked. */
  readonly givePin: (
    tx: Tx,
    o: { readonly vendorId: string; readonly clerkId: string },
  ) => Promise<Result<NewPin, 'unknownClerk'>>;
  readonly remove: (
    tx: Tx,
    o: { readonly vendorId: string; readonly clerkId: string },
  ) => Promise<Result<{ readonly name: string }, 'unknownClerk'>>;
  /** Who may sign in on this phone. */
  readonly ofPhone: (till: Till) => Promise<readonly Clerk[]>;
  /** The secret of the session. */
  readonly signIn: (
    till: Till,
    o: { readonly clerkId: string; readonly pin: string },
  ) => Promise<Result<string, 'pinWrong' | 'pinLocked'>>;
  /** Who is signed in with this secret; null for nobody. */
  readonly signedIn: (till: Till, secret: string) => Promise<Clerk | null>;
  /** Whether it is their PIN; counted as on a shop's phone, and signs nobody in there. */
  readonly checkPin: (
    till: Till,
    o: { readonly clerkId: string; readonly pin: string },
  ) => Promise<Result<{ readonly pinIsOwn: boolean }, 'pinWrong' | 'pinLocked'>>;
  readonly signOut: (till: Till) => Promise<void>;
  readonly choosePin: (
    till: Till,
    o: { readonly clerkId: string; readonly pin: string },
  ) => Promise<Result<void, 'pinTooEasy' | 'pinNotDigits' | 'pinNotNew'>>;
};

type ClerkDeps = {
  readonly database: Database;
  readonly clocks: Clocks;
  readonly newUuid: NewUuid;
  readonly random: RandomBytes;
  readonly pins: PasswordHashing;
};

export function createClerks(o: ClerkDeps): Clerks {
  return { ...managed(o, o.pins), ...atPhone(o, o.pins) };
}

/** What administrators do about clerks. */
function managed(
  o: ClerkDeps,
  hashing: PasswordHashing,
): Pick<Clerks, 'add' | 'givePin' | 'remove'> {
  return {
    add: async (tx, { utilityId, vendorId, name }) => {
      const pin = givenPin(o.random);
      const known = await tx
        .selectFrom('vendors')
        .select('id')
        .where('id', '=', vendorId)
        .executeTakeFirst();
      if (known === undefined) return err('unknownVendor');
      const row = await tx
        .insertInto('vendor_clerks')
        .values({
          ...{ id: o.newUuid(), utility_id: utilityId, vendor_id: vendorId, name },
          pin_hash: await hashing.hash(pin),
          created_at: new Date(o.clocks.business.nowMs()),
        })
        .onConflict((conflict) => conflict.doNothing())
        .returning('id')
        .executeTakeFirst();
      if (row === undefined) return err('nameTaken');
      return ok({ clerkId: idFromUuid('clerk', row.id), name, pin });
    },

    givePin: async (tx, { vendorId, clerkId }) => {
      const pin = givenPin(o.random);
      const row = await tx
        .updateTable('vendor_clerks')
        .set({ pin_hash: await hashing.hash(pin), pin_is_own: false })
        .where('id', '=', clerkId)
        .where('vendor_id', '=', vendorId)
        .where('removed_at', 'is', null)
        .returning('name')
        .executeTakeFirst();
      if (row === undefined) return err('unknownClerk');
      await signOutEverywhere(tx, clerkId);
      await tx.deleteFrom('vendor_pin_tries').where('clerk_id', '=', clerkId).execute();
      return ok({ clerkId: idFromUuid('clerk', clerkId), name: row.name, pin });
    },

    remove: async (tx, { vendorId, clerkId }) => {
      const row = await tx
        .updateTable('vendor_clerks')
        .set({ removed_at: new Date(o.clocks.business.nowMs()) })
        .where('id', '=', clerkId)
        .where('vendor_id', '=', vendorId)
        .where('removed_at', 'is', null)
        .returning('name')
        .executeTakeFirst();
      if (row === undefined) return err('unknownClerk');
      await signOutEverywhere(tx, clerkId);
      return ok(row);
    },
  };
}

/** What a clerk does on a phone. */
function atPhone(
  o: ClerkDeps,
  hashing: PasswordHashing,
): Omit<Clerks, 'add' | 'givePin' | 'remove'> {
  const inTill = <T>(till: Till, work: (tx: Tx) => Promise<T>): Promise<T> =>
    o.database.inUtility(till.utilityId, work);
  return {
    ofPhone: (till) =>
      inTill(till, async (tx) =>
        (await clerksOf(tx, till.vendorId)).map((row) => ({
          clerkId: row.id,
          name: row.name,
          pinIsOwn: row.pin_is_own,
        })),
      ),

    signIn: (till, wish) => signIn(o, till, { ...wish, verify: hashing.verify }),

    checkPin: async (till, wish) => {
      const checked = await checkPin(o, till, { ...wish, verify: hashing.verify });
      if (!checked.ok) return checked;
      return inTill(till, async (tx) => {
        await forgetTries(tx, till, wish.clerkId);
        const clerks = await clerksOf(tx, till.vendorId);
        const pinIsOwn = clerks.find(({ id }) => id === wish.clerkId)?.pin_is_own ?? false;
        return ok({ pinIsOwn });
      });
    },

    signedIn: (till, secret) => inTill(till, (tx) => signedIn(tx, o, { till, secret })),

    signOut: (till) => inTill(till, (tx) => endSession(tx, till.keyId)),

    choosePin: async (till, { clerkId, pin }) => {
      if (!/^\d{4,8}$/.test(pin)) return err('pinNotDigits');
      if (isEasy(pin)) return err('pinTooEasy');
      const before = await inTill(till, (tx) => hashOf(tx, till, clerkId));
      if (before === null || (await hashing.verify({ hash: before, password: pin }))) {
        return err('pinNotNew');
      }
      const hash = await hashing.hash(pin);
      await inTill(till, (tx) =>
        tx
          .updateTable('vendor_clerks')
          .set({ pin_hash: hash, pin_is_own: true })
          .where('id', '=', clerkId)
          .where('vendor_id', '=', till.vendorId)
          .execute(),
      );
      return ok(undefined);
    },
  };
}

const clerksOf = (tx: Tx, vendorId: string) =>
  tx
    .selectFrom('vendor_clerks')
    .select(['id', 'name', 'pin_is_own', 'created_at'])
    .select((eb) =>
      eb
        .exists(
          eb
            .selectFrom('vendor_pin_tries')
            .select('wrong')
            .whereRef('vendor_pin_tries.clerk_id', '=', 'vendor_clerks.id')
            .where('wrong', '>=', mostWrong),
        )
        .as('is_locked'),
    )
    .where('vendor_id', '=', vendorId)
    .where('removed_at', 'is', null)
    .orderBy('name')
    .execute();

/** For operators: who may sign in, and whom a phone takes no PIN of. */
export const vendorClerks = clerksOf;

async function signIn(
  o: ClerkDeps,
  till: Till,
  wish: {
    readonly clerkId: string;
    readonly pin: string;
    readonly verify: (o: { hash: string; password: string }) => Promise<boolean>;
  },
): Promise<Result<string, 'pinWrong' | 'pinLocked'>> {
  const { clerkId } = wish;
  const checked = await checkPin(o, till, wish);
  if (!checked.ok) return checked;
  const secret = Buffer.from(o.random(32)).toString('hex');
  const now = new Date(o.clocks.real.nowMs());
  await o.database.inUtility(till.utilityId, async (tx) => {
    await tx
      .updateTable('vendor_phones')
      .set({
        clerk_id: clerkId,
        session_hash: sha256(secret),
        signed_in_at: now,
        seen_at: now,
      })
      .where('key_id', '=', till.keyId)
      .execute();
    await forgetTries(tx, till, clerkId);
  });
  return ok(secret);
}

const forgetTries = (tx: Tx, till: Till, clerkId: string) =>
  tx
    .deleteFrom('vendor_pin_tries')
    .where('key_id', '=', till.keyId)
    .where('clerk_id', '=', clerkId)
    .execute();

async function checkPin(
  o: ClerkDeps,
  till: Till,
  wish: {
    readonly clerkId: string;
    readonly pin: string;
    readonly verify: (o: { hash: string; password: string }) => Promise<boolean>;
  },
): Promise<Result<void, 'pinWrong' | 'pinLocked'>> {
  const { clerkId, pin } = wish;
  // Counted before it is looked at, in a transaction of its own: guesses at once count, too.
  const counted = await o.database.inUtility(till.utilityId, async (tx) => {
    const hash = await hashOf(tx, till, clerkId);
    return hash === null ? null : { hash, tries: await countTry(tx, till, clerkId) };
  });
  if (counted === null) return err('pinWrong');
  const { hash, tries } = counted;
  if (tries === null) return err('pinLocked');
  if (await wish.verify({ hash, password: pin })) return ok(undefined);
  // The last try that there is locks, and says so.
  return err(tries >= mostWrong ? 'pinLocked' : 'pinWrong');
}

async function hashOf(tx: Tx, till: Till, clerkId: string): Promise<string | null> {
  const row = await tx
    .selectFrom('vendor_clerks')
    .select('pin_hash')
    .where('id', '=', clerkId)
    .where('vendor_id', '=', till.vendorId)
    .where('removed_at', 'is', null)
    .executeTakeFirst();
  return row?.pin_hash ?? null;
}

/** Which try this is; null where none may be made any more. */
async function countTry(tx: Tx, till: Till, clerkId: string): Promise<number | null> {
  const row = await tx
    .insertInto('vendor_pin_tries')
    .values({ key_id: till.keyId, clerk_id: clerkId, utility_id: till.utilityId, wrong: 1 })
    .onConflict((conflict) =>
      conflict
        .columns(['key_id', 'clerk_id'])
        .doUpdateSet({ wrong: sql`vendor_pin_tries.wrong + 1` })
        .where('vendor_pin_tries.wrong', '<', mostWrong),
    )
    .returning('wrong')
    .executeTakeFirst();
  return row?.wrong ?? null;
}

async function signedIn(
  tx: Tx,
  o: ClerkDeps,
  { till, secret }: { readonly till: Till; readonly secret: string },
): Promise<Clerk | null> {
  const row = await tx
    .selectFrom('vendor_phones')
    .innerJoin('vendor_clerks', 'vendor_clerks.id', 'vendor_phones.clerk_id')
    .select(['session_hash', 'signed_in_at', 'seen_at'])
    .select(['vendor_clerks.id', 'vendor_clerks.name', 'vendor_clerks.pin_is_own'])
    .where('key_id', '=', till.keyId)
    .executeTakeFirst();
  if (row === undefined || row.session_hash === null) return null;
  if (!timingSafeEqual(row.session_hash, sha256(secret))) return null;
  const nowMs = o.clocks.real.nowMs();
  const [begun, seen] = [row.signed_in_at ?? 0, row.seen_at ?? 0];
  if (nowMs - begun > sessionLivesMs || nowMs - seen > sessionRestsMs) {
    await endSession(tx, till.keyId);
    return null;
  }
  if (nowMs - seen > seenWithinMs) {
    await tx
      .updateTable('vendor_phones')
      .set({ seen_at: new Date(nowMs) })
      .where('key_id', '=', till.keyId)
      .where('session_hash', '=', row.session_hash)
      .execute();
  }
  return { clerkId: row.id, name: row.name, pinIsOwn: row.pin_is_own };
}

const noSession = { clerk_id: null, session_hash: null, signed_in_at: null, seen_at: null };

async function endSession(tx: Tx, keyId: string): Promise<void> {
  await tx.updateTable('vendor_phones').set(noSession).where('key_id', '=', keyId).execute();
}

async function signOutEverywhere(tx: Tx, clerkId: string): Promise<void> {
  await tx.updateTable('vendor_phones').set(noSession).where('clerk_id', '=', clerkId).execute();
}

function givenPin(random: RandomBytes): string {
  const drawn = Buffer.from(random(6)).readUIntBE(0, 6) % 1_000_000;
  const pin = drawn.toString().padStart(6, '0');
  return isEasy(pin) ? givenPin(random) : pin;
}

/** What everybody tries first: one digit alone, and digits in a row, up or down. */
function isEasy(pin: string): boolean {
  const steps = new Set([...pin].slice(1).map((digit, i) => Number(digit) - Number(pin[i])));
  const [only] = steps;
  return steps.size === 1 && only !== undefined && Math.abs(only) <= 1;
}
