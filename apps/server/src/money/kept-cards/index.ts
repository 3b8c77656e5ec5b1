// The public face of kept cards.

export { cardOf, endCards, type KeptCard, keepCard, openCard, sealedCards } from './store.ts';
