// SPDX-License-Identifier: MIT

/**
 * Indices of the points that no other beats: less of everything is better, and one point beats another that is nowhere less
 * and somewhere more. Equal points stay together. In the order given. Pure.
 */
export function paretoFront(points: readonly (readonly number[])[]): number[] {
  return points.flatMap((point, index) => (points.some((other) => beats(other, point)) ? [] : [index]));
}

function beats(one: readonly number[], other: readonly number[]): boolean {
  return one.every((value, axis) => value <= other[axis]!) && one.some((value, axis) => value < other[axis]!);
}
