/**
 * What a medium can show, and the few signs and colours that every rendering uses.
 *
 * @module
 */

/** What text is rendered for. */
export interface Medium {
  /** Columns of a line. */
  readonly columns: number;
  readonly color: boolean;
  /** Whether signs beyond ASCII can be shown. */
  readonly unicode: boolean;
}

/**
 * The narrowest and the widest that is rendered for: below, nothing is readable; above, lines are too long for the eye. A picture
 * has no long lines, and takes more.
 */
const COLUMNS = { least: 40, most: 100, mostOfPicture: 200, unknown: 80 } as const;

/** What is known of a stream and its terminal. */
export interface Surroundings {
  readonly isTerminal: boolean;
  /** Columns of the terminal, where known. */
  readonly columns?: number | undefined;
  env(name: string): string | undefined;
}

/**
 * What a stream can show. Colours need a terminal that is not dumb, and no `NO_COLOR`. Signs need a locale in UTF-8; a machine
 * that sets no locale at all is most often a container behind a terminal that can.
 */
export function mediumOf({ isTerminal, columns, env }: Surroundings): Medium {
  const terminal = env("TERM");
  const locale = env("LC_ALL") || env("LC_CTYPE") || env("LANG");
  const plain = terminal === "dumb";
  return {
    columns: columns || Number(env("COLUMNS")) || COLUMNS.unknown,
    color: isTerminal && !plain && !env("NO_COLOR"),
    // The console of Linux itself has no glyphs for the signs.
    unicode: !plain && terminal !== "linux" && (!locale || /utf-?8/i.test(locale)),
  };
}

const SIGNS = {
  passed: "✔",
  failed: "✘",
  broken: "!",
  unsupported: "–",
  partly: "◐",
  todo: "·",
  here: "▸",
  bar: "│",
  more: "…",
  filled: "━",
  unfilled: "─",
  rule: "─",
  to: "→",
};

const ASCII_SIGNS: typeof SIGNS = {
  passed: "ok  ",
  failed: "FAIL",
  broken: "LAB ",
  unsupported: "n/a ",
  partly: "part",
  todo: "-   ",
  here: ">",
  bar: "|",
  more: "...",
  filled: "#",
  unfilled: ".",
  rule: "-",
  to: "->",
};

/** Signs and colours for one medium. */
export class Style {
  /** Columns that text uses. */
  readonly columns: number;
  /** Columns that a picture may use. */
  readonly pictureColumns: number;
  readonly signs: typeof SIGNS;
  readonly #color: boolean;

  /** For this medium. */
  constructor(medium: Medium) {
    const columns = Math.max(COLUMNS.least, Math.floor(medium.columns));
    this.columns = Math.min(COLUMNS.most, columns);
    this.pictureColumns = Math.min(COLUMNS.mostOfPicture, columns);
    this.signs = medium.unicode ? SIGNS : ASCII_SIGNS;
    this.#color = medium.color;
  }

  /** What went well. */
  good(text: string): string {
    return this.#paint(text, 32, 39);
  }
  /** What is wrong. */
  bad(text: string): string {
    return this.#paint(text, 31, 39);
  }
  /** What deserves a second look. */
  warn(text: string): string {
    return this.#paint(text, 33, 39);
  }
  /** What can be typed or opened. */
  link(text: string): string {
    return this.#paint(text, 36, 39);
  }
  /** What stands out. */
  strong(text: string): string {
    return this.#paint(text, 1, 22);
  }
  /** What stays in the background. */
  dim(text: string): string {
    return this.#paint(text, 2, 22);
  }

  #paint(text: string, on: number, off: number): string {
    return this.#color && text !== "" ? `\x1b[${on}m${text}\x1b[${off}m` : text;
  }
}
