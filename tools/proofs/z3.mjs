// SPDX-License-Identifier: MIT
// Answers the question on its standard input with Z3's verdict: a process of its own, since the compiler waits for an answer and Z3
// answers later.
import { readFileSync } from "node:fs";

import { init } from "z3-solver";

const LIMIT_MS = "120000";

const { Z3 } = await init();
Z3.global_param_set("timeout", LIMIT_MS);
const verdict = await Z3.eval_smtlib2_string(Z3.mk_context(Z3.mk_config()), readFileSync(0, "utf8"));
process.stdout.write(verdict, () => process.exit(0)); // Z3's threads would keep the process
