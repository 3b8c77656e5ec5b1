// The database as its owner, as the environment names it: OWNER_URL, with the password in it or
// in a file of its own, which no list of processes and no container's description shows.

import { readFileSync } from 'node:fs';

type Environment = Readonly<Record<string, string | undefined>>;

/** The owner's address; not ok: what is wrong with the environment. */
export function ownerUrlOf(
  environment: Environment,
): { readonly ok: true; readonly url: string } | { readonly ok: false; readonly why: string } {
  const text = environment['OWNER_URL'];
  if (text === undefined) {
    return { ok: false, why: 'OWNER_URL is missing: the database, as its owner' };
  }
  if (!/^postgres(ql)?:/.test(URL.parse(text)?.protocol ?? '')) {
    return { ok: false, why: 'OWNER_URL is no address like postgres://owner@host/prewatt' };
  }
  const file = environment['OWNER_PASSWORD_FILE'];
  if (file === undefined) return { ok: true, url: text };
  const url = URL.parse(text);
  if (url === null || url.password !== '' || url.username === '') {
    const why = 'OWNER_URL names the owner and no password where OWNER_PASSWORD_FILE holds it';
    return { ok: false, why };
  }
  const password = firstLine(file);
  if (password === '') return { ok: false, why: 'OWNER_PASSWORD_FILE: no password can be read' };
  url.password = encodeURIComponent(password);
  return { ok: true, url: url.href };
}

function firstLine(file: string): string {
  try {
    return readFileSync(file, 'utf8').split(/\r?\n/)[0] ?? '';
  } catch {
    return '';
  }
}
