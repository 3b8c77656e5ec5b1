// The doors of an agent at the site: a PIN opens a session of this browser, which ends after half
// an hour without use, a working day, or a restart. Answers of forms lead to pages that can be
// loaded again; the form itself names the sale, so that a press that is repeated sells once.

import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { parseTypedAmount } from '@prewatt/quantities';
import { createRateLimit } from '@prewatt/virtual-meter/rate-limit';
import type { Gateway } from '../gateway.ts';
import type { Clerk, Desk } from '../sales/desk.ts';
import {
  deskPage,
  offerPage,
  receiptPage,
  refusalTexts,
  salesCsv,
  signInPage,
  signInTexts,
} from './agent-pages.ts';
import { type Answer, findMember, html, isSameOrigin, readForm } from './doors.ts';

export type AgentDoors = {
  /** Null for what is no page of agents. */
  readonly answer: (request: IncomingMessage, path: string) => Promise<Answer> | null;
};

const restsMs = 30 * 60_000;
const livesMs = 12 * 3_600_000;
const mostSessions = 20;
const cookieName = 'agent';

type Session = { readonly clerk: Clerk; readonly begunMs: number; seenMs: number };
type Doors = {
  readonly gateway: Gateway;
  readonly desk: Desk;
  readonly nowMs: () => number;
  readonly sessions: Map<string, Session>;
  readonly mayTryPin: (key: string) => boolean;
};

export function createAgentDoors(
  gateway: Gateway,
  o: { readonly nowMs: () => number },
): AgentDoors | null {
  const { desk } = gateway;
  if (desk === null) return null;
  const mayTryPin = createRateLimit({ acts: 10, perMs: 600_000, realNowMs: o.nowMs });
  const doors: Doors = { gateway, desk, nowMs: o.nowMs, sessions: new Map(), mayTryPin };
  return {
    answer: (request, path) =>
      path === '/agent' || path.startsWith('/agent/') ? answerTo(doors, request, path) : null,
  };
}

const viewOf = ({ desk, gateway: { site } }: Doors) => ({
  ...{ desk, siteName: site.name, zone: site.zone },
});

async function answerTo(doors: Doors, request: IncomingMessage, path: string): Promise<Answer> {
  const isPost = request.method === 'POST';
  if (!isPost && request.method !== 'GET') return html(404, 'Not found.');
  if (isPost && !isSameOrigin(request)) return html(403, 'Only the page of this site may do this.');
  const form = isPost ? await readForm(request) : null;
  if (isPost && form === null) return html(413, 'Too much.');
  if (form !== null && path === '/agent/sign-in') return signIn(doors, form);
  const session = sessionOf(doors, request);
  if ('ended' in session) {
    return html(isPost ? 403 : 200, signInPage(viewOf(doors), { said: endTexts[session.ended] }));
  }
  const clerk = session.value.clerk;
  if (form !== null) return act(doors, { form, path, clerk, session: session.key });
  if (path === '/agent') return html(200, deskPage(viewOf(doors), { clerk }));
  if (path === '/agent/sales.csv') {
    return { status: 200, type: 'text/csv; charset=utf-8', body: salesCsv(doors) };
  }
  return receipt(doors, path);
}

function act(
  doors: Doors,
  o: {
    readonly form: URLSearchParams;
    readonly path: string;
    readonly clerk: Clerk;
    readonly session: string;
  },
): Answer {
  const { desk } = doors;
  const { form, path, clerk } = o;
  const again = (status: number, said: string): Answer =>
    html(status, deskPage(viewOf(doors), { clerk, said }));
  if (path === '/agent/sign-out') {
    doors.sessions.delete(o.session);
    return toPage('/agent', { cookie: '' });
  }
  if (path === '/agent/shift/open') {
    return desk.openShift(clerk) ? toPage('/agent') : again(409, 'A shift is open already.');
  }
  if (path === '/agent/shift/close') {
    const counted = amountOf(desk, form.get('counted') ?? '');
    if (counted === null) return again(400, 'Type the cash as an amount, 0 if there is none.');
    if (!desk.closeShift(counted)) return again(409, 'No shift is open.');
    void desk.sync();
    return toPage('/agent');
  }
  if (path === '/agent/offer') return offer(doors, form, again);
  if (path === '/agent/sell') return sell(doors, { form, clerk, again });
  const copied = /^\/agent\/sales\/([^/]+)\/copy$/.exec(path);
  const saleId = decoded(copied?.[1] ?? '');
  const copy = saleId === null ? null : desk.copy(saleId);
  const sale = saleId === null ? undefined : desk.book().sales.get(saleId);
  if (sale === undefined || copy === null) return again(404, 'There is no such sale.');
  return html(200, receiptPage(viewOf(doors), { sale, copy }));
}

type Again = (status: number, said: string) => Answer;

function offer(doors: Doors, form: URLSearchParams, again: Again): Answer {
  const { desk, gateway } = doors;
  const member = findMember(gateway, form.get('number') ?? '');
  if (member === null) return again(404, refusalTexts.unknownMeter);
  const amountMinor = amountOf(desk, form.get('amount') ?? '');
  if (amountMinor === null) return again(400, 'Type the amount in figures.');
  const offered = desk.offer({ meterPan: member.channel.meterPan, amountMinor });
  if (!offered.ok) return again(409, refusalTexts[offered.error]);
  const saleId = `site-${randomUUID()}`;
  return html(200, offerPage(viewOf(doors), { offer: offered.value, saleId }));
}

