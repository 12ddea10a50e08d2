// SPDX-License-Identifier: MIT
import { z } from "zod";

import { serverShape, wholeText } from "../chain/configShapes.ts";

/** Configuration of a local chain in a process of its own. */
export const chainConfigShape = z.strictObject({
  /** Time of the first block, unix seconds. */
  startAtSeconds: wholeText,
  server: serverShape.omit({ host: true }).prefault({}),
});
