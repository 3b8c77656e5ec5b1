// Why something about a customer is refused, in the order of the checks.

export type CustomerRefusal =
  | 'phoneFormat'
  | 'unknownCustomer'
  | 'customerMerged'
  | 'changedMeanwhile'
  | 'phoneNeeded'
  | 'phoneTaken'
  | 'mergeItself'
  | 'notMerged'
  | 'connectionClosed'
  | 'sameTenant'
  | 'moneyStays';

/** A refusal, and what is to be said more exactly than its code does. */
export type Refused = { readonly code: CustomerRefusal; readonly said?: string };
