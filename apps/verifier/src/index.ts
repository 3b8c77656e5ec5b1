// The public face of the verifier.

export type { Finding, Report } from './findings.ts';
export { countsInWords, reportHtml } from './report-html.ts';
export { folderSource, memorySource, type Source, urlSource } from './source.ts';
export { CannotVerify, type VerifyOptions, verify } from './verify.ts';
