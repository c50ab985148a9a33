/** What a person is told of paths that are larger than a model may hold. */
import type { DriverModel } from '../../simulator/contract/driver-model.ts';

/** A line for each path of the model of which a part is missing. */
export function cutPaths({ programs }: Pick<DriverModel, 'programs'>): string[] {
  return (programs ?? []).flatMap(({ path, entry, cut }) =>
    cut === true
      ? [`${path}, from ${entry}() on, is larger than a model holds; a part of it is missing`]
      : [],
  );
}
