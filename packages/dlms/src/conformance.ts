// What an association may use: the conformance block of the xDLMS initiate, 24 bits (IEC
// 62056-5-3, 7.3.1).

/** By bit, 0 the most significant of the three bytes. */
const bits = {
  generalProtection: 1,
  generalBlockTransfer: 2,
  read: 3,
  write: 4,
  unconfirmedWrite: 5,
  attribute0Set: 8,
  priorityManagement: 9,
  attribute0Get: 10,
  blockTransferGet: 11,
  blockTransferSet: 12,
  blockTransferAction: 13,
  multipleReferences: 14,
  informationReport: 15,
  dataNotification: 16,
  access: 17,
  parameterizedAccess: 18,
  get: 19,
  set: 20,
  selectiveAccess: 21,
  eventNotification: 22,
  action: 23,
} as const;

export type ConformanceBit = keyof typeof bits;

/** The 24 bits as a number, bit 0 the highest. */
export const conformance = (...names: readonly ConformanceBit[]): number =>
  names.reduce((sum, name) => sum | (1 << (23 - bits[name])), 0);

export const conforms = (block: number, name: ConformanceBit): boolean =>
  (block & (1 << (23 - bits[name]))) !== 0;

export const conformanceBitsOf = (block: number): ConformanceBit[] =>
  (Object.keys(bits) as ConformanceBit[]).filter((name) => conforms(block, name));

/** What this package does in logical name referencing. */
export const ownConformance: number = conformance(
  'generalProtection',
  'priorityManagement',
  'blockTransferGet',
  'blockTransferSet',
  'blockTransferAction',
  'multipleReferences',
  'dataNotification',
  'get',
  'set',
  'selectiveAccess',
  'eventNotification',
  'action',
);
