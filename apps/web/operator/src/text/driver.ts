// Words about meters of other drivers: what went wrong, amounts as the meter has them, how a change
// of keys stands; and what a person types of how such a meter is reached.

import type { DlmsAccount, DlmsKeyChange, DriverFaultName } from '@prewatt/api';
import { err, ok } from '@prewatt/quantities';
import type { Read } from './entries.ts';

export const driverFaultLabels: Readonly<Record<DriverFaultName, string>> = {
  unreachable: 'It cannot be reached',
  noAnswer: 'It is silent once connected',
  notLetIn: 'It does not let the server in',
  notProved: 'It has not proved that it knows its keys',
  otherMeter: 'It says that it is another meter',
  replay: 'It sent what had been sent before',
  tooMuch: 'It sent more, or took longer, than a meter may',
  malformed: 'What it sends cannot be understood',
  countersUsedUp: 'The counters under its key are used up',
};

/** The meter's own number at its own scale: 12345 at -3 is "12.345 kWh". */
export function amountOfMeter(
  amount: number | null,
  { scale, name }: DlmsAccount['currency'],
): string {
  if (amount === null) return 'Not said';
  const value = scale >= 0 ? `${amount * 10 ** scale}` : (amount / 10 ** -scale).toFixed(-scale);
  return `${value} ${name}`;
}

const words: Readonly<Record<string, string>> = {
  token: 'Token credit',
  reserved: 'Credit put aside',
  emergency: 'Emergency credit',
  consumption: 'Use',
  timeBased: 'Standing charge',
  paymentEvent: 'Paid back from top-ups',
  enabled: 'Ready',
  selectable: 'Can be chosen',
  selected: 'Chosen',
  inUse: 'In use',
  exhausted: 'Used up',
};
export const wordOfMeter = (word: string): string => words[word] ?? word;

export const securityLabels = {
  gmac: 'Keys: authenticated and encrypted',
  ecdsa: 'Keys and signatures (ECDSA)',
  low: 'A password',
  none: 'Nothing',
} as const;

export const keyOrderLabels: Readonly<Record<DlmsKeyChange['order'], string>> = {
  together: 'Both at once',
  encryptionFirst: 'One at a time, the encryption key first',
  authenticationFirst: 'One at a time, the authentication key first',
};

export const keyChangeLabels: Readonly<Record<DlmsKeyChange['state'], string>> = {
  waiting: 'New keys wait for the next visit',
  sent: 'New keys are on their way',
  done: 'The meter has proved its new keys',
  refused: 'The meter has not taken new keys',
};

/** It refused one of them, and has not let the server in since. */
export const openRefusal =
  'Which keys it has shows when it lets the server in again: each visit tries them all. Where it ' +
  'was given others by hand, link it anew with those';

export const policyLabels: Readonly<Record<NonNullable<DlmsKeyChange['policy']>, string>> = {
  wasSo: 'It takes only what is protected, as before',
  raised: 'It takes only what is protected from now on',
  refused: 'It did not let its policy be raised',
};

export const wrappingLabels: Readonly<Record<NonNullable<DlmsKeyChange['wrapping']>, string>> = {
  waiting: 'Its key encryption key goes first',
  sent: 'Its new key encryption key is on its way',
  done: 'It has proved its new key encryption key',
  refused: 'It has not taken a new key encryption key',
};

/** So many hexadecimal digits, blanks between them or not. */
export const readHex =
  (digits: number) =>
  (text: string): Read<string> => {
    const hex = text.replaceAll(/\s/g, '');
    if (hex === '') return err('This is needed.');
    if (!/^[0-9a-fA-F]+$/.test(hex)) return err('Write hex digits: 0 to 9 and A to F.');
    return hex.length === digits
      ? ok(hex.toLowerCase())
      : err(`It has ${digits} hex digits; these are ${hex.length}.`);
  };

/** The same, or nothing. */
export const readHexOrNone =
  (digits: number) =>
  (text: string): Read<string | undefined> =>
    text.trim() === '' ? ok(undefined) : readHex(digits)(text);

export const readHost = (text: string): Read<string> =>
  /^[A-Za-z0-9.:_-]{1,253}$/.test(text.trim())
    ? ok(text.trim())
    : err('Write a name or an address, such as 10.20.0.7.');

export const readDeviceId = (text: string): Read<string> =>
  /^[A-Za-z0-9]{4,32}$/.test(text.trim())
    ? ok(text.trim())
    : err('Write 4 to 32 letters and digits.');

export const readEndpoint = (text: string): Read<string> =>
  /^[\x21-\x7e]{1,128}$/.test(text.trim())
    ? ok(text.trim())
    : err('Write the name by which the device registers, such as urn:imei:861234567890123.');

export const readWhole =
  (least: number, most: number) =>
  (text: string): Read<number> => {
    const number = /^\d{1,5}$/.test(text.trim()) ? Number(text.trim()) : Number.NaN;
    return number >= least && number <= most
      ? ok(number)
      : err(`Write a whole number from ${least} to ${most}.`);
  };