function sell(
  doors: Doors,
  { form, clerk, again }: { readonly form: URLSearchParams; readonly clerk: Clerk; again: Again },
): Answer {
  const { desk, gateway } = doors;
  const member = findMember(gateway, form.get('number') ?? '');
  const saleId = form.get('sale') ?? '';
  const minor = form.get('minor') ?? '';
  const isWhole = /^site-[0-9a-f-]{36}$/.test(saleId) && /^[1-9]\d{0,14}$/.test(minor);
  if (member === null || !isWhole) return again(400, refusalTexts.saleReused);
  const { meterPan } = member.channel;
  const sold = desk.sell({ meterPan, saleId, clerk, amountMinor: BigInt(minor) });
  if (!sold.ok) return again(409, refusalTexts[sold.error]);
  // With a link the token is there a moment later.
  void desk.sync();
  return toPage(`/agent/sales/${saleId}`);
}

function receipt(doors: Doors, path: string): Answer {
  const saleId = decoded(/^\/agent\/sales\/([^/]+)$/.exec(path)?.[1] ?? '');
  const sale = saleId === null ? undefined : doors.desk.book().sales.get(saleId);
  if (sale === undefined) return html(404, 'There is no such page.');
  return html(200, receiptPage(viewOf(doors), { sale, copy: null }));
}

async function signIn(doors: Doors, form: URLSearchParams): Promise<Answer> {
  const { desk } = doors;
  const clerkId = form.get('clerk') ?? '';
  const known = desk.grant()?.budget.clerks.find((clerk) => clerk.clerkId === clerkId);
  const view = viewOf(doors);
  if (known === undefined) return html(403, signInPage(view, { said: signInTexts.pinWrong }));
  if (!doors.mayTryPin(clerkId)) {
    return html(429, signInPage(view, { clerkId, said: 'Too many tries: wait ten minutes.' }));
  }
  const newPin = form.get('newPin') ?? '';
  const pin = form.get('pin') ?? '';
  const said = await desk.clerks.signIn({ clerkId, pin, ...(newPin === '' ? {} : { newPin }) });
  if (said !== 'signedIn') {
    const choosing = said === 'choosePin' || newPin !== '';
    return html(403, signInPage(view, { clerkId, choosing, said: signInTexts[said] }));
  }
  // Locked when the server was asked last: it may know better by now, the site alone does not.
  if (isLocked(desk, clerkId)) await desk.refresh();
  if (isLocked(desk, clerkId)) {
    return html(403, signInPage(view, { clerkId, said: signInTexts.pinLocked }));
  }
  const secret = randomBytes(24).toString('base64url');
  const nowMs = doors.nowMs();
  const clerk = { clerkId, name: known.name };
  doors.sessions.set(keyOf(secret), { clerk, begunMs: nowMs, seenMs: nowMs });
  const [oldest] = doors.sessions.keys();
  if (doors.sessions.size > mostSessions && oldest !== undefined) doors.sessions.delete(oldest);
  return toPage('/agent', { cookie: secret });
}

const isLocked = (desk: Desk, clerkId: string): boolean =>
  desk.grant()?.budget.clerks.some((each) => each.clerkId === clerkId && each.locked) === true;

/** Why somebody who had a session is asked for a PIN again. */
const endTexts = {
  notBegun: '',
  rested: 'You were signed out after a while without use. Sign in again.',
  locked: signInTexts.pinLocked,
  notAgent: 'The utility has taken you off the list of this site’s agents.',
} as const;

/** Kept by its digest: what the process holds opens nothing. */
const keyOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

function sessionOf(
  doors: Doors,
  { headers }: IncomingMessage,
): { readonly key: string; readonly value: Session } | { readonly ended: keyof typeof endTexts } {
  const cookies = (headers.cookie ?? '').split(';').map((each) => each.trim());
  const secret = cookies.find((each) => each.startsWith(`${cookieName}=`))?.slice(6) ?? '';
  if (secret === '') return { ended: 'notBegun' };
  const key = keyOf(secret);
  const value = doors.sessions.get(key);
  if (value === undefined) return { ended: 'rested' };
  const nowMs = doors.nowMs();
  // Whoever was taken off the list since is signed out; so is one whom a clock set back.
  const clerks = doors.desk.grant()?.budget.clerks ?? [];
  const isKnown = clerks.some(({ clerkId }) => clerkId === value.clerk.clerkId);
  const isLockedNow = isLocked(doors.desk, value.clerk.clerkId);
  const isFresh = Math.abs(nowMs - value.seenMs) < restsMs && nowMs - value.begunMs < livesMs;
  if (!isKnown || isLockedNow || !isFresh) {
    doors.sessions.delete(key);
    return { ended: isLockedNow ? 'locked' : isKnown ? 'rested' : 'notAgent' };
  }
  value.seenMs = nowMs;
  return { key, value };
}

function toPage(path: string, o: { readonly cookie?: string } = {}): Answer {
  const cookie =
    o.cookie === undefined
      ? {}
      : {
          'set-cookie': `${cookieName}=${o.cookie}; HttpOnly; SameSite=Strict; Path=/agent${o.cookie === '' ? '; Max-Age=0' : ''}`,
        };
  return { ...html(303, ''), headers: { location: path, ...cookie } };
}

function amountOf(desk: Desk, text: string): bigint | null {
  const currency = desk.grant()?.budget.utility.currency;
  if (currency === undefined) return null;
  const parsed = parseTypedAmount(text, currency);
  return parsed.ok ? parsed.value : null;
}

function decoded(text: string): string | null {
  try {
    return text === '' ? null : decodeURIComponent(text);
  } catch {
    return null;
  }
}
