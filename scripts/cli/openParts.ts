// SPDX-License-Identifier: MIT
/**
 * Opens what a program needs, one after the other. `later` is told how each is closed again; all are, the last one first,
 * when the program ends or when one of them cannot be opened.
 * @returns What `open` returns, and `close`.
 */
export async function openParts<Parts extends object>(
  open: (later: (close: () => void) => void) => Promise<Parts>,
): Promise<Parts & { readonly close: () => void }> {
  const closing: (() => void)[] = [];
  const close = (): void => {
    for (const end of closing.splice(0).toReversed()) end();
  };
  try {
    return { ...(await open((end) => closing.push(end))), close };
  } catch (error) {
    close();
    throw error;
  }
}
