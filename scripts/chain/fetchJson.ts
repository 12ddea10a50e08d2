// SPDX-License-Identifier: MIT
import type { z } from "zod";

import { BallastError } from "../model/BallastError.ts";
import type { HttpAnswer, HttpRequest, Transport } from "./Transport.ts";

/**
 * Asks for JSON of a known shape.
 * @throws BallastError `httpStatus` (retriable from 500 on and for 429), `httpMalformed`, or what the transport throws.
 */
export async function fetchJson<Shape extends z.ZodType>(
  transport: Transport,
  request: HttpRequest,
  shape: Shape,
): Promise<z.infer<Shape>> {
  return readJson(request.url, await transport.request(request), shape);
}

/** What an answer over HTTP says. @throws BallastError `httpStatus`, `httpMalformed` as {@link fetchJson}. */
export function readJson<Shape extends z.ZodType>(
  url: string,
  { status, body }: HttpAnswer,
  shape: Shape,
): z.infer<Shape> {
  const context = { url, status, body: body.slice(0, 200) };
  if (status < 200 || status > 299) {
    throw new BallastError("httpStatus", `HTTP status ${status}`, {
      context,
      retriable: status >= 500 || status === 429,
    });
  }

  const parsed = shape.safeParse(parseJson(body, context));
  if (!parsed.success)
    throw new BallastError("httpMalformed", "Answer of an unknown shape", { context, cause: parsed.error });
  return parsed.data;
}

function parseJson(body: string, context: Record<string, unknown>): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new BallastError("httpMalformed", "Answer is not JSON", { context, cause });
  }
}
