// The public face of sign-in: who somebody is, and what each route asks first.

export type { OpenSession } from './accounts.ts';
export type { AuthDeps } from './auth.ts';
export type { CodeAnswer } from './customer-codes.ts';
export { checkForm, formValue, sessionCookie, signForms } from './forms.ts';
export { hashingInTurns, type PasswordHashing } from './hashing.ts';
export { headersOf, setCookies } from './headers.ts';
export {
  createOperatorScope,
  mayFindPeople,
  type OperatorScope,
  type OperatorScopeDeps,
  operatorOf,
  readByKey,
  requireActing,
  sessionIdOf,
  staffOf,
  staffSeen,
} from './operator-scope.ts';
export { createOperatorSignIn, createOperatorSignIns } from './operator-sign-ins.ts';
export { cookiePrefix, isReachedHereOnly } from './origins.ts';
export { refuseOtherOrigins } from './refuse-other-origins.ts';
export {
  createSignIn,
  type Operator,
  type SecondFactorRule,
  type SignIn,
  type SignInDeps,
  type SignInEvent,
  type Staff,
} from './sign-in.ts';
export { inWords } from './wait-text.ts';
