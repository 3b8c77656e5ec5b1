// What operators read: events, outcomes and reasons in words. Total over the codes that meters and
// sales can carry.

import type { CommandResult, MeterEvent, TokenOutcome, TokenRefusal } from '@prewatt/protocol';
import { formatKwh } from '@prewatt/quantities';

export const refusalWords: Record<TokenRefusal, string> = {
  format: 'not a token of 20 digits',
  lockout: 'keypad entry was locked after too many wrong tokens',
  crc: 'mistyped digit or made for another key (CRC)',
  mfrCode: 'made for another manufacturer',
  function: 'the meter does not know this function',
  keyExpired: 'the meter’s key has expired',
  old: 'older than the tokens the meter remembers',
  used: 'used before',
  ddtk: 'the meter still holds its default key',
  keyType: 'this change of key type is not allowed',
  range: 'a value is out of range',
  overflow: 'the credit would exceed what the meter can hold',
};

/** A stored refusal in words; an unknown code as it stands. */
export const wordsOfRefusal = (code: string | null): string =>
  refusalWords[code as TokenRefusal] ?? code ?? '';

export function outcomeWords(outcome: TokenOutcome): string {
  if (outcome.result === 'refused') return `refused: ${refusalWords[outcome.refusal]}`;
  return outcome.effect === 'credit'
    ? `accepted, ${formatKwh(BigInt(outcome.creditedEnergyWh))} kWh`
    : `accepted (${outcome.effect})`;
}

const eventWords: Record<Exclude<MeterEvent['code'], 'token'>, string> = {
  creditLow: 'Credit is low',
  creditExhausted: 'Credit is used up',
  protectedSupply: 'Supply kept on by a protection rule',
  loadSwitchOpened: 'Load switch opened',
  loadSwitchClosed: 'Load switch closed',
  powerFailed: 'Power failed',
  powerRestored: 'Power restored',
  coverOpened: 'Cover opened',
};

/** A stored event in words; `detail` is what the row keeps besides code and time. */
export function wordsOfEvent(code: string, detail: object): string {
  if (code !== 'token') return eventWords[code as keyof typeof eventWords] ?? code;
  const token = detail as { origin: string; lastFour: string; outcome: TokenOutcome };
  const how = token.origin === 'keypad' ? 'typed' : 'sent';
  return `Token …${token.lastFour} ${how}: ${outcomeWords(token.outcome)}`;
}

/** A stored command result in words. */
export function wordsOfResult(result: object | null): string | null {
  if (result === null) return null;
  const answer = result as CommandResult;
  switch (answer.kind) {
    case 'deliverToken':
      return outcomeWords(answer.outcome);
    case 'readNow':
      return 'read';
    case 'refused':
      return `refused: ${answer.reason}`;
  }
}
