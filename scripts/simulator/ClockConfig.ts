// SPDX-License-Identifier: MIT
import { z } from "zod";

import { serverShape, wholeText } from "../chain/configShapes.ts";

/** Configuration of the clock server. */
export const clockConfigShape = z.strictObject({ startAtMs: wholeText, server: serverShape.prefault({}) });
