"""
The bench's programs in Python: arguments and output are those of ../c/main.c. What Python or its packages posix_ipc and sysv_ipc
do not have ends the program with status 4, and the reason on standard error.
"""

import mmap
import os
import signal
import socket
import sys
import time

TO_CHILD, TO_PARENT = 0, 1
SLOTS = 16


def unsupported(reason):
    print(reason, file=sys.stderr)
    sys.exit(4)


def package(name):
    try:
        return __import__(name)
    except ImportError:
        unsupported(f"the Python package {name} is not installed")


class Descriptors:
    """Bytes over descriptors: for each direction the one that is written, and the one that is read."""

    def __init__(self, reading, writing):
        self.reading, self.writing = reading, writing

    def send(self, direction, data):
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self.writing[direction], rest) :]

    def receive(self, direction, buffer):
        rest = memoryview(buffer)
        while rest:
            n = os.readv(self.reading[direction], [rest])
            if n == 0:
                raise EOFError
            rest = rest[n:]


def make_pipe(_size):
    pipes = [os.pipe(), os.pipe()]
    return Descriptors([p[0] for p in pipes], [p[1] for p in pipes])


def make_fifo(_size):
    reading, writing = [], []
    for direction in (TO_CHILD, TO_PARENT):
        path = f"/tmp/ipclab.bench.{os.getpid()}.{direction}"
        os.mkfifo(path, 0o600)
        reading.append(os.open(path, os.O_RDONLY | os.O_NONBLOCK))
        writing.append(os.open(path, os.O_WRONLY))
        os.set_blocking(reading[-1], True)
        os.unlink(path)
    return Descriptors(reading, writing)


class Sockets:
    def __init__(self, kind):
        parent, child = socket.socketpair(socket.AF_UNIX, kind)
        self.sender, self.receiver = [parent, child], [child, parent]

    def send(self, direction, data):
        self.sender[direction].sendall(data)

    def receive(self, direction, buffer):
        rest = memoryview(buffer)
        while rest:
            n = self.receiver[direction].recv_into(rest)
            if n == 0:
                raise EOFError
            rest = rest[n:]


class PosixQueues:
    def __init__(self, size):
        posix_ipc = package("posix_ipc")
        self.queues = []
        for direction in (TO_CHILD, TO_PARENT):
            name = f"/ipclab.bench.{os.getpid()}.{direction}"
            queue = posix_ipc.MessageQueue(name, posix_ipc.O_CREX, max_messages=10, max_message_size=size)
            queue.unlink()
            self.queues.append(queue)

    def send(self, direction, data):
        self.queues[direction].send(data)

    def receive(self, direction, _buffer):
        self.queues[direction].receive()


class SysvQueues:
    def __init__(self, _size):
        sysv_ipc = package("sysv_ipc")
        self.queues = [sysv_ipc.MessageQueue(None, sysv_ipc.IPC_CREX, max_message_size=65536) for _ in range(2)]

    def send(self, direction, data):
        self.queues[direction].send(data)

    def receive(self, direction, _buffer):
        self.queues[direction].receive()

    def unmake(self):
        for queue in self.queues:
            queue.remove()


class SemaphoreRings:
    def __init__(self, size):
        posix_ipc = package("posix_ipc")
        self.size = size
        self.memory = [mmap.mmap(-1, SLOTS * size) for _ in range(2)]
        self.at = [0, 0]
        self.full, self.room = [], []
        for direction in (TO_CHILD, TO_PARENT):
            for kind, value in ((self.full, 0), (self.room, SLOTS)):
                name = f"/ipclab.bench.{os.getpid()}.{direction}.{value}"
                semaphore = posix_ipc.Semaphore(name, posix_ipc.O_CREX, initial_value=value)
                semaphore.unlink()
                kind.append(semaphore)

    def slot(self, direction):
        start = self.at[direction] % SLOTS * self.size
        self.at[direction] += 1
        return slice(start, start + self.size)

    def send(self, direction, data):
        self.room[direction].acquire()
        self.memory[direction][self.slot(direction)] = data
        self.full[direction].release()

    def receive(self, direction, buffer):
        self.full[direction].acquire()
        buffer[:] = self.memory[direction][self.slot(direction)]
        self.room[direction].release()


class Signals:
    def __init__(self, _size):
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR2})

    def send(self, _direction, _data):
        os.kill(PEER, signal.SIGUSR2)

    def receive(self, _direction, _buffer):
        signal.sigwaitinfo({signal.SIGUSR2})


CHANNELS = {
    "pipe": make_pipe,
    "fifo": make_fifo,
    "posix_mq": PosixQueues,
    "sysv_msg": SysvQueues,
    "unix_stream": lambda _size: Sockets(socket.SOCK_STREAM),
    "unix_dgram": lambda _size: Sockets(socket.SOCK_DGRAM),
    "unix_seqpacket": lambda _size: Sockets(socket.SOCK_SEQPACKET),
    "signal": Signals,
    "shm_sem": SemaphoreRings,
}

PEER = 0


def length_of(round_number, count):
    """How often something is done in a round; the first is the one that is not told."""
    return 40 * count if round_number == 0 else count


def tell(round_number, seconds, count):
    if round_number > 0:
        print(f"{seconds * 1e9 / count:.1f}")


def run_channel(name, echoes, size, count, rounds):
    global PEER
    if name not in CHANNELS:
        unsupported("Python has no atomic operations on shared memory, and no futex")
    channel = CHANNELS[name](size)
    data, buffer = bytes([1]) * size, bytearray(size)
    # Warm before the fork, as a program is that has run for a while: by messages to oneself.
    PEER = os.getpid()
    for i in range(100 * count):
        channel.send(i % 2, data)
        channel.receive(i % 2, buffer)
    child = os.fork()
    PEER = os.getppid() if child == 0 else child
    for round_number in range(rounds + 1):
        begin = time.perf_counter()
        for _ in range(length_of(round_number, count)):
            if child == 0:
                channel.receive(TO_CHILD, buffer)
                if echoes:
                    channel.send(TO_PARENT, data)
            else:
                channel.send(TO_CHILD, data)
                if echoes:
                    channel.receive(TO_PARENT, buffer)
        if not echoes:
            if child == 0:
                channel.send(TO_PARENT, data)
            else:
                channel.receive(TO_PARENT, buffer)
        if child != 0:
            tell(round_number, time.perf_counter() - begin, count)
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    if hasattr(channel, "unmake"):
        channel.unmake()


def fork_wait():
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


def run_call(name, count, rounds):
    null, zero = os.open("/dev/null", os.O_WRONLY), os.open("/dev/zero", os.O_RDONLY)
    data, buffer = bytes(64), [bytearray(64)]
    calls = {
        "getppid": os.getppid,
        "write": lambda: os.write(null, data),
        "read": lambda: os.readv(zero, buffer),
        "fork_wait": fork_wait,
    }
    if name not in calls:
        unsupported(f"no call {name}")
    call = calls[name]
    for round_number in range(rounds + 1):
        begin = time.perf_counter()
        for _ in range(length_of(round_number, count)):
            call()
        tell(round_number, time.perf_counter() - begin, count)


def main():
    kind, name, size, count, rounds = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6])
    if kind == "start":
        return
    if kind == "call":
        run_call(name, count, rounds)
    else:
        run_channel(name, kind == "round_trip", size, count, rounds)


main()
