/**
 * Constants of eventfd(2), signalfd(2) and timerfd_create(2).
 *
 * @module
 */

/** eventfd: a read takes 1 and gives 1, instead of taking all. */
export const EFD_SEMAPHORE = 1;
/** eventfd: calls that would block fail with EAGAIN. */
export const EFD_NONBLOCK = 0o4000;
/** eventfd: the descriptor is closed by execve(2). */
export const EFD_CLOEXEC = 0o2000000;

/** signalfd: calls that would block fail with EAGAIN. */
export const SFD_NONBLOCK = 0o4000;
/** signalfd: the descriptor is closed by execve(2). */
export const SFD_CLOEXEC = 0o2000000;

/** timerfd_create: calls that would block fail with EAGAIN. */
export const TFD_NONBLOCK = 0o4000;
/** timerfd_create: the descriptor is closed by execve(2). */
export const TFD_CLOEXEC = 0o2000000;
/** timerfd_settime: the first expiration is a time of the timer's clock, not how long from now. */
export const TFD_TIMER_ABSTIME = 1;
/** timerfd_settime: with TFD_TIMER_ABSTIME and CLOCK_REALTIME: reads fail with ECANCELED once somebody sets the clock. */
export const TFD_TIMER_CANCEL_ON_SET = 2;
