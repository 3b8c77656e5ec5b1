// Sign-in: customers by phone and one-time code, operators by email, password and, if they set it
// up, a second factor. Who somebody is stands here; what they may see stands in our directories.

import { rolesOf } from '@prewatt/api';
import { idFromUuid, parsePhone } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Pool } from 'pg';
import { type Background, createBackground } from '../../base/background.ts';
import type { Database } from '../../base/database.ts';
import { type ConnectionPlace, findConnectionsOfPhone } from '../connections/index.ts';
import { createAccounts } from './accounts.ts';
import { type Auth, type AuthDeps, createAuth, createSessions, type Session } from './auth.ts';
import { createBrakes } from './brakes.ts';
import { withCodesOnce } from './codes-once.ts';
import { personConfirmer } from './confirm.ts';
import { customerCodes } from './customer-codes.ts';
import { createDoors } from './doors.ts';
import { operatorSignInsOf } from './operator-sign-ins.ts';
import { clientAddressHeader } from './origins.ts';
import { passwordChanger, passwordHandler } from './passwords.ts';
import { withFactorBraked, withFactorNoted } from './second-factor.ts';

/** What is noted at the doors, with whom it concerns: nobody for a name that is unknown here. */
export type SignInEvent = {
  readonly kind:
    | 'signedIn'
    | 'signInFailed'
    | 'signInBraked'
    | 'secondFactorOn'
    | 'secondFactorOff'
    | 'codeWrong'
    | 'codesCapped';
  readonly address: string;
  readonly places: readonly {
    readonly utilityId: string;
    /** The address of a sign-in of ours, or a connection. */
    readonly subject: string;
    readonly name: string | null;
    /** Of who has signed in. */
    readonly operatorId?: string;
  }[];
};

/** Whether roles that move money or administer may do so by their password alone. */
export type SecondFactorRule = 'required' | 'chosen';

export type SignInDeps = AuthDeps & {
  readonly database: Database;
  readonly secondFactor: SecondFactorRule;
  readonly note: (event: SignInEvent) => Promise<void>;
};

export type Operator = {
  readonly operatorId: string;
  readonly utilityId: string;
  readonly name: string;
  readonly email: string;
  readonly role: 'administrator' | 'operator' | 'viewer';
  /** From where this request came over the network. */
  readonly address?: string;
};
/**
 * An operator; a technician, who does install jobs and sees nothing else; or an auditor, who is a
 * viewer to every route that lets them in, until their sign-in ends.
 */
export type Staff = Omit<Operator, 'role'> & {
  readonly role: Operator['role'] | 'technician' | 'auditor';
  /** They change nothing before they have turned on a second factor. */
  readonly needsSecondFactor?: boolean;
};

/** The same to a route, which an auditor meets as a viewer. */
export type Colleague = Omit<Staff, 'role'> & {
  readonly role: Exclude<Staff['role'], 'auditor'>;
  readonly isAuditor: boolean;
};

const actingRoles: ReadonlySet<Staff['role']> = new Set([
  ...(rolesOf.acts ?? []),
  ...(rolesOf.administers ?? []),
]);

export type SignIn = ReturnType<typeof createSignIn>;

export function createSignIn(o: SignInDeps) {
  const { auth, pool } = createAuth(o);
  const sessions = createSessions({ auth, pool });
  const brakes = createBrakes(pool);
  const doors = createDoors(brakes);
  const background = createBackground(o.log);
  const { noteOfEmail, noteOfPhone } = createNotes(o, auth, background);
  const { sessionOf } = sessions;
  const endSessionsBefore = o.secondFactor === 'required' ? sessions.endBefore : null;
  const of = { sessionOf, note: noteOfEmail };
  const noted = withFactorNoted(handlerOf(auth, pool), { ...of, endSessionsBefore });
  const handler = withFactorBraked(noted, { ...of, doors });

  return {
    /** What sessions are signed with; forms are, too. */
    secret: o.secret,

    /** better-auth's own HTTP handler, for the operators' console. */
    handler: passwordHandler(handler, doors, noteOfEmail),
    changePassword: passwordChanger(auth, doors),
    confirm: personConfirmer({ auth, pool, doors, note: noteOfEmail }),
    ...customerCodes({ auth, doors, background, database: o.database, note: noteOfPhone }),

    /** Ends the session. The cookies to clear it. */
    signOut: async (headers: Headers): Promise<string[]> => {
      const answer = await auth.api.signOut({ headers, asResponse: true });
      return answer.headers.getSetCookie();
    },

    signOutEverywhere: everywhere(auth),

    sessionOf: (headers: Headers): Promise<Session | null> => sessions.sessionOf(headers),

    accounts: createAccounts(pool),

    /** Sign-ins of the team, made and opened again by an invitation. */
    joining: { ...operatorSignInsOf({ auth, pool, doors }), ...doors.invitations },

    /** Those of these sessions that have not ended. */
    openSessions: sessions.openOf,

    /** The connections of the signed-in customer, or null when nobody is signed in. */
    customerOf: async (headers: Headers): Promise<readonly ConnectionPlace[] | null> => {
      const phone = phoneOfSession(await sessions.sessionOf(headers));
      return phone === null ? null : findConnectionsOfPhone(o.database, phone);
    },

    /** The phone that has signed in, whether it has a home or not; null for nobody. */
    phoneOf: async (headers: Headers) => phoneOfSession(await sessions.sessionOf(headers)),

    /** Who of the utility is signed in, or null. What a technician may not see is up to callers. */
    staffOf: async (headers: Headers): Promise<Staff | null> => {
      const session = await sessions.sessionOf(headers);
      const staff = session === null ? null : await staffOfSession(o, session);
      return staff === null ? null : { ...staff, address: headers.get(clientAddressHeader) ?? '' };
    },

    /** Deletes counts, codes and sessions that are over. */
    sweep: () => swept(brakes, sessions),

    /** Once all that was begun behind an answer is done. */
    settled: background.settled,

    close: async (): Promise<void> => {
      await background.settled();
      await pool.end();
    },
  };
}

