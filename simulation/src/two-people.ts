// Two operators of a utility, one who asks and one who allows: a vendor gets its key, its float
// limit and its larger deposits from both.

import { expectOk, parseId, uuidOf } from '@prewatt/quantities';
import type { Onboarding } from '@prewatt/server/onboarding';
import type { Database, Services } from '@prewatt/server/services';

type Operator = Parameters<Services['approvals']['approve']>[0]['by'];
export type TwoPeople = { readonly asker: Operator; readonly allower: Operator };

export async function createTwoPeople(o: {
  readonly utilityId: string;
  /** Who keeps the database makes operators. */
  readonly owner: Database;
  readonly onboarding: Onboarding;
}): Promise<TwoPeople> {
  const { utilityId } = o;
  const operatorNamed = (name: string): Promise<Operator> =>
    o.owner.inUtility(utilityId, async (tx) => {
      const authUserId = `${name} of ${utilityId}`;
      await o.onboarding.createOperator(tx, utilityId, {
        authUserId,
        name,
        role: 'administrator',
      });
      const { id } = await tx
        .selectFrom('operators')
        .select('id')
        .where('auth_user_id', '=', authUserId)
        .executeTakeFirstOrThrow();
      const email = `${name.toLowerCase()}@town.example`;
      return { operatorId: id, utilityId, name, role: 'administrator', email };
    });
  return { asker: await operatorNamed('Treasurer'), allower: await operatorNamed('Director') };
}

export type ShopTerms = {
  readonly name: string;
  readonly commissionBasisPoints: number;
  readonly floatLimitMinor: bigint;
  readonly tokensPerHour: number;
  readonly energyPerHourWh: bigint;
};

/** A vendor with these terms and the key of its till. */
export async function openVendor(
  services: Services,
  people: TwoPeople,
  terms: ShopTerms,
): Promise<{ readonly vendorId: string; readonly key: string }> {
  const { asking } = services.vendors;
  const { asker } = people;
  const asks = <T>(work: (tx: Parameters<typeof asking.key>[0]) => Promise<T>): Promise<T> =>
    services.database.inUtility(asker.utilityId, work);
  const requestId = `shop:${terms.name.replaceAll(' ', '-')}`;
  const vendor = expectOk(
    await asks((tx) => asking.create(tx, asker, { ...terms, requestId })),
    'vendor',
  );
  if (vendor.waitsFor !== null) await allow(services, people, vendor.waitsFor);
  const vendorId = uuidOf(expectOk(parseId('vendor', vendor.vendorId), 'vendor id'));
  const till = { vendorId, requestId: `till:${requestId}`, label: 'Till 1' };
  const asked = expectOk(await asks((tx) => asking.key(tx, asker, till)), 'key');
  if ('approvalId' in asked) await allow(services, people, asked.approvalId);
  const made = expectOk(await asks((tx) => asking.key(tx, asker, till)), 'key');
  if (!('key' in made)) throw new Error('a key that was allowed is not shown');
  return { vendorId, key: made.key };
}

/** Money that a vendor brings; beyond what one person may record alone the other one allows it. */
export async function payIntoFloat(
  services: Services,
  people: TwoPeople,
  paidIn: {
    readonly vendorId: string;
    readonly requestId: string;
    readonly amountMinor: bigint;
    readonly reference: string;
  },
): Promise<void> {
  const { asker } = people;
  const asked = expectOk(
    await services.database.inUtility(asker.utilityId, (tx) =>
      services.vendors.asking.vendorDeposit(tx, asker, paidIn),
    ),
    'deposit',
  );
  if ('approvalId' in asked) await allow(services, people, asked.approvalId);
}

type Asking = Omit<Parameters<Services['approvals']['request']>[1], 'utilityId' | 'requestedBy'>;

/** What became of what one asked for and the other allowed; `failed` is refused at the end. */
export async function askAndAllow(
  services: Services,
  { asker, allower }: TwoPeople,
  asking: Asking,
): Promise<'done' | 'failed'> {
  const { utilityId } = asker;
  const asked = await services.database.inUtility(utilityId, (tx) =>
    services.approvals.request(tx, { ...asking, utilityId, requestedBy: asker }),
  );
  const { approvalId } = expectOk(asked, 'request');
  const decided = await services.approvals.approve({ utilityId, approvalId, by: allower });
  if (!decided.ok) throw new Error(`the second person may not allow: ${decided.error}`);
  const { state } = decided.value;
  if (state !== 'done' && state !== 'failed') throw new Error(`not decided: ${state}`);
  return state;
}

async function allow(services: Services, { allower }: TwoPeople, id: string): Promise<void> {
  const approvalId = uuidOf(expectOk(parseId('approval', id), 'approval id'));
  const { utilityId } = allower;
  const done = await services.approvals.approve({ utilityId, approvalId, by: allower });
  if (!done.ok) throw new Error(`the second person may not allow: ${done.error}`);
  if (done.value.state !== 'done') throw new Error(`not done: ${JSON.stringify(done.value)}`);
}
