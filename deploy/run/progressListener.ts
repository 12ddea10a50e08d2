// SPDX-License-Identifier: MIT
import type { ExecutionEventListener } from "@nomicfoundation/ignition-core";

/** Told of every step that has been done; `transaction` is the one that did it, if one did. */
export type Progress = (step: {
  readonly done: number;
  readonly total: number;
  readonly future: string;
  readonly transaction?: string;
}) => void;

/** What Ignition tells while it works, as steps. What has no transaction of its own counts when it is looked at. */
export function progressListener(progress: Progress): Partial<ExecutionEventListener> {
  let total = 0;
  const done = new Set<string>();
  const transactions = new Map<string, string>();
  const finish = async ({ futureId: future }: { futureId: string }): Promise<void> => {
    done.add(future);
    const transaction = transactions.get(future);
    progress({ done: done.size, total, future, ...(transaction !== undefined && { transaction }) });
  };
  const listener: Partial<ExecutionEventListener> = {
    batchInitialize: async ({ batches }) => {
      total = batches.flat().length;
    },
    transactionConfirm: async ({ futureId, hash }) => {
      transactions.set(futureId, hash);
    },
    deploymentExecutionStateComplete: finish,
    callExecutionStateComplete: finish,
    staticCallExecutionStateComplete: finish,
    contractAtExecutionStateInitialize: finish,
    readEventArgumentExecutionStateInitialize: finish,
  };
  // Ignition calls all that it knows of; the rest says nothing here.
  return new Proxy(listener, {
    get: (known, name) => (Reflect.get(known, name) as unknown) ?? (async (): Promise<void> => undefined),
  });
}
