// Secrets that a rail tells as they are, in the address or in a header: kept as a keyed digest, by
// which the secret is put back when the notification is judged again, as long as it is the same.

import { createHmac } from 'node:crypto';

export type Masked = {
  readonly path: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
};
/** What proves a sender by being told as it is, and must be kept nowhere. */
export type Password = {
  /** The first part behind the notify URL, or the header of this name. */
  readonly in: 'path' | { readonly header: string };
  readonly value: string;
};
type Keyed = { readonly masterKey: Buffer; readonly provider: string };

const start = 'hidden:';

const digestOf = ({ masterKey, provider }: Keyed, value: string): string =>
  `${start}${createHmac('sha256', masterKey).update(`notification ${provider} ${value}`).digest('base64url')}`;

/** What stands where a password is to stand, whether it is the right one or not. */
export function mask(keyed: Keyed, came: Masked, passwords: readonly Password[]): Masked {
  const hidden = passwords.map((password) => password.in);
  const path = came.path.map((part, i) =>
    i === 0 && hidden.includes('path') ? digestOf(keyed, part) : part,
  );
  const headers = Object.fromEntries(
    Object.entries(came.headers).map(([name, value]) => [
      name,
      hidden.some((each) => each !== 'path' && each.header === name)
        ? digestOf(keyed, value)
        : value,
    ]),
  );
  return { path, headers };
}

/** With the passwords of today, where they are those that came. */
export function unmask(keyed: Keyed, kept: Masked, passwords: readonly Password[]): Masked {
  const values = new Map(passwords.map(({ value }) => [digestOf(keyed, value), value]));
  const back = (text: string): string => values.get(text) ?? text;
  return {
    path: kept.path.map(back),
    headers: Object.fromEntries(
      Object.entries(kept.headers).map(([name, value]) => [name, back(value)]),
    ),
  };
}

/** For people: what is hidden is not shown as a digest. */
export const shown = (text: string): string => (text.startsWith(start) ? '(hidden)' : text);
