// SPDX-License-Identifier: MIT
// Every source file names its licence in its first lines.
import { readFileSync } from "node:fs";

const LINE = "SPDX-License-Identifier: MIT";
const HEAD = 3;

/** Files of `files` that do not name the licence. */
export function filesWithoutLicence(files) {
  return files.filter(
    (file) =>
      !readFileSync(file, "utf8")
        .split("\n", HEAD)
        .some((line) => line.includes(LINE)),
  );
}
