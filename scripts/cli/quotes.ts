// SPDX-License-Identifier: MIT
import { quotesConfigShape } from "../quotes/QuotesConfig.ts";
import { runProgram } from "./runProgram.ts";
import { checkQuotes, runQuotes } from "./runQuotes.ts";

await runProgram({
  name: "quotes",
  description: "A board for signed quotes: checks them, shows them over HTTP and websockets, holds nothing.",
  shape: quotesConfigShape,
  check: checkQuotes,
  run: runQuotes,
});
