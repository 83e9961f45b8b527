import type { DepthLimitName } from '../answers/judge-depth.ts';
import { shorten } from '../answers/shorten.ts';
import { describeGuess, type Verdict } from '../answers/verdict.ts';
import { asksForBlocks } from '../schemas/block-query.ts';
import { blocksContract } from '../schemas/endpoints/blocks.ts';
import { diagnoseContract } from '../schemas/endpoints/diagnose.ts';
import { trainableDepthContract } from '../schemas/endpoints/trainable-depth.ts';
import { bold, columns, print } from '../trainer/cli/output.ts';
import { EXIT, Failure } from '../trainer/errors.ts';
import { encodeCsv } from '../worker/formats/csv.ts';
import { ask, type Question, type Row } from './ask.ts';
import type { DepthOptions } from './depth.ts';

/** Columns that rest on measured grids, which are with the server. */
const MEASURED = /^(measured_|calibrat|distance$|grid$)/;

/** The columns of plain layers that are asked for. */
const PLAIN_COLUMNS = Object.keys(trainableDepthContract.row.shape).filter((name) => !MEASURED.test(name));

/** Those of blocks: `assumed` is as long as a query. */
const BLOCK_COLUMNS = Object.keys(blocksContract.row.shape).filter((name) => name !== 'assumed');

/**
 * Answers `dropline depth`.
 *
 * @param question parameters of the API
 * @param options how it is shown
 * @throws Failure where the question is wrong
 * @example await showDepth({ activation: 'tanh', sigma_w2: '1.8', depth: '20' }, {})
 */
export async function showDepth(question: Question, options: DepthOptions): Promise<void> {
  const answers = await answerDepth(question);
  if (options.csv) return showCsv(answers);
  print(
    options,
    { rows: answers.map(({ row, said }) => ({ ...row, said })) },
    [
      bold(
        Object.entries(question)
          .map((entry) => entry.join(' '))
          .join(', '),
      ),
      ...(answers.length === 1 ? [(answers[0] as Answer).said.join('\n')] : []),
      columns(toTable(answers, question)),
    ].join('\n\n'),
  );
}

/** A row, what it says in sentences, and what of it stands in the table. */
export type Answer = {
  readonly row: Row;
  readonly said: readonly string[];
  readonly shown: readonly string[];
};

/**
 * How deep networks can be trained.
 *
 * @param question parameters of /v1/trainable-depth, or of /v1/blocks
 * @throws Failure where the question is wrong
 * @example (await answerDepth({ activation: 'tanh', sigma_w2: '1.8', keep: '0.95' }))[0]?.row.fitted_depth
 */
export const answerDepth = (question: Question): Promise<Answer[]> =>
  asksForBlocks(question) ? answerBlocks(question) : answerPlain(question);

/** The rows of plain layers: the numbers of /v1/trainable-depth, and where there is one row the sentences of /v1/diagnose. */
async function answerPlain(question: Question): Promise<Answer[]> {
  const rows = await ask('trainable-depth', question, PLAIN_COLUMNS);
  const diagnosed = rows.length === 1 ? await diagnose(rows[0] as Row, question) : [];
  return rows.map((row) => ({
    row,
    said: [
      ...describeVerdict(row),
      ...describeFitted(row, question),
      ...describeLimit(row),
      ...diagnosed,
      // (a diagnosis says itself why there is no limit)
      ...(row.reason === null || (row.fitted_depth !== null && diagnosed.length > 0)
        ? []
        : [`What is missing: ${row.reason}`]),
    ],
    shown: [...(question.depth === undefined ? [] : ['verdict']), ...SHOWN.plain],
  }));
}

/** The rows of networks of blocks: the numbers of /v1/blocks, and the verdict of /v1/advice on the blocks of the question. */
async function answerBlocks(question: Question): Promise<Answer[]> {
  if (question.depth !== undefined)
    throw new Failure(
      '--depth is of plain layers. With --preset or --block give --blocks, the number of blocks.',
      EXIT.usage,
    );
  const rows = await ask('blocks', question, BLOCK_COLUMNS);
  const verdicts = await ask('advice', question, ['verdict']);
  const told = await ask('diagnose', question, ['advice']);
  return rows.map((found, i) => ({
    row: { ...found, verdict: verdicts[i]?.verdict },
    said: [String(told[i]?.advice)],
    shown: SHOWN.blocks,
  }));
}

