// The witness process: environment in, one door open, and an orderly end when its parent goes or
// asks.

import { parseConfig } from './config.ts';
import { createDoor } from './door.ts';
import { witnessKey } from './key.ts';
import { createKnownLogs } from './logs.ts';
import { createState } from './state.ts';

const config = parseConfig(process.env);
if (!config.ok) {
  process.stderr.write(
    `The witness cannot start:\n${config.error.map((fault) => `  ${fault}\n`).join('')}`,
  );
  process.exit(1);
}
const { name, host, port, stateDir, logsFile, takeFrom } = config.value;
const by = witnessKey(stateDir, name);
const tell = (line: object): void => {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), ...line })}\n`);
};
const door = createDoor({
  ...{ by, tell, nowMs: Date.now, state: createState(stateDir) },
  logs: createKnownLogs({ file: logsFile, takeFrom, fetch }),
});
const stop = (): void => {
  door.close(() => process.exit(0));
  door.closeAllConnections();
};
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
process.on('disconnect', stop);
door.on('error', (error) => {
  process.stderr.write(`The witness cannot start: ${error.message}\n`);
  process.exit(1);
});
door.listen(port, host, () => tell({ level: 'info', key: by.text, at: door.address() }));
