// The environment of a witness, read once, with everything that is wrong.

import { err, ok, type Result } from '@prewatt/quantities';

export type Config = {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly stateDir: string;
  /** A file with the keys of logs, a line each. */
  readonly logsFile: string;
  /** Where a log that nobody named has its key from, at its first head: for demonstrations. */
  readonly takeFrom: string | null;
};

export function parseConfig(
  environment: Readonly<Record<string, string | undefined>>,
): Result<Config, readonly string[]> {
  const faults: string[] = [];
  const text = (name: string): string => {
    const value = environment[name] ?? '';
    if (value === '') faults.push(`${name} is missing`);
    return value;
  };
  const name = text('PREWATT_WITNESS_NAME');
  if (name !== '' && !/^[^\s+]{1,255}$/u.test(name)) {
    faults.push('PREWATT_WITNESS_NAME: no white space and no plus sign');
  }
  const port = Number(environment['PREWATT_WITNESS_PORT'] ?? '7075');
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    faults.push('PREWATT_WITNESS_PORT: a port');
  }
  const stateDir = text('PREWATT_WITNESS_DIR');
  const takeFrom = environment['PREWATT_WITNESS_TAKE_FROM'] ?? null;
  if (takeFrom !== null && !URL.canParse(takeFrom)) {
    faults.push('PREWATT_WITNESS_TAKE_FROM: an address like http://127.0.0.1:7070');
  }
  if (faults.length > 0) return err(faults);
  return ok({
    ...{ name, port, stateDir, takeFrom },
    host: environment['PREWATT_WITNESS_HOST'] ?? '127.0.0.1',
    logsFile: environment['PREWATT_WITNESS_LOGS'] ?? `${stateDir}/logs`,
  });
}
