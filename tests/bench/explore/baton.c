/* Two processes on one processor hand a baton to each other by futex: `baton ROUNDS` prints the nanoseconds of
   processor time of one hand-over. */
#define _GNU_SOURCE
#include <linux/futex.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static _Atomic int *gates;

static void open_gate(int party)
{
    atomic_fetch_add(&gates[party], 1);
    syscall(SYS_futex, &gates[party], FUTEX_WAKE, 1, NULL, NULL, 0);
}

static void wait_at(int party, int passed)
{
    while (atomic_load(&gates[party]) == passed)
        syscall(SYS_futex, &gates[party], FUTEX_WAIT, passed, NULL, NULL, 0);
}

/* Nanoseconds of processor time used so far by this process, or by its children that have ended. */
static double used(int who)
{
    struct rusage usage;
    getrusage(who, &usage);
    return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e9 + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e3;
}

int main(int argc, char **argv)
{
    int rounds = argc > 1 ? atoi(argv[1]) : 10000;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(sched_getcpu(), &one);
    sched_setaffinity(0, sizeof one, &one);
    gates = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (gates == MAP_FAILED)
        return 1;
    pid_t child = fork();
    if (child == -1)
        return 1;
    if (child == 0) {
        for (int round = 0; round < rounds; round++) {
            wait_at(1, round);
            open_gate(0);
        }
        _exit(0);
    }
    for (int round = 0; round < rounds; round++) {
        open_gate(1);
        wait_at(0, round);
    }
    waitpid(child, NULL, 0);
    printf("%.0f\n", (used(RUSAGE_SELF) + used(RUSAGE_CHILDREN)) / (2.0 * rounds));
    return 0;
}
