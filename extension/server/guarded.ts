/** Answers to what an editor asks of one driver: a failure is an empty answer and a line in the log, and ends nothing else. */
import { ResponseError } from 'vscode-languageserver';

/**
 * Answers a question about the driver of a file.
 * @param otherwise the answer if that fails
 * @throws what is an answer of the protocol itself: a request that was overtaken, a plan that is too old
 */
export type Guarded = <T>(uri: string, otherwise: T, answer: () => T | Promise<T>) => Promise<T>;

/** @param onFailure told the file that was asked about, and what was thrown */
export function guardedBy(onFailure: (uri: string, error: unknown) => void): Guarded {
  return async (uri, otherwise, answer) => {
    try {
      return await answer();
    } catch (error) {
      if (error instanceof ResponseError) throw error;
      onFailure(uri, error);
      return otherwise;
    }
  };
}
