// A CPU card: the same 256 bytes in a file that only who proves the card's key reads whole and
// writes. A copy of its bytes is no card: the key does not leave it.

import { err, ok, type Result } from '@prewatt/quantities';
import { type Answer, type Command, send, statusOk, type Transmit } from './apdu.ts';
import { equalBytes, joined } from './bytes.ts';
import { headerBytes, imageBytes, readHeader } from './header.ts';
import { changesOf } from './memory-card.ts';
import {
  type Challenges,
  channelOf,
  macLength,
  openChannel,
  type SecureChannel,
  type SessionKeys,
  sessionKeysOf,
} from './secure-channel.ts';

/** Proprietary application identifier: F0 and "Prewatt". */
export const applicationId = Uint8Array.of(0xf0, 0x50, 0x72, 0x65, 0x77, 0x61, 0x74, 0x74);
export const ins = { select: 0xa4, read: 0xb0, update: 0xd6, initialise: 0x50, authenticate: 0x82 };
export const secureCla = 0x84;
const chunkBytes = 64;

/**
 * notThis: the card has no such application. cardUnproved: it does not know the key: a copy, or of
 * another utility. refused: it does not believe us. broken: an answer whose code is wrong.
 */
export type CpuCardFault = 'notThis' | 'cardUnproved' | 'refused' | 'broken';

export type CpuCardSession = {
  readonly image: Uint8Array;
  /** Writes what differs from what was read or last written. */
  readonly write: (after: Uint8Array) => Promise<Result<null, CpuCardFault>>;
};

/** The part that anybody may read. */
export async function readCpuHeader(transmit: Transmit): Promise<Result<Uint8Array, CpuCardFault>> {
  const data = applicationId;
  const chosen = await send(transmit, { cla: 0, ins: ins.select, p1: 4, p2: 0, data });
  if (chosen.status !== statusOk) return err('notThis');
  const command = { cla: 0, ins: ins.read, p1: 0, p2: 0, expected: headerBytes };
  const read = await send(transmit, command);
  const isHeader = read.status === statusOk && read.data.length === headerBytes;
  const padded = joined(read.data, new Uint8Array(imageBytes - read.data.length));
  return isHeader && readHeader(padded).ok ? ok(Uint8Array.from(read.data)) : err('notThis');
}

/** Who answers for the card's key: it is here, or a server has it and gives keys of a session. */
export type CpuCardSide = {
  readonly challenge: Uint8Array;
  /** Null: the card's proof is wrong. */
  readonly keysOf: (
    challenges: Challenges,
    cardCryptogram: Uint8Array,
  ) => Promise<SessionKeys | null>;
};

/** The keys of a session, where the card proves that it knows `key`; else null. */
export function proveCard(
  key: Uint8Array,
  challenges: Challenges,
  cardCryptogram: Uint8Array,
): SessionKeys | null {
  const { cardCryptogram: right } = openChannel(key, challenges);
  return equalBytes(cardCryptogram, right) ? sessionKeysOf(key, challenges) : null;
}

/** Mutual authentication by the card's key, then all that it holds. `challenge`: 8 random bytes. */
export const openCpuCard = (
  transmit: Transmit,
  { key, challenge }: { readonly key: Uint8Array; readonly challenge: Uint8Array },
): Promise<Result<CpuCardSession, CpuCardFault>> =>
  openCpuCardBy(transmit, {
    challenge,
    keysOf: async (challenges, cryptogram) => proveCard(key, challenges, cryptogram),
  });

/** The same by whoever has no key of the card. */
export async function openCpuCardBy(
  transmit: Transmit,
  o: CpuCardSide,
): Promise<Result<CpuCardSession, CpuCardFault>> {
  const begun = await send(transmit, {
    ...{ cla: 0x80, ins: ins.initialise, p1: 0, p2: 0 },
    data: o.challenge,
    expected: 16,
  });
  if (begun.status !== statusOk || begun.data.length !== 16) return err('notThis');
  const challenges = { host: o.challenge, card: begun.data.slice(0, 8) };
  const keys = await o.keysOf(challenges, begun.data.slice(8));
  if (keys === null) return err('cardUnproved');
  const channel = channelOf(keys, challenges);
  const secure = createSecureSender(transmit, channel);
  const proved = await secure({
    ins: ins.authenticate,
    p1: 0x11,
    p2: 0,
    data: channel.hostCryptogram,
  });
  if (!proved.ok) return proved;
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < imageBytes; at += chunkBytes) {
    const chunk = await secure({ ins: ins.read, p1: 0, p2: at, expected: chunkBytes });
    if (!chunk.ok) return chunk;
    chunks.push(chunk.value);
  }
  let held = joined(...chunks);
  return ok({
    image: Uint8Array.from(held),
    write: async (after) => {
      for (const { at, bytes } of changesOf(held, after)) {
        const written = await secure({ ins: ins.update, p1: 0, p2: at, data: bytes });
        if (!written.ok) return written;
      }
      held = Uint8Array.from(after);
      return ok(null);
    },
  });
}

function createSecureSender(transmit: Transmit, channel: SecureChannel) {
  return async (command: Omit<Command, 'cla'>): Promise<Result<Uint8Array, CpuCardFault>> => {
    const { data = new Uint8Array(0), p1, p2 } = command;
    const header = Uint8Array.of(secureCla, command.ins, p1, p2, data.length + macLength);
    const proved = joined(data, channel.commandMac(header, data));
    const answer = await send(transmit, {
      ...command,
      cla: secureCla,
      data: proved,
      expected: 256,
    });
    return unwrap(answer, channel);
  };
}

function unwrap(
  { data, status }: Answer,
  channel: SecureChannel,
): Result<Uint8Array, CpuCardFault> {
  if (status !== statusOk) return err('refused');
  if (data.length < macLength) return err('broken');
  const body = data.subarray(0, data.length - macLength);
  const mac = channel.answerMac(body, Uint8Array.of(status >> 8, status & 0xff));
  return equalBytes(data.subarray(data.length - macLength), mac)
    ? ok(Uint8Array.from(body))
    : err('broken');
}
