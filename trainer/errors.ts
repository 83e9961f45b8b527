/** Exit statuses of the command. */
export const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** An error that its message explains fully: it is printed without a stack. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly exitCode: number;
  /** What was found, for programs: `--json` has it beside the message. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    message: string,
    exitCode: number = EXIT.failed,
    { details = {}, ...options }: ErrorOptions & { details?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message, options);
    this.exitCode = exitCode;
    this.details = details;
  }
}

/** What the operating system's file errors mean to a reader. */
const FILE_ERRORS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would exceed the size limit',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a part of the path is no folder',
  EISDIR: 'it is a folder',
  EEXIST: 'a file of that name is in the way',
  ENOENT: 'there is no such file',
  EIO: 'the disk reports an error',
};

/** The failure that a file operation's error means, or the error itself where it is no file error. */
export function toFileFailure(action: string, error: unknown, advice: string): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  const meaning = code && FILE_ERRORS[code];
  if (!meaning) return error;
  return new Failure(`Cannot ${action}: ${meaning} (${code}). ${advice}`, EXIT.failed, { cause: error });
}
