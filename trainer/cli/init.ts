import { access } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import type { Plan } from '../../schemas/plan.ts';
import { EXIT, Failure, toFileFailure } from '../errors.ts';
import { writeAtomically } from '../run/files.ts';
import { checkPlan } from '../run/plan.ts';
import { formatDuration } from '../run/progress.ts';
import { type Answers, type Given, makePlan, type PlanQuestion, QUESTIONS } from './init-questions.ts';
import { formatCommand } from './options.ts';
import { bold, type OutputOptions, print, say } from './output.ts';
import { describePlan } from './plan.ts';

type InitOptions = OutputOptions & {
  readonly yes?: boolean;
  readonly force?: boolean;
  readonly data?: string;
  readonly trial: boolean;
};

/** Adds `dropline init`. */
export function addInit(program: Command): void {
  program
    .command('init')
    .description('Make a plan by answering questions.')
    .argument('[plan.json]', 'where it is written', 'plan.json')
    .option('--yes', 'take the usual answer to every question')
    .option('--force', 'overwrite the file')
    .option('--data <folder>', 'folder with the files of the data set (default: fetched)')
    .option('--no-trial', 'do not time a few steps on this machine; then no time is given')
    .addHelpText(
      'after',
      `
Each question shows its usual answer in brackets, which an empty line takes, and each answer is checked at once. Answers can be piped,
one a line. The plan is written before it is tried out; what it leaves out can be added by hand (schemas/plan.ts).

Examples:
  npm run dropline -- init
  npm run dropline -- init depths.json
  npm run dropline -- init --yes --force
  printf 'relu-plan\\nmnist\\nrelu\\n' | npm run --silent dropline -- init plan.json --no-trial    (fails: answers are missing)

Exit status: 0 written, 1 the file is there already or the trial failed, 2 wrong usage or answer, 130 interrupted.`,
    )
    .action((file: string, options: InitOptions, command: Command) =>
      init(file, { ...options, ...command.optsWithGlobals() }),
    );
}

async function init(file: string, options: InitOptions): Promise<void> {
  if (
    !options.force &&
    (await access(file).then(
      () => true,
      () => false,
    ))
  )
    throw new Failure(`${file} is there already. Name another file, or overwrite it with --force.`);
  const start: Given = { id: nameAfter(file) };
  const answers = options.yes ? await collect(start, async () => '') : await interview(start);
  const plan = checkPlan(makePlan(answers), 'The plan');
  await write(file, plan);
  const { lines, json, estimated } = await describePlan(file, plan, options);
  const next = plan.search
    ? formatCommand(['npm', 'run', 'dropline', '--', 'frontier', file])
    : formatCommand(['npm', 'run', 'train', '--', file]);
  const advice = adviseTime(plan, answers.minutes, estimated.seconds?.middle);
  print(
    options,
    { file, plan, ...json, next },
    [`Plan: ${bold(file)}`, ...lines, ...advice, `Next: ${next}`].join('\n'),
  );
}

/** A name that a plan may have, after its file. */
function nameAfter(file: string): string {
  const name = path
    .basename(file, '.json')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 50);
  return name === '' || name === 'plan' ? 'my-plan' : name;
}

/** As people write it: lists in a line. */
const encodePlan = (plan: Plan): string =>
  JSON.stringify(plan, null, 2).replaceAll(
    /\[\s+([^[\]{}]*?)\s+\]/g,
    (_, items: string) => `[${items.split(/,\s+/).join(', ')}]`,
  );

async function write(file: string, plan: Plan): Promise<void> {
  try {
    await writeAtomically(file, `${encodePlan(plan)}\n`);
  } catch (error) {
    throw toFileFailure(`write the plan ${file}`, error, 'Choose a folder that can be written.');
  }
}

