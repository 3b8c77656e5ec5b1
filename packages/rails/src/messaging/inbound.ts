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

const words: Readonly<Record<string, Command>> = Object.fromEntries(
  (
    [
      ['balance', 'BAL BALANCE SALIO SALDO SOLDE'],
      ['last-token', 'TOKEN TOKENI TOKENS JETON LAST'],
      ['buy', 'BUY NUNUA PAY COMPRAR ACHETER'],
      ['stop', 'STOP END CANCEL UNSUBSCRIBE QUIT ACHA PARAR ARRET'],
      ['start', 'START UNSTOP'],
      ['help', 'HELP INFO MSAADA AJUDA AIDE'],
    ] as const
  ).flatMap(([command, list]) => list.split(' ').map((word): [string, Command] => [word, command])),
);

const swahili = new Set(['SALIO', 'TOKENI', 'NUNUA', 'ACHA', 'MSAADA']);

/** The language of the word that a command begins with; null where it says nothing of one. */
export const languageOfCommand = (text: string): 'sw' | null =>
  swahili.has(/^\s*([a-z]+)/i.exec(text)?.[1]?.toUpperCase() ?? '') ? 'sw' : null;

/** The command, meter and amount of a text. */
export function readCommand(text: string): Pick<InboundSms, 'command' | 'meter' | 'amount'> {
  const plain = text.slice(0, 1600).normalize('NFKC').trim().replace(/\s+/g, ' ');
  const [first = ''] = plain.split(/[ :,.!?]/);
  const word = first.toUpperCase();
  const known = Object.hasOwn(words, word) ? words[word] : undefined;
  const rest = plain.slice(first.length);
  if (known === undefined) {
    return { command: 'free-text', meter: meterInText(plain), amount: null };
  }
  const whole = plainMeter(rest);
  const meter = hasCheckDigit(whole) ? whole : meterInText(rest);
  const amount = known === 'buy' ? amountIn(rest, meter) : null;
  return { command: known, meter, amount };
}

function amountIn(rest: string, meter: string | null): string | null {
  for (const match of rest.matchAll(/(?<![\d.])\d{1,9}(?:\.\d{1,2})?(?![\d.])/g)) {
    if (meter === null || !meter.includes(match[0])) return match[0];
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