/** The columns of the table, beside the parameters that the question gives. */
const SHOWN = {
  plain: [
    'fitted_depth',
    'fitted_low',
    'fitted_high',
    'limit_low',
    'limit_high',
    'limited_by',
    'xi_1',
    'xi_2',
  ],
  blocks: ['verdict', 'depth', 'depth_low', 'depth_high', 'limited_by', 'margin', 'xi_2'],
};

const VERDICTS: Record<Verdict, string> = {
  trainable: 'can be trained',
  doubtful: 'are doubtful',
  not_trainable: 'are too deep',
  unknown: 'may or may not be trained: it is not known',
};

type Numbers = Readonly<Record<string, number | null>>;

/** Whether the depth of a row can be trained, and who decided that. */
function describeVerdict({ depth, verdict, because }: Row): string[] {
  return typeof verdict === 'string' ? [`${depth} layers ${VERDICTS[verdict as Verdict]}. ${because}`] : [];
}

/** What limits a depth, in words. */
const LIMITS: Record<DepthLimitName, string> = {
  weak_updates: 'the first updates are too small beside the weights',
  noisy_updates: 'the first updates are too small beside their noise',
  unstable_updates: 'the first updates are too large',
  width: 'the gradients of so narrow a network stray',
  correlation: 'two inputs become alike',
  float_range: 'the variance leaves the range of float32',
};

/** Parameters that /v1/diagnose does not take, and weights, which it is given by their variances. */
const NOT_ASKED = ['depth', 'data', 'steps', 'batch', 'learning_rate', 'optimiser', 'c_diff', 'width'];

/** What /v1/diagnose says of the network of a row, with one value of each parameter; nothing where it cannot be asked. */
async function diagnose(row: Row, question: Question): Promise<string[]> {
  const { sigma_w2, sigma_b2 } = row as { sigma_w2: number; sigma_b2: number };
  const { init, width, sigma_w2: _, sigma_b2: __, drop, ...rest } = question;
  const asked = Object.keys({ ...rest, ...(drop !== undefined && { keep: drop }) }).filter(
    (name) => !NOT_ASKED.includes(name),
  );
  if (!asked.every((name) => name in diagnoseContract.query.shape) || !(sigma_w2 > 0)) return [];
  const own = Object.fromEntries(asked.map((name) => [name, String(row[name] ?? question[name])]));
  const weights =
    init !== undefined && question.sigma_w2 === undefined && question.sigma_b2 === undefined
      ? { init }
      : { gain: String(Math.sqrt(sigma_w2)), bias_std: String(Math.sqrt(sigma_b2)), block: 'plain' };
  const about = { ...own, ...weights, ...(width !== undefined && { fan_in: width }) };
  return [String((await ask('diagnose', about, ['advice']))[0]?.advice)];
}

function describeFitted(row: Row, question: Question): string[] {
  const { fitted_depth, fitted_low, fitted_high, fitted_learning_rate } = row as Numbers;
  if (fitted_depth == null) return [];
  const outside = typeof row.fitted_extrapolates === 'string' ? row.fitted_extrapolates.split(', ') : [];
  const limit = LIMITS[row.limited_by as unknown as DepthLimitName];
  const rate = `at learning rate ${shorten(fitted_learning_rate)}${question.learning_rate === undefined ? ', the best of the usual ones' : ''}`;
  return [
    `By the rule fitted to measurements such networks train down to about ${shorten(fitted_depth)} layers (95 %: ${shorten(fitted_low)} to ${shorten(fitted_high)}), ${rate}.`,
    ...(limit ? [`What limits it: ${limit}.`] : []),
    ...(outside.length > 0 ? [`That is a guess: ${describeGuess(outside)}.`] : []),
  ];
}

function describeLimit({ limit_low, limit_high }: Row): string[] {
  if (typeof limit_low !== 'number') return [];
  const to = typeof limit_high === 'number' ? ` to ${shorten(limit_high)}` : '';
  return [`By the theory inputs can be told apart for about ${shorten(limit_low)}${to} layers.`];
}

/** The table at the terminal: what varies, and the answer. */
function toTable(answers: readonly Answer[], question: Question): string[][] {
  const given = Object.keys(question).filter((name) => answers.some(({ row }) => row[name] !== undefined));
  const names = [...new Set([...given, ...(answers[0]?.shown ?? [])])];
  const cell = (value: unknown) =>
    value == null ? '–' : typeof value === 'number' ? shorten(value, 4) : String(value);
  return [names, ...answers.map(({ row }) => names.map((name) => cell(row[name])))];
}

/** All columns of the API that are not empty, with the verdict. */
function showCsv(answers: readonly Answer[]): void {
  const rows = answers.map(({ row }) => row);
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  process.stdout.write(encodeCsv(names, rows));
}
