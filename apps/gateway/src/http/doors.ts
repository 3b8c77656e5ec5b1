// What the doors of the site's pages share: answers, forms, and which meter a number means.

import type { IncomingMessage } from 'node:http';
import type { Gateway, Member } from '../gateway.ts';
import type { StsMember } from '../start-sts-meter.ts';

export type Answer = {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
};

export const html = (status: number, body: string): Answer => ({
  ...{ status, type: 'text/html; charset=utf-8', body },
});

const longestBody = 1024;

/** The whole number, or its last eleven digits as they are printed on a meter. */
export function findMember({ members }: Pick<Gateway, 'members'>, text: string): Member | null {
  const digits = text.replaceAll(/\D/g, '');
  if (digits.length < 11) return null;
  return members.find(({ channel }) => channel.meterPan.endsWith(digits)) ?? null;
}

/** The same among the meters that take tokens themselves. */
export function findStsMember(
  { stsMembers }: Pick<Gateway, 'stsMembers'>,
  text: string,
): StsMember | null {
  const digits = text.replaceAll(/\D/g, '');
  if (digits.length < 11) return null;
  return stsMembers.find(({ meter }) => meter.meterPan.endsWith(digits)) ?? null;
}

/** A browser always names the origin of a POST; what is no browser cannot be tricked into one. */
export function isSameOrigin({ headers }: IncomingMessage): boolean {
  const { origin, host } = headers;
  if (headers['sec-fetch-site'] === 'cross-site') return false;
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}

export async function readForm(request: IncomingMessage): Promise<URLSearchParams | null> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > longestBody) return null;
  }
  return new URLSearchParams(text);
}
