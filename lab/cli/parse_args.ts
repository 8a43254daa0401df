/**
 * `@std/cli/parse-args`: the standard library's parser of command lines, from npm and with types (the package carries
 * none). A site that reaches JSR maps the name to `jsr:@std/cli/parse-args` instead, and nothing else changes.
 *
 * @module
 */

// @ts-types="./parse_args.d.ts"
export { parseArgs } from "deno-std/cli/parse_args.js";
