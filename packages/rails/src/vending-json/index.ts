// JSON vending systems of others, when tokens are bought from them.

export type {
  JsonVend,
  VendAction,
  VendFlag,
  VendOutcome,
  VendReason,
} from './answer.ts';
export { readElectrum } from './electrum.ts';
export { readPrepaidPlus } from './prepaidplus.ts';
export { readStron } from './stron.ts';
export { readVtpass } from './vtpass.ts';
export { readYaka } from './yaka.ts';
