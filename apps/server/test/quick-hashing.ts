// Passwords and PINs of tests: a hash of the server takes a tenth of a second of a processor by
// design, which was a third of what the server's tests cost. The server's own hashing has its test
// beside it, and the browser's journeys sign in by it.

import { createHash } from 'node:crypto';
import { hashingInTurns, type PasswordHashing } from '../src/registry/sign-in/index.ts';

const hashOf = (password: string): string => createHash('sha256').update(password).digest('hex');
const slow = hashingInTurns();

export const quickHashing: PasswordHashing = {
  hash: async (password) => hashOf(password),
  // What the command line wrote into the database is hashed as for a server that serves people.
  verify: async (o) => (o.hash.includes(':') ? slow.verify(o) : o.hash === hashOf(o.password)),
};
