// Who a request of a shop's phone is from: the phone by one cookie, the clerk by another. Both are
// looked up on every request, so that a phone that is taken back, or a clerk who is, sells nothing.

import { pathOf, type TillDesk, tillPages } from '@prewatt/api';
import { idFromUuid } from '@prewatt/quantities';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Database } from '../../base/database.ts';
import type { Clocks } from '../../base/time.ts';
import { floatPayments, floatState } from '../../money/payments/index.ts';
import type { Clerk, Phone, Vendors } from '../../money/vendors/index.ts';
import { cookiePrefix } from '../../registry/sign-in/index.ts';

/** As long as browsers keep one. */
const phoneLivesSeconds = 400 * 24 * 3600;

export type Desk = { readonly phone: Phone; readonly clerk: Clerk };

type SessionDeps = { readonly publicUrl: string; readonly vendors: Vendors };

export type TillSession = ReturnType<typeof createTillSession>;

export function createTillSession(o: SessionDeps) {
  const prefix = cookiePrefix(o.publicUrl);
  const names = { phone: `${prefix}.till`, clerk: `${prefix}.clerk` };
  const options = {
    path: pathOf(tillPages.start),
    httpOnly: true,
    sameSite: 'lax',
    secure: o.publicUrl.startsWith('https:'),
  } as const;
  const { phones, clerks } = o.vendors;

  const phoneOf = (request: FastifyRequest): Promise<Phone | null> =>
    phones.phoneOf(request.cookies[names.phone] ?? '');

  const clerkOf = async (request: FastifyRequest, phone: Phone): Promise<Clerk | null> => {
    const secret = request.cookies[names.clerk];
    return secret === undefined ? null : clerks.signedIn(phone, secret);
  };

  return {
    phoneOf,
    clerkOf,

    keepPhone: (reply: FastifyReply, cookie: string): void => {
      reply.setCookie(names.phone, cookie, { ...options, maxAge: phoneLivesSeconds });
    },

    keepClerk: (reply: FastifyReply, secret: string): void => {
      reply.setCookie(names.clerk, secret, options);
    },

    forgetClerk: (reply: FastifyReply): void => {
      reply.clearCookie(names.clerk, options);
    },

    /** Who is at the desk; null once the request was sent to where they sign in. */
    deskOf: async (request: FastifyRequest, reply: FastifyReply): Promise<Desk | null> => {
      const phone = await phoneOf(request);
      const clerk = phone === null ? null : await clerkOf(request, phone);
      if (phone !== null && clerk?.pinIsOwn === true) return { phone, clerk };
      const to = clerk === null ? tillPages.start : tillPages.pin;
      reply.redirect(pathOf(to), 303);
      return null;
    },
  };
}

type DeskDeps = Pick<SessionDeps, 'vendors'> & {
  readonly clocks: Clocks;
  readonly database: Database;
};

/** How long what was asked for last stands above each page; paid, no longer than a customer. */
const paysInShownMs = 30 * 60_000;
const paidShownMs = 5 * 60_000;

/** What stands above each page: what may still be sold for, and whether it lasts for a day. */
export async function deskView(
  { vendors, clocks, database }: DeskDeps,
  { phone, clerk }: Desk,
): Promise<TillDesk> {
  const { availableMinor, blocked } = await vendors.selling.vendorAt(phone);
  const day = await vendors.history.averageDayMinor(phone);
  const [last] = await database.inUtility(phone.utilityId, (tx) =>
    floatPayments(tx, { vendorId: phone.vendorId, limit: 1 }),
  );
  const forMs = last !== undefined && floatState(last) === 'paid' ? paidShownMs : paysInShownMs;
  const sinceMs = clocks.business.nowMs() - forMs;
  const isNews = last !== undefined && (last.decidedAtMs ?? last.askedAtMs) > sinceMs;
  return {
    vendorName: phone.vendorName,
    till: phone.label,
    clerk: clerk.name,
    availableMinor: availableMinor.toString(),
    low: availableMinor < day || availableMinor <= 0n,
    blocked,
    paysIn: isNews
      ? {
          paymentId: idFromUuid('payment', last.paymentId),
          amountMinor: last.amountMinor.toString(),
          otherAmountMinor: last.otherAmountMinor?.toString() ?? null,
          state: floatState(last),
        }
      : null,
  };
}
