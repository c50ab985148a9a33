/** Writing in Node: files of this machine by the one writer (`extension/files`), all others through the editor. */
import { putFile, saveOver } from '../files/replace-file.ts';
import { reasonOf } from '../files/reason.ts';
import { editorFiles, type SaveFile } from './save-file.ts';

export const machineFiles: SaveFile = {
  put: async (uri, content) => {
    if (uri.scheme !== 'file') return editorFiles.put(uri, content);
    inWords(() => putFile(uri.fsPath, content));
  },
  saveOver: async (uri, before, text) =>
    uri.scheme === 'file'
      ? inWords(() => saveOver(uri.fsPath, before, text))
      : editorFiles.saveOver(uri, before, text),
};

function inWords<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new Error(reasonOf(error), { cause: error });
  }
}
