// Who may sell at the site. A clerk's PIN is the server's to judge while there is a link; what it
// said right is remembered as a hash, so that the clerk can sign in without one. Wrong PINs are
// counted on the disk before they are answered.

import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { readSmallFile, replaceFile } from '@prewatt/virtual-meter/small-file';
import { z } from 'zod';
import type { ServerLink } from './server-link.ts';

const knownSchema = z.record(
  z.string(),
  z.strictObject({
    salt: z.string(),
    hash: z.string(),
    wrong: z.number().int(),
  }),
);
type Known = z.output<typeof knownSchema>;

export type SignedIn =
  | 'signedIn'
  /** The PIN is the one that was given to them: they choose another one first. */
  | 'choosePin'
  | 'pinWrong'
  | 'pinLocked'
  /** They have never signed in here while there was a link. */
  | 'needsLink'
  | 'pinTooEasy'
  | 'pinNotDigits'
  | 'pinNotNew';

export type ClerkBook = {
  readonly signIn: (o: {
    readonly clerkId: string;
    readonly pin: string;
    readonly newPin?: string;
  }) => Promise<SignedIn>;
};

const mostWrong = 5;

export function createClerkBook(path: string, link: Pick<ServerLink, 'checkPin'>): ClerkBook {
  const text = readSmallFile(path);
  let known: Known = text === null ? {} : knownSchema.parse(JSON.parse(text));
  const keep = (clerkId: string, entry: Known[string] | null): void => {
    const { [clerkId]: _, ...others } = known;
    known = entry === null ? others : { ...others, [clerkId]: entry };
    replaceFile(path, JSON.stringify(known));
  };
  const remember = async (clerkId: string, pin: string): Promise<void> => {
    const salt = randomBytes(16);
    const hash = await hashOf(pin, salt);
    keep(clerkId, { salt: salt.toString('hex'), hash: hash.toString('hex'), wrong: 0 });
  };
  const isRemembered = async (clerkId: string, pin: string): Promise<boolean> => {
    const entry = known[clerkId];
    if (entry === undefined) return false;
    const hash = await hashOf(pin, Buffer.from(entry.salt, 'hex'));
    return timingSafeEqual(hash, Buffer.from(entry.hash, 'hex'));
  };
  const offline = async (clerkId: string, pin: string): Promise<SignedIn> => {
    const entry = known[clerkId];
    if (entry === undefined) return 'needsLink';
    if (entry.wrong >= mostWrong) return 'pinLocked';
    // Counted before it is looked at: pulling the plug gives no further try.
    keep(clerkId, { ...entry, wrong: entry.wrong + 1 });
    if (!(await isRemembered(clerkId, pin))) return 'pinWrong';
    keep(clerkId, { ...entry, wrong: 0 });
    return 'signedIn';
  };
  return {
    signIn: async ({ clerkId, pin, newPin }) => {
      const answer = await link.checkPin({
        clerkId,
        pin,
        ...(newPin === undefined ? {} : { newPin }),
      });
      if (!answer.ok) {
        const { code } = answer.error;
        if (code === 'away') return newPin === undefined ? offline(clerkId, pin) : 'needsLink';
        // A PIN that the server does not take any more is not taken here, either.
        if (code === 'pinWrong' || code === 'pinLocked') {
          if (code === 'pinLocked' || (await isRemembered(clerkId, pin))) keep(clerkId, null);
          return code;
        }
        if (code === 'pinTooEasy' || code === 'pinNotDigits' || code === 'pinNotNew') return code;
        return 'needsLink';
      }
      if (!answer.value.pinIsOwn) return 'choosePin';
      await remember(clerkId, newPin ?? pin);
      return 'signedIn';
    },
  };
}

/** 16 MB and some tenths of a second of a small computer for each guess. */
const hashOf = (pin: string, salt: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) =>
    scrypt(pin, salt, 32, (error, key) => (error === null ? resolve(key) : reject(error))),
  );
