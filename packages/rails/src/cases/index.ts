// Case files of rails (the formats rails-cases-1 and rails-holdout-1), run through the very code
// that serves these rails. A file is data of others: what cannot be read is a failure with a name.

import { at, isObject, type Json, parseJson, wordAt } from '../base/json.ts';
import { runBankFile } from './bank-files.ts';
import { type Miss, missesOf } from './compare.ts';
import type { Case } from './input.ts';
import { runMessage, runSendAnswer } from './messages.ts';
import { runAnswer, runCallback } from './payments.ts';
import { callbacks } from './rails.ts';
import { runSignature } from './signatures.ts';
import { runReceipt, runSmppCallback, runSmppStatus } from './smpp.ts';
import { runJsonVend, runXmlvend } from './vending.ts';
import { runWebhooksOut } from './webhooks-out.ts';

export type { Miss } from './compare.ts';

export type CaseFailure = { readonly id: string; readonly misses: readonly Miss[] };
export type CaseReport = { readonly passed: number; readonly failures: readonly CaseFailure[] };

/**
 * Whether a text is JSON of something else: a description beside the case files, say. What cannot
 * be read, or counts or lists cases, is a case file, however broken.
 */
export function isOfOtherKind(text: string): boolean {
  const json = parseJson(text);
  return isObject(json) && at(json, 'cases') === undefined && at(json, 'count') === undefined;
}

/** Runs every case of a file's text. A file without a case is one failure. */
export function checkCases(text: string): CaseReport {
  const json = parseJson(text);
  const list = Array.isArray(json) ? json : at(json, 'cases');
  if (!Array.isArray(list) || list.length === 0) return broken('the file holds no cases');
  const count = at(json, 'count');
  const failures: CaseFailure[] = [];
  if (typeof count === 'number' && count !== list.length) {
    failures.push(...broken(`count says ${count}, there are ${list.length}`).failures);
  }
  const ids = new Set<string>();
  let passed = 0;
  for (const [index, json] of list.entries()) {
    const one = caseOf(json);
    const id = one?.id ?? `case ${index + 1}`;
    const misses = one === null ? notACase : ids.has(id) ? repeated : runCase(one);
    ids.add(id);
    if (misses.length === 0) passed += 1;
    else failures.push({ id, misses });
  }
  return { passed, failures };
}

const broken = (got: string): CaseReport => ({
  passed: 0,
  failures: [{ id: 'file', misses: [{ path: 'cases', expected: 'a list of cases', got }] }],
});
const notACase: Miss[] = [
  { path: '', expected: 'id, rail, kind, input, expected', got: 'not a case' },
];
const repeated: Miss[] = [{ path: 'id', expected: 'a new id', got: 'one that was there before' }];

function caseOf(json: Json): Case | null {
  const [id, rail, kind] = [wordAt(json, 'id'), wordAt(json, 'rail'), wordAt(json, 'kind')];
  const [input, expected] = [at(json, 'input'), at(json, 'expected')];
  if (id === null || rail === null || kind === null) return null;
  if (!isObject(input) || !isObject(expected) || Object.keys(expected).length === 0) return null;
  return { id, rail, kind, input, expected };
}

/** Where our code differs from what one case expects. */
function runCase(one: Case): Miss[] {
  return missesOf(one.expected, resultOf(one));
}

const messageRails = ['africastalking', 'twilio', 'whatsapp', 'kannel', 'generic-http', 'ussd'];

function resultOf({ rail, kind, input }: Case): unknown {
  switch (kind) {
    case 'signature':
      return runSignature(input);
    case 'bank-file':
      return runBankFile(rail, input);
    case 'smpp-receipt':
      return runReceipt(input);
    case 'xmlvend-message':
      return runXmlvend(input);
    case 'callback':
      if (rail === 'smpp') return runSmppCallback(input);
      return messageRails.includes(rail) ? runMessage(rail, input) : runCallback(rail, input);
    case 'status-map':
      if (rail === 'smpp') return runSmppStatus(input);
      if (rail === 'standard-webhooks') return runWebhooksOut(input);
      if (messageRails.includes(rail)) return runSendAnswer(rail, input);
      return runJsonVend(rail, input) ?? runAnswer(rail, input);
    default:
      return { error: `no kind ${kind}` };
  }
}

/** Rails whose notifications are understood, for messages to people. */
export const knownRails: readonly string[] = Object.keys(callbacks);
