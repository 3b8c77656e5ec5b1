// Association LN (15), SAP assignment (17) and Security setup (64): who may what, and under which
// keys.

import {
  anyData,
  bitStringType,
  enumType,
  integerType,
  listOf,
  logicalNameType,
  longUnsignedType,
  octetsType,
  octetTextType,
  orNull,
  record,
  unsignedType,
} from '../attribute-types.ts';
import { attribute, defineClass, method } from './define.ts';

/** Of attributes: version 1 of the class. */
export const attributeAccess = {
  none: 0,
  readOnly: 1,
  writeOnly: 2,
  readAndWrite: 3,
  authenticatedReadOnly: 4,
  authenticatedWriteOnly: 5,
  authenticatedReadAndWrite: 6,
} as const;

export const methodAccess = { none: 0, access: 1, authenticatedAccess: 2 } as const;

const objectListElement = record({
  classId: longUnsignedType,
  version: unsignedType,
  logicalName: logicalNameType,
  access: record({
    attributes: listOf(
      record({
        attribute: integerType,
        mode: enumType(attributeAccess),
        selectors: orNull(listOf(integerType)),
      }),
    ),
    /** A boolean in version 0 of the class. */
    methods: listOf(record({ method: integerType, mode: anyData })),
  }),
});

export const associationClass = defineClass({
  classId: 15,
  version: 1,
  attributes: {
    objectList: attribute(2, listOf(objectListElement)),
    associatedPartners: attribute(
      3,
      record({ clientSap: integerType, serverSap: longUnsignedType }),
    ),
    /** A structure of seven numbers, or the octets of the object identifier. */
    applicationContextName: attribute(4, anyData),
    xdlmsContextInfo: attribute(
      5,
      record({
        conformance: bitStringType,
        maxReceivePduSize: longUnsignedType,
        maxSendPduSize: longUnsignedType,
        dlmsVersionNumber: unsignedType,
        qualityOfService: integerType,
        cypheringInfo: octetsType,
      }),
    ),
    authenticationMechanismName: attribute(6, anyData),
    secret: attribute(7, octetsType),
    associationStatus: attribute(
      8,
      enumType({ nonAssociated: 0, associationPending: 1, associated: 2 }),
    ),
    securitySetupReference: attribute(9, logicalNameType),
  },
  methods: {
    replyToHlsAuthentication: method(1, octetsType),
    changeHlsSecret: method(2, octetsType),
    addObject: method(3, anyData),
    removeObject: method(4, anyData),
  },
});

export const sapAssignmentClass = defineClass({
  classId: 17,
  version: 0,
  attributes: {
    sapAssignmentList: attribute(2, listOf(record({ sap: longUnsignedType, name: octetTextType }))),
  },
  methods: {
    connectLogicalDevice: method(1, record({ sap: longUnsignedType, name: octetTextType })),
  },
});

/** Which key a transferred one replaces. */
export const keyIds = {
  globalUnicast: 0,
  globalBroadcast: 1,
  authentication: 2,
  keyEncryption: 3,
} as const;

export const securitySetupClass = defineClass({
  classId: 64,
  version: 1,
  attributes: {
    /** Bit 2 and 3: requests authenticated, encrypted; 5 and 6: responses. */
    securityPolicy: attribute(2, enumType({ nothing: 0 })),
    securitySuite: attribute(3, enumType({ suite0: 0, suite1: 1, suite2: 2 })),
    clientSystemTitle: attribute(4, octetsType),
    serverSystemTitle: attribute(5, octetsType),
    certificates: attribute(6, anyData),
  },
  methods: {
    securityActivate: method(1, enumType({ nothing: 0 })),
    keyTransfer: method(2, listOf(record({ keyId: enumType(keyIds), keyWrapped: octetsType }))),
    keyAgreement: method(3, anyData),
    generateKeyPair: method(4, anyData),
    generateCertificateRequest: method(5, anyData),
    importCertificate: method(6, octetsType),
    exportCertificate: method(7, anyData),
    removeCertificate: method(8, anyData),
  },
});
