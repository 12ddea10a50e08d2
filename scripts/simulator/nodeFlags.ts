// SPDX-License-Identifier: MIT
/**
 * With these a child process runs our sources. Both are without effect on Node 24; older supported versions need the first and
 * warn about stripping otherwise.
 */
export const NODE_FLAGS: readonly string[] = ["--experimental-strip-types", "--disable-warning=ExperimentalWarning"];