/** What would fit where the plan takes more than the time that there is. */
function adviseTime({ training, search }: Plan, minutes: number, seconds = 0): string[] {
  if (seconds <= 60 * minutes) return [];
  const steps = Math.floor((training.steps * 60 * minutes) / seconds);
  const fewer = search
    ? 'fewer columns or a wider search.interval'
    : 'fewer depths or seeds, or a search of the frontier';
  return [
    `That is more than ${formatDuration(60 * minutes)}. ${steps > 0 ? `training.steps ${steps} would fit, or ${fewer}.` : `Take ${fewer}.`}`,
  ];
}

/** Asks at the terminal, or takes what is piped, one answer a line. */
async function interview(start: Given): Promise<Answers> {
  const { stdin } = process;
  const reader = createInterface({ input: stdin, output: process.stderr, terminal: stdin.isTTY });
  const lines = reader[Symbol.asyncIterator]();
  let interrupted = false;
  reader.on('SIGINT', () => {
    interrupted = true;
    reader.close();
  });
  try {
    return await collect(
      start,
      async ({ text }, usual) => {
        reader.setPrompt(`${text} [${usual}]: `);
        reader.prompt();
        const { value, done } = await lines.next();
        if (!done) {
          // (what is piped is not seen where it stands)
          if (!stdin.isTTY) say(value);
          return value as string;
        }
        if (interrupted || stdin.isTTY)
          throw new Failure('\nInterrupted. Nothing was written.', EXIT.interrupted);
        throw new Failure(
          `\nThe standard input is no terminal and ended before this was answered: ${text}.\nGive an answer a line (an empty one takes what is usual), or take all usual answers with --yes.`,
          EXIT.usage,
        );
      },
      Boolean(stdin.isTTY),
    );
  } finally {
    reader.close();
  }
}

/**
 * Goes through the questions.
 *
 * @param start what is known before
 * @param ask gives the answer to a question as it was typed; an empty one stands for the usual one
 * @param again whether a question is asked again where its answer is wrong
 */
export async function collect(
  start: Given,
  ask: (question: PlanQuestion, usual: string) => Promise<string>,
  again = false,
): Promise<Answers> {
  let given: Given = start;
  for (const question of QUESTIONS) {
    if (question.asked && !question.asked(given)) continue;
    for (;;) {
      const usual = question.usual(given);
      const text = (await ask(question, usual)).trim() || usual;
      const [answered, wrong] = readAnswer(question, text, given);
      if (answered) {
        given = answered;
        break;
      }
      if (!again) throw new Failure(`${question.text}: ${wrong}`, EXIT.usage);
      say(`  ${wrong}`);
    }
  }
  return given as Answers;
}

/** The answers with one more; or what is wrong with it, by itself or beside those that were given before. */
function readAnswer(
  { name, read }: PlanQuestion,
  text: string,
  given: Given,
): readonly [answered: Given | undefined, wrong: string] {
  const parsed = read.safeParse(text.replaceAll(/\s*,\s*/g, ','));
  if (!parsed.success) return [undefined, parsed.error.issues.map(({ message }) => message).join(' ')];
  const answered = { ...given, [name]: parsed.data };
  try {
    checkPlan(makePlan(assumeUsual(answered, name)), 'The plan');
    return [answered, ''];
  } catch (error) {
    if (!(error instanceof Failure || error instanceof RangeError)) throw error;
    return [undefined, listWrong(error.message)];
  }
}

/** The answers with what is usual for the questions that follow one. */
function assumeUsual(answered: Given, last: keyof Answers): Answers {
  const all: Record<string, unknown> = { ...answered };
  const from = QUESTIONS.findIndex(({ name }) => name === last) + 1;
  for (const { name, usual, read, asked } of QUESTIONS.slice(from))
    if (!asked || asked(all)) all[name] = read.parse(usual(all));
  return all as Answers;
}

/** What a check says, without the pointers into a file that is not there yet. */
function listWrong(message: string): string {
  const lines = [...message.matchAll(/^ {2}#\S* +(.*)$/gm)].map(([, detail]) => detail);
  return lines.length > 0 ? lines.join(' ') : message;
}
