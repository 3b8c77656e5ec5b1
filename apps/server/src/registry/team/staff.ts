// Who works at a utility: the operator, and the directory that leads from a sign-in to the utility.

import type { Tx } from '../../base/database.ts';

export type NewOperatorRow = {
  readonly id: string;
  readonly utilityId: string;
  readonly authUserId: string;
  readonly name: string;
  readonly role: 'administrator' | 'operator' | 'viewer' | 'technician' | 'auditor';
  /** Of an auditor alone: when the sign-in ends by itself. */
  readonly endsAt: Date | null;
  readonly createdAt: Date;
};

export async function insertOperator(tx: Tx, operator: NewOperatorRow): Promise<void> {
  await tx
    .insertInto('operator_directory')
    .values({ auth_user_id: operator.authUserId, utility_id: operator.utilityId })
    .execute();
  await tx
    .insertInto('operators')
    .values({
      id: operator.id,
      utility_id: operator.utilityId,
      auth_user_id: operator.authUserId,
      name: operator.name,
      role: operator.role,
      created_at: operator.createdAt,
      ends_at: operator.endsAt,
    })
    .execute();
}
