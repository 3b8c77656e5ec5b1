// Creates a utility and its operators, as the owner of the database: a new utility has nobody who
// could sign in, and an administrator who created another one could approve their own requests.

import { err, idFromUuid, ok, type Result } from '@prewatt/quantities';
import { sql } from 'kysely';
import { createDatabase, type Database, type Tx } from '../../base/database.ts';
import { createNewUuid, systemRandom } from '../../base/ids.ts';
import { createLog } from '../../base/log.ts';
import { type NewAuditEntry, recordAuditEntry } from '../../registry/audit-log/index.ts';
import { createOperatorSignIns } from '../../registry/sign-in/index.ts';
import { createOnboarding, type NewUtility } from './index.ts';

export type { NewUtility } from './index.ts';

const operatorRoles = ['administrator', 'operator', 'viewer', 'technician', 'auditor'] as const;
export type OperatorRole = (typeof operatorRoles)[number];

export type NewOperator = {
  readonly utility: string;
  readonly email: string;
  readonly name: string;
  readonly role: OperatorRole;
  readonly password: string;
  /** Of an auditor alone: when the sign-in ends by itself. */
  readonly endsAtMs?: number;
};

export type OperatorRow = {
  readonly name: string;
  readonly email: string;
  readonly role: OperatorRole;
  /** False when the sign-in was ended, or is over. */
  readonly opens: boolean;
  /** Of an auditor: when it ends by itself. */
  readonly endsAt: string | null;
};

/** In the order of the checks. `ambiguous`: several utilities have that name; give the id. */
export type SetupRefusal = 'nameTaken' | 'unknownUtility' | 'ambiguous' | 'emailTaken';
export type OperatorEndRefusal = 'unknownOperator';

export type Setup = ReturnType<typeof createSetup>;

type SetupDeps = {
  readonly ownerUrl: string;
  readonly nowMs: () => number;
  /** Who keeps the database, as the audit log calls them. */
  readonly by: string;
};
type Kit = ReturnType<typeof createKit>;

export function createSetup(o: SetupDeps) {
  const kit = createKit(o);
  return {
    /** Who signs in without being an owner, whom rows would be hidden from; null for an owner. */
    notOwner: () => notOwner(kit.owner),
    utilities: kit.utilities,
    createUtility: (utility: NewUtility) => createUtility(kit, utility),
    /** The same person again is no refusal; a password that is there already stays. */
    addOperator: (person: NewOperator) => addOperator(kit, person),
    operators: (utility: string) => operatorsOf(kit, utility),
    /** Another password, also for a sign-in that was ended; sessions end. */
    setPassword: (p: NewPassword) => setPassword(kit, p),
    endOperator: (email: string) => endOperator(kit, email),
    close: async () => {
      await kit.signIns.close();
      await kit.owner.close();
    },
  };
}

async function notOwner({ directories }: Database): Promise<string | null> {
  const { rows } = await sql<{ name: string; owns: boolean | null }>`
    SELECT current_user AS name, (SELECT pg_has_role(current_user, relowner, 'USAGE')
      FROM pg_class WHERE oid = to_regclass('prewatt.utilities')) AS owns`.execute(directories);
  const [found] = rows;
  // Without the table the work itself says that the database is to be migrated.
  return found?.owns === false ? found.name : null;
}

/** The owner's address whose writes stand in the token log as a setup's. */
export function forSetup(ownerUrl: string): string {
  const url = new URL(ownerUrl);
  const given = url.searchParams.get('options') ?? '';
  url.searchParams.set('options', `${given} -c prewatt.log_for=setup`.trim());
  return url.href;
}

/** The owner's connection, and what everything here is made of. */
function createKit(o: SetupDeps) {
  const newUuid = createNewUuid(o, systemRandom);
  const owner = createDatabase({ url: forSetup(o.ownerUrl), maximumConnections: 2 });
  const onboarding = createOnboarding({
    owner,
    // Nothing is sealed here: vending keys come in by custodians.
    masterKey: Buffer.alloc(0),
    newUuid,
    nowMs: o.nowMs,
  });
  const signIns = createOperatorSignIns({
    url: o.ownerUrl,
    // Signs what this process would hand out; it hands out no session.
    secret: Buffer.from(systemRandom(32)).toString('hex'),
    publicUrl: 'http://localhost',
    sendCode: async () => {},
    log: createLog({ name: 'setup', level: 'silent' }),
  });

  const utilities = () =>
    owner.directories
      .selectFrom('utilities')
      .select(['id', 'name', 'zone', 'currency_code'])
      .orderBy('created_at')
      .execute();

  const record = (
    tx: Tx,
    utilityId: string,
    act: Pick<NewAuditEntry, 'act' | 'subject' | 'details'>,
  ): Promise<void> => {
    const deps = { newUuid, nowMs: o.nowMs };
    return recordAuditEntry(tx, deps, { utilityId, operatorId: null, by: o.by, ...act });
  };

  const utilityOf = async (nameOrId: string): Promise<Result<string, SetupRefusal>> => {
    const found = (await utilities()).filter(({ id, name }) => [id, name].includes(nameOrId));
    const [only] = found;
    if (only === undefined) return err('unknownUtility');
    return found.length === 1 ? ok(only.id) : err('ambiguous');
  };

  /** Operators of this sign-in, whichever utility they are of. */
  const operatorOf = async (email: string) => {
    const authUserId = await signIns.idOf(email);
    if (authUserId === null) return undefined;
    return owner.directories
      .selectFrom('operators')
      .selectAll()
      .where('auth_user_id', '=', authUserId)
      .executeTakeFirst();
  };

  return { owner, onboarding, signIns, utilities, record, utilityOf, operatorOf, nowMs: o.nowMs };
}

