/** The ledger finds what a run has made and left, of every kind, and removes it. */
import { assertEquals } from "@std/assert";
import {
  AF_UNIX,
  bind,
  close,
  IPC_CREAT,
  IPC_PRIVATE,
  mkfifo,
  mq_close,
  mq_open,
  msgget,
  O_CREAT,
  O_RDWR,
  sem_close,
  sem_open,
  semget,
  shm_open,
  shmget,
  SOCK_DGRAM,
  socket,
} from "ipc";
import type { JournalEntry } from "../../../lab/arena/board.ts";
import { removeObject, stillThere } from "../../../lab/arena/ledger.ts";
import { objectName, testFolder } from "../../support/names.ts";

/** Makes an object of each kind; returns the name by which the gate would tell of it. */
const MAKE: { readonly [kind: string]: (path: string) => string } = {
  sysv_shm: () => String(shmget(IPC_PRIVATE, 1, IPC_CREAT | 0o600)),
  sysv_sem: () => String(semget(IPC_PRIVATE, 1, IPC_CREAT | 0o600)),
  sysv_msg: () => String(msgget(IPC_PRIVATE, IPC_CREAT | 0o600)),
  posix_shm: () => {
    const name = objectName();
    close(shm_open(name, O_CREAT | O_RDWR, 0o600));
    return name;
  },
  posix_sem: () => {
    const name = objectName();
    sem_close(sem_open(name, O_CREAT, 0o600, 0));
    return name;
  },
  posix_mq: () => {
    const name = objectName();
    mq_close(mq_open(name, O_CREAT | O_RDWR, 0o600, { maxmsg: 1, msgsize: 1 }));
    return name;
  },
  fifo: (path) => {
    mkfifo(path, 0o600);
    return path;
  },
  socket: (path) => {
    const fd = socket(AF_UNIX, SOCK_DGRAM, 0);
    bind(fd, { family: AF_UNIX, path });
    close(fd);
    return path;
  },
};

for (const [kind, make] of Object.entries(MAKE)) {
  Deno.test(`what is left of kind ${kind} is found once, and removed`, () => {
    using folder = testFolder();
    const entry: JournalEntry = { kind, name: make(folder.file("fifo")), role: "maker" };
    assertEquals(stillThere([entry, entry]), [entry]);
    assertEquals(removeObject(entry), true);
    assertEquals(stillThere([entry]), []);
    assertEquals(removeObject(entry), true, "what is gone is gone, whoever removed it");
  });
}
