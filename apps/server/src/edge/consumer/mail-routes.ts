// The customer's e-mail address: given, proved by the code that came there, chosen for, taken away.
// It is the signed-in phone's, for all of its homes.

import { type MailView, pageRoutes, pathOf } from '@prewatt/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { on } from '../../base/http/on.ts';
import { notFound } from '../../base/http/problem.ts';
import type { AddressRefusal, CodeRefusal } from '../../messaging/mail/index.ts';
import { checkForm, headersOf } from '../../registry/sign-in/index.ts';
import { type PagesContext, strict } from './pages.ts';

const problems: Readonly<Record<AddressRefusal | CodeRefusal, string>> = {
  noMail: 'Mail cannot be sent from here.',
  badAddress: 'Write the address like name@example.com.',
  tooOften: 'Too many codes were sent. Try again in an hour.',
  notSent: 'The code could not be sent to this address. Look at it again, or try later.',
  codeOver: 'This code is over. Give the address again for a new one.',
  wrongCode: 'This is not the code. Look at the mail again.',
};
const isProblem = (text: string | undefined): text is keyof typeof problems =>
  text !== undefined && Object.hasOwn(problems, text);

/** Null where there is no mail. */
export async function mailView(
  o: PagesContext,
  request: FastifyRequest,
  problem: string | undefined,
): Promise<MailView | null> {
  if (!o.mail.isOn) return null;
  const phone = await o.signIn.phoneOf(headersOf(request));
  const choice = phone === null ? null : await o.mail.addresses.of(phone);
  return { choice, problem: isProblem(problem) ? problems[problem] : null };
}

export function mailPages(app: FastifyInstance, o: PagesContext): void {
  on(app, pageRoutes.changeMail, {
    ...strict,
    handler: async ({ request, reply, uuid }) => {
      const form = checkForm(request, o.publicUrl);
      await o.onConnection(request, uuid('id'), async () => null);
      const phone = await o.signIn.phoneOf(headersOf(request));
      if (phone === null || !o.mail.isOn) throw notFound('mail');
      const problem = await change(o, phone, form);
      const query = problem === null ? { saved: 1 } : { mail: problem };
      return reply.redirect(pathOf(pageRoutes.messages, { ...request.params, query }), 303);
    },
  });
}

async function change(
  { mail: { addresses } }: PagesContext,
  phone: string,
  form: Readonly<Record<string, string>>,
): Promise<keyof typeof problems | null> {
  switch (form['change']) {
    case 'address': {
      const given = await addresses.give(phone, form['address'] ?? '');
      return given.ok ? null : given.error;
    }
    case 'code': {
      const proved = await addresses.prove(phone, form['code'] ?? '');
      return proved.ok ? null : proved.error;
    }
    case 'wants': {
      const [receipts, warnings, others] = ['receipts', 'warnings', 'others'].map(
        (name) => form[name] === 'on',
      );
      await addresses.choose(phone, {
        receipts: receipts === true,
        warnings: warnings === true,
        others: others === true,
      });
      return null;
    }
    case 'remove':
      await addresses.remove(phone);
      return null;
    default:
      throw notFound('change');
  }
}
