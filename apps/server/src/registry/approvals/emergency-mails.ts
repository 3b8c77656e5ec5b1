// Tells administrators by mail of what one person did alone. A job for each of them, tried again
// until a server takes it or refuses it for good; each mail has one identifier for ever.

import { idFromUuid } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Database } from '../../base/database.ts';
import type { Jobs } from '../../base/jobs.ts';
import { wordsOfKind } from './emergencies.ts';

export type HandMail = (mail: {
  readonly messageId: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}) => Promise<
  { readonly kind: 'taken' } | { readonly kind: 'refused' | 'later'; readonly reason: string }
>;

export type TellOfEmergency = (job: Jobs['tellOfEmergency']) => Promise<void>;

type Notice = {
  readonly address: string;
  readonly kind: string;
  readonly by: string;
  readonly reason: string;
  readonly at: string;
  readonly utility: string;
};

export function createEmergencyMails(o: {
  readonly database: Database;
  readonly hand: HandMail;
  readonly publicUrl: string;
  readonly realNowMs: () => number;
}): TellOfEmergency {
  const host = new URL(o.publicUrl).hostname;
  return async ({ utilityId, approvalId, operatorId }) => {
    const notice = await o.database.inUtility(utilityId, async (tx) => {
      const { rows } = await sql<Notice>`WITH tried AS (
          UPDATE prewatt.emergency_notices SET tries = tries + 1
          WHERE approval_id = ${approvalId}::uuid AND operator_id = ${operatorId}::uuid
            AND taken_at IS NULL AND refused_at IS NULL RETURNING address)
        SELECT tried.address, e.kind, p.name AS by, e.reason,
          to_char(e.at AT TIME ZONE u.zone, 'YYYY-MM-DD HH24:MI') AS at, u.name AS utility
        FROM tried, prewatt.emergency_acts e JOIN prewatt.operators p ON p.id = e.operator_id
        JOIN prewatt.utilities u ON u.id = e.utility_id
        WHERE e.approval_id = ${approvalId}::uuid`.execute(tx);
      return rows[0] ?? null;
    });
    if (notice === null) return;
    const link = `${o.publicUrl}/operator/approvals/${idFromUuid('approval', approvalId)}`;
    const handed = await o.hand({
      messageId: `<emergency.${approvalId}.${operatorId}@${host}>`,
      to: notice.address,
      subject: 'Emergency: done by one person alone',
      text: textOf(notice, link),
    });
    const at = new Date(o.realNowMs());
    const reason = handed.kind === 'taken' ? null : handed.reason;
    await o.database.inUtility(utilityId, (tx) =>
      tx
        .updateTable('emergency_notices')
        .set({
          reason,
          ...(handed.kind === 'taken' ? { taken_at: at } : {}),
          ...(handed.kind === 'refused' ? { refused_at: at } : {}),
        })
        .where('approval_id', '=', approvalId)
        .where('operator_id', '=', operatorId)
        .execute(),
    );
    if (handed.kind === 'later') throw new Error('no mail server takes it now');
  };
}

const textOf = (notice: Notice, link: string): string =>
  `${notice.by} did alone what takes two people at ${notice.utility}: ${wordsOfKind(notice.kind)}.

When: ${notice.at}
Why it could not wait: ${notice.reason}

It stands in the token log. An administrator who is another person looks at it and confirms or
disputes it:
${link}

If ${notice.by} does not know of it, end that sign-in at once, under Team.
`;
