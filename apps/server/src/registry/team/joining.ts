// The invited person comes with the link and the code, and chooses a password. They have no session
// yet: the link says of which utility, and is looked at before the database is.

import type { Invitation, OperatorRole } from '@prewatt/api';
import { err, isoOf, ok, type Result } from '@prewatt/quantities';
import type { Database, Tx } from '../../base/database.ts';
import type { AuditLog } from '../audit-log/index.ts';
import type { SignIn } from '../sign-in/index.ts';
import type { Utilities } from '../utilities/index.ts';
import type { InvitationLinks, InvitationPlace } from './links.ts';
import {
  joinTeam,
  lockInvitation,
  type StoredInvitation,
  selectInvitation,
  selectMember,
} from './store.ts';

export type JoinRefusal =
  | 'unknownInvitation'
  | 'invitationUsed'
  | 'invitationWithdrawn'
  | 'invitationOver'
  | 'tooManyTries'
  | 'wrongCode'
  | 'emailTaken'
  | 'notAllowed';

export type JoinDeps = {
  readonly database: Database;
  readonly utilities: Utilities;
  readonly links: InvitationLinks;
  readonly auditLog: AuditLog;
  readonly nowMs: () => number;
};

export type Joining = ReturnType<typeof createJoining>;

export function createJoining(o: JoinDeps) {
  return {
    look: async (token: string): Promise<Result<Invitation, JoinRefusal>> => {
      const place = o.links.placeOf(token);
      if (place === null) return err('unknownInvitation');
      const { utilityId } = place;
      return o.database.inUtility(utilityId, async (tx) => {
        const found = await openOf(tx, place);
        if (!found.ok) return found;
        const { name, email, role, operatorId, expiresAtMs } = found.value;
        const utility = await o.utilities.get(utilityId);
        return ok({
          ...{ utility: utility.name, name, email, role },
          ...{ isAgain: operatorId !== null, expiresAt: isoOf(expiresAtMs) },
        });
      });
    },

    join: (signIn: Pick<SignIn, 'joining'>, given: Given) => join(o, signIn.joining, given),
  };
}

type Given = {
  readonly token: string;
  readonly code: string;
  readonly password: string;
  readonly address: string;
};

async function join(
  o: JoinDeps,
  joining: SignIn['joining'],
  given: Given,
): Promise<Result<{ readonly email: string; readonly role: OperatorRole }, JoinRefusal>> {
  const place = o.links.placeOf(given.token);
  if (place === null) return err('unknownInvitation');
  return o.database.inUtility(place.utilityId, async (tx) => {
    await lockInvitation(tx, place);
    const found = await openOf(tx, place);
    if (!found.ok) return found;
    if ((await joining.tryCode(place.invitationId)) !== null) return err('tooManyTries');
    if (!o.links.isCode(place, given.code)) return err('wrongCode');
    const { password } = given;
    const joined = await enter(tx, o, { joining, password, place, invitation: found.value });
    if (!joined.ok) return joined;
    await joining.codeWasRight(place.invitationId);
    const { email, role, name, operatorId } = found.value;
    await o.auditLog.recordByName(tx, {
      ...{ utilityId: place.utilityId, operatorId: joined.value, by: name },
      ...{ act: 'operatorJoined', subject: email, address: given.address || null },
      details: { name, role, ...(operatorId === null ? {} : { password: 'another one' }) },
    });
    return ok({ email, role });
  });
}

/**
 * The password is set while the invitation is locked, and the operator is there once all of it is
 * committed: a crash between leaves a sign-in that opens nothing, and the link works again.
 */
async function enter(
  tx: Tx,
  o: JoinDeps,
  d: {
    readonly joining: SignIn['joining'];
    readonly place: InvitationPlace;
    readonly invitation: StoredInvitation;
    readonly password: string;
  },
): Promise<Result<string, JoinRefusal>> {
  const { joining } = d;
  const { utilityId, invitationId } = d.place;
  const { operatorId, email, name } = d.invitation;
  const member = operatorId === null ? null : await selectMember(tx, { utilityId, operatorId });
  const known = await joining.idOf(email);
  if (member === null && known !== null && (await hasPlace(o.database, known))) {
    return err('emailTaken');
  }
  const authUserId = member?.authUserId ?? (await joining.ensure({ email, name }));
  const joined = await joinTeam(tx, { invitationId, authUserId, atMs: o.nowMs() });
  if (joined === null) return err('notAllowed');
  if (member !== null) await joining.forgetSecondFactor(authUserId);
  await joining.setPassword(authUserId, d.password);
  return ok(joined);
}

/** Whether a sign-in works for some utility. */
export async function hasPlace(database: Database, authUserId: string): Promise<boolean> {
  const row = await database.directories
    .selectFrom('operator_directory')
    .select('utility_id')
    .where('auth_user_id', '=', authUserId)
    .executeTakeFirst();
  return row !== undefined;
}

const whyNot = {
  joined: 'invitationUsed',
  withdrawn: 'invitationWithdrawn',
  over: 'invitationOver',
} as const;

async function openOf(
  tx: Tx,
  place: InvitationPlace,
): Promise<Result<StoredInvitation, JoinRefusal>> {
  const found = await selectInvitation(tx, place);
  if (found === null) return err('unknownInvitation');
  return found.state === 'open' ? ok(found) : err(whyNot[found.state]);
}
