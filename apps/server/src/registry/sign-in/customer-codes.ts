// Sign-in of customers: a code to the phone, and what comes of it.

import { hourMs } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Background } from '../../base/background.ts';
import type { Database } from '../../base/database.ts';
import { findConnectionsOfPhone } from '../connections/index.ts';
import type { Auth } from './auth.ts';
import type { Doors } from './doors.ts';

/** What came of a code: the cookies of a new session, or why there is none. */
export type CodeAnswer =
  | { readonly kind: 'signedIn'; readonly cookies: readonly string[] }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'wait'; readonly seconds: number };

export function customerCodes(o: {
  readonly auth: Auth;
  readonly doors: Doors;
  readonly background: Background;
  readonly database: Database;
  readonly note: (kind: 'codeWrong' | 'codesCapped', phone: string, address: string) => void;
}) {
  const { auth, doors, background, database, note } = o;
  const homesOf = createHomes(database);
  const utilityOf = async (phone: string) => {
    const [place] = await findConnectionsOfPhone(database, phone);
    if (place === undefined) return null;
    return { utilityId: place.utilityId, homes: await homesOf(place.utilityId) };
  };
  const send = async (phone: string, address: string): Promise<void> => {
    const utility = await utilityOf(phone);
    if (utility === null) return;
    if ((await doors.sendCode(utility.utilityId, utility.homes)) !== null) {
      note('codesCapped', phone, address);
      return;
    }
    await auth.api.sendPhoneNumberOTP({ body: { phoneNumber: phone } });
  };

  return {
    /**
     * Has a code sent if the phone belongs to a customer. All that depends on that is done behind
     * the answer, so that nobody learns from its words or its time who is one. Answers how many
     * seconds to wait, or null.
     */
    requestCode: async (phone: string, address: string): Promise<number | null> => {
      const wait = await doors.askCode(phone, address);
      if (wait === null) background.begin('sending a code', () => send(phone, address));
      return wait;
    },

    confirmCode: async (phone: string, code: string, address: string): Promise<CodeAnswer> => {
      const seconds = await doors.tryCode(phone, address);
      if (seconds !== null) return { kind: 'wait', seconds };
      const cookies = await cookiesFor(auth, phone, code);
      if (cookies === null) {
        note('codeWrong', phone, address);
        return { kind: 'wrong' };
      }
      await doors.codeWasRight(phone, address, await utilityOf(phone));
      await doors.remember(phone, address);
      return { kind: 'signedIn', cookies };
    },
  };
}

async function cookiesFor(auth: Auth, phone: string, code: string): Promise<string[] | null> {
  try {
    const answer = await auth.api.verifyPhoneNumber({
      body: { phoneNumber: phone, code },
      asResponse: true,
    });
    return answer.ok ? answer.headers.getSetCookie() : null;
  } catch {
    return null;
  }
}

/** How many homes a utility has, counted once an hour. */
function createHomes(database: Database) {
  const counted = new Map<string, { readonly homes: number; readonly untilMs: number }>();
  return async (utilityId: string): Promise<number> => {
    const known = counted.get(utilityId);
    if (known !== undefined && known.untilMs > Date.now()) return known.homes;
    const { homes } = await database.directories
      .selectFrom('phone_directory')
      .select(sql<number>`count(*)::int`.as('homes'))
      .where('utility_id', '=', utilityId)
      .executeTakeFirstOrThrow();
    counted.set(utilityId, { homes, untilMs: Date.now() + hourMs });
    return homes;
  };
}
