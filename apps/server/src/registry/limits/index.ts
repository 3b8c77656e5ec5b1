// The public face of limits: what one person may do alone.

export {
  type AloneAction,
  type AloneKind,
  controlLimitsApproval,
  isSame,
  limitsNow,
  limitsOnly,
  spentAlone,
  takeAlone,
} from './limits.ts';
