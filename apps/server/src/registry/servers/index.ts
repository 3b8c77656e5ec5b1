// The public face: who else is there of the processes that share the database.

export {
  createServerProcesses,
  type ServerProcess,
  type ServerProcesses,
} from './processes.ts';
