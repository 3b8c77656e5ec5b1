// Why the token did not do what it was asked for. `detail` is for whoever runs the server: names of
// files, slots and PKCS#11 answers, never a PIN or a key.

export type HardwareFaultKind =
  /** No answer to be had: pulled out, its library missing, its session lost and not regained. */
  | 'away'
  /** The PIN was refused; nobody tries it again before its file changes. */
  | 'pinRefused'
  /** One more wrong PIN would lock the token, or it is locked: nobody tries. */
  | 'pinLocked'
  /** It has no room for another key. */
  | 'full'
  /** It cannot do this, or refused for another reason. */
  | 'refuses';

export type HardwareFault = { readonly kind: HardwareFaultKind; readonly detail: string };
