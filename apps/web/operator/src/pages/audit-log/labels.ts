// Entries of the audit log as text: what was done, to what, and with which details.

import type { AuditAction, AuditEntryJson, AuditTopic } from '@prewatt/api';
import type { Currency } from '@prewatt/quantities';
import { percentText } from '../../text/entries.ts';
import { kwhText, moneyText } from '../../text/numbers.ts';
import { exportLabels } from '../imports/labels.ts';

export const aboutLabels: Record<AuditTopic, string> = {
  vendors: 'Vendors',
  homes: 'Connections and sales',
  meters: 'Identities of meters',
  lights: 'Street lights',
  books: 'Books',
  files: 'Files',
  keys: 'Keys',
  integrations: 'Integrations',
  people: 'Operators',
  signIns: 'Sign-ins',
  access: 'Refusals',
  reads: 'Data read',
};

export const auditLabels: Record<AuditAction, string> = {
  vendorMade: 'Vendor made',
  vendorChanged: 'Settings of a vendor',
  vendorBlocked: 'Vendor blocked',
  vendorUnblocked: 'Vendor may sell again',
  vendorKeyMade: 'Till key made',
  vendorKeyRevoked: 'Till key revoked',
  clerkAdded: 'Clerk added',
  clerkPinGiven: 'Clerk given a new PIN',
  clerkRemoved: 'Clerk removed',
  connectionBlocked: 'Connection blocked',
  customerChanged: 'Customer or phone changed',
  customerMade: 'Customer added',
  customerEdited: 'Customer changed',
  customersMerged: 'Customers merged',
  customersUnmerged: 'Merge of customers undone',
  tenantChanged: 'Change of tenant',
  connectionUnblocked: 'Connection may buy again',
  saleRetried: 'Stuck sale tried again',
  topUpStopped: 'Automatic top-up stopped',
  topUpAllowed: 'Automatic top-up allowed again',
  smartCardIssued: 'Smart card issued',
  smartCardLost: 'Smart card reported lost',
  smartCardBlocked: 'Smart card blocked',
  smartCardBack: 'Smart card in use again',
  lightingAccount: 'Lighting account opened or changed',
  lightingClosed: 'Lighting account closed',
  dimProgramme: 'Dim programme kept',
  lampGroup: 'Group of lamps kept',
  lampCircuit: 'Circuit of lamps changed',
  lampKept: 'Lamp added or changed',
  lampListKept: 'List of lamps brought in',
  lampRemoved: 'Lamp taken away',
  lightOverride: 'Light level overridden',
  lightOverrideEnded: 'Override of a light level ended',
  importCancelled: 'Import stopped',
  importResumed: 'Import taken up again',
  campaignDelivered: 'Key changes sent',
  campaignWithdrawn: 'Key-change campaign withdrawn',
  keyLoadClosed: 'Loading of a vending key given up',
  exported: 'Exported',
  viewShared: 'View of a list shared with everybody',
  viewUnshared: 'Shared view of a list taken away',
  utilityMade: 'Utility made',
  operatorAdded: 'Operator added',
  operatorPassword: 'New password',
  operatorEnded: 'Sign-in ended',
  operatorInvited: 'Invited to the team',
  operatorJoined: 'Joined the team',
  operatorRoleChanged: 'Role changed',
  invitationWithdrawn: 'Invitation withdrawn',
  sessionsEnded: 'Sessions ended',
  secondFactorOn: 'Second factor turned on',
  secondFactorOff: 'Second factor turned off',
  masterKeyChanged: 'Master key changed',
  vendingKeyIntoToken: 'Vending key brought into the hardware token',
  databaseRestored: 'Older copy of the database put back',
  signedIn: 'Signed in',
  signInFailed: 'Wrong password',
  signInBraked: 'Sign-in held up after wrong passwords',
  failedSignInsSeen: 'Wrong passwords looked at',
  codeWrong: 'Wrong code by phone',
  codesCapped: 'Too many codes by phone',
  signedOutEverywhere: 'Signed out everywhere',
  passwordChanged: 'Password changed',
  refused: 'Refused',
  connectionRead: 'Customer’s pages read',
  phoneSearched: 'Searched by phone',
  receiptReprinted: 'Receipt printed again',
  moneyMoved: 'Unallocated money moved to a connection',
  moneyRefunded: 'Unallocated money paid back',
  meterPaired: 'Meter paired with the secret on its label',
  meterIdentityRotated: 'New identity asked of the meter',
  meterIdentityRevoked: 'Identity of the meter revoked',
  meterDriverLinked: 'Meter linked by another driver',
  meterDriverEnded: 'Link of the meter by another driver ended',
  meterDriverKeysAsked: 'Other DLMS keys for the meter asked for',
  meterCertified: 'Certificate made for the meter',
  integrationMade: 'Integration made',
  integrationKeyMade: 'Another key of an integration',
  integrationRevoked: 'Integration revoked',
  webhookMade: 'Webhook endpoint made',
  webhookSecretMade: 'Another secret of a webhook',
  webhookTurnedOn: 'Webhook turned on',
  webhookTurnedOff: 'Webhook turned off',
  webhookTested: 'Webhook tried',
  webhookReplayed: 'Events sent again by webhook',
  notificationRead: 'Notification of a provider read',
  notificationReplayed: 'Notification of a provider judged again',
  placementConfirmed: 'Place of a home on the network confirmed',
  placementDismissed: 'Suggested place of a home dismissed',
  placementUndone: 'Confirmed place of a home taken back',
};

