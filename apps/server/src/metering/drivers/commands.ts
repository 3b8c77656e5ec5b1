// A command of the head-end as a task of a driver, and the task's result as the command's answer.
// For meters that are spoken to task by task: what they cannot do is refused here, in the words
// that the table of stages knows.

import type {
  CommandAction,
  CommandResult,
  MeterAbility,
  MeterTask,
  MeterTaskResult,
} from '@prewatt/protocol';

/** Null: no such meter can do it. The clock is set to the present, not to when it was asked for. */
export function taskOf(action: CommandAction, nowMs: number): MeterTask | null {
  switch (action.kind) {
    case 'deliverToken':
      return { kind: 'enterToken', token: action.token };
    case 'readNow':
      return { kind: 'readState' };
    case 'switchOpen':
      return { kind: 'switch', to: 'open', forSafety: action.cause === 'safety' };
    case 'switchClose':
      return { kind: 'switch', to: 'close' };
    case 'switchArm':
      return { kind: 'switch', to: 'arm' };
    case 'setPowerLimit': {
      const { limitW, overForMs, reconnectAfterMs } = action;
      return {
        ...{ kind: 'setPowerLimit', limitW },
        ...(overForMs === undefined ? {} : { overForMs }),
        ...(reconnectAfterMs === undefined ? {} : { reconnectAfterMs }),
      };
    }
    case 'setClock':
      return { kind: 'setClock', atMs: nowMs };
    case 'setTariff': {
      const { documentJson, activatesAtMs, parameters = {} } = action;
      return { kind: 'setTariff', documentJson, activatesAtMs, parameters };
    }
    default:
      return null;
  }
}

const abilityOf: Readonly<Record<MeterTask['kind'], MeterAbility>> = {
  readState: 'readState',
  readRegisters: 'readRegisters',
  readProfile: 'readProfile',
  readEvents: 'readEvents',
  setClock: 'setClock',
  switch: 'switch',
  setPowerLimit: 'setPowerLimit',
  enterToken: 'enterToken',
  creditRemotely: 'creditRemotely',
  returnToken: 'returnToken',
  changeKeys: 'changeKeys',
  changeLinkKeys: 'changeLinkKeys',
  setTariff: 'setTariff',
};

export const isAble = (abilities: readonly MeterAbility[], task: MeterTask): boolean =>
  abilities.includes(abilityOf[task.kind]);

/** Null when nothing is known of it: the command goes again when it is due. */
export function answerOf(action: CommandAction, result: MeterTaskResult): CommandResult | null {
  switch (result.kind) {
    case 'refused':
      return { kind: 'refused', reason: result.reason };
    case 'tokenEntered':
      return { kind: 'deliverToken', outcome: result.outcome };
    case 'state':
      return { kind: 'readNow' };
    case 'switched': {
      const { kind } = action;
      const isSwitch = kind === 'switchOpen' || kind === 'switchClose' || kind === 'switchArm';
      return isSwitch ? { kind, loadSwitch: result.loadSwitch } : null;
    }
    case 'limitSet':
      return { kind: 'setPowerLimit' };
    case 'tariffSet':
      return { kind: 'setTariff' };
    case 'clockSet':
      return { kind: 'setClock', errorMs: result.errorMs };
    default:
      return null;
  }
}
