// What a customer's text message asks for. Commands are words in front, in any case and in the
// languages that are spoken; a meter number and an amount are looked for in the rest.

import { hasCheckDigit, meterInText, plainMeter } from '../base/meter-text.ts';
import { e164 } from '../base/phones.ts';

export type Command = 'balance' | 'last-token' | 'buy' | 'stop' | 'start' | 'help' | 'free-text';

export type InboundSms = {
  readonly kind: 'inbound-sms';
  readonly messageId: string | null;
  /** E.164 where it is a phone; a short code or name as it came. */
  readonly sender: string;
  readonly recipient: string | null;
  readonly text: string;
  readonly command: Command;
  readonly meter: string | null;
  /** Decimal text, as typed. */
  readonly amount: string | null;
};

type Meaning = { readonly command: Command; readonly language: 'sw' | null };

/** The language is named where answers are written in it. */
const commands: readonly (readonly [Command, Meaning['language'], string])[] = [
  ['balance', null, 'BAL BALANCE SALDO SOLDE'],
  ['balance', 'sw', 'SALIO'],
  ['last-token', null, 'TOKEN TOKENS JETON LAST'],
  ['last-token', 'sw', 'TOKENI'],
  ['buy', null, 'BUY PAY COMPRAR ACHETER'],
  ['buy', 'sw', 'NUNUA'],
  ['stop', null, 'STOP END CANCEL UNSUBSCRIBE QUIT PARAR ARRET'],
  ['stop', 'sw', 'ACHA'],
  ['start', null, 'START UNSTOP'],
  ['help', null, 'HELP INFO AJUDA AIDE'],
  ['help', 'sw', 'MSAADA'],
];

const meanings: ReadonlyMap<string, Meaning> = new Map(
  commands.flatMap(([command, language, words]) =>
    words.split(' ').map((word): [string, Meaning] => [word, { command, language }]),
  ),
);

const plainText = (text: string): string =>
  text.slice(0, 1600).normalize('NFKC').trim().replace(/\s+/g, ' ');
const firstWord = (plain: string): string => plain.split(/[ :,.!?]/)[0] ?? '';
const meaningOf = (plain: string): Meaning | null =>
  meanings.get(firstWord(plain).toUpperCase()) ?? null;

/** "BUY50" is written without a space by many. */
function parted(text: string): string {
  const plain = plainText(text);
  const letters = /^\p{L}+(?=\d)/u.exec(plain)?.[0] ?? '';
  return meanings.get(letters.toUpperCase())?.command === 'buy'
    ? `${letters} ${plain.slice(letters.length)}`
    : plain;
}

/** The language of the word that a command begins with; null where it says nothing of one. */
export const languageOfCommand = (text: string): Meaning['language'] =>
  meaningOf(parted(text))?.language ?? null;

/** The command, meter and amount of a text. */
export function readCommand(text: string): Pick<InboundSms, 'command' | 'meter' | 'amount'> {
  const plain = parted(text);
  const known = meaningOf(plain)?.command;
  const rest = plain.slice(firstWord(plain).length);
  if (known === undefined) {
    return { command: 'free-text', meter: meterInText(plain), amount: null };
  }
  const whole = plainMeter(rest);
  const meter = meterInText(rest) ?? (hasCheckDigit(whole) ? whole : null);
  const amount = known === 'buy' ? amountIn(rest, meter) : null;
  return { command: known, meter, amount };
}

/**
 * A word that is an amount and nothing else, with the sign of a currency in front or behind. "5O",
 * "30x" and "-20" are no amounts: another one than was meant would be asked for.
 */
const amountWord =
  /^(?:\p{L}{1,4}|\p{L}{0,3}\p{Sc})?\.?(\d{1,9}|\d{1,3}(?:,\d{3}){1,2})(\.\d{1,2})?(?:\/[-=]|kes|kshs?|zar|ghs|ngn|php|ugx|tzs|usd)?[.,;!]?$/iu;

function amountIn(rest: string, meter: string | null): string | null {
  for (const word of rest.split(/[ :]/)) {
    const [, whole, part = ''] = amountWord.exec(word) ?? [];
    if (whole === undefined) continue;
    const amount = `${whole.replaceAll(',', '')}${part}`;
    if (meter === null || !meter.includes(amount)) return amount;
  }
  return null;
}

export function inboundSms(o: {
  readonly messageId: string | null;
  readonly sender: string;
  readonly recipient: string | null;
  readonly text: string;
}): InboundSms {
  return { kind: 'inbound-sms', ...o, sender: e164(o.sender) ?? o.sender, ...readCommand(o.text) };
}
