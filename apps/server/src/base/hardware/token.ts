// What a PKCS#11 token does for us. Calls of the library block, so this runs in a worker.

import type { Handle, Template } from 'pkcs11js';
import type { HmacJob, TokenState } from './messages.ts';
import { type Answer, createSession, type Library, type Open } from './session.ts';
import type { HardwareSettings } from './settings.ts';

const hmacBytes = 32;
/** Of our keys, in front of what they are for. */
const labelPrefix = 'prewatt ';

export type Token = ReturnType<typeof createToken>;

export function createToken(settings: HardwareSettings, nowMs: () => number) {
  const { perform, close } = createSession(settings, nowMs);
  const hmacAll = (jobs: readonly HmacJob[]): Answer<(Uint8Array | null)[]> =>
    perform((o) =>
      jobs.map(({ keyId, message }) => {
        const key = handleOf(o, keyId);
        return key === null ? null : hmac(o, key, message);
      }),
    );

  return {
    close,

    hmac: (jobs: readonly HmacJob[]): Answer<(Uint8Array | null)[]> => {
      const answers = hmacAll(jobs);
      if (!answers.ok || !answers.value.includes(null)) return answers;
      // A token that is out may show itself as one without keys: look from the beginning.
      close();
      return hmacAll(jobs);
    },

    bringIn: (o: { keyId: Uint8Array; label: string; key: Uint8Array }): Answer<null> =>
      perform((at) => {
        if (handleOf(at, o.keyId) !== null) return null;
        at.module.C_CreateObject(at.session, hmacTemplate(at.library, o));
        return null;
      }),

    destroy: (keyId: Uint8Array): Answer<null> =>
      perform((o) => {
        const key = handleOf(o, keyId);
        o.handles.delete(Buffer.from(keyId).toString('hex'));
        if (key !== null) o.module.C_DestroyObject(o.session, key);
        return null;
      }),

    state: (): Answer<TokenState> =>
      perform((o) => {
        const { slotID } = o.module.C_GetSessionInfo(o.session);
        const info = o.module.C_GetTokenInfo(slotID);
        const text = (padded: string): string => padded.replace(/\0/g, ' ').trim();
        return {
          label: text(info.label),
          maker: text(info.manufacturerID),
          model: text(info.model),
          keyIds: ourKeys(o),
        };
      }),
  };
}

function handleOf(o: Open, keyId: Uint8Array): Handle | null {
  const name = Buffer.from(keyId).toString('hex');
  const known = o.handles.get(name);
  if (known !== undefined) return known;
  const found = find(o, [{ type: o.library.CKA_ID, value: Buffer.from(keyId) }])[0] ?? null;
  if (found !== null) o.handles.set(name, found);
  return found;
}

function find({ module, session }: Open, template: Template): Handle[] {
  const found: Handle[] = [];
  module.C_FindObjectsInit(session, template);
  try {
    for (let handle = module.C_FindObjects(session); handle !== null; ) {
      found.push(handle);
      handle = module.C_FindObjects(session);
    }
  } finally {
    module.C_FindObjectsFinal(session);
  }
  return found;
}

function ourKeys(o: Open): string[] {
  const { library, module, session } = o;
  return find(o, [{ type: library.CKA_CLASS, value: library.CKO_SECRET_KEY }]).flatMap((key) => {
    const [label, id] = module.C_GetAttributeValue(session, key, [
      { type: library.CKA_LABEL },
      { type: library.CKA_ID },
    ]);
    const isOurs = label?.value.toString().startsWith(labelPrefix) === true;
    return isOurs && id !== undefined ? [(id.value as Buffer).toString('hex')] : [];
  });
}

function hmac({ library, module, session }: Open, key: Handle, message: Uint8Array): Uint8Array {
  module.C_SignInit(session, { mechanism: library.CKM_SHA256_HMAC }, key);
  return module.C_Sign(session, Buffer.from(message), Buffer.alloc(hmacBytes));
}

/**
 * A key that signs and does nothing else, and does not leave the token. Some tokens take no HMAC
 * key shorter than the hash: zeros behind it change no HMAC (RFC 2104).
 */
function hmacTemplate(
  library: Library,
  o: { readonly keyId: Uint8Array; readonly label: string; readonly key: Uint8Array },
): Template {
  const value = Buffer.alloc(Math.max(o.key.length, hmacBytes));
  value.set(o.key);
  return [
    { type: library.CKA_CLASS, value: library.CKO_SECRET_KEY },
    { type: library.CKA_KEY_TYPE, value: library.CKK_GENERIC_SECRET },
    { type: library.CKA_ID, value: Buffer.from(o.keyId) },
    { type: library.CKA_LABEL, value: `${labelPrefix}${o.label}` },
    { type: library.CKA_TOKEN, value: true },
    { type: library.CKA_PRIVATE, value: true },
    { type: library.CKA_SENSITIVE, value: true },
    { type: library.CKA_EXTRACTABLE, value: false },
    { type: library.CKA_SIGN, value: true },
    { type: library.CKA_VALUE, value },
  ];
}
