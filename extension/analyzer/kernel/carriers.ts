/** Types that a buffer travels in, as words: what the prefilter looks for before anything is parsed. */
import { typeWords } from './structures.ts';

/** Integers that may carry an address. */
const INTEGERS = ['u64', '__le64', 'long', 'size_t', 'uintptr_t'];
/** Types a pointer to which may be the address of a buffer. */
const BYTES = ['void', 'u8', '__u8', 'char', 'uint8_t', 'u16', 'u32', '__le32', 'int'];

/** Matches the head of a function that may take or return a buffer. Fields of structures are the same for everybody. */
export const CARRIER = new RegExp(
  `\\b(?:${[...typeWords('travels'), '\\w*hdr', ...INTEGERS].join('|')})\\b|\\b(?:${BYTES.join('|')})\\s*\\*`,
);
