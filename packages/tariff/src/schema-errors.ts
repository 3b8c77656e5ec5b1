// What the schema found wrong in a document, in words for whoever wrote it: where it is, and what
// to write instead, with the known field that is nearest to a misspelt one.

import * as z from 'zod';
import type { TariffDocumentError } from './document.ts';

type Schema = z.core.$ZodType;

/**
 * What the schema found, in its order. A misspelt field that must be there is found twice, as one
 * that is missing and as one that nobody knows: it is said once.
 */
export function describeIssues(
  schema: Schema,
  issues: readonly z.core.$ZodIssue[],
): TariffDocumentError[] {
  const meant = new Set(issues.flatMap((issue) => fieldsMeant(schema, issue)));
  return issues
    .filter((issue) => !(issue.input === undefined && meant.has(pathText(issue.path))))
    .flatMap((issue) => describeIssue(schema, issue));
}

/** Paths of the known fields that misspelt ones are near to. */
function fieldsMeant(schema: Schema, issue: z.core.$ZodIssue): string[] {
  if (issue.code !== 'unrecognized_keys') return [];
  const near = issue.keys.map((key) => nearest(key, fieldsAt(schema, issue.path)));
  return near.flatMap((name) => (name === null ? [] : [pathText([...issue.path, name])]));
}

/** Errors of one finding of the schema; an unknown field each its own. */
function describeIssue(schema: Schema, issue: z.core.$ZodIssue): TariffDocumentError[] {
  if (issue.code !== 'unrecognized_keys') {
    return [{ path: pathText(issue.path), message: messageOf(issue) }];
  }
  const known = fieldsAt(schema, issue.path);
  return issue.keys.map((key) => {
    const near = nearest(key, known);
    const instead =
      near === null
        ? `check its spelling or leave it out; known are ${known.join(', ')}`
        : `did you mean "${near}"?`;
    return {
      path: pathText([...issue.path, key]),
      message: `this field is not known here: ${instead}`,
    };
  });
}

/** ["energy", "schedules", 0] -> "energy.schedules[0]". */
export function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) =>
      typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`,
    )
    .join('');
}

const kinds: Readonly<Record<string, string>> = {
  object: 'fields in braces, {"...": ...}',
  record: 'fields in braces, {"...": ...}',
  array: 'a list in brackets, [...]',
  string: 'a text in quotes',
  int: 'a whole number without quotes',
  number: 'a number without quotes',
  boolean: 'true or false',
};

/** The schema's own words, or ours where it has only what zod says of itself. */
function messageOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type': {
      const isOwn = !issue.message.startsWith('Invalid input');
      const what = isOwn ? issue.message : `write ${kinds[issue.expected] ?? issue.expected}`;
      return issue.input === undefined && issue.message.endsWith('undefined')
        ? `is missing: ${what}`
        : what;
    }
    case 'too_small':
      return issue.message.startsWith('Too small')
        ? `write at least ${issue.minimum}`
        : issue.message;
    case 'too_big':
      return issue.message.startsWith('Too big') ? `write at most ${issue.maximum}` : issue.message;
    case 'invalid_value':
      return issue.message.startsWith('Invalid')
        ? `write one of ${issue.values.join(', ')}`
        : issue.message;
    default:
      return issue.message;
  }
}

/** Names of the fields that may stand where a path leads. */
function fieldsAt(schema: Schema, path: readonly PropertyKey[]): string[] {
  let at: Schema[] = plain(schema);
  for (const part of path) at = at.flatMap((each) => stepInto(each, part));
  const names = at.flatMap((each) => (each instanceof z.ZodObject ? Object.keys(each.shape) : []));
  return [...new Set(names)];
}

function stepInto(schema: Schema, part: PropertyKey): Schema[] {
  if (schema instanceof z.ZodObject) {
    const shape: Readonly<Record<string, Schema>> = schema.shape;
    const field = shape[String(part)];
    return field === undefined ? [] : plain(field);
  }
  if (schema instanceof z.ZodArray) return plain(schema.element);
  return schema instanceof z.ZodRecord ? plain(schema.valueType) : [];
}

/** Without what only makes a field optional; a choice of schemas is each of them. */
function plain(schema: Schema): Schema[] {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodNullable
  ) {
    return plain(schema.unwrap());
  }
  return schema instanceof z.ZodUnion ? schema.options.flatMap(plain) : [schema];
}

/** The known name with the fewest letters changed, when those are few. */
function nearest(written: string, known: readonly string[]): string | null {
  const measured = known
    .map((name) => ({ name, changes: changesBetween(written.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.changes - b.changes);
  const best = measured[0];
  if (best === undefined) return null;
  const isPart = (name: string) => name.toLowerCase().startsWith(written.toLowerCase());
  if (best.changes <= Math.max(1, Math.floor(best.name.length / 3))) return best.name;
  return measured.find(({ name }) => written.length > 2 && isPart(name))?.name ?? null;
}

/** Letters to add, drop or change to make one text of the other. */
function changesBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const changed = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(changed, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
