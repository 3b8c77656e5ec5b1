// The wire's shapes as the meter keeps them: plain numbers for branded bigints, so that the state
// is plain JSON and counting is fast.

import type {
  CommandResult,
  MeterEvent,
  MeterRegister,
  ProfileFlag,
  TokenOrigin,
  TokenOutcome,
} from '@prewatt/protocol';

export type Stored<T> = T extends bigint
  ? number
  : T extends string | number | boolean | null | undefined
    ? T
    : T extends readonly (infer U)[]
      ? readonly Stored<U>[]
      : { readonly [K in keyof T]: Stored<T[K]> };

export type StoredOutcome = Stored<TokenOutcome>;
export type TokenEffect = Extract<TokenOutcome, { result: 'accepted' }>['effect'];
export type StoredEvent = Stored<MeterEvent>;
export type StoredCommandResult = Stored<CommandResult>;

export type StoredProfileEntry = {
  readonly endsAtMs: number;
  readonly importEnergyWh: number;
  readonly exportEnergyWh?: number;
  readonly flags?: readonly ProfileFlag[];
};

export type RegisterValue = { readonly register: MeterRegister; readonly value: number };

export type AnsweredCommand = {
  readonly commandId: string;
  readonly completedAtMs: number;
  readonly result: StoredCommandResult;
};

export type StoredMessage = {
  readonly sequence: number;
  readonly sendAtMs: number;
  readonly attempts: number;
  readonly body:
    | { readonly kind: 'profile'; readonly entries: readonly StoredProfileEntry[] }
    | {
        readonly kind: 'registers';
        readonly capturedAtMs: number;
        readonly cause: 'billing' | 'readNow';
        readonly values: readonly RegisterValue[];
      }
    | { readonly kind: 'events'; readonly events: readonly StoredEvent[] }
    | ({ readonly kind: 'commandResult' } & AnsweredCommand);
};

export type LastToken = {
  readonly atMs: number;
  readonly origin: TokenOrigin;
  readonly outcome: StoredOutcome;
};
