// Routes of photos of visits.

import { caseApi, photoLimits, photoType } from '@prewatt/api';
import type { FastifyInstance } from 'fastify';
import { on } from '../../base/http/on.ts';
import { badRequest, forbidden, HttpProblem, notFound } from '../../base/http/problem.ts';
import {
  createOperatorScope,
  type OperatorScopeDeps,
  requireActing,
} from '../../registry/sign-in/index.ts';
import { type KeepRefusal, keepPhoto, photoOf } from './case-photos.ts';

const words: Readonly<
  Record<Exclude<KeepRefusal, 'unknownCase'>, readonly [409 | 413 | 415 | 422, string]>
> = {
  notJpeg: [415, 'This is no JPEG picture.'],
  notWhole: [422, 'The picture is cut off, or something follows it.'],
  photoTooLarge: [413, 'A photo has at most 1,600 pixels on its long side and 1,000,000 bytes.'],
  saysMore: [422, 'The file says more than its picture, such as where it was taken.'],
  otherPhoto: [422, 'The photo is not the one that its hash names.'],
  photoNotListed: [409, 'No finding of this case lists this photo.'],
};

const hash = /^[0-9a-f]{64}$/;

export async function photoRoutes(app: FastifyInstance, context: OperatorScopeDeps): Promise<void> {
  const { scoped, nowMs } = createOperatorScope(context);
  app.addContentTypeParser(
    photoType,
    // A little more is told in words; much more is not read.
    { parseAs: 'buffer', bodyLimit: 2 * photoLimits.bytes },
    (_request, body, done) => done(null, body),
  );
  on(app, caseApi.sendPhoto, async ({ request, uuid }) => {
    const { sha256 } = request.params;
    const { body: jpeg } = request;
    const caseId = uuid('id');
    return scoped(request, async ({ tx, utility, operator }) => {
      requireActing(operator);
      if (!hash.test(sha256)) throw badRequest('sha256: 64 digits and letters from a to f');
      if (!Buffer.isBuffer(jpeg)) throw problemOf('notJpeg');
      const { operatorId } = operator;
      const photo = { utilityId: utility.id, caseId, sha256, operatorId, jpeg };
      const kept = await keepPhoto(tx, { nowMs }, photo);
      if (!kept.ok) throw problemOf(kept.error);
      return {};
    });
  });
  on(app, caseApi.photo, async ({ request, reply, uuid }) => {
    const { sha256 } = request.params;
    const caseId = uuid('id');
    const jpeg = await scoped(request, async ({ tx, utility, operator }) => {
      if (operator.role === 'viewer') throw forbidden('Your sign-in sees no photos of homes.');
      if (!hash.test(sha256)) return null;
      return photoOf(tx, { utilityId: utility.id, caseId, sha256 });
    });
    if (jpeg === null) throw notFound('photo');
    return reply
      .type(photoType)
      .header('x-content-type-options', 'nosniff')
      .header('cache-control', 'private, max-age=3600')
      .send(jpeg);
  });
}

function problemOf(code: KeepRefusal): HttpProblem {
  if (code === 'unknownCase') return notFound('case');
  const [status, detail] = words[code];
  return new HttpProblem({ status, code, title: 'This photo is not taken', detail });
}
