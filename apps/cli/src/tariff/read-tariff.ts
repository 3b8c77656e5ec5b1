// Reading a tariff document from a file: every way it can fail, said once for all commands.

import { duplicateNames } from '@prewatt/api';
import type { Result } from '@prewatt/quantities';
import { parseTariff, type Tariff } from '@prewatt/tariff';
import type { CommandContext, CommandResult } from '../command.ts';

/** The document, or one line for each thing that is wrong with it. */
export function readTariff(context: CommandContext, path: string): Result<Tariff, string[]> {
  let text: string;
  try {
    // Some editors begin a file with a mark of its encoding.
    text = context.readFile(path).replace(/^\uFEFF/, '');
  } catch (error) {
    return { ok: false, error: [`the file cannot be read: ${message(error)}`] };
  }
  if (text.trim() === '') return { ok: false, error: ['the file is empty'] };
  if (text.includes('\0')) {
    return { ok: false, error: ['the file is not UTF-8 text: save it as UTF-8'] };
  }
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    return { ok: false, error: [`the file is not JSON: ${message(error)}`] };
  }
  const twice = duplicateNames(text);
  if (twice.length > 0) {
    return { ok: false, error: twice.map((path) => `${path}: stands twice: leave one out`) };
  }
  const parsed = parseTariff(document);
  if (parsed.ok) return parsed;
  const lines = parsed.error.map((e) => `${e.path === '' ? 'document' : e.path}: ${e.message}`);
  return { ok: false, error: lines };
}

/** The reasons stand apart: they are of the document's fields, and no option of the line. */
export const noTariff = (file: string, reasons: readonly string[]): CommandResult => {
  const advice = reasons.map((reason) => `  ${reason}`).join('\n');
  const message = `${file} is no tariff document`;
  return { ok: false, error: { exitCode: 1, code: 'document', message, advice } };
};

function message(error: unknown): string {
  if ((error as { code?: string } | null)?.code === 'ENOENT') return 'there is no such file';
  return error instanceof Error ? error.message : String(error);
}
