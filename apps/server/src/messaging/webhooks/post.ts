// One HTTP POST to an address that somebody typed. The name is resolved once, each address that it
// has is judged, and the call goes to one of those: it cannot be led to a private address by a
// second answer of the name server. No redirect is followed, and time and answer are bounded.

import { type LookupAddress, lookup } from 'node:dns';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { isPublicAddress, webhookUrlFault } from '@prewatt/rails';

export type WebhookAnswer =
  | {
      readonly status: number;
      readonly retryAfterSeconds: number | null;
      readonly fault: null;
    }
  | { readonly status: null; readonly fault: 'timeout' | 'notPublic' | 'unreachable' };

export type WebhookPost = (o: {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}) => Promise<WebhookAnswer>;

/** `any` is for a receiver in one's own network, and for tests. */
export type WebhookReach = 'public' | 'any';

const timeoutMs = 15_000;
const mostOfAnswerBytes = 4_096;
const notPublic = 'the name leads to a private address';

/** Null when an endpoint may have this address. */
export function faultOfUrl(url: string, reach: WebhookReach): string | null {
  if (reach === 'public') return webhookUrlFault(url);
  if (!URL.canParse(url)) return 'not-a-url';
  const { protocol, username, password } = new URL(url);
  if (username !== '' || password !== '') return 'credentials';
  return protocol === 'https:' || protocol === 'http:' ? null : 'not-https';
}

export function createWebhookPost(o: {
  readonly reach: WebhookReach;
  readonly timeoutMs?: number;
  /** Of the system unless given. */
  readonly resolve?: typeof lookup;
}): WebhookPost {
  const lookupPublic = judged(o.resolve ?? lookup);
  return ({ url, headers, body }) =>
    new Promise((resolve) => {
      if (faultOfUrl(url, o.reach) !== null || !mayCall(url, o.reach)) {
        resolve({ status: null, fault: 'notPublic' });
        return;
      }
      const signal = AbortSignal.timeout(o.timeoutMs ?? timeoutMs);
      const send = url.startsWith('https:') ? httpsRequest : httpRequest;
      const request = send(url, {
        method: 'POST',
        headers: { ...headers, 'content-length': body.length },
        signal,
        agent: false,
        ...(o.reach === 'public' ? { lookup: lookupPublic } : {}),
      });
      request.on('error', (error) => {
        const fault = signal.aborted
          ? 'timeout'
          : error.message === notPublic
            ? 'notPublic'
            : 'unreachable';
        resolve({ status: null, fault });
      });
      request.on('response', (response) => {
        const { statusCode: status = 0, headers: said } = response;
        const wish = Number(said['retry-after'] ?? Number.NaN);
        let bytes = 0;
        const done = (): void => {
          response.destroy();
          resolve({
            ...{ status, fault: null },
            retryAfterSeconds: Number.isFinite(wish) ? wish : null,
          });
        };
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > mostOfAnswerBytes) done();
        });
        response.on('end', done);
        response.on('error', () => resolve({ status: null, fault: 'unreachable' }));
      });
      request.end(body);
    });
}

/** An address that is written as one is not looked up: it is judged here. */
function mayCall(url: string, reach: WebhookReach): boolean {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  return reach === 'any' || isIP(host) === 0 || isPublicAddress(host);
}

const judged =
  (resolve: typeof lookup): LookupFunction =>
  (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, found) => {
      const addresses = (error === null ? found : []) as LookupAddress[];
      const [first] = addresses;
      if (first === undefined) {
        callback(error ?? new Error('the name has no address'), '', 0);
      } else if (!addresses.every(({ address }) => isPublicAddress(address))) {
        callback(new Error(notPublic), '', 0);
      } else if (options.all === true) {
        callback(null, addresses);
      } else {
        callback(null, first.address, first.family);
      }
    });
  };
