// What tills call, and no more: for a gateway, which has little memory.

export { type AnsweringRoute, type AnswerOf, pathOf } from './route.ts';
export { tillApi } from './routes/tills.ts';
export { type SiteBudget, type SiteSaleAnswer, siteBudgetSchema } from './site-sales.ts';
export type { Receipt } from './vendor.ts';
