/**
 * Questions of the programs that a run answers (which format the queues have, whether a packet carries a checksum), with
 * the answers that the driver tells apart.
 */
import type { Question, SourceRange } from '../contract/driver-model.ts';
import type { Condition, PathKind, PathProgram } from '../contract/driver-ir.ts';
import * as code from './code.ts';

export interface CompiledQuestion extends Question {
  /** Number of the answer with which a packet usually gets furthest; -1: none of those known. */
  readonly predicted: number;
  /** It may also be answered by none of the answers known. */
  readonly open: boolean;
}

/** A condition as the machine tests it. */
interface Test {
  readonly question: number;
  /** Bit 0: the first answer known to the question. */
  readonly answers: number;
  readonly except: boolean;
}

interface Row {
  readonly question: Question;
  predicted: number | null;
  readonly open: boolean;
}

export class QuestionTable {
  private readonly rows: Row[];

  constructor(questions: readonly Question[]) {
    this.rows = questions.map((question) => ({ question, predicted: null, open: true }));
  }

  get all(): readonly CompiledQuestion[] {
    return this.rows.map(({ question, predicted, open }) => ({
      ...question,
      predicted: predicted ?? -1,
      open,
    }));
  }

  /** Which of several programs of a path is the driver's: the first one, unless somebody answers otherwise. */
  chooses(path: PathKind, programs: readonly PathProgram[]): void {
    if (programs.length < 2) return;
    const answers = programs.map(({ entry }) => entry);
    const { at } = programs[0].body;
    const question: Question = { key: path, text: path, about: 'mode', answers, at };
    this.rows.push({ question, predicted: 0, open: false });
  }

  /** The test for an unknown condition; one that names no question is a question of its own. */
  asked({ asks, text }: Condition, at: SourceRange): Test {
    const row = asks === undefined ? undefined : this.rows.at(asks.question);
    if (asks === undefined || row === undefined) {
      const key = `${at.file}:${at.line}:${at.column}: ${text}`;
      const question: Question = { key, text, about: 'packet', answers: ['yes'], at };
      return {
        question: this.rows.push({ question, predicted: null, open: true }) - 1,
        answers: 1,
        except: false,
      };
    }
    const known = row.question.answers;
    let answers = 0;
    for (const answer of asks.answers) {
      const number = known.indexOf(answer);
      if (number >= 0 && number < code.MOST_ANSWERS) answers |= 1 << number;
    }
    return { question: asks.question, answers, except: asks.except };
  }

  /** Where a packet gets furthest at this condition; the first that is asked for one of its answers decides. */
  expect(question: number, answers: number, holds: boolean): void {
    const row = this.rows[question];
    if (row.predicted !== null && row.predicted >= 0) return;
    row.predicted = holds ? 31 - Math.clz32(answers & -answers) : -1;
  }
}
