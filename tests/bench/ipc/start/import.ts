/** A program that loads the library, and does nothing else. */
import "ipc";
