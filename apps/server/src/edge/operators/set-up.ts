// How far a utility is on the way to its first sale: read from what is there, so that nothing has
// to be ticked off, and whoever left goes on where the utility is.

import type { SetUp, SetUpStep } from '@prewatt/api';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import type { OperatorScopeDeps } from '../../registry/sign-in/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';

/** Two, so that one can allow what the other asks for. */
const fewestAdministrators = 2;

type Found = {
  readonly administrators: readonly string[];
  readonly invited: bigint;
  readonly hasTariff: boolean;
  readonly tariffsWaiting: bigint;
  readonly hasKey: boolean;
  readonly loadsOpen: bigint;
  readonly hasHome: boolean;
  readonly hasVendor: boolean;
  readonly hasSale: boolean;
};

type SetUpDeps = {
  /** Invitations end by the real clock. */
  readonly realNowMs: number;
  readonly accounts: Pick<OperatorScopeDeps['signIn']['accounts'], 'factsOf'>;
};

export async function setUpOf(tx: Tx, { id }: Utility, o: SetUpDeps): Promise<SetUp> {
  const of = sql`utility_id = ${id}`;
  const now = sql`to_timestamp(${o.realNowMs}::float8 / 1000)`;
  const { rows } = await sql<Found>`SELECT
      ARRAY(SELECT auth_user_id FROM operators WHERE ${of} AND role = 'administrator')
        AS administrators,
      (SELECT count(*) FROM operator_invitations WHERE ${of} AND operator_id IS NULL
        AND joined_at IS NULL AND withdrawn_at IS NULL AND expires_at > ${now}) AS invited,
      EXISTS (SELECT FROM tariffs WHERE ${of} AND state = 'approved') AS "hasTariff",
      (SELECT count(*) FROM tariffs WHERE ${of} AND state = 'awaitingApproval')
        AS "tariffsWaiting",
      EXISTS (SELECT FROM vending_keys WHERE ${of}) AS "hasKey",
      (SELECT count(*) FROM key_loads WHERE ${of}
        AND state IN ('collecting', 'awaitingApproval')) AS "loadsOpen",
      EXISTS (SELECT FROM connections WHERE ${of}) AS "hasHome",
      EXISTS (SELECT FROM vendors WHERE ${of}) AS "hasVendor",
      EXISTS (SELECT FROM sales WHERE ${of} AND state IN ('issued', 'delivered')) AS "hasSale"
    `.execute(tx);
  const [found] = rows;
  if (found === undefined) throw new Error('one row was asked for');
  const facts = await o.accounts.factsOf(found.administrators);
  const opening = [...facts.values()].filter(({ opens }) => opens).length;
  const done: Readonly<Record<SetUpStep, boolean>> = {
    utility: true,
    people: opening >= fewestAdministrators,
    tariff: found.hasTariff,
    // A utility whose meters take no tokens has sold without a key.
    keys: found.hasKey || found.hasSale,
    homes: found.hasHome,
    payment: found.hasVendor || found.hasSale,
    sale: found.hasSale,
  };
  const waiting: Partial<Record<SetUpStep, bigint>> = {
    people: found.invited,
    tariff: found.tariffsWaiting,
    keys: found.loadsOpen,
  };
  const steps = (Object.keys(done) as SetUpStep[]).map((step) => ({
    ...{ step, isDone: done[step], waiting: Number(waiting[step] ?? 0n) },
  }));
  return { steps, isComplete: steps.every(({ isDone }) => isDone) };
}
