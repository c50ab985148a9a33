/** Which documents the extension looks at. VS Code opens headers as C++ unless told otherwise. */
export const C_SOURCES = [{ language: 'c' }, { language: 'cpp', pattern: '**/*.h' }];
