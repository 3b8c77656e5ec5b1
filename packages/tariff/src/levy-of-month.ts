// Which levies look beyond one purchase. A file of its own, as the document's checks ask it too.

import type { Levy } from './document.ts';

/** Whether what a levy takes in a month is remembered from purchase to purchase. */
export const isOfMonth = (levy: Levy): boolean =>
  levy.limitsPer === 'month' || levy.repricing === 'month';
