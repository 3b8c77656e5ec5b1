// What was made of a notification, in words.

import { type NotificationMade, notBelievedText } from '@prewatt/api';

const madeTexts: Record<NotificationMade, string> = {
  word: 'A signed word about a payment',
  hint: 'A hint about a payment: the provider was asked',
  arrived: 'Money without an order',
  mayArrive: 'A question whether money may come',
  answer: 'An answer about money without an order',
  refundAnswer: 'An answer about a refund',
  aside: 'About nothing of ours: acknowledged',
  badSignature: 'Refused',
  staleSignature: 'Refused: the signature is too old',
  malformed: 'Refused: no notification could be read',
  unknownPayment: 'Refused: no payment has its reference',
};

/** What was made of one, and why it was not believed by the way its rail proves itself. */
export const madeText = (o: {
  readonly made: NotificationMade;
  readonly provider: string;
}): string =>
  o.made === 'badSignature' ? `Refused: ${notBelievedText(o.provider)}` : madeTexts[o.made];
