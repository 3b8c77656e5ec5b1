// Whichever card is on a reader: a CPU card whose keys a server answers for, a memory card, or a
// blank one that becomes a card.

import {
  type CardFault,
  type Challenges,
  type CpuCardFault,
  issueMemoryCard,
  openCpuCardBy,
  readCpuHeader,
  readHeader,
  readMemoryCard,
  type SessionKeys,
  type Transmit,
  writeMemoryCard,
} from '@prewatt/card';
import { err, ok, type Result } from '@prewatt/quantities';

/**
 * blank: no card of Prewatt yet. codeRefused: the code of the card is another one. notWritten: it
 * was pulled out, or does not hold what was written. The others are those of CPU cards.
 */
export type OnReaderFault =
  | 'blank'
  | 'notThis'
  | 'codeRefused'
  | 'notWritten'
  | Exclude<CpuCardFault, 'notThis'>;

export type OnReader = {
  readonly cardNumber: string;
  readonly medium: 'memory' | 'cpu';
  readonly image: Uint8Array;
  /** Writes what differs from what was read or last written. */
  readonly write: (after: Uint8Array) => Promise<Result<null, OnReaderFault>>;
};

export type KeysOf = (
  cardNumber: string,
  challenges: Challenges,
  cardCryptogram: Uint8Array,
) => Promise<SessionKeys | null>;

export async function readOnReader(
  transmit: Transmit,
  o: { readonly challenge: () => Uint8Array; readonly keysOf: KeysOf },
): Promise<Result<OnReader, OnReaderFault>> {
  const start = await readCpuHeader(transmit);
  if (!start.ok) return readMemory(transmit);
  const header = readHeader(Uint8Array.from([...start.value, ...new Uint8Array(224)]));
  if (!header.ok) return err('blank');
  const { cardNumber } = header.value;
  const session = await openCpuCardBy(transmit, {
    challenge: o.challenge(),
    keysOf: (challenges, cryptogram) => o.keysOf(cardNumber, challenges, cryptogram),
  });
  if (!session.ok) return session;
  return ok({ cardNumber, medium: 'cpu', ...session.value });
}

async function readMemory(transmit: Transmit): Promise<Result<OnReader, OnReaderFault>> {
  const read = await readMemoryCard(transmit);
  if (!read.ok) return err(read.error.code);
  const header = readHeader(read.value);
  if (!header.ok) return err('blank');
  let before = read.value;
  return ok({
    cardNumber: header.value.cardNumber,
    medium: 'memory',
    image: read.value,
    write: async (after) => {
      const written = await writeMemoryCard(transmit, { before, after });
      if (!written.ok) return err(written.error.code);
      before = after;
      return ok(null);
    },
  });
}

/** Makes a blank memory card one of ours; one that is this card already stays as it is. */
export async function makeOnReader(
  transmit: Transmit,
  image: Uint8Array,
): Promise<Result<null, OnReaderFault>> {
  const there = await readMemory(transmit);
  if (there.ok) {
    const same = readHeader(image);
    const isSame = same.ok && same.value.cardNumber === there.value.cardNumber;
    return isSame ? ok(null) : err('codeRefused');
  }
  if (there.error !== 'blank') return there;
  const made = await issueMemoryCard(transmit, image);
  return made.ok ? ok(null) : err(codeOf(made.error));
}

const codeOf = (fault: CardFault): OnReaderFault => fault.code;
