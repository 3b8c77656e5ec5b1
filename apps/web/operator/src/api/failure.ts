// What can go wrong between the console and the server, as one closed union, and the words for it.
// TanStack Query carries failures as thrown values; everywhere else they travel in a Result.

import type { Problem } from '@prewatt/api';
import { countText } from '@prewatt/quantities';

export type Failure =
  /** The server refused and said why (RFC 9457). */
  | {
      readonly kind: 'problem';
      readonly status: number;
      readonly code: string;
      readonly title: string;
      readonly detail: string;
      readonly retryAfterS: number | null;
    }
  /** No answer: the server is down or the link is. */
  | { readonly kind: 'network' }
  /**
   * An answer that does not have the shape that the API promises: server and console are of
   * different versions.
   */
  | { readonly kind: 'mismatch'; readonly path: string; readonly issue: string }
  /** A part of the console that the server does not have any more: another console is there now. */
  | { readonly kind: 'missingPart' };

export function problemFailure(problem: Problem, retryAfterS: number | null): Failure {
  const { status, code, title, detail } = problem;
  return { kind: 'problem', status, code, title, detail, retryAfterS };
}

/** A refusal without problem details, as a proxy in between would send it. */
export function bareStatusFailure(status: number, retryAfterS: number | null): Failure {
  const detail =
    status === 429
      ? 'Too many requests were sent in a short time.'
      : `The server answered with status ${status} and gave no reason. Try again in a moment.`;
  const title = status === 429 ? 'Slow down' : 'The server could not answer';
  return { kind: 'problem', status, code: `status-${status}`, title, detail, retryAfterS };
}

export function isSignedOut(failure: Failure): boolean {
  return failure.kind === 'problem' && failure.status === 401;
}

/**
 * Whether a reading is tried again after so many failures. A second factor that is turned on or off
 * gives this browser another session: a reading that was under way with the one before it is no end
 * of the session, so the server is asked once more before the person has to sign in.
 */
export const retries = (failures: number, failure: Failure): boolean =>
  isSignedOut(failure) ? failures === 0 : failures < 2 && isWorthRetrying(failure);

export function failureTitle(failure: Failure): string {
  if (failure.kind === 'problem') return failure.title;
  if (failure.kind === 'network') return 'No answer from the server';
  if (failure.kind === 'missingPart') return 'This page could not be loaded';
  return 'The answer could not be read';
}

// Refusals whose words are for programs.
const ownLabels: Readonly<Record<string, string>> = {
  requestIdReused:
    'An earlier try, with other words, reached the server after all. Look at the list before you try again.',
  keyRefused: 'This is no key of a till, or it was revoked. The vendor’s page lists its keys.',
};

/** One or two sentences for a person: what happened and what to do. */
export function failureText(failure: Failure): string {
  if (failure.kind === 'network') {
    return 'The server cannot be reached. Check the connection; the console tries again by itself.';
  }
  if (failure.kind === 'missingPart') {
    return 'The console on the server is of another version than this one. Load the page anew; if that does not help, tell whoever keeps the server.';
  }
  if (failure.kind === 'mismatch') {
    return `The answer of ${failure.path} is not what this console expects (${failure.issue}). Reload the page; if it stays, server and console are of different versions.`;
  }
  const detail = ownLabels[failure.code] ?? failure.detail;
  if (failure.retryAfterS === null) return detail;
  return `${detail} Try again in ${waitText(failure.retryAfterS)}.`;
}

/** "40 seconds", "2 minutes": rounded up, so that the wait is never too short. */
export function waitText(seconds: number): string {
  if (seconds < 90) return countText(seconds, 'second');
  return `${Math.ceil(seconds / 60)} minutes`;
}

/** Whether a second try can help without anybody doing something first. */
export function isWorthRetrying(failure: Failure): boolean {
  return failure.kind === 'network' || (failure.kind === 'problem' && failure.status >= 500);
}
