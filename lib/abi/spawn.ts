/**
 * What a program that posix_spawn starts begins with, as glibc lays it out. (C keeps both structures opaque: only their sizes are
 * needed.)
 *
 * @module
 */
import { layout } from "./layout.ts";

/** `posix_spawn_file_actions_t`. */
export const SPAWN_FILE_ACTIONS = layout({
  c: "posix_spawn_file_actions_t",
  headers: ["spawn.h"],
  size: 80,
  fields: {},
});

/** `posix_spawnattr_t`. */
export const SPAWN_ATTRIBUTES = layout({ c: "posix_spawnattr_t", headers: ["spawn.h"], size: 336, fields: {} });

/** The flags that say which attributes are set. */
export const POSIX_SPAWN_RESETIDS = 1;
/** There is a process group. */
export const POSIX_SPAWN_SETPGROUP = 2;
/** There are signals that get their default action. */
export const POSIX_SPAWN_SETSIGDEF = 4;
/** There is a mask. */
export const POSIX_SPAWN_SETSIGMASK = 8;
/** A session begins. */
export const POSIX_SPAWN_SETSID = 128;
