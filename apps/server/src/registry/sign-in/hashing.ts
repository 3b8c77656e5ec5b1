// Passwords are hashed one after the other. A hash keeps a processor busy for a tenth of a second
// by design; several at once would leave none for everybody else's requests.

import { hashPassword, verifyPassword } from 'better-auth/crypto';

/** Work in the order in which it was asked for, one at a time. */
export function createTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
}

export type PasswordHashing = {
  readonly hash: (password: string) => Promise<string>;
  readonly verify: (o: { readonly hash: string; readonly password: string }) => Promise<boolean>;
};

/** better-auth's own hashing of passwords, in turns. */
export function hashingInTurns(): PasswordHashing {
  const inTurn = createTurns();
  return {
    hash: (password) => inTurn(() => hashPassword(password)),
    verify: (o) => inTurn(() => verifyPassword(o)),
  };
}
