// The reference of the HTTP API for people who build on it, drawn from the document that programs
// read: each operation with what it takes and gives, and each schema once.

import { type Frame, pathOf, siteApi } from '@prewatt/api';
import type { OpenApiDocument, OpenApiOperation } from '@prewatt/api/openapi';
import { type Html, html } from '../html.ts';
import { page } from '../layout.ts';

type Operation = OpenApiOperation & { readonly method: string; readonly path: string };

/** One page; what is in it opens on a click, or by a link to it. */
export function renderApiReference(frame: Frame, document: OpenApiDocument): string {
  const operations = operationsOf(document);
  const file = pathOf(siteApi.openApi);
  const body = html`<section class="card">
<h1>API of ${document.info.title} ${document.info.version}</h1>
<p>${String(document.info['description']).replaceAll('`', '')}</p>
<p>For programs: <a href="${file}">${file}</a> (OpenAPI ${document.openapi}).</p>
<h2>Signing in</h2>
${Object.entries(document.components.securitySchemes).map(
  ([name, scheme]) =>
    html`<p><b>${name}</b>: ${String((scheme as { description?: unknown }).description)}</p>`,
)}
<h2>Areas</h2>
<p>${document.tags.map(({ name }) => html`<a href="#area-${name}">${name}</a> `)}</p>
${scopes(operations)}
</section>
${document.tags.map((tag) => {
  const own = operations.filter(({ tags }) => tags.includes(tag.name));
  return html`<section class="card">
<h2 id="area-${tag.name}">${tag.name}</h2>
<p class="hint">${tag.description}</p>
${own.map(operation)}
</section>`;
})}
<section class="card">
<h2>Schemas</h2>
${Object.entries(document.components.schemas).map(
  ([name, schema]) =>
    html`<details><summary>${name}</summary>${code(schema, `schema-${name}`)}</details>`,
)}
</section>`;
  return page(frame, { title: 'API reference', body, signedIn: false });
}

function operationsOf(document: OpenApiDocument): readonly Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, each]) => ({ ...each, method, path })),
  );
}

/** The scope by which the key of an integration opens it; null where none does. */
const scopeOf = ({ security }: Operation): string | null =>
  security.flatMap((each) => (each['integration'] as readonly string[] | undefined) ?? [])[0] ??
  null;

/** What each scope opens, for who makes a key. */
function scopes(operations: readonly Operation[]): Html {
  const opened = Map.groupBy(
    operations.filter((each) => scopeOf(each) !== null),
    (each) => scopeOf(each) ?? '',
  );
  return html`<h2>Scopes of a key</h2>
${[...opened].map(
  ([scope, all]) =>
    html`<p><code>${scope}</code>: ${all.map(({ operationId }) => html`<a href="#${operationId}">${operationId}</a> `)}</p>`,
)}`;
}

const signIns: Readonly<Record<string, string>> = {
  operator: 'signed in as an operator',
  till: 'with the key of a till',
};

function operation(o: Operation): Html {
  const scope = scopeOf(o);
  const by = [
    ...o.security.flatMap((each) => Object.keys(each).flatMap((name) => signIns[name] ?? [])),
    ...(scope === null ? [] : [`with the key of an integration and the scope ${scope}`]),
  ].join(', or ');
  return html`<details>
<summary><b>${o.method.toUpperCase()}</b> <code>${o.path}</code><br>${o.summary}${scope !== null && ` (${scope})`}</summary>
<p class="hint" id="${o.operationId}">${o.operationId}${by !== '' && `: ${by}`}</p>
${o.parameters.map(
  (parameter) =>
    html`<p><code>${parameter.name}</code> in the ${parameter.in}${parameter['required'] !== true && ', may be left out'}: ${shape(parameter['schema'])} ${String(parameter['description'] ?? '')}</p>`,
)}
${o.requestBody !== undefined && html`<p>Sent: ${shape(schemaIn(o.requestBody))}</p>`}
${Object.entries(o.responses).map(
  ([status, answer]) =>
    html`<p>${status === 'default' ? 'Otherwise' : status}: ${String(answer['description'])} ${shape(schemaIn(answer))}</p>`,
)}
</details>`;
}

function schemaIn(part: Readonly<Record<string, unknown>>): unknown {
  const [content] = Object.values((part['content'] ?? {}) as Record<string, { schema?: unknown }>);
  return content?.schema;
}

/** A link to a schema that has a name, the word of a plain type, or the schema itself. */
function shape(schema: unknown): Html | null {
  if (schema === undefined) return null;
  const { $ref, type, ...more } = schema as { $ref?: string; type?: unknown };
  if ($ref !== undefined) {
    const name = $ref.slice($ref.lastIndexOf('/') + 1);
    return html`<a href="#schema-${name}">${name}</a>`;
  }
  return typeof type === 'string' && Object.keys(more).length === 0
    ? html`${type}`
    : code(forPeople(schema), null);
}

/** A format says to people what its pattern says to programs. */
const forPeople = (schema: unknown): unknown =>
  JSON.parse(
    JSON.stringify(schema, (_key, value: unknown) => {
      if (typeof value !== 'object' || value === null || !('format' in value)) return value;
      const { pattern: _, ...more } = value as { readonly pattern?: unknown };
      return more;
    }),
  );

function code(value: unknown, id: string | null): Html {
  const text = JSON.stringify(value, null, 2);
  return id === null
    ? html`<pre class="code-block">${text}</pre>`
    : html`<pre class="code-block" id="${id}">${text}</pre>`;
}
