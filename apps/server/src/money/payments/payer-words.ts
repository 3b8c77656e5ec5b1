// What somebody who paid for another home reads on their phone, in the language that it has chosen.

import { sayTo } from '../../messaging/texts/index.ts';

export type PayerReceipt = {
  /** `late`: the money is there, what it buys is not yet. */
  readonly state: 'bought' | 'late' | 'takenBack';
  readonly utility: string;
  /** "ZAR 50.00" */
  readonly amount: string;
  /** The last digits of the meter's number. */
  readonly meterEnd: string;
  /** The provider's name of the payment. */
  readonly reference: string;
};

export function payerText(language: string, o: PayerReceipt): string {
  const { state, ...values } = o;
  const key = `payer.${state}` as const;
  return sayTo(language, key, values);
}
