// `npm run config`: what the server would start with, secrets left out. With `-- --gateways` each
// message gateway is asked whether it can be reached and knows us; nothing is sent.

import { ConfigError, readConfig, redacted } from './compose/config.ts';
import { gatewaysOf } from './compose/message-gateways.ts';

try {
  const config = readConfig(process.env);
  if (process.argv.includes('--gateways')) {
    for (const gateway of gatewaysOf(config)) {
      const checked = await gateway.check();
      if (!checked.ok) process.exitCode = 1;
      const said = checked.ok ? checked.value : `not ready: ${checked.error}`;
      console.log(`${gateway.name}: ${said}`);
    }
  } else console.log(JSON.stringify(redacted(config), null, 2));
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
