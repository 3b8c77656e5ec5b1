// The door for what message gateways tell: raw bytes in, since a signature is over them. The secret
// in the address is compared before anything is read.

import { messageApi } from '@prewatt/api';
import type { FastifyInstance } from 'fastify';
import { on } from '../../base/http/on.ts';
import { HttpProblem, notFound } from '../../base/http/problem.ts';
import {
  type CallbackRefusal,
  callbackDoors,
  type Heard,
  type MessageGateway,
} from './contract.ts';

/** Bytes of a callback, unless a gateway says that it needs more. */
const usualBody = 65_536;

/** What a gateway is answered: a text for a dialogue, nothing for all else. */
export type Hear = (gateway: string, heard: Heard) => Promise<string | null>;

/** All gateways and customers of a carrier come from few addresses. */
const perMinute = 12_000;

export function messageRoutes(o: {
  readonly gateways: readonly MessageGateway[];
  readonly publicUrl: string;
  readonly hear: Hear;
}) {
  return async (app: FastifyInstance): Promise<void> => {
    const bodyLimit = Math.max(usualBody, ...o.gateways.map((each) => each.longestCallback ?? 0));
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit }, (_request, body, done) =>
      done(null, body),
    );
    on(app, messageApi.callback, {
      config: { rateLimit: { max: perMinute, timeWindow: 60_000 } },
      handler: async ({ request, reply }) => {
        const { gateway: name, secret } = request.params;
        const gateway = o.gateways.find((each) => each.name === name);
        const door = callbackDoors.find((each) => each === request.params.door);
        if (gateway === undefined || door === undefined) throw notFound('page');
        const url = new URL(request.url, o.publicUrl).href;
        const came = { door, secret, url, headers: textHeaders(request.headers) };
        if (request.method === 'GET' && gateway.answersQuestion !== undefined) {
          const answer = gateway.answersQuestion(came);
          if (answer === null) throw problemOfRefusal('badSignature');
          return reply.code(200).type('text/plain; charset=utf-8').send(answer);
        }
        const rawBody = (request.body as Buffer | undefined) ?? Buffer.alloc(0);
        const read = gateway.heard({ ...came, rawBody });
        if (!read.ok) throw problemOfRefusal(read.error);
        const answers: string[] = [];
        for (const heard of read.value) {
          const answer = await o.hear(name, heard);
          if (answer !== null) answers.push(answer);
        }
        return reply.code(200).type('text/plain; charset=utf-8').send(answers.join(''));
      },
    });
  };
}

const textHeaders = (headers: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  );

function problemOfRefusal(refusal: CallbackRefusal): HttpProblem {
  switch (refusal) {
    case 'noSuchDoor':
      return notFound('page');
    case 'badSignature':
      return new HttpProblem({
        ...{ status: 401, code: refusal, title: 'Call refused' },
        detail: 'The secret or the signature does not fit.',
      });
    case 'malformed':
      return new HttpProblem({
        ...{ status: 400, code: refusal, title: 'Call refused' },
        detail: 'What came cannot be read.',
      });
  }
}
