// The public face of the transparency log: trees, tiles, checkpoints, proofs and witnesses.

export {
  type Checkpoint,
  type CheckpointRefusal,
  checkpointText,
  cosign,
  cosignedAtSeconds,
  openCheckpoint,
  readCheckpoint,
} from './checkpoint.ts';
export type { NoteCrypto, Sha256, Sign, VerifySignature } from './crypto.ts';
export {
  append,
  type CompletedNode,
  emptyFrontier,
  type Frontier,
  frontierOf,
  frontierRoot,
} from './frontier.ts';
export {
  type KeyKind,
  keyText,
  type Note,
  type NoteKey,
  type NoteSignature,
  readKey,
  readNote,
  readSignatureLines,
  signatureLine,
  signatureOf,
  signNote,
  writeNote,
} from './note.ts';
export { type ReadLog, readLog } from './read-log.ts';
export {
  type Bundle,
  bundlePath,
  bundlesOf,
  type LogPath,
  longestEntry,
  nodeReader,
  readBundle,
  readLogPath,
  type Tile,
  tileOfNode,
  tilePath,
  tilesOf,
  tilesOfPlans,
  tileWidth,
  writeBundle,
} from './tiles.ts';
export {
  type ConsistencyClaim,
  consistencyPlan,
  emptyRoot,
  type HashPlan,
  hashOfPlan,
  type InclusionClaim,
  inclusionPlan,
  leafHash,
  nodeHash,
  proofOf,
  type ReadNode,
  rootOf,
  rootPlan,
  type TreeNode,
  verifyConsistency,
  verifyInclusion,
} from './tree.ts';
export {
  type AddCheckpoint,
  readAddCheckpoint,
  type WitnessAnswer,
  type Witnessed,
  type WitnessedLog,
  witnessCheckpoint,
  writeAddCheckpoint,
} from './witness.ts';
