// Who asked for something of a vendor and who allowed it, by the identifiers of the operators.

export type Allowed = {
  readonly approvalId: string;
  readonly requestedBy: string;
  readonly approvedBy: string;
};
