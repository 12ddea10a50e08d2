// SPDX-License-Identifier: MIT
/** What a program keeps between two starts, as faults get at it. */
export interface ProgramDisk {
  /** The files as they are now, to be put back later. */
  copyFiles(): () => void;
  /** Everything on it is gone. */
  lose(): void;
}

/** Somebody who runs one of the programs, in this process or as one of its own; it may be killed and started again. */
export interface ProgramActor {
  readonly name: string;
  readonly disk: ProgramDisk;
  /** Told to run, and not to end since. */
  readonly isRunning: boolean;
  /** Starts it, unless it runs. Returns at once. */
  start(): void;
  /** Ends it like a power cut. */
  kill(): void;
  /** Somebody else with the same key and program, and a disk of his own. */
  twin(name: string): ProgramActor;
}
