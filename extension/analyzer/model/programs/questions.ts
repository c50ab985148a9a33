/**
 * What conditions ask that the source does not answer: each question once for all paths, whatever helper asks it, so that
 * a run can answer it in one way throughout.
 */
import type { Question, SourceRange } from '../../../../simulator/contract/driver-model.ts';
import type { Asked } from '../../../../simulator/contract/driver-ir.ts';
import type { Comparison, Subject } from '../guards/atom.ts';
import { makeAtom } from '../guards/atom.ts';

/** Conditions about one subject of which the classifier knows no kind. */
export interface Unanswered {
  /** Null where it has no name: it is a question of its own, at its place. */
  readonly subject: Subject | null;
  /** One of these holds; several only of constants that the subject equals. */
  readonly compare: readonly Comparison[];
  /** The condition holds if none of them does. */
  readonly except: boolean;
  readonly text: string;
  /** What it means if none holds, where that has a name. */
  readonly rest?: string;
  readonly at: SourceRange;
}

interface Draft {
  readonly key: string;
  readonly text: string;
  readonly about: Question['about'];
  readonly answers: string[];
  readonly rest?: string;
  readonly at: SourceRange;
}

/** The answer to a plain condition that holds. */
const YES = 'yes';

export class Questions {
  private readonly drafts: Draft[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly isMode: (subject: Subject) => boolean;

  /** @param isMode whether the subject is configuration that paths of packets do not write */
  constructor(isMode: (subject: Subject) => boolean) {
    this.isMode = isMode;
  }

  get all(): readonly Question[] {
    return this.drafts;
  }

  /** The question about the subject that has been asked, and the answer that the comparison stands for; null: none. */
  known(
    subject: Subject,
    compare: Comparison,
  ): { readonly question: number; readonly answer: string } | null {
    if (compare.is !== 'equal') return null;
    const question = this.numbers.get(subject.key);
    return question === undefined ? null : { question, answer: compare.to };
  }

  ask({ subject, compare, except, text, rest, at }: Unanswered): Asked {
    const { key, answers } = named(subject, compare, at);
    let question = this.numbers.get(key);
    if (question === undefined) {
      const about = subject !== null && this.isMode(subject) ? 'mode' : 'packet';
      const draft: Draft = { key, text, about, answers: [], ...(rest === undefined ? {} : { rest }), at };
      question = this.drafts.push(draft) - 1;
      this.numbers.set(key, question);
    }
    const known = this.drafts[question]?.answers ?? [];
    for (const answer of answers) if (!known.includes(answer)) known.push(answer);
    return { question, answers, except };
  }
}

/** Comparisons of one value with several constants are one question with an answer each. */
function named(
  subject: Subject | null,
  compare: readonly Comparison[],
  at: SourceRange,
): { readonly key: string; readonly answers: readonly string[] } {
  const [first] = compare;
  if (subject === null || first === undefined)
    return { key: `${at.file}:${at.line}:${at.column}`, answers: [YES] };
  if (first.is !== 'equal') return { key: `${makeAtom(subject, first).key}?`, answers: [YES] };
  return { key: subject.key, answers: compare.flatMap((c) => (c.is === 'equal' ? [c.to] : [])) };
}
