/**
 * The options of `exercise` that say which schedules are tried.
 *
 * @module
 */
import { STRATEGY_NAMES } from "../explore/strategies/portfolio.ts";
import type { ExploreSettings } from "../judge/explored_check.ts";
import type { Arguments, Option } from "./command.ts";
import { wholeNumber } from "./numbers.ts";

/** The options, for the command's description. */
export const EXPLORE_OPTIONS: readonly Option[] = [
  { name: "replay", value: "TOKEN", summary: "repeat the one schedule of a token, and tell its story" },
  { name: "schedules", value: "K", summary: "try at most so many schedules of each check" },
  { name: "seconds", value: "S", summary: "try schedules for at most so many seconds for each check" },
  { name: "seed", value: "N", summary: "other inputs and other schedules: 1 unless given" },
  {
    name: "strategy",
    value: "NAME",
    choices: STRATEGY_NAMES,
    summary: "how schedules are chosen: all in turn, or icb, random, pct, pos, dpor, faults alone",
  },
];

/** Most of each that means something. */
const MOST_SCHEDULES = 100_000_000;
const MOST_SECONDS = 86_400;
const MOST_SEED = 0xffff_ffff;
/** Where only a number of schedules was asked for, time does not end them. */
const NO_HURRY_SECONDS = 3600;

/** What the options say; undefined where they say nothing. */
export function exploreSettings(args: Arguments): ExploreSettings | undefined {
  const schedules = wholeNumber(args, "schedules", 1, MOST_SCHEDULES);
  const seconds = wholeNumber(args, "seconds", 1, MOST_SECONDS);
  const seed = wholeNumber(args, "seed", 0, MOST_SEED);
  const strategy = STRATEGY_NAMES.find((name) => name === args.value("strategy"));
  if (schedules === undefined && seconds === undefined && seed === undefined && strategy === undefined) {
    return undefined;
  }
  return {
    seed: seed ?? 1,
    seconds: seconds ?? (schedules === undefined ? DEFAULT_SECONDS : NO_HURRY_SECONDS),
    ...(schedules === undefined ? {} : { schedules }),
    ...(strategy === undefined ? {} : { strategy }),
  };
}

/** Where only a seed or a strategy is given. */
const DEFAULT_SECONDS = 2;
