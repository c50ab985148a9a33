/** Places of a driver in words. */
import { URI, Utils } from 'vscode-uri';
import { visible } from '../analyzer/index.ts';
import type { Location } from '../analyzer/index.ts';
import type { DriverSnapshot } from './driver-session.ts';

/** `file.c:12:5`, as compilers print it. */
export function placeOf(snapshot: DriverSnapshot, { file, range }: Location): string {
  const name = visible(Utils.basename(URI.parse(file)));
  const document = snapshot.documents.get(file);
  if (document === undefined) return name;
  const { line, character } = document.positionAt(range.start);
  return `${name}:${line + 1}:${character + 1}`;
}
