// The public face of limits: what one person may do alone.

export {
  type AloneAct,
  type AloneKind,
  controlLimitsAct,
  isSame,
  limitsNow,
  limitsOnly,
  spentAlone,
  takeAlone,
} from './limits.ts';
