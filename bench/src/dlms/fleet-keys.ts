// The keys of the fleet's meters: theirs and the server's. Each link has a title of its own, so
// that under one key no number is used twice.

export const fleetKeys = {
  encryptionKey: '000102030405060708090a0b0c0d0e0f',
  authenticationKey: 'd0d1d2d3d4d5d6d7d8d9dadbdcdddedf',
};
