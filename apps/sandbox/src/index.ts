// The sandbox as others may start it in their own process; the demo starts src/main.ts.

export { type Config, parseConfig, type Secrets } from './config.ts';
export { signature } from './notifications.ts';
export { createSandbox, type Sandbox } from './sandbox.ts';