/** What it was done to: a name if there is one; an identifier alone is no word. */
export function subjectText(row: Pick<AuditEntryJson, 'act' | 'subject' | 'subjectName'>): string {
  const { act, subject, subjectName } = row;
  if (subject === 'auditLog') return 'The audit log';
  if (subject === 'saleList') return 'A list of sales';
  if (subject === 'meterList') return 'A list of meters';
  if (subject === 'salesReport') return 'The report on sales';
  if (subject === 'debtReport') return 'The report on debts';
  if (subject === 'offSupplyReport') return 'The report on homes off supply';
  if (subject === 'collections') return 'The report on collections';
  if (subject === 'givenReport') return 'The report on free units';
  if (subject === 'unclaimedReport') return 'The report on unclaimed money';
  if (subject === 'customerList') return 'A list of customers';
  if (subject === 'auditLists') return 'A list of the page Value to check';
  if (act === 'exported') return (exportLabels as Record<string, string>)[subject] ?? subject;
  return subjectName ?? things[/^([a-z]+)_[0-9a-f-]{36}$/.exec(subject)?.[1] ?? ''] ?? subject;
}

const things: Readonly<Record<string, string>> = {
  vendor: 'A vendor',
  connection: 'A connection',
  customer: 'A customer',
  sale: 'The sale',
  import: 'The import',
  campaign: 'The campaign',
  money: 'Unallocated money',
};

/** Acts about somebody whose name alone is not enough. */
const ofPerson: ReadonlySet<AuditAction> = new Set([
  ...(['operatorAdded', 'operatorInvited', 'operatorJoined'] as const),
  ...(['operatorRoleChanged', 'invitationWithdrawn'] as const),
]);

/** What was said with it, one line each; a name is the subject already. */
export function detailText(
  row: Pick<AuditEntryJson, 'act' | 'subject' | 'details'>,
  currency: Currency,
): readonly string[] {
  return [
    // The address that one signs in with.
    ...(ofPerson.has(row.act) ? [row.subject] : []),
    ...Object.entries(row.details)
      .filter(([name]) => name !== 'name')
      .map(([name, value]) => oneDetailText(name, value, currency)),
  ];
}

function oneDetailText(name: string, value: string, currency: Currency): string {
  switch (name) {
    case 'reason':
      return value;
    case 'floatLimitMinor':
      return `float limit ${moneyText(value, currency)}`;
    case 'siteBudgetMinor':
      return `site without the internet ${moneyText(value, currency)}`;
    case 'energyPerHourWh':
      return `${kwhText(value, 0)} an hour`;
    case 'tokensPerHour':
      return `${value} tokens an hour`;
    case 'commissionBasisPoints':
      return `commission ${percentText(Number(value))}`;
    case 'label':
      return `till “${value}”`;
    case 'overlapHours':
      return `earlier keys open for ${value} hours`;
    case 'allowedBy':
      return `allowed by ${value}`;
    case 'before':
      return `instead of ${value}`;
    case 'secondFactor':
      return `second factor ${value}`;
    default:
      return `${name} ${value}`;
  }
}
