// Routes of administrators about shops' phones and the clerks who sign in on them. A code and a PIN
// are each in one answer alone, which nobody may keep.

import { pathOf, tillPages, vendorApi } from '@prewatt/api';
import { ok } from '@prewatt/quantities';
import type { FastifyInstance } from 'fastify';
import type { Tx } from '../../base/database.ts';
import { on } from '../../base/http/on.ts';
import type { Operator } from '../../registry/sign-in/index.ts';
import { wasAsked } from './idempotency.ts';
import {
  administrators,
  createAs,
  createRecorded,
  statusOf,
  type VendorOperatorRoutesDeps,
} from './operator-door.ts';

export function phoneRoutes(app: FastifyInstance, context: VendorOperatorRoutesDeps): void {
  const { auditLog, publicUrl } = context;
  const { asking } = context.vendors;
  const as = createAs(context);
  on(app, vendorApi.createPhone, async ({ request, reply, uuid, readBody }) => {
    const vendorId = uuid('id');
    const asked = readBody();
    reply.header('cache-control', 'no-store');
    const done = await as(administrators, request, async (tx, by) => {
      const isRepeat = await wasAsked(tx, by.utilityId, asked.requestId);
      const made = await asking.phone(tx, by, { ...asked, vendorId });
      if (!made.ok || 'approvalId' in made.value) return made;
      const { code } = made.value;
      const path = pathOf(tillPages.enrol, { query: { code } });
      const shown = ok({ ...made.value, link: new URL(path, publicUrl).href });
      if (isRepeat) return shown;
      const details = { label: asked.label };
      await auditLog.record(tx, by, { act: 'vendorKeyMade', subject: request.params.id, details });
      return shown;
    });
    return reply.code(statusOf(done)).send(done);
  });
  clerkRoutes(app, context);
}

function clerkRoutes(app: FastifyInstance, context: VendorOperatorRoutesDeps): void {
  const { clerks } = context.vendors;
  const as = createAs(context);
  const recorded = createRecorded(context);
  on(app, vendorApi.addClerk, ({ request, reply, uuid, readBody }) => {
    const vendorId = uuid('id');
    const { name } = readBody();
    reply.header('cache-control', 'no-store');
    const add = (tx: Tx, by: Operator) =>
      clerks.add(tx, { utilityId: by.utilityId, vendorId, name });
    const noted = { act: 'clerkAdded', details: { name } } as const;
    return as(administrators, request, recorded(request, noted, add));
  });
  on(app, vendorApi.giveClerkPin, ({ request, reply, uuid }) => {
    const of = { vendorId: uuid('id'), clerkId: uuid('clerkId') };
    reply.header('cache-control', 'no-store');
    const noted = { act: 'clerkPinGiven', details: { clerk: request.params.clerkId } } as const;
    const give = (tx: Tx) => clerks.givePin(tx, of);
    return as(administrators, request, recorded(request, noted, give));
  });
  on(app, vendorApi.removeClerk, async ({ request, uuid }) => {
    const of = { vendorId: uuid('id'), clerkId: uuid('clerkId') };
    const noted = { act: 'clerkRemoved', details: { clerk: request.params.clerkId } } as const;
    const remove = (tx: Tx) => clerks.remove(tx, of);
    await as(administrators, request, recorded(request, noted, remove));
    return { removed: true };
  });
}
