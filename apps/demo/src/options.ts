// The command line of the demo: three options, each checked, each refusal one line that says what
// to do.

import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export type DemoOptions = {
  /** Absolute path of the data folder. */
  dataDir: string;
  /** HTTP port of the server; the next three belong to the demo as well. */
  port: number;
  /** How many times faster than real time the demo's clock runs. */
  speed: number;
};

export type ParsedOptions =
  | { kind: 'run'; options: DemoOptions }
  | { kind: 'help' }
  | { kind: 'refused'; message: string };

const defaults = { data: 'data', port: '7070', speed: '60' };
/** The virtual meters sample each 30 s of demo time; faster clocks would outrun them. */
const fastest = 3600;

export const helpText = `Prewatt demo: a utility with 40 prepaid meters on this machine.

  npm start -- [--data DIR] [--port N] [--speed N]

  --data DIR   folder of the database and all else the demo keeps (default: data)
  --port N     HTTP port of the server; N+1, N+2 and N+3 are used too (default: 7070)
  --speed N    demo seconds per real second, 1 to ${fastest} (default: 60)
  --help       this text
`;

/** Reads the arguments after the program's name. `cwd` is where a relative folder starts. */
export function parseOptions(args: string[], cwd: string): ParsedOptions {
  const parsed = readArgs(args);
  if (typeof parsed === 'string') return refuse(parsed);
  if (parsed.help === true) return { kind: 'help' };
  const port = wholeNumber(parsed.port ?? defaults.port, 1, 65_532);
  if (port === undefined) {
    return refuse(`--port ${parsed.port}: give a whole number from 1 to 65532, such as 7070.`);
  }
  const speed = wholeNumber(parsed.speed ?? defaults.speed, 1, fastest);
  if (speed === undefined) {
    return refuse(`--speed ${parsed.speed}: give a whole number from 1 to ${fastest}.`);
  }
  const data = parsed.data ?? defaults.data;
  if (data.trim() === '') return refuse('--data is empty: give a folder, such as --data data.');
  return { kind: 'run', options: { dataDir: resolve(cwd, data), port, speed } };
}

function readArgs(args: string[]) {
  try {
    return parseArgs({
      args,
      strict: true,
      allowPositionals: false,
      options: {
        data: { type: 'string' },
        port: { type: 'string' },
        speed: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    return `${reason} See npm start -- --help`;
  }
}

function wholeNumber(text: string, lowest: number, highest: number): number | undefined {
  if (!/^\d{1,6}$/.test(text)) return undefined;
  const value = Number(text);
  return value >= lowest && value <= highest ? value : undefined;
}

function refuse(message: string): ParsedOptions {
  return { kind: 'refused', message };
}
