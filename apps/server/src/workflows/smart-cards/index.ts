// The public face of smart cards: whose a card is, what goes onto it, and what meters report on it.

export { cardLife } from './card-life.ts';
export { problemOfSession, problemOfVisit, type VisitRefusal, wordsOfVisit } from './errors.ts';
export { type SmartCardRoutesDeps, smartCardRoutes } from './routes.ts';
export { createSmartCards, type SmartCards } from './service.ts';
export type { CardSaid } from './settle.ts';
export type { VisitBy } from './store.ts';
