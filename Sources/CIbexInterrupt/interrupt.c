#include "CIbexInterrupt.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <unistd.h>

static atomic_int count;
static struct sigaction former;
static atomic_bool is_watching;
static bool is_terminal;

/// Calls nothing but what POSIX lets a signal handler call.
static void count_interrupt(int signal) {
    int saved = errno;
    // Who took the signal over meanwhile may put this handler back when nobody watches any more.
    bool is_first = atomic_fetch_add(&count, 1) == 0;
    if (!is_first || !atomic_load(&is_watching)) {
        // The line that stands there is not finished. A newline that cannot be written is lost.
        ssize_t written = is_terminal ? write(STDOUT_FILENO, "\n", 1) : 0;
        (void)written;
        // The signal is blocked here: it comes as soon as this returns, to who handled it before.
        sigaction(signal, &former, NULL);
        raise(signal);
    }
    errno = saved;
}

int ibex_interrupt_begin(void) {
    atomic_store(&count, 0);
    is_terminal = isatty(STDOUT_FILENO) == 1;
    if (sigaction(SIGINT, NULL, &former) != 0) return errno;
    if (former.sa_handler == SIG_IGN) return 0;
    struct sigaction ours = {.sa_handler = count_interrupt, .sa_flags = SA_RESTART};
    sigemptyset(&ours.sa_mask);
    atomic_store(&is_watching, true);
    return sigaction(SIGINT, &ours, NULL) == 0 ? 0 : errno;
}

int ibex_interrupt_count(void) { return atomic_load(&count); }

void ibex_interrupt_end(void) {
    atomic_store(&is_watching, false);
    struct sigaction now;
    // Somebody else's handler that came later stays.
    if (sigaction(SIGINT, NULL, &now) == 0 && now.sa_handler == count_interrupt) sigaction(SIGINT, &former, NULL);
}
