// SPDX-License-Identifier: MIT
// `npm run guides`: follows every page of docs/guides to the letter, in a fresh copy of the project. `--borrow` takes packages and build
// from this checkout; pages can be named: `npm run guides -- --borrow TRADER RISK`.
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import { freshCopy } from "./guides/freshCopy.mjs";
import { GuideShell } from "./guides/GuideShell.mjs";
import { readGuide } from "./guides/readGuide.mjs";
import { root } from "./hardhat.mjs";

const pages = join(root, "docs", "guides");
const given = process.argv.slice(2);
const isBorrowing = given.includes("--borrow");
const named = given.filter((name) => !name.startsWith("--")).map((name) => `${name}.md`);
const names = readdirSync(pages).filter((name) => named.length === 0 || named.includes(name));

if (isBorrowing) process.env.BALLAST_BUILT = "1";
const folder = freshCopy(root, isBorrowing);
console.log(`${names.join(", ")} in ${folder}`);
const shell = new GuideShell(folder, (text) => console.log(text));
try {
  for (const name of names) await shell.follow(name, readGuide(readFileSync(join(pages, name), "utf8")));
  console.log(`${names.length} pages work`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await shell.close();
  rmSync(folder, { recursive: true, force: true });
}
