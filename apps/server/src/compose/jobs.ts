// Who does which job.

import type { JobHandlers } from '../base/jobs.ts';
import type { ReceiptFile } from '../messaging/mail/index.ts';
import type { TellOfEmergency } from '../registry/approvals/index.ts';
import type { Ground } from './ground.ts';
import type { Metering } from './metering.ts';
import type { Money } from './money.ts';
import type { Reports } from './reports.ts';
import type { Workflows } from './workflows.ts';

type Workers = Pick<Ground, 'messages' | 'mail'> &
  Pick<Metering, 'protection'> &
  Pick<Money, 'backTests' | 'bulkAssignments' | 'grants'> &
  Pick<Workflows, 'keyChanges' | 'imports'> &
  Pick<Reports, 'proof'> & { readonly tellOfEmergency: TellOfEmergency };

export function jobHandlers(s: Workers, receiptFile: ReceiptFile): JobHandlers {
  return {
    sendMessages: s.messages.send,
    sendMessage: ({ utilityId, bucket, messageId: id }) =>
      s.messages.send({ utilityId, messages: [{ bucket, id }] }),
    sendMails: (job) => s.mail.send(job, receiptFile),
    tellOfEmergency: s.tellOfEmergency,
    runProof: s.proof.run,
    importChunk: s.imports.runChunk,
    replayChunk: s.protection.replays.runChunk,
    runBackTest: s.backTests.run,
    assignTariffs: s.bulkAssignments.run,
    issueGrants: s.grants.runBatch,
    freeUnits: s.grants.runFreeUnits,
    beginCampaign: s.keyChanges.runBegin,
    deliverKeyChanges: s.keyChanges.runDelivery,
  };
}
