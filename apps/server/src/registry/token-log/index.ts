// The public face of the token log.

export { tokenLogRoutes } from './routes.ts';
export { sealedLogKeys } from './sealed-keys.ts';
export { createSequencer, type Sequencer } from './sequencer.ts';
