// GET, SET and ACTION on the objects that an association sees: one attribute or method at a time,
// with the checks in the order of the standard: object, class, rights, selection, type.

import { type Access, type CosemObject, refused } from './cosem-object.ts';
import type { Data } from './data.ts';
import type { AccessKind, View } from './logical-device.ts';
import {
  type AccessResult,
  accessResults,
  type DataResult,
  type MethodDescriptor,
  type MethodResponse,
  type SelectedAttribute,
} from './services.ts';

type Asked = { readonly classId: number; readonly logicalName: string };

function find(view: View, asked: Asked): CosemObject | AccessResult {
  const object = view.objects.get(asked.logicalName);
  if (object === undefined) return 'objectUndefined';
  return object.classId === asked.classId ? object : 'objectClassInconsistent';
}

const may = (view: View, asked: Asked, kind: AccessKind, index: number): boolean =>
  view.profile.rights({
    classId: asked.classId,
    logicalName: asked.logicalName,
    kind,
    index,
  });

const accessOf = (view: View, selection: Access['selection']): Access => ({
  association: view.profile.name,
  clientSap: view.profile.clientSap,
  selection,
});

export function getAttribute(view: View, asked: SelectedAttribute): DataResult {
  const object = find(view, asked);
  if (typeof object === 'string') return refused(object);
  const attribute = object.attributes.get(asked.attribute);
  if (attribute === undefined) return refused('objectUndefined');
  if (attribute.read === null || !may(view, asked, 'read', asked.attribute)) {
    return refused('readWriteDenied');
  }
  const { selection } = asked;
  if (selection !== null && !attribute.selectors.includes(selection.selector)) {
    return refused('scopeOfAccessViolated');
  }
  return attribute.read(accessOf(view, selection));
}

/** The number of a data access result. */
export function setAttribute(view: View, asked: SelectedAttribute, value: Data): number {
  const object = find(view, asked);
  if (typeof object === 'string') return accessResults[object];
  const attribute = object.attributes.get(asked.attribute);
  if (attribute === undefined) return accessResults.objectUndefined;
  if (attribute.write === null || !may(view, asked, 'write', asked.attribute)) {
    return accessResults.readWriteDenied;
  }
  if (asked.selection !== null) return accessResults.scopeOfAccessViolated;
  return accessResults[attribute.write(value, accessOf(view, null))];
}

export function runMethod(
  view: View,
  asked: MethodDescriptor,
  parameters: Data | null,
): MethodResponse {
  const object = find(view, asked);
  if (typeof object === 'string') return { result: accessResults[object], returned: null };
  const method = object.methods.get(asked.method);
  if (method === undefined) return { result: accessResults.objectUndefined, returned: null };
  if (!may(view, asked, 'execute', asked.method)) {
    return { result: accessResults.readWriteDenied, returned: null };
  }
  return method(parameters, accessOf(view, null));
}
