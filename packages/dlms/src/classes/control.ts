// Image transfer (18), Push setup (40), Disconnect control (70) and Limiter (71).

import {
  anyData,
  bitStringType,
  booleanType,
  dateTimeType,
  doubleLongUnsignedType,
  enumType,
  integerType,
  listOf,
  logicalNameType,
  longUnsignedType,
  octetsType,
  record,
  unsignedType,
} from '../attribute-types.ts';
import { attribute, defineClass, method } from './define.ts';
import { captureObjectType } from './registers.ts';

export const imageTransferClass = defineClass({
  classId: 18,
  version: 0,
  attributes: {
    imageBlockSize: attribute(2, doubleLongUnsignedType),
    imageTransferredBlocksStatus: attribute(3, bitStringType),
    imageFirstNotTransferredBlockNumber: attribute(4, doubleLongUnsignedType),
    imageTransferEnabled: attribute(5, booleanType),
    imageTransferStatus: attribute(
      6,
      enumType({
        notInitiated: 0,
        initiated: 1,
        verificationInitiated: 2,
        verificationSuccessful: 3,
        verificationFailed: 4,
        activationInitiated: 5,
        activationSuccessful: 6,
        activationFailed: 7,
      }),
    ),
    imageToActivateInfo: attribute(
      7,
      listOf(
        record({
          imageSize: doubleLongUnsignedType,
          imageIdentification: octetsType,
          imageSignature: octetsType,
        }),
      ),
    ),
  },
  methods: {
    imageTransferInitiate: method(
      1,
      record({ imageIdentifier: octetsType, imageSize: doubleLongUnsignedType }),
    ),
    imageBlockTransfer: method(
      2,
      record({ imageBlockNumber: doubleLongUnsignedType, imageBlockValue: octetsType }),
    ),
    imageVerify: method(3, integerType),
    imageActivate: method(4, integerType),
  },
});

export const pushSetupClass = defineClass({
  classId: 40,
  version: 0,
  attributes: {
    pushObjectList: attribute(2, listOf(captureObjectType)),
    sendDestinationAndMethod: attribute(
      3,
      record({
        transportService: enumType({ tcp: 0, udp: 1, ftp: 2, smtp: 3, sms: 4, hdlc: 5 }),
        destination: octetsType,
        message: enumType({ axdr: 0, xml: 1 }),
      }),
    ),
    communicationWindow: attribute(4, listOf(record({ start: dateTimeType, end: dateTimeType }))),
    randomisationStartInterval: attribute(5, longUnsignedType),
    numberOfRetries: attribute(6, unsignedType),
    repetitionDelay: attribute(7, longUnsignedType),
  },
  methods: { push: method(1, integerType) },
});

export const disconnectControlClass = defineClass({
  classId: 70,
  version: 0,
  attributes: {
    outputState: attribute(2, booleanType),
    controlState: attribute(
      3,
      enumType({ disconnected: 0, connected: 1, readyForReconnection: 2 }),
    ),
    controlMode: attribute(
      4,
      enumType({ mode0: 0, mode1: 1, mode2: 2, mode3: 3, mode4: 4, mode5: 5, mode6: 6 }),
    ),
  },
  methods: { remoteDisconnect: method(1, integerType), remoteReconnect: method(2, integerType) },
});

const action = record({ scriptLogicalName: logicalNameType, scriptSelector: longUnsignedType });

export const limiterClass = defineClass({
  classId: 71,
  version: 0,
  attributes: {
    monitoredValue: attribute(
      2,
      record({
        classId: longUnsignedType,
        logicalName: logicalNameType,
        attribute: integerType,
      }),
    ),
    /** Of the type of what is monitored. */
    thresholdActive: attribute(3, anyData),
    thresholdNormal: attribute(4, anyData),
    thresholdEmergency: attribute(5, anyData),
    minOverThresholdDuration: attribute(6, doubleLongUnsignedType),
    minUnderThresholdDuration: attribute(7, doubleLongUnsignedType),
    emergencyProfile: attribute(
      8,
      record({
        emergencyProfileId: longUnsignedType,
        emergencyActivationTime: dateTimeType,
        emergencyDuration: doubleLongUnsignedType,
      }),
    ),
    emergencyProfileGroupIdList: attribute(9, listOf(longUnsignedType)),
    emergencyProfileActive: attribute(10, booleanType),
    actions: attribute(11, record({ actionOverThreshold: action, actionUnderThreshold: action })),
  },
  methods: {},
});
