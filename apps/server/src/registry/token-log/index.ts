// The public face of the token log.

export { type LogFigures, logFiguresOf } from './figures.ts';
export { filesOf } from './files.ts';
export { type LogSigner, logSigner } from './key.ts';
export { type LogProof, type TokenRow, tokenProof, tokenSince } from './receipts.ts';
export { tokenLogRoutes } from './routes.ts';
export { sealedLogKeys } from './sealed-keys.ts';
export { createSequencer, placeAll, type Sequencer } from './sequencer.ts';
export { readHead } from './store.ts';
export {
  createWitnessing,
  partsOfWitnesses,
  type WitnessConfig,
  type Witnessing,
  type WitnessingDeps,
  witnessesIn,
} from './witnesses.ts';
