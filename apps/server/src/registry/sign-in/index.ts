// The public face of sign-in: who somebody is, and what each route asks first.

export { checkForm, formValue, signForms } from './forms.ts';
export { headersOf, setCookies } from './headers.ts';
export {
  createOperatorScope,
  type OperatorScope,
  type OperatorScopeDeps,
  operatorOf,
  requireActing,
  staffOf,
} from './operator-scope.ts';
export { refuseOtherOrigins } from './refuse-other-origins.ts';
export {
  type AuthDeps,
  createOperatorSignIn,
  createOperatorSignIns,
  createSignIn,
  type Operator,
  type SignIn,
  type SignInDeps,
  type Staff,
} from './sign-in.ts';
export { insertOperator } from './staff.ts';
