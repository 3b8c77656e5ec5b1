// A generic HTTP gateway as configuration: what counts as sent, where the message's id stands, and
// how delivery reports name things. Searches are for fixed texts and field names, not for patterns
// that an operator could get wrong. Kannel's report numbers are built in.

import { err, ok, type Result } from '@prewatt/quantities';
import { formFields } from '../base/forms.ts';
import { parseJson, wordAt } from '../base/json.ts';
import { type DeliveryOutcome, type DeliveryReport, report } from './delivery.ts';

export type GatewayRules = {
  /** In the answer's body when the message was taken; null: any 2xx counts. */
  readonly successText: string | null;
  /** Where the answer has the message's id: a JSON path with dots, or the text before it. */
  readonly messageId: { readonly path: string } | { readonly after: string } | null;
  /** Fields of a report, and which values mean what. */
  readonly report: {
    readonly idField: string;
    readonly statusField: string;
    readonly delivered: readonly string[];
    readonly failed: readonly string[];
  };
};

/** Kannel: the report number is a set of bits, of which it sends one. */
export const kannelReport = {
  idField: 'id',
  statusField: 'type',
  delivered: ['1'],
  failed: ['2', '16'],
} as const;

export type GatewayAnswer =
  | { readonly outcome: 'pending'; readonly messageId: string | null }
  | { readonly outcome: 'failed' | 'unknown'; readonly messageId: null };

/** What the gateway said to a message. A server error or no answer may still have sent it. */
export function readGatewayAnswer(
  rules: GatewayRules,
  httpStatus: number | null,
  body: string,
): GatewayAnswer {
  if (httpStatus === null || httpStatus >= 500 || httpStatus === 408) {
    return { outcome: 'unknown', messageId: null };
  }
  const taken =
    httpStatus >= 200 &&
    httpStatus < 300 &&
    (rules.successText === null || body.includes(rules.successText));
  if (!taken) return { outcome: 'failed', messageId: null };
  return { outcome: 'pending', messageId: idIn(body, rules.messageId) };
}

function idIn(body: string, where: GatewayRules['messageId']): string | null {
  if (where === null) return null;
  if ('path' in where) {
    const path = where.path.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part));
    return wordAt(parseJson(body), ...path);
  }
  const at = body.indexOf(where.after);
  if (at === -1) return null;
  return /^[\s"':=]*([\w.:-]{1,80})/.exec(body.slice(at + where.after.length))?.[1] ?? null;
}

/** A report: a form, a query or a JSON object. */
export function readGatewayReport(
  rules: GatewayRules['report'],
  raw: Uint8Array,
): Result<DeliveryReport, 'unexpected-shape'> {
  const json = parseJson(raw);
  const fields = formFields(raw);
  const field = (name: string) => wordAt(json, ...name.split('.')) ?? fields[name] ?? null;
  const id = field(rules.idField);
  const status = field(rules.statusField);
  if (id === null || id === '' || status === null) return err('unexpected-shape');
  const is = (words: readonly string[]) =>
    words.some((word) => word.toLowerCase() === status.toLowerCase());
  const outcome: DeliveryOutcome = is(rules.delivered)
    ? 'delivered'
    : is(rules.failed)
      ? 'failed'
      : 'pending';
  return ok(report(id, outcome, { reason: outcome === 'failed' ? 'unknown' : null }));
}
