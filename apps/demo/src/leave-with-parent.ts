// Loaded into each child before its own program: when the launcher is gone (the IPC channel
// closes), the child is asked to stop as by SIGTERM, and made to when it does not. Holds from the
// first moment of the child's life, before its program listens to anything.

const graceMs = 6_000;

process.once('disconnect', () => {
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.exit(1), graceMs).unref();
});
// Listening keeps the channel open; that must not keep a child alive that has nothing left to do.
process.channel?.unref();
