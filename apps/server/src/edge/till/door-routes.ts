// How a phone comes in, and how clerks sign in on it: by a code once, and by a PIN each time.

import { pathOf, tillPages } from '@prewatt/api';
import { renderTillEnrol, renderTillPin, renderTillSignIn } from '@prewatt/web/consumer';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { on } from '../../base/http/on.ts';
import type { Clerk, Phone } from '../../money/vendors/index.ts';
import { checkForm } from '../../registry/sign-in/index.ts';
import type { TillContext } from './context.ts';
import { sellPage } from './sell-page.ts';

/** Per address; a shop's phone shares the one of its carrier with many. */
const strict = { config: { rateLimit: { max: 60, timeWindow: 60_000 } } };

export function doorPages(app: FastifyInstance, context: TillContext): void {
  const { session } = context;
  on(app, tillPages.start, async ({ request, reply }) => {
    const phone = await session.phoneOf(request);
    if (phone === null) return enrolPage(context, request, reply, { code: '', problem: null });
    const clerk = await session.clerkOf(request, phone);
    if (clerk === null) return signInPage(context, request, reply, { phone, ...nothingTyped });
    if (!clerk.pinIsOwn) return reply.redirect(pathOf(tillPages.pin), 303);
    const utility = await context.utilities.get(phone.utilityId);
    return sellPage(context, { request, reply }, { phone, clerk, utility });
  });
  enrolRoutes(app, context);
  signInRoutes(app, context);
  pinRoutes(app, context);
}

function enrolRoutes(app: FastifyInstance, context: TillContext): void {
  // A link that is looked at spends nothing: only the button does.
  on(app, tillPages.enrol, async ({ request, reply, readQuery }) => {
    if ((await context.session.phoneOf(request)) !== null) {
      return reply.redirect(pathOf(tillPages.start), 303);
    }
    return enrolPage(context, request, reply, { code: readQuery().code ?? '', problem: null });
  });
  on(app, tillPages.takeCode, {
    ...strict,
    handler: async ({ request, reply }) => {
      const { code = '' } = checkForm(request, context.publicUrl);
      const enrolled = await context.vendors.phones.enrol(code.slice(0, 100));
      if (!enrolled.ok) {
        const problem =
          'This code is wrong, was used before, or is more than a day old. Ask the utility for another one.';
        return enrolPage(context, request, reply, { code, problem });
      }
      context.session.keepPhone(reply, enrolled.value);
      return reply.redirect(pathOf(tillPages.start), 303);
    },
  });
}

async function enrolPage(
  context: TillContext,
  request: FastifyRequest,
  reply: FastifyReply,
  view: { readonly code: string; readonly problem: string | null },
): Promise<FastifyReply> {
  const html = renderTillEnrol(await context.strangeFrame(request, reply), view);
  return context.page(reply, html, view.problem === null ? 200 : 422);
}

const nothingTyped = { chosen: null, problem: null, status: 200 };

async function signInPage(
  context: TillContext,
  request: FastifyRequest,
  reply: FastifyReply,
  o: {
    readonly phone: Phone;
    readonly chosen: string | null;
    readonly problem: string | null;
    readonly status: number;
  },
): Promise<FastifyReply> {
  const { phone, chosen, problem } = o;
  const utility = await context.utilities.get(phone.utilityId);
  const clerks = await context.vendors.clerks.ofPhone(phone);
  const shown = context.frame(request, reply, utility);
  const { vendorName, label: till } = phone;
  const html = renderTillSignIn(shown, { vendorName, till, clerks, chosen, problem });
  return context.page(reply, html, o.status);
}

const pinText = {
  pinWrong: 'That PIN is wrong. After five wrong ones this phone takes no more of yours.',
  pinLocked: 'Too many wrong PINs. Ask the utility for a new one.',
} as const;

function signInRoutes(app: FastifyInstance, context: TillContext): void {
  const { session, vendors } = context;
  on(app, tillPages.signIn, {
    ...strict,
    handler: async ({ request, reply }) => {
      const { clerk: chosen = '', pin = '' } = checkForm(request, context.publicUrl);
      const phone = await session.phoneOf(request);
      if (phone === null) return reply.redirect(pathOf(tillPages.start), 303);
      const clerks = await vendors.clerks.ofPhone(phone);
      if (!clerks.some(({ clerkId }) => clerkId === chosen)) {
        const problem = 'Choose your name.';
        return signInPage(context, request, reply, { phone, chosen: null, problem, status: 422 });
      }
      const done = await vendors.clerks.signIn(phone, { clerkId: chosen, pin: pin.slice(0, 20) });
      if (!done.ok) {
        const status = done.error === 'pinLocked' ? 429 : 422;
        const problem = pinText[done.error];
        return signInPage(context, request, reply, { phone, chosen, problem, status });
      }
      session.keepClerk(reply, done.value);
      return reply.redirect(pathOf(tillPages.start), 303);
    },
  });
  on(app, tillPages.signOut, async ({ request, reply }) => {
    checkForm(request, context.publicUrl);
    const phone = await session.phoneOf(request);
    if (phone !== null && (await session.clerkOf(request, phone)) !== null) {
      await vendors.clerks.signOut(phone);
    }
    session.forgetClerk(reply);
    return reply.redirect(pathOf(tillPages.start), 303);
  });
}

const choiceText = {
  pinNotDigits: 'A PIN has 4 to 8 digits.',
  pinTooEasy: 'Everybody would try this one first. Take digits that are not in a row.',
  pinNotNew: 'Take another one than before.',
} as const;

/** Also for a clerk whose PIN another person has seen, who may do nothing else. */
function pinRoutes(app: FastifyInstance, context: TillContext): void {
  const { session, vendors } = context;
  const atPin = async (
    request: FastifyRequest,
    reply: FastifyReply,
    work: (phone: Phone, clerk: Clerk) => Promise<FastifyReply>,
  ) => {
    const phone = await session.phoneOf(request);
    const clerk = phone === null ? null : await session.clerkOf(request, phone);
    if (phone === null || clerk === null) return reply.redirect(pathOf(tillPages.start), 303);
    return work(phone, clerk);
  };
  const pinPage = async (
    call: { request: FastifyRequest; reply: FastifyReply },
    of: { phone: Phone; clerk: Clerk; problem: string | null },
  ) => {
    const { request, reply } = call;
    const utility = await context.utilities.get(of.phone.utilityId);
    const view = { clerk: of.clerk.name, first: !of.clerk.pinIsOwn, problem: of.problem };
    const html = renderTillPin(context.frame(request, reply, utility), view);
    return context.page(reply, html, of.problem === null ? 200 : 422);
  };
  on(app, tillPages.pin, ({ request, reply }) =>
    atPin(request, reply, (phone, clerk) =>
      pinPage({ request, reply }, { phone, clerk, problem: null }),
    ),
  );
  on(app, tillPages.choosePin, {
    ...strict,
    handler: ({ request, reply }) => {
      const { pin = '', again = '' } = checkForm(request, context.publicUrl);
      return atPin(request, reply, async (phone, clerk) => {
        const refused = (problem: string) => pinPage({ request, reply }, { phone, clerk, problem });
        if (pin !== again) return refused('The two PINs are not the same. Type them again.');
        const done = await vendors.clerks.choosePin(phone, { clerkId: clerk.clerkId, pin });
        if (!done.ok) return refused(choiceText[done.error]);
        return reply.redirect(pathOf(tillPages.start), 303);
      });
    },
  });
}
