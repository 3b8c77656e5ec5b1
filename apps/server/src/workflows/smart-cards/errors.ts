// Every way in which a card, or something about one, is refused, with its status and words.

import type { KeyRefusal } from '@prewatt/vending-rules';
import { problemsOf, type RefusalTable } from '../../base/http/problem.ts';
import { requestIdReused } from '../../base/request-ids.ts';

/** What an operator asks for a home. */
export type CardChangeRefusal = 'requestIdReused' | 'unknownCard' | 'notReplaceable' | 'notNow';

/** What is refused at a reader, in the order of the checks. */
export type VisitRefusal =
  | 'noCard'
  | 'otherKind'
  | 'unknownCard'
  | 'lost'
  | 'blocked'
  | 'replaced'
  | KeyRefusal
  | 'otherMeter'
  | 'unproved'
  | 'unknownContent'
  | 'copied'
  | 'unknownSale'
  | 'nothingToLoad'
  | 'full';

export type SessionRefusal = 'unknownCard' | KeyRefusal | 'cardUnproved';

const unknownCard = [404, 'No such card was issued here.'] as const;

export const changeWords: RefusalTable<CardChangeRefusal> = {
  requestIdReused,
  unknownCard,
  notReplaceable: [409, 'That is no card of this home that another one can take the place of.'],
  notNow: [409, 'The card is not in a state for that; reload to see how it stands.'],
};

export const visitWords: RefusalTable<VisitRefusal> = {
  noCard: [422, 'This is no card of Prewatt, or it cannot be read.'],
  otherKind: [422, 'This is no customer’s card.'],
  unknownCard,
  lost: [409, 'This card was reported lost: keep it and call the utility.'],
  blocked: [409, 'This card is blocked: ask the utility.'],
  replaced: [409, 'Another card was issued in place of this one: use that.'],
  vendingKeyMissing: [409, 'The key of this meter is not loaded here; ask the utility.'],
  vendingKeyUnusable: [409, 'The key of this meter cannot be used; ask the utility.'],
  keyStoreAway: [503, 'The key store does not answer; try again in a minute.'],
  otherMeter: [409, 'What is on this card was written for another meter.'],
  unproved: [409, 'What is on this card was changed: nothing of it is believed.'],
  unknownContent: [409, 'This card holds a purchase that was not written from here.'],
  copied: [
    409,
    'This card holds less than was seen on it before: it is a copy, or was put back to an earlier state.',
  ],
  unknownSale: [404, 'There is no such sale for the home of this card.'],
  nothingToLoad: [
    409,
    'Nothing of this sale is to be loaded: the meter has it, or it has no token.',
  ],
  full: [
    409,
    'The card is full: put it into the meter first. The tokens of this sale can be typed as well.',
  ],
};

export const problemOfCard = problemsOf(changeWords);
export const problemOfVisit = problemsOf(visitWords);
export const problemOfSession = problemsOf<SessionRefusal>({
  unknownCard,
  vendingKeyMissing: visitWords.vendingKeyMissing,
  vendingKeyUnusable: visitWords.vendingKeyUnusable,
  keyStoreAway: visitWords.keyStoreAway,
  cardUnproved: [409, 'The card does not know its key: it is a copy, or of another utility.'],
});

/** A stored refusal in words; an unknown code as it stands. */
export const wordsOfVisit = (code: string): string => visitWords[code as VisitRefusal]?.[1] ?? code;
