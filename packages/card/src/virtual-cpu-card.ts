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

const refused = (status: number): Answer => ({ data: new Uint8Array(0), status });

export function createVirtualCpuCard(o: {
  readonly image: Uint8Array;
  /** AES-128, put into the card when it is issued. */
  readonly key: Uint8Array;
  readonly randomBytes: (length: number) => Uint8Array;
}): VirtualCpuCard {
  const memory = Uint8Array.from(o.image);
  let isSelected = false;
  let channel: SecureChannel | null = null;
  let isProved = false;

  const forget = (status: number): Answer => {
    channel = null;
    isProved = false;
    return refused(status);
  };
  const initialise = (host: Uint8Array): Answer => {
    if (host.length !== challengeBytes) return forget(0x6700);
    const card = o.randomBytes(challengeBytes);
    isProved = false;
    channel = openChannel(o.key, { host, card });
    return { data: joined(card, channel.cardCryptogram), status: statusOk };
  };
  const carryOut = (command: Command, data: Uint8Array, open: SecureChannel): Answer => {
    const { p2 } = command;
    if (command.ins === ins.authenticate) {
      if (!equalBytes(data, open.hostCryptogram)) return forget(0x6300);
      isProved = true;
      return refused(statusOk);
    }
    if (!isProved) return forget(0x6982);
    if (command.ins === ins.read) {
      return { data: memory.slice(p2, Math.min(p2 + 64, imageBytes)), status: statusOk };
    }
    if (command.ins !== ins.update) return forget(0x6d00);
    // The header stays as the card was issued.
    if (p2 < headerBytes || p2 + data.length > imageBytes) return forget(0x6b00);
    memory.set(data, p2);
    return refused(statusOk);
  };
  const secure = (command: Command): Answer => {
    const { p1, p2, data = new Uint8Array(0) } = command;
    if (channel === null || data.length < macLength) return forget(0x6982);
    const body = data.subarray(0, data.length - macLength);
    const header = Uint8Array.of(secureCla, command.ins, p1, p2, data.length);
    const mac = channel.commandMac(header, body);
    if (!equalBytes(data.subarray(data.length - macLength), mac)) return forget(0x6988);
    const open = channel;
    const answer = carryOut(command, body, open);
    if (answer.status !== statusOk) return answer;
    const proof = open.answerMac(answer.data, Uint8Array.of(0x90, 0x00));
    return { data: joined(answer.data, proof), status: statusOk };
  };
  const answerTo = (bytes: Uint8Array): Answer => {
    const command = parseCommand(bytes);
    if (command === null) return forget(0x6700);
    const { data = new Uint8Array(0), expected = 0 } = command;
    if (command.cla === 0 && command.ins === ins.select) {
      isSelected = equalBytes(data, applicationId);
      return forget(isSelected ? statusOk : 0x6a82);
    }
    if (!isSelected) return forget(0x6985);
    if (command.cla === 0 && command.ins === ins.read) {
      const end = command.p2 + expected;
      return end > headerBytes
        ? forget(0x6982)
        : { data: memory.slice(command.p2, end), status: statusOk };
    }
    if (command.cla === 0x80 && command.ins === ins.initialise) return initialise(data);
    return command.cla === secureCla ? secure(command) : forget(0x6e00);
  };
  return {
    answer: (command) => answerBytes(answerTo(command)),
    image: () => Uint8Array.from(memory),
    reset: () => {
      isSelected = false;
      forget(statusOk);
    },
  };
}
