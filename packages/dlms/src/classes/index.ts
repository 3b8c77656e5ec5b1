// The COSEM classes as tables of named attributes and methods (IEC 62056-6-2).

export {
  associationClass,
  attributeAccess,
  keyIds,
  methodAccess,
  sapAssignmentClass,
  securitySetupClass,
} from './association.ts';
export {
  disconnectControlClass,
  imageTransferClass,
  limiterClass,
  pushSetupClass,
} from './control.ts';
export {
  type AttributeDefinition,
  type AttributeName,
  type AttributeValue,
  attribute,
  attributeOf,
  type CosemClass,
  defineClass,
  type MethodDefinition,
  type MethodName,
  type MethodParameter,
  method,
  methodOf,
  readAttribute,
  writeAttribute,
  writeParameter,
} from './define.ts';
export {
  accountClass,
  chargeClass,
  creditClass,
  creditStatusBits,
  tokenGatewayClass,
  tokenStatusCodes,
} from './payment.ts';
export {
  type CaptureObject,
  captureObjectType,
  dataClass,
  demandRegisterClass,
  extendedRegisterClass,
  profileClass,
  profileSelectors,
  registerClass,
} from './registers.ts';
export {
  activityCalendarClass,
  clockClass,
  mostSpecialDays,
  scriptTableClass,
  singleActionScheduleClass,
  specialDaysClass,
} from './time.ts';
