// Sessions of operators that are kept between commands: cookies, by the server's origin, in a file
// of the person's own.

import { join } from 'node:path';
import type { CommandContext } from './command.ts';

type Cookies = Readonly<Record<string, string>>;
type Kept = Readonly<Record<string, Cookies>>;
type Context = Pick<CommandContext, 'environment' | 'readFile' | 'replaceFile'>;

function fileOf({ environment }: Context): string | null {
  const folder = environment['XDG_CONFIG_HOME'] || null;
  const home = environment['HOME'] || null;
  if (folder === null && home === null) return null;
  return join(folder ?? join(home ?? '', '.config'), 'prewatt', 'sessions.json');
}

function readAll(context: Context): Kept {
  const file = fileOf(context);
  if (file === null) return {};
  try {
    return JSON.parse(context.readFile(file)) as Kept;
  } catch {
    return {};
  }
}

const originOf = (server: string): string => (URL.canParse(server) ? new URL(server).origin : '');

export function sessionOf(context: Context, server: string): Cookies | null {
  const kept = readAll(context);
  const origin = originOf(server);
  return Object.hasOwn(kept, origin) ? (kept[origin] ?? null) : null;
}

/** False where this person has no home to keep it in. */
export function keepSession(context: Context, server: string, cookies: Cookies): boolean {
  const file = fileOf(context);
  if (file === null) return false;
  const all = { ...readAll(context), [originOf(server)]: cookies };
  context.replaceFile(file, `${JSON.stringify(all, null, 2)}\n`, { mode: 0o600 });
  return true;
}

export function forgetSession(context: Context, server: string): void {
  const file = fileOf(context);
  if (file === null || sessionOf(context, server) === null) return;
  const { [originOf(server)]: _, ...others } = readAll(context);
  context.replaceFile(file, `${JSON.stringify(others, null, 2)}\n`, { mode: 0o600 });
}
