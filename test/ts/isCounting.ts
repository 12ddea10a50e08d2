// SPDX-License-Identifier: MIT

/** Whether statements are being counted (`npm run coverage`): every call is far dearer then, and its gas says nothing. */
export const isCounting = process.env["BALLAST_COUNTING"] === "1";
