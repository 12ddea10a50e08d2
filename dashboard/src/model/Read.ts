// SPDX-License-Identifier: MIT
/** Why something could not be read: the contract refused, nothing is there, it made no sense, or two endpoints disagree. */
export type UnreadReason = "refused" | "missing" | "garbled" | "disputed";

/** Something read from the chain, or the reason why it is not known. Old values never stand in for new ones. */
export type Read<Value> =
  | { readonly kind: "read"; readonly value: Value }
  | { readonly kind: "unread"; readonly reason: UnreadReason; readonly text: string };

/** A thing that is not known. */
export function unread(reason: UnreadReason, text: string): Read<never> {
  return { kind: "unread", reason, text };
}

/** The same of what was made of it. */
export function mapRead<From, To>(given: Read<From>, make: (value: From) => To): Read<To> {
  return given.kind === "read" ? { kind: "read", value: make(given.value) } : given;
}

/** All of several reads, or the first that is missing. */
export function allRead<Values extends readonly unknown[]>(
  ...reads: { readonly [Index in keyof Values]: Read<Values[Index]> }
): Read<Values> {
  const missing = reads.find(({ kind }) => kind === "unread");
  if (missing !== undefined && missing.kind === "unread") return missing;
  const values = reads.map((one) => (one.kind === "read" ? one.value : undefined));
  return { kind: "read", value: values as unknown as Values };
}

/** What was read, else something else. */
export function valueOr<Value, Other>(given: Read<Value>, other: Other): Value | Other {
  return given.kind === "read" ? given.value : other;
}
