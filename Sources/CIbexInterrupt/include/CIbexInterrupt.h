#ifndef CIBEX_INTERRUPT_H
#define CIBEX_INTERRUPT_H

/// Begins to count interrupts (SIGINT, what Control-C sends). A second one does what it would have done without this: it
/// ends the process, where nobody else handles it. Where interrupts are ignored, they stay so.
///
/// - Returns: 0, or what errno says.
int ibex_interrupt_begin(void);

/// How many interrupts came since `ibex_interrupt_begin`.
int ibex_interrupt_count(void);

/// Puts back what was done about interrupts before `ibex_interrupt_begin`.
void ibex_interrupt_end(void);

#endif
