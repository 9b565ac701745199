// A function run in a forked child that has limits and cannot harm this process.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "internal.h"

ibex_h5_answer *ibex_h5_share(size_t payload) {
    void *memory = mmap(NULL, sizeof(ibex_h5_answer) + payload, PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

void ibex_h5_unshare(ibex_h5_answer *answer, size_t payload) { munmap(answer, sizeof(ibex_h5_answer) + payload); }

static void limit(int resource, rlim_t value) {
    struct rlimit both = {value, value};
    setrlimit(resource, &both);
}

// Bytes of address space that this process has.
static rlim_t address_space(void) {
    char text[64] = "";
    int statm = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    ssize_t length = statm < 0 ? -1 : read(statm, text, sizeof text - 1);
    if (statm >= 0) close(statm);
    return length <= 0 ? 0 : (rlim_t)strtoull(text, NULL, 10) * (rlim_t)sysconf(_SC_PAGESIZE);
}

// In the child: ends with its parent, dies of a fault without a word or a core, opens and writes no file.
static void settle(const ibex_h5_limits *limits, pid_t parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);
    prctl(PR_SET_DUMPABLE, 0);
    struct sigaction standard = {.sa_handler = SIG_DFL};
    for (int number = 1; number < NSIG; number++) sigaction(number, &standard, NULL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);

    rlim_t space = address_space();
    if (space) limit(RLIMIT_AS, space + limits->bytes);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_FSIZE, 0);
    limit(RLIMIT_NOFILE, 0);
    limit(RLIMIT_CPU, (rlim_t)limits->processorSeconds + 2);
    for (int standardStream = 0; standardStream < 3; standardStream++) close(standardStream);
}

static double seconds(clockid_t clock) {
    struct timespec now;
    return clock_gettime(clock, &now) == 0 ? (double)now.tv_sec + (double)now.tv_nsec * 1e-9 : 0;
}

// Waits for a child's end; one that takes more than its time is killed. `status` is zero where somebody else has
// waited for it already: its answer must do.
static ibex_h5_end watch(pid_t child, const ibex_h5_limits *limits) {
    clockid_t clock;
    int hasClock = clock_getcpuclockid(child, &clock) == 0;
    int handle = (int)syscall(SYS_pidfd_open, child, 0);
    double latest = seconds(CLOCK_MONOTONIC) + limits->seconds;
    ibex_h5_end end = {IBEX_H5_ENDED, 0};
    int status = 0;
    for (;;) {
        int isBusy = hasClock && seconds(clock) > limits->processorSeconds;
        if (end.how == IBEX_H5_ENDED && (isBusy || seconds(CLOCK_MONOTONIC) > latest)) {
            end.how = isBusy ? IBEX_H5_OUT_OF_PROCESSOR_TIME : IBEX_H5_OUT_OF_TIME;
            kill(child, SIGKILL);
        }
        pid_t gone = waitpid(child, &status, WNOHANG);
        if (gone == child) break;
        if (gone < 0 && errno != EINTR) {
            status = 0;
            break;
        }
        struct pollfd ending = {.fd = handle, .events = POLLIN};
        poll(&ending, 1, handle < 0 ? 1 : 20);
    }
    if (handle >= 0) close(handle);
    if (end.how == IBEX_H5_ENDED && WIFSIGNALED(status))
        end = (ibex_h5_end){WTERMSIG(status) == SIGXCPU ? IBEX_H5_OUT_OF_PROCESSOR_TIME : IBEX_H5_SIGNALLED,
                            WTERMSIG(status)};
    return end;
}

ibex_h5_end ibex_h5_in_child(ibex_h5_limits limits, void (*body)(void *), void *context) {
    pid_t parent = getpid();
    sigset_t all, before;
    sigfillset(&all);
    // No handler of ours may run in the child.
    pthread_sigmask(SIG_SETMASK, &all, &before);
    ibex_h5_lock();
    ibex_h5_start();
    pid_t child = fork();
    int failure = errno;
    if (child == 0) {
        settle(&limits, parent);
        body(context);
        _exit(0);
    }
    ibex_h5_unlock();
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (child < 0) return (ibex_h5_end){IBEX_H5_NO_CHILD, failure};
    return watch(child, &limits);
}
