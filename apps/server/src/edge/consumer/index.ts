// The public face of the consumer pages: their views, their routes, and the
// frame of pages that belong to nobody.

export { frameOf, publicFrame } from './frame.ts';
export { friendHome } from './friend.ts';
export { languageOfBrowser } from './languages.ts';
export { type BriefReading, briefReading, creditReading, liveReading } from './live-reading.ts';
export { createReceiptFile } from './receipt-file.ts';
export { amountText } from './refusals.ts';
export { consumerRoutes } from './routes.ts';
