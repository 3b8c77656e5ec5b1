// The command line of the demo: four options, each checked, each refusal one line that says what
// to do.

import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { dlmsPortsFrom } from './ports.ts';

export type DemoOptions = {
  /** Absolute path of the data folder. */
  dataDir: string;
  /** HTTP port of the server; the next four belong to the demo as well. */
  port: number;
  /** How many times faster than real time the demo's clock runs. */
  speed: number;
  /** The meters can be read by DLMS, too. */
  dlms?: true;
};

export type ParsedOptions =
  | { kind: 'run'; options: DemoOptions }
  | { kind: 'help' }
  | { kind: 'refused'; message: string };

export const defaultPort = 7070;
const defaults = { data: 'data', port: `${defaultPort}`, speed: '60' };
/** The virtual meters sample each 30 s of demo time; faster clocks would outrun them. */
const fastest = 3600;
/** Each of the forty meters has a port of its own by DLMS. */
const lastWithDlms = 65_535 - dlmsPortsFrom - 39;

export const helpText = `Prewatt demo: a utility with 40 prepaid meters on this machine.

  npm start -- [--data DIR] [--port N] [--speed N] [--dlms]

  --data DIR   folder of the database and all else the demo keeps (default: data)
  --port N     HTTP port of the server; N+1 to N+6 are used too (default: 7070)
  --speed N    demo seconds per real second, 1 to ${fastest} (default: 60)
  --dlms       other head-ends can read the meters by DLMS, the first at port N+${dlmsPortsFrom}
  --help       this text
`;

/**
 * Reads the arguments after the program's name. `cwd` is where a relative folder starts; `env`
 * tells which of our options npm took for its own.
 */
export function parseOptions(
  args: string[],
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
): ParsedOptions {
  const parsed = readArgs(args);
  if (typeof parsed === 'string') return refuse(parsed);
  const { values, positionals } = parsed;
  if (values.help === true) return { kind: 'help' };
  const kept = names.filter(
    (name) => env[`npm_config_${name}`] !== undefined && values[name] === undefined,
  );
  if (kept.length > 0) return refuse(keptByNpm(kept, positionals, env));
  if (positionals[0] !== undefined) return refuse(strayValue(positionals[0]));
  const port = wholeNumber(values.port ?? defaults.port, 1, 65_531);
  if (port === undefined) {
    return refuse(`--port ${values.port}: give a whole number from 1 to 65531, such as 7070.`);
  }
  const speed = wholeNumber(values.speed ?? defaults.speed, 1, fastest);
  if (speed === undefined) {
    return refuse(`--speed ${values.speed}: give a whole number from 1 to ${fastest}.`);
  }
  const data = values.data ?? defaults.data;
  if (data.trim() === '') return refuse('--data is empty: give a folder, such as --data data.');
  const options = { dataDir: resolve(cwd, data), port, speed };
  if (values.dlms !== true) return { kind: 'run', options };
  if (port > lastWithDlms) return refuse(`--port ${port}: with --dlms at most ${lastWithDlms}.`);
  return { kind: 'run', options: { ...options, dlms: true } };
}

const names = ['data', 'port', 'speed'] as const;
const placeholders = { data: 'DIR', port: 'N', speed: 'N' };

/**
 * npm takes `--port=8740` without two dashes before it for its own and puts it into the
 * environment; of `--port 8740` it hands on the value alone.
 */
function keptByNpm(
  kept: readonly (typeof names)[number][],
  positionals: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): string {
  const bare = kept.filter((name) => ['true', ''].includes(env[`npm_config_${name}`] ?? ''));
  // With more than one, which value belonged to which option is lost.
  const only = bare.length === 1 && positionals.length === 1 ? positionals[0] : undefined;
  const options = kept.map((name) => {
    const value = bare.includes(name) ? (only ?? placeholders[name]) : env[`npm_config_${name}`];
    return `--${name} ${value}`;
  });
  const whose = kept.map((name) => `--${name}`).join(' and ');
  return `npm kept ${whose} for itself: put two dashes first, npm start -- ${options.join(' ')}`;
}

function strayValue(value: string): string {
  const what = value.replace(/\s+/g, ' ').slice(0, 100);
  const how = 'put two dashes and its name before it, such as npm start -- --port 8000';
  return `"${what}" follows no option: ${how} (npm start -- --help lists them).`;
}

function readArgs(args: string[]) {
  try {
    return parseArgs({
      args,
      strict: true,
      allowPositionals: true,
      options: {
        data: { type: 'string' },
        port: { type: 'string' },
        speed: { type: 'string' },
        dlms: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    // What Node adds after the first sentence is about programs that take file names.
    return `${reason.split(/\. |\n/)[0]}. See npm start -- --help`;
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
