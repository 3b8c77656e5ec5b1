// Whoever is signed in proves once more who they are, by password and second factor, before an act
// that a console left open must not do. Tries count with those of signing in.

import type { Pool } from 'pg';
import type { Auth, Session } from './auth.ts';
import { isFirstUse } from './codes-once.ts';
import type { Doors } from './doors.ts';
import { clientAddressHeader } from './origins.ts';

export type Confirmation =
  | { readonly kind: 'confirmed' }
  | { readonly kind: 'wrongPassword' }
  /** There is a second factor, and no code, or not a right one. */
  | { readonly kind: 'wrongCode' }
  | { readonly kind: 'wait'; readonly seconds: number };

export type ConfirmPerson = ReturnType<typeof personConfirmer>;

export const personConfirmer =
  (o: {
    readonly auth: Auth;
    readonly pool: Pool;
    readonly doors: Doors;
    readonly note: (kind: 'signInFailed' | 'signInBraked', email: string, address: string) => void;
  }) =>
  async (
    headers: Headers,
    { session, ...given }: { session: Session; password: string; code: string | null },
  ): Promise<Confirmation> => {
    const address = headers.get(clientAddressHeader) ?? '';
    const { id, email } = session.user;
    const seconds = await o.doors.tryPassword(email, address);
    if (seconds !== null) {
      o.note('signInBraked', email, address);
      return { kind: 'wait', seconds };
    }
    const isRight = await o.auth.api
      .verifyPassword({ headers, body: { password: given.password } })
      .then(({ status }) => status)
      .catch(() => false);
    // A wrong code counts like a wrong password: whoever knows one guesses the other no faster.
    if (isRight && (await isSecondRight(o, { headers, id, code: given.code }))) {
      await o.doors.passwordWasRight(email, address);
      return { kind: 'confirmed' };
    }
    o.note('signInFailed', email, address);
    return { kind: isRight ? 'wrongCode' : 'wrongPassword' };
  };

async function isSecondRight(
  { auth, pool }: { readonly auth: Auth; readonly pool: Pool },
  o: { readonly headers: Headers; readonly id: string; readonly code: string | null },
): Promise<boolean> {
  const { rows } = await pool.query<{ on: boolean }>(
    'SELECT coalesce("twoFactorEnabled", false) AS on FROM auth."user" WHERE id = $1',
    [o.id],
  );
  if (rows[0]?.on === false) return true;
  if (o.code === null) return false;
  const accepted = await auth.api
    .verifyTOTP({ headers: o.headers, body: { code: o.code } })
    .then(({ user }) => user.id === o.id)
    .catch(() => false);
  return accepted && isFirstUse(pool, { userId: o.id, code: o.code });
}
