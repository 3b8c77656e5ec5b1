// What a good refusal looks like from outside: a clear status, a page or problem details, and not
// a word about how we are built.

import assert from 'node:assert/strict';
import type { APIRequestContext, APIResponse } from 'playwright-core';
import { rowCounts } from './books.ts';
import type { Demo } from './demo.ts';

const innards = [
  /\bat .+\.[cm]?[jt]s:\d+/,
  /node_modules/,
  /\b(SELECT|INSERT|UPDATE) .+ (FROM|INTO|SET)\b/,
  /(syntax error|invalid input|violates|invalid byte sequence)/,
  /ZodError|TypeError|SyntaxError|ReferenceError/,
];

/** Checks status and form of a refusal; `name` says what was tried. */
export async function assertRefused(
  answer: APIResponse,
  statuses: readonly number[],
  name: string,
): Promise<string> {
  const body = await answer.text();
  const shown = `${name}: ${answer.status()} ${body.slice(0, 300)}`;
  assert.ok(statuses.includes(answer.status()), shown);
  for (const pattern of innards) assert.doesNotMatch(body, pattern, shown);
  const type = answer.headers()['content-type'] ?? '';
  assert.match(type, /^(application\/(problem\+)?json|text\/html)/, shown);
  assert.ok(body.length > 20, `${shown} says something`);
  return body;
}

/** Runs `work` and fails when a row was added anywhere. */
export async function writesNothing(demo: Demo, work: () => Promise<void>): Promise<void> {
  const before = await rowCounts(demo);
  await work();
  assert.deepEqual(await rowCounts(demo), before, 'nothing was written');
}

export type Send = (path: string, form: Record<string, string>) => Promise<APIResponse>;

/** Sends forms as a page of ours would: with the visitor's cookies and without following. */
export function formSender(request: APIRequestContext, base: string): Send {
  return (path, form) =>
    request.post(`${base}${path}`, {
      form,
      maxRedirects: 0,
      headers: { accept: 'text/html' },
    });
}
