// An expected reason why the demo does not start or go on: one line that says what to do.

/** Thrown inside the launcher, printed by main without a stack. */
export class DemoRefusal extends Error {}
