// The session with a token: opened when it is needed, and anew when it is lost, at most once a
// second. A PIN that was refused is never tried twice.

import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { err, ok, type Result } from '@prewatt/quantities';
import type { Handle, PKCS11 } from 'pkcs11js';
import type { HardwareFault } from './fault.ts';
import type { HardwareSettings } from './settings.ts';

export type Library = typeof import('pkcs11js');
export type Answer<T> = Result<T, HardwareFault>;
/** The library of the token's maker: loaded once, and kept when a session ends. */
type Loaded = { readonly library: Library; readonly module: PKCS11 };
export type Open = Loaded & {
  readonly session: Handle;
  /** Keys that were looked for in this session, by their ids in hex. */
  readonly handles: Map<string, Handle>;
};

const againMs = 1_000;

const fault = (kind: HardwareFault['kind'], detail: string) => err({ kind, detail });
const nameOf = (error: unknown): string =>
  /CKR_[A-Z_]+/.exec((error as Error).message)?.[0] ?? (error as Error).message;

/** After these the session, the token or the whole library may have to be opened anew. */
const lost = new Set([
  ...['CKR_SESSION_HANDLE_INVALID', 'CKR_SESSION_CLOSED', 'CKR_DEVICE_ERROR'],
  ...['CKR_DEVICE_REMOVED', 'CKR_TOKEN_NOT_PRESENT', 'CKR_TOKEN_NOT_RECOGNIZED'],
  ...['CKR_USER_NOT_LOGGED_IN', 'CKR_KEY_HANDLE_INVALID', 'CKR_OBJECT_HANDLE_INVALID'],
  ...['CKR_SLOT_ID_INVALID', 'CKR_CRYPTOKI_NOT_INITIALIZED', 'CKR_GENERAL_ERROR'],
  ...['CKR_FUNCTION_FAILED', 'CKR_OPERATION_ACTIVE', 'CKR_HOST_MEMORY'],
]);
const full = new Set(['CKR_DEVICE_MEMORY']);
const refusedPin = new Set(['CKR_PIN_INCORRECT', 'CKR_PIN_INVALID', 'CKR_PIN_LEN_RANGE']);

export type Session = {
  /** Once more with a fresh session, if the one at hand proves lost. */
  readonly perform: <T>(act: (o: Open) => T) => Answer<T>;
  readonly close: () => void;
};

export function createSession(settings: HardwareSettings, nowMs: () => number): Session {
  let loaded: Loaded | null = null;
  let open: Open | null = null;
  let failed: { readonly atMs: number; readonly answer: Answer<never> } | null = null;
  const pin = createPin(settings.pinFile);

  const close = (): void => {
    if (open === null) return;
    // Whatever it answers: the next one is opened from the beginning.
    for (const step of [
      (o: Open) => o.module.C_CloseSession(o.session),
      (o: Open) => o.module.C_Finalize(),
    ]) {
      try {
        step(open);
      } catch {}
    }
    open = null;
  };

  const opened = (): Answer<Open> => {
    if (open !== null) return ok(open);
    if (failed !== null && nowMs() - failed.atMs < againMs) return failed.answer;
    const at = loaded === null ? load(settings) : ok(loaded);
    if (at.ok) loaded = at.value;
    const answer = at.ok ? openSession(at.value, settings, pin) : at;
    if (answer.ok) {
      open = answer.value;
      failed = null;
      return answer;
    }
    failed = { atMs: nowMs(), answer };
    return answer;
  };

  const perform = <T>(act: (o: Open) => T): Answer<T> => {
    for (let isSecond = false; ; isSecond = true) {
      const at = opened();
      if (!at.ok) return at;
      try {
        return ok(act(at.value));
      } catch (error) {
        const name = nameOf(error);
        if (full.has(name)) return fault('full', name);
        if (!lost.has(name)) return fault('refuses', name);
        close();
        if (isSecond) return fault('away', name);
      }
    }
  };

  return { perform, close };
}

