// `npm run config`: what the server would start with, secrets left out.

import { ConfigError, readConfig, redacted } from './compose/config.ts';

try {
  console.log(JSON.stringify(redacted(readConfig(process.env)), null, 2));
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
