// SPDX-License-Identifier: MIT
import { cpSync, mkdirSync, rmSync } from "node:fs";

import type { ProgramDisk } from "../world/ProgramActor.ts";

/** The data folder of a program in a process of its own. */
export class FolderDisk implements ProgramDisk {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  copyFiles(): () => void {
    const copy = `${this.folder}.old`;
    rmSync(copy, { recursive: true, force: true });
    mkdirSync(this.folder, { recursive: true });
    cpSync(this.folder, copy, { recursive: true });
    return () => {
      this.lose();
      cpSync(copy, this.folder, { recursive: true });
    };
  }

  lose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
