// A logical device as a server shows it: its objects, its associations with their rights, and the
// objects that every device has (associations, SAP assignment, security setup, invocation counter).

import { ok } from '@prewatt/quantities';
import type { Mechanism } from './acse.ts';
import { mechanisms } from './acse.ts';
import { dlmsIdentifier } from './ber.ts';
import { noBytes } from './bytes.ts';
import type { Protection } from './cipher.ts';
import { associationClass, attributeAccess, sapAssignmentClass } from './classes/association.ts';
import { dataClass } from './classes/registers.ts';
import { type CosemObject, implement } from './cosem-object.ts';
import {
  array,
  type Data,
  doubleLongUnsigned,
  enumerated,
  integer,
  longUnsigned,
  nullData,
  octetString,
  structure,
  unsigned,
} from './data.ts';
import { type LogicalName, logicalNameBytes } from './logical-name.ts';
import type { SecurityContext } from './security-context.ts';

export type AccessKind = 'read' | 'write' | 'execute';

export type RightsQuestion = {
  readonly classId: number;
  readonly logicalName: LogicalName;
  readonly kind: AccessKind;
  /** Attribute or method. */
  readonly index: number;
};

/** Who may open an association, how, and what it may do. */
export type AssociationProfile = {
  /** `public`, `reader`, `management`, or whatever the device calls it. */
  readonly name: string;
  readonly clientSap: number;
  readonly mechanism: Mechanism;
  /** Password (low), or secret of MD5, SHA-1, SHA-256. */
  readonly secret: Uint8Array;
  /** ECDSA: the server's private key and the client's public one. */
  readonly privateKey?: Uint8Array;
  readonly publicKey?: Uint8Array;
  /** What each ciphered request must have; `none` lets the client choose, clear text included. */
  readonly protection: Protection;
  readonly rights: (question: RightsQuestion) => boolean;
};

export type LogicalDevice = {
  /** Port of the wrapper and upper HDLC address. */
  readonly sap: number;
  /** The logical device name, unique in the world: 16 characters, the maker's three first. */
  readonly name: string;
  readonly objects: readonly CosemObject[];
  readonly associations: readonly AssociationProfile[];
  /** Absent: a device that ciphers nothing. */
  readonly security: SecurityContext | null;
  /** The longest APDU that it takes. */
  readonly maxPduSize: number;
};

export const currentAssociation = '0.0.40.0.0.255';
const deviceName = '0.0.42.0.0.255';
const sapAssignment = '0.0.41.0.0.255';
const invocationCounter = '0.0.43.1.0.255';

/** What an association sees of a device, by logical name. */
export type View = {
  readonly device: LogicalDevice;
  readonly profile: AssociationProfile;
  readonly objects: ReadonlyMap<LogicalName, CosemObject>;
};

/** What the current association says of itself. */
export type AssociationFacts = {
  readonly conformance: number;
  readonly maxSendPduSize: number;
  readonly contextId: number;
};

export function viewOf(
  device: LogicalDevice,
  profile: AssociationProfile,
  facts: () => AssociationFacts,
): View {
  const objects = new Map<LogicalName, CosemObject>();
  const view = { device, profile, objects };
  for (const object of [
    nameObject(device),
    sapObject(device),
    ...counterObject(device),
    associationObject(view, facts),
    ...device.objects,
  ]) {
    objects.set(object.logicalName, object);
  }
  return view;
}

const nameObject = ({ name }: LogicalDevice): CosemObject =>
  implement(dataClass, deviceName, {
    read: { value: () => octetString(new TextEncoder().encode(name)) },
  });

const sapObject = ({ sap, name }: LogicalDevice): CosemObject =>
  implement(sapAssignmentClass, sapAssignment, {
    read: { sapAssignmentList: () => [{ sap, name }] },
  });

/** The highest counter that has come: a client goes on above it. */
function counterObject({ security, objects }: LogicalDevice): CosemObject[] {
  const isOwn = objects.some(({ logicalName }) => logicalName === invocationCounter);
  if (security === null || isOwn) return [];
  const value = () => doubleLongUnsigned(Math.max(0, security.counters.received()));
  return [implement(dataClass, invocationCounter, { read: { value } })];
}

/**
 * The object of the association in use. What is done with it (the reply to a challenge) is part of
 * the association itself.
 */
function associationObject(view: View, facts: () => AssociationFacts): CosemObject {
  const { device, profile } = view;
  let objectList: Data | null = null;
  return implement(associationClass, currentAssociation, {
    read: {
      associatedPartners: () => ({ clientSap: profile.clientSap, serverSap: device.sap }),
      applicationContextName: () => octetString(dlmsIdentifier(1, facts().contextId)),
      xdlmsContextInfo: () => ({
        conformance: facts().conformance.toString(2).padStart(24, '0'),
        maxReceivePduSize: device.maxPduSize,
        maxSendPduSize: facts().maxSendPduSize,
        dlmsVersionNumber: 6,
        qualityOfService: 0,
        cypheringInfo: noBytes,
      }),
      authenticationMechanismName: () =>
        octetString(dlmsIdentifier(2, mechanisms[profile.mechanism])),
      associationStatus: () => 'associated' as const,
      securitySetupReference: () => '0.0.43.0.0.255',
    },
    readData: {
      objectList: () => {
        objectList ??= objectListOf(view);
        return ok(objectList);
      },
    },
    // The parameter is the answer to a challenge: see association-server.ts.
    methods: { replyToHlsAuthentication: () => 'otherReason' },
  });
}

/** Each object that the association may do something with, and what. */
function objectListOf({ objects, profile }: View): Data {
  const elements = [...objects.values()].flatMap((object) => {
    const { classId, version, logicalName } = object;
    const question = { classId, logicalName };
    const attributes = [...object.attributes].map(([index, server]) => {
      const mayRead = server.read !== null && profile.rights({ ...question, kind: 'read', index });
      const mayWrite =
        server.write !== null && profile.rights({ ...question, kind: 'write', index });
      const mode = attributeAccess[accessNames[Number(mayRead) + 2 * Number(mayWrite)] ?? 'none'];
      const selectors =
        server.selectors.length === 0 ? nullData : array(server.selectors.map(integer));
      return { mode, data: structure(integer(index), enumerated(mode), selectors) };
    });
    const methods = [...object.methods.keys()].map((index) => {
      const mode = profile.rights({ ...question, kind: 'execute', index }) ? 1 : 0;
      return { mode, data: structure(integer(index), enumerated(mode)) };
    });
    const isVisible = [...attributes, ...methods].some(({ mode }) => mode !== 0);
    const access = structure(
      array(attributes.map(({ data }) => data)),
      array(methods.map(({ data }) => data)),
    );
    const name = octetString(logicalNameBytes(logicalName));
    return isVisible ? [structure(longUnsigned(classId), unsigned(version), name, access)] : [];
  });
  return array(elements);
}

const accessNames = ['none', 'readOnly', 'writeOnly', 'readAndWrite'] as const;
