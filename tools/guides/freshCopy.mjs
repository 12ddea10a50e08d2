// SPDX-License-Identifier: MIT
// A checkout as somebody has it who has just cloned the project.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, linkSync, mkdirSync, mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** What a build leaves, beside the packages. */
const BUILT = ["artifacts", "cache", "typechain-types"];

/**
 * Copies what belongs to the project, as it is now, into a new folder. With `isBorrowing` also packages (as links) and the build, which saves
 * the minutes in which a new machine installs and compiles.
 * @param {string} root @param {boolean} isBorrowing @returns {string} The folder.
 */
export function freshCopy(root, isBorrowing) {
  const folder = mkdtempSync(join(tmpdir(), "ballast-guides-"));
  const listed = execFileSync("git", ["ls-files", "-co", "--exclude-standard"], { cwd: root, encoding: "utf8" });
  for (const file of listed.split("\n").filter((name) => name !== "" && existsSync(join(root, name)))) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(root, file), join(folder, file));
  }
  if (isBorrowing) {
    linkFolder(join(root, "node_modules"), join(folder, "node_modules"));
    for (const name of BUILT)
      cpSync(join(root, name), join(folder, name), { recursive: true, preserveTimestamps: true });
  }
  return folder;
}

function linkFolder(from, to) {
  mkdirSync(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) linkFolder(source, target);
    else if (entry.isSymbolicLink()) cpSync(source, target, { verbatimSymlinks: true });
    else linkSync(source, target);
  }
}
