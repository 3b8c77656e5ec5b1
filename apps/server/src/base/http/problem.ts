// Refusals as RFC 9457 problem details. One place that turns a code into a status and words.

import type { Problem } from '@prewatt/api';
import type { FastifyReply } from 'fastify';
import { isLostConnection } from '../database.ts';

/**
 * A refusal on its way to the client. Thrown in routes, answered by the error handler; it is no bug
 * and is not logged.
 */
export class HttpProblem extends Error {
  readonly problem: Problem;

  constructor(o: {
    readonly status: number;
    readonly code: string;
    readonly title: string;
    readonly detail: string;
  }) {
    super(o.code);
    this.problem = { type: `urn:prewatt:problem:${o.code}`, ...o };
  }
}

/** Status and sentence of each code of a closed union of refusals. */
export type RefusalTable<Code extends string> = Readonly<
  Record<Code, readonly [status: number, text: string]>
>;

/** The problem of a code; `said` says it more exactly than the table. */
export const problemsOf =
  <Code extends string>(table: RefusalTable<Code>) =>
  (code: Code, said?: string): HttpProblem => {
    const [status, text] = table[code];
    return new HttpProblem({ status, code, title: 'Refused', detail: said ?? text });
  };

/** The sentences alone, for an approval that could no longer be carried out. */
export const sentencesOf = <Code extends string>(table: RefusalTable<Code>): Record<Code, string> =>
  Object.fromEntries(
    Object.entries<readonly [number, string]>(table).map(([code, [, text]]) => [code, text]),
  ) as Record<Code, string>;

export const notFound = (what: string): HttpProblem =>
  new HttpProblem({
    status: 404,
    code: 'notFound',
    title: 'Not found',
    detail: `There is no such ${what}, or you may not see it.`,
  });

export const badRequest = (detail: string): HttpProblem =>
  new HttpProblem({ status: 400, code: 'badRequest', title: 'Not understood', detail });

/** A body that is no JSON, as the framework refuses it. */
export const malformed = (): HttpProblem => badRequest('The request is malformed.');

export const signedOut = (): HttpProblem =>
  new HttpProblem({
    status: 401,
    code: 'signedOut',
    title: 'Signed out',
    detail: 'Sign in and try again.',
  });

export const forbidden = (detail: string): HttpProblem =>
  new HttpProblem({ status: 403, code: 'forbidden', title: 'Not allowed', detail });

/**
 * What a thrown error means to a client. Only our own problems and the framework's 4xx speak; the
 * rest is a 500 or 503.
 */
export function problemOf(error: unknown): Problem {
  if (error instanceof HttpProblem) return error.problem;
  const { statusCode, code, message } = error as {
    statusCode?: number;
    code?: string;
    message?: string;
  };
  if (statusCode === 429) {
    return problem(429, 'tooManyRequests', 'Too many requests', 'Wait a minute and try again.');
  }
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return problem(statusCode, 'badRequest', 'Not understood', 'The request is malformed.');
  }
  if (isUnstorableText(code)) {
    return problem(400, 'badRequest', 'Not understood', 'The request holds text that no name has.');
  }
  if (isDiskFull(code)) return diskFull().problem;
  if (statusCode === 503 || isLostConnection(code, message)) {
    return problem(503, 'unavailable', 'Not available', 'Try again in a few seconds.');
  }
  return problem(500, 'internal', 'Something went wrong', 'It was recorded; try again.');
}

const problem = (status: number, code: string, title: string, detail: string): Problem =>
  new HttpProblem({ status, code, title, detail }).problem;

export const diskFull = (): HttpProblem =>
  new HttpProblem({
    status: 503,
    code: 'diskFull',
    title: 'The disk is full',
    detail: 'Nothing was changed. It goes on by itself once there is room on the disk.',
  });

/** PostgreSQL's disk_full, and the operating system's word for it. */
const isDiskFull = (code: string | undefined): boolean => code === '53100' || code === 'ENOSPC';

/**
 * PostgreSQL's 22021 (a character that text cannot hold, such as NUL) and 22P02 (no identifier):
 * both come from what was sent, in a search or a cursor.
 */
function isUnstorableText(code: string | undefined): boolean {
  return code === '22021' || code === '22P02';
}

export function sendProblem(reply: FastifyReply, p: Problem): FastifyReply {
  return reply.code(p.status).type('application/problem+json').send(JSON.stringify(p));
}
