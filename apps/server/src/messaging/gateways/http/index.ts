// A gateway with an HTTP interface of its own, described by configuration: an address with places
// to fill in, what its answer means, and the names of the fields that it calls back with.

import { err, ok, type Result } from '@prewatt/quantities';
import {
  e164,
  fittedToGsm,
  formFields,
  type GatewayRules,
  parseJson,
  readAtUssd,
  readGatewayAnswer,
  readGatewayReport,
} from '@prewatt/rails';
import { callbackUrl, isSecret } from '../callback-address.ts';
import {
  accepted,
  type Handed,
  type Heard,
  type MessageGateway,
  type RawCallback,
  type TextMessage,
  unknown,
} from '../contract.ts';
import { type Called, type GatewayCall, handedByStatus } from '../http.ts';
import { reportHeard } from '../read.ts';

export type HttpGatewayConfig = {
  readonly name: string;
  readonly method: 'GET' | 'POST';
  /** With `{to}`, `{digits}`, `{text}`, `{id}`, `{reportUrl}`; each is encoded for its place. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly contentType: string;
  readonly body: string | null;
  readonly successText: string | null;
  /** Where the id is; `ours` when reports name our own. Null: there are no reports. */
  readonly messageId: GatewayRules['messageId'] | 'ours';
  readonly report: GatewayRules['report'];
  readonly text: { readonly from: string; readonly text: string; readonly id: string };
  readonly callbackSecret: string;
};

export function createHttpGateway(o: {
  readonly config: HttpGatewayConfig;
  readonly call: GatewayCall;
  readonly publicUrl: string;
}): MessageGateway {
  const { config, call } = o;
  const address = { gateway: config.name, secret: config.callbackSecret };
  const reports = callbackUrl(o.publicUrl, { ...address, door: 'reports' });
  return {
    name: config.name,
    send: async (message) => {
      const values = valuesOf(message, reports);
      const called = await call({
        method: config.method,
        url: filled(config.url, values, encodeURIComponent),
        headers: {
          ...config.headers,
          ...(config.body === null ? {} : { 'content-type': config.contentType }),
        },
        ...(config.body === null
          ? {}
          : { body: filled(config.body, values, encoderOf(config.contentType)) }),
      });
      return handedOf(config, called, message);
    },
    heard: (came) => heard(config, came),
    check: async () => {
      const called = await call({ method: 'GET', url: new URL(config.url).origin });
      return called.kind === 'answered'
        ? ok('its address answers; whether it knows us shows with the first message')
        : err('it cannot be reached');
    },
  };
}

const valuesOf = ({ to, text, id }: TextMessage, reports: string) => {
  const reportUrl = new URL(reports);
  reportUrl.searchParams.set('id', id);
  return {
    to,
    text: fittedToGsm(text),
    id,
    digits: to.replace(/\D/g, ''),
    reportUrl: reportUrl.href,
  };
};

/** What is filled in is filled in once: braces of a customer's text stay braces. */
const filled = (
  template: string,
  values: Readonly<Record<string, string>>,
  encode: (text: string) => string,
): string =>
  template.replace(/\{(to|digits|text|id|reportUrl)\}/g, (_, name: string) =>
    encode(values[name] ?? ''),
  );

function encoderOf(contentType: string): (text: string) => string {
  if (/json/i.test(contentType)) return (text) => JSON.stringify(text).slice(1, -1);
  if (/xml/i.test(contentType)) {
    return (text) => text.replace(/[<>&"']/g, (char) => `&#${char.charCodeAt(0)};`);
  }
  return encodeURIComponent;
}

function handedOf(config: HttpGatewayConfig, called: Called, message: TextMessage): Handed {
  if (called.kind !== 'answered') return handedByStatus(called);
  const { status, raw } = called;
  const isGood = status >= 200 && status < 300;
  if (!isGood) return handedByStatus(called);
  const { messageId: where, successText } = config;
  const body = new TextDecoder().decode(raw);
  // A page of somebody's maintenance is no answer of the gateway's.
  if (successText === null && /^\s*<(!doctype )?html/i.test(body)) return handedByStatus(called);
  const rules = { successText, messageId: where === 'ours' ? null : where, report: config.report };
  const answer = readGatewayAnswer(rules, status, body);
  if (answer.outcome !== 'pending') return unknown('the answer does not say that it was taken');
  if (where === 'ours') return accepted(message.id);
  return answer.messageId === null ? accepted() : accepted(answer.messageId);
}

function heard(
  config: HttpGatewayConfig,
  { door, secret, url, rawBody }: RawCallback,
): Result<readonly Heard[], 'noSuchDoor' | 'badSignature' | 'malformed'> {
  if (!isSecret(secret, config.callbackSecret)) return err('badSignature');
  // Kannel and others put it all into the query.
  const query = new URL(url).search.slice(1);
  const body = rawBody.length === 0 ? new TextEncoder().encode(query) : rawBody;
  if (door === 'reports') {
    const read = reportHeard(readGatewayReport(config.report, body));
    return read.ok ? read : reportHeard(readGatewayReport(config.report, both(query, rawBody)));
  }
  if (door === 'texts') return textOf(config, body);
  if (door === 'ussd-end') return err('noSuchDoor');
  const hop = readAtUssd(body);
  return hop.ok ? ok([{ kind: 'ussd', hop: hop.value }]) : err('malformed');
}

/** Our id in the query, and what became of it in the form. */
const both = (query: string, rawBody: Uint8Array): Uint8Array =>
  new TextEncoder().encode(`${query}&${new TextDecoder().decode(rawBody)}`);

function textOf(
  { text: names }: HttpGatewayConfig,
  body: Uint8Array,
): Result<readonly Heard[], 'malformed'> {
  const json = parseJson(body);
  const fields: Readonly<Record<string, unknown>> =
    typeof json === 'object' && json !== null && !Array.isArray(json)
      ? (json as Record<string, unknown>)
      : formFields(body);
  const field = (name: string): string | null => {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
  };
  const [from, text] = [field(names.from), field(names.text)];
  if (from === null || text === null) return err('malformed');
  return ok([{ kind: 'text', id: field(names.id), from: e164(from) ?? from, text }]);
}
