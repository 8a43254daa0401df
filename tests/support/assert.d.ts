/**
 * The types of `deno-std/assert/mod.js`, as `@std/assert` has them.
 *
 * @module
 */

/** A class of errors, abstract ones too. */
// deno-lint-ignore no-explicit-any -- a constructor's parameters are contravariant: only `any` admits every class
type Class<T> = abstract new (...args: any[]) => T;

/** What every assertion throws. */
export class AssertionError extends Error {
  constructor(message: string, options?: ErrorOptions);
}

/** `expr` is truthy. */
export function assert(expr: unknown, msg?: string): asserts expr;
/** `expr` is falsy. */
export function assertFalse(expr: unknown, msg?: string): asserts expr is 0 | 0n | "" | false | null | undefined;
/** The numbers differ by at most `tolerance`; by a millionth of `expected` unless given. */
export function assertAlmostEquals(actual: number, expected: number, tolerance?: number, msg?: string): void;
/** `actual` contains every element of `expected`, by deep equality. */
export function assertArrayIncludes<T>(actual: ArrayLike<T>, expected: ArrayLike<T>, msg?: string): void;
/** The values are deeply equal. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void;
/** The values are not deeply equal. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void;
/** The values are the same, by `Object.is`. */
export function assertStrictEquals<T>(actual: unknown, expected: T, msg?: string): asserts actual is T;
/** The values are not the same, by `Object.is`. */
export function assertNotStrictEquals<T>(actual: T, expected: T, msg?: string): void;
/** `actual` is neither null nor undefined. */
export function assertExists<T>(actual: T, msg?: string): asserts actual is NonNullable<T>;
/** `actual` > `expected`. */
export function assertGreater<T>(actual: T, expected: T, msg?: string): void;
/** `actual` >= `expected`. */
export function assertGreaterOrEqual<T>(actual: T, expected: T, msg?: string): void;
/** `actual` < `expected`. */
export function assertLess<T>(actual: T, expected: T, msg?: string): void;
/** `actual` <= `expected`. */
export function assertLessOrEqual<T>(actual: T, expected: T, msg?: string): void;
/** `actual` is an instance of `expectedType`. */
export function assertInstanceOf<T>(actual: unknown, expectedType: Class<T>, msg?: string): asserts actual is T;
/** `actual` is no instance of `unexpectedType`. */
export function assertNotInstanceOf<A, T>(
  actual: A,
  unexpectedType: Class<T>,
  msg?: string,
): asserts actual is Exclude<A, T>;
/** `error` is an Error; of class `ErrorClass`, and with `msgMatches` in its message, where given. */
export function assertIsError<E extends Error = Error>(
  error: unknown,
  ErrorClass?: Class<E>,
  msgMatches?: string | RegExp,
  msg?: string,
): asserts error is E;
/** `actual` matches `expected`. */
export function assertMatch(actual: string, expected: RegExp, msg?: string): void;
/** `actual` does not match `expected`. */
export function assertNotMatch(actual: string, expected: RegExp, msg?: string): void;
/** `actual` has the properties of `expected`, deeply; it may have more. */
export function assertObjectMatch(actual: object, expected: object, msg?: string): void;
/** `actual` contains `expected`. */
export function assertStringIncludes(actual: string, expected: string, msg?: string): void;
/** `fn` throws. Gives what it threw. */
export function assertThrows(fn: () => unknown, msg?: string): unknown;
/** `fn` throws an `ErrorClass`, with `msgIncludes` in its message where given. Gives the error. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass: Class<E>,
  msgIncludes?: string,
  msg?: string,
): E;
/** The promise of `fn` is rejected. Gives the reason. */
export function assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
/** The promise of `fn` is rejected with an `ErrorClass`, with `msgIncludes` in its message where given. Gives the error. */
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass: Class<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
/** Whether the values are deeply equal. */
export function equal(a: unknown, b: unknown): boolean;
/** Fails. */
export function fail(msg?: string): never;
/** Fails: control must not get here. */
export function unreachable(msg?: string): never;
