// A CPU card as a value: the application that a real card would run, for the tests, the demo and a
// virtual reader. Any command that is not proved ends its session.

import { type Answer, answerBytes, type Command, parseCommand, statusOk } from './apdu.ts';
import { equalBytes, joined } from './bytes.ts';
import { applicationId, ins, secureCla } from './cpu-card.ts';
import { headerBytes, imageBytes } from './header.ts';
import { challengeBytes, macLength, openChannel, type SecureChannel } from './secure-channel.ts';

export type VirtualCpuCard = {
  readonly answer: (command: Uint8Array) => Uint8Array;
  readonly image: () => Uint8Array;
  readonly reset: () => void;
};

type Card = {
  readonly memory: Uint8Array;
  isSelected: boolean;
  channel: SecureChannel | null;
  isProved: boolean;
};

const said = (status: number): Answer => ({ data: new Uint8Array(0), status });

function forget(card: Card, status: number): Answer {
  card.channel = null;
  card.isProved = false;
  return said(status);
}

export function createVirtualCpuCard(o: {
  readonly image: Uint8Array;
  /** AES-128, put into the card when it is issued. */
  readonly key: Uint8Array;
  readonly randomBytes: (length: number) => Uint8Array;
}): VirtualCpuCard {
  const card: Card = {
    memory: Uint8Array.from(o.image),
    isSelected: false,
    channel: null,
    isProved: false,
  };
  const initialise = (host: Uint8Array): Answer => {
    if (host.length !== challengeBytes) return forget(card, 0x6700);
    const challenge = o.randomBytes(challengeBytes);
    card.isProved = false;
    card.channel = openChannel(o.key, { host, card: challenge });
    return { data: joined(challenge, card.channel.cardCryptogram), status: statusOk };
  };
  const answerTo = (bytes: Uint8Array): Answer => {
    const command = parseCommand(bytes);
    if (command === null) return forget(card, 0x6700);
    const { data = new Uint8Array(0), expected = 0 } = command;
    if (command.cla === 0 && command.ins === ins.select) {
      card.isSelected = equalBytes(data, applicationId);
      return forget(card, card.isSelected ? statusOk : 0x6a82);
    }
    if (!card.isSelected) return forget(card, 0x6985);
    if (command.cla === 0 && command.ins === ins.read) {
      const end = command.p2 + expected;
      if (end > headerBytes) return forget(card, 0x6982);
      return { data: card.memory.slice(command.p2, end), status: statusOk };
    }
    if (command.cla === 0x80 && command.ins === ins.initialise) return initialise(data);
    return command.cla === secureCla ? prove(card, command) : forget(card, 0x6e00);
  };
  return {
    answer: (command) => answerBytes(answerTo(command)),
    image: () => Uint8Array.from(card.memory),
    reset: () => {
      card.isSelected = false;
      forget(card, statusOk);
    },
  };
}

/** A command with a code: it is carried out when the code is right, and answered with one. */
function prove(card: Card, command: Command): Answer {
  const { p1, p2, data = new Uint8Array(0) } = command;
  const { channel } = card;
  if (channel === null || data.length < macLength) return forget(card, 0x6982);
  const body = data.subarray(0, data.length - macLength);
  const header = Uint8Array.of(secureCla, command.ins, p1, p2, data.length);
  const mac = channel.commandMac(header, body);
  if (!equalBytes(data.subarray(data.length - macLength), mac)) return forget(card, 0x6988);
  const answer = carryOut(card, command, { data: body, channel });
  if (answer.status !== statusOk) return answer;
  const proof = channel.answerMac(answer.data, Uint8Array.of(0x90, 0x00));
  return { data: joined(answer.data, proof), status: statusOk };
}

function carryOut(
  card: Card,
  { ins: asked, p2 }: Command,
  o: { readonly data: Uint8Array; readonly channel: SecureChannel },
): Answer {
  if (asked === ins.authenticate) {
    if (!equalBytes(o.data, o.channel.hostCryptogram)) return forget(card, 0x6300);
    card.isProved = true;
    return said(statusOk);
  }
  if (!card.isProved) return forget(card, 0x6982);
  if (asked === ins.read) {
    return { data: card.memory.slice(p2, Math.min(p2 + 64, imageBytes)), status: statusOk };
  }
  if (asked !== ins.update) return forget(card, 0x6d00);
  // The header stays as the card was issued.
  if (p2 < headerBytes || p2 + o.data.length > imageBytes) return forget(card, 0x6b00);
  card.memory.set(o.data, p2);
  return said(statusOk);
}
