// SPDX-License-Identifier: MIT
import { BallastError } from "../../../scripts/model/BallastError.ts";

/** What a board that answers with a status other than 200 has said. */
const REASONS: Readonly<Record<string, string>> = {
  chainUnavailable: "shows nothing now: it cannot tell from the chain which of its quotes still hold",
  tooMany: "was asked too often from here; a little later it answers again",
};

/** Why a board is of no use now, in words; undefined for what is no fault of a board. */
export function boardWords(error: unknown): string | undefined {
  if (!(error instanceof BallastError)) return undefined;
  const { code, context } = error;
  if (code === "httpUnreachable") return "does not answer, or lets no page ask it";
  if (code === "httpTimeout") return "does not answer in time";
  if (code === "httpTooLong" || code === "httpMalformed") return "answers with what is no list of quotes";
  if (code !== "httpStatus") return undefined;
  const reason = /"error":"(\w+)"/.exec(String(context["body"]))?.[1] ?? "";
  return REASONS[reason] ?? `refuses to show its quotes (HTTP ${String(context["status"])})`;
}
