// The wire of the check: one SOAP message over TLS with the shop's certificate, and what came, or
// why nothing did. A message may be sent and its answer not waited for.

import { Agent, request as httpsRequest } from 'node:https';

export type Shop = {
  readonly url: URL;
  readonly cert: string;
  readonly key: string;
  /** Authorities of the server; undefined: those that this machine trusts. */
  readonly ca: string | undefined;
  readonly timeoutMs: number;
};

export type Heard =
  | { readonly kind: 'answer'; readonly status: number; readonly text: string }
  | { readonly kind: 'nothing'; readonly why: string };

const longestAnswerBytes = 1_000_000;

/** `hangUp`: breaks the connection as soon as the message is written. */
export function post(
  shop: Shop,
  xml: string,
  o: { readonly hangUp?: boolean; readonly agent?: Agent } = {},
): Promise<Heard> {
  return new Promise((resolve) => {
    const nothing = (why: string) => resolve({ kind: 'nothing', why });
    const sent = httpsRequest(
      shop.url,
      {
        method: 'POST',
        cert: shop.cert,
        key: shop.key,
        agent: o.agent ?? false,
        ...(shop.ca === undefined ? {} : { ca: shop.ca }),
        headers: {
          'content-type': 'text/xml; charset=utf-8',
          'content-length': Buffer.byteLength(xml),
          soapaction: '""',
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > longestAnswerBytes) response.destroy(new Error('the answer is too long'));
          else chunks.push(chunk);
        });
        response.on('error', (error) => nothing(error.message));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ kind: 'answer', status: response.statusCode ?? 0, text });
        });
      },
    );
    sent.setTimeout(shop.timeoutMs, () => sent.destroy(new Error('no answer in time')));
    sent.on('error', (error) => nothing(error.message));
    sent.end(xml, () => {
      if (o.hangUp === true)
        setImmediate(() => sent.destroy(new Error('hung up, as the check wanted')));
    });
  });
}

/** Many messages over connections that are kept, as shops' systems do; `close` ends them. */
export function createPosting(shop: Shop, atOnce: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  return {
    post: (xml: string): Promise<Heard> => post(shop, xml, { agent }),
    close: (): void => agent.destroy(),
  };
}