async function createUtility(
  { owner, onboarding, utilities, record }: Kit,
  utility: NewUtility,
): Promise<Result<string, SetupRefusal>> {
  const same = (await utilities()).some(({ name }) => name === utility.name);
  if (same) return err('nameTaken');
  const utilityId = await onboarding.createUtility(utility);
  const subject = idFromUuid('utility', utilityId);
  const details = { name: utility.name };
  await owner.inUtility(utilityId, (tx) =>
    record(tx, utilityId, { act: 'utilityMade', subject, details }),
  );
  return ok(utilityId);
}

async function addOperator(
  { owner, onboarding, signIns, record, utilityOf, operatorOf }: Kit,
  person: NewOperator,
): Promise<Result<'created' | 'unchanged', SetupRefusal>> {
  const utilityId = await utilityOf(person.utility);
  if (!utilityId.ok) return utilityId;
  const there = await operatorOf(person.email);
  if (there !== undefined) {
    const same =
      there.utility_id === utilityId.value &&
      there.name === person.name &&
      there.role === person.role;
    return same ? ok('unchanged') : err('emailTaken');
  }
  const authUserId = await signIns.ensure(person);
  await signIns.setPassword(authUserId, person.password);
  await owner.inUtility(utilityId.value, async (tx) => {
    await onboarding.createOperator(tx, utilityId.value, { ...person, authUserId });
    const { email: subject, name, role, endsAtMs } = person;
    const until = endsAtMs === undefined ? {} : { until: new Date(endsAtMs).toISOString() };
    const details = { name, role, ...until };
    await record(tx, utilityId.value, { act: 'operatorAdded', subject, details });
  });
  return ok('created');
}

async function operatorsOf(
  { owner, signIns, utilityOf, nowMs: now }: Kit,
  utility: string,
): Promise<Result<OperatorRow[], SetupRefusal>> {
  const utilityId = await utilityOf(utility);
  if (!utilityId.ok) return utilityId;
  const rows = await owner.directories
    .selectFrom('operators')
    .select(['name', 'role', 'auth_user_id', 'ends_at'])
    .where('utility_id', '=', utilityId.value)
    .orderBy('created_at')
    .execute();
  const nowMs = now();
  const known = await signIns.list(rows.map((row) => row.auth_user_id));
  return ok(
    rows.map((row) => ({
      name: row.name,
      role: row.role,
      email: known.get(row.auth_user_id)?.email ?? '',
      opens: (known.get(row.auth_user_id)?.opens ?? false) && (row.ends_at ?? nowMs + 1) > nowMs,
      endsAt: row.ends_at === null ? null : new Date(row.ends_at).toISOString(),
    })),
  );
}

type NewPassword = {
  readonly email: string;
  readonly password: string;
  readonly forgetSecondFactor: boolean;
};

async function setPassword(
  { owner, signIns, record, operatorOf }: Kit,
  p: NewPassword,
): Promise<Result<void, OperatorEndRefusal>> {
  const there = await operatorOf(p.email);
  if (there === undefined) return err('unknownOperator');
  // Recorded first: a sign-in that opens again leaves its mark whatever happens after.
  await owner.inUtility(there.utility_id, (tx) =>
    record(tx, there.utility_id, {
      act: 'operatorPassword',
      subject: p.email,
      details: p.forgetSecondFactor ? { secondFactor: 'forgotten' } : {},
    }),
  );
  if (p.forgetSecondFactor) await signIns.forgetSecondFactor(there.auth_user_id);
  await signIns.setPassword(there.auth_user_id, p.password);
  return ok(undefined);
}

async function endOperator(
  { owner, signIns, record, operatorOf }: Kit,
  email: string,
): Promise<Result<void, OperatorEndRefusal>> {
  const there = await operatorOf(email);
  if (there === undefined) return err('unknownOperator');
  await owner.inUtility(there.utility_id, (tx) =>
    record(tx, there.utility_id, { act: 'operatorEnded', subject: email }),
  );
  await signIns.end(there.auth_user_id);
  return ok(undefined);
}
