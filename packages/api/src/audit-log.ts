// What operators did where nothing else keeps their name, in the console or by the command line,
// what whoever keeps the database did, and what happened at the doors.

import { z } from 'zod';
import { instantSchema } from './common.ts';

export const auditActions = [
  'vendorMade',
  'vendorChanged',
  'vendorBlocked',
  'vendorUnblocked',
  'vendorKeyMade',
  'vendorKeyRevoked',
  'clerkAdded',
  'clerkPinGiven',
  'clerkRemoved',
  'connectionBlocked',
  'connectionUnblocked',
  'customerChanged',
  'customerMade',
  'customerEdited',
  'customersMerged',
  'customersUnmerged',
  'tenantChanged',
  'topUpStopped',
  'topUpAllowed',
  'saleRetried',
  'importCancelled',
  'importResumed',
  'campaignDelivered',
  'campaignWithdrawn',
  'keyLoadClosed',
  'exported',
  'viewShared',
  'viewUnshared',
  'utilityMade',
  'operatorAdded',
  'operatorPassword',
  'operatorEnded',
  'operatorInvited',
  'operatorJoined',
  'operatorRoleChanged',
  'invitationWithdrawn',
  'sessionsEnded',
  'secondFactorOn',
  'secondFactorOff',
  'masterKeyChanged',
  'vendingKeyIntoToken',
  'databaseRestored',
  'signedIn',
  'signInFailed',
  'signInBraked',
  'failedSignInsSeen',
  'codeWrong',
  'codesCapped',
  'signedOutEverywhere',
  'passwordChanged',
  'refused',
  'connectionRead',
  'phoneSearched',
  'receiptReprinted',
  'moneyMoved',
  'moneyRefunded',
  'meterPaired',
  'meterIdentityRotated',
  'meterIdentityRevoked',
  'meterCertified',
  'meterDriverLinked',
  'meterDriverEnded',
  'meterDriverKeysAsked',
  'integrationMade',
  'integrationKeyMade',
  'integrationRevoked',
  'webhookMade',
  'webhookSecretMade',
  'webhookTurnedOn',
  'webhookTurnedOff',
  'webhookTested',
  'webhookReplayed',
  'placementConfirmed',
  'placementDismissed',
  'placementUndone',
  'smartCardIssued',
  'smartCardLost',
  'smartCardBlocked',
  'smartCardBack',
  'notificationRead',
  'notificationReplayed',
  'lightingAccount',
  'lightingClosed',
  'dimProgramme',
  'lampGroup',
  'lampCircuit',
  'lampKept',
  'lampListKept',
  'lampRemoved',
  'lightOverride',
  'lightOverrideEnded',
] as const;
export type AuditAction = (typeof auditActions)[number];

/** What entries are about, to look for them. */
export const auditActionsOfTopic = {
  vendors: [
    ...(['vendorMade', 'vendorChanged', 'vendorBlocked', 'vendorUnblocked'] as const),
    ...(['vendorKeyMade', 'vendorKeyRevoked'] as const),
    ...(['clerkAdded', 'clerkPinGiven', 'clerkRemoved'] as const),
  ],
  meters: [
    ...(['meterPaired', 'meterIdentityRotated', 'meterIdentityRevoked', 'meterCertified'] as const),
    ...(['meterDriverLinked', 'meterDriverEnded', 'meterDriverKeysAsked'] as const),
    ...(['placementConfirmed', 'placementDismissed', 'placementUndone'] as const),
  ],
  homes: [
    'connectionBlocked',
    'connectionUnblocked',
    ...(['customerChanged', 'customerMade', 'customerEdited', 'tenantChanged'] as const),
    ...(['customersMerged', 'customersUnmerged'] as const),
    'saleRetried',
    'topUpStopped',
    'topUpAllowed',
    ...(['smartCardIssued', 'smartCardLost', 'smartCardBlocked', 'smartCardBack'] as const),
  ],
  books: ['moneyMoved', 'moneyRefunded', 'notificationReplayed'],
  lights: [
    ...(['lightingAccount', 'lightingClosed', 'dimProgramme', 'lampGroup', 'lampCircuit'] as const),
    ...(['lampKept', 'lampListKept', 'lampRemoved'] as const),
    ...(['lightOverride', 'lightOverrideEnded'] as const),
  ],
  files: ['importCancelled', 'importResumed', 'exported'],
  keys: [
    'campaignDelivered',
    'campaignWithdrawn',
    'keyLoadClosed',
    'masterKeyChanged',
    'vendingKeyIntoToken',
    'databaseRestored',
  ],
  /** Programs of others. */
  integrations: [
    ...(['integrationMade', 'integrationKeyMade', 'integrationRevoked'] as const),
    ...(['webhookMade', 'webhookSecretMade', 'webhookTurnedOn', 'webhookTurnedOff'] as const),
    ...(['webhookTested', 'webhookReplayed'] as const),
  ],
  people: [
    ...(['utilityMade', 'operatorAdded', 'operatorPassword', 'operatorEnded'] as const),
    ...(['operatorInvited', 'operatorJoined', 'operatorRoleChanged'] as const),
    ...(['invitationWithdrawn'] as const),
    ...(['sessionsEnded', 'secondFactorOn', 'secondFactorOff'] as const),
    ...(['viewShared', 'viewUnshared'] as const),
  ],
  signIns: ['signedIn'],
  /** Who came to the doors, and what was refused. */
  access: [
    ...(['signInFailed', 'signInBraked', 'failedSignInsSeen', 'codeWrong', 'codesCapped'] as const),
    ...(['signedOutEverywhere', 'passwordChanged', 'refused'] as const),
  ],
  /** Customers' data: their pages, and receipts with tokens. */
  reads: ['connectionRead', 'phoneSearched', 'receiptReprinted', 'notificationRead'],
} as const satisfies Record<string, readonly AuditAction[]>;
export type AuditTopic = keyof typeof auditActionsOfTopic;
export const auditTopics = Object.keys(auditActionsOfTopic) as AuditTopic[];

/** `who`: a part of a name, of who did it or what it was done to. */
export const auditLogQuerySchema = z.object({
  cursor: z.uuid().optional(),
  about: z.enum(auditTopics).optional(),
  who: z.string().trim().max(100).optional(),
  /** The first and the last day, as the utility counts them. */
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
});
export type AuditLogQuery = z.output<typeof auditLogQuerySchema>;
export const auditLogFileQuerySchema = auditLogQuerySchema.omit({ cursor: true });

export const auditEntrySchema = z.object({
  actId: z.string(),
  at: instantSchema,
  /** A name; of whoever keeps the database, that it was they. */
  by: z.string(),
  act: z.enum(auditActions),
  /** An identifier, an address for signing in, the name of a file's kind. */
  subject: z.string(),
  /** What a vendor is called now; what another was called then. */
  subjectName: z.string().nullable(),
  /** Where it came from over the network; null where that was not kept. */
  address: z.string().nullable(),
  /** What was said with it, by its name: a reason, a setting, a role. */
  details: z.record(z.string(), z.string()),
});
export type AuditEntryJson = z.output<typeof auditEntrySchema>;

/** GET /api/operator/acts?about=&who=&cursor=: newest first. For administrators and viewers. */
export const auditLogPageSchema = z.object({
  rows: z.array(auditEntrySchema),
  nextCursor: z.string().nullable(),
});
