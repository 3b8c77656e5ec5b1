// What a schema found wrong in a value, in words that say what to write. One home for what people
// and programs are told by server, command line and console.

import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

const kinds: Readonly<Record<string, string>> = {
  object: 'fields in braces, {"...": ...}',
  record: 'fields in braces, {"...": ...}',
  array: 'a list in brackets, [...]',
  string: 'a text',
  int: 'a whole number',
  number: 'a number',
  bigint: 'a whole number',
  boolean: 'true or false',
};

const formats: Readonly<Record<string, string>> = {
  datetime: 'an instant like 2026-11-24T06:30:00.000Z',
  date: 'a day like 2026-11-24',
  uuid: 'an identifier as an answer gave it',
  url: 'an address that begins with https://',
  email: 'an email address',
};

/** `field: what to do`, for the first thing that does not fit. */
export function faultOf(error: { readonly issues: readonly Issue[] }, whole = 'body'): string {
  const [issue] = error.issues;
  if (issue === undefined) return `${whole}: does not fit`;
  const { path, words } = nearestOf(issue);
  return `${path.map(String).join('.') || whole}: ${words}`;
}

/** Each thing that does not fit; `nameOf` says a place in words that its reader knows. */
export const faultsOf = (
  error: { readonly issues: readonly Issue[] },
  nameOf: (path: readonly PropertyKey[]) => string = (path) => path.map(String).join('.'),
): string[] =>
  error.issues.map((issue) => {
    const { path, words } = nearestOf(issue);
    return `${nameOf(path)}: ${words}`;
  });

/** Of alternatives the one that was meant: where the fault lies deepest, then the fewest faults. */
function nearestOf(issue: Issue): {
  readonly path: readonly PropertyKey[];
  readonly words: string;
} {
  const here = { path: issue.path, words: wordsOf(issue) };
  if (issue.code !== 'invalid_union' || isOwn(issue)) return here;
  const depth = (of: readonly Issue[]) => of[0]?.path.length ?? 0;
  const [best] = issue.errors.toSorted((a, b) => depth(b) - depth(a) || a.length - b.length);
  const first = best?.[0];
  if (first === undefined || depth(best ?? []) === 0) return here;
  const { path, words } = nearestOf(first);
  return { path: [...issue.path, ...path], words };
}

/** The schema's own words, not those that the validator has by itself. */
const isOwn = (issue: Issue): boolean =>
  !/^(Invalid|Too small|Too big|Unrecog)/.test(issue.message);

function wordsOf(issue: Issue): string {
  if (isOwn(issue)) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return typeText(issue);
    case 'too_small':
      return issue.inclusive
        ? `at least ${measure(issue.minimum, issue.origin)}`
        : `more than ${measure(issue.minimum, issue.origin)}`;
    case 'too_big':
      return issue.inclusive
        ? `at most ${measure(issue.maximum, issue.origin)}`
        : `less than ${measure(issue.maximum, issue.origin)}`;
    case 'invalid_value':
      return `write ${anyOf(issue.values)}`;
    case 'invalid_format':
      return `write ${formats[issue.format] ?? 'it in the form that the documentation gives'}`;
    case 'not_multiple_of':
      return `write a multiple of ${issue.divisor}`;
    case 'unrecognized_keys':
      return `${issue.keys.map((key) => `"${key}"`).join(', ')} is not known here; leave it out`;
    case 'invalid_union':
      return choiceText(issue);
    default:
      return 'does not fit; see the documentation';
  }
}

function typeText(issue: Extract<Issue, { code: 'invalid_type' }>): string {
  const wanted = kinds[issue.expected] ?? issue.expected;
  return issue.message.endsWith('received undefined')
    ? `is missing; write ${wanted}`
    : `write ${wanted}`;
}

function choiceText(issue: Extract<Issue, { code: 'invalid_union' }>): string {
  const options: unknown = 'options' in issue ? issue.options : undefined;
  if (Array.isArray(options) && options.length > 0) return `write ${anyOf(options)}`;
  const values = issue.errors.flatMap(([first]) =>
    first?.code === 'invalid_value' ? first.values : [],
  );
  if (values.length === issue.errors.length && values.length > 0) return `write ${anyOf(values)}`;
  const wanted = issue.errors.flatMap(([first]) =>
    first?.code === 'invalid_type' ? [kinds[first.expected] ?? first.expected] : [],
  );
  const known = [...new Set(wanted)];
  return known.length > 1 ? `write ${known.join(' or ')}` : 'write one of the forms allowed here';
}

const anyOf = (values: readonly unknown[]): string =>
  values.length === 1 ? String(values[0]) : `one of ${values.map(String).join(', ')}`;

function measure(bound: number | bigint, origin: string): string {
  const unit: Readonly<Record<string, [one: string, many: string]>> = {
    string: ['character', 'characters'],
    array: ['entry', 'entries'],
    set: ['entry', 'entries'],
  };
  const words = unit[origin];
  return words === undefined ? `${bound}` : `${bound} ${words[Number(bound) === 1 ? 0 : 1]}`;
}
