// SPDX-License-Identifier: MIT
import type { ParamType } from "ethers";

/** Decoded values by name, in tuples and lists too; addresses in lower case. */
export function plainValues(types: readonly ParamType[], values: readonly unknown[]): Record<string, unknown> {
  return Object.fromEntries(types.map((type, i) => [type.name, plain(type, values[i])]));
}

function plain(type: ParamType, value: unknown): unknown {
  if (type.isArray()) return (value as readonly unknown[]).map((item) => plain(type.arrayChildren, item));
  if (type.isTuple()) return plainValues(type.components, value as readonly unknown[]);
  return type.baseType === "address" ? (value as string).toLowerCase() : value;
}
