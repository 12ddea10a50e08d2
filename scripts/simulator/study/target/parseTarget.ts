// SPDX-License-Identifier: MIT
import { BallastError } from "../../../model/BallastError.ts";
import { metricKind } from "./metricPaths.ts";
import type { MetricKind, MetricValue } from "./metricPaths.ts";
import type { Clause, Comparison, Target } from "./Target.ts";

interface Token {
  readonly kind: "name" | "number" | "comparison" | "percent" | "open" | "close" | "end" | "strange";
  readonly text: string;
  /** From 1. */
  readonly position: number;
}

const TOKENS =
  /\s*(?:(?<number>-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)|(?<name>[A-Za-z_][\w-]*(?:\.[\w-]+)*)|(?<comparison><=|>=|==|!=|[<>=])|(?<percent>%)|(?<open>\()|(?<close>\))|(?<strange>\S))/y;
const COMPARISONS: ReadonlyMap<string, Comparison> = new Map([
  ["<", "<"],
  ["<=", "<="],
  [">", ">"],
  [">=", ">="],
  ["=", "="],
  ["==", "="],
  ["!=", "!="],
]);

/**
 * Reads a target. `badDebt.afterInsurance<=0` asks it of every run; `p(badDebt.afterInsurance>0)<=1%` lets that share of runs be
 * otherwise, and `p(verdict=held)>=99%` says the same the other way round. Clauses join by `and` and, binding less, `or`;
 * numbers may carry a percent sign. Metrics are dotted paths of `summary.json`. Pure.
 * @throws BallastError `targetInvalid` with the position, from 1, of what was not expected.
 */
export function parseTarget(text: string): Target {
  const reader = new TokenReader(text);
  if (!(reader.sees("name", "p") && reader.sees("open", "(", 1))) {
    const anyOf = condition(reader);
    reader.take("end", "`and`, `or` or the end");
    return { text, anyOf, failsWhen: false };
  }
  reader.take("name", "p");
  reader.take("open", "(");
  const anyOf = condition(reader);
  reader.take("close", "`and`, `or` or )");
  const comparison = reader.take("comparison", "<= or >=");
  const isMost = comparison.text.startsWith("<");
  if (!isMost && !comparison.text.startsWith(">")) throw reader.refuse(comparison, "expected <= or >=");
  const share = reader.here;
  const value = number(reader);
  reader.take("end", "the end");
  if (!(value > 0 && value < 1))
    throw reader.refuse(share, "expected a share above 0 and below 100 %; what every run must do is said without p( )");
  return { text, anyOf, failsWhen: isMost, limit: isMost ? value : 1 - value };
}

function condition(reader: TokenReader): Clause[][] {
  const anyOf = [conjunction(reader)];
  while (reader.skips("or")) anyOf.push(conjunction(reader));
  return anyOf;
}

function conjunction(reader: TokenReader): Clause[] {
  const clauses = [clause(reader)];
  while (reader.skips("and")) clauses.push(clause(reader));
  return clauses;
}

function clause(reader: TokenReader): Clause {
  const name = reader.take("name", "a metric");
  let kind: MetricKind;
  try {
    kind = metricKind(name.text);
  } catch (cause) {
    throw reader.refuse(name, cause instanceof Error ? cause.message : String(cause), cause);
  }
  const sign = reader.take("comparison", "a comparison");
  const comparison = COMPARISONS.get(sign.text)!;
  if (kind.kind === "number") return { metric: name.text, comparison, value: number(reader) };
  if (comparison !== "=" && comparison !== "!=") throw reader.refuse(sign, `${name.text} is only compared by = and !=`);
  return { metric: name.text, comparison, value: word(reader, kind.kind === "word" ? kind.words : ["true", "false"]) };
}

function number(reader: TokenReader): number {
  const value = Number(reader.take("number", "a number").text);
  if (reader.here.kind !== "percent") return value;
  reader.take("percent", "%");
  return value / 100;
}

function word(reader: TokenReader, words: readonly string[]): MetricValue {
  const token = reader.take("name", words.join(" or "));
  if (!words.includes(token.text)) throw reader.refuse(token, `expected ${words.join(" or ")}`);
  return token.text === "true" || token.text === "false" ? token.text === "true" : token.text;
}

class TokenReader {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #place = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokensOf(text);
  }

  get here(): Token {
    return this.#tokens[this.#place]!;
  }

  sees(kind: Token["kind"], text: string, ahead = 0): boolean {
    const token = this.#tokens[this.#place + ahead];
    return token?.kind === kind && token.text === text;
  }

  /** Goes past a word when it is the next. */
  skips(word: string): boolean {
    if (!this.sees("name", word)) return false;
    this.#place += 1;
    return true;
  }

  take(kind: Token["kind"], expected: string): Token {
    const token = this.here;
    if (token.kind !== kind) throw this.refuse(token, `expected ${expected}`);
    this.#place += 1;
    return token;
  }

  refuse({ text, position }: Token, reason: string, cause?: unknown): BallastError {
    const given = text === "" ? "its end" : text;
    return new BallastError("targetInvalid", `Target \`${this.#text}\`, position ${position}, ${given}: ${reason}`, {
      context: { target: this.#text, position },
      cause,
    });
  }
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  TOKENS.lastIndex = 0;
  for (let match = TOKENS.exec(text); match !== null; match = TOKENS.exec(text)) {
    const [kind, found] = Object.entries(match.groups!).find(([, value]) => value !== undefined)!;
    tokens.push({ kind: kindOf(kind), text: found, position: match.index + match[0].length - found.length + 1 });
  }
  return [...tokens, { kind: "end", text: "", position: text.length + 1 }];
}

function kindOf(name: string): Token["kind"] {
  switch (name) {
    case "number":
    case "name":
    case "comparison":
    case "percent":
    case "open":
    case "close":
      return name;
    default:
      return "strange";
  }
}
