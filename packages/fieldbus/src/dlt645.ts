// A master of DL/T 645: reading by data identifier with follow-on frames, the address, the clock,
// and the relay of a meter (2007). Values come as bytes; what they mean, a register map says.

import { err, ok, type Result } from '@prewatt/quantities';
import { concat, fromHex, toBcd } from './bytes.ts';
import {
  anyAddress,
  broadcastAddress,
  type Dlt645Frame,
  dlt645Receiver,
  encodeDlt645,
} from './dlt645-frame.ts';
import type { BusFault, Talk } from './line.ts';

export type Dlt645Edition = '1997' | '2007';

/** Why a meter did not do it: the bits of its error byte, and an answer that is no answer. */
export type Dlt645Refusal =
  | 'noSuchData'
  | 'password'
  | 'speed'
  | 'tariffLimits'
  | 'other'
  | 'unexpected';
export type Dlt645Fault = BusFault | Dlt645Refusal;

type Controls = {
  readonly read: number;
  readonly followOn: number;
  readonly identifierBytes: number;
};
const controls: Readonly<Record<Dlt645Edition, Controls>> = {
  '1997': { read: 0x01, followOn: 0x02, identifierBytes: 2 },
  '2007': { read: 0x11, followOn: 0x12, identifierBytes: 4 },
};
const readAddressControl = 0x13;
const switchControl = 0x1c;
const broadcastTimeControl = 0x08;
const answerBit = 0x80;
const refusedBits = 0xc0;
const moreBit = 0x20;
const timeoutMs = 1000;
/** More follow-on frames than any meter sends. */
const longestFollowOn = 64;

/** One request and its answer; a refusal of the meter is an error. */
export async function askDlt645(
  talk: Talk,
  request: Dlt645Frame,
  patience: { readonly timeoutMs: number; readonly tries?: number } = { timeoutMs },
): Promise<Result<Dlt645Frame, Dlt645Fault>> {
  const answer = await talk.exchange({
    send: encodeDlt645(request),
    ...patience,
    receiver: () =>
      dlt645Receiver(
        (frame) =>
          (frame.control & ~(refusedBits | moreBit)) === (request.control & ~refusedBits) &&
          (frame.control & answerBit) !== 0 &&
          isOneOf(request.address, frame.address),
      ),
  });
  if (!answer.ok) return answer;
  const { control, data } = answer.value;
  return (control & refusedBits) === refusedBits ? err(refusalOf(data[0] ?? 0)) : answer;
}

/** `A` in the place of a digit stands for any. */
const isOneOf = (asked: string, address: string): boolean =>
  Array.from(asked).every((digit, index) => digit === 'A' || digit === address[index]);

/**
 * The value of a data identifier (eight hexadecimal digits; four in the edition of 1997), as it
 * comes, low byte first.
 */
export async function readDlt645(
  talk: Talk,
  of: { readonly edition: Dlt645Edition; readonly address: string; readonly identifier: string },
): Promise<Result<Uint8Array, Dlt645Fault>> {
  const { read, followOn, identifierBytes } = controls[of.edition];
  const identifier = identifierOf(of.identifier, identifierBytes);
  const parts: Uint8Array[] = [];
  for (let sequence = 0; sequence <= longestFollowOn; sequence += 1) {
    const isFirst = sequence === 0;
    const tail = isFirst || of.edition === '1997' ? [] : [sequence];
    const answer = await askDlt645(talk, {
      address: of.address,
      control: isFirst ? read : followOn,
      data: concat(identifier, Uint8Array.from(tail)),
    });
    if (!answer.ok) return answer;
    const { control, data } = answer.value;
    // A follow-on frame says which it is: a repeat of the one before is not taken for the next.
    const isThis = startsWith(data, identifier) && tail.every((each) => data.at(-1) === each);
    if (!isThis) return err('unexpected');
    parts.push(data.subarray(identifierBytes, data.length - tail.length));
    if ((control & moreBit) === 0) return ok(concat(...parts));
  }
  return err('unexpected');
}

/** The address of the only meter on the line. */
export async function readDlt645Address(talk: Talk): Promise<Result<string, Dlt645Fault>> {
  const answer = await askDlt645(talk, {
    ...{ address: anyAddress, control: readAddressControl, data: new Uint8Array() },
  });
  return answer.ok ? ok(answer.value.address) : answer;
}

/** Local time as a meter's clock shows it. */
export type ClockParts = Readonly<
  Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'second', number>
>;

export const switchOrders = { open: 0x1a, permitClose: 0x1b, close: 0x1c } as const;

/**
 * Moves the meter's own relay (control 1C, plain form; meters that ask for ciphered fee control
 * refuse it). `expires`: the meter ignores the command from then on.
 */
export async function switchDlt645(
  talk: Talk,
  of: {
    readonly address: string;
    readonly command: keyof typeof switchOrders;
    /** Level (two digits) and password (six digits). */
    readonly password: string;
    /** Eight digits. */
    readonly operator: string;
    readonly expires: ClockParts;
  },
): Promise<Result<void, Dlt645Fault>> {
  const level = toBcd(Number(of.password.slice(0, 2)), 1);
  const password = toBcd(Number(of.password.slice(2)), 3);
  const operator = toBcd(Number(of.operator), 4);
  const order = Uint8Array.of(switchOrders[of.command], 0);
  const answer = await askDlt645(talk, {
    address: of.address,
    control: switchControl,
    data: concat(level, password, operator, order, clockBytes(of.expires)),
  });
  return answer.ok ? ok(undefined) : answer;
}

/** Tells all meters the time; none answers, and each takes it at most once a day. */
export const tellDlt645Time = (talk: Talk, now: ClockParts): Promise<Result<void, BusFault>> =>
  talk.tell(
    encodeDlt645({
      ...{ address: broadcastAddress, control: broadcastTimeControl, data: clockBytes(now) },
    }),
  );

const clockBytes = ({ year, month, day, hour, minute, second }: ClockParts): Uint8Array =>
  concat(...[second, minute, hour, day, month, year % 100].map((part) => toBcd(part, 1)));

function identifierOf(text: string, byteCount: number): Uint8Array {
  const bytes = fromHex(text);
  if (bytes?.length !== byteCount) {
    throw new RangeError(`${text} is no data identifier of ${byteCount} bytes`);
  }
  return bytes.reverse();
}

function refusalOf(bits: number): Dlt645Refusal {
  if ((bits & 0x02) !== 0) return 'noSuchData';
  if ((bits & 0x04) !== 0) return 'password';
  if ((bits & 0x08) !== 0) return 'speed';
  return (bits & 0x70) !== 0 ? 'tariffLimits' : 'other';
}

const startsWith = (bytes: Uint8Array, head: Uint8Array): boolean =>
  bytes.length >= head.length && head.every((byte, index) => bytes[index] === byte);
