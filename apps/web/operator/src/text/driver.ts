// Words about meters of other drivers: what went wrong, and amounts as the meter has them.

import type { DlmsAccount, DriverFaultName } from '@prewatt/api';

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
