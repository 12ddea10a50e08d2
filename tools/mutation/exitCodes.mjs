// SPDX-License-Identifier: MIT

/** A worker ended itself: the mutant made its tests need more memory than any test does. */
export const OUT_OF_MEMORY = 3;
