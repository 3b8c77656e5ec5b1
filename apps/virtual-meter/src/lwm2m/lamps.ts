// The lamps of this process: those of `lamps.json` in its folder, which the seed writes; none
// without it.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { err, ok, type Result } from '@prewatt/quantities';
import { readSmallFile } from '../small-file.ts';
import { createLamp, type Lamp, lampFile } from './lamp.ts';

type LampsOptions = Omit<Parameters<typeof createLamp>[0], 'identity'>;

/** Theirs alone is a fault in the file, named. */
export function startLamps(folder: string, o: LampsOptions): Result<readonly Lamp[], string> {
  const file = join(folder, 'lamps.json');
  if (!existsSync(file)) return ok([]);
  let parsed: ReturnType<typeof lampFile.safeParse>;
  try {
    parsed = lampFile.safeParse(JSON.parse(readSmallFile(file) ?? ''));
  } catch {
    return err(`${file} is no JSON`);
  }
  if (!parsed.success) return err(`${file}: ${parsed.error.issues[0]?.message}`);
  return ok(parsed.data.lamps.map((identity) => createLamp({ ...o, identity })));
}
