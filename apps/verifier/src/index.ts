// The public face of the verifier.

export { type EvidenceReport, isEvidence, verifyEvidence } from './evidence.ts';
export type { Finding, Report } from './findings.ts';
export { folderSource, type Source, urlSource } from './source.ts';
export { CannotVerify, type VerifyOptions, verify } from './verify.ts';
