// One request to the server, by node:http. No redirect is followed: the key goes to the server that
// it is for.

import { request as plain } from 'node:http';
import { request as overTls } from 'node:https';
import type { Ask } from './server-link.ts';

export const ask: Ask = (url, { key, body, longestMs, longestAnswer }) =>
  new Promise((resolve, reject) => {
    const request = url.protocol === 'https:' ? overTls : plain;
    const headers = {
      authorization: `Bearer ${key}`,
      ...(body === null
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
    };
    const signal = AbortSignal.timeout(longestMs);
    const sent = request(
      url,
      { method: body === null ? 'GET' : 'POST', headers, signal },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (part: string) => {
          text += part;
          if (text.length > longestAnswer) answer.destroy(new Error('too much'));
        });
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
        answer.on('error', reject);
        answer.on('close', () => reject(new Error('cut off')));
      },
    );
    sent.on('error', reject);
    sent.end(body ?? undefined);
  });
