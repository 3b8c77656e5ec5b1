// The public face of key-change campaigns.

export { createKeyChanges, type KeyChanges } from './key-changes.ts';
export { keyChangeRoutes } from './routes.ts';
