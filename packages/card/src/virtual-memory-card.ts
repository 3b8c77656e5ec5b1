// An SLE4442 and its reader as a value: what the tests, the demo and a virtual reader answer with.
// The maker's bytes cannot be written, three wrong codes lock the card.

import { type Answer, answerBytes, parseCommand, statusOk } from './apdu.ts';
import { equalBytes } from './bytes.ts';
import { atr, imageBytes } from './header.ts';
import { makersPsc, reader } from './memory-card.ts';

export type VirtualMemoryCard = {
  /** Answers any bytes. */
  readonly answer: (command: Uint8Array) => Uint8Array;
  /** A copy of what it holds. */
  readonly image: () => Uint8Array;
  /** As when it is taken out: the code has to be presented again. */
  readonly reset: () => void;
};

const wrongCommand: Answer = { data: new Uint8Array(0), status: 0x6d00 };
const done: Answer = { data: new Uint8Array(0), status: statusOk };
const refused = (status: number): Answer => ({ data: new Uint8Array(0), status });
const fullCounter = 0x07;

/** Without an image: as its maker sells it. */
export function createVirtualMemoryCard(
  o: { readonly image?: Uint8Array; readonly psc?: Uint8Array } = {},
): VirtualMemoryCard {
  const memory = new Uint8Array(imageBytes).fill(0xff);
  memory.set(o.image ?? atr);
  let psc = o.psc ?? makersPsc;
  let counter = fullCounter;
  let isOpen = false;

  const verify = (code: Uint8Array): Answer => {
    if (counter === 0) return refused(0x9000);
    isOpen = equalBytes(code, psc);
    counter = isOpen ? fullCounter : counter >> 1;
    return refused(0x9000 | counter);
  };
  const write = (at: number, bytes: Uint8Array): Answer => {
    if (!isOpen) return refused(0x6982);
    if (at + bytes.length > imageBytes) return refused(0x6b00);
    bytes.forEach((byte, index) => {
      if (at + index >= atr.length) memory[at + index] = byte;
    });
    return done;
  };
  const answerTo = (bytes: Uint8Array): Answer => {
    const command = parseCommand(bytes);
    if (command === null) return refused(0x6700);
    const { cla, ins, p2, data, expected } = command;
    if (cla !== reader.cla) return refused(0x6e00);
    if (ins === reader.select) return data?.[0] === 0x06 ? done : refused(0x6a81);
    if (ins === reader.read) {
      const end = p2 + (expected ?? 0);
      return end > imageBytes ? refused(0x6b00) : { data: memory.slice(p2, end), status: statusOk };
    }
    if (ins === reader.counter) return { data: Uint8Array.of(counter), status: statusOk };
    if (data === undefined) return wrongCommand;
    if (ins === reader.verify) return data.length === 3 ? verify(data) : refused(0x6700);
    if (ins === reader.write) return write(p2, data);
    if (ins !== reader.change) return wrongCommand;
    if (!isOpen || data.length !== 3) return refused(isOpen ? 0x6700 : 0x6982);
    psc = Uint8Array.from(data);
    return done;
  };
  return {
    answer: (command) => answerBytes(answerTo(command)),
    image: () => Uint8Array.from(memory),
    reset: () => {
      isOpen = false;
    },
  };
}