type Pin = ReturnType<typeof createPin>;

/** The PIN's file, and whether what is in it was refused before. */
function createPin(file: string) {
  let refusedMs: number | null = null;
  return {
    file,
    isRefused: (): boolean => {
      try {
        return refusedMs !== null && statSync(file).mtimeMs === refusedMs;
      } catch {
        return false;
      }
    },
    refused: (): void => {
      refusedMs = statSync(file).mtimeMs;
    },
    read: (): string => (readFileSync(file, 'utf8').split(/\r?\n/)[0] ?? '').trim(),
  };
}

function load(settings: HardwareSettings): Answer<Loaded> {
  let library: Library;
  try {
    library = createRequire(import.meta.url)('pkcs11js');
  } catch {
    return fault(
      'away',
      'the package pkcs11js is not built: npm explore pkcs11js -- npm run-script build',
    );
  }
  const module = new library.PKCS11();
  try {
    module.load(settings.module);
  } catch {
    return fault('away', `${settings.module} cannot be loaded`);
  }
  return ok({ library, module });
}

function openSession(at: Loaded, settings: HardwareSettings, pin: Pin): Answer<Open> {
  if (pin.isRefused()) {
    return fault('pinRefused', `the PIN in ${pin.file} was refused; write the right one into it`);
  }
  const leave = (answer: Answer<never>): Answer<never> => {
    try {
      at.module.C_Finalize();
    } catch {}
    return answer;
  };
  try {
    begin(at.module);
    const slot = slotOf(at.module, settings);
    if (slot === null) return leave(fault('away', `no token ${tokenName(settings)} is there`));
    const login = logIn(at, slot, pin);
    return login.ok ? login : leave(login);
  } catch (error) {
    return leave(fault('away', nameOf(error)));
  }
}

/** Another user of the same library in this process may have begun before. */
function begin(module: PKCS11): void {
  try {
    module.C_Initialize();
  } catch (error) {
    if (nameOf(error) !== 'CKR_CRYPTOKI_ALREADY_INITIALIZED') throw error;
  }
}

const tokenName = ({ label, slot }: HardwareSettings): string =>
  label === undefined ? `in slot ${slot}` : `labelled ${label}`;

function slotOf(module: PKCS11, { label, slot }: HardwareSettings): Handle | null {
  const slots = module.C_GetSlotList(true);
  if (slot !== undefined) return slots.find((at) => at.readUInt32LE(0) === slot) ?? null;
  const isIt = (at: Handle): boolean =>
    module.C_GetTokenInfo(at).label.replace(/\0/g, ' ').trim() === label;
  return slots.find(isIt) ?? null;
}

function logIn({ library, module }: Loaded, slot: Handle, pin: Pin): Answer<Open> {
  const { flags } = module.C_GetTokenInfo(slot);
  if ((flags & library.CKF_USER_PIN_LOCKED) !== 0) {
    return fault(
      'pinLocked',
      'the token is locked after wrong PINs; its security officer opens it',
    );
  }
  if ((flags & library.CKF_USER_PIN_FINAL_TRY) !== 0) {
    const detail = 'one more wrong PIN locks the token: sign in to it once by its own tools';
    return fault('pinLocked', detail);
  }
  let text: string;
  try {
    text = pin.read();
  } catch {
    return fault('away', `${pin.file} cannot be read`);
  }
  const session = module.C_OpenSession(slot, library.CKF_SERIAL_SESSION | library.CKF_RW_SESSION);
  try {
    module.C_Login(session, library.CKU_USER, text);
  } catch (error) {
    const name = nameOf(error);
    if (refusedPin.has(name)) {
      pin.refused();
      return fault('pinRefused', `${name}: the PIN in ${pin.file} is not the token's`);
    }
    if (name === 'CKR_PIN_LOCKED') return fault('pinLocked', name);
    if (name !== 'CKR_USER_ALREADY_LOGGED_IN') throw error;
  }
  return ok({ library, module, session, handles: new Map() });
}
