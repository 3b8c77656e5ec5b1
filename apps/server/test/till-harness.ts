// A shop's phone in tests: brought in by its code as two administrators allow it, with a clerk who
// is signed in by a PIN of their own.

import assert from 'node:assert/strict';
import type { ClerkPin } from '@prewatt/api';
import { uuidOf } from '@prewatt/quantities';
import { seedApproval } from './approval-seed.ts';
import type { Harness } from './harness.ts';
import { type HttpHarness, Visitor } from './http-harness.ts';

export const ownPin = '4826';

/** The code of a phone that two people allowed. */
export async function phoneCode(
  h: Harness,
  o: { readonly vendorId: string; readonly label: string },
): Promise<{ readonly code: string; readonly keyId: string }> {
  const requestId = `phone ${o.label}`.replaceAll(' ', '-');
  const payload = { vendorId: o.vendorId, label: o.label, requestId, phone: true };
  const allowed = await seedApproval(h, {
    kind: 'tillKey',
    payload,
    reason: 'A phone of the tests.',
  });
  const { managing } = h.services.vendors;
  const made = await h.database.inUtility(h.utilityId, (tx) =>
    managing.createPhone(tx, o.vendorId, { requestId, label: o.label, allowed }),
  );
  assert.ok(made.ok);
  return { code: made.value.code, keyId: uuidOf(made.value.keyId as never) };
}

export async function addClerk(h: Harness, vendorId: string, name: string): Promise<ClerkPin> {
  const { utilityId } = h;
  const added = await h.database.inUtility(utilityId, (tx) =>
    h.services.vendors.clerks.add(tx, { utilityId, vendorId, name }),
  );
  assert.ok(added.ok);
  return added.value;
}

/** A phone's browser on which the clerk is signed in and has chosen their own PIN. */
export async function phoneOfClerk(
  h: Harness,
  http: HttpHarness,
  o: { readonly vendorId: string; readonly label: string; readonly clerk: ClerkPin },
): Promise<Visitor> {
  const { code } = await phoneCode(h, o);
  const phone = new Visitor(http.app);
  assert.equal((await phone.post('/till/phone', { code })).headers.location, '/till');
  await signIn(phone, o.clerk, o.clerk.pin);
  const chosen = await phone.post('/till/pin', { pin: ownPin, again: ownPin });
  assert.equal(chosen.headers.location, '/till', chosen.body);
  return phone;
}

export async function signIn(phone: Visitor, clerk: ClerkPin, pin: string): Promise<void> {
  const done = await phone.post('/till/sign-in', { clerk: uuidOf(clerk.clerkId as never), pin });
  assert.equal(done.headers.location, '/till', done.body);
}
