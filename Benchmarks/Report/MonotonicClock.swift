import Foundation

/// Seconds that no clock change moves.
enum MonotonicClock {
    /// The system's monotonic clock in seconds, the same one in parent and child.
    static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
