// Compares what a server of the tests answers with the published document of the API. In the tests
// an answer may have no field that the document does not name, though readers must let such pass.

import assert from 'node:assert/strict';
import { type OpenApiOperation, openApiDocument } from '@prewatt/api/openapi';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';

type Documented = {
  readonly method: string;
  readonly path: RegExp;
  readonly operation: OpenApiOperation;
};

type Asked = {
  readonly method?: string;
  readonly url?: unknown;
  readonly payloadAsStream?: boolean;
};

/** Where each JSON answer is declared. */
const ours = /^\/api\/(operator|vendor)\//;

const closed = closedDocument();
const documented: readonly Documented[] = Object.entries(closed.paths)
  // A fixed name goes before a parameter in its place.
  .sort(([a], [b]) => parametersIn(a) - parametersIn(b))
  .flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path: new RegExp(`^${path.replace(/\./g, '\\.').replace(/\{\w+\}/g, '[^/]+')}$`),
      operation,
    })),
  );

const ajv = new Ajv2020({ strict: false, allErrors: false });
formats.default(ajv);
ajv.addSchema({ $id: 'prewatt:document', components: closed.components });
const validators = new Map<string, ValidateFunction>();

/** From now on each JSON answer to `inject` is held to the document. */
export function holdToDocument(app: FastifyInstance): void {
  const inject = app.inject.bind(app) as (request: unknown) => Promise<LightMyRequestResponse>;
  const checked = async (given: string | Asked) => {
    const answer = await inject(given);
    const {
      method = 'GET',
      url,
      payloadAsStream,
    }: Asked = typeof given === 'string' ? { url: given } : given;
    if (typeof url === 'string' && payloadAsStream !== true) assertDocumented(method, url, answer);
    return answer;
  };
  app.inject = checked as FastifyInstance['inject'];
}

function assertDocumented(method: string, url: string, answer: LightMyRequestResponse): void {
  const type = String(answer.headers['content-type'] ?? '');
  const isProblem = type.startsWith('application/problem+json');
  const isDone = answer.statusCode < 300 && type.startsWith('application/json');
  if (!isProblem && !isDone) return;
  const [path = ''] = url.split('?');
  const found = documented.find((each) => each.method === method && each.path.test(path));
  const response = found?.operation.responses[isProblem ? 'default' : '200'];
  const content = (response?.['content'] ?? {}) as Record<string, { readonly schema: object }>;
  const schema = content[isProblem ? 'application/problem+json' : 'application/json']?.schema;
  const asked = `${method} ${path} (${answer.statusCode})`;
  if (found === undefined || schema === undefined) {
    // Providers, gateways and better-auth are answered in their own forms.
    assert.ok(isProblem || !ours.test(path), `${asked} answers JSON that no route declares`);
    return;
  }
  const { operationId } = found.operation;
  const validate = validatorOf(`${operationId} ${isProblem}`, schema);
  assert.ok(
    validate(answer.json()),
    `${asked} is not as documented in ${operationId}: ${ajv.errorsText(validate.errors)} ${JSON.stringify(validate.errors?.[0]?.params)}`,
  );
}

function validatorOf(key: string, schema: object): ValidateFunction {
  const known = validators.get(key);
  if (known !== undefined) return known;
  const own = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"prewatt:document#/'));
  const validate = ajv.compile(own);
  validators.set(key, validate);
  return validate;
}

function parametersIn(path: string): number {
  return path.split('{').length;
}

/** The document with a word against further fields wherever fields are named. */
function closedDocument() {
  const document = openApiDocument({ version: 'tests', serverUrl: 'http://localhost' });
  return JSON.parse(JSON.stringify(document), (_, value) =>
    value !== null && typeof value === 'object' && value.type === 'object' && value.properties
      ? { additionalProperties: false, ...value }
      : value,
  ) as typeof document;
}
