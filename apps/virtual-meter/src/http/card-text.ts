// What the meter says of a card that was put in, in words for whoever holds it.

import { type CardTaken, textOf } from '@prewatt/meter';
import type { Currency } from '@prewatt/quantities';

const reasons: Readonly<
  Record<Extract<CardTaken['answer'], { kind: 'refused' }>['reason'], string>
> = {
  size: 'The meter cannot read this card.',
  noCard: 'The meter does not know this card.',
  otherMeter: 'This card was loaded for another meter.',
  unproved:
    'The card was changed, or loaded before this meter’s key was changed. Take it to the shop.',
  old: 'The card holds an earlier purchase than this meter has seen: it was copied or put back.',
  full: 'The check card is full: bring it to the office.',
};

/** Null: there is no mains at the meter. `currency` is null for a meter that counts energy. */
export function cardText(card: CardTaken | null, currency: Currency | null): string {
  if (card === null) return 'The meter has no power: it reads no card.';
  const { answer } = card;
  switch (answer.kind) {
    case 'nothing':
      return 'Nothing to load. The meter’s report is on the card.';
    case 'collected':
      return 'The meter’s report is on the check card.';
    case 'refused':
      return reasons[answer.reason];
    case 'loadedBefore':
      return 'This purchase was loaded before. The meter’s report is on the card.';
    case 'loaded': {
      const said = answer.outcomes.map((outcome) => textOf(outcome, currency));
      return [...said, 'The meter’s report is on the card'].map((text) => `${text}.`).join(' ');
    }
  }
}
