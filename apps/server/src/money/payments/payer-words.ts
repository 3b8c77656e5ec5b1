// What somebody who paid for another home reads on their phone, in the language that it has chosen.

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

type Words = (o: PayerReceipt) => string;

const english: Words = ({ state, utility, amount, meterEnd, reference }) => {
  const came = `${utility}: ${amount} came for the meter that ends in ${meterEnd} (${reference}).`;
  switch (state) {
    case 'bought':
      return `${came} What it bought is with that home.`;
    case 'late':
      return `${came} What it buys is late; the utility sees that and puts it right.`;
    case 'takenBack':
      return `${came} The purchase was taken back; ask the utility about the money.`;
  }
};

const swahili: Words = ({ state, utility, amount, meterEnd, reference }) => {
  const came = `${utility}: ${amount} imefika kwa mita inayoishia na ${meterEnd} (${reference}).`;
  switch (state) {
    case 'bought':
      return `${came} Umeme ulionunuliwa uko kwa nyumba hiyo.`;
    case 'late':
      return `${came} Umeme umechelewa; kampuni inaona na itarekebisha.`;
    case 'takenBack':
      return `${came} Ununuzi umetenguliwa; uliza kampuni kuhusu pesa.`;
  }
};

const languages: Readonly<Record<string, Words>> = { en: english, sw: swahili };

/** English where nobody chose, or chose what we do not speak. */
export const payerText = (language: string | null, o: PayerReceipt): string =>
  (languages[language ?? 'en'] ?? english)(o);