async function swept(...each: readonly { sweep: () => Promise<void> }[]): Promise<void> {
  for (const { sweep } of each) await sweep();
}

/** Ends this session and all others of the same person. The cookies to clear it. */
const everywhere =
  (auth: Auth) =>
  async (headers: Headers): Promise<string[]> => {
    const session = await auth.api.getSession({ headers });
    if (session !== null) {
      await (await auth.$context).internalAdapter.deleteUserSessions(session.user.id);
    }
    const answer = await auth.api.signOut({ headers, asResponse: true });
    return answer.headers.getSetCookie();
  };

function phoneOfSession(session: Session | null): string | null {
  const phone = parsePhone(session?.user.phoneNumber ?? '');
  return phone.ok && session?.user.phoneNumberVerified === true ? phone.value : null;
}

async function staffOfSession(
  o: Pick<SignInDeps, 'database' | 'secondFactor'>,
  { user }: Session,
): Promise<Staff | null> {
  const staff = await staffOfUser(o.database, user);
  if (staff === null || o.secondFactor !== 'required') return staff;
  const needsSecondFactor = actingRoles.has(staff.role) && user.twoFactorEnabled !== true;
  return { ...staff, needsSecondFactor };
}

async function staffOfUser(
  database: Database,
  user: { readonly id: string; readonly email: string },
): Promise<Staff | null> {
  const { id, email } = user;
  const place = await database.directories
    .selectFrom('operator_directory')
    .select('utility_id')
    .where('auth_user_id', '=', id)
    .executeTakeFirst();
  if (place === undefined) return null;
  const row = await database.inUtility(place.utility_id, (tx) =>
    tx
      .selectFrom('operators')
      .selectAll()
      .where('auth_user_id', '=', id)
      // Of an auditor: it is over by itself, sessions included.
      .where((eb) => eb.or([eb('ends_at', 'is', null), eb('ends_at', '>', sql<number>`now()`)]))
      .executeTakeFirst(),
  );
  if (row === undefined) return null;
  const { id: operatorId, utility_id: utilityId, name, role } = row;
  return { operatorId, utilityId, name, role, email };
}

type OfEmail = 'signedIn' | 'signInFailed' | 'signInBraked' | 'secondFactorOn' | 'secondFactorOff';

/** Who did it is known: they were signed in. */
const isTheirs = (kind: OfEmail): boolean => kind !== 'signInFailed' && kind !== 'signInBraked';

/** Behind the answer: whoever tries learns nothing of a name from the time that it takes. */
function createNotes(
  { database, note }: Pick<SignInDeps, 'database' | 'note'>,
  auth: Auth,
  background: Background,
) {
  const noteOfEmail = (kind: OfEmail, email: string, address: string) =>
    background.begin('noting a sign-in', async () => {
      const user = await (await auth.$context).internalAdapter.findUserByEmail(email);
      const staff = user === null ? null : await staffOfUser(database, user.user);
      if (staff === null) return note({ kind, address, places: [] });
      const { utilityId, operatorId, email: subject, name } = staff;
      const who = isTheirs(kind) ? { operatorId } : {};
      await note({ kind, address, places: [{ utilityId, subject, name, ...who }] });
    });
  const noteOfPhone = (kind: 'codeWrong' | 'codesCapped', phone: string, address: string) =>
    background.begin('noting a code', async () => {
      const places = (await findConnectionsOfPhone(database, phone)).map((place) => ({
        utilityId: place.utilityId,
        subject: idFromUuid('connection', place.connectionId),
        name: null,
      }));
      await note({ kind, address, places });
    });
  return { noteOfEmail, noteOfPhone };
}

/** better-auth's handler, by which a code of the second factor is good once. */
const handlerOf =
  (auth: Auth, pool: Pool) =>
  (request: Request): Promise<Response> =>
    withCodesOnce(request, {
      ...{ pool, handler: auth.handler },
      endSession: async (token) => (await auth.$context).internalAdapter.deleteSession(token),
    });
